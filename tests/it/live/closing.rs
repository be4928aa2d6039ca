//! Why a socket is closed, and with which code.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{CHANGES, cursors};
use crate::harness::{PROTOCOL, Served, World, on_both_databases};

on_both_databases! {
    async fn a_socket_speaks_the_protocol(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        // A client that asks for another protocol gives up by itself; one that asks for none hears why.
        let mut socket = served.try_connect(&[]).await.expect("a socket");
        socket.must_close(4406).await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        socket.init("Bearer again").await;
        assert_eq!(socket.must_close(4429).await, "Too many initialisation requests");
        let mut socket = served.connect().await;
        socket.subscribe("1", "{ __typename }", Value::Null).await;
        socket.must_close(4401).await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        for _ in 0..2 {
            socket.subscribe("1", CHANGES, json!({ "id": world.relationship })).await;
        }
        assert_eq!(socket.must_close(4409).await, "Subscriber for 1 already exists");
    }

    async fn a_message_is_text_of_some_length(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        let long_ping = format!(r#"{{"type":"ping","payload":{{"a":"{}"}}}}"#, "x".repeat(1_024));
        for message in [
            Message::text("{"),
            Message::binary(b"{}".to_vec()),
            Message::text(" ".repeat(64 * 1_024 + 1)),
            Message::text(long_ping),
        ] {
            let mut socket = served.connect_as(&world.sponsor.token).await;
            socket.send(message).await;
            assert!(socket.must_close(4400).await.starts_with("Invalid message: "));
        }
    }

    async fn of_a_message_of_any_length_it_is_told_why_it_closes_the_socket(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        // More than the system takes in for either side, so that most of it is yet to come when the socket is closed.
        let mut socket = served.connect_as(&world.sponsor.token).await;
        socket.send(Message::text(" ".repeat(3_500_000))).await;
        assert_eq!(socket.must_close(4400).await, "Invalid message: only text of up to 65536 bytes is read");
    }

    async fn a_socket_begins_in_time(app: App) {
        let app = app.with_settings(|config| config.live.socket_init_timeout = Duration::from_millis(20)).await;
        let served = Served::new(app).await;
        let mut socket = served.connect().await;
        assert_eq!(socket.must_close(4408).await, "Connection initialisation timeout");
    }

    async fn a_socket_is_a_callers(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        for payload in [
            json!({}),
            json!({ "authorization": "Bearer x" }),
            json!({ "authorization": "x" }),
            json!({ "authorization": 7 }),
            json!({ "authorization": format!("Bearer {}", world.cdmo.token), "Authorization": format!("Bearer {}", world.cdmo.token) }),
        ] {
            let mut socket = served.connect().await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert!(socket.must_close(4403).await.starts_with("Forbidden: "), "{payload}");
        }
        let bearer = format!("Bearer {}", world.sponsor.token);
        let refused = served.try_connect(&[PROTOCOL, ("authorization", "Bearer x")]).await;
        assert_eq!(refused.err(), Some(StatusCode::UNAUTHORIZED));
        for (payload, is_taken) in [
            (json!(null), true),
            (json!({ "Authorization": bearer }), true),
            (json!({ "authorization": format!("Bearer {}", world.cdmo.token) }), false),
        ] {
            let mut socket = served.try_connect(&[PROTOCOL, ("authorization", &bearer)]).await.expect("a socket");
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            if is_taken {
                socket.must_say(json!({ "type": "connection_ack" })).await;
            } else {
                socket.must_close(4403).await;
            }
        }
    }

    async fn a_socket_ends_with_its_token(app: App) {
        let world = World::new(&app).await;
        let served = app.served().await;
        let token = sign_development_token(Some("acme"), "short", "journal:read", app.clock.now(), TimeDelta::minutes(5));
        let mut socket = served.connect_as(&token).await;
        let after = cursors(&world.sponsor, &world.relationship).await.remove(0);
        socket.subscribe("1", CHANGES, json!({ "id": world.relationship, "after": after })).await;
        socket.payload("next", "1").await;
        app.pass(TimeDelta::minutes(6));
        assert_eq!(socket.must_close(4403).await, "Forbidden: the token has expired");
        let mut late = served.connect().await;
        late.init(&format!("Bearer {token}")).await;
        assert_eq!(late.must_close(4403).await, "Forbidden: the token has expired");
    }

    async fn without_a_handshake_there_is_no_socket(app: App) {
        let request = axum::http::Request::get("/graphql/ws").body(axum::body::Body::empty()).expect("a request");
        let response = app.operator().ask_for_events(request).await;
        assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(response.headers()["upgrade"], "websocket");
    }
}
