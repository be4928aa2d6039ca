//! Who waits for a chain of the journal to grow, and how that is told to them: within one process on SQLite, over
//! all services of one database on PostgreSQL.
//!
//! What is told is only that there may be something new: who waits reads it by itself, from where it was. So nothing
//! is lost with a lost word, and nothing told twice is read twice.

mod postgres;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend};
use uuid::Uuid;

use self::postgres::Postgres;
pub use self::waiting::Waiter;
use self::waiting::{PATIENCE, Waiting};

/// The growth of a database's chains. Cheap to clone; clones are one.
#[derive(Clone, Debug)]
pub struct Feed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    waiting: Arc<Waiting>,
    /// How other services are told, where there can be any.
    postgres: Option<Postgres>,
}

impl Feed {
    /// The feed of a database.
    pub(super) fn of(connection: &DatabaseConnection) -> Self {
        Self::with_patience(connection, PATIENCE)
    }

    /// The feed of a database, whose waiters look for themselves after so long without a word.
    pub(super) fn with_patience(connection: &DatabaseConnection, patience: Duration) -> Self {
        let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
        let postgres = is_postgres.then(|| Postgres::new(connection.get_postgres_connection_pool().clone()));
        Self(Arc::new(Inner { waiting: Arc::new(Waiting::new(patience)), postgres }))
    }

    /// Waits for a chain from now on: whatever is committed after this wakes the waiter.
    #[must_use]
    pub fn wait_for(&self, chain: Uuid) -> Waiter {
        if let Some(postgres) = &self.0.postgres {
            postgres.listen(&self.0.waiting);
        }
        self.0.waiting.add(chain)
    }

    /// Tells that a chain has grown, once that is committed. Waits for nothing.
    pub fn grown(&self, chain: Uuid) {
        match &self.0.postgres {
            Some(postgres) => postgres.tell(chain),
            None => self.0.waiting.wake(chain),
        }
    }

    /// Stops listening, so that the database's connections can be closed.
    pub(super) fn close(&self) {
        if let Some(postgres) = &self.0.postgres {
            postgres.close();
        }
    }
}
