//! One operation on a live connection, of whichever transport: its answers as they come.

use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_graphql::Response;
use axum::http::StatusCode;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::time::timeout;

use super::answer::{Failure, name_request};
use super::app::App;
use super::observe::{panicked, took_too_long};
use super::rates::COST_OF_A_REQUEST;
use crate::access::viewer::Viewer;
use crate::graphql::context::Caller;
use crate::graphql::document::{Asked, OperationKind, Prepared};
use crate::graphql::errors::{RequestId, explained};
use crate::graphql::schema::execute_stream;

/// How many bytes of text a subscription may have, with its variables: it is kept for as long as it lasts.
const LARGEST_SUBSCRIPTION: usize = 16 * 1024;

/// The answers to a request, each naming the request's id in its errors.
pub(super) type Answers = BoxStream<'static, Response>;

/// Looks at a request of so many bytes before it is run. One that is refused has its only answer already.
pub(super) fn look_at(
    app: &App,
    viewer: &Viewer,
    asked: Asked,
    bytes: usize,
    id: &RequestId,
) -> Result<Prepared, Box<Response>> {
    let mut meter = app.rates.meter(viewer);
    let refused = match meter.spend(COST_OF_A_REQUEST).map(|()| app.documents.prepare(asked, viewer)) {
        Err(failure) => failure.into_response(),
        Ok(Ok(prepared)) if prepared.kind == OperationKind::Subscription && bytes > LARGEST_SUBSCRIPTION => {
            let message = format!("a subscription has at most {LARGEST_SUBSCRIPTION} bytes, variables included");
            Failure::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message).into_response()
        }
        Ok(Ok(prepared)) => match meter.spend(prepared.cost) {
            Ok(()) => return Ok(prepared),
            Err(failure) => failure.into_response(),
        },
        Ok(Err(refusal)) => Response::from_errors(explained(refusal.errors)),
    };
    Err(Box::new(named(refused, id)))
}

/// Runs a request. A panic ends it with an answer of its own, and so does taking too long over what has one answer.
pub(super) fn run(app: &App, viewer: Viewer, request: Prepared, id: &RequestId) -> Answers {
    let is_subscription = request.kind == OperationKind::Subscription;
    let caller = Caller::new(viewer, &app.database, &app.clock);
    let answers = caught(execute_stream(&app.schema, request, caller));
    let id = id.clone();
    let answers = if is_subscription { answers } else { within(app.config.request_timeout, answers) };
    answers.map(move |answer| named(answer, &id)).boxed()
}

/// The answers up to a panic, which is told in a last one.
fn caught(answers: Answers) -> Answers {
    let answers = AssertUnwindSafe(answers).catch_unwind();
    answers.map(|answer| answer.unwrap_or_else(|panic| panicked(&*panic).into_response())).boxed()
}

/// The only answer of a stream, if it comes in time.
fn within(limit: Duration, mut answers: Answers) -> Answers {
    stream::once(async move { timeout(limit, answers.next()).await })
        .filter_map(move |answer| ready(answer.unwrap_or_else(|_| Some(took_too_long(limit).into_response()))))
        .boxed()
}

fn named(mut answer: Response, id: &RequestId) -> Response {
    name_request(&mut answer, id);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(answers: Answers) -> Vec<String> {
        let answers: Vec<_> = answers.collect().await;
        answers.iter().map(|answer| serde_json::to_string(answer).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_panic_is_the_last_answer_and_says_no_more() {
        let answers = stream::iter(0..3).map(|number| if number == 1 { panic!("s3cret") } else { Response::default() });
        let told = told(caught(answers.boxed())).await;
        assert!(told.len() == 2 && told[1].contains("INTERNAL") && !told[1].contains("s3cret"), "{told:?}");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_stopped() {
        let told = told(within(Duration::from_millis(1), stream::pending().boxed())).await;
        assert!(told.len() == 1 && told[0].contains("UNAVAILABLE") && told[0].contains("longer than 1ms"), "{told:?}");
    }
}
