//! Every setting as it is given: by flag, by environment variable, or in the TOML file. All are
//! texts here and optional; `check` turns them into a [`super::Config`].

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use clap::Args;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The settings. A field's name is its name in the file; flag and variable follow from it.
#[derive(Args, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// Address and port to listen on [default: 127.0.0.1:4000]
    #[arg(
        long,
        env = "GUIDEPOST_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS:PORT",
        help_heading = "Service"
    )]
    pub(super) listen: Option<Raw>,

    /// Trust tokens of `guidepost token` and serve GraphiQL on GET /graphql; never in production [default: false]
    #[arg(long, env = "GUIDEPOST_DEVELOPMENT", hide_env_values = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Service")]
    pub(super) development: Option<Raw>,

    /// How long a request may take [default: 30s]
    #[arg(
        long,
        env = "GUIDEPOST_REQUEST_TIMEOUT",
        hide_env_values = true,
        value_name = "DURATION",
        help_heading = "Service"
    )]
    pub(super) request_timeout: Option<Raw>,

    /// How long requests may go on after SIGTERM or SIGINT [default: 30s]
    #[arg(
        long,
        env = "GUIDEPOST_SHUTDOWN_GRACE",
        hide_env_values = true,
        value_name = "DURATION",
        help_heading = "Service"
    )]
    pub(super) shutdown_grace: Option<Raw>,

    /// Where the data is: `sqlite://<file>`, `sqlite::memory:` or `postgres://<user>:<password>@<host>/<name>` [default: `sqlite://guidepost.db`]
    #[arg(long, env = "GUIDEPOST_DATABASE_URL", hide_env_values = true, value_name = "URL", help_heading = "Database")]
    pub(super) database_url: Option<Raw>,

    /// Connections to the database at most [default: 10]
    #[arg(
        long,
        env = "GUIDEPOST_DATABASE_POOL",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Database"
    )]
    pub(super) database_pool: Option<Raw>,

    /// Leave a database of an older version as it is (run `guidepost migrate` first) [default: false]
    #[arg(long, env = "GUIDEPOST_NO_MIGRATE", hide_env_values = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Database")]
    pub(super) no_migrate: Option<Raw>,

    /// Bytes that a request's body may have [default: 2097152]
    #[arg(long, env = "GUIDEPOST_BODY_LIMIT", hide_env_values = true, value_name = "BYTES", help_heading = "Limits")]
    pub(super) body_limit: Option<Raw>,

    /// Levels that a GraphQL document may nest [default: 16]
    #[arg(long, env = "GUIDEPOST_MAX_DEPTH", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_depth: Option<Raw>,

    /// Cost that a GraphQL document may have: fields, times the page sizes around them [default: 50000]
    #[arg(long, env = "GUIDEPOST_MAX_COST", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_cost: Option<Raw>,

    /// Aliases that a GraphQL document may use [default: 30]
    #[arg(long, env = "GUIDEPOST_MAX_ALIASES", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_aliases: Option<Raw>,

    /// Form of the log on standard error: text or json [default: text]
    #[arg(long, env = "GUIDEPOST_LOG_FORMAT", hide_env_values = true, value_name = "FORMAT", help_heading = "Logs")]
    pub(super) log_format: Option<Raw>,

    /// What is logged: a level, or levels by module as in `info,guidepost=debug` [default: `info,sqlx=warn,sea_orm_migration=warn`]
    #[arg(long, env = "GUIDEPOST_LOG_FILTER", hide_env_values = true, value_name = "FILTER", help_heading = "Logs")]
    pub(super) log_filter: Option<Raw>,

    /// Whose tokens are trusted. In the file alone.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) issuers: Vec<IssuerSettings>,
}

/// An `[[issuers]]` table of the file.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct IssuerSettings {
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
    pub(super) algorithms: Vec<String>,
    pub(super) jwks_file: Option<PathBuf>,
    pub(super) pem_file: Option<PathBuf>,
    pub(super) kid: Option<String>,
    pub(super) organization_claim: Option<String>,
    pub(super) organizations: Vec<String>,
    pub(super) scope_claims: Option<Vec<String>>,
    pub(super) accepted_types: Option<Vec<String>>,
    pub(super) operator: bool,
    pub(super) organization_values: BTreeMap<String, String>,
}

/// A setting's value before it is checked. The file may write numbers and booleans without quotes.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub(super) struct Raw(pub(super) String);

impl From<String> for Raw {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl Visitor<'_> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a boolean")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw(number.to_string()))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw(flag.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Raw, E> {
        Err(E::invalid_type(Unexpected::Float(number), &self))
    }
}
