//! `guidepost verify-journal`

use clap::Args;

use super::output::print;
use super::{CliError, database};
use crate::config::{Config, ConfigArgs};
use crate::db::Database;
use crate::db::verify::{Summary, verify};
use crate::error::Error;
use crate::telemetry;

/// Check that nothing was changed behind the service's back
///
/// Recomputes every chain of the journal, and compares every row of the database with what the journal recorded of
/// it last. Names the first broken entry of each chain and each row that differs, and then fails. It reads as of one
/// moment and changes nothing, so it can run beside the service. It takes the settings of `serve`, of which it needs
/// those of the database.
#[derive(Args)]
#[command(mut_args(database::hide_other_settings))]
pub(super) struct VerifyJournal {
    #[command(flatten)]
    config: ConfigArgs,
}

impl VerifyJournal {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let config = self.config.load()?;
        telemetry::init(&config)?;
        let database = database::connect_existing(&config).await?;
        let result = check(&config, &database).await;
        database::close(database).await;
        result
    }
}

async fn check(config: &Config, database: &Database) -> Result<(), CliError> {
    let mut first = None;
    let mut printed = Ok(());
    let mut found = |finding| {
        if printed.is_ok() {
            printed = print(&finding);
        }
        first.get_or_insert(finding);
    };
    let verified = verify(database, &mut found).await;
    let unreadable = |error| CliError::Unreadable { url: config.database_url.clone(), cause: cause(&error) };
    let Summary { chains, entries, rows, observations, source_records, findings } = verified.map_err(unreadable)?;
    printed?;
    match first {
        Some(first) => Err(CliError::NotAsRecorded { findings, first: Box::new(first) }),
        None => Ok(print(format_args!(
            "{} is as it was recorded: {chains} chains, {entries} entries, {rows} rows, {observations} observations, {source_records} source records",
            config.database_url
        ))?),
    }
}

/// What a client would not be told.
fn cause(error: &Error) -> String {
    match error {
        Error::Internal(cause) | Error::Unavailable(cause) => cause.to_string(),
        other => other.to_string(),
    }
}
