//! Why a command did not do its work: a sentence that says what to change.

use std::io;
use std::net::SocketAddr;

use sea_orm::DbErr;
use tracing_subscriber::filter::ParseError;

use crate::config::{ConfigError, DatabaseUrl};
use crate::db::verify::Finding;
use crate::http::AppError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Settings that cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Keys or trusted documents that cannot be used.
    #[error(transparent)]
    App(#[from] AppError),
    /// A log filter that is none; the settings' check finds it first.
    #[error("the log cannot be started: {0}")]
    Log(#[from] ParseError),
    /// The database does not answer.
    #[error(
        "the database {url} cannot be opened: {source}; check database_url (--database-url, GUIDEPOST_DATABASE_URL)"
    )]
    Database {
        /// Where it should be, without its password.
        url: DatabaseUrl,
        /// What the driver says.
        source: DbErr,
    },
    /// The schema of the database could not be brought up to date.
    #[error("the database {url} cannot be migrated: {source}")]
    Migration {
        /// Where it is, without its password.
        url: DatabaseUrl,
        /// What the driver says.
        source: DbErr,
    },
    /// There is no database yet, and the command is not one that makes it.
    #[error("there is no database {url}; check database_url (--database-url, GUIDEPOST_DATABASE_URL)")]
    NoDatabase {
        /// Where it should be.
        url: DatabaseUrl,
    },
    /// The database is of an earlier version, and the command is not one that changes it.
    #[error("the database {url} lacks {pending} migrations of this version: run `guidepost migrate` first")]
    Outdated {
        /// Where it is, without its password.
        url: DatabaseUrl,
        /// How many it lacks.
        pending: usize,
    },
    /// The database could not be read.
    #[error("the database {url} cannot be read: {cause}")]
    Unreadable {
        /// Where it is, without its password.
        url: DatabaseUrl,
        /// What the driver says.
        cause: String,
    },
    /// The journal is broken, or rows differ from it.
    #[error("not as recorded: {findings} findings, of which the first is: {first}")]
    NotAsRecorded {
        /// How many there are.
        findings: u64,
        /// The first of them.
        first: Box<Finding>,
    },
    /// The address is taken or not this machine's.
    #[error("cannot listen on {address}: {source}; change listen (--listen, GUIDEPOST_LISTEN)")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// An argument that parses but makes no sense.
    #[error("{0}")]
    Argument(String),
    /// The demo's world could not be built.
    #[error("the demo's world cannot be built: {0:?}")]
    Demo(#[from] crate::error::Error),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}
