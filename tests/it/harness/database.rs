//! A database for each test: a copy of one that was migrated once. It can be brought back to how it once was.

use std::path::Path;

use guidepost::db::Database;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::postgres::Server;

/// Which database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// One test's database; removed when the test ends.
pub struct TestDatabase {
    pub url: String,
    place: Place,
    /// For bringing rows back, past the service.
    direct: OnceCell<DatabaseConnection>,
}

enum Place {
    Folder(TempDir),
    Postgres { server: &'static Server, name: String, afterwards: Afterwards },
}

/// What becomes of a database when its test has ended.
#[derive(Clone, Copy)]
enum Afterwards {
    /// Another test may have it.
    GivenBack,
    /// It may be in any state.
    Dropped,
}

impl TestDatabase {
    /// A migrated database; none if there is no PostgreSQL to be had.
    pub async fn create(kind: Kind) -> Option<Self> {
        let (url, place) = match kind {
            Kind::Sqlite => create_sqlite().await,
            Kind::Postgres => {
                let server = Server::of_this_run()?;
                let (name, is_used) = server.take();
                let database = Self {
                    url: server.url_of(&name),
                    place: Place::Postgres { server, name, afterwards: Afterwards::GivenBack },
                    direct: OnceCell::new(),
                };
                if is_used {
                    database.empty().await;
                }
                return Some(database);
            }
        };
        Some(Self { url, place, direct: OnceCell::new() })
    }

    /// A database without any table; none if there is no PostgreSQL to be had.
    pub fn create_empty(kind: Kind) -> Option<Self> {
        let (url, place) = match kind {
            Kind::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                (sqlite_url(&folder.path().join("test.db")), Place::Folder(folder))
            }
            Kind::Postgres => {
                let server = Server::of_this_run()?;
                let name = server.create_empty();
                (server.url_of(&name), Place::Postgres { server, name, afterwards: Afterwards::Dropped })
            }
        };
        Some(Self { url, place, direct: OnceCell::new() })
    }

    /// Removes what an earlier test has left.
    async fn empty(&self) {
        let of_earlier_test = "SELECT nspname::text AS name FROM pg_namespace \
             WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg!_%' ESCAPE '!'";
        let schemas = names(self.direct().await, DbBackend::Postgres, of_earlier_test).await;
        let schemas = schemas.iter().map(|schema| format!("DROP SCHEMA {schema} CASCADE;"));
        let rows = self.tables().await.into_iter().rev().filter(|table| table != "seaql_migrations");
        let rows = rows.map(|table| format!("DELETE FROM public.{table};"));
        let everything: String = schemas.chain(rows).collect();
        run(self.direct().await, &everything).await;
    }

    /// Keeps all rows as they are now, under a name, to come back to.
    pub async fn save(&self, name: &str) {
        let connection = self.direct().await;
        match &self.place {
            Place::Folder(folder) => {
                let copy = folder.path().join(format!("{name}.db"));
                run(connection, &format!("VACUUM INTO '{0}'; ATTACH '{0}' AS {name}", copy.display())).await;
            }
            Place::Postgres { .. } => {
                let copies = self
                    .tables()
                    .await
                    .into_iter()
                    .map(|table| format!("CREATE TABLE {name}.{table} AS TABLE public.{table};"));
                run(connection, &format!("CREATE SCHEMA {name}; {}", copies.collect::<String>())).await;
            }
        }
    }

    /// Brings all rows back to how they were when they were saved under a name.
    pub async fn restore(&self, name: &str) {
        let tables = self.tables().await;
        let removals = tables.iter().rev().map(|table| format!("DELETE FROM {}.{table};", self.schema()));
        // Parents were created before their children.
        let returns =
            tables.iter().map(|table| format!("INSERT INTO {0}.{table} SELECT * FROM {name}.{table};", self.schema()));
        let (begin, commit) = match self.place {
            Place::Folder(_) => ("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON;", "COMMIT"),
            Place::Postgres { .. } => ("BEGIN;", "COMMIT"),
        };
        let body: String = removals.chain(returns).collect();
        run(self.direct().await, &format!("{begin} {body} {commit}")).await;
    }

    /// Runs SQL by hand, past the service and its rules.
    pub async fn by_hand(&self, sql: &str) {
        run(self.direct().await, sql).await;
    }

    /// The whole number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let connection = self.direct().await;
        let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await;
        row.expect("the query runs").expect("one row").try_get_by_index(0).expect("a whole number")
    }

    /// The pairs of an id and a whole number that a query gives.
    pub async fn ids_and_numbers(&self, sql: &str) -> Vec<(Uuid, i64)> {
        let connection = self.direct().await;
        let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await;
        let pair = |row: QueryResult| {
            let number: i32 = row.try_get_by_index(1).expect("a whole number");
            (row.try_get_by_index(0).expect("an id"), i64::from(number))
        };
        rows.expect("the query runs").into_iter().map(pair).collect()
    }

    /// The tables in the order of their creation.
    async fn tables(&self) -> Vec<String> {
        let connection = self.direct().await;
        let (backend, sql) = match self.place {
            Place::Folder(_) => (
                DbBackend::Sqlite,
                "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid",
            ),
            Place::Postgres { .. } => (
                DbBackend::Postgres,
                "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid",
            ),
        };
        names(connection, backend, sql).await
    }

    const fn schema(&self) -> &'static str {
        match self.place {
            Place::Folder(_) => "main",
            Place::Postgres { .. } => "public",
        }
    }

    async fn direct(&self) -> &DatabaseConnection {
        self.direct
            .get_or_init(|| async {
                let mut options = sea_orm::ConnectOptions::new(&self.url);
                options.min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None).sqlx_logging(false);
                let connection = sea_orm::Database::connect(options).await.expect("the test's database is there");
                // What is lost when the machine goes down is only a test's.
                run(
                    &connection,
                    match self.place {
                        Place::Folder(_) => "PRAGMA synchronous = OFF",
                        Place::Postgres { .. } => "SET synchronous_commit = off",
                    },
                )
                .await;
                connection
            })
            .await
    }
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{error}\nin {sql}");
    }
}

async fn names(connection: &DatabaseConnection, backend: DbBackend, sql: &str) -> Vec<String> {
    let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await.expect("the catalog can be read");
    rows.into_iter().map(|row| row.try_get("", "name").expect("a text")).collect()
}

async fn create_sqlite() -> (String, Place) {
    static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
    let migrated = MIGRATED.get_or_init(|| async {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("migrated.db");
        let database = Database::connect(&sqlite_url(&file), 1).await.expect("a new file");
        database.migrate().await.expect("migrations apply");
        database.close().await.expect("the file is written");
        std::fs::read(file).expect("the file is there")
    });
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("test.db");
    std::fs::write(&file, migrated.await).expect("the folder is new");
    (sqlite_url(&file), Place::Folder(folder))
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Postgres { server, name, afterwards } = &self.place {
            match afterwards {
                Afterwards::GivenBack => server.give_back(name),
                Afterwards::Dropped => server.drop(name),
            }
        }
    }
}
