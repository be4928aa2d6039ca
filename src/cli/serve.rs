//! `guidepost serve`

use clap::Args;
use tokio::net::TcpListener;
use tracing::{info, warn};

use super::{CliError, database};
use crate::clock::Clock;
use crate::config::{self, Config, ConfigArgs};
use crate::http::{self, App};
use crate::telemetry;

/// Serve the API
///
/// Without any setting it listens on 127.0.0.1:4000 and keeps its data in guidepost.db in the working folder,
/// which is made if it is missing. A database of an older version is brought up to date first.
#[derive(Args)]
#[command(after_long_help = config::help())]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigArgs,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let mut config = self.config.load()?;
        telemetry::init(&config)?;
        warn_of_trust(&config);
        make_room(&mut config);
        let address = config.listen;
        let database = database::connect_for_requests(&config).await?;
        let app = App::new(config, database, Clock::system())?;
        database::prepare(&app.config, &app.database).await?;
        app.upkeep().await;
        let listener = TcpListener::bind(address).await.map_err(|source| CliError::Listen { address, source })?;
        info!(address = %listener.local_addr()?, database = %app.config.database_url, "serving");
        let database = app.database.clone();
        http::serve(app, listener, http::stop_signal()).await?;
        database::close(database).await;
        info!("stopped");
        Ok(())
    }
}

/// Files that are open besides connections: the database's, and those of issuers.
const OTHER_FILES: u64 = 256;

/// Asks the system for as many open files as connections are allowed, and sockets, which no longer count as connections
/// once they are open; where it gives fewer, fewer are allowed of both.
fn make_room(config: &mut Config) {
    let (connections, live) = (&mut config.load.max_connections, &mut config.live.max);
    let files = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let wanted = files(*connections).saturating_add(files(*live)).saturating_add(OTHER_FILES);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(given) if given < wanted => {
            let room = usize::try_from(given.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
            // A third of what there is for sockets keeps the proportion of the defaults.
            *live = (*live).min(room / 3);
            *connections = (*connections).min(room.saturating_sub(*live)).max(1);
            warn!(
                max_connections = *connections,
                max_live = *live,
                "the system allows {given} open files, so fewer connections: raise its limit"
            );
        }
        Ok(_) => {}
        Err(error) => warn!(%error, "the system does not tell how many open files it allows"),
    }
}

/// What a newcomer stumbles over, and what an operator must not overlook.
fn warn_of_trust(config: &Config) {
    if config.development {
        warn!("development mode: whoever reaches this address can sign a token for any organization");
    } else if config.issuers.is_empty() {
        warn!(
            "no issuer is configured, so every token is refused: add [[issuers]] to the file, or try it out with --development"
        );
    }
}
