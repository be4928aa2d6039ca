//! Drafts: the collecting party's own affair (T4).

use chrono::TimeDelta;
use serde_json::json;

use super::{Scene, cdmo_leadership, record, robot, see, sponsor_leadership, version_of};
use crate::harness::on_both_databases;

on_both_databases! {
    async fn a_draft_exists_for_the_collecting_party_alone(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.filled().await;
        let lists = "query($id: ID!) { kpiDatasets { totalCount nodes { id } } kpiObservations(filter: { relationshipId: $id }) { nodes { value } } }";
        let id = json!({ "id": scene.world.relationship });
        let own = scene.world.cdmo.ok(lists, id.clone()).await;
        assert_eq!(own["kpiDatasets"]["totalCount"], 1);
        assert_eq!(own["kpiObservations"]["nodes"].as_array().expect("a list").len(), 2);
        for other in [&scene.world.sponsor, &scene.world.stranger, &sponsor_leadership(&app), &cdmo_leadership(&app)] {
            let seen = other.ok(lists, id.clone()).await;
            assert_eq!(seen["kpiDatasets"], json!({ "totalCount": 0, "nodes": [] }));
            assert_eq!(seen["kpiObservations"]["nodes"], json!([]));
            assert_eq!(see(other, &dataset).await, json!(null));
        }
        assert_eq!(see(&robot(&app), &dataset).await["observations"]["totalCount"], 2);
    }

    async fn a_draft_leaves_no_trace_on_the_relationship(app: App) {
        let scene = Scene::new(&app).await;
        let count = "query($id: ID!) { relationship(id: $id) { journal { totalCount } } }";
        let id = json!({ "id": scene.world.relationship });
        let before = scene.world.sponsor.ok(count, id.clone()).await;
        let dataset = scene.filled().await;
        let discard = json!({ "kpiDatasetId": dataset, "expectedVersion": 2, "reason": "wrong quarter" });
        scene.world.cdmo.mutate("discardKpiDataset", "kpiDataset { id }", discard).await;
        assert_eq!(scene.world.sponsor.ok(count, id).await, before);
        assert_eq!(see(&scene.world.cdmo, &dataset).await, json!(null));
    }

    async fn a_discarded_draft_takes_its_names_with_it(app: App) {
        let scene = Scene::new(&app).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        let reference = |object: &str| json!({ "objectId": object, "system": "MES", "externalId": "2026-Q1" });
        cdmo.mutate("setExternalReference", "externalReferenceId", reference(&dataset)).await;
        let discard = json!({ "kpiDatasetId": dataset, "expectedVersion": 1 });
        cdmo.mutate("discardKpiDataset", "kpiDatasetId", discard).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM external_reference").await, 0);
        let again = scene.draft().await;
        cdmo.mutate("setExternalReference", "externalReferenceId", reference(&again)).await;
    }

    async fn recording_the_same_again_changes_nothing(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let rows = json!([
            { "periodStart": "2026-01-01", "numerator": 9.5, "denominator": 10 },
            { "periodStart": "2026-02-01", "status": "PENDING" },
        ]);
        let robot = robot(&app);
        assert_eq!(record(&robot, &dataset, rows.clone()).await, json!({ "recorded": 2, "unchanged": 0, "removed": 0 }));
        let version = version_of(&robot, &dataset).await;
        app.pass(TimeDelta::hours(1));
        assert_eq!(record(&robot, &dataset, rows).await, json!({ "recorded": 0, "unchanged": 2, "removed": 0 }));
        assert_eq!(version_of(&robot, &dataset).await, version);
        let one_new = json!([
            { "periodStart": "2026-01-01", "numerator": 9.5, "denominator": 10 },
            { "periodStart": "2026-02-01", "numerator": 4, "denominator": 5 },
        ]);
        assert_eq!(record(&robot, &dataset, one_new).await["recorded"], 1);
        let february = json!({ "kpiDatasetId": dataset, "remove": [{ "periodStart": "2026-02-01" }] });
        assert_eq!(robot.mutate("recordObservations", "removed", february).await["removed"], 1);
        let left = see(&robot, &dataset).await;
        assert_eq!(left["observations"]["nodes"], json!([{ "periodStart": "2026-01-01", "value": 95.0 }]));
    }

    async fn opening_the_same_period_again_gives_the_draft_that_is_there(app: App) {
        let scene = Scene::new(&app).await;
        let first = scene.draft().await;
        assert_eq!(scene.draft().await, first);
        let overlapping = json!({ "kpiId": scene.kpi, "periodStart": "2026-03-01", "periodEnd": "2026-04-30" });
        let refusal = scene.world.cdmo.mutation_refused("openKpiDataset", overlapping.clone()).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T5"));
        let others = scene.world.sponsor.mutation_refused("openKpiDataset", overlapping.clone()).await;
        assert_eq!(others.by_rule(), ("FAILED_PRECONDITION", "T7"), "the sponsor learns nothing of the draft");
        assert_eq!(scene.world.stranger.mutation_refused("openKpiDataset", overlapping).await.code, "NOT_FOUND");
    }

    async fn only_the_collecting_party_records(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let rows = json!({ "kpiDatasetId": dataset, "observations": [{ "periodStart": "2026-03-01", "numerator": 1, "denominator": 1 }] });
        let sponsor = scene.world.sponsor.mutation_refused("recordObservations", rows.clone()).await;
        assert_eq!(sponsor.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let collector = scene.world.cdmo.mutation_refused("recordObservations", rows.clone()).await;
        assert_eq!(collector.by_rule(), ("FAILED_PRECONDITION", "T8"));
        let robot = robot(&app).mutation_refused("recordObservations", rows.clone()).await;
        assert_eq!(robot.code, "NOT_FOUND", "for a collector alone the dataset is no longer there");
        assert_eq!(scene.world.stranger.mutation_refused("recordObservations", rows).await.code, "NOT_FOUND");
    }

    async fn five_thousand_at_once(app: App) {
        let scene = Scene::with(&app, json!({ "frequency": "DAY" })).await;
        let input = json!({ "kpiId": scene.kpi, "periodStart": "2010-01-01", "periodEnd": "2025-12-31" });
        let payload = scene.world.cdmo.mutate("openKpiDataset", "kpiDatasetId", input).await;
        let dataset = payload["kpiDatasetId"].as_str().expect("an id");
        let start: chrono::NaiveDate = "2010-01-01".parse().expect("a date");
        let row = |day: i64| json!({ "periodStart": (start + TimeDelta::days(day)).to_string(), "numerator": day, "denominator": 5_000 });
        let rows: Vec<_> = (0..5_000).map(row).collect();
        assert_eq!(record(&scene.world.cdmo, dataset, json!(rows)).await["recorded"], 5_000);
        let rows: Vec<_> = (0..5_001).map(row).collect();
        let too_many = json!({ "kpiDatasetId": dataset, "observations": rows });
        let refusal = scene.world.cdmo.mutation_refused("recordObservations", too_many).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.observations")));
    }
}
