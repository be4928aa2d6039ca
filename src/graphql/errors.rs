//! Errors as the client reads them: a code, the field, rule or scope, and how to go on. Internal detail goes
//! to the log here, once, and never further.
//!
//! This looks at the finished response rather than being an extension of the schema: one extension makes the
//! framework box a future for every field of every answer.

use async_graphql::{ErrorExtensionValues, ServerError, Value};

use crate::error::{Error, FieldError};

/// The id of a request, as it stands in its log lines and in `x-request-id`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The most errors that are told at once: in a wrong document each name can be an error of its own.
const MOST_ERRORS: usize = 50;

/// The most mistakes of one request that are collected: who makes more is told that there are at least so many.
pub const MOST_FOUND: usize = 1_000;

/// The longest message, in characters. Those of the framework repeat what the client sent.
const LONGEST_MESSAGE: usize = 400;

/// Gives every error its code and its extensions.
#[must_use]
pub fn explained(errors: Vec<ServerError>) -> Vec<ServerError> {
    let mut errors: Vec<_> = errors.into_iter().flat_map(explain).collect();
    if errors.len() > MOST_ERRORS {
        let untold = errors.split_off(MOST_ERRORS);
        errors.push(summary(&untold));
    }
    errors.iter_mut().for_each(shorten);
    errors
}

/// How many more errors there were, under the code of the first.
fn summary(untold: &[ServerError]) -> ServerError {
    let extensions = untold.first().and_then(|error| error.extensions.as_ref());
    let more = untold.len();
    let at_least = if MOST_ERRORS + more >= MOST_FOUND { "at least " } else { "" };
    let mut summary = ServerError::new(format!("{at_least}{more} more errors; see to those that are told first"), None);
    if let Some(code) = extensions.and_then(|extensions| extensions.get("code")) {
        summary.extensions.get_or_insert_default().set("code", code.clone());
    }
    summary
}

fn shorten(error: &mut ServerError) {
    if let Some((end, _)) = error.message.char_indices().nth(LONGEST_MESSAGE) {
        error.message.truncate(end);
        error.message.push('…');
    }
}

/// One error, or one for each invalid field.
fn explain(mut error: ServerError) -> Vec<ServerError> {
    let source = error.source.take();
    let cause = source.as_ref().and_then(|source| source.downcast_ref::<Error>());
    let Some(cause) = cause else {
        // Of the parser, the validation or the framework: the document, or a value in it, is wrong.
        error.extensions.get_or_insert_default().set("code", "BAD_USER_INPUT");
        return vec![error];
    };
    log(cause);
    error.extensions = Some(extensions(cause));
    if let Error::BadInput { fields } = cause {
        return fields.iter().map(|field| with_field(&error, field)).collect();
    }
    error.message = cause.to_string();
    vec![error]
}

fn log(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!(error = chain(&**cause), "request failed"),
        Error::Unavailable(cause) => tracing::warn!(error = chain(&**cause), "database unavailable"),
        _ => tracing::debug!(code = error.code(), "request refused"),
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn extensions(error: &Error) -> ErrorExtensionValues {
    let mut values = ErrorExtensionValues::default();
    values.set("code", error.code());
    match error {
        Error::Forbidden { scopes, .. } if !scopes.is_empty() => {
            values.set("scope", scopes.join(" or "));
        }
        Error::Precondition { rule, .. } => values.set("rule", rule.to_string()),
        Error::Conflict { current_version: Some(version), .. } => values.set("currentVersion", *version),
        Error::Unavailable(_) => values.set("retryAfterSeconds", 1),
        _ => {}
    }
    if error.retryable() {
        values.set("retryable", Value::Boolean(true));
    }
    values
}

fn with_field(error: &ServerError, field: &FieldError) -> ServerError {
    let mut error = ServerError { message: format!("{}: {}", field.field, field.message), ..error.clone() };
    if let Some(extensions) = &mut error.extensions {
        extensions.set("field", field.field.clone());
    }
    error
}
