//! A bound on the requests that are worked on at once: what comes beyond it is told to come back, at no cost.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::answer::{Failure, Shape};
use crate::graphql::errors::RequestId;

/// When there may be room again.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Runs a request if there is a place for it. The place is free again when the request is answered or its client goes.
pub(super) async fn shed(
    State(places): State<Arc<Semaphore>>,
    Extension(id): Extension<RequestId>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_place) = places.try_acquire() else {
        let message = "the service has as much to do as it can take: try again in a moment";
        return Failure::unavailable(message).after(RETRY_AFTER_SECONDS).answer(Shape::of(&request), &id);
    };
    next.run(request).await
}
