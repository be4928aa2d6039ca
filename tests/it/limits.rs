//! What PostgreSQL keeps to by itself, so that no request that was broken off holds a connection for long.

use std::time::Duration;

use guidepost::db::Database;
use guidepost::error::Error;
use sea_orm::ConnectionTrait;

use crate::harness::{Kind, TestDatabase};

#[tokio::test]
async fn a_statement_takes_no_longer_than_its_request() {
    let Some(files) = TestDatabase::create(Kind::Postgres).await else { return };
    let limit = Duration::from_millis(20);
    let database = Database::connect_within(limit, &files.url, 1).await.expect("the test's database");
    let slow = database.reader().execute_unprepared("SELECT pg_sleep(600)").await;
    let error = Error::from(slow.expect_err("it takes too long"));
    assert_eq!((error.code(), error.retryable()), ("UNAVAILABLE", true));
    database.reader().execute_unprepared("SELECT 1").await.expect("its connection is free again");
}

#[tokio::test]
async fn a_transaction_waits_no_longer_than_its_request() {
    let Some(files) = TestDatabase::create(Kind::Postgres).await else { return };
    let database =
        Database::connect_within(Duration::from_millis(20), &files.url, 1).await.expect("the test's database");
    let idle = database.begin().await.expect("a connection");
    // Another connection sees the first one end.
    let watcher = Database::connect(&files.url, 1).await.expect("the test's database");
    let ended = "DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%') LOOP
        PERFORM pg_sleep(0.001); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$";
    watcher.reader().execute_unprepared(ended).await.expect("good SQL");
    let error = Error::from(idle.execute_unprepared("SELECT 1").await.expect_err("it was ended"));
    assert_eq!((error.code(), error.retryable()), ("UNAVAILABLE", true));
}

/// Ends when a migration has waited for its turn for longer than any request may take; after 10 s in any case.
const UNTIL_IT_WAITED: &str = "DO $$ BEGIN WHILE clock_timestamp() < now() + interval '10 s' AND NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'
    AND clock_timestamp() - query_start > interval '500 ms') LOOP
    PERFORM pg_sleep(0.001); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$";

#[tokio::test]
async fn a_migration_takes_as_long_as_it_takes() {
    let Some(files) = TestDatabase::create_empty(Kind::Postgres) else { return };
    let database =
        Database::connect_within(Duration::from_millis(250), &files.url, 1).await.expect("an empty database");
    let other = Database::connect(&files.url, 1).await.expect("an empty database");
    let first = other.begin().await.expect("a connection");
    let its_turn = "SELECT pg_advisory_xact_lock(x'6775696465706f73'::bigint)";
    first.execute_unprepared(its_turn).await.expect("nobody else has it");
    let (migrated, ()) = tokio::join!(database.migrate(), async {
        first.execute_unprepared(UNTIL_IT_WAITED).await.expect("good SQL");
        first.commit().await.expect("nothing was written");
    });
    migrated.expect("no statement of it has a limit");
}
