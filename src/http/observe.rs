//! What surrounds every request: its id, its line in the log, its time limit, and the end of a panic.
//!
//! The log has method and path, never the query, the body or a header.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use tokio::time::timeout;
use tracing::{Instrument as _, debug, error, info, info_span, warn};

use super::answer::{Failure, Shape};
use crate::clock::Clock;
use crate::graphql::errors::RequestId;
use crate::id::Kind;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// When a request that took too long may take less.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Longer paths are cut in the log: nothing is at any of them.
const MOST_PATH_CHARACTERS: usize = 200;

/// Longer ids of clients are replaced: they would only fill the log.
const MAX_ID_BYTES: usize = 64;

/// What the middleware needs.
#[derive(Clone)]
pub(super) struct Observed {
    pub(super) clock: Clock,
    pub(super) timeout: Duration,
}

/// Requests have ids of the same form as everything else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum HttpRequest {}

impl Kind for HttpRequest {
    const PREFIX: &'static str = "req";
    const NAME: &'static str = "request";
}

/// Runs a request. Whatever becomes of it, it is answered, logged once, and carries its id.
pub(super) async fn observe(State(observed): State<Observed>, mut request: Request, next: Next) -> Response {
    let id = sent_id(request.headers()).unwrap_or_else(|| observed.clock.new_id::<HttpRequest>().to_string());
    let path: String = request.uri().path().chars().take(MOST_PATH_CHARACTERS).collect();
    let span = info_span!("request", request_id = id, method = %request.method(), path);
    request.extensions_mut().insert(RequestId(id.clone()));
    let answered = async move {
        let started = Instant::now();
        let mut response = run(request, next, observed.timeout, &RequestId(id.clone())).await;
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(X_REQUEST_ID, value);
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let status = response.status().as_u16();
        let latency_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        match path.as_str() {
            // Asked every few seconds, and of no interest while all is well.
            "/livez" | "/readyz" if status < 500 => debug!(status, latency_us, "answered"),
            _ => info!(status, latency_us, "answered"),
        }
        response
    };
    answered.instrument(span).await
}

/// The client's own id, where it is fit to stand in a log.
fn sent_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=MAX_ID_BYTES).contains(&id.len()) && id.chars().all(plain)).then(|| id.to_owned())
}

async fn run(request: Request, next: Next, limit: Duration, id: &RequestId) -> Response {
    let shape = Shape::of(&request);
    let is_safe = request.method().is_safe();
    // A request that is dropped half-way takes its transaction with it, so nothing is left half done.
    let failure = match timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(response)) => return response,
        Ok(Err(panic)) => panicked(&*panic),
        Err(_) => took_too_long(limit, is_safe),
    };
    failure.answer(shape, id)
}

/// What is told of a panic, of which the log has the rest.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    error!(panic = panic_message(panic), "a request panicked");
    let message = "something went wrong inside the service; the request id leads to the log";
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message)
}

/// What is told of a request that was stopped. What may have written is not to be sent again unseen.
pub(super) fn took_too_long(limit: Duration, is_safe: bool) -> Failure {
    warn!("a request took too long and was stopped");
    let limit = humantime::format_duration(limit);
    let message = format!(
        "the request took longer than {limit} and was stopped: ask for less at once; after a write, read first whether it was done"
    );
    if is_safe {
        Failure::unavailable(message).after(RETRY_AFTER_SECONDS)
    } else {
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}
