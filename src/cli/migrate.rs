//! `guidepost migrate`

use clap::Args;

use super::output::print;
use super::{CliError, database};
use crate::config::ConfigArgs;
use crate::telemetry;

/// Bring the database up to date
///
/// `serve` does the same at its start, unless `no_migrate` is set. Running it again changes nothing. It takes the
/// settings of `serve`, of which it needs those of the database.
#[derive(Args)]
#[command(mut_args(database::hide_other_settings))]
pub(super) struct Migrate {
    #[command(flatten)]
    config: ConfigArgs,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let config = self.config.load()?;
        telemetry::init(&config)?;
        let database = database::connect(&config).await?;
        let applied = database::migrate(&config, &database).await?;
        for migration in &applied {
            print(format_args!("applied {migration}"))?;
        }
        database::close(database).await;
        print(format_args!("{} is up to date", config.database_url))?;
        Ok(())
    }
}
