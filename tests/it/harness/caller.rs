//! A caller with a token, and what it is answered.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, Request, StatusCode};
use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{App, Sdl};

/// Sends documents as one subject of one organization.
#[derive(Clone)]
pub struct Caller {
    pub(super) router: Router,
    pub token: String,
}

/// One GraphQL answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

/// One error of an answer.
#[derive(Debug, Default, PartialEq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
    pub rule: Option<String>,
    pub scope: Option<String>,
    pub current_version: Option<i64>,
}

impl Caller {
    pub(super) fn new(app: &App, organization: Option<&str>, subject: &str, scopes: &str) -> Self {
        // Longer than any test lets pass.
        let lifetime = TimeDelta::days(4_000);
        let token = sign_development_token(organization, subject, scopes, app.clock.now(), lifetime);
        Self::with_token(app, token)
    }

    pub(super) fn with_token(app: &App, token: String) -> Self {
        Self { router: app.router.clone(), token }
    }

    /// The same caller, at another service.
    pub fn at(&self, router: &Router) -> Self {
        Self { router: router.clone(), token: self.token.clone() }
    }

    /// Sends a document.
    pub async fn send(&self, document: &str, variables: Value) -> Answer {
        self.post(&[], json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Sends a body, with these headers beside or in the place of the usual ones.
    pub async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post("/graphql").body(body.into()).expect("a well-formed request");
        let bearer = format!("Bearer {}", self.token);
        for (name, value) in [("authorization", &*bearer), ("content-type", "application/json")].iter().chain(headers) {
            let name: HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the whole answer");
        let body = serde_json::from_slice(&bytes).expect("answers are JSON");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a document that must be done without any error; its data.
    pub async fn ok(&self, document: &str, variables: Value) -> Value {
        let answer = self.send(document, variables).await;
        assert!(answer.body["errors"].is_null(), "unexpected errors: {:#}\nfor {document}", answer.body["errors"]);
        answer.body["data"].clone()
    }

    /// Sends a document that must be refused; its first error.
    pub async fn refused(&self, document: &str, variables: Value) -> Refusal {
        let mut refusals = self.send(document, variables).await.refusals();
        assert!(!refusals.is_empty(), "it was not refused: {document}");
        refusals.remove(0)
    }

    /// Runs a mutation with one `input`; the id inside its payload at `selection`, as `actionItem { id }`.
    pub async fn mutate(&self, mutation: &str, selection: &str, input: Value) -> Value {
        let data = self.ok(&mutation_document(mutation, selection), json!({ "input": input })).await;
        data[mutation].clone()
    }

    /// Runs a mutation with one `input` that must be refused.
    pub async fn mutation_refused(&self, mutation: &str, input: Value) -> Refusal {
        self.refused(&mutation_document(mutation, "__typename"), json!({ "input": input })).await
    }

    /// All errors of a mutation with one `input`.
    pub async fn mutation_refusals(&self, mutation: &str, input: Value) -> Vec<Refusal> {
        self.send(&mutation_document(mutation, "__typename"), json!({ "input": input })).await.refusals()
    }
}

/// The document of a mutation that takes one `input`.
pub fn mutation_document(mutation: &str, selection: &str) -> String {
    let input = &Sdl::of_service().mutation(mutation).argument("input").text;
    format!("mutation($input: {input}) {{ {mutation}(input: $input) {{ {selection} }} }}")
}

impl Answer {
    /// Its errors.
    pub fn refusals(&self) -> Vec<Refusal> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(Refusal::from_error).collect()
    }
}

impl Refusal {
    fn from_error(error: &Value) -> Self {
        let extensions = &error["extensions"];
        let text = |name: &str| extensions[name].as_str().map(str::to_owned);
        Self {
            code: text("code").unwrap_or_default(),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            field: text("field"),
            rule: text("rule"),
            scope: text("scope"),
            current_version: extensions["currentVersion"].as_i64(),
        }
    }

    /// Its code and rule, for rules.
    pub fn by_rule(&self) -> (&str, &str) {
        (&self.code, self.rule.as_deref().unwrap_or_default())
    }
}
