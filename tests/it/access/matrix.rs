//! Running the matrix: every table of it, in one world.

use std::collections::BTreeMap;

use super::attempts::{self, ON_DATASETS, STAGES};
use super::datasets::{self, View};
use super::fields::{self, EMPTY, PLACES};
use super::journal;
use super::outcome::Outcome;
use super::people::{Person, people};
use super::reads::{self, QUESTIONS, SUBSCRIPTIONS};
use super::stage::{self, STATES, Stage};
use super::table::Table;
use crate::harness::{App, Sdl, Whole};

/// All tables, and whose columns they have.
pub struct Matrix {
    pub people: Vec<Person>,
    /// Every mutation, by the state of the relationship.
    pub writes: Table,
    /// Every mutation on a dataset, by its stage.
    pub on_datasets: Table,
    /// What is seen of a dataset, by its stage.
    pub views: Table,
    /// The same, in numbers: the stage, and for each person what it sees.
    pub seen: Vec<(&'static str, Vec<View>)>,
    /// Every root field and every object, by the state of the relationship.
    pub reads: Table,
    /// Every field of every type.
    pub parts: Table,
    /// What the journal tells, by what was done.
    pub journal: Table,
}

impl Matrix {
    /// Tries all of it. The world is as before in the end.
    pub async fn run(app: &App, world: &Whole) -> Self {
        stage::prepare(app, world).await;
        let mut matrix = Self {
            people: people(app, world),
            writes: Table::default(),
            on_datasets: Table::default(),
            views: Table::default(),
            seen: Vec::new(),
            reads: Table::default(),
            parts: Table::default(),
            journal: Table::default(),
        };
        for state in STATES {
            let stage = Stage::enter(app, world, state).await;
            matrix.write(&stage).await;
            matrix.read(&stage).await;
        }
        let stage = Stage::enter(app, world, "ACTIVE").await;
        matrix.try_datasets(&stage).await;
        matrix.read_fields(&stage).await;
        for chain in journal::CHAINS {
            for (done, cells) in journal::contents(world, &matrix.people, chain).await {
                matrix.journal.add_to(&format!("of the {}", chain.1), done, "ACTIVE", cells);
            }
        }
        matrix
    }

    async fn write(&mut self, stage: &Stage<'_>) {
        for attempt in attempts::all() {
            let mut cells = Vec::new();
            for person in &self.people {
                cells.push(stage.attempt(person, attempt.mutation, (attempt.input)(&stage.aim(person))).await);
            }
            self.writes.add(attempt.name(), stage.name, cells);
        }
    }

    async fn read(&mut self, stage: &Stage<'_>) {
        let nodes = reads::nodes(&stage.world.parties);
        let ids: Vec<&str> = nodes.iter().map(|(.., id)| *id).collect();
        let (mut answers, mut heard, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for person in &self.people {
            answers.push(reads::ask(stage, person).await);
            heard.push(reads::listen(stage, person).await);
            found.push(reads::by_id(stage, person, &ids).await);
        }
        for (n, question) in QUESTIONS.iter().enumerate() {
            self.reads.add(question.name(), stage.name, answers.iter().map(|answers| answers[n].clone()).collect());
        }
        for (n, question) in SUBSCRIPTIONS.iter().enumerate() {
            self.reads.add(question.name(), stage.name, heard.iter().map(|heard| heard[n].clone()).collect());
        }
        for (n, (ty, name, _)) in nodes.iter().enumerate() {
            let cells = found.iter().map(|found| found[n].clone()).collect();
            self.reads.add_to(&format!("node: {ty}"), format!("“{name}”"), stage.name, cells);
        }
    }

    async fn try_datasets(&mut self, stage: &Stage<'_>) {
        for (name, dataset) in STAGES {
            for attempt in ON_DATASETS {
                let mut cells = Vec::new();
                for person in &self.people {
                    let input = (attempt.input)(&stage.aim(person), dataset);
                    cells.push(stage.attempt(person, attempt.mutation, input).await);
                }
                self.on_datasets.add(attempt.mutation, name, cells);
            }
            let mut views = Vec::new();
            for person in &self.people {
                views.push(datasets::view(stage, person, dataset).await);
            }
            self.views.add("a dataset", name, views.iter().map(View::outcome).collect());
            self.seen.push((name, views));
        }
    }

    async fn read_fields(&mut self, stage: &Stage<'_>) {
        // Whether a field shows something to someone, of any of its objects.
        let mut shows: BTreeMap<String, bool> = BTreeMap::new();
        for place in PLACES {
            let mut read = Vec::new();
            for person in &self.people {
                read.push(place.read(stage, person).await);
            }
            for (n, field) in Sdl::of_service().fields(place.ty).iter().enumerate() {
                let cells: Vec<_> = read.iter().map(|fields| fields[n].clone()).collect();
                *shows.entry(format!("{}.{}", place.ty, field.name)).or_default() |=
                    cells.iter().any(|cell| !matches!(cell, Outcome::Nothing | Outcome::NoScope));
                self.parts.add_to(&format!("{} “{}”", place.ty, place.node), &field.name, "ACTIVE", cells);
            }
        }
        let wrong: Vec<&str> = shows
            .iter()
            .filter(|(name, shows)| **shows == EMPTY.contains(&name.as_str()))
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(
            wrong.is_empty(),
            "contrary to {}, these show something to someone, or nothing: {wrong:?}",
            fields::FILE
        );
    }
}
