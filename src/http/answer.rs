//! Failures that never reach the schema, in the two shapes that a client expects: GraphQL errors from
//! the GraphQL endpoint, problem details (RFC 9457) from all others.

use async_graphql::{Response as GraphqlResponse, ServerError};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::accept::{Offer, negotiate};
use super::{GRAPHQL, STREAM};
use crate::error::Error;
use crate::graphql::errors::RequestId;

/// The media types of a GraphQL answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum GraphqlType {
    /// What GraphQL over HTTP defines.
    GraphqlResponse,
    /// What clients asked for before it did.
    Json,
}

impl GraphqlType {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    pub(super) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The shape that a client expects a failure in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `{"errors": […]}`.
    Graphql(GraphqlType),
    /// Problem details.
    Problem,
}

impl Shape {
    /// What a request expects before it is known what becomes of it.
    pub(super) fn of(request: &Request) -> Self {
        match (request.uri().path(), negotiate(request.headers(), Offer::RESPONSES)) {
            (GRAPHQL | STREAM, Some(Offer::Graphql(media_type))) => Self::Graphql(media_type),
            (STREAM, _) => Self::Graphql(GraphqlType::Json),
            _ => Self::Problem,
        }
    }
}

/// A request that was not done.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    retryable: bool,
    retry_after_seconds: Option<u64>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, code, message, headers: Vec::new(), retryable: false, retry_after_seconds: None }
    }

    /// A request that may do better later, unchanged.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
        Self { retryable: true, ..failure }
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Says when to try again.
    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.retryable = true;
        self.retry_after_seconds = Some(seconds);
        self.with_header(RETRY_AFTER, seconds.into())
    }

    /// The same as an answer of GraphQL, for what is under way already.
    pub(super) fn into_response(self) -> GraphqlResponse {
        let mut error = ServerError::new(self.message, None);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", self.code);
        if self.retryable {
            extensions.set("retryable", true);
        }
        if let Some(seconds) = self.retry_after_seconds {
            extensions.set("retryAfterSeconds", seconds);
        }
        GraphqlResponse::from_errors(vec![error])
    }

    /// Whether the caller is the reason, and not the service.
    pub(super) fn is_of_caller(&self) -> bool {
        self.status.is_client_error()
    }

    /// The sentence for the client.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn answer(self, shape: Shape, id: &RequestId) -> Response {
        let Self { status, code, message, headers, retryable, retry_after_seconds } = self;
        let request_id = &id.0;
        let (media_type, body) = match shape {
            Shape::Graphql(media_type) => {
                let extensions = Extensions { code, request_id, retryable, retry_after_seconds };
                let error = GraphqlError { message, extensions };
                (media_type.header(), write(&GraphqlErrors { errors: [error] }))
            }
            Shape::Problem => {
                let title = status.canonical_reason().unwrap_or_default();
                let status = status.as_u16();
                let problem = Problem { r#type: "about:blank", title, status, detail: message, code, request_id };
                (HeaderValue::from_static("application/problem+json"), write(&problem))
            }
        };
        let mut response = (status, [(CONTENT_TYPE, media_type)], body).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

impl From<Error> for Failure {
    /// Failures beside the schema, which has its own way to tell of them.
    fn from(error: Error) -> Self {
        let status = match error {
            Error::Unavailable(_) => return Self::unavailable(error.to_string()),
            Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Error::Forbidden { .. } => StatusCode::FORBIDDEN,
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::BadInput { .. } | Error::LimitExceeded(_) => StatusCode::BAD_REQUEST,
            Error::Conflict { .. } | Error::Outdated(_) | Error::Precondition { .. } => StatusCode::CONFLICT,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

/// An answer as JSON. A request that was never executed has no data.
pub(super) fn body(response: &GraphqlResponse) -> String {
    if is_refused(response) { write(&Refused { errors: &response.errors }) } else { write(response) }
}

/// Whether the answer is that of a request that was never executed.
pub(super) fn is_refused(response: &GraphqlResponse) -> bool {
    response.is_err() && response.errors.iter().all(|error| error.path.is_empty())
}

/// Puts the request's id into each error of its answer.
pub(super) fn name_request(response: &mut GraphqlResponse, id: &RequestId) {
    for error in &mut response.errors {
        error.extensions.get_or_insert_default().set("requestId", id.0.as_str());
    }
}

#[derive(Serialize)]
struct Refused<'a> {
    errors: &'a [ServerError],
}

pub(super) fn write(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("bodies are made of texts and numbers")
}

#[derive(Serialize)]
struct GraphqlErrors<'a> {
    errors: [GraphqlError<'a>; 1],
}

#[derive(Serialize)]
struct GraphqlError<'a> {
    message: String,
    extensions: Extensions<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions<'a> {
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: &'a str,
}
