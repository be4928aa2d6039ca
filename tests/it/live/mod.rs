//! Live updates: the journal of a relationship as it is written, over server-sent events and over sockets.

mod closing;
mod end;
mod events;
mod exactly_once;
mod following;
mod replicas;
mod sockets;

use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Events};

/// What a follower asks for.
const CHANGES: &str = "subscription($id: ID!, $after: String) {
    relationshipChanged(relationshipId: $id, after: $after) { cursor node { number hash content { action } } }
}";

/// Follows a relationship's journal.
async fn follow(caller: &Caller, relationship: &str, after: Option<&str>) -> Events {
    caller.listen(CHANGES, json!({ "id": relationship, "after": after })).await
}

/// The number and the cursor of an entry that came.
fn entry(answer: &Answer) -> (i64, String) {
    assert!(answer.body["errors"].is_null(), "{:#}", answer.body);
    let change = &answer.body["data"]["relationshipChanged"];
    let cursor = change["cursor"].as_str().expect("a cursor");
    (change["node"]["number"].as_i64().expect("a number"), cursor.to_owned())
}

/// The cursors of a relationship's journal, as its pages give them.
async fn cursors(caller: &Caller, relationship: &str) -> Vec<String> {
    let query = "query($id: ID!) { relationship(id: $id) { journal(first: 100) { edges { cursor } } } }";
    let data = caller.ok(query, json!({ "id": relationship })).await;
    let edges = data["relationship"]["journal"]["edges"].as_array().expect("a list");
    edges.iter().map(|edge| edge["cursor"].as_str().expect("a cursor").to_owned()).collect()
}

/// Writes one entry onto the relationship's chain.
async fn write(caller: &Caller, relationship: &str, title: &str) {
    caller.mutate("createActionItem", "actionItem { id }", item(relationship, title)).await;
}

fn item(relationship: &str, title: &str) -> Value {
    json!({ "relationshipId": relationship, "title": title, "owner": "CDMO", "dueOn": "2026-04-01" })
}
