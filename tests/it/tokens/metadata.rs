//! How a client without a token finds out where to get one.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use guidepost::access::token::{Algorithm, Issuer};
use guidepost::config::{Config, ResourceUrl};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::signing::OTHER_ED25519;
use super::{AUDIENCE, issuer, pem};
use crate::harness::App;

async fn service(resource: Option<&str>) -> App {
    let keys = || pem("ed25519");
    let unlisted = issuer("https://id.hidden.example", &[Algorithm::EdDsa], keys());
    let issuers =
        vec![issuer("https://id.acme.example", &[Algorithm::EdDsa], keys()), Issuer { listed: false, ..unlisted }];
    let resource_url = resource.map(|url| ResourceUrl::parse(url).expect("a good URL"));
    App::configured(Config { resource_url, issuers, ..Config::default() }).await
}

async fn get(app: &App, path: &str) -> (StatusCode, Value) {
    let request = Request::get(path).body(Body::empty()).expect("a good request");
    let response = app.router.clone().oneshot(request).await.expect("the router answers");
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("the whole answer");
    (status, serde_json::from_slice(&body).expect("answers are JSON"))
}

#[tokio::test]
async fn a_challenge_leads_to_the_metadata() {
    let app = service(Some("https://guidepost.example/graphql")).await;
    let answer = app.bearer("x").send("{ viewer { subject } }", Value::Null).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let challenge = answer.headers["www-authenticate"].to_str().expect("plain text");
    assert_eq!(
        challenge,
        "Bearer error=\"invalid_token\", error_description=\"the token is not a signed JWT\", \
         resource_metadata=\"https://guidepost.example/.well-known/oauth-protected-resource/graphql\""
    );
    let expected = json!({
        "resource": "https://guidepost.example/graphql",
        "resource_name": "Guidepost",
        "authorization_servers": ["https://id.acme.example"],
        "scopes_supported": guidepost::access::scope::Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
    });
    for path in ["/.well-known/oauth-protected-resource/graphql", "/.well-known/oauth-protected-resource"] {
        assert_eq!(get(&app, path).await, (StatusCode::OK, expected.clone()), "{path}");
    }
    let (status, _) = get(&app, "/.well-known/oauth-protected-resource/other").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_is_told_where_the_settings_do_not_say_so() {
    let app = service(None).await;
    let (status, problem) = get(&app, "/.well-known/oauth-protected-resource").await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("NOT_FOUND")));
    let answer = app.bearer("").send("{ viewer { subject } }", Value::Null).await;
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn who_is_not_listed_is_not_given_away_by_what_is_wrong_with_a_token() {
    let app = service(None).await;
    let told = async |issuer: &str| {
        let claims = json!({ "iss": issuer, "aud": AUDIENCE, "sub": "eve", "exp": 4_000_000_000_i64 });
        let token = OTHER_ED25519.access_token("forged", &claims);
        app.bearer(&token).send("{ viewer { subject } }", Value::Null).await.refusals().remove(0).message
    };
    assert_eq!(told("https://id.acme.example").await, "the token's signature is wrong");
    let nobody = told("https://id.nobody.example").await;
    assert_eq!(told("https://id.hidden.example").await, nobody);
}
