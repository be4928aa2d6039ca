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

    /// URL of the API as clients reach it: with it, challenges and /.well-known/oauth-protected-resource tell how to get a token [default: none]
    #[arg(long, env = "GUIDEPOST_RESOURCE_URL", hide_env_values = true, value_name = "URL", help_heading = "Service")]
    pub(super) resource_url: Option<Raw>,

    /// What links to pictures are signed with: at least 32 characters, the same for all services of one database; without it there are no links, but in development mode with a random one [default: none]
    #[arg(
        long,
        env = "GUIDEPOST_LINK_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        help_heading = "Service"
    )]
    pub(super) link_secret: Option<Raw>,

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

    /// Sites whose pages may call the API from a browser, separated by commas, such as `https://portal.example` [default: none]
    #[arg(
        long,
        env = "GUIDEPOST_CORS_ORIGINS",
        hide_env_values = true,
        value_name = "ORIGINS",
        help_heading = "Service"
    )]
    pub(super) cors_origins: Option<Raw>,

    /// HTTP statuses of GraphQL answers: compatible, or september-2026 for those of that edition (422, 294) [default: compatible]
    #[arg(
        long,
        env = "GUIDEPOST_STATUS_PROFILE",
        hide_env_values = true,
        value_name = "PROFILE",
        help_heading = "Service"
    )]
    pub(super) status_profile: Option<Raw>,

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

    /// Bytes that a GraphQL document may have [default: 65536]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_DOCUMENT_BYTES",
        hide_env_values = true,
        value_name = "BYTES",
        help_heading = "Limits"
    )]
    pub(super) max_document_bytes: Option<Raw>,

    /// Tokens that a GraphQL document may have, spaces counted [default: 8000]
    #[arg(long, env = "GUIDEPOST_MAX_TOKENS", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_tokens: Option<Raw>,

    /// Fields that a query or mutation may have on its first level [default: 50]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_ROOT_FIELDS",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_root_fields: Option<Raw>,

    /// Directives that a GraphQL document may use [default: 50]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_DIRECTIVES",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_directives: Option<Raw>,

    /// Requests that one body may hold as a list; 1 answers no lists [default: 1]
    #[arg(long, env = "GUIDEPOST_MAX_BATCH", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_batch: Option<Raw>,

    /// Requests that are worked on at once; more are told to come back [default: 256]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_CONCURRENT_REQUESTS",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_concurrent_requests: Option<Raw>,

    /// Connections that are open at once; more wait to be accepted [default: 10000]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_CONNECTIONS",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_connections: Option<Raw>,

    /// Cost that one subject may cause each second, on average; 0 sets no limit [default: 100000]
    #[arg(
        long,
        env = "GUIDEPOST_SUBJECT_RATE",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) subject_rate: Option<Raw>,

    /// Cost that one subject may cause at once [default: 1000000]
    #[arg(
        long,
        env = "GUIDEPOST_SUBJECT_BURST",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) subject_burst: Option<Raw>,

    /// Cost that one organization may cause each second, on average; 0 sets no limit [default: 400000]
    #[arg(
        long,
        env = "GUIDEPOST_ORGANIZATION_RATE",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) organization_rate: Option<Raw>,

    /// Cost that one organization may cause at once [default: 4000000]
    #[arg(
        long,
        env = "GUIDEPOST_ORGANIZATION_BURST",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) organization_burst: Option<Raw>,

    /// Tell everyone the schema by introspection, what a misspelt name may have meant, and which values an enumeration has, as development mode does; else those with the scope schema:read [default: false]
    #[arg(long, env = "GUIDEPOST_INTROSPECTION", hide_env_values = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Documents")]
    pub(super) introspection: Option<Raw>,

    /// Folder of .graphql files, or JSON manifest from SHA-256 to document, that can be asked for by hash [default: none]
    #[arg(
        long,
        env = "GUIDEPOST_TRUSTED_DOCUMENTS",
        hide_env_values = true,
        value_name = "PATH",
        help_heading = "Documents"
    )]
    pub(super) trusted_documents: Option<PathBuf>,

    /// Run trusted documents alone [default: false]
    #[arg(long, env = "GUIDEPOST_TRUSTED_DOCUMENTS_ONLY", hide_env_values = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Documents")]
    pub(super) trusted_documents_only: Option<Raw>,

    /// Live connections at once: event streams, and sockets of GraphQL over WebSocket [default: 5000]
    #[arg(long, env = "GUIDEPOST_MAX_LIVE", hide_env_values = true, value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_live: Option<Raw>,

    /// Live connections of one caller at once [default: 50]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_LIVE_PER_CALLER",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_live_per_caller: Option<Raw>,

    /// Operations at once on one socket [default: 50]
    #[arg(
        long,
        env = "GUIDEPOST_MAX_OPERATIONS_PER_SOCKET",
        hide_env_values = true,
        value_name = "NUMBER",
        help_heading = "Limits"
    )]
    pub(super) max_operations_per_socket: Option<Raw>,

    /// How long a socket may take to send `connection_init` [default: 3s]
    #[arg(
        long,
        env = "GUIDEPOST_SOCKET_INIT_TIMEOUT",
        hide_env_values = true,
        value_name = "DURATION",
        help_heading = "Limits"
    )]
    pub(super) socket_init_timeout: Option<Raw>,

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
    pub(super) jwks_url: Option<String>,
    pub(super) discovery: bool,
    pub(super) allow_http: bool,
    pub(super) refresh: Option<String>,
    pub(super) subject_claim: Option<Claim>,
    pub(super) organization_claim: Option<Claim>,
    pub(super) organizations: Vec<String>,
    pub(super) scope_claims: Option<Vec<Claim>>,
    pub(super) accepted_types: Option<Vec<String>>,
    pub(super) operator: bool,
    pub(super) listed: Option<bool>,
    pub(super) organization_values: BTreeMap<String, String>,
    pub(super) scope_values: BTreeMap<String, String>,
}

/// A claim: a text is the name of one at the top, a list the names that lead to one inside others.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Claim {
    Top(String),
    Nested(Vec<String>),
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
