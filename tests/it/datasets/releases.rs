//! Release and correction: what leadership reads, and when (T6, T8).

use chrono::TimeDelta;
use serde_json::json;

use super::{Scene, align, cdmo_leadership, correct, release, revision, see, sponsor_leadership, version_of};
use crate::harness::on_both_databases;

on_both_databases! {
    async fn leadership_of_both_reads_from_the_release_on(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.aligned().await;
        let leaders = [sponsor_leadership(&app), cdmo_leadership(&app)];
        for leader in &leaders {
            assert_eq!(see(leader, &dataset).await, json!(null));
        }
        release(&scene.world.sponsor, &dataset).await;
        for leader in &leaders {
            let seen = see(leader, &dataset).await;
            assert_eq!((&seen["stage"], &seen["version"]), (&json!("RELEASED"), &json!(null)));
            assert_eq!(seen["observations"]["nodes"][1]["value"], 100.0);
            assert_eq!(revision(leader, &dataset).await["releasedWithoutAlignmentOf"], json!([]));
        }
    }

    async fn without_both_alignments_notice_and_a_reading_are_needed(app: App) {
        let scene = Scene::with(&app, json!({ "noticeDays": 3 })).await;
        let dataset = scene.shared().await;
        let cdmo = &scene.world.cdmo;
        align(cdmo, &dataset).await;
        let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(cdmo, &dataset).await });
        app.pass(TimeDelta::days(3) - TimeDelta::seconds(1));
        let early = cdmo.mutation_refused("releaseKpiDataset", input.clone()).await;
        assert_eq!(early.by_rule(), ("FAILED_PRECONDITION", "T6"));
        assert!(early.message.contains("2026-03-05 09:00 UTC"), "{}", early.message);
        app.pass(TimeDelta::seconds(1));
        let silent = cdmo.mutation_refused("releaseKpiDataset", input.clone()).await;
        assert_eq!(silent.by_rule(), ("FAILED_PRECONDITION", "T6"), "the releasing party has given no reading");
        cdmo.mutate("interpretKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": dataset, "revision": 1, "text": "on time" })).await;
        cdmo.mutate("releaseKpiDataset", "kpiDatasetId", input).await;
        let seen = revision(&sponsor_leadership(&app), &dataset).await;
        assert_eq!(seen["releasedBy"], "CDMO");
        assert_eq!(seen["releasedWithoutAlignmentOf"], json!(["SPONSOR"]));
        assert_eq!(seen["sponsorInterpretation"], json!(null));
    }

    async fn a_correction_is_a_new_revision_that_leadership_does_not_see(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.released().await;
        let (sponsor, cdmo, leader) = (&scene.world.sponsor, &scene.world.cdmo, sponsor_leadership(&app));
        let counterparty = sponsor.mutation_refused("correctKpiDataset", json!({
            "kpiDatasetId": dataset, "expectedVersion": version_of(sponsor, &dataset).await, "reason": "no",
            "observations": [{ "periodStart": "2026-02-01", "numerator": 1, "denominator": 8 }],
        })).await;
        assert_eq!(counterparty.by_rule(), ("FAILED_PRECONDITION", "T7"));
        correct(cdmo, &dataset).await;
        let seen = see(sponsor, &dataset).await;
        assert_eq!((&seen["stage"], &seen["revisionNumber"], &seen["underCorrection"]), (&json!("SHARED"), &json!(2), &json!(true)));
        assert_eq!(seen["observations"]["nodes"][1]["value"], 87.5);
        assert_eq!(seen["observations"]["nodes"][0]["value"], 90.0, "what was right is carried over");
        let led = see(&leader, &dataset).await;
        assert_eq!((&led["stage"], &led["revisionNumber"], &led["underCorrection"]), (&json!("RELEASED"), &json!(1), &json!(true)));
        assert_eq!(led["observations"]["nodes"][1]["value"], 100.0);

        let history = "query($id: ID!) { kpiDataset(id: $id) { revisions { totalCount nodes { number reason observations { nodes { value } } } } } }";
        let both = sponsor.ok(history, json!({ "id": dataset })).await["kpiDataset"]["revisions"].clone();
        assert_eq!(both["nodes"][0]["observations"]["nodes"][1]["value"], 100.0, "every earlier revision stays readable");
        assert_eq!(both["nodes"][1]["reason"], "one order was late");
        let one = leader.ok(history, json!({ "id": dataset })).await["kpiDataset"]["revisions"].clone();
        assert_eq!(one["totalCount"], 1);

        align(sponsor, &dataset).await;
        align(cdmo, &dataset).await;
        release(cdmo, &dataset).await;
        let led = see(&leader, &dataset).await;
        assert_eq!((&led["revisionNumber"], &led["underCorrection"]), (&json!(2), &json!(false)));
        assert_eq!(led["observations"]["nodes"][1]["value"], 87.5);
    }

    async fn revisions_are_compared_side_by_side(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.released().await;
        correct(&scene.world.cdmo, &dataset).await;
        let query = "query($id: ID!) { kpiDataset(id: $id) { differences(fromRevision: 1, toRevision: 2) {
            totalCount nodes { before { numerator } after { numerator denominator } }
        } } }";
        let seen = scene.world.sponsor.ok(query, json!({ "id": dataset })).await;
        assert_eq!(seen["kpiDataset"]["differences"], json!({
            "totalCount": 1, "nodes": [{ "before": { "numerator": 8.0 }, "after": { "numerator": 7.0, "denominator": 8.0 } }],
        }));
        let leader = sponsor_leadership(&app).refused(query, json!({ "id": dataset })).await;
        assert_eq!((leader.code.as_str(), leader.scope.as_deref()), ("FORBIDDEN", Some("kpis:read")));
    }

    async fn a_correction_that_changes_nothing_is_refused(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let input = json!({
            "kpiDatasetId": dataset, "expectedVersion": 1, "reason": "none",
            "observations": [{ "periodStart": "2026-02-01", "numerator": 8, "denominator": 8, "note": "no rush orders" }],
        });
        let refusal = scene.world.cdmo.mutation_refused("correctKpiDataset", input).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.observations")));
        assert_eq!(see(&scene.world.cdmo, &dataset).await["revisionNumber"], 1, "nothing is left of the attempt");
    }

    async fn leadership_cannot_filter_its_way_to_what_it_may_not_read(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.released().await;
        correct(&scene.world.cdmo, &dataset).await;
        let leader = sponsor_leadership(&app);
        let count = |stage: &str| format!("{{ kpiDatasets(filter: {{ stages: [{stage}] }}) {{ totalCount }} }}");
        assert_eq!(leader.ok(&count("SHARED"), json!({})).await["kpiDatasets"]["totalCount"], 0);
        assert_eq!(leader.ok(&count("RELEASED"), json!({})).await["kpiDatasets"]["totalCount"], 1);
    }
}
