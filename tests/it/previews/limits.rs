//! On how many records a definition is tried at once.

use super::*;

/// As many as are tried at once.
const MOST: usize = 50_000;

on_both_databases! {
    async fn so_many_records_are_tried_and_not_one_more(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = world.agree_definition(on_time(&world, "OTD", Some(0), 0, json!({}))).await;
        let dataset = draft(&world, &kpi, "2026-01-01", "2026-01-31", deliveries(&[("2026-01-15", Some("2026-01-16"))])).await;
        // Copies of the one record, past the service.
        let same = "dataset_id, revision, site_id, agreed_on, actual_on, period_start, verdict, numerator, denominator, recorded_at";
        app.by_hand(&format!(
            "WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {MOST}) \
             INSERT INTO source_record (record_id, {same}) SELECT 'copy ' || number, {same} FROM source_record, copy"
        )).await;
        let input = json!({ "definition": on_time(&world, "OTD", Some(0), 1, json!({})), "kpiDatasetIds": [dataset] });
        let refusal = world.cdmo.refused(&document("records"), json!({ "input": input })).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.kpiDatasetIds")));
        assert!(refusal.message.contains("more than 50000 records"), "{}", refusal.message);
        app.by_hand("DELETE FROM source_record WHERE record_id = 'copy 7'").await;
        let seen = preview(&world.cdmo, "records proposed { recordCounts { met } }", input).await;
        assert_eq!(seen, json!({ "records": MOST, "proposed": { "recordCounts": { "met": MOST } } }));
    }
}
