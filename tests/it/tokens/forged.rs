//! Tokens that are forged, malformed or meant for something else, over HTTP: each is refused for the right reason, and
//! the answer repeats nothing of it. `cargo test --test it tokens::forged -- --nocapture` prints them as a table.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use guidepost::http;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::forgeries::{self, Case, Forger, MARK};
use super::{service_with, settings};
use crate::harness::{App, START};

const QUERY: &str = "{ viewer { subject } }";

/// A service with the issuers whose tokens are forged, whose keys are in the folder.
async fn service() -> (App, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("guidepost.toml");
    std::fs::write(&file, forgeries::issuers(folder.path())).expect("it is written");
    (service_with(settings(&file).issuers).await, folder)
}

fn forger() -> Forger {
    Forger { now: START.parse::<DateTime<Utc>>().expect("a time").timestamp() }
}

#[tokio::test]
#[expect(clippy::disallowed_macros, reason = "this table is what a reader of the tests asks for")]
async fn every_forged_token_is_refused_for_its_reason_and_never_repeated() {
    let (app, _keys) = service().await;
    let good = app.bearer(&forger().good()).ok(QUERY, Value::Null).await;
    assert_eq!(good["viewer"]["subject"], MARK);
    let cases = forger().cases();
    assert!(cases.len() >= 80, "{} cases", cases.len());
    println!("{:52} | status | told", "token");
    for Case { name, token, reason } in &cases {
        let answer = app.bearer(token).send(QUERY, Value::Null).await;
        println!("{name:52} | {:6} | {reason}", answer.status.as_u16());
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
        let [refusal] = &answer.refusals()[..] else { panic!("{name}: one error") };
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("UNAUTHENTICATED", *reason), "{name}");
        assert_eq!(
            answer.headers["www-authenticate"],
            format!(r#"Bearer error="invalid_token", error_description="{reason}""#),
            "{name}"
        );
        let whole = format!("{:?} {}", answer.headers, answer.body);
        let parts = token.split('.').filter(|part| part.len() > 3);
        for secret in parts.chain([MARK]) {
            assert!(!whole.contains(secret), "{name}: {whole}");
        }
        assert!(answer.body.get("data").is_none(), "{name}");
    }
}

/// Over a connection, where the server's own limit on headers comes first.
#[tokio::test]
async fn a_megabyte_of_token_is_not_read() {
    let (app, _keys) = service().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, told) = oneshot::channel::<()>();
    let server = tokio::spawn(http::serve(std::sync::Arc::clone(&app.service), listener, async { _ = told.await }));
    let post = async |token: &str| {
        let mut connection = TcpStream::connect(address).await.expect("it listens");
        let body = json!({ "query": QUERY }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nauthorization: Bearer {token}\r\n\r\n{body}",
            body.len()
        );
        // The server has answered before it has read all of it.
        connection.write_all(request.as_bytes()).await.expect("the rest is read, too");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.expect("the connection does not break off");
        answer
    };
    let refused = post(&"a".repeat(1_000_000)).await;
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert!(post(&forger().good()).await.starts_with("HTTP/1.1 200 "));
    _ = stop.send(());
    server.await.expect("no panic").expect("it stops well");
}
