//! GraphQL over server-sent events, each operation on a connection of its own (the “distinct connections mode” of the
//! protocol): `next` for each answer, and `complete`.
//!
//! What is wrong with the HTTP request is told by its status, as on /graphql. What is wrong with the document is told
//! in the stream, as the protocol wants: a browser would hide the body of any other answer. There is no `id:` to go on
//! from with `Last-Event-ID`, since a browser's own `EventSource` cannot send a token in the first place.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Response as GraphqlResponse;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, once, unfold};
use tokio::time::{Interval, interval};
use tracing::{Span, info};

use super::accept::{Offer, negotiate};
use super::answer::{Failure, Shape, body};
use super::app::App;
use super::auth;
use super::body::{Encoding, expect_json, read};
use super::cost::Telling;
use super::envelope::{self, Asking, Malformed};
use super::operation::{Accepted, Answers, look_at, pay, run};
use super::session::Session;
use crate::access::viewer::Viewer;
use crate::graphql::document::OperationKind;
use crate::graphql::errors::RequestId;

/// How often something is sent at least, so that nobody on the way takes the connection for dead.
const BEAT: Duration = Duration::from_secs(12);

/// A comment, which clients pass over.
const COMMENT: &str = ":\n\n";

/// The end of an operation. It has data, though empty, since browsers drop an event that has none.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// `POST /graphql/stream`.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let shape = Shape::of(&request);
    answer(begin_post(&app, request, &id).await, shape, &id)
}

/// `GET /graphql/stream`, with the request in its query; for what changes nothing.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let shape = Shape::of(&request);
    answer(begin_get(&app, request.headers(), request.uri(), &id).await, shape, &id)
}

async fn begin_post(app: &Arc<App>, request: Request, id: &RequestId) -> Result<Response, Failure> {
    takes_events(request.headers())?;
    Telling::expect_nothing(request.headers())?;
    let (head, body) = request.into_parts();
    expect_json(&head.headers)?;
    let encoding = Encoding::of(&head.headers)?;
    let viewer = auth::authenticate(app, &head.headers).await?;
    pay(app, &viewer)?;
    let session = Session::begin(app, Some(viewer.clone()))?;
    let sent = read(app, &viewer, body, encoding).await?;
    let Asking::One(asked) = envelope::from_body(&sent.bytes, 1).map_err(refused)? else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "a stream is of one operation"));
    };
    let request = look_at(app, &viewer, asked, sent.bytes.len(), id);
    Ok(begin(app, session, viewer, request, id))
}

async fn begin_get(app: &Arc<App>, headers: &HeaderMap, uri: &Uri, id: &RequestId) -> Result<Response, Failure> {
    takes_events(headers)?;
    Telling::expect_nothing(headers)?;
    let viewer = auth::authenticate(app, headers).await?;
    pay(app, &viewer)?;
    let session = Session::begin(app, Some(viewer.clone()))?;
    let query = uri.query().unwrap_or_default();
    let request = look_at(app, &viewer, envelope::from_url(query).map_err(refused)?, query.len(), id);
    if request.as_ref().is_ok_and(|request| request.prepared.kind == OperationKind::Mutation) {
        let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "a mutation is sent by POST");
        return Err(failure.with_header(ALLOW, HeaderValue::from_static("POST")));
    }
    Ok(begin(app, session, viewer, request, id))
}

fn refused(malformed: Malformed) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, malformed.code, malformed.message)
}

fn takes_events(headers: &HeaderMap) -> Result<(), Failure> {
    if negotiate(headers, &[Offer::Events]).is_some() {
        return Ok(());
    }
    let message = "this path answers with events: send the header Accept: text/event-stream";
    Err(Failure::new(StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT", message))
}

fn begin(
    app: &Arc<App>,
    session: Session,
    viewer: Viewer,
    request: Result<Accepted, Box<GraphqlResponse>>,
    id: &RequestId,
) -> Response {
    let answers = match request {
        Ok(request) => run(app, viewer, request, id),
        Err(refused) => once(async { *refused }).boxed(),
    };
    let events = Events { session, answers, beat: interval(BEAT), span: Span::current(), over: false };
    let headers = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // Proxies of the nginx family hold answers back otherwise.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let events = unfold(events, async |mut events| Some((Ok::<_, Infallible>(events.next().await?), events)));
    (headers, Body::from_stream(events)).into_response()
}

fn answer(begun: Result<Response, Failure>, shape: Shape, id: &RequestId) -> Response {
    begun.unwrap_or_else(|failure| failure.answer(shape, id))
}

/// The events of one operation. They are made as the client takes them: nothing is kept for who reads slowly.
struct Events {
    session: Session,
    answers: Answers,
    beat: Interval,
    span: Span,
    over: bool,
}

impl Events {
    async fn next(&mut self) -> Option<String> {
        if self.over {
            return None;
        }
        let event = tokio::select! {
            biased;
            end = self.session.ended() => {
                self.over = true;
                self.span.in_scope(|| info!(?end, "stream ended"));
                next(&Failure::from(end).into_response()) + COMPLETE
            }
            answer = self.answers.next() => {
                self.over = answer.is_none();
                answer.as_ref().map_or_else(|| COMPLETE.to_owned(), next)
            }
            _ = self.beat.tick() => COMMENT.to_owned(),
        };
        Some(event)
    }
}

/// One answer. JSON as it is written here has no line breaks.
fn next(answer: &GraphqlResponse) -> String {
    format!("event: next\ndata: {}\n\n", body(answer))
}
