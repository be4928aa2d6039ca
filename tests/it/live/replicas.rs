//! That a chain has grown is told to every service of a PostgreSQL by words, and by nothing else: those who wait here
//! would not look for themselves before the test has failed.

use std::time::Duration;

use futures_util::FutureExt as _;
use guidepost::db::Database;
use guidepost::db::feed::Waiter;
use uuid::Uuid;

use crate::harness::{Kind, TestDatabase};

/// By then a test has failed: no word takes so long.
const HANGS: Duration = Duration::from_mins(1);

const CHAIN: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

/// Ends the connections on which changes are listened for.
const END_LISTENERS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'";

/// A service's database, whose waiters look for nothing by themselves.
async fn patient(url: &str) -> Database {
    let mut database = Database::connect(url, 1).await.expect("the test's database can be connected to");
    database.set_patience(Duration::MAX);
    database
}

async fn must_grow(waiter: &mut Waiter) {
    tokio::time::timeout(HANGS, waiter.grown()).await.expect("no word came");
}

/// Of two chains that are waited for, one has grown: only who waits for that one hears of it.
async fn must_hear_of_one(teller: &Database, chain: &mut Waiter, other: &mut Waiter) {
    teller.feed().grown(CHAIN);
    must_grow(chain).await;
    assert!(other.grown().now_or_never().is_none(), "it was no word of this chain, but a look at all of them");
}

/// A waiter for each of the two chains, on a service that listens by now: when it begins to, all are woken.
async fn waiters(database: &Database) -> [Waiter; 2] {
    let mut waiters = [CHAIN, OTHER].map(|chain| database.feed().wait_for(chain));
    for waiter in &mut waiters {
        must_grow(waiter).await;
    }
    waiters
}

#[tokio::test]
async fn what_one_service_writes_wakes_who_waits_at_another() {
    let Some(files) = TestDatabase::create_empty(Kind::Postgres) else { return };
    let (here, there) = (patient(&files.url).await, patient(&files.url).await);
    let [mut chain, mut other] = waiters(&here).await;
    must_hear_of_one(&there, &mut chain, &mut other).await;
    must_hear_of_one(&here, &mut chain, &mut other).await;

    // A listener whose connection breaks off makes another, and lets all look for what it did not hear.
    assert_eq!(files.number(END_LISTENERS).await, 1);
    must_grow(&mut chain).await;
    must_grow(&mut other).await;
    must_hear_of_one(&there, &mut chain, &mut other).await;
}

#[tokio::test]
async fn a_word_that_could_not_be_told_is_told_later() {
    let Some(files) = TestDatabase::create_empty(Kind::Postgres) else { return };
    let here = patient(&files.url).await;
    let [mut chain, mut other] = waiters(&here).await;
    // A sequence goes on though its statement fails: the first word of this service fails, and no other.
    files
        .by_hand(
            "CREATE SEQUENCE told;
             CREATE FUNCTION pg_notify(channel text, word text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('told') = 1 THEN RAISE 'this failure is the test''s'; END IF;
                 PERFORM pg_catalog.pg_notify(channel, word);
             END $$",
        )
        .await;
    let there = patient(&format!("{}?options=-csearch_path%3Dpublic,pg_catalog", files.url)).await;
    must_hear_of_one(&there, &mut chain, &mut other).await;
    assert_eq!(files.number("SELECT last_value FROM told").await, 2);
}
