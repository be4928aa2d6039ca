//! How many records a dataset holds.

use serde_json::{Value, json};

use super::records::{send, windowed};
use super::{Scene, see};
use crate::harness::{App, on_both_databases};

/// As many records as a dataset holds.
const MOST: usize = 20_000;

/// Copies of the one record of a dataset, past the service: sending as many would take long.
async fn copies(app: &App, number: usize) {
    let same = "dataset_id, revision, site_id, agreed_on, actual_on, period_start, verdict, numerator, denominator, recorded_at";
    app.by_hand(&format!(
        "WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {number}) \
         INSERT INTO source_record (record_id, {same}) SELECT 'copy ' || number, {same} FROM source_record, copy"
    ))
    .await;
}

fn records(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "recordId": id, "agreedOn": "2026-01-05", "actualOn": "2026-01-05" })).collect()
}

on_both_databases! {
    async fn a_dataset_holds_so_many_records_and_not_one_more(app: App) {
        let scene = Scene::with(&app, windowed()).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, records(&["first"])).await;
        copies(&app, MOST - 2).await;
        let before = see(cdmo, &dataset).await;
        let refusal = cdmo.mutation_refused("recordSourceRecords", json!({ "kpiDatasetId": dataset, "records": records(&["a", "b"]) })).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.records")));
        assert!(refusal.message.contains("would make 20001 records in this dataset; it holds 20000 at most"), "{}", refusal.message);
        assert_eq!(see(cdmo, &dataset).await, before);
        assert_eq!(app.count("SELECT COUNT(*) FROM source_record").await, 19_999, "nothing was written");
        // One that takes the place of another, or is taken out in the same call, makes room.
        let input = json!({ "kpiDatasetId": dataset, "records": records(&["first", "a", "b"]), "remove": ["copy 7"] });
        let full = cdmo.mutate("recordSourceRecords", "recorded removed recordCounts { total met }", input).await;
        assert_eq!(full, json!({ "recorded": 2, "removed": 1, "recordCounts": { "total": MOST, "met": MOST } }));
    }
}
