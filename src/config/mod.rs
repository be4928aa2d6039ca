//! Every setting, its default and its check; the only reader of the environment.
//!
//! A setting is given by flag, by environment variable or in a TOML file, and the first of these
//! that has it counts. Issuers, which are tables, are in the file alone.

mod check;
mod database_url;
mod issuer;
mod settings;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use toml::Table;
use tracing_subscriber::EnvFilter;

use self::check::Check;
use self::settings::Settings;
use crate::access::token::Issuer;

pub use self::check::ConfigError;
pub use self::database_url::DatabaseUrl;

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
    /// How deep a GraphQL document may nest.
    pub max_depth: usize,
    /// How much a GraphQL document may cost.
    pub max_cost: usize,
    /// How many aliases a GraphQL document may use.
    pub max_aliases: usize,
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
        let settings = toml::from_str(&text).map_err(|error| {
            // The line itself is not shown: it may hold a password.
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            ConfigError::one(format!("{}, line {line}: {}", path.display(), error.message()))
        })?;
        Ok((settings, path.parent().unwrap_or(Path::new("")).to_owned()))
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
            request_timeout,
            shutdown_grace,
            database_url,
            database_pool,
            no_migrate,
            body_limit,
            max_depth,
            max_cost,
            max_aliases,
            log_format,
            log_filter,
            issuers,
        } = settings;
        let mut check = Check::default();
        let half_a_minute = Duration::from_secs(30);
        let config = Self {
            listen: check.value(
                "listen",
                listen,
                SocketAddr::from(([127, 0, 0, 1], 4000)),
                "an IP address and a port, such as 127.0.0.1:4000 or [::]:4000",
                |text| text.parse().ok(),
            ),
            development: check.flag("development", development, false),
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
            max_depth: check.number("max_depth", max_depth, 16, 1..=100),
            max_cost: check.number("max_cost", max_cost, 50_000, 1..=1_000_000_000),
            max_aliases: check.number("max_aliases", max_aliases, 30, 0..=10_000),
            log_format: check.value("log_format", log_format, LogFormat::Text, "text or json", |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            }),
            log_filter: check.value(
                "log_filter",
                log_filter,
                "info,sqlx=warn,sea_orm_migration=warn".to_owned(),
                "a level (error, warn, info, debug, trace) or levels by module, such as info,guidepost=debug",
                |text| (!text.is_empty() && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned()),
            ),
            issuers: issuer::check(issuers, folder, &mut check),
        };
        check.finish(config)
    }
}

fn check_database_url(raw: Option<settings::Raw>, check: &mut Check) -> DatabaseUrl {
    let text = raw.map_or_else(|| "sqlite://guidepost.db".to_owned(), |raw| raw.0);
    DatabaseUrl::parse(&text).unwrap_or_else(|| {
        check.wrong("database_url", &format!("{:?}", DatabaseUrl::redact(&text)), database_url::EXPECTED);
        DatabaseUrl::parse("sqlite::memory:").expect("a good URL; it is not used, since the check fails")
    })
}
