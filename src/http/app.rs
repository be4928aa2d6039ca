//! What every request shares: one per service.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::access::directory::Directory;
use crate::access::token::{KeyError, TokenVerifier};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Database;
use crate::graphql::errors::Limits;
use crate::graphql::schema::{Schema, schema};

/// The state of one running service.
pub struct App {
    /// The GraphQL schema, limits included.
    pub schema: Schema,
    /// The database.
    pub database: Database,
    /// Who may call.
    pub verifier: TokenVerifier,
    /// The time.
    pub clock: Clock,
    /// The settings.
    pub config: Config,
    pub(super) organizations: Directory,
    stopping: AtomicBool,
}

impl App {
    /// Loads the issuers' keys and builds the schema. The database is connected and may still be
    /// migrated afterwards.
    pub fn new(config: Config, database: Database, clock: Clock) -> Result<Arc<Self>, KeyError> {
        let limits = Limits { depth: config.max_depth, cost: config.max_cost, aliases: config.max_aliases };
        Ok(Arc::new(Self {
            schema: schema(limits),
            verifier: TokenVerifier::new(&config.issuers, config.development)?,
            database,
            clock,
            config,
            organizations: Directory::default(),
            stopping: AtomicBool::new(false),
        }))
    }

    /// From now on the service says that it is not ready, so that no new work is sent to it.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
