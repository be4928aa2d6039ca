//! Keys that an issuer serves: fetched, rotated, and not to be had. Time is moved by hand; nothing is waited for but
//! the provider's answers.

use std::collections::BTreeMap;
use std::task::Poll;

use axum::http::StatusCode;
use chrono::TimeDelta;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, poll};
use guidepost::access::token::{Algorithm, Issuer, KeySource, PlainHttp};
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

/// The same, for one that may have to wait.
async fn status_in_time(app: &App, token: String) -> StatusCode {
    status(app, &token).await
}

/// What is answered by now, while time stands still: all that does not wait for it to pass.
async fn answered_by_now<T>(app: &App, requests: &mut FuturesUnordered<impl Future<Output = T>>) -> Vec<T> {
    let (mut answered, mut quiet) = (Vec::new(), 0);
    // Who was woken a moment ago still counts as waiting, until it had its turn.
    while quiet < 3 {
        tokio::task::yield_now().await;
        match poll!(requests.next()) {
            Poll::Ready(Some(answer)) => {
                answered.push(answer);
                quiet = 0;
            }
            Poll::Pending if requests.len() > app.clock.waited_for() => quiet = 0,
            Poll::Ready(None) | Poll::Pending => quiet += 1,
        }
    }
    answered
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
    let (mut under_way, mut waited) = (FuturesUnordered::new(), 0);
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
        for index in 0..AT_ONCE {
            let (kind, token) = match index {
                0 => ("forged", provider.sign(&claims) + "A"),
                // Strangers make up keys all the time, also right before one changes.
                1 => ("stranger's", provider.sign_as_stranger(&claims)),
                2 if (65..170).contains(&second) => ("retired", provider.sign_with_retired_key(&claims)),
                _ => ("valid", provider.sign(&claims)),
            };
            let app = &app;
            under_way.push(async move { (kind, status(app, &token).await.as_u16()) });
        }
        for outcome in answered_by_now(&app, &mut under_way).await {
            *answered.entry(outcome).or_default() += 1;
        }
        waited += under_way.len();
    }
    while !under_way.is_empty() {
        app.pass(TimeDelta::seconds(1));
        for outcome in answered_by_now(&app, &mut under_way).await {
            *answered.entry(outcome).or_default() += 1;
        }
    }
    println!("{REQUESTS} requests, by kind of token and status: {answered:?}");
    assert_eq!(answered.values().sum::<usize>(), REQUESTS);
    assert!(waited > 0, "no token was new while no key could be asked for");
    let kinds: Vec<_> = answered.into_keys().collect();
    // To who cannot read the keys, an unknown key could as well be a new one.
    let unknown = [("retired", 401), ("retired", 503), ("stranger's", 401), ("stranger's", 503)];
    assert_eq!(kinds, [&[("forged", 401)][..], &unknown, &[("valid", 200)]].concat());
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

    // A key of the last seconds may be the issuer's: who has such a token waits until somebody may ask, and one does.
    provider.rotate();
    let valid = provider.sign(&claims(&app, &provider));
    let mut requests: FuturesUnordered<_> = (0..3).map(|_| status(&app, &valid)).collect();
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::OK; 0]);
    app.pass(TimeDelta::seconds(4));
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::OK; 0]);
    assert_eq!(provider.fetched(), 2);
    app.pass(TimeDelta::seconds(1));
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::OK; 3]);
    assert_eq!(provider.fetched(), 3);

    // One that was there when the keys were read last would have been among them.
    let mut old = claims(&app, &provider);
    old["iat"] = (app.clock.now().timestamp() - 31).into();
    assert_eq!(status(&app, &provider.sign_with_retired_key(&old)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.fetched(), 3);
}

#[tokio::test]
async fn keys_that_were_on_their_way_when_a_token_came_may_lack_its_own() {
    let mut provider = Provider::start().await;
    let app = service(&provider).await;
    app.service.upkeep().await;
    provider.hold();
    let stranger = provider.sign_as_stranger(&claims(&app, &provider));
    let mut requests = FuturesUnordered::from_iter([status_in_time(&app, stranger.clone())]);
    while provider.fetched() < 2 {
        assert!(poll!(requests.next()).is_pending());
        tokio::task::yield_now().await;
    }
    // What the stranger's token asked for is from before the change; a token from after it comes meanwhile.
    provider.rotate();
    let valid = provider.sign(&claims(&app, &provider));
    requests.push(status_in_time(&app, valid));
    assert!(poll!(requests.next()).is_pending());
    provider.go_on();
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::UNAUTHORIZED]);
    app.pass(TimeDelta::seconds(5));
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::OK]);

    // Nor is it the token's fault if that fails.
    app.pass(TimeDelta::seconds(5));
    provider.hold();
    provider.say(Answer::Status(StatusCode::BAD_GATEWAY));
    requests.push(status_in_time(&app, stranger));
    while provider.fetched() < 4 {
        assert!(poll!(requests.next()).is_pending());
        tokio::task::yield_now().await;
    }
    provider.rotate();
    let valid = provider.sign(&claims(&app, &provider));
    requests.push(status_in_time(&app, valid));
    assert!(poll!(requests.next()).is_pending());
    provider.go_on();
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::SERVICE_UNAVAILABLE]);
    app.pass(TimeDelta::seconds(5));
    assert_eq!(answered_by_now(&app, &mut requests).await, [StatusCode::OK]);
}

#[tokio::test]
async fn who_is_not_listed_is_not_given_away_by_keys_that_cannot_be_read() {
    let provider = Provider::start().await;
    let keys = KeySource::Url(provider.jwks_url().parse().expect("a URL"));
    let hidden = Issuer { listed: false, ..issuer(&provider.issuer, &[Algorithm::EdDsa], keys) };
    let app = service_with(vec![hidden]).await;
    let of_nobody = provider.sign_as_stranger(&json!({ "iss": "https://nobody.example" }));
    let of_nobody = app.bearer(&of_nobody).send(QUERY, Value::Null).await;
    let told = |answer: &crate::harness::Answer| {
        let challenge = answer.headers["www-authenticate"].clone();
        (answer.status, challenge, answer.refusals())
    };
    let expected = told(&of_nobody);
    assert_eq!(expected.0, StatusCode::UNAUTHORIZED);
    for down in [true, false] {
        if down {
            provider.say(Answer::Status(StatusCode::BAD_GATEWAY));
        } else {
            provider.recover();
        }
        for _ in 0..2 {
            let stranger = app.bearer(&provider.sign_as_stranger(&claims(&app, &provider)));
            let mut requests = FuturesUnordered::from_iter([stranger.send(QUERY, Value::Null)]);
            let mut answers = answered_by_now(&app, &mut requests).await;
            if answers.is_empty() {
                app.pass(TimeDelta::seconds(5));
                answers = answered_by_now(&app, &mut requests).await;
            }
            let [answer] = &answers[..] else { panic!("one answer") };
            assert_eq!(told(answer), expected);
        }
    }
    assert_eq!(status(&app, &provider.sign(&claims(&app, &provider))).await, StatusCode::OK);
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
