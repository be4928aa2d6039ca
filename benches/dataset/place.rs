//! Where the benchmarks' database is: a file of its own, or a database of its own on a PostgreSQL server.

use clap::ValueEnum;
use sea_orm::{ConnectionTrait, DbErr};
use tempfile::TempDir;

/// Which of the two databases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An empty database.
pub(crate) struct Place {
    /// What a service connects to.
    pub(crate) url: String,
    home: Home,
}

enum Home {
    Folder(TempDir),
    Server { url: String, database: String },
}

impl Place {
    /// Makes it; `server` is the URL of the PostgreSQL server without a database. What an earlier run that broke off
    /// has left under this name is replaced.
    pub(crate) async fn create(kind: Kind, server: &str, name: &str) -> Result<Self, DbErr> {
        if kind == Kind::Sqlite {
            let folder = TempDir::new().expect("a temporary folder");
            let url = format!("sqlite://{}", folder.path().join("bench.db").display());
            return Ok(Self { url, home: Home::Folder(folder) });
        }
        let database = format!("guidepost_bench_{name}");
        run(server, &drop_database(&database)).await?;
        run(server, &format!("CREATE DATABASE {database}")).await?;
        // On one machine there is nothing to encrypt for.
        let url = format!("{server}/{database}?sslmode=disable");
        Ok(Self { url, home: Home::Server { url: server.to_owned(), database } })
    }

    /// Removes it.
    pub(crate) async fn remove(self) -> Result<(), DbErr> {
        match self.home {
            Home::Folder(folder) => folder.close().map_err(|error| DbErr::Custom(error.to_string())),
            Home::Server { url, database } => run(&url, &drop_database(&database)).await,
        }
    }
}

fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

async fn run(server: &str, sql: &str) -> Result<(), DbErr> {
    let connection = sea_orm::Database::connect(format!("{server}/postgres")).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await
}
