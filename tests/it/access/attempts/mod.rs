//! What each mutation is tried on: the input that a caller sends who has read what it may. One for each mutation
//! of the schema, and each such that somebody succeeds with it.

mod actions;
mod kpis;
mod organizations;
mod relationships;

pub use self::kpis::{ON_DATASETS, STAGES};

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::people::Of;
use crate::harness::{App, Whole};

/// One mutation, tried on one thing.
pub struct Attempt {
    pub mutation: &'static str,
    /// What it is tried on, in the words of the table.
    pub on: &'static str,
    pub input: fn(&Aim) -> Value,
}

impl Attempt {
    /// What it is called in the tables.
    pub fn name(&self) -> String {
        format!("{}: {}", self.mutation, self.on)
    }
}

/// Every attempt, in the order of the tables.
pub fn all() -> impl Iterator<Item = &'static Attempt> {
    [organizations::ATTEMPTS, relationships::ATTEMPTS, actions::ATTEMPTS, kpis::ATTEMPTS].into_iter().flatten()
}

/// What an input is made from.
pub struct Aim<'a> {
    pub world: &'a Whole,
    pub versions: &'a Versions,
    pub of: Of,
}

impl Aim<'_> {
    /// The parties' object with this name; a stranger aims at it as well.
    pub fn id(&self, name: &str) -> &str {
        self.world.parties.id(name)
    }

    /// The version of that object.
    pub fn version(&self, name: &str) -> i64 {
        self.versions.of(self.id(name))
    }

    /// What signing that object needs.
    pub fn digest(&self, id: &str) -> &str {
        &self.world.parties.digests[id]
    }

    /// The caller's own object of this kind, as `site`; for the operator, who has none, the CDMO's.
    pub fn own(&self, kind: &str) -> &str {
        self.own_named(&format!("'s {kind}"))
    }

    /// The caller's own organization; for the operator, who has none, the CDMO.
    pub fn own_organization(&self) -> &str {
        self.own_named("")
    }

    fn own_named(&self, suffix: &str) -> &str {
        let (shared, side) = match self.of {
            Of::Sponsor => (&self.world.parties, "sponsor"),
            Of::Cdmo | Of::Operator => (&self.world.parties, "CDMO"),
            Of::Stranger => (&self.world.strangers, "sponsor"),
        };
        shared.id(&format!("{side}{suffix}"))
    }

    /// The object with this name, and its version as it is now.
    pub fn at(&self, field: &str, name: &str) -> Value {
        json!({ field: self.id(name), "expectedVersion": self.version(name) })
    }
}

/// The versions of all objects as they are now, by id.
pub struct Versions(BTreeMap<String, i64>);

impl Versions {
    /// Reads them, past the service: not every caller that needs one may read it.
    pub async fn read(app: &App) -> Self {
        const TABLES: &[(&str, &str)] = &[
            ("organization", "org"),
            ("site", "site"),
            ("contact", "con"),
            ("relationship", "rel"),
            ("scope_of_work", "sow"),
            ("milestone", "mil"),
            ("action_item", "act"),
            ("metric_charter", "cha"),
            ("kpi", "kpi"),
            ("kpi_dataset", "set"),
        ];
        let mut versions = BTreeMap::new();
        for (table, prefix) in TABLES {
            for (id, version) in app.files.ids_and_numbers(&format!("SELECT id, version FROM {table}")).await {
                versions.insert(guidepost::id::format_any(prefix, id), version);
            }
        }
        Self(versions)
    }

    fn of(&self, id: &str) -> i64 {
        *self.0.get(id).unwrap_or_else(|| panic!("{id} has no version"))
    }
}

/// One JSON object of two.
pub fn with(mut one: Value, other: Value) -> Value {
    let Value::Object(other) = other else { panic!("{other} is no object") };
    one.as_object_mut().expect("an object").extend(other);
    one
}
