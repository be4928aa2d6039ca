//! A service of its own for each test, with a database of its own, and typed callers.

mod caller;
mod database;
mod events;
mod expected;
mod kpis;
mod postgres;
mod sdl;
mod seed;
mod served;
pub mod settings;
mod whole;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use guidepost::clock::Clock;
use guidepost::config::Config;
use guidepost::db::verify::{Finding, Summary, verify};
use guidepost::http;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

pub use caller::{Answer, Caller, Refusal, mutation_document};
pub use database::{Kind, TestDatabase};
pub use events::Events;
pub use expected::expect_file;
pub use kpis::{AgreedKpi, text};
pub use sdl::{Field, Sdl, TypeOf, TypeRef};
pub use seed::{Seed, Seen};
pub use served::{PROTOCOL, Served};
pub use whole::kpis::days_of;
pub use whole::{ALL_SCOPES, Shared, Whole, type_of};
pub use world::{EVERYTHING, World, name_contacts, name_sites};

/// Writes a test once and runs it on both databases. Whatever it did, its journal must verify in the end, so
/// every test also shows that what it wrote is read back as it was recorded.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: App) $body:block)*) => {
        $(
            $(#[$attribute])*
            mod $name {
                use super::*;

                async fn test($app: $crate::harness::App) {
                    $body
                    $app.expect_verified().await;
                }

                #[tokio::test]
                async fn sqlite() {
                    test($crate::harness::App::start($crate::harness::Kind::Sqlite).await.expect("SQLite is always there")).await;
                }

                #[tokio::test]
                async fn postgres() {
                    if let Some(app) = $crate::harness::App::start($crate::harness::Kind::Postgres).await {
                        test(app).await;
                    }
                }
            }
        )*
    };
}
pub(crate) use on_both_databases;

/// When every test begins.
pub const START: &str = "2026-03-02T09:00:00Z";

/// The settings of a test's service.
pub fn development() -> Config {
    let mut config = Config { development: true, ..Config::default() };
    // The clock stands still, so what is spent would never come back.
    (config.load.subject_rate, config.load.organization_rate) = (None, None);
    config
}

/// A running service.
pub struct App {
    pub router: Router,
    /// What the router serves, for what goes on beside requests.
    pub service: Arc<http::App>,
    pub clock: Clock,
    pub database: guidepost::db::Database,
    statements: Arc<AtomicUsize>,
    tampered: AtomicBool,
    /// Dropped last: removes the database.
    pub files: TestDatabase,
}

impl App {
    /// Starts a service on an empty, migrated database; none if there is no PostgreSQL to be had.
    pub async fn start(kind: Kind) -> Option<Self> {
        Some(Self::on(TestDatabase::create(kind).await?).await)
    }

    /// Starts a service with other settings on an empty, migrated SQLite.
    pub async fn configured(config: Config) -> Self {
        Self::with(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is always there"), config).await
    }

    /// Starts a service on a database as it is.
    pub async fn on(files: TestDatabase) -> Self {
        Self::with(files, development()).await
    }

    async fn with(files: TestDatabase, config: Config) -> Self {
        let mut database =
            guidepost::db::Database::connect(&files.url, 4).await.expect("the test's database can be connected to");
        let statements = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&statements);
        database.observe(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let clock = Clock::set_to(START.parse::<DateTime<Utc>>().expect("a time"));
        let service = http::App::new(config, database.clone(), clock.clone()).expect("keys that can be loaded");
        let router = http::router(Arc::clone(&service));
        Self { router, service, clock, database, statements, tampered: AtomicBool::new(false), files }
    }

    /// Another service on the same database: of one SQLite there is only one, which is this.
    pub async fn replica(&self) -> Router {
        match self.database.backend() {
            DbBackend::Postgres => http::router(self.with_settings(|_| {}).await),
            _ => self.router.clone(),
        }
    }

    /// A service of its own on the same database, with other settings.
    pub async fn with_settings(&self, change: impl FnOnce(&mut Config)) -> Arc<http::App> {
        let database = guidepost::db::Database::connect(&self.files.url, 4).await;
        let mut config = development();
        change(&mut config);
        let database = database.expect("the test's database can be connected to");
        http::App::new(config, database, self.clock.clone()).expect("no keys to load")
    }

    /// The same service, as it is served over a network.
    pub async fn served(&self) -> Served {
        Served::new(Arc::clone(&self.service)).await
    }

    /// A caller of one organization, with a token that carries these scopes.
    pub fn caller(&self, organization: &str, subject: &str, scopes: &str) -> Caller {
        Caller::new(self, Some(organization), subject, scopes)
    }

    /// The operator of the service.
    pub fn operator(&self) -> Caller {
        Caller::new(self, None, "operator", "admin")
    }

    /// A caller with a ready token.
    pub fn bearer(&self, token: &str) -> Caller {
        Caller::with_token(self, token.to_owned())
    }

    /// The number that a `SELECT COUNT(*)` gives, past all rules of access.
    pub async fn count(&self, select: &str) -> i64 {
        let statement = Statement::from_string(self.database.backend(), select);
        let row = self.database.reader().query_one_raw(statement).await.expect("good SQL").expect("one row");
        row.try_get_by_index(0).expect("a number")
    }

    /// What an action item and its journal entry are written to: the numbers of both.
    pub async fn written(&self) -> [i64; 2] {
        [self.count("SELECT COUNT(*) FROM action_item").await, self.count("SELECT COUNT(*) FROM journal_entry").await]
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.move_to(self.clock.now() + time);
    }

    /// Says that the test writes what no entry records: its journal need not verify in the end.
    pub fn off_the_record(&self) {
        self.tampered.store(true, Ordering::Relaxed);
    }

    /// Changes the database behind the service's back, so that its journal need not verify in the end.
    pub async fn by_hand(&self, sql: &str) {
        self.off_the_record();
        self.database.reader().execute_unprepared(sql).await.expect("the statement is right");
    }

    /// How a TypeID's UUID is written in the database's SQL.
    pub fn sql_id(&self, id: &str) -> String {
        let (_, uuid) = guidepost::id::parse_any(id).expect("an id");
        match self.database.backend() {
            DbBackend::Postgres => format!("'{uuid}'"),
            _ => format!("X'{}'", uuid.simple()),
        }
    }

    /// What `guidepost verify-journal` finds.
    pub async fn verify(&self) -> (Summary, Vec<Finding>) {
        let mut findings = Vec::new();
        let summary = verify(&self.database, &mut |finding| findings.push(finding)).await.expect("all can be read");
        (summary, findings)
    }

    /// Unless the database was changed by hand, all of it must be as the journal recorded it.
    pub async fn expect_verified(&self) {
        if !self.tampered.load(Ordering::Relaxed) {
            let (_, findings) = self.verify().await;
            assert_eq!(findings, [], "the journal does not verify");
        }
    }

    /// How many statements were run since this was last asked.
    pub fn statements(&self) -> usize {
        self.statements.swap(0, Ordering::Relaxed)
    }
}
