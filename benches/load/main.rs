//! The five workloads as clients see them: the service as a process of its own, callers over HTTP. Tells the rate, the
//! latencies, and what a request costs of the processors, in the service and in the database.

mod client;
#[path = "../dataset/mod.rs"]
mod dataset;
mod processor;
mod report;
mod server;
#[path = "../workload/mod.rs"]
mod workload;

use std::sync::atomic::AtomicUsize;
use std::thread::sleep;
use std::time::Duration;

use clap::Parser;
use guidepost::db::Database;
use sea_orm::{DatabaseConnection, DbErr};
use tokio::runtime::Runtime;

use dataset::place::{Kind, Place};
use dataset::shape::Shape;
use processor::{Times, backends_of};
use report::{Measured, Process};
use server::Server;
use workload::{Requests, Workload};

/// How often the service is started to learn how long that takes.
const STARTS: usize = 5;

/// Measures the five workloads over HTTP.
#[derive(Parser)]
struct Options {
    /// The database that the service keeps its data in.
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Kind,
    /// The size of the data; 1 is that of the limits.
    #[arg(long, default_value_t = 0.1)]
    scale: f64,
    /// How long each workload is measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Which workloads, as W2; all if none is named.
    #[arg(long)]
    workload: Vec<String>,
    /// How many connections ask at once.
    #[arg(long, default_value_t = 2)]
    connections: usize,
    /// The PostgreSQL server, without a database; its user may create databases.
    #[arg(long, env = "GUIDEPOST_BENCH_POSTGRES_URL", default_value = "postgres://postgres@127.0.0.1:5432")]
    postgres: String,
    /// Leave the PostgreSQL database there afterwards.
    #[arg(long)]
    keep: bool,
    /// Cargo says that this is a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[expect(clippy::disallowed_macros, reason = "this is what the command is for")]
fn main() -> Result<(), DbErr> {
    let options = Options::parse();
    let shape = Shape::of_scale(options.scale);
    let runtime = Runtime::new().expect("a runtime");
    let place = runtime.block_on(Place::create(options.database, &options.postgres, "load"))?;
    runtime.block_on(async {
        let database = Database::connect(&place.url, 2).await?;
        dataset::fill(&database, shape).await?;
        database.close().await
    })?;

    let start = || Server::start(&place.url, shape);
    let mut ready_after: Vec<Duration> = (0..STARTS).map(|_| start().ready_after).collect();
    ready_after.sort_unstable();
    let server = start();
    sleep(Duration::from_secs(1));
    let idle = processor::resident_of(server.id());

    let watcher = runtime.block_on(sea_orm::Database::connect(&place.url))?;
    let requests = Requests::new(shape);
    let measured: Result<Vec<Measured>, DbErr> = options
        .workloads()
        .map(|workload| measure(&options, &server, &requests, workload, (&runtime, &watcher)))
        .collect();
    runtime.block_on(watcher.close())?;
    let process = Process { ready_after: ready_after[STARTS / 2], idle, busy: processor::resident_of(server.id()) };
    print!("{}", report::table(&format!("{:?}, scale {}", options.database, options.scale), &measured?, &process));
    drop(server);
    if options.keep { Ok(()) } else { runtime.block_on(place.remove()) }
}

impl Options {
    fn workloads(&self) -> impl Iterator<Item = Workload> {
        let is_wanted = |name: &str| self.workload.is_empty() || self.workload.iter().any(|wanted| wanted == name);
        Workload::ALL.into_iter().filter(move |workload| is_wanted(workload.name()))
    }
}

fn measure(
    options: &Options,
    server: &Server,
    requests: &Requests,
    workload: Workload,
    (runtime, watcher): (&Runtime, &DatabaseConnection),
) -> Result<Measured, DbErr> {
    let next = AtomicUsize::new(0);
    let drive = |time| {
        client::drive(server.address, options.connections, requests, (workload, &next), Duration::from_secs(time))
    };
    // Connections are opened, statements prepared and callers looked up before.
    drive(2);
    let times = || -> Result<(Times, Times), DbErr> {
        Ok((Times::of(&[server.id()]), Times::of(&runtime.block_on(backends_of(watcher))?)))
    };
    let before = times()?;
    let answered = drive(options.seconds);
    let after = times()?;
    let time = Duration::from_secs(options.seconds);
    let (of_service, of_database) = (after.0.since(&before.0), after.1.since(&before.1));
    Ok(Measured { workload, time, answered, of_service, of_database })
}
