//! The five workloads without a network: through the router, token verification included, on SQLite, and on
//! PostgreSQL where `GUIDEPOST_BENCH_POSTGRES_URL` names a server. First the SQL statements of each are counted.

mod dataset;
mod workload;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use chrono::TimeDelta;
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use guidepost::access::token::{Algorithm, ClaimPath, Issuer, KeyFile, KeySource, TokenVerifier};
use guidepost::clock::Clock;
use guidepost::config::Config;
use guidepost::db::Database;
use guidepost::http;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use dataset::place::{Kind, Place};
use dataset::shape::Shape;
use workload::{AUDIENCE, ISSUER, Request, Requests, Workload, expect_answered};

/// Small enough to be made in seconds; what a caller is answered is as large as on every scale.
const SCALE: f64 = 0.05;

/// Requests that are made to count statements; the first one also looks up the caller's organization.
const COUNTED: usize = 8;

fn workloads(criterion: &mut Criterion) {
    let shape = Shape::of_scale(SCALE);
    let requests = Requests::new(shape);
    let runtime = Runtime::new().expect("a runtime");
    for (kind, server) in databases() {
        let place = runtime.block_on(Place::create(kind, &server, "in_process")).expect("a new database");
        let database = runtime.block_on(open(&place.url, shape));
        runtime.block_on(count_statements(kind, &database, &requests));

        let router = router(database.clone(), shape);
        let mut group = criterion.benchmark_group(format!("{kind:?}"));
        group.sample_size(20);
        for workload in Workload::ALL {
            let next = AtomicUsize::new(0);
            let request = || requests.request(workload, next.fetch_add(1, Ordering::Relaxed));
            group.bench_function(BenchmarkId::from_parameter(workload.name()), |bencher| {
                bencher.to_async(&runtime).iter_batched(request, |r| answer(&router, r), BatchSize::SmallInput);
            });
        }
        group.finish();
        runtime.block_on(database.close()).expect("nothing is under way");
        runtime.block_on(place.remove()).expect("nobody uses it any more");
    }
}

fn tokens(criterion: &mut Criterion) {
    let shape = Shape::of_scale(SCALE);
    let verifier = TokenVerifier::new(&[issuer(shape)], false).expect("the tests' key");
    let (token, clock) = (Requests::new(shape).request(Workload::Point, 0).token, Clock::system());
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    criterion.bench_function("token", |bencher| {
        bencher.to_async(&runtime).iter(async || verifier.verify(&token, &clock).await.expect("a good token"));
    });
}

#[expect(clippy::disallowed_methods, reason = "this is a setting of the benchmark, and not of the service")]
fn databases() -> Vec<(Kind, String)> {
    let server = std::env::var("GUIDEPOST_BENCH_POSTGRES_URL").ok();
    let postgres = server.map(|server| (Kind::Postgres, server));
    [(Kind::Sqlite, String::new())].into_iter().chain(postgres).collect()
}

async fn open(url: &str, shape: Shape) -> Database {
    let database = Database::connect(url, 4).await.expect("the database is there");
    dataset::fill(&database, shape).await.expect("the database is empty");
    database
}

#[expect(clippy::disallowed_macros, reason = "beside what Criterion prints")]
async fn count_statements(kind: Kind, database: &Database, requests: &Requests) {
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&statements);
    let mut observed = database.clone();
    observed.observe(move |_| _ = counter.fetch_add(1, Ordering::Relaxed));
    let router = router(observed, Shape::of_scale(SCALE));
    for workload in Workload::ALL {
        let mut fewest = usize::MAX;
        for nth in 0..COUNTED {
            // The same callers each time, so that they are known from the second time on.
            let request = requests.request(workload, nth % 2 * workload::CALLERS);
            let before = statements.load(Ordering::Relaxed);
            expect_answered(workload, &answer(&router, request).await);
            fewest = fewest.min(statements.load(Ordering::Relaxed) - before);
        }
        println!("{kind:?} {}: {fewest} statements", workload.name());
    }
}

fn router(database: Database, shape: Shape) -> Router {
    let mut config = Config { issuers: vec![issuer(shape)], ..Config::default() };
    (config.load.subject_rate, config.load.organization_rate) = (None, None);
    http::router(http::App::new(config, database, Clock::system()).expect("the tests' key"))
}

fn issuer(shape: Shape) -> Issuer {
    let handles = (0..shape.organizations()).map(|organization| shape.handle(organization));
    Issuer {
        issuer: ISSUER.to_owned(),
        audiences: vec![AUDIENCE.to_owned()],
        algorithms: vec![Algorithm::EdDsa],
        keys: KeySource::File(KeyFile::Pem {
            file: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ed25519.public.pem")),
            kid: None,
        }),
        refresh_after: TimeDelta::minutes(15),
        accepted_types: vec!["at+jwt".to_owned()],
        subject_claim: ClaimPath::top("sub"),
        organization_claim: ClaimPath::top("organization"),
        scope_claims: ["scope"].map(ClaimPath::top).to_vec(),
        scope_values: BTreeMap::new(),
        organizations: handles.map(|handle| (handle.clone(), handle)).collect(),
        operator: false,
        listed: true,
    }
}

async fn answer(router: &Router, request: Request) -> Bytes {
    let request = axum::http::Request::post("/graphql")
        .header(AUTHORIZATION, format!("Bearer {}", request.token))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(request.body))
        .expect("a well-formed request");
    let response = router.clone().oneshot(request).await.expect("the router answers");
    to_bytes(response.into_body(), usize::MAX).await.expect("the whole answer")
}

criterion_group!(benches, tokens, workloads);
criterion_main!(benches);
