//! The PostgreSQL server of a run of the tests: one connection, on a thread of its own, makes
//! the databases of all tests, of which each has one to itself.
//!
//! All databases of a run begin with its name, and its connection holds a lock on that name for as long as the
//! run lives. So what a run that was killed, or simply ended, has left behind is known: the next one removes it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;

use guidepost::db::Database;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

use super::settings;

/// The local server, where no other is named.
const LOCAL: &str = "postgres://postgres@127.0.0.1:5432";

/// What the databases of all runs begin with.
const PREFIX: &str = "guidepost_run_";

/// The server, and what this run has on it.
pub struct Server {
    url: String,
    run: String,
    orders: UnboundedSender<Order>,
    made: AtomicUsize,
    /// Databases whose tests have ended. Making and dropping one takes the server seconds; emptying one does not.
    free: Mutex<Vec<String>>,
}

/// A statement to run, and where to say that it was.
type Order = (String, mpsc::Sender<()>);

impl Server {
    /// The server of this run; none if none answers.
    pub fn of_this_run() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        let server = SERVER.get_or_init(Self::start).as_ref();
        assert!(
            server.is_some() || !settings::postgres_is_required(),
            "PostgreSQL is required here, and none answers at GUIDEPOST_TEST_POSTGRES_URL or {LOCAL}"
        );
        server
    }

    fn start() -> Option<Self> {
        let url = settings::postgres_url().unwrap_or_else(|| LOCAL.to_owned()).trim_end_matches('/').to_owned();
        #[expect(clippy::disallowed_methods, reason = "no two runs may share a name, and no test sees it")]
        let run = format!("{PREFIX}{}", &Uuid::new_v4().simple().to_string()[..12]);
        let (orders, received) = unbounded_channel();
        let (ready, is_ready) = mpsc::channel();
        let (server, name) = (url.clone(), run.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(serve(&server, &name, &ready, received));
        });
        is_ready.recv().expect("the thread tells whether it is ready").then_some(Self {
            url,
            run,
            orders,
            made: AtomicUsize::new(0),
            free: Mutex::default(),
        })
    }

    /// A migrated database; its name, and whether an earlier test has used it.
    pub fn take(&self) -> (String, bool) {
        match self.free.lock().expect("no test panics while it holds this").pop() {
            Some(name) => (name, true),
            None => (self.create(), false),
        }
    }

    /// Takes a database back whose test has ended.
    pub fn give_back(&self, name: &str) {
        self.free.lock().expect("no test panics while it holds this").push(name.to_owned());
    }

    fn create(&self) -> String {
        let name = self.new_name();
        self.order(format!("CREATE DATABASE {name} TEMPLATE {}", template(&self.run)));
        name
    }

    /// A database without any table; its name.
    pub fn create_empty(&self) -> String {
        let name = self.new_name();
        self.order(format!("CREATE DATABASE {name}"));
        name
    }

    /// Drops a database that no other test can use.
    pub fn drop(&self, name: &str) {
        self.order(removal(name));
    }

    fn new_name(&self) -> String {
        format!("{}_{}", self.run, self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// Where a database is.
    pub fn url_of(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// The other thread has a runtime of its own, so a test may wait for it even while its own runtime is dropped.
    fn order(&self, statement: String) {
        let (done, is_done) = mpsc::channel();
        self.orders.send((statement, done)).expect("the server's thread lives as long as the run");
        is_done.recv().expect("the server's thread says when it is done");
    }
}

fn template(run: &str) -> String {
    format!("{run}_template")
}

fn removal(database: &str) -> String {
    format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")
}

/// Makes the template and carries out orders until the process ends.
async fn serve(url: &str, run: &str, ready: &mpsc::Sender<bool>, mut orders: UnboundedReceiver<Order>) {
    let Some(admin) = connect(url).await else {
        ready.send(false).expect("a test waits for it");
        return;
    };
    prepare(&admin, url, run).await.expect("tests may create and drop databases on this server");
    ready.send(true).expect("a test waits for it");
    while let Some((statement, done)) = orders.recv().await {
        admin.execute_unprepared(&statement).await.expect("tests may create and drop databases on this server");
        // A test that panicked waits no more.
        _ = done.send(());
    }
}

/// One connection that is never closed, since it holds the run's lock.
async fn connect(server: &str) -> Option<DatabaseConnection> {
    let mut options = ConnectOptions::new(format!("{server}/postgres"));
    options.min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None);
    options.connect_timeout(Duration::from_secs(5)).sqlx_logging(false);
    sea_orm::Database::connect(options).await.ok()
}

async fn prepare(admin: &DatabaseConnection, url: &str, run: &str) -> Result<(), DbErr> {
    admin.execute_unprepared(&format!("SELECT pg_advisory_lock({})", key(run))).await?;
    remove_remains(admin).await?;
    let name = template(run);
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    let database = Database::connect(&format!("{url}/{name}"), 1).await?;
    database.migrate().await?;
    database.close().await
}

/// Removes the databases of runs that live no more.
async fn remove_remains(admin: &DatabaseConnection) -> Result<(), DbErr> {
    let names = format!("SELECT datname::text AS name FROM pg_database WHERE datname LIKE '{PREFIX}%'");
    let mut databases = Vec::new();
    for row in admin.query_all_raw(statement(&names)).await? {
        databases.push(row.try_get::<String>("", "name")?);
    }
    let runs: BTreeSet<&str> = databases.iter().filter_map(|name| Some(name.rsplit_once('_')?.0)).collect();
    for run in runs {
        let lock = statement(&format!("SELECT pg_try_advisory_lock({}) AS free", key(run)));
        let Some(row) = admin.query_one_raw(lock).await? else { continue };
        if row.try_get::<bool>("", "free")? {
            for name in databases.iter().filter(|name| name.rsplit_once('_').is_some_and(|(of, _)| of == run)) {
                admin.execute_unprepared(&removal(name)).await?;
            }
            admin.execute_unprepared(&format!("SELECT pg_advisory_unlock({})", key(run))).await?;
        }
    }
    Ok(())
}

fn statement(sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)
}

fn key(run: &str) -> String {
    format!("hashtextextended('{run}', 0)")
}
