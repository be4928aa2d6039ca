//! The GraphQL endpoint (GraphQL over HTTP): what is asked, who asks, whether it may be done, and the answer in the
//! form that the client reads.
//!
//! The order is part of the defense: what costs little is looked at first, and who is not known has no body read.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use super::accept::{Offer, negotiate};
use super::answer::{self, Failure, GraphqlType, Shape, name_request};
use super::app::App;
use super::body::{self, Encoding};
use super::cost::{self, Telling};
use super::document::{self, Answered};
use super::envelope::{self, Asking, Malformed};
use super::observe::panicked;
use super::places::Held;
use super::rates::{COST_OF_A_REQUEST, Meter};
use super::status::{Outcome, media_type, status};
use super::{auth, graphiql};
use crate::access::viewer::Viewer;
use crate::graphql::document::{Asked, OperationKind, Prepared};
use crate::graphql::errors::RequestId;

/// `GET /graphql` and `POST /graphql`.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let has_page = app.config.development && request.method() == Method::GET;
    let offers = if has_page { Offer::RESPONSES_AND_PAGE } else { Offer::RESPONSES };
    match negotiate(request.headers(), offers) {
        Some(Offer::Page) => graphiql::page(&app),
        Some(Offer::Graphql(asked)) => Exchange { app: &app, id: &id, asked }.answer(request).await,
        Some(Offer::Events) | None => {
            let message = "the header Accept allows no form of answer that there is: allow application/graphql-response+json or application/json";
            Failure::new(StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT", message).answer(Shape::Problem, &id)
        }
    }
}

/// What the head of a request tells.
struct Admitted {
    viewer: Viewer,
    encoding: Encoding,
    telling: Telling,
}

/// One request and its answer.
struct Exchange<'a> {
    app: &'a App,
    id: &'a RequestId,
    /// The media type that the client asked for.
    asked: GraphqlType,
}

