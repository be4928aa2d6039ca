//! A service over a database in memory, and what came back from it.

mod graphiql;
mod limits;
mod operations;
mod requests;
mod serving;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::access::scope::Scopes;
use crate::access::token::sign_development_token;
use crate::access::viewer::Viewer;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Database;

struct Service {
    app: Arc<App>,
}

/// What came back.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect(&self.text)
    }

    /// The code of the first GraphQL error; the id in it must be the header's.
    fn error_code(&self) -> String {
        let extensions = &self.json()["errors"][0]["extensions"];
        assert_eq!(extensions["requestId"], self.header("x-request-id"));
        extensions["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.text);
        let problem = self.json();
        assert_eq!((&problem["status"], &problem["code"]), (&json!(status), &json!(code)));
        assert_eq!(problem["requestId"], self.header("x-request-id"));
    }
}

impl Service {
    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { development: true, ..Config::default() };
        change(&mut config);
        let database = Database::connect("sqlite::memory:", 1).await.unwrap();
        Self { app: App::new(config, database, Clock::system()).unwrap() }
    }

    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let service = Self::with(change).await;
        service.app.database.migrate().await.unwrap();
        let insert = "INSERT INTO organization (id, handle, name, version, created_at)
            VALUES (x'0188bac74afa78aabc3bbd1eef28d881', 'acme', 'Acme', 1, '2026-11-01T00:00:00+00:00')";
        service.app.database.reader().execute_unprepared(insert).await.unwrap();
        service
    }

    fn token(&self, organization: Option<&str>, lifetime: TimeDelta) -> String {
        sign_development_token(organization, "ada", "relationships:read admin", self.app.clock.now(), lifetime)
    }

    fn viewer(&self, subject: &str) -> Viewer {
        Viewer {
            issuer: "guidepost-development".into(),
            subject: subject.to_owned(),
            organization: None,
            scopes: Scopes::NONE,
            token_id: None,
            issued_at: None,
            expires_at: self.app.clock.now(),
        }
    }

    async fn send(&self, request: Request) -> Answer {
        Answer::of(router(Arc::clone(&self.app)).oneshot(request).await.unwrap()).await
    }

    /// A GET of `/graphql` with these parameters, by a known caller.
    async fn ask(&self, parameters: &str, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.token(Some("acme"), TimeDelta::hours(1)));
        let mut request = Request::get(format!("{GRAPHQL}?{parameters}")).header("authorization", bearer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A POST as a good client sends it, except for what `headers` changes.
    async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let bearer = format!("Bearer {}", self.token(Some("acme"), TimeDelta::hours(1)));
        let mut request = Request::post(GRAPHQL).body(body.into()).unwrap();
        for (name, value) in [("content-type", "application/json"), ("authorization", &bearer)].iter().chain(headers) {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().remove(&name);
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        self.send(request).await
    }
}

const QUERY: &str = r#"{"query":"{ viewer { subject } }"}"#;
