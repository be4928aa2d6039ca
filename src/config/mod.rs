//! Every setting, its default and its check; the only reader of the environment.
//!
//! A setting is given by flag, by environment variable or in a TOML file, and the first of these
//! that has it counts. Issuers, which are tables, are in the file alone.

mod check;
mod database_url;
mod documents;
mod http;
mod issuer;
mod link_secret;
mod live;
mod load;
mod resource_url;
mod settings;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::HeaderValue;
use clap::Args;
use toml::Table;
use tracing_subscriber::EnvFilter;

use self::check::Check;
use self::settings::{Raw, Settings};
use crate::access::token::Issuer;

pub use self::check::ConfigError;
pub use self::database_url::DatabaseUrl;
pub use self::documents::Documents;
pub use self::http::StatusProfile;
pub use self::link_secret::LinkSecret;
pub use self::live::Live;
pub use self::load::{Load, Rate};
pub use self::resource_url::ResourceUrl;

/// The file that is read where no other is named, if it exists.
const DEFAULT_FILE: &str = "guidepost.toml";

/// The settings of a command that runs or changes the service.
#[derive(Args)]
pub struct ConfigArgs {
    /// File with settings, in TOML [default: guidepost.toml, if there is one]
    #[arg(long, env = "GUIDEPOST_CONFIG", hide_env_values = true, value_name = "FILE", help_heading = "Service")]
    config: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

/// How settings are given, for the end of a command's help.
pub(crate) fn help() -> String {
    format!(
        "A setting is taken from its flag, else from its variable, else from the file, where it has the flag's name\n\
         with underscores (listen = \"0.0.0.0:4000\"). Whose tokens are trusted is in the file alone:\n\n{}",
        issuer::EXAMPLE
    )
}

/// The form of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The settings of the service, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whether development tokens are trusted and GraphiQL is served.
    pub development: bool,
    /// Whose pages may call from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// Which statuses GraphQL answers have.
    pub status_profile: StatusProfile,
    /// Where clients reach the API, for those that look for a token.
    pub resource_url: Option<ResourceUrl>,
    /// What links to pictures are signed with.
    pub link_secret: Option<LinkSecret>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long requests may go on after the signal to stop.
    pub shutdown_grace: Duration,
    /// Where the data is.
    pub database_url: DatabaseUrl,
    /// How many connections to the database there may be.
    pub database_pool: u32,
    /// Whether a database of an older version is brought up to date at the start.
    pub migrate: bool,
    /// How many bytes a body may have.
    pub body_limit: usize,
    /// What GraphQL documents may be.
    pub documents: Documents,
    /// How many requests a body may hold.
    pub max_batch: usize,
    /// How much the service takes.
    pub load: Load,
    /// What live connections there may be.
    pub live: Live,
    /// The form of the log.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_filter: String,
    /// Whose tokens are trusted.
    pub issuers: Vec<Issuer>,
}

impl Default for Config {
    fn default() -> Self {
        Self::check(Settings::default(), Path::new("")).expect("every default is a good value")
    }
}

impl ConfigArgs {
    /// Reads the file, lays flags and variables over it, and checks the result.
    pub fn load(&self) -> Result<Config, ConfigError> {
        let (file, folder) = self.read_file()?;
        let settings = lay_over(&file, &self.settings);
        Config::check(settings, &folder)
    }

    /// The settings of the file, and the folder that its paths are relative to.
    fn read_file(&self) -> Result<(Settings, PathBuf), ConfigError> {
        let path = self.config.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if self.config.is_none() && error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(ConfigError::one(format!(
                    "{}: cannot be read ({error}); give --config (GUIDEPOST_CONFIG) the path of a TOML file",
                    path.display()
                )));
            }
        };
        let mut settings: Settings = toml::from_str(&text).map_err(|error| {
            // The line itself is not shown: it may hold a password.
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            ConfigError::one(format!("{}, line {line}: {}", path.display(), error.message()))
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        settings.trusted_documents = settings.trusted_documents.map(|path| folder.join(path));
        Ok((settings, folder))
    }
}

/// The settings of `under`, but where `over` has one, that one.
fn lay_over(under: &Settings, over: &Settings) -> Settings {
    let table = |settings| Table::try_from(settings).expect("settings are made of texts and tables");
    let mut all = table(under);
    all.extend(table(over));
    all.try_into().expect("both were settings before")
}

