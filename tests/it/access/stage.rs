//! The world at one stage, and asking in it: whatever is written is taken back.

use serde_json::{Value, json};

use super::attempts::{Aim, Versions};
use super::outcome::Outcome;
use super::people::Person;
use crate::harness::{App, Sdl, Whole, mutation_document};

/// The states of a relationship that the matrix goes through. What comes before another is saved first.
pub const STATES: [&str; 4] = ["PROPOSED", "ACTIVE", "PAUSED", "ENDED"];

/// The world as it stands at one stage.
pub struct Stage<'a> {
    pub app: &'a App,
    pub world: &'a Whole,
    pub name: &'static str,
    versions: Versions,
    /// How many entries the journals have at this stage.
    entries: i64,
}

/// Brings the world into each state of the relationship and saves it under the state's name.
pub async fn prepare(app: &App, world: &Whole) {
    let id = world.parties.id("relationship");
    app.files.save("active").await;
    // Objects that cannot be there yet, so that each rule is seen to hold by itself.
    let proposed = "UPDATE relationship SET state = 'PROPOSED', accepted_at = NULL WHERE name = 'Relationship kestrel'";
    app.files.by_hand(proposed).await;
    app.files.save("proposed").await;
    for (state, mutation) in [("paused", "pauseRelationship"), ("ended", "endRelationship")] {
        app.files.restore("active").await;
        let versions = Versions::read(app).await;
        let aim = Aim { world, versions: &versions, of: super::people::Of::Cdmo };
        let move_on = json!({ "relationshipId": id, "expectedVersion": aim.version("relationship"), "reason": "So" });
        world.parties.cdmo.approver.mutate(mutation, "relationship { state }", move_on).await;
        app.files.save(state).await;
    }
}

impl<'a> Stage<'a> {
    /// Enters a stage that was saved.
    pub async fn enter(app: &'a App, world: &'a Whole, name: &'static str) -> Self {
        app.files.restore(&name.to_lowercase()).await;
        Self { app, world, name, versions: Versions::read(app).await, entries: entries(app).await }
    }

    /// Tries a mutation. What it changes is on record once (T13), what it is refused changes nothing, and the world is
    /// as before.
    pub async fn attempt(&self, person: &Person, mutation: &str, input: Value) -> Outcome {
        let what = format!("{mutation} by {} while {}: {input}", person.words, self.name);
        let document = mutation_document(mutation, &payload_selection(mutation));
        let answer = person.caller.send(&document, json!({ "input": input })).await;
        let entries = entries(self.app).await - self.entries;
        let outcome = Outcome::of_mutation(&answer, mutation, &what);
        match (&outcome, entries) {
            (Outcome::Done | Outcome::DoneUnread, 1) => self.app.files.restore(&self.name.to_lowercase()).await,
            (Outcome::Done | Outcome::DoneUnread, 0) => return Outcome::Same,
            (_, 0) => {}
            (_, entries) => panic!("{entries} journal entries of {what}: {outcome}"),
        }
        outcome
    }

    /// The versions of all objects.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Fails if anything was written that was not taken back.
    pub async fn must_be_unchanged(&self, what: &str) {
        assert_eq!(entries(self.app).await, self.entries, "something was written: {what}");
    }

    pub fn aim(&self, person: &Person) -> Aim<'_> {
        Aim { world: self.world, versions: &self.versions, of: person.of }
    }
}

/// How many entries all journals have.
async fn entries(app: &App) -> i64 {
    app.files.number("SELECT CAST(SUM(number) AS BIGINT) FROM journal_chain").await
}

/// Everything in a payload, objects by name alone.
pub fn payload_selection(mutation: &str) -> String {
    let sdl = Sdl::of_service();
    let fields = sdl.fields(&sdl.mutation(mutation).ty.name).iter();
    let select =
        |name: &str, ty: &str| if sdl.is_leaf(ty) { name.to_owned() } else { format!("{name} {{ __typename }}") };
    fields.map(|field| select(&field.name, &field.ty.name)).collect::<Vec<_>>().join(" ")
}
