//! The one error of the service: its code, what the client reads, and what the log reads are decided here.
//!
//! A message says what was wrong, what was expected and how to go on. Internal detail stays in the
//! error's source, which goes to the log and never to a client.

use std::fmt;
use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// A result with the service's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The rules of transparency that a write can break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "docs/transparency.md defines each rule by its id")]
pub enum Rule {
    T1,
    T2,
    T3,
    T4,
    T5,
    T6,
    T7,
    T8,
    T9,
    T10,
    T11,
    T13,
    T14,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// One invalid field of an input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// The path inside the arguments, as `input.observations[3].periodStart`.
    pub field: String,
    /// What was wrong and what was expected.
    pub message: String,
}

/// Why a request, or a part of it, was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No verified caller.
    #[error("{0}")]
    Unauthenticated(String),
    /// The caller can see it but may not do it; the scopes that would let it, where scopes are the reason.
    #[error("{message}")]
    Forbidden {
        /// Any one of these scopes would do.
        scopes: Vec<&'static str>,
        /// The sentence for the client.
        message: String,
    },
    /// There is nothing by this id that the caller can see.
    #[error("{0}")]
    NotFound(String),
    /// Invalid fields, all of them.
    #[error("{}", fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join("; "))]
    BadInput {
        /// Each invalid field once.
        fields: Vec<FieldError>,
    },
    /// The object has changed since the caller read it, or another request got there first.
    #[error("{message}")]
    Conflict {
        /// The version that the object has now.
        current_version: Option<i32>,
        /// The sentence for the client.
        message: String,
    },
    /// The caller acts on something that is no longer, or never was, as the caller says. Sent again
    /// unchanged, the request would be refused again.
    #[error("{0}")]
    Outdated(String),
    /// The input is well-formed, but a rule does not let it be done now.
    #[error("{message}")]
    Precondition {
        /// The rule of transparency.
        rule: Rule,
        /// What the rule asks, and how to go on.
        message: String,
    },
    /// More than a limit allows.
    #[error("{0}")]
    LimitExceeded(String),
    /// The service cannot answer now; later it may.
    #[error("the service cannot reach its database right now; try again in a moment")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A fault of the service.
    #[error("something went wrong inside the service; the request id leads to the log")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The stable code of `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::BadInput { .. } => "BAD_USER_INPUT",
            Self::Conflict { .. } | Self::Outdated(_) => "CONFLICT",
            Self::Precondition { .. } => "FAILED_PRECONDITION",
            Self::LimitExceeded(_) => "LIMIT_EXCEEDED",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// Whether the same request may succeed when it is sent again, unchanged.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Conflict { current_version: None, .. })
    }

    /// One invalid field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadInput { fields: vec![FieldError { field: field.into(), message: message.into() }] }
    }

    /// Nothing of this kind that the caller can see. The same for an id that was never given out.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::NotFound(format!("there is no such {what}, or it is not shared with you"))
    }

    /// A rule that does not let this be done now.
    pub fn precondition(rule: Rule, message: impl Into<String>) -> Self {
        Self::Precondition { rule, message: message.into() }
    }

    /// The object is at another version than the caller expected.
    #[must_use]
    pub fn version_conflict(what: &str, expected: i32, current: i32) -> Self {
        Self::Conflict {
            current_version: Some(current),
            message: format!(
                "the {what} is at version {current}, not {expected}: read it again and repeat the change on what you see"
            ),
        }
    }

    /// A fault of the service itself, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match classify(&error) {
            Trouble::Connection => Self::Unavailable(Arc::new(error)),
            Trouble::Concurrency => Self::Conflict {
                current_version: None,
                message: "another request changed the same things at the same moment: send this one again".to_owned(),
            },
            Trouble::Other => Self::Internal(Arc::new(error)),
        }
    }
}

enum Trouble {
    Connection,
    Concurrency,
    Other,
}

fn classify(error: &DbErr) -> Trouble {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) => return Trouble::Connection,
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return Trouble::Other,
    };
    let RuntimeErr::SqlxError(error) = runtime else { return Trouble::Other };
    match &**error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => {
            Trouble::Connection
        }
        SqlxError::Database(error) => match error.code().as_deref() {
            // PostgreSQL: serialization failure, deadlock; SQLite: busy, and its extended codes.
            Some("40001" | "40P01" | "5" | "261" | "517") => Trouble::Concurrency,
            // PostgreSQL: shutting down, starting up, too many connections; a statement or a transaction over its time.
            Some("57P01" | "57P02" | "57P03" | "53300" | "57014" | "25P03") => Trouble::Connection,
            _ => Trouble::Other,
        },
        _ => Trouble::Other,
    }
}
