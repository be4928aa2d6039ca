//! Errors as the client reads them: a code, the field, rule or scope, and how to go on. Internal detail goes
//! to the log here, once, and never further.
//!
//! This looks at the finished response rather than being an extension of the schema: one extension makes the
//! framework box a future for every field of every answer.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use crate::error::{Error, FieldError};
use crate::scalar;

/// The id of a request, as it stands in its log lines and in `x-request-id`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The limits that a document can pass, for telling their numbers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Levels of nested fields.
    pub depth: usize,
    /// Fields, multiplied by the sizes of the pages that they are in.
    pub cost: usize,
    /// Aliases in one document.
    pub aliases: usize,
}

/// The most errors that are told at once: in a wrong document each name can be an error of its own.
const MOST_ERRORS: usize = 50;

/// The longest message, in characters. Those of the framework repeat what the client sent.
const LONGEST_MESSAGE: usize = 400;

/// Gives every error of a response its code and its extensions.
#[must_use]
pub fn explained(mut response: Response, limits: Limits) -> Response {
    let mut errors: Vec<_> = response.errors.drain(..).flat_map(|error| explain(error, limits)).collect();
    if errors.len() > MOST_ERRORS {
        let untold = errors.split_off(MOST_ERRORS);
        errors.push(summary(&untold));
    }
    errors.iter_mut().for_each(shorten);
    response.errors = errors;
    response
}

/// How many more errors there were, under the code of the first.
fn summary(untold: &[ServerError]) -> ServerError {
    let extensions = untold.first().and_then(|error| error.extensions.as_ref());
    let mut summary = ServerError::new(format!("{} more errors; see to those that are told first", untold.len()), None);
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
fn explain(mut error: ServerError, limits: Limits) -> Vec<ServerError> {
    let source = error.source.take();
    let cause = source.as_ref().and_then(|source| source.downcast_ref::<Error>());
    let Some(cause) = cause else { return vec![explain_document_error(error, limits)] };
    log(cause);
    error.extensions = Some(extensions(cause));
    if let Error::BadInput { fields } = cause {
        return fields.iter().map(|field| with_field(&error, field)).collect();
    }
    error.message = cause.to_string();
    vec![error]
}

/// An error of the framework: the document or a value in it is wrong.
fn explain_document_error(mut error: ServerError, limits: Limits) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    let over = |limit: String| ("LIMIT_EXCEEDED", Some(limit));
    let (code, message) = match error.message.as_str() {
        "Query is nested too deep." => {
            over(format!("the document nests its fields deeper than {} levels: ask for less at once", limits.depth))
        }
        "Query is too complex." => over(format!(
            "the document costs more than {}: every field counts, multiplied by the sizes of the pages it is in; ask for smaller pages",
            limits.cost
        )),
        text if text.starts_with("The amount of aliases of the query") => {
            over(format!("the document has more than {} aliases: split it", limits.aliases))
        }
        text if text.starts_with("invalid number: ") => ("BAD_USER_INPUT", Some(no_double(&error))),
        _ => ("BAD_USER_INPUT", None),
    };
    if let Some(message) = message {
        error.message = message;
    }
    if let Some((field, wrong)) = misfit(&error.message) {
        if let Some(expected) = expected_scalar(wrong) {
            error.message = format!("{field}: must be {expected}");
        }
        extensions.set("field", field);
    }
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// Said of a number in a document. Its field is not known: such a document is not parsed.
fn no_double(error: &ServerError) -> String {
    let place = error.locations.first().map(|at| format!(" at line {}, column {}", at.line, at.column));
    format!("the number{} is out of range: a Float holds at most about 1.8e308", place.unwrap_or_default())
}

/// The argument or input field that a value did not fit, and what was wrong with it, from the framework's message.
fn misfit(message: &str) -> Option<(String, &str)> {
    let (place, wrong) = message.strip_prefix("Invalid value for argument \"")?.split_once('"')?;
    let mut field = String::new();
    for part in place.split('.') {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            field.extend(["[", part, "]"]);
        } else {
            field.extend([if field.is_empty() { "" } else { "." }, part]);
        }
    }
    Some((field, wrong))
}

/// What the scalar looks like that was expected, if it is one of the service's own.
fn expected_scalar(wrong: &str) -> Option<&'static str> {
    scalar::expected(wrong.strip_prefix(", expected type \"")?.strip_suffix('"')?)
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