impl Exchange<'_> {
    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let mut response = match self.admit(&head).await {
            Ok(admitted) => {
                let mut meter = self.app.rates.meter(&admitted.viewer);
                let answered = self.attend(&head, body, admitted, &mut meter).await;
                let mut response = answered.unwrap_or_else(|failure| self.failed(failure));
                meter.tell(response.headers_mut());
                response
            }
            Err(failure) => self.failed(failure),
        };
        let headers = response.headers_mut();
        headers.insert(VARY, HeaderValue::from(ACCEPT));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// What the head alone tells.
    async fn admit(&self, head: &Parts) -> Result<Admitted, Failure> {
        let encoding = if head.method == Method::POST {
            body::expect_json(&head.headers)?;
            Encoding::of(&head.headers)?
        } else {
            Encoding::Identity
        };
        let telling = Telling::of(&head.headers)?;
        Ok(Admitted { viewer: auth::authenticate(self.app, &head.headers).await?, encoding, telling })
    }

    async fn attend(
        &self,
        head: &Parts,
        body: Body,
        Admitted { viewer, encoding, telling }: Admitted,
        meter: &mut Meter<'_>,
    ) -> Result<Response, Failure> {
        meter.spend(COST_OF_A_REQUEST)?;
        let sent =
            if head.method == Method::POST { Some(body::read(self.app, &viewer, body, encoding).await?) } else { None };
        // Only now: who sends slowly keeps nobody else out.
        let place = self.app.work.enter(Some(&viewer))?;
        let asking = match &sent {
            Some(sent) => envelope::from_body(&sent.bytes, self.app.config.max_batch),
            None => envelope::from_url(head.uri.query().unwrap_or_default()).map(Asking::One),
        };
        let response = match asking.map_err(|malformed| self.malformed(malformed))? {
            Asking::One(asked) => self.one(asked, &head.method, (viewer, telling), meter).await?,
            Asking::Batch(batch) => self.batch(batch, (viewer, telling), meter).await?,
        };
        // An answer that nobody reads takes as much as one that is worked on.
        Ok(response.map(|body| Body::new(Held { body, _place: place })))
    }

    async fn one(
        &self,
        asked: Asked,
        method: &Method,
        (viewer, telling): (Viewer, Telling),
        meter: &mut Meter<'_>,
    ) -> Result<Response, Failure> {
        let answered = match self.app.documents.prepare(asked, &viewer) {
            Ok(prepared) => {
                self.expect_kind(&prepared, method)?;
                if telling == Telling::Alone {
                    return Ok(self.respond(StatusCode::OK, self.cost_of(&prepared)));
                }
                meter.spend(prepared.cost)?;
                self.run(prepared, viewer, telling).await
            }
            Err(refusal) => refusal.into(),
        };
        let status = status(self.app.config.status_profile, self.asked, answered.outcome);
        Ok(self.respond(status, self.body_of(answered)))
    }

    /// Answers a list of requests in their order. Each has its own errors, so the whole has one status.
    async fn batch(
        &self,
        batch: Vec<Asked>,
        (viewer, telling): (Viewer, Telling),
        meter: &mut Meter<'_>,
    ) -> Result<Response, Failure> {
        let others = batch.len().saturating_sub(1);
        meter.spend(COST_OF_A_REQUEST.saturating_mul(others.try_into().unwrap_or(u64::MAX)))?;
        let batch: Vec<_> = batch.into_iter().map(|asked| self.app.documents.prepare(asked, &viewer)).collect();
        let prepared = || batch.iter().filter_map(|prepared| prepared.as_ref().ok());
        prepared().try_for_each(|prepared| self.expect_kind(prepared, &Method::POST))?;
        let (cost, most) = (prepared().map(|prepared| prepared.cost).sum(), self.app.documents.limits().cost);
        if cost > most {
            let message = format!("the batch costs {cost}, which is more than {most}: send fewer requests at once");
            return Err(Failure::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message));
        }
        if telling != Telling::Alone {
            meter.spend(cost)?;
        }
        let mut bodies = Vec::with_capacity(batch.len());
        for prepared in batch {
            bodies.push(match prepared {
                Ok(prepared) if telling == Telling::Alone => self.cost_of(&prepared),
                Ok(prepared) => {
                    // A panic is the end of this one alone.
                    let run = AssertUnwindSafe(self.run(prepared, viewer.clone(), telling)).catch_unwind().await;
                    self.body_of(run.unwrap_or_else(|panic| panicked(&*panic).into()))
                }
                Err(refusal) => self.body_of(refusal.into()),
            });
        }
        Ok(self.respond(StatusCode::OK, format!("[{}]", bodies.join(","))))
    }

    async fn run(&self, prepared: Prepared, viewer: Viewer, telling: Telling) -> Answered {
        let cost = prepared.cost;
        let mut answered = document::run(self.app, prepared, viewer).await;
        if telling == Telling::Beside {
            let told = cost::told(cost, self.app.documents.limits().cost);
            answered.response.extensions.insert("cost".to_owned(), told);
        }
        answered
    }

    /// The answer to a dry run.
    fn cost_of(&self, prepared: &Prepared) -> String {
        cost::alone(prepared.cost, self.app.documents.limits().cost)
    }

    /// Only queries are safe to be sent again, kept and prefetched, as GET requests are.
    fn expect_kind(&self, prepared: &Prepared, method: &Method) -> Result<(), Failure> {
        match prepared.kind {
            OperationKind::Mutation if method != Method::POST => {
                let message = "a mutation is sent by POST; GET is for queries";
                let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message);
                Err(failure.with_header(ALLOW, HeaderValue::from_static("POST")))
            }
            OperationKind::Subscription => {
                let message = "a subscription has many answers: ask for it at /graphql/stream (server-sent events) or /graphql/ws (WebSocket)";
                Err(self.failure(Outcome::Refused, "BAD_USER_INPUT", message))
            }
            _ => Ok(()),
        }
    }

    fn malformed(&self, malformed: Malformed) -> Failure {
        self.failure(malformed.outcome, malformed.code, malformed.message)
    }

    fn failure(&self, outcome: Outcome, code: &'static str, message: impl Into<String>) -> Failure {
        Failure::new(status(self.app.config.status_profile, self.asked, outcome), code, message)
    }

    fn failed(&self, failure: Failure) -> Response {
        let media_type = media_type(self.app.config.status_profile, self.asked, failure.status());
        failure.answer(Shape::Graphql(media_type), self.id)
    }

    fn body_of(&self, answered: Answered) -> String {
        let mut response = answered.response;
        name_request(&mut response, self.id);
        answer::body(&response)
    }

    fn respond(&self, status: StatusCode, body: String) -> Response {
        let media_type = media_type(self.app.config.status_profile, self.asked, status);
        (status, [(CONTENT_TYPE, media_type.header())], body).into_response()
    }
}
