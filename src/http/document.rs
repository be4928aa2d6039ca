//! From a prepared document to what became of it.

use async_graphql::{Response, ServerError};

use super::answer::Failure;
use super::app::App;
use super::status::Outcome;
use crate::access::viewer::Viewer;
use crate::graphql::context::Caller;
use crate::graphql::document::{Prepared, Refusal, Stage};
use crate::graphql::errors::explained;
use crate::graphql::schema::execute;

/// What became of a request.
pub(super) struct Answered {
    pub(super) outcome: Outcome,
    pub(super) response: Response,
}

impl From<Refusal> for Answered {
    fn from(refusal: Refusal) -> Self {
        let outcome = if refusal.stage == Stage::Syntax { Outcome::Unparsable } else { Outcome::Refused };
        Self { outcome, response: Response::from_errors(explained(refusal.errors)) }
    }
}

impl From<Failure> for Answered {
    fn from(failure: Failure) -> Self {
        Self { outcome: Outcome::Refused, response: failure.into_response() }
    }
}

/// Runs it.
pub(super) async fn run(app: &App, prepared: Prepared, viewer: Viewer) -> Answered {
    let response = execute(&app.schema, prepared, Caller::new(viewer, &app.database, &app.clock, &app.links)).await;
    // The framework refuses some of what was prepared before any field of it is reached.
    let reached = |error: &ServerError| !error.path.is_empty();
    let executed = response.errors.is_empty() || response.errors.iter().any(reached);
    let with_errors = !response.errors.is_empty();
    Answered { outcome: if executed { Outcome::Executed { with_errors } } else { Outcome::Refused }, response }
}
