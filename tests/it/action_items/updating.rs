//! Changing what an item says: left out stays, null clears, and what was accepted stays as it was worded.

use serde_json::{Value, json};

use super::{ask_date, create, create_contact, go, name_contacts, read};
use crate::harness::{Caller, World, on_both_databases};

const WORDS: &str = "title description priority labels assignee { name } version";

async fn update(caller: &Caller, item: &Value, fields: Value) -> Value {
    let payload =
        caller.mutate("updateActionItem", &format!("actionItem {{ id {WORDS} }}"), change(item, fields)).await;
    payload["actionItem"].clone()
}

fn change(item: &Value, fields: Value) -> Value {
    let mut input = fields;
    input["actionItemId"] = item["id"].clone();
    input["expectedVersion"] = item["version"].clone();
    input
}

on_both_databases! {
    async fn left_out_stays_and_null_clears(app: App) {
        let world = World::new(&app).await;
        let contact = create_contact(&world.sponsor, "Ada", None).await;
        name_contacts(&world.sponsor, &world, &[&contact]).await;
        let input = json!({
            "owner": "SPONSOR", "title": "A", "description": "B", "priority": "LOW", "labels": ["c"], "assigneeContactId": contact,
        });
        let item = create(&world.sponsor, &world, input).await;
        let item = update(&world.sponsor, &item, json!({ "title": "A2" })).await;
        let expected = json!({
            "id": item["id"], "title": "A2", "description": "B", "priority": "LOW", "labels": ["c"],
            "assignee": { "name": "Ada" }, "version": 2,
        });
        assert_eq!(item, expected);
        let item = update(&world.sponsor, &item, json!({ "description": null, "labels": null, "assigneeContactId": null })).await;
        let expected = json!({
            "id": item["id"], "title": "A2", "description": "", "priority": "LOW", "labels": [], "assignee": null, "version": 3,
        });
        assert_eq!(item, expected);
        let refusals = world.sponsor.mutation_refusals("updateActionItem", change(&item, json!({ "title": null, "priority": null }))).await;
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.title", "input.priority"]);
    }

    async fn nothing_changed_is_no_new_version(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({ "labels": ["a"] })).await;
        assert_eq!(update(&world.sponsor, &item, json!({})).await["version"], 1);
        // The whole form sent back by the party that may change only some of it.
        let same = json!({ "title": "Send the forecast", "description": "", "priority": "NORMAL", "labels": ["a"] });
        assert_eq!(update(&world.cdmo, &item, same).await["version"], 1);
    }

    async fn another_version_is_a_conflict(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        update(&world.sponsor, &item, json!({ "title": "First" })).await;
        let refusal = world.sponsor.mutation_refused("updateActionItem", change(&item, json!({ "title": "Second" }))).await;
        assert_eq!((refusal.code.as_str(), refusal.current_version), ("CONFLICT", Some(2)));
        assert_eq!(read(&world.cdmo, &item["id"], "title").await["title"], "First");
    }

    async fn what_the_owner_offered_a_date_for_is_not_reworded(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let wish = ask_date(&world.cdmo, &item, "2026-04-20").await;
        for field in ["title", "description"] {
            let refusal = world.sponsor.mutation_refused("updateActionItem", change(&item, json!({ field: "More work" }))).await;
            assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T11"), "{field}");
        }
        let decline = json!({ "dueDateChangeId": wish["id"], "agree": false, "reason": "more is needed" });
        world.sponsor.mutate("answerActionItemDueDate", "dueDateChange { id }", decline).await;
        assert_eq!(update(&world.sponsor, &item, json!({ "title": "More work" })).await["title"], "More work");
    }

    async fn the_owner_assigns_its_own_contacts(app: App) {
        let world = World::new(&app).await;
        let chen = create_contact(&world.cdmo, "Chen", None).await;
        let ada = create_contact(&world.sponsor, "Ada", None).await;
        name_contacts(&world.sponsor, &world, &[&ada]).await;
        name_contacts(&world.cdmo, &world, &[&chen]).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let item = go(&world.cdmo, "acceptActionItem", &item).await;
        let assigned = update(&world.cdmo, &item, json!({ "assigneeContactId": chen })).await;
        assert_eq!(assigned["assignee"]["name"], "Chen");
        for contact in [ada.as_str(), "con_01h455vb4pex5vsknk084sn02q"] {
            let input = change(&assigned, json!({ "assigneeContactId": contact }));
            let refusal = world.cdmo.mutation_refused("updateActionItem", input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.assigneeContactId")));
        }
        // Naming nobody is the owner's choice, too.
        let clear = change(&assigned, json!({ "assigneeContactId": null }));
        assert_eq!(world.sponsor.mutation_refused("updateActionItem", clear.clone()).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        world.cdmo.mutate("updateActionItem", "actionItem { id }", clear).await;
    }

    async fn either_party_labels_it(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let item = go(&world.cdmo, "acceptActionItem", &item).await;
        let item = update(&world.cdmo, &item, json!({ "labels": ["a", " b", "a"] })).await;
        assert_eq!(item["labels"], json!(["a", "b"]));
        let item = update(&world.sponsor, &item, json!({ "labels": ["c"] })).await;
        assert_eq!(item["labels"], json!(["c"]));
    }
}
