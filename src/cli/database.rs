//! Opening the database of the settings, with errors that name it.

use std::str::FromStr;
use std::time::Duration;

use clap::Arg;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use tokio::time::timeout;
use tracing::{info, warn};

use super::CliError;
use crate::config::Config;
use crate::db::Database;

/// How long closing may take: a request that was broken off may still hold its connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// Connects; SQLite's file is made if it is missing.
pub(super) async fn connect(config: &Config) -> Result<Database, CliError> {
    let url = &config.database_url;
    let connected = Database::connect(url.expose(), config.database_pool).await;
    connected.map_err(|source| CliError::Database { url: url.clone(), source })
}

/// Connects for serving requests, none of whose statements may take longer than they themselves.
pub(super) async fn connect_for_requests(config: &Config) -> Result<Database, CliError> {
    let url = &config.database_url;
    let connected = Database::connect_within(config.request_timeout, url.expose(), config.database_pool).await;
    connected.map_err(|source| CliError::Database { url: url.clone(), source })
}

/// Connects to a database that is there and up to date, for a command that changes nothing.
pub(super) async fn connect_existing(config: &Config) -> Result<Database, CliError> {
    let url = &config.database_url;
    if is_missing_file(url.expose()) {
        return Err(CliError::NoDatabase { url: url.clone() });
    }
    let database = connect(config).await?;
    let pending = database.pending_migrations().await;
    let pending = pending.map_err(|source| CliError::Database { url: url.clone(), source })?.len();
    if pending > 0 {
        close(database).await;
        return Err(CliError::Outdated { url: url.clone(), pending });
    }
    Ok(database)
}

fn is_missing_file(url: &str) -> bool {
    let in_file = url.starts_with("sqlite:") && !url.contains(":memory:");
    in_file && SqliteConnectOptions::from_str(url).is_ok_and(|options| !options.get_filename().exists())
}

/// Applies what is pending and tells which migrations those were.
pub(super) async fn migrate(config: &Config, database: &Database) -> Result<Vec<String>, CliError> {
    let failed = |source| CliError::Migration { url: config.database_url.clone(), source };
    let pending = database.pending_migrations().await.map_err(failed)?;
    if !pending.is_empty() {
        database.migrate().await.map_err(failed)?;
    }
    Ok(pending)
}

/// Brings the database up to date before serving, unless the settings leave that to someone else.
pub(super) async fn prepare(config: &Config, database: &Database) -> Result<(), CliError> {
    if config.migrate {
        let applied = migrate(config, database).await?;
        if !applied.is_empty() {
            info!(migrations = applied.len(), "the database has been brought up to date");
        }
    } else {
        warn!("the database is left as it is (no_migrate): until it has this version's schema, /readyz says no");
    }
    Ok(())
}

/// Closes the connections; SQLite then has all of its data in the one file.
pub(super) async fn close(database: Database) {
    match timeout(PATIENCE, database.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(%error, "the database did not close well; it will be mended at the next start"),
        Err(_) => warn!("the database is still busy; it will be mended at the next start"),
    }
}

/// For commands that need the database alone: settings that matter to serving are taken, so that one
/// environment does for both, but not listed.
pub(super) fn hide_other_settings(arg: Arg) -> Arg {
    let other = matches!(arg.get_help_heading(), Some("Service" | "Limits" | "Documents")) && arg.get_id() != "config";
    arg.hide(other)
}
