//! Keys that an issuer serves: fetched, rotated, and not to be had. Time is moved by hand; nothing is waited for but
//! the provider's answers.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use futures_util::future::join_all;
use guidepost::access::token::{Algorithm, KeySource, PlainHttp};
use serde_json::{Value, json};

use super::provider::{Answer, Provider};
use super::{AUDIENCE, issuer, service_with};
use crate::harness::App;

/// [`crate::harness::App::service`]'s `upkeep` is what goes on beside the requests each second.
const QUERY: &str = "{ viewer { subject } }";

async fn service(provider: &Provider) -> App {
    let keys = KeySource::Discovery(PlainHttp::Loopback);
    service_with(vec![issuer(&provider.issuer, &[Algorithm::EdDsa], keys)]).await
}

fn claims(app: &App, provider: &Provider) -> Value {
    let now = app.clock.now().timestamp();
    json!({
        "iss": provider.issuer, "aud": AUDIENCE, "sub": "ada", "organization": "acme", "scope": "relationships:read",
        "iat": now, "exp": now + 300,
    })
}

/// What a token is answered with.
async fn status(app: &App, token: &str) -> StatusCode {
    app.bearer(token).send(QUERY, Value::Null).await.status
}

#[tokio::test]
#[expect(clippy::disallowed_macros, reason = "this count is what a reader of the tests asks for")]
async fn through_rotations_and_failures_no_valid_token_is_refused_and_no_invalid_one_accepted() {
    const REQUESTS: usize = 10_000;
    const AT_ONCE: usize = 10;
    let mut provider = Provider::start().await;
    let app = service(&provider).await;
    app.service.upkeep().await;
    let failures = [
        Answer::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Answer::Text("<html>".to_owned()),
        Answer::Keys(Vec::new()),
        Answer::Status(StatusCode::NOT_FOUND),
    ];
    let mut answered = BTreeMap::<_, usize>::new();
    for step in 0..REQUESTS / AT_ONCE {
        // In three minutes the provider is down for one, and its key changes twice: new keys sign tokens at once.
        let second = step % 180;
        match second {
            60 => provider.rotate(),
            110 => provider.say(failures[step / 180 % failures.len()].clone()),
            170 => {
                provider.recover();
                provider.rotate();
            }
            _ => {}
        }
        app.pass(TimeDelta::seconds(1));
        app.service.upkeep().await;
        let claims = claims(&app, &provider);
        let requests = (0..AT_ONCE).map(|index| {
            let (kind, token) = match index {
                0 => ("forged", provider.sign(&claims) + "A"),
                // So that its unknown key causes no fetch shortly before a rotation.
                1 if (65..120).contains(&second) => ("retired", provider.sign_with_retired_key(&claims)),
                _ => ("valid", provider.sign(&claims)),
            };
            let app = &app;
            async move { (kind, status(app, &token).await.as_u16()) }
        });
        for outcome in join_all(requests).await {
            *answered.entry(outcome).or_default() += 1;
        }
    }
    println!("{REQUESTS} requests, by kind of token and status: {answered:?}");
    let kinds: Vec<_> = answered.into_keys().collect();
    // To who has not read the keys since the token was issued, a retired key could as well be a new one.
    assert_eq!(kinds, [("forged", 401), ("retired", 401), ("retired", 503), ("valid", 200)]);
}

#[tokio::test]
async fn a_service_starts_without_its_issuer_and_recovers_by_itself() {
    let provider = Provider::start().await;
    provider.say(Answer::Status(StatusCode::BAD_GATEWAY));
    let app = service(&provider).await;
    app.service.upkeep().await;
    let token = provider.sign(&claims(&app, &provider));
    let refused = app.bearer(&token).send(QUERY, Value::Null).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let [refusal] = &refused.refusals()[..] else { panic!("one error") };
    assert_eq!(refusal.code, "UNAVAILABLE");
    assert_eq!(refused.body["errors"][0]["extensions"]["retryable"], true);
    assert_eq!(refused.headers["retry-after"], "10");
    provider.recover();
    app.pass(TimeDelta::seconds(10));
    app.service.upkeep().await;
    assert_eq!(status(&app, &token).await, StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_in_a_while() {
    let mut provider = Provider::start().await;
    let app = service(&provider).await;
    app.service.upkeep().await;
    provider.rotate();
    provider.rotate();
    let unknown = provider.sign_with_retired_key(&claims(&app, &provider));
    assert_eq!(status(&app, &unknown).await, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.fetched(), 2);

    // A key of the last seconds may be the issuer's; nobody asks, and nobody says that its token is invalid.
    provider.rotate();
    let valid = provider.sign(&claims(&app, &provider));
    app.pass(TimeDelta::seconds(4));
    for _ in 0..3 {
        assert_eq!(status(&app, &valid).await, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(provider.fetched(), 2);
    app.pass(TimeDelta::seconds(1));
    assert_eq!(status(&app, &valid).await, StatusCode::OK);
    assert_eq!(provider.fetched(), 3);

    // One that was there when the keys were read last would have been among them.
    let mut old = claims(&app, &provider);
    old["iat"] = (app.clock.now().timestamp() - 31).into();
    assert_eq!(status(&app, &provider.sign_with_retired_key(&old)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.fetched(), 3);
}

#[tokio::test]
async fn many_that_wait_for_a_key_cause_one_fetch() {
    let mut provider = Provider::start().await;
    let app = service(&provider).await;
    app.service.upkeep().await;
    provider.rotate();
    provider.hold();
    let token = provider.sign(&claims(&app, &provider));
    let requests = join_all((0..20).map(|_| status(&app, &token)));
    let release = async {
        while provider.fetched() < 2 {
            tokio::task::yield_now().await;
        }
        provider.go_on();
    };
    let (answered, ()) = tokio::join!(requests, release);
    assert_eq!(answered, [StatusCode::OK; 20]);
    assert_eq!(provider.fetched(), 2);
}

#[tokio::test]
async fn keys_are_read_anew_when_it_is_time() {
    let mut provider = Provider::start().await;
    let app = service(&provider).await;
    app.service.upkeep().await;
    provider.rotate();
    app.pass(TimeDelta::seconds(899));
    app.service.upkeep().await;
    assert_eq!(provider.fetched(), 1);
    app.pass(TimeDelta::seconds(1));
    app.service.upkeep().await;
    assert_eq!(provider.fetched(), 2);
    // What the issuer withdrew is no longer trusted.
    let mut later = claims(&app, &provider);
    later["iat"] = (app.clock.now().timestamp() - 60).into();
    assert_eq!(status(&app, &provider.sign_with_retired_key(&later)).await, StatusCode::UNAUTHORIZED);
}
