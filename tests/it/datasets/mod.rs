//! Datasets, from the draft to the correction after release.

mod bad_input;
mod counting;
mod drafts;
mod many_records;
mod overlaps;
mod races;
mod records;
mod recounts;
mod releases;
mod stages;
mod versions;

use serde_json::{Value, json};

use crate::harness::{App, Caller, World};

/// A relationship with one agreed KPI: monthly on-time delivery, collected by the CDMO, not by site.
pub struct Scene {
    pub world: World,
    pub kpi: String,
}

impl Scene {
    pub async fn new(app: &App) -> Self {
        Self::with(app, json!({})).await
    }

    /// With other words in the definition.
    pub async fn with(app: &App, definition: Value) -> Self {
        let world = World::new(app).await;
        let kpi = world.agreed_kpi(definition).await.id;
        Self { world, kpi }
    }

    /// Opens a draft of the first quarter of 2026.
    pub async fn draft(&self) -> String {
        let input = json!({ "kpiId": self.kpi, "periodStart": "2026-01-01", "periodEnd": "2026-03-31" });
        let payload = self.world.cdmo.mutate("openKpiDataset", "kpiDatasetId", input).await;
        payload["kpiDatasetId"].as_str().expect("an id").to_owned()
    }

    /// A draft with two months' observations.
    pub async fn filled(&self) -> String {
        let dataset = self.draft().await;
        let rows = json!([
            { "periodStart": "2026-01-01", "numerator": 9, "denominator": 10 },
            { "periodStart": "2026-02-01", "numerator": 8, "denominator": 8, "note": "no rush orders" },
        ]);
        record(&self.world.cdmo, &dataset, rows).await;
        dataset
    }

    /// A shared dataset.
    pub async fn shared(&self) -> String {
        let dataset = self.filled().await;
        let version = version_of(&self.world.cdmo, &dataset).await;
        let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version });
        self.world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", input).await;
        dataset
    }

    /// A dataset that both parties have aligned on.
    pub async fn aligned(&self) -> String {
        let dataset = self.shared().await;
        align(&self.world.sponsor, &dataset).await;
        align(&self.world.cdmo, &dataset).await;
        dataset
    }

    /// A released dataset.
    pub async fn released(&self) -> String {
        let dataset = self.aligned().await;
        release(&self.world.sponsor, &dataset).await;
        dataset
    }
}

/// Leadership of the sponsor.
pub fn sponsor_leadership(app: &App) -> Caller {
    app.caller("acme", "lea", "relationships:read kpis:read-released")
}

/// Leadership of the CDMO.
pub fn cdmo_leadership(app: &App) -> Caller {
    app.caller("brightfill", "leo", "relationships:read kpis:read-released")
}

/// The CDMO's ERP robot.
pub fn robot(app: &App) -> Caller {
    app.caller("brightfill", "erp", "kpis:collect")
}

pub async fn record(caller: &Caller, dataset: &str, rows: Value) -> Value {
    let input = json!({ "kpiDatasetId": dataset, "observations": rows });
    caller.mutate("recordObservations", "recorded unchanged removed", input).await
}

/// The dataset as a caller sees it.
pub async fn see(caller: &Caller, dataset: &str) -> Value {
    let query = "query($id: ID!) { kpiDataset(id: $id) {
        stage underCorrection revisionNumber releasedRevisionNumber version
        observations { nodes { periodStart value } totalCount }
    } }";
    caller.ok(query, json!({ "id": dataset })).await["kpiDataset"].clone()
}

/// The revision that a caller reads.
pub async fn revision(caller: &Caller, dataset: &str) -> Value {
    let query = "query($id: ID!) { kpiDataset(id: $id) { revision {
        number digest reason acknowledgedAt releasedBy releasedWithoutAlignmentOf
        sponsorInterpretation { text } cdmoInterpretation { text } alignments { nodes { party withdrawReason } }
    } } }";
    caller.ok(query, json!({ "id": dataset })).await["kpiDataset"]["revision"].clone()
}

pub async fn version_of(caller: &Caller, dataset: &str) -> Value {
    see(caller, dataset).await["version"].clone()
}

/// The input of an alignment with what the caller reads.
pub async fn alignment(caller: &Caller, dataset: &str) -> Value {
    let revision = revision(caller, dataset).await;
    json!({ "kpiDatasetId": dataset, "revision": revision["number"], "digest": revision["digest"] })
}

pub async fn align(caller: &Caller, dataset: &str) {
    let input = alignment(caller, dataset).await;
    caller.mutate("alignKpiDataset", "kpiDatasetId", input).await;
}

pub async fn release(caller: &Caller, dataset: &str) {
    let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(caller, dataset).await });
    caller.mutate("releaseKpiDataset", "kpiDatasetId", input).await;
}

/// Corrects February to 7 of 8.
pub async fn correct(caller: &Caller, dataset: &str) {
    let input = json!({
        "kpiDatasetId": dataset, "expectedVersion": version_of(caller, dataset).await, "reason": "one order was late",
        "observations": [{ "periodStart": "2026-02-01", "numerator": 7, "denominator": 8 }],
    });
    caller.mutate("correctKpiDataset", "kpiDatasetId", input).await;
}
