//! Action items: asking, answering, doing, verifying; and who may do what, when, and sees what.

mod access;
mod consent;
mod creating;
mod dates;
mod inbox;
mod listing;
mod moves;
mod standing;
mod statements;
mod subjects;
mod updating;

use serde_json::{Value, json};

use crate::harness::{Caller, World};

/// What most tests look at.
const ITEM: &str = "actionItem { id state stateReason version dueOn }";

/// The input of an item that the sponsor could ask for, with these fields instead of its own.
fn item_input(world: &World, fields: &Value) -> Value {
    let mut input = json!({
        "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01",
    });
    for (name, value) in fields.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// Creates an item; it, as [`ITEM`] shows it.
async fn create(caller: &Caller, world: &World, fields: Value) -> Value {
    caller.mutate("createActionItem", ITEM, item_input(world, &fields)).await["actionItem"].clone()
}

/// Creates an item; its id.
async fn create_id(caller: &Caller, world: &World, fields: Value) -> String {
    text(&create(caller, world, fields).await["id"])
}

/// Makes a move that must succeed; the item after it.
async fn go(caller: &Caller, mutation: &str, item: &Value) -> Value {
    caller.mutate(mutation, ITEM, move_input(mutation, item)).await["actionItem"].clone()
}

/// The input of a move, at the version that the item was last seen at.
fn move_input(mutation: &str, item: &Value) -> Value {
    let mut input = json!({ "actionItemId": item["id"], "expectedVersion": item["version"] });
    if matches!(mutation, "declineActionItem" | "reopenActionItem" | "cancelActionItem") {
        input["reason"] = "because".into();
    }
    input
}

/// Asks for another date; the change.
async fn ask_date(caller: &Caller, item: &Value, due_on: &str) -> Value {
    let input = date_input(item, due_on);
    let selection = "dueDateChange { id state fromOn toOn actionItem { id state stateReason version dueOn } }";
    caller.mutate("proposeActionItemDueDate", selection, input).await["dueDateChange"].clone()
}

fn date_input(item: &Value, due_on: &str) -> Value {
    json!({ "actionItemId": item["id"], "expectedVersion": item["version"], "dueOn": due_on, "reason": "material is late" })
}

/// The item as a caller reads it, with this selection.
async fn read(caller: &Caller, id: &Value, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ actionItem(id: $id) {{ {selection} }} }}");
    caller.ok(&query, json!({ "id": id })).await["actionItem"].clone()
}

/// A contact of the caller's organization, with this token subject.
async fn create_contact(caller: &Caller, name: &str, subject: Option<&str>) -> String {
    let input = json!({ "name": name, "role": "planner", "subject": subject });
    text(&caller.mutate("createContact", "contact { id }", input).await["contact"]["id"])
}

/// Names contacts of the caller's organization for the relationship.
async fn name_contacts(caller: &Caller, world: &World, contacts: &[&String]) {
    crate::harness::name_contacts(caller, &world.relationship, contacts).await;
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
