//! The access matrix: every operation of the schema, by every kind of caller, at every stage, sent through the
//! router. What comes of it is printed to `docs/access-matrix.md`, for people to read, and compared with what the
//! rules say, written out by hand.

mod attempts;
mod datasets;
mod fields;
mod outcome;
mod people;
mod reads;
mod stage;
mod table;

use std::collections::BTreeSet;

use self::attempts::{ON_DATASETS, STAGES};
use self::fields::PLACES;
use self::people::people;
use self::reads::QUESTIONS;
use self::stage::{STATES, Stage};
use self::table::Table;
use crate::harness::{Sdl, Whole, expect_file, on_both_databases};

/// How the document is written anew.
const REGENERATE: &str = "GUIDEPOST_TEST_UPDATE=1 cargo test --test it access";

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
fn every_type_has_a_place() {
    let missing = fields::without_place();
    assert!(missing.is_empty(), "say in tests/it/access/fields.rs where there is one of each: {missing:?}");
}

on_both_databases! {
    async fn the_matrix_is_as_documented(app: App) {
        let world = Whole::new(&app).await;
        stage::prepare(&app, &world).await;
        let people = people(&app, &world);
        let columns: Vec<&str> = people.iter().map(|person| person.column.as_str()).collect();
        let (mut writes, mut reads, mut parts) = (Table::default(), Table::default(), Table::default());
        for state in STATES {
            let stage = Stage::enter(&app, &world, state).await;
            for attempt in attempts::all() {
                let mut cells = Vec::new();
                for person in &people {
                    cells.push(stage.attempt(person, attempt.mutation, (attempt.input)(&stage.aim(person))).await);
                }
                writes.add(format!("{}: {}", attempt.mutation, attempt.on), state, cells);
            }
            let (mut answers, mut found) = (Vec::new(), Vec::new());
            let nodes = reads::nodes(&world.parties);
            let ids: Vec<&str> = nodes.iter().map(|(.., id)| *id).collect();
            for person in &people {
                answers.push(reads::ask(&stage, person).await);
                found.push(reads::by_id(&stage, person, &ids).await);
            }
            for (n, question) in QUESTIONS.iter().enumerate() {
                reads.add(question.name(), state, answers.iter().map(|answers| answers[n].clone()).collect());
            }
            for (n, (ty, name, _)) in nodes.iter().enumerate() {
                reads.add(format!("node: {ty}, {name}"), state, found.iter().map(|found| found[n].clone()).collect());
            }
        }
        let stage = Stage::enter(&app, &world, "ACTIVE").await;
        for place in PLACES {
            let mut read = Vec::new();
            for person in &people {
                read.push(place.read(&stage, person).await);
            }
            for (n, field) in Sdl::of_service().fields(place.ty).iter().enumerate() {
                let cells = read.iter().map(|fields| fields[n].clone()).collect();
                parts.add(format!("{}.{}", place.ty, field.name), "ACTIVE", cells);
            }
        }
        let (mut on_datasets, mut seen) = (Table::default(), Table::default());
        for (name, dataset) in STAGES {
            for attempt in ON_DATASETS {
                let mut cells = Vec::new();
                for person in &people {
                    cells.push(stage.attempt(person, attempt.mutation, (attempt.input)(&stage.aim(person), dataset)).await);
                }
                on_datasets.add(attempt.mutation, name, cells);
            }
            let mut cells = Vec::new();
            for person in &people {
                cells.push(datasets::view(&stage, person, dataset).await.outcome());
            }
            seen.add("dataset", name, cells);
        }
        let tables = [
            on_datasets.to_markdown("operation", "dataset", &columns),
            seen.to_markdown("reading", "dataset", &columns),
            writes.to_markdown("operation", "relationship", &columns),
            reads.to_markdown("query", "relationship", &columns),
            parts.to_markdown("field", "relationship", &columns),
        ];
        let text = tables.join("\n");
        expect_file("docs/access-matrix.md", &text, REGENERATE);
    }
}
