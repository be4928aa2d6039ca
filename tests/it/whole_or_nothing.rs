//! A request is looked at as a whole before anything of it is run: a mutation whose last field lacks its variable has
//! written nothing by its first one, whichever way it is sent.

use serde_json::{Value, json};

use crate::harness::{App, World, on_both_databases};

const TWO_ITEMS: &str = "mutation($first: CreateActionItemInput!, $second: CreateActionItemInput!) {
    first: createActionItem(input: $first) { actionItem { id } }
    second: createActionItem(input: $second) { actionItem { id } }
}";

/// What an action item and its journal entry are written to.
async fn rows(app: &App) -> [i64; 2] {
    [app.count("SELECT COUNT(*) FROM action_item").await, app.count("SELECT COUNT(*) FROM journal_entry").await]
}

fn expect_refusal(answer: &Value) {
    assert!(answer.get("data").is_none_or(Value::is_null), "{answer:#}");
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["field"]), (&json!("BAD_USER_INPUT"), &json!("second")));
}

on_both_databases! {
    async fn a_mutation_that_lacks_its_last_variable_writes_nothing(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        let lacking = json!({ "first": item });
        let before = rows(&app).await;

        expect_refusal(&world.sponsor.send(TWO_ITEMS, lacking.clone()).await.body);
        assert_eq!(rows(&app).await, before, "by POST");

        let batching = guidepost::http::router(app.with_settings(|config| config.max_batch = 2).await);
        let request = json!({ "query": TWO_ITEMS, "variables": lacking });
        let batch = json!([request, { "query": "{ viewer { subject } }" }]).to_string();
        let answer = world.sponsor.at(&batching).post(&[], batch).await.body;
        expect_refusal(&answer[0]);
        assert_eq!(answer[1]["data"]["viewer"]["subject"], "anna");
        assert_eq!(rows(&app).await, before, "in a batch");

        let mut events = world.sponsor.listen(TWO_ITEMS, lacking).await;
        expect_refusal(&events.answer().await.body);
        events.must_end().await;
        assert_eq!(rows(&app).await, before, "by server-sent events");

        // With both variables the same document writes both.
        world.sponsor.ok(TWO_ITEMS, json!({ "first": item, "second": item })).await;
        assert_eq!(rows(&app).await, before.map(|count| count + 2));
    }
}
