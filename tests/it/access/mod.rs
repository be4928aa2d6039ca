//! The access matrix: every operation of the schema, by every kind of caller, at every stage, sent through the
//! router. What comes of it is printed to `docs/access-matrix.md`, for people to read, and compared with what the
//! rules say, written out by hand.

mod attempts;
mod outcome;
mod people;
mod stage;
mod table;

use std::collections::BTreeSet;

use self::people::people;
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

on_both_databases! {
    async fn the_matrix_is_as_documented(app: App) {
        let world = Whole::new(&app).await;
        stage::prepare(&app, &world).await;
        let people = people(&app, &world);
        let columns: Vec<&str> = people.iter().map(|person| person.column.as_str()).collect();
        let mut writes = Table::default();
        for state in STATES {
            let stage = Stage::enter(&app, &world, state).await;
            for attempt in attempts::all() {
                let mut cells = Vec::new();
                for person in &people {
                    cells.push(stage.attempt(person, attempt).await);
                }
                writes.add(format!("{}: {}", attempt.mutation, attempt.on), state, cells);
            }
        }
        let text = writes.to_markdown("operation", "relationship", &columns);
        expect_file("docs/access-matrix.md", &text, REGENERATE);
    }
}
