//! The operations that run on one socket. They run only while the socket asks for what comes next: nothing is kept for
//! a client that reads slowly.

use std::collections::HashMap;

use async_graphql::Response;
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, StreamExt as _, abortable};

use crate::http::operation::Answers;

/// What comes of an operation.
#[derive(Debug)]
pub(super) enum Outcome {
    Answer(Box<Response>),
    End,
}

/// The operations by their ids.
#[derive(Default)]
pub(super) struct Operations {
    running: SelectAll<BoxStream<'static, (String, Outcome)>>,
    handles: HashMap<String, AbortHandle>,
}

impl Operations {
    /// Runs one more, under an id that none has.
    pub(super) fn run(&mut self, id: &str, answers: Answers) {
        let outcomes = answers.map(|answer| Outcome::Answer(Box::new(answer)));
        let (outcomes, handle) = abortable(outcomes.chain(stream::once(async { Outcome::End })));
        let of = id.to_owned();
        self.running.push(outcomes.map(move |outcome| (of.clone(), outcome)).boxed());
        self.handles.insert(id.to_owned(), handle);
    }

    /// What comes next, of any operation. Waits for ever while there is none.
    pub(super) async fn next(&mut self) -> (String, Outcome) {
        match self.running.next().await {
            Some(next) => next,
            None => std::future::pending().await,
        }
    }

    /// Nothing more comes of an operation.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn answers(number: usize) -> Answers {
        stream::iter((0..number).map(|_| Response::default())).boxed()
    }

    #[tokio::test]
    async fn each_has_its_answers_and_one_end() {
        let mut operations = Operations::default();
        assert!(operations.next().now_or_never().is_none());
        operations.run("a", answers(2));
        operations.run("b", answers(0));
        let mut ids = Vec::new();
        while let Some((id, outcome)) = operations.next().now_or_never() {
            ids.push(format!("{id} {}", matches!(outcome, Outcome::End)));
        }
        ids.sort();
        assert_eq!(ids, ["a false", "a false", "a true", "b true"]);
    }

    #[tokio::test]
    async fn of_one_that_was_stopped_comes_nothing_more() {
        let mut operations = Operations::default();
        operations.run("a", answers(2));
        operations.stop("a");
        assert!(operations.next().now_or_never().is_none());
        operations.run("a", answers(0));
        assert!(matches!(operations.next().await, (id, Outcome::End) if id == "a"));
    }
}
