//! An operation over server-sent events, and what comes of it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Answer, Caller};

/// By then a test has failed: nothing that it waits for takes so long.
const HANGS: Duration = Duration::from_mins(1);

/// The events of one operation, as they come. Dropped, the connection is gone.
pub struct Events {
    body: BodyDataStream,
    text: String,
}

/// One event.
#[derive(Debug, PartialEq)]
pub enum Event {
    Next(Value),
    Complete,
}

impl Caller {
    /// Begins an operation.
    pub async fn listen(&self, document: &str, variables: Value) -> Events {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = Request::post("/graphql/stream").header(CONTENT_TYPE, "application/json").body(body.into());
        let response = self.ask_for_events(request.expect("a well-formed request")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream; charset=utf-8");
        Events { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Sends a request of any form for events.
    pub async fn ask_for_events(&self, mut request: Request<Body>) -> Response {
        let bearer = format!("Bearer {}", self.token).parse().expect("a header");
        request.headers_mut().entry(AUTHORIZATION).or_insert(bearer);
        request.headers_mut().entry(ACCEPT).or_insert("text/event-stream".parse().expect("a header"));
        self.router.clone().oneshot(request).await.expect("the router answers")
    }
}

impl Events {
    /// The next event; none once the connection has ended.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::time::timeout(HANGS, self.read()).await.expect("nothing came")
    }

    /// The answer that comes next.
    pub async fn answer(&mut self) -> Answer {
        match self.next().await {
            Some(Event::Next(body)) => Answer { status: StatusCode::OK, headers: HeaderMap::new(), body },
            other => panic!("no answer, but {other:?}"),
        }
    }

    /// The end: `complete`, and nothing after it.
    pub async fn must_end(mut self) {
        assert_eq!(self.next().await, Some(Event::Complete));
        assert_eq!(self.next().await, None);
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                match event.split_once('\n') {
                    None => assert_eq!(event, ":", "only comments are of one line"),
                    Some(("event: next", data)) => {
                        let data = data.strip_prefix("data: ").expect("data");
                        return Some(Event::Next(serde_json::from_str(data).expect("JSON")));
                    }
                    Some(("event: complete", "data:")) => return Some(Event::Complete),
                    Some(_) => panic!("no event of the protocol: {event}"),
                }
            } else {
                let more = self.body.next().await?.expect("the body does not break off");
                self.text.push_str(std::str::from_utf8(&more).expect("text"));
            }
        }
    }
}
