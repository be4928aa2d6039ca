//! Which version of a definition a dataset is measured by, and when: nothing by one that no longer stands for its
//! period, and nothing before it has happened (T3).

use serde_json::{Value, json};

use super::{Scene, record, version_of};
use crate::harness::{Caller, Refusal, on_both_databases};

/// Both agree a second version, which differs in this.
async fn new_version(scene: &Scene, changes: Value) {
    scene.world.agree_definition(scene.world.definition("OTD", changes)).await;
}

async fn open(caller: &Caller, scene: &Scene, from: &str, to: &str) -> String {
    let input = json!({ "kpiId": scene.kpi, "periodStart": from, "periodEnd": to });
    let opened = caller.mutate("openKpiDataset", "kpiDatasetId", input).await;
    opened["kpiDatasetId"].as_str().expect("an id").to_owned()
}

async fn share_refused(caller: &Caller, dataset: &str) -> Refusal {
    let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(caller, dataset).await });
    caller.mutation_refused("shareKpiDataset", input).await
}

fn january() -> Value {
    json!([{ "periodStart": "2026-01-01", "numerator": 9, "denominator": 10 }])
}

on_both_databases! {
    async fn a_hoarded_draft_does_not_outlive_its_version(app: App) {
        let scene = Scene::new(&app).await;
        let cdmo = &scene.world.cdmo;
        let this_quarter = scene.filled().await;
        new_version(&scene, json!({ "collectingParty": "SPONSOR" })).await;
        let rows = json!({ "kpiDatasetId": this_quarter, "observations": january() });
        assert_eq!(cdmo.mutation_refused("recordObservations", rows).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert_eq!(share_refused(cdmo, &this_quarter).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        // The month that ends by the new version is now the other party's to measure.
        let by_new = open(&scene.world.sponsor, &scene, "2026-03-01", "2026-03-31").await;
        record(&scene.world.sponsor, &by_new, json!([{ "periodStart": "2026-03-01", "numerator": 9, "denominator": 10 }])).await;
        let share = json!({ "kpiDatasetId": by_new, "expectedVersion": version_of(&scene.world.sponsor, &by_new).await });
        scene.world.sponsor.mutate("shareKpiDataset", "kpiDatasetId", share).await;
        let discard = json!({ "kpiDatasetId": this_quarter, "expectedVersion": version_of(cdmo, &this_quarter).await });
        cdmo.mutate("discardKpiDataset", "kpiDatasetId", discard).await;
    }

    async fn a_period_that_had_ended_is_still_measured_by_the_old_version(app: App) {
        let scene = Scene::new(&app).await;
        let cdmo = &scene.world.cdmo;
        let last_quarter = open(cdmo, &scene, "2025-10-01", "2025-12-31").await;
        new_version(&scene, json!({ "target": 97.0 })).await;
        assert_eq!(open(cdmo, &scene, "2025-10-01", "2025-12-31").await, last_quarter);
        record(cdmo, &last_quarter, json!([{ "periodStart": "2025-10-01", "numerator": 9, "denominator": 10 }])).await;
        let share = json!({ "kpiDatasetId": last_quarter, "expectedVersion": version_of(cdmo, &last_quarter).await });
        let shared = cdmo.mutate("shareKpiDataset", "kpiDataset { definition { number } }", share).await;
        assert_eq!(shared["kpiDataset"]["definition"]["number"], 1);
    }

    async fn a_draft_by_the_old_version_is_not_opened_again(app: App) {
        let scene = Scene::new(&app).await;
        let cdmo = &scene.world.cdmo;
        let old = scene.draft().await;
        new_version(&scene, json!({ "target": 97.0 })).await;
        let input = json!({ "kpiId": scene.kpi, "periodStart": "2026-01-01", "periodEnd": "2026-03-31" });
        let refusal = cdmo.mutation_refused("openKpiDataset", input).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("open a dataset for each"), "{}", refusal.message);
        cdmo.mutate("discardKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": old, "expectedVersion": 1 })).await;
        open(cdmo, &scene, "2026-01-01", "2026-02-28").await;
        open(cdmo, &scene, "2026-03-01", "2026-03-31").await;
    }

    async fn what_is_to_come_has_no_value(app: App) {
        let scene = Scene::new(&app).await;
        let cdmo = &scene.world.cdmo;
        let dataset = open(cdmo, &scene, "2026-01-01", "2026-06-30").await;
        let rows = |row: Value| json!({ "kpiDatasetId": dataset, "observations": [row] });
        let value = rows(json!({ "periodStart": "2026-04-01", "numerator": 9, "denominator": 10 }));
        let refusal = cdmo.mutation_refused("recordObservations", value).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.observations[0].periodStart")));
        for row in [json!({ "periodStart": "2026-04-01", "status": "PENDING" }), json!({ "periodStart": "2026-03-01", "numerator": 1, "denominator": 2 })] {
            cdmo.mutate("recordObservations", "recorded", rows(row)).await;
        }
    }
}