impl Config {
    fn check(settings: Settings, folder: &Path) -> Result<Self, ConfigError> {
        let Settings {
            listen,
            development,
            cors_origins,
            status_profile,
            resource_url,
            link_secret,
            request_timeout,
            shutdown_grace,
            database_url,
            database_pool,
            no_migrate,
            body_limit,
            max_depth,
            max_cost,
            max_aliases,
            max_document_bytes,
            max_tokens,
            max_root_fields,
            max_directives,
            introspection,
            trusted_documents,
            trusted_documents_only,
            max_batch,
            max_concurrent_requests,
            max_connections,
            subject_rate,
            subject_burst,
            organization_rate,
            organization_burst,
            max_live,
            max_live_per_caller,
            max_operations_per_socket,
            socket_init_timeout,
            log_format,
            log_filter,
            issuers,
        } = settings;
        let given = documents::Given {
            max_document_bytes,
            max_tokens,
            max_depth,
            max_cost,
            max_aliases,
            max_root_fields,
            max_directives,
            introspection,
            trusted_documents,
            trusted_documents_only,
        };
        let live = live::Given { max_live, max_live_per_caller, max_operations_per_socket, socket_init_timeout };
        let load = load::Given {
            max_concurrent_requests,
            max_connections,
            subject_rate,
            subject_burst,
            organization_rate,
            organization_burst,
        };
        let mut check = Check::default();
        let half_a_minute = Duration::from_secs(30);
        let listen = http::listen(listen, &mut check);
        let development = check.flag("development", development, false);
        let config = Self {
            listen,
            development,
            cors_origins: http::cors_origins(cors_origins, &mut check),
            status_profile: http::status_profile(status_profile, &mut check),
            resource_url: resource_url::check(resource_url, &mut check),
            link_secret: link_secret::check(link_secret, &mut check),
            request_timeout: check.duration(
                "request_timeout",
                request_timeout,
                half_a_minute,
                Duration::from_millis(1)..=Duration::from_hours(1),
            ),
            shutdown_grace: check.duration(
                "shutdown_grace",
                shutdown_grace,
                half_a_minute,
                Duration::ZERO..=Duration::from_hours(1),
            ),
            database_url: check_database_url(database_url, &mut check),
            database_pool: u32::try_from(check.number("database_pool", database_pool, 10, 1..=1_000))
                .unwrap_or(u32::MAX),
            migrate: !check.flag("no_migrate", no_migrate, false),
            body_limit: check.number("body_limit", body_limit, 2 * 1024 * 1024, 1_024..=1024 * 1024 * 1024),
            documents: documents::check(given, &mut check),
            max_batch: check.number("max_batch", max_batch, 1, 1..=1_000),
            load: load::check(load, &mut check),
            live: live::check(live, &mut check),
            log_format: check_log_format(log_format, &mut check),
            log_filter: check_log_filter(log_filter, &mut check),
            issuers: issuer::check(issuers, folder, development, &mut check),
        };
        check.finish(config)
    }
}

fn check_log_format(raw: Option<Raw>, check: &mut Check) -> LogFormat {
    check.value("log_format", raw, LogFormat::Text, "text or json", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    })
}

fn check_log_filter(raw: Option<Raw>, check: &mut Check) -> String {
    let usual = "info,sqlx=warn,sea_orm_migration=warn".to_owned();
    let expected = "a level (error, warn, info, debug, trace) or levels by module, such as info,guidepost=debug";
    check.value("log_filter", raw, usual, expected, |text| {
        (!text.is_empty() && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
    })
}

fn check_database_url(raw: Option<Raw>, check: &mut Check) -> DatabaseUrl {
    let text = raw.map_or_else(|| "sqlite://guidepost.db".to_owned(), |raw| raw.0);
    DatabaseUrl::parse(&text).unwrap_or_else(|| {
        check.wrong("database_url", &format!("{:?}", DatabaseUrl::redact(&text)), database_url::EXPECTED);
        DatabaseUrl::parse("sqlite::memory:").expect("a good URL; it is not used, since the check fails")
    })
}
