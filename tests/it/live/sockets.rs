//! GraphQL over WebSocket: what runs on a socket.

use serde_json::{Value, json};

use super::{CHANGES, cursors, item, write};
use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn operations_of_every_kind_run_on_one_socket(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        socket.subscribe("q", "{ viewer { subject } }", Value::Null).await;
        assert_eq!(socket.payload("next", "q").await, json!({ "data": { "viewer": { "subject": "anna" } } }));
        socket.must_say(json!({ "type": "complete", "id": "q" })).await;

        let after = cursors(&world.sponsor, &world.relationship).await.remove(0);
        socket.subscribe("s", CHANGES, json!({ "id": world.relationship, "after": after })).await;
        let number = |next: Value| next["data"]["relationshipChanged"]["node"]["number"].clone();
        assert_eq!(number(socket.payload("next", "s").await), 2);
        let document = "mutation($input: CreateActionItemInput!) { createActionItem(input: $input) { actionItem { title } } }";
        socket.subscribe("m", document, json!({ "input": item(&world.relationship, "Sent over the socket") })).await;
        let mut told = vec![socket.next().await, socket.next().await, socket.next().await];
        told.sort_by_key(|said| format!("{said:?}"));
        let told = format!("{told:?}");
        assert!(told.contains("createActionItem") && told.contains("Sent over the socket") && told.contains("Number(3)"), "{told}");
    }

    async fn a_client_stops_what_it_began(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        let cursors = cursors(&world.sponsor, &world.relationship).await;
        socket.subscribe("1", CHANGES, json!({ "id": world.relationship, "after": cursors[0] })).await;
        socket.payload("next", "1").await;
        socket.say(json!({ "type": "complete", "id": "1" })).await;
        // The id is free from here on, and nothing comes of the first any more.
        socket.subscribe("1", CHANGES, json!({ "id": world.relationship, "after": cursors[1] })).await;
        socket.must_answer().await;
        write(&world.cdmo, &world.relationship, "Something new").await;
        let next = socket.payload("next", "1").await;
        assert_eq!(next["data"]["relationshipChanged"]["node"]["number"], 3);
        socket.must_answer().await;
    }

    async fn what_cannot_be_run_is_an_error_of_its_operation(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        let mut socket = served.connect_as(&world.stranger.token).await;
        for (document, code) in [("{", "BAD_USER_INPUT"), ("{ nothing }", "BAD_USER_INPUT"), (CHANGES, "NOT_FOUND")] {
            socket.subscribe("1", document, json!({ "id": world.relationship })).await;
            let errors = socket.payload("error", "1").await;
            assert_eq!(errors[0]["extensions"]["code"], code);
            assert!(errors[0]["extensions"]["requestId"].is_string() && errors[0].get("path").is_none());
        }
        socket.subscribe("1", "{ viewer { subject } }", Value::Null).await;
        socket.payload("next", "1").await;
    }
}
