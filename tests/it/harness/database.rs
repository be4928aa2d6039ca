//! A database for each test: a copy of one that was migrated once.

use std::path::PathBuf;

use guidepost::db::Database;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Which database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// One test's database; removed when the test ends.
pub struct TestDatabase {
    pub url: String,
    remains: Remains,
}

enum Remains {
    Folder(#[expect(dead_code, reason = "dropping it removes the folder")] TempDir),
    Postgres { server: String, name: String },
}

/// The local server, where no other is named.
const LOCAL_SERVER: &str = "postgres://postgres@127.0.0.1:5432";

impl TestDatabase {
    pub async fn create(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(Self::create_sqlite().await),
            Kind::Postgres => Self::create_postgres().await,
        }
    }

    async fn create_sqlite() -> Self {
        static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(|| async {
            let folder = TempDir::new().expect("a temporary folder");
            let file = folder.path().join("template.db");
            let database = Database::connect(&sqlite_url(&file), 1).await.expect("a new file");
            database.migrate().await.expect("migrations apply");
            database.close().await.expect("the file is written");
            (folder, file)
        });
        let (_, template) = template.await;
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("test.db");
        std::fs::copy(template, &file).expect("the template can be copied");
        Self { url: sqlite_url(&file), remains: Remains::Folder(folder) }
    }

    async fn create_postgres() -> Option<Self> {
        static TEMPLATE: OnceCell<Option<(String, String)>> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(postgres_template).await;
        let Some((server, template)) = template else {
            assert!(
                std::env::var_os("GUIDEPOST_TEST_POSTGRES_REQUIRED").is_none(),
                "PostgreSQL is required here, and none answers at GUIDEPOST_TEST_POSTGRES_URL or {LOCAL_SERVER}"
            );
            eprintln!("skipped: no PostgreSQL answers");
            return None;
        };
        let name = format!("guidepost_test_{}", Uuid::new_v4().simple());
        let admin = connect(server).await.expect("the server answered before");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        admin.execute_unprepared(&create).await.expect("a test may create databases");
        admin.close().await.expect("nothing is in flight");
        let url = format!("{server}/{name}");
        Some(Self { url, remains: Remains::Postgres { server: server.clone(), name } })
    }
}

fn sqlite_url(file: &std::path::Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn connect(server: &str) -> Option<DatabaseConnection> {
    let mut options = sea_orm::ConnectOptions::new(format!("{server}/postgres"));
    options.max_connections(1).connect_timeout(std::time::Duration::from_secs(5)).sqlx_logging(false);
    sea_orm::Database::connect(options).await.ok()
}

/// The server, and the name of a migrated database on it. Made once for each run of the tests.
async fn postgres_template() -> Option<(String, String)> {
    let server = std::env::var("GUIDEPOST_TEST_POSTGRES_URL").unwrap_or_else(|_| LOCAL_SERVER.to_owned());
    let server = server.trim_end_matches('/').to_owned();
    let admin = connect(&server).await?;
    let name = format!("guidepost_template_{}", std::process::id());
    admin
        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await
        .expect("a test may drop its databases");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a test may create databases");
    let database = Database::connect(&format!("{server}/{name}"), 1).await.expect("the new database");
    database.migrate().await.expect("migrations apply");
    database.close().await.expect("nothing is in flight");
    Some((server, name))
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Remains::Postgres { server, name } = &self.remains else { return };
        let (server, name) = (server.clone(), name.clone());
        // A test's own runtime cannot be waited on while it is being dropped.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                if let Some(admin) = connect(&server).await {
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    admin.execute_unprepared(&drop).await.expect("a test may drop its databases");
                }
            });
        });
        removal.join().expect("the database is removed");
    }
}
