//! Connections to SQLite or PostgreSQL, and bringing the schema up to date.

use std::time::Duration;

use migration::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::feed::Feed;

/// How long a request waits for a free connection, or for SQLite's write lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection that nobody used is taken for alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// How many statements a connection to PostgreSQL keeps prepared: all that there are, in the lengths that they come in.
const PREPARED: usize = 500;

/// Any number that no other program takes as an advisory lock on this database.
const MIGRATION_LOCK: i64 = 0x6775_6964_6570_6f73;

/// The connections of one service. PostgreSQL has one pool; SQLite allows one writer at a time, so it
/// has a pool of one for writing and another for reading.
#[derive(Clone, Debug)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    feed: Feed,
}

impl Database {
    /// Connects. `pool` is the number of connections for reading (and, on PostgreSQL, for writing).
    pub async fn connect(url: &str, pool: u32) -> Result<Self, DbErr> {
        if DbBackend::Sqlite.is_prefix_of(url) {
            Self::connect_sqlite(url, pool).await
        } else {
            Self::connect_postgres(url, pool, None).await
        }
    }

    /// Connects for requests that may take so long: PostgreSQL ends a statement that takes longer, and a transaction
    /// that waits longer for its next one. A request that was broken off holds its connection no longer than that.
    /// SQLite runs inside the service and has no such limit.
    pub async fn connect_within(limit: Duration, url: &str, pool: u32) -> Result<Self, DbErr> {
        if DbBackend::Sqlite.is_prefix_of(url) {
            Self::connect_sqlite(url, pool).await
        } else {
            Self::connect_postgres(url, pool, Some(limit)).await
        }
    }

    async fn connect_postgres(url: &str, pool: u32, limit: Option<Duration>) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(pool)
            .acquire_timeout(PATIENCE)
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(move |postgres| {
                let limit = limit.map(|limit| limit.as_millis().to_string());
                let limits = ["statement_timeout", "idle_in_transaction_session_timeout"];
                let limits = limits.into_iter().filter_map(|name| Some((name, limit.as_ref()?)));
                postgres.statement_cache_capacity(PREPARED).options(limits)
            })
            // A connection is tested when it comes back. Testing it again when it goes out a moment later would be a
            // round trip for each statement.
            .test_before_acquire_if_idle_for(TRUSTED);
        let connection = sea_orm::Database::connect(options).await?;
        Ok(Self { reader: connection.clone(), feed: Feed::of(&connection), writer: connection })
    }

    async fn connect_sqlite(url: &str, pool: u32) -> Result<Self, DbErr> {
        let in_memory = url.contains(":memory:");
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(PATIENCE)
            .sqlx_logging(false)
            .test_before_acquire(false);
        options.idle_timeout(None).max_lifetime(None);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .synchronous(SqliteSynchronous::Full);
            if in_memory { sqlite } else { sqlite.journal_mode(SqliteJournalMode::Wal) }
        });
        let writer = sea_orm::Database::connect(options.clone()).await?;
        // A database in memory exists in its one connection alone.
        let reader = if in_memory {
            writer.clone()
        } else {
            sea_orm::Database::connect(options.max_connections(pool).to_owned()).await?
        };
        Ok(Self { reader, feed: Feed::of(&writer), writer })
    }

    /// The connection for reading outside a transaction.
    #[must_use]
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Who waits for its journal to grow.
    #[must_use]
    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Lets those who wait for its journal to grow look for themselves after so long without a word. To be called
    /// before anyone waits.
    pub fn set_patience(&mut self, patience: Duration) {
        self.feed = Feed::with_patience(&self.writer, patience);
    }

    /// Which of the two databases this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Calls `observer` with each statement that is run, for counting them.
    pub fn observe(&mut self, observer: impl Fn(&str) + Clone + Send + Sync + 'static) {
        let for_reader = observer.clone();
        self.reader.set_metric_callback(move |info| for_reader(&info.statement.sql));
        self.writer.set_metric_callback(move |info| observer(&info.statement.sql));
    }

    /// Begins a transaction for writing. On SQLite it takes the write lock at once: a transaction that
    /// starts by reading and then wants to write fails under load.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            isolation_level: (self.backend() == DbBackend::Postgres).then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        self.writer.begin_with_options(options).await
    }

    /// Begins a transaction for reading: all that it reads is of one moment, whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let postgres = self.backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        self.reader.begin_with_options(options).await
    }

    /// Applies the migrations that are pending. Replicas that start together take turns.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        match self.backend() {
            DbBackend::Postgres => {
                let transaction = self.writer.begin().await?;
                // A large table may take longer than any request, and so may another replica that is before this one.
                let unlimited = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
                transaction.execute_unprepared(unlimited).await?;
                let lock = Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT pg_advisory_xact_lock($1)",
                    [MIGRATION_LOCK.into()],
                );
                transaction.execute_raw(lock).await?;
                Migrator::up(&transaction, None).await?;
                transaction.commit().await
            }
            _ => Migrator::up(&self.writer, None).await,
        }
    }

    /// The names of the migrations that this database still lacks. Changes nothing.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let pending = Migrator::get_pending_migrations_read_only(&self.reader).await?;
        Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
    }

    /// Closes both pools after their connections have come back.
    pub async fn close(self) -> Result<(), DbErr> {
        self.feed.close();
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await
    }
}
