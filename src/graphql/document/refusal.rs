//! Why a document is not run, and how far it came.

use std::fmt;
use std::sync::Arc;

use apollo_compiler::parser::{LineColumn, SourceMap};
use apollo_compiler::validation::DiagnosticList;
use async_graphql::{Pos, ServerError};

use super::literal::Misfit;
use crate::error::{Error, FieldError};
use crate::graphql::errors::MOST_FOUND;

/// How far a document came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It could not be read.
    Syntax,
    /// It is larger than a limit, or costs more.
    Limit,
    /// It does not fit the schema.
    Validation,
    /// Which of its operations to run is not clear, or that operation may not be run.
    Operation,
    /// The variables do not fit it.
    Variables,
}

/// A document that is not run. Nothing of it had an effect.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// How far it came.
    pub stage: Stage,
    /// What is wrong with it: all that could be found.
    pub errors: Vec<ServerError>,
}

impl Refusal {
    fn new(stage: Stage, error: Error) -> Self {
        Self { stage, errors: vec![caused_by(error)] }
    }

    pub(super) fn limit(message: String) -> Self {
        Self::new(Stage::Limit, Error::LimitExceeded(message))
    }

    pub(super) fn validation(message: String) -> Self {
        Self { stage: Stage::Validation, errors: vec![ServerError::new(message, None)] }
    }

    pub(super) fn operation(error: Error) -> Self {
        Self::new(Stage::Operation, error)
    }

    pub(super) fn variables(fields: Vec<FieldError>) -> Self {
        Self::new(Stage::Variables, Error::BadInput { fields })
    }

    /// Values in the document that are not what their scalars read.
    pub(super) fn literals(misfits: Vec<Misfit<'_>>, sources: &SourceMap) -> Self {
        let errors = misfits.into_iter().take(MOST_FOUND).map(|Misfit { path, literal, expected }| {
            let place = literal.line_column_range(sources).map(|range| position(range.start));
            let fields = vec![FieldError { field: path, message: format!("must be {expected}") }];
            ServerError { locations: place.into_iter().collect(), ..caused_by(Error::BadInput { fields }) }
        });
        Self { stage: Stage::Validation, errors: errors.collect() }
    }

    /// Tells of which argument or input field a value is, where the validation only tells its place.
    pub(super) fn name_fields(&mut self, misfits: Vec<Misfit<'_>>, sources: &SourceMap) {
        for error in Self::literals(misfits, sources).errors {
            if let Some(found) = self.errors.iter_mut().find(|found| found.locations == error.locations) {
                *found = error;
            }
        }
    }

    /// What the parser or the validation found.
    pub(super) fn found(stage: Stage, diagnostics: &DiagnosticList) -> Self {
        let errors = diagnostics.iter().take(MOST_FOUND).map(|diagnostic| {
            let place = diagnostic.line_column_range().map(|range| position(range.start));
            ServerError::new(diagnostic.error.to_string(), place)
        });
        Self { stage, errors: errors.collect() }
    }
}

impl fmt::Display for Refusal {
    /// What is wrong, for who has the document before them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.errors.iter().map(|error| match error.source::<Error>() {
            Some(cause) => cause.to_string(),
            None => error.message.clone(),
        });
        f.write_str(&told.collect::<Vec<_>>().join("; "))
    }
}

/// An error whose message, code and fields are made from its cause.
fn caused_by(error: Error) -> ServerError {
    ServerError { source: Some(Arc::new(error)), ..ServerError::new("", None) }
}

/// A place in a document, as an answer tells it.
pub(super) const fn position(at: LineColumn) -> Pos {
    Pos { line: at.line, column: at.column }
}
