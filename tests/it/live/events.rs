//! GraphQL over server-sent events: what is asked how, and what is wrong with a request.

use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use guidepost::config::Rate;
use guidepost::http;
use serde_json::{Value, json};

use crate::harness::{Caller, World, on_both_databases};

on_both_databases! {
    async fn queries_and_mutations_have_one_answer(app: App) {
        let world = World::new(&app).await;
        let mut events = world.sponsor.listen("{ viewer { subject } }", json!({})).await;
        assert_eq!(events.answer().await.body, json!({ "data": { "viewer": { "subject": "anna" } } }));
        events.must_end().await;
        let document = "mutation($input: CreateSiteInput!) { createSite(input: $input) { site { name } } }";
        let site = json!({ "input": { "name": "Lyon", "country": "FR", "timeZone": "Europe/Paris" } });
        let mut events = world.sponsor.listen(document, site).await;
        assert_eq!(events.answer().await.body["data"]["createSite"]["site"]["name"], "Lyon");
        events.must_end().await;
    }

    async fn what_is_wrong_with_the_document_is_told_in_the_stream(app: App) {
        let world = World::new(&app).await;
        let two = "subscription($id: ID!) { a: relationshipChanged(relationshipId: $id) { cursor } b: relationshipChanged(relationshipId: $id) { cursor } }";
        let long = format!("subscription {{ relationshipChanged(relationshipId: \"rel_x\") {{ cursor }} }} # {}", "x".repeat(17_000));
        for (document, code) in [
            (" ", "BAD_USER_INPUT"),
            ("{", "BAD_USER_INPUT"),
            ("{ nothing }", "BAD_USER_INPUT"),
            ("subscription { nothing }", "BAD_USER_INPUT"),
            ("subscription { relationshipChanged(relationshipId: \"act_01h455vb4pex5vsknk084sn02q\") { cursor } }", "BAD_USER_INPUT"),
            (two, "BAD_USER_INPUT"),
            (&long, "LIMIT_EXCEEDED"),
        ] {
            let mut events = world.sponsor.listen(document, json!({ "id": world.relationship })).await;
            let answer = events.answer().await;
            assert_eq!(answer.refusals()[0].code, code, "{document}");
            assert!(answer.body.get("data").is_none() && answer.body["errors"][0]["extensions"]["requestId"].is_string());
            events.must_end().await;
        }
    }

    async fn what_is_wrong_with_the_request_is_told_by_its_status(app: App) {
        let world = World::new(&app).await;
        let query = r#"{"query":"{ viewer { subject } }"}"#;
        let json = (CONTENT_TYPE, "application/json");
        for (headers, body, status, code) in [
            (vec![json.clone(), (ACCEPT, "application/json")], query, 406, "BAD_USER_INPUT"),
            (vec![(CONTENT_TYPE, "text/plain")], query, 415, "BAD_USER_INPUT"),
            (vec![json.clone(), (AUTHORIZATION, "Bearer x")], query, 401, "UNAUTHENTICATED"),
            (vec![json.clone()], "{", 400, "BAD_USER_INPUT"),
            (vec![json.clone()], r#"{"query":7}"#, 400, "BAD_USER_INPUT"),
            (vec![json.clone(), ("x-guidepost-dry-run".parse().expect("a name"), "cost")], query, 400, "BAD_USER_INPUT"),
            (vec![json, ("x-guidepost-cost".parse().expect("a name"), "report")], query, 400, "BAD_USER_INPUT"),
        ] {
            let mut request = Request::post("/graphql/stream").body(Body::from(body)).expect("a request");
            request.headers_mut().extend(headers.into_iter().map(|(name, value)| (name, value.parse().expect("a value"))));
            let response = world.sponsor.ask_for_events(request).await;
            assert_eq!(response.status(), status);
            assert_eq!(body_of(response).await["errors"][0]["extensions"]["code"], code);
        }
    }

    async fn what_is_refused_is_paid_for(app: App) {
        let world = World::new(&app).await;
        let service = app.with_settings(|config| config.load.subject_rate = Some(Rate { per_second: NonZeroU32::MIN, burst: 250.try_into().expect("some") })).await;
        let caller = world.sponsor.at(&http::router(service));
        // Time stands still, so nothing comes back.
        for (body, status) in [(r#"{"query":"{ nothing }"}"#, 200), ("no JSON", 400), ("no JSON", 429)] {
            let request = Request::post("/graphql/stream").header(CONTENT_TYPE, "application/json").body(Body::from(body));
            assert_eq!(caller.ask_for_events(request.expect("a request")).await.status(), status, "{body}");
        }
    }

    async fn by_get_nothing_is_changed(app: App) {
        let world = World::new(&app).await;
        let get = async |query: &str| get(&world.sponsor, query).await;
        let response = get("query=query%20A%7Bviewer%7Bsubject%7D%7D%20query%20B%7B__typename%7D&operationName=B").await;
        let events = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("all of it");
        assert_eq!(events, "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n");
        let mutation = "query=mutation%7BcreateSite(input%3A%7Bname%3A%22X%22%2Ccountry%3A%22FR%22%2CtimeZone%3A%22Europe%2FParis%22%7D)%7Bsite%7Bid%7D%7D%7D";
        let response = get(mutation).await;
        assert_eq!((response.status().as_u16(), &response.headers()[ALLOW]), (405, &"POST".parse().expect("a value")));
        assert_eq!(get("").await.status(), 400);
        assert_eq!(get("query=%7B&variables=%7B").await.status(), 400);
    }
}

async fn get(caller: &Caller, query: &str) -> axum::response::Response {
    let request = Request::builder().method(Method::GET).uri(format!("/graphql/stream?{query}"));
    caller.ask_for_events(request.body(Body::empty()).expect("a request")).await
}

async fn body_of(response: axum::response::Response) -> Value {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the whole answer");
    serde_json::from_slice(&bytes).expect("JSON")
}
