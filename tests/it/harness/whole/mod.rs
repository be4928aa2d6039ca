//! A world with something of everything, twice over: one relationship between a sponsor and a CDMO, and another
//! one between two organizations that have nothing to do with them. What can be read or written at all, can be
//! read or written here.

mod actions;
mod charts;
mod definitions;
pub mod kpis;
mod relationship;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{App, Caller, text};

/// Every scope but the operator's.
pub const ALL_SCOPES: &str = "relationships:read relationships:write relationships:approve actions:read \
     actions:write kpis:read kpis:read-released kpis:collect kpis:write kpis:approve journal:read";

/// The two relationships.
pub struct Whole {
    /// The one that tests look at.
    pub parties: Shared,
    /// The one of the strangers.
    pub strangers: Shared,
}

/// A relationship with all that is in it.
#[derive(Clone)]
pub struct Shared {
    pub sponsor: Side,
    pub cdmo: Side,
    /// The ids of its objects, each under a name that says what the object is.
    pub ids: BTreeMap<&'static str, String>,
    /// The digests of what is signed, by id.
    pub digests: BTreeMap<String, String>,
}

/// A party, with the people who act for it here.
#[derive(Clone)]
pub struct Side {
    pub handle: &'static str,
    /// May do all that needs no approval.
    pub author: Caller,
    /// May approve.
    pub approver: Caller,
}

impl Side {
    fn new(app: &App, handle: &'static str) -> Self {
        let caller = |subject: &str| app.caller(handle, &format!("{subject}@{handle}"), ALL_SCOPES);
        Self { handle, author: caller("author"), approver: caller("approver") }
    }
}

impl Whole {
    /// Builds both relationships, all of it through the API.
    pub async fn new(app: &App) -> Self {
        // First the strangers', since time passes meanwhile.
        let strangers = Shared::new(app, ["stranger", "farfill"], "osprey").await;
        let parties = Shared::new(app, ["acme", "brightfill"], "kestrel").await;
        Self { parties, strangers }
    }
}

impl Whole {
    /// The same world, in which the strangers are the parties.
    pub fn seen_by_strangers(&self) -> Self {
        Self { parties: self.strangers.clone(), strangers: self.parties.clone() }
    }
}

impl Shared {
    /// `mark` stands in every text, so that a text that shows up in the wrong place gives itself away.
    async fn new(app: &App, [sponsor, cdmo]: [&'static str; 2], mark: &str) -> Self {
        let mut ids = BTreeMap::new();
        for (name, handle) in [("sponsor", sponsor), ("CDMO", cdmo)] {
            let input = json!({ "handle": handle, "name": format!("{handle} of {mark}") });
            let payload = app.operator().mutate("registerOrganization", "organizationId", input).await;
            ids.insert(name, text(&payload["organizationId"]));
        }
        let mut shared =
            Self { sponsor: Side::new(app, sponsor), cdmo: Side::new(app, cdmo), ids, digests: BTreeMap::new() };
        shared.organizations(mark).await;
        shared.relationship(mark).await;
        shared.kpis(app, mark).await;
        shared.charts(mark).await;
        shared.action_items(mark).await;
        shared.signals(mark).await;
        shared.references(mark).await;
        shared
    }

    /// The id of the object with this name.
    pub fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// The id of a dataset's current revision; none for a draft.
    pub fn revision_of(&self, dataset: &str) -> Option<&str> {
        let (_, revision) = kpis::REVISIONS.iter().find(|(of, _)| *of == dataset)?;
        Some(self.id(revision))
    }

    fn side(&self, party: &str) -> &Side {
        if party == "CDMO" { &self.cdmo } else { &self.sponsor }
    }

    /// The id of some object of this type.
    pub fn some(&self, ty: &str) -> Option<&str> {
        // Of datasets, one that has everything that a dataset can have.
        let corrected = self.ids.iter().find(|(name, id)| name.contains("corrected") && type_of(id) == Some(ty));
        corrected.map(|(_, id)| id.as_str()).or_else(|| self.all(ty).next())
    }

    /// The ids of all things of a type.
    pub fn all(&self, ty: &str) -> impl Iterator<Item = &str> {
        self.ids.values().filter(move |id| type_of(id) == Some(ty)).map(String::as_str)
    }

    /// Runs a mutation and keeps the id at `object { id }` in its payload under a name.
    async fn make(&mut self, name: &'static str, by: &Caller, mutation: &str, object: &str, input: Value) -> String {
        let payload = by.mutate(mutation, &format!("{object} {{ id }}"), input).await;
        let id = text(&payload[object]["id"]);
        self.ids.insert(name, id.clone());
        id
    }
}

/// The type of an object, from its id.
pub fn type_of(id: &str) -> Option<&'static str> {
    let (prefix, _) = id.split_once('_')?;
    let types = [
        ("org", "Organization"),
        ("site", "Site"),
        ("con", "Contact"),
        ("rel", "Relationship"),
        ("sow", "ScopeOfWork"),
        ("mil", "Milestone"),
        ("act", "ActionItem"),
        ("due", "DueDateChange"),
        ("com", "ActionItemComment"),
        ("cha", "MetricCharter"),
        ("kpi", "Kpi"),
        ("def", "KpiDefinition"),
        ("set", "KpiDataset"),
        ("rev", "KpiDatasetRevision"),
        ("bas", "KpiChartBasis"),
        ("sgn", "KpiSignal"),
    ];
    types.into_iter().find(|(of, _)| *of == prefix).map(|(_, ty)| ty)
}
