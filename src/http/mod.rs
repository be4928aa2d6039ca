//! HTTP: the router, what surrounds every request, live connections, and the way to stop.

mod accept;
mod answer;
mod app;
mod auth;
mod body;
mod charts;
mod cors;
mod cost;
mod document;
mod envelope;
mod graphiql;
mod graphql;
mod health;
mod lingering;
mod media_type;
mod observe;
mod operation;
mod places;
mod rates;
mod serve;
mod session;
mod sse;
mod status;
#[cfg(test)]
mod tests;
mod websocket;
mod well_known;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use self::answer::{Failure, Shape};
use self::observe::Observed;
use self::well_known::PROTECTED_RESOURCE;
use crate::graphql::errors::RequestId;
use crate::picture::CHARTS;

pub use self::app::{App, AppError};
pub use self::serve::{serve, stop_signal};

/// Where the GraphQL API is.
const GRAPHQL: &str = "/graphql";

/// Where it is as server-sent events.
const STREAM: &str = "/graphql/stream";

/// Shorter answers gain nothing by being packed.
const WORTH_PACKING: u64 = 1_024;

/// The whole HTTP interface of one service.
pub fn router(app: Arc<App>) -> Router {
    let observed = Observed { clock: app.clock.clone(), timeout: app.config.request_timeout };
    let mut router = Router::new().route(GRAPHQL, get(graphql::answer).post(graphql::answer));
    if app.config.development {
        router = router.route(graphiql::ASSETS, get(graphiql::asset));
    }
    let packing = SizeAbove::new(WORTH_PACKING).and(NotForContentType::SSE);
    let cors = cors::layer(&app.config);
    let router = router
        .route("/graphql/ws", get(websocket::upgrade))
        .route(STREAM, get(sse::get).post(sse::post))
        .route(PROTECTED_RESOURCE, get(well_known::protected_resource))
        .route(&format!("{PROTECTED_RESOURCE}/{{*path}}"), get(well_known::protected_resource_at))
        .route(&format!("{CHARTS}/{{file}}"), get(charts::chart))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .with_state(app)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(packing))
        .layer(middleware::from_fn_with_state(observed, observe::observe));
    match cors {
        // Around all of it, so that a page can read whatever becomes of its request.
        Some(cors) => router.layer(cors),
        None => router,
    }
}

async fn no_such_path(Extension(id): Extension<RequestId>) -> Response {
    Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", "nothing is here; the API is at /graphql")
        .answer(Shape::Problem, &id)
}

async fn no_such_method(Extension(id): Extension<RequestId>) -> Response {
    let message = "this path does not answer that method; the header Allow names those that it does";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message).answer(Shape::Problem, &id)
}
