//! HTTP: the router, what surrounds every request, and the way to stop.

mod answer;
mod app;
mod auth;
mod graphql;
mod health;
mod observe;
mod serve;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};

use self::answer::{Failure, Shape};
use self::observe::Observed;
use crate::graphql::errors::RequestId;

pub use self::app::App;
pub use self::serve::{serve, stop_signal};

/// Where the GraphQL API is.
const GRAPHQL: &str = "/graphql";

/// The whole HTTP interface of one service.
pub fn router(app: Arc<App>) -> Router {
    let observed = Observed { clock: app.clock.clone(), timeout: app.config.request_timeout };
    Router::new()
        .route(GRAPHQL, post(graphql::run).get(graphql::page))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(app.config.body_limit))
        .with_state(app)
        .layer(middleware::from_fn_with_state(observed, observe::observe))
}

async fn no_such_path(Extension(id): Extension<RequestId>) -> Response {
    Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", "nothing is here; the API is at /graphql")
        .answer(Shape::Problem, &id)
}

async fn no_such_method(Extension(id): Extension<RequestId>) -> Response {
    let message = "this path does not answer that method; the header Allow names those that it does";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message).answer(Shape::Problem, &id)
}
