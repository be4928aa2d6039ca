//! The GraphQL endpoint: one operation per POST, and GraphiQL in development.
//!
//! Thin on purpose: the guard against hostile documents and the whole of GraphQL over HTTP are to come
//! between reading the request and executing it. A body must be JSON by its content type: a form of
//! another site, which a browser would send unasked, is none.

use std::sync::Arc;

use async_graphql::http::GraphiQLSource;
use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse, ServerError};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use chrono::TimeDelta;
use serde::Serialize;

use super::answer::{Failure, GraphqlType, Shape, media_type, write};
use super::app::App;
use super::{GRAPHQL, auth};
use crate::access::token::sign_development_token;
use crate::graphql::context::Caller;
use crate::graphql::errors::RequestId;
use crate::graphql::schema::execute;

/// `POST /graphql`.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let media_type = GraphqlType::accepted(request.headers());
    if !is_json(request.headers()) {
        let message = "the body must be JSON: send the header Content-Type: application/json";
        return Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message).answer(Shape::Problem, &id);
    }
    // Who is not known has no body read.
    let viewer = match auth::authenticate(&app, request.headers()).await {
        Ok(viewer) => viewer,
        Err(failure) => return failure.answer(Shape::Graphql(media_type), &id),
    };
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) => return unread(&rejection, app.config.body_limit).answer(Shape::Problem, &id),
    };
    let request = match parse(&body) {
        Ok(request) => request.data(id.clone()),
        Err(failure) => return failure.answer(Shape::Graphql(media_type), &id),
    };
    let caller = Caller::new(viewer, &app.database, &app.clock);
    let mut response = execute(&app.schema, request, caller).await;
    for error in &mut response.errors {
        error.extensions.get_or_insert_default().set("requestId", id.0.as_str());
    }
    answer(&response, media_type)
}

fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    sent.is_some_and(|value| media_type(value).eq_ignore_ascii_case("application/json"))
}

fn unread(rejection: &BytesRejection, limit: usize) -> Failure {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            let message = format!("the body has more than {limit} bytes: send less at once");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
        }
        _ => Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "the body broke off"),
    }
}

fn parse(body: &[u8]) -> Result<GraphqlRequest, Failure> {
    let request: GraphqlRequest = serde_json::from_slice(body).map_err(|error| {
        let wrong = if error.to_string().starts_with("number out of range") {
            "the body has a number out of range: a Float holds at most about 1.8e308"
        } else {
            "the body must be one JSON object with query and, where needed, operationName and variables"
        };
        bad_request(format!("{wrong} (line {}, column {})", error.line(), error.column()))
    })?;
    if request.query.trim().is_empty() {
        return Err(bad_request("query: is missing or empty; send the GraphQL document in it".to_owned()));
    }
    Ok(request)
}

fn bad_request(message: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
}

/// A request that was never executed has no data, and with the defined media type its own status.
fn answer(response: &GraphqlResponse, media_type: GraphqlType) -> Response {
    let refused = response.is_err() && response.errors.iter().all(|error| error.path.is_empty());
    let status = match media_type {
        GraphqlType::GraphqlResponse if refused => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let body = if refused { write(&Refused { errors: &response.errors }) } else { write(response) };
    (status, [(CONTENT_TYPE, media_type.header())], body).into_response()
}

#[derive(Serialize)]
struct Refused<'a> {
    errors: &'a [ServerError],
}

/// `GET /graphql`: a page to try the API with. It loads its scripts from a public CDN, so it is for
/// development, where the browser reaches that; the service itself ships and needs none of them.
pub(super) async fn page(State(app): State<Arc<App>>, Extension(id): Extension<RequestId>) -> Response {
    if app.config.development {
        // Enough to show the schema; a token in the page's header editor takes its place.
        let token = sign_development_token(None, "graphiql", "admin", app.clock.now(), TimeDelta::days(1));
        let bearer = format!("Bearer {token}");
        let page = GraphiQLSource::build().endpoint(GRAPHQL).title("Guidepost").header("Authorization", &bearer);
        return Html(page.finish()).into_response();
    }
    let message = "GraphQL is asked by POST here; GET serves GraphiQL in development mode alone";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message)
        .with_header(ALLOW, HeaderValue::from_static("POST"))
        .answer(Shape::Problem, &id)
}
