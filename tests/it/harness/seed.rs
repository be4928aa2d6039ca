//! Datasets to begin a test of reading with, taken through their stages by both parties.

use serde_json::{Value, json};

use super::{AgreedKpi, Caller, World, text};

/// A dataset that the CDMO collects.
pub struct Seed {
    from: &'static str,
    to: &'static str,
    observations: Vec<Value>,
    correction: Option<Vec<Value>>,
    end: End,
}

#[derive(PartialEq)]
enum End {
    Draft,
    Shared,
    Released,
}

/// What was observed.
#[derive(Clone, Copy)]
pub enum Seen {
    Share(f64, f64),
    Value(f64),
    /// A status that says why there is no value.
    Missing(&'static str),
}

impl Seed {
    /// A shared dataset without observations yet; an empty one stays a draft.
    pub fn shared(from: &'static str, to: &'static str) -> Self {
        Self { from, to, observations: Vec::new(), correction: None, end: End::Shared }
    }

    pub fn draft(self) -> Self {
        Self { end: End::Draft, ..self }
    }

    pub fn released(self) -> Self {
        Self { end: End::Released, ..self }
    }

    /// What comes after this is a correction, which is shared.
    pub fn corrected(self) -> Self {
        Self { correction: Some(Vec::new()), ..self }
    }

    pub fn with(self, start: &str, seen: Seen) -> Self {
        self.observed(None, start, seen)
    }

    pub fn at(self, site: &str, start: &str, seen: Seen) -> Self {
        self.observed(Some(site), start, seen)
    }

    fn observed(mut self, site: Option<&str>, start: &str, seen: Seen) -> Self {
        let mut row = match seen {
            Seen::Share(numerator, denominator) => json!({ "numerator": numerator, "denominator": denominator }),
            Seen::Value(value) => json!({ "value": value }),
            Seen::Missing(status) => json!({ "status": status, "reason": "validation batch" }),
        };
        row["periodStart"] = json!(start);
        row["siteId"] = json!(site);
        self.correction.as_mut().unwrap_or(&mut self.observations).push(row);
        self
    }

    /// Takes it as far as it shall come; its id.
    pub async fn put(self, world: &World, kpi: &AgreedKpi) -> String {
        let (cdmo, sponsor) = (&world.cdmo, &world.sponsor);
        let period = json!({ "kpiId": kpi.id, "periodStart": self.from, "periodEnd": self.to });
        let opened = cdmo.mutate("openKpiDataset", "kpiDatasetId", period).await;
        let id = text(&opened["kpiDatasetId"]);
        if !self.observations.is_empty() {
            let rows = json!({ "kpiDatasetId": id, "observations": self.observations });
            cdmo.mutate("recordObservations", "recorded", rows).await;
        }
        if self.end == End::Draft {
            return id;
        }
        step(cdmo, "shareKpiDataset", &id, json!({})).await;
        if self.end == End::Released {
            let revision = read(cdmo, &id).await["revision"].clone();
            let signature = json!({ "kpiDatasetId": id, "revision": revision["number"], "digest": revision["digest"] });
            for party in [cdmo, sponsor] {
                party.mutate("alignKpiDataset", "kpiDatasetId", signature.clone()).await;
            }
            step(sponsor, "releaseKpiDataset", &id, json!({})).await;
        }
        if let Some(observations) = self.correction {
            let correction = json!({ "reason": "miscounted", "observations": observations });
            step(cdmo, "correctKpiDataset", &id, correction).await;
        }
        id
    }
}

/// Moves a dataset from the version that it has.
async fn step(caller: &Caller, mutation: &str, id: &str, mut input: Value) {
    input["kpiDatasetId"] = json!(id);
    input["expectedVersion"] = read(caller, id).await["version"].clone();
    caller.mutate(mutation, "kpiDatasetId", input).await;
}

async fn read(caller: &Caller, id: &str) -> Value {
    let query = "query($id: ID!) { kpiDataset(id: $id) { version revision { number digest } } }";
    caller.ok(query, json!({ "id": id })).await["kpiDataset"].clone()
}
