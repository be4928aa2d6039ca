//! The access matrix: every operation of the schema, by every kind of caller, at every stage, sent through the
//! router. What comes of it is printed to `docs/access-matrix.md`, for people to read, and compared with what the
//! rules say, written out by hand in `expected`.

mod attempts;
mod crawl;
mod datasets;
mod document;
mod expected;
mod fields;
mod journal;
mod matrix;
mod outcome;
mod people;
mod reads;
mod stage;
mod table;
mod unknown;

use std::collections::BTreeSet;

use self::matrix::Matrix;
use self::people::people;
use self::reads::{QUESTIONS, SUBSCRIPTIONS};
use self::stage::Stage;
use crate::harness::{Sdl, Whole, expect_file, on_both_databases};

/// How the document is written anew.
const REGENERATE: &str = "GUIDEPOST_TEST_UPDATE=1 cargo test --test it access::the_matrix";

#[test]
fn every_mutation_has_an_attempt() {
    let known: BTreeSet<&str> = Sdl::of_service().mutations().iter().map(|field| field.name.as_str()).collect();
    let tried: BTreeSet<&str> = attempts::all().map(|attempt| attempt.mutation).collect();
    let missing: Vec<_> = known.difference(&tried).collect();
    assert!(missing.is_empty(), "say in tests/it/access/attempts what these are tried on: {missing:?}");
    let gone: Vec<_> = tried.difference(&known).collect();
    assert!(gone.is_empty(), "there are attempts on mutations that the schema does not have: {gone:?}");
}

#[test]
fn every_query_has_a_question() {
    let known: BTreeSet<&str> = Sdl::of_service().queries().iter().map(|field| field.name.as_str()).collect();
    let asked: BTreeSet<&str> = QUESTIONS.iter().map(|question| question.field).chain(["node"]).collect();
    let missing: Vec<_> = known.difference(&asked).collect();
    assert!(missing.is_empty(), "say in tests/it/access/reads.rs what these are asked for: {missing:?}");
    let gone: Vec<_> = asked.difference(&known).collect();
    assert!(gone.is_empty(), "there are questions to fields that the schema does not have: {gone:?}");
}

#[test]
fn every_subscription_has_a_question() {
    let known: BTreeSet<&str> = Sdl::of_service().subscriptions().iter().map(|field| field.name.as_str()).collect();
    let asked: BTreeSet<&str> = SUBSCRIPTIONS.iter().map(|question| question.field).collect();
    assert_eq!(known, asked, "say in tests/it/access/reads.rs what each subscription is asked for");
}

#[test]
fn every_type_has_a_place() {
    let missing = fields::without_place();
    assert!(missing.is_empty(), "say in {} where there is one of each: {missing:?}", fields::FILE);
}

on_both_databases! {
    async fn whatever_is_hidden_is_nowhere(app: App) {
        let world = Whole::new(&app).await;
        app.files.save("active").await;
        let stage = Stage::enter(&app, &world, "ACTIVE").await;
        crawl::everywhere(&stage, &people(&app, &world)).await;
    }

    async fn what_is_hidden_is_not_told_from_what_never_was(app: App) {
        let world = Whole::new(&app).await;
        app.files.save("active").await;
        let stage = Stage::enter(&app, &world, "ACTIVE").await;
        let strangers = world.seen_by_strangers();
        for prober in unknown::probers(&stage, &strangers) {
            prober.probe(&stage).await;
        }
    }

    async fn the_matrix_is_what_the_rules_say(app: App) {
        let world = Whole::new(&app).await;
        let matrix = Matrix::run(&app, &world).await;
        expected::reading_datasets(&matrix);
        expected::writing_datasets(&matrix);
        expected::writing(&matrix);
        expected::journal(&matrix);
        expect_file("docs/access-matrix.md", &document::page(&matrix), REGENERATE);
    }
}
