//! Datasets in the journal: private while they are drafts, told in full when they are shared, and guarded by the
//! digest of their observations from then on.

use guidepost::db::verify::{Finding, RowProblem};
use serde_json::json;

use super::{actions, assert_chain, of_own_organization, of_relationship};
use crate::datasets::{Scene, correct, record, release};
use crate::harness::{App, on_both_databases};

on_both_databases! {
    async fn a_draft_is_on_its_own_chain_and_shared_as_if_new(app: App) {
        let scene = Scene::new(&app).await;
        let before = of_relationship(&scene.world.sponsor, &scene.world.relationship).await.len();
        let dataset = scene.filled().await;
        let (chain, private) = of_own_organization(&scene.world.cdmo).await;
        assert_chain(&chain, &private);
        assert_eq!(actions(&private)[2..], ["openKpiDataset", "recordObservations"]);
        let recorded = &private[3]["content"];
        assert_eq!((&recorded["rows"][0]["table"], &recorded["rows"][0]["of"]), (&json!("observation"), &json!(dataset)));
        assert_eq!((&recorded["rows"][0]["count"], &recorded["rows"][0]["removed"]), (&json!(2), &json!(false)));
        let shared = of_relationship(&scene.world.sponsor, &scene.world.relationship).await;
        assert_eq!(shared.len(), before, "a draft left a trace on the relationship's chain");

        let version = crate::datasets::version_of(&scene.world.cdmo, &dataset).await;
        scene.world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": dataset, "expectedVersion": version })).await;
        let shared = of_relationship(&scene.world.sponsor, &scene.world.relationship).await;
        assert_chain(&scene.world.relationship, &shared);
        let told = shared.last().expect("an entry")["content"].clone();
        assert_eq!((&told["action"], &told["subject"]["id"]), (&json!("shareKpiDataset"), &json!(dataset)));
        let change = told["changes"].as_array().expect("a list").iter().find(|change| change["table"] == "kpi_dataset").expect("the dataset");
        assert_eq!((&change["before"], &change["after"]["stage"], &change["after"]["version"]), (&json!(null), &json!("SHARED"), &json!(1)));
    }

    async fn a_collector_reads_what_it_did_and_nothing_else(app: App) {
        let scene = Scene::new(&app).await;
        scene.filled().await;
        let robot = app.caller("brightfill", "erp", "kpis:collect journal:read relationships:read");
        let (_, private) = of_own_organization(&robot).await;
        assert_eq!(actions(&private)[2..], ["openKpiDataset", "recordObservations"]);
        let leader = app.caller("brightfill", "leo", "kpis:read-released journal:read relationships:read");
        let (_, private) = of_own_organization(&leader).await;
        assert_eq!(actions(&private)[2..], ["hidden", "hidden"]);
        let shared = of_relationship(&robot, &scene.world.relationship).await;
        assert_eq!(actions(&shared)[2..], ["hidden"; 6]);
    }

    async fn observations_verify_through_all_stages_with_numbers_at_the_edges(app: App) {
        let scene = Scene::with(&app, json!({ "aggregation": "SUM", "denominator": null })).await;
        let dataset = scene.draft().await;
        record(&scene.world.cdmo, &dataset, json!([
            { "periodStart": "2026-01-01", "value": 0.1 + 0.2, "note": "Größe 😀" },
            { "periodStart": "2026-02-01", "value": 5e-324 },
            { "periodStart": "2026-03-01", "value": f64::MAX, "sourceRecord": "\"quoted\"\\" },
        ])).await;
        let share = json!({ "kpiDatasetId": dataset, "expectedVersion": crate::datasets::version_of(&scene.world.cdmo, &dataset).await });
        scene.world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", share).await;
        let (summary, findings) = app.verify().await;
        assert_eq!((summary.observations, findings), (3, vec![]));
    }

    async fn a_draft_changed_by_hand_is_named(app: App) {
        let scene = Scene::new(&app).await;
        let filled = scene.filled().await;
        let empty = json!({ "kpiId": scene.kpi, "periodStart": "2025-10-01", "periodEnd": "2025-12-31" });
        let empty = scene.world.cdmo.mutate("openKpiDataset", "kpiDatasetId", empty).await["kpiDatasetId"].clone();
        let remove = json!({ "kpiDatasetId": filled, "remove": [{ "periodStart": "2026-02-01" }] });
        scene.world.cdmo.mutate("recordObservations", "removed", remove).await;
        record(&scene.world.cdmo, &filled, json!([{ "periodStart": "2026-02-01", "status": "PENDING" }])).await;
        assert_eq!(app.verify().await.1, []);
        app.by_hand("CREATE TABLE saved_observation AS SELECT * FROM observation").await;
        let moved = format!("UPDATE observation SET dataset_id = {} WHERE period_start = '2026-01-01'", app.sql_id(empty.as_str().expect("an id")));
        for (done, named) in [
            ("UPDATE observation SET numerator = 10, value = 100 WHERE period_start = '2026-01-01'", vec![json!(filled)]),
            ("UPDATE observation SET note = 'all is well' WHERE period_start = '2026-02-01'", vec![json!(filled)]),
            ("DELETE FROM observation WHERE period_start = '2026-02-01'", vec![json!(filled)]),
            ("DELETE FROM observation", vec![json!(filled)]),
            (moved.as_str(), vec![json!(filled), empty.clone()]),
        ] {
            app.by_hand(done).await;
            let mut found: Vec<_> = app.verify().await.1.into_iter().map(|finding| match finding {
                Finding::Row { table: "kpi_dataset", id, problem: RowProblem::Draft, last: Some(_) } => json!(id),
                other => panic!("{other:?} is no draft"),
            }).collect();
            found.sort_by_key(ToString::to_string);
            assert_eq!(found, named, "{done}");
            app.by_hand("DELETE FROM observation").await;
            app.by_hand("INSERT INTO observation SELECT * FROM saved_observation").await;
        }
        app.by_hand("DROP TABLE saved_observation").await;
    }

    async fn an_observation_changed_by_hand_is_named_by_its_revision(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.released().await;
        correct(&scene.world.cdmo, &dataset).await;
        release_after(&app, &scene, &dataset).await;
        assert_eq!(app.verify().await.1, []);
        app.by_hand("CREATE TABLE saved_observation AS SELECT * FROM observation").await;
        for (done, revision) in [
            ("UPDATE observation SET value = 91, numerator = 9.1 WHERE period_start = '2026-01-01' AND revision = 1", 1),
            ("UPDATE observation SET note = NULL WHERE period_start = '2026-02-01' AND revision = 1", 1),
            ("UPDATE observation SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE period_start = '2026-02-01' AND revision = 1", 1),
            ("DELETE FROM observation WHERE period_start = '2026-01-01' AND revision = 2", 2),
            ("DELETE FROM observation WHERE revision = 1", 1),
            ("UPDATE observation SET period_start = '2026-03-01', period_end = '2026-03-31' WHERE period_start = '2026-02-01' AND revision = 2", 2),
        ] {
            app.by_hand(done).await;
            let (id, problem) = found(&app).await;
            assert!(matches!(problem, RowProblem::Observations { .. }), "{problem}");
            assert_eq!(id_of_revision(&scene, &dataset, revision).await, id, "{done}");
            app.by_hand("DELETE FROM observation").await;
            app.by_hand("INSERT INTO observation SELECT * FROM saved_observation").await;
        }
        app.by_hand("DROP TABLE saved_observation").await;
        app.by_hand("UPDATE observation SET revision = 3 WHERE revision = 2 AND period_start = '2026-01-01'").await;
        let said: Vec<String> = app.verify().await.1.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|said| said.contains(&format!("observation of revision 3 of {dataset}: it is there, and no entry says so"))), "{said:?}");
    }
}

async fn release_after(app: &App, scene: &Scene, dataset: &str) {
    crate::datasets::align(&scene.world.sponsor, dataset).await;
    crate::datasets::align(&scene.world.cdmo, dataset).await;
    app.pass(chrono::TimeDelta::days(1));
    release(&scene.world.cdmo, dataset).await;
}

/// The one row that does not match.
async fn found(app: &App) -> (String, RowProblem) {
    let (_, mut findings) = app.verify().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    match findings.remove(0) {
        Finding::Row { table: "kpi_dataset_revision", id, problem, last: Some(_) } => (id, problem),
        other => panic!("{other:?} is no revision"),
    }
}

/// The id of a revision, from the journal.
async fn id_of_revision(scene: &Scene, dataset: &str, number: i64) -> String {
    let entries = of_relationship(&scene.world.sponsor, &scene.world.relationship).await;
    let changes = entries.iter().filter_map(|entry| entry["content"]["changes"].as_array()).flatten();
    let mut made = changes.filter(|change| change["table"] == "kpi_dataset_revision" && change["before"].is_null());
    let made = made.find(|change| change["after"]["dataset_id"] == dataset && change["after"]["number"] == number);
    made.expect("the revision")["rowId"].as_str().expect("an id").to_owned()
}
