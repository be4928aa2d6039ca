//! One operation on a live connection, of whichever transport: its answers as they come.

use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Response;
use axum::http::StatusCode;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::time::timeout;

use super::answer::{Failure, name_request};
use super::app::App;
use super::observe::{panicked, took_too_long};
use super::places::Place;
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

/// What may be run, and its place among the requests or subscriptions under way.
pub(super) struct Accepted {
    pub(super) prepared: Prepared,
    place: Place,
}

/// Takes what a request costs before it is known what it asks for.
pub(super) fn pay(app: &App, viewer: &Viewer) -> Result<(), Failure> {
    app.rates.meter(viewer).spend(COST_OF_A_REQUEST)
}

/// Looks at a request of so many bytes, which is paid for, before it is run. One that is refused has its only answer
/// already.
pub(super) fn look_at(
    app: &App,
    viewer: &Viewer,
    asked: Asked,
    bytes: usize,
    id: &RequestId,
) -> Result<Accepted, Box<Response>> {
    let refused = match app.documents.prepare(asked, viewer) {
        Ok(prepared) => match accept(app, viewer, prepared, bytes) {
            Ok(accepted) => return Ok(accepted),
            Err(failure) => failure.into_response(),
        },
        Err(refusal) => Response::from_errors(explained(refusal.errors)),
    };
    Err(Box::new(named(refused, id)))
}

fn accept(app: &App, viewer: &Viewer, prepared: Prepared, bytes: usize) -> Result<Accepted, Failure> {
    let is_subscription = prepared.kind == OperationKind::Subscription;
    if is_subscription && bytes > LARGEST_SUBSCRIPTION {
        let message = format!("a subscription has at most {LARGEST_SUBSCRIPTION} bytes, variables included");
        return Err(Failure::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message));
    }
    let places = if is_subscription { &app.subscriptions } else { &app.work };
    let place = places.enter(Some(viewer))?;
    app.rates.meter(viewer).spend(prepared.cost)?;
    Ok(Accepted { prepared, place })
}

/// Runs a request. A panic ends it with an answer of its own, and so does taking too long over what has one answer.
pub(super) fn run(app: &Arc<App>, viewer: Viewer, Accepted { prepared, place }: Accepted, id: &RequestId) -> Answers {
    let (kind, cost) = (prepared.kind, prepared.cost);
    let caller = Caller::new(viewer.clone(), &app.database, &app.clock, &app.links);
    let answers = caught(execute_stream(&app.schema, prepared, caller));
    let answers = if kind == OperationKind::Subscription {
        each_paid(Arc::clone(app), viewer, cost, answers)
    } else {
        within(app.config.request_timeout, kind == OperationKind::Query, answers)
    };
    let id = id.clone();
    answers
        .map(move |answer| {
            _ = &place;
            named(answer, &id)
        })
        .boxed()
}

/// The answers of a subscription, which costs as much for each of them: the first is paid for, and each further one is
/// only looked for once it is.
fn each_paid(app: Arc<App>, viewer: Viewer, cost: u64, answers: Answers) -> Answers {
    let state = (app, viewer, answers, true);
    stream::unfold(state, move |(app, viewer, mut answers, is_paid)| async move {
        if !is_paid {
            app.rates.spend_in_time(&viewer, cost).await;
        }
        answers.next().await.map(|answer| (answer, (app, viewer, answers, false)))
    })
    .boxed()
}

/// The answers up to a panic, which is told in a last one.
fn caught(answers: Answers) -> Answers {
    let answers = AssertUnwindSafe(answers).catch_unwind();
    answers.map(|answer| answer.unwrap_or_else(|panic| panicked(&*panic).into_response())).boxed()
}

/// The only answer of a stream, if it comes in time.
fn within(limit: Duration, is_safe: bool, mut answers: Answers) -> Answers {
    stream::once(async move { timeout(limit, answers.next()).await })
        .filter_map(move |answer| ready(answer.unwrap_or_else(|_| Some(took_too_long(limit, is_safe).into_response()))))
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
        let told = told(within(Duration::from_millis(1), true, stream::pending().boxed())).await;
        assert!(told.len() == 1 && told[0].contains("UNAVAILABLE") && told[0].contains("longer than 1ms"), "{told:?}");
    }
}
