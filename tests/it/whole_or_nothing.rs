//! A request is looked at as a whole before anything of it is run: a mutation whose last field lacks its variable has
//! written nothing by its first one, whichever way it is sent.

use serde_json::{Value, json};

use crate::harness::{World, on_both_databases};

const TWO_ITEMS: &str = "mutation($first: CreateActionItemInput!, $second: CreateActionItemInput!) {
    first: createActionItem(input: $first) { actionItem { id } }
    second: createActionItem(input: $second) { actionItem { id } }
}";

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
        let before = app.written().await;

        expect_refusal(&world.sponsor.send(TWO_ITEMS, lacking.clone()).await.body);
        assert_eq!(app.written().await, before, "by POST");

        let batching = guidepost::http::router(app.with_settings(|config| config.max_batch = 2).await);
        let request = json!({ "query": TWO_ITEMS, "variables": lacking });
        let batch = json!([request, { "query": "{ viewer { subject } }" }]).to_string();
        let answer = world.sponsor.at(&batching).post(&[], batch).await.body;
        expect_refusal(&answer[0]);
        assert_eq!(answer[1]["data"]["viewer"]["subject"], "anna");
        assert_eq!(app.written().await, before, "in a batch");

        let mut events = world.sponsor.listen(TWO_ITEMS, lacking.clone()).await;
        expect_refusal(&events.answer().await.body);
        events.must_end().await;
        assert_eq!(app.written().await, before, "by server-sent events");

        let served = app.served().await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        socket.subscribe("1", TWO_ITEMS, lacking).await;
        expect_refusal(&json!({ "errors": socket.payload("error", "1").await }));
        assert_eq!(app.written().await, before, "on a socket");

        // With both variables the same document writes both.
        let whole = json!({ "first": item, "second": item });
        world.sponsor.ok(TWO_ITEMS, whole.clone()).await;
        assert_eq!(app.written().await, before.map(|count| count + 2));
        socket.subscribe("2", TWO_ITEMS, whole).await;
        assert!(socket.payload("next", "2").await["errors"].is_null());
        assert_eq!(app.written().await, before.map(|count| count + 4));
    }
}
