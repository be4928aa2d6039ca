//! Requests that are made to hurt: each is refused with the right code, and the service answers the next one.

pub mod bodies;
pub mod documents;

use axum::http::StatusCode;
use serde_json::json;

use self::bodies::QUERY;
use crate::harness::{App, Caller, World, development, on_both_databases};

on_both_databases! {
    async fn hostile_documents_are_refused_and_the_next_request_is_answered(app: App) {
        let world = World::new(&app).await;
        let cases = documents::all();
        assert!(cases.len() >= 40, "{}", cases.len());
        for case in cases {
            let refusals = world.sponsor.send(&case.query, case.variables).await.refusals();
            let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
            assert_eq!(codes.first(), Some(&case.code), "{}: {:?}", case.name, refusals.first());
            assert!(refusals.len() <= 51, "{}", case.name);
        }
        world.sponsor.ok("{ viewer { subject } }", json!({})).await;
    }
}

/// A service without limits on how much is asked for, and one who asks.
async fn unmetered() -> (App, Caller) {
    let mut config = development();
    config.load.subject_rate = None;
    let app = App::configured(config).await;
    app.operator().mutate("registerOrganization", "organizationId", json!({ "handle": "acme", "name": "Acme" })).await;
    let caller = app.caller("acme", "ada", "relationships:read");
    (app, caller)
}

#[tokio::test]
async fn every_hostile_body_has_its_answer_and_does_no_harm() {
    let (_app, caller) = unmetered().await;
    let cases = bodies::all();
    assert!(cases.len() >= 40, "{}", cases.len());
    for (name, headers, body, status, code) in cases {
        let typed = [headers, &[("accept", "application/graphql-response+json")]].concat();
        let answer = caller.post(&typed, body).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default(), code, "{name}");
        assert!(answer.body.to_string().len() < 32 * 1024, "{name} is told at length: {}", answer.body);
        assert_eq!(caller.post(&[], QUERY).await.status, StatusCode::OK, "the request after {name}");
    }
}

#[tokio::test]
async fn an_unknown_packing_is_told_what_is_known() {
    let (_app, caller) = unmetered().await;
    let answer = caller.post(&[("content-encoding", "br")], QUERY).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.headers["accept-encoding"], "gzip, zstd");
}

#[tokio::test]
async fn a_long_list_of_types_is_read_once() {
    const MANY: usize = 100_000;
    let (_app, caller) = unmetered().await;
    for (accept, status) in [
        ("a/b,".repeat(MANY), StatusCode::NOT_ACCEPTABLE),
        (format!("{}*/*;q=0.001", "a/b;c=\",\";q=0.5,".repeat(MANY)), StatusCode::OK),
        ("\"".repeat(MANY), StatusCode::NOT_ACCEPTABLE),
        ("*/*;".repeat(MANY), StatusCode::NOT_ACCEPTABLE),
    ] {
        assert_eq!(caller.post(&[("accept", &accept)], QUERY).await.status, status, "{}", &accept[..30]);
    }
}

#[tokio::test]
async fn a_body_is_not_read_for_a_stranger() {
    let (app, _) = unmetered().await;
    let refusal = app.bearer("").post(&[], " ".repeat(10 << 20)).await;
    assert_eq!(refusal.status, StatusCode::UNAUTHORIZED);
}
