//! When live updates end: with the token, with the service, and at the limits.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use guidepost::http;
use serde_json::json;

use super::{CHANGES, cursors, entry, follow, write};
use crate::harness::{Caller, PROTOCOL, Served, World, on_both_databases};

on_both_databases! {
    async fn it_ends_when_the_token_does(app: App) {
        let world = World::new(&app).await;
        let lifetime = TimeDelta::minutes(5);
        let token = sign_development_token(Some("acme"), "short", "journal:read", app.clock.now(), lifetime);
        let after = cursors(&world.cdmo, &world.relationship).await.remove(0);
        let mut events = follow(&app.bearer(&token), &world.relationship, Some(&after)).await;
        assert_eq!(entry(&events.answer().await).0, 2);
        app.pass(TimeDelta::minutes(6));
        // Whatever is written from now on is not for it.
        write(&world.sponsor, &world.relationship, "Too late").await;
        let answer = events.answer().await;
        let refusal = answer.refusals().remove(0);
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("UNAUTHENTICATED", "the token has expired: connect again with a new one"));
        assert!(answer.body.get("data").is_none());
        events.must_end().await;
    }

    async fn it_ends_when_the_token_is_revoked(app: App) {
        let world = World::new(&app).await;
        let after = cursors(&world.sponsor, &world.relationship).await.remove(0);
        let served = app.served().await;
        let mut events = follow(&world.sponsor, &world.relationship, Some(&after)).await;
        assert_eq!(entry(&events.answer().await).0, 2);
        let mut socket = served.connect_as(&world.sponsor.token).await;
        app.pass(TimeDelta::seconds(10));
        let anna = json!({ "issuer": "guidepost-development", "subject": "anna", "organization": "acme", "reason": "Her laptop was stolen" });
        app.operator().mutate("revokeSubjectTokens", "tokenRevocation { id }", anna).await;
        app.service.upkeep().await;
        // Nothing is written meanwhile: who waits is ended, too.
        assert_eq!(socket.must_close(4403).await, "Forbidden: the token has been revoked");
        assert_eq!(events.answer().await.refusals()[0].message, "the token has been revoked: connect again with a new one");
        events.must_end().await;
    }

    async fn each_caller_has_so_many_connections(app: App) {
        let world = World::new(&app).await;
        let after = cursors(&world.sponsor, &world.relationship).await.remove(0);
        let service = app.with_settings(|config| config.live.max_per_caller = 2).await;
        let (sponsor, cdmo) = (world.sponsor.at(&http::router(service.clone())), world.cdmo.at(&http::router(service.clone())));
        let served = Served::new(service).await;
        let mut events = follow(&sponsor, &world.relationship, Some(&after)).await;
        assert_eq!(entry(&events.answer().await).0, 2);
        let mut socket = served.connect_as(&sponsor.token).await;

        assert_eq!(status(&sponsor).await, (429, "LIMIT_EXCEEDED".to_owned()));
        let bearer = format!("Bearer {}", sponsor.token);
        let refused = served.try_connect(&[PROTOCOL, ("authorization", &bearer)]).await;
        assert_eq!(refused.err().map(|status| status.as_u16()), Some(429));
        let mut third = served.connect().await;
        third.init(&bearer).await;
        assert_eq!(third.must_close(1013).await, "you have as many live connections as one caller may have, 2: wait for one to end");
        // Another caller is not kept out by that, and a place that was left is there again.
        assert_eq!(status(&cdmo).await.0, 200);
        drop(events);
        assert_eq!(status(&sponsor).await.0, 200);
        socket.must_answer().await;
    }

    async fn each_socket_has_so_many_operations(app: App) {
        let world = World::new(&app).await;
        let served = Served::new(app.with_settings(|config| config.live.max_operations_per_socket = 2).await).await;
        let mut socket = served.connect_as(&world.sponsor.token).await;
        for id in ["1", "2", "3"] {
            socket.subscribe(id, CHANGES, json!({ "id": world.relationship })).await;
        }
        assert_eq!(socket.payload("error", "3").await[0]["extensions"]["code"], "LIMIT_EXCEEDED");
        socket.say(json!({ "type": "complete", "id": "1" })).await;
        socket.subscribe("3", "{ viewer { subject } }", json!({})).await;
        socket.payload("next", "3").await;
    }

    async fn the_service_takes_so_many_connections(app: App) {
        let world = World::new(&app).await;
        let service = app.with_settings(|config| config.live.max = 0).await;
        let sponsor = world.sponsor.at(&http::router(service.clone()));
        assert_eq!(status(&sponsor).await, (503, "UNAVAILABLE".to_owned()));
        let served = Served::new(service).await;
        let refused = served.try_connect(&[PROTOCOL]).await;
        assert_eq!(refused.err().map(|status| status.as_u16()), Some(503));
    }

    async fn a_service_that_stops_says_so(app: App) {
        let world = World::new(&app).await;
        let after = cursors(&world.sponsor, &world.relationship).await.remove(0);
        let service = app.with_settings(|_| {}).await;
        let sponsor = world.sponsor.at(&http::router(service.clone()));
        let served = Served::new(service).await;
        let mut events = follow(&sponsor, &world.relationship, Some(&after)).await;
        assert_eq!(entry(&events.answer().await).0, 2);
        let mut socket = served.connect_as(&sponsor.token).await;
        let stopped = served.stop();
        assert_eq!(socket.must_close(1001).await, "the service is stopping");
        let refusal = events.answer().await;
        assert_eq!(refusal.body["errors"][0]["extensions"]["code"], "UNAVAILABLE");
        assert_eq!(refusal.body["errors"][0]["extensions"]["retryable"], true);
        events.must_end().await;
        drop(socket);
        stopped.await.expect("it does not panic").expect("it ends well");
    }
}

/// The status of an event stream that is asked for and left at once, and the code of its refusal.
async fn status(caller: &Caller) -> (u16, String) {
    let body = json!({ "query": "{ viewer { subject } }" }).to_string();
    let request = Request::post("/graphql/stream").header(CONTENT_TYPE, "application/json").body(Body::from(body));
    let response = caller.ask_for_events(request.expect("a request")).await;
    let status = response.status().as_u16();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the whole answer");
    let body: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    (status, body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}
