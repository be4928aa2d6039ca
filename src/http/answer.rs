//! Failures that never reach the schema, in the two shapes that a client expects: GraphQL errors from
//! the GraphQL endpoint, problem details (RFC 9457) from all others.

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

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
    /// The defined type where the client names it, JSON for everyone else.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut types = accepted.flat_map(|value| value.split(',')).map(media_type);
        if types.any(|name| name.eq_ignore_ascii_case("application/graphql-response+json")) {
            Self::GraphqlResponse
        } else {
            Self::Json
        }
    }

    pub(super) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// A media type without its parameters.
pub(super) fn media_type(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// The shape that a client expects a failure in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `{"errors": […]}`.
    Graphql(GraphqlType),
    /// Problem details.
    Problem,
}

/// A request that was not done.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    header: Option<(HeaderName, HeaderValue)>,
    retryable: bool,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None, retryable: false }
    }

    /// A request that may do better later, unchanged.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
        Self { retryable: true, ..failure }
    }

    pub(super) fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub(super) fn answer(self, shape: Shape, id: &RequestId) -> Response {
        let Self { status, code, message, header, retryable } = self;
        let request_id = &id.0;
        let (media_type, body) = match shape {
            Shape::Graphql(media_type) => {
                let error = GraphqlError { message, extensions: Extensions { code, request_id, retryable } };
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
        response.headers_mut().extend(header);
        response
    }
}

impl From<Error> for Failure {
    /// Failures of the service itself, on the way to the schema.
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) => Self::unavailable(error.to_string()),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.code(), error.to_string()),
        }
    }
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
