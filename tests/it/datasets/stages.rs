//! The stages: who may do what, when, and what the other party reads then (T5 to T9).

use chrono::TimeDelta;
use serde_json::json;

use super::{
    Scene, align, alignment, cdmo_leadership, correct, record, release, revision, robot, see, sponsor_leadership,
    version_of,
};
use crate::harness::{EVERYTHING, on_both_databases};

on_both_databases! {
    async fn both_working_levels_read_the_same_from_sharing_on(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let seen = see(&scene.world.sponsor, &dataset).await;
        assert_eq!(seen["observations"]["nodes"], json!([
            { "periodStart": "2026-01-01", "value": 90.0 },
            { "periodStart": "2026-02-01", "value": 100.0 },
        ]));
        assert_eq!(seen, see(&scene.world.cdmo, &dataset).await);
        assert_eq!(seen["version"], 1, "how often the draft was written is nobody else's affair");
        for leadership in [sponsor_leadership(&app), cdmo_leadership(&app)] {
            assert_eq!(see(&leadership, &dataset).await, json!(null));
        }
        assert_eq!(see(&robot(&app), &dataset).await, json!(null));
    }

    async fn an_empty_draft_cannot_be_shared(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let input = json!({ "kpiDatasetId": dataset, "expectedVersion": 1 });
        assert_eq!(scene.world.cdmo.mutation_refused("shareKpiDataset", input.clone()).await.by_rule(), ("FAILED_PRECONDITION", "T5"));
        assert_eq!(scene.world.sponsor.mutation_refused("shareKpiDataset", input).await.code, "NOT_FOUND");
    }

    async fn sharing_needs_the_version_that_was_read(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.filled().await;
        let read = version_of(&scene.world.cdmo, &dataset).await;
        record(&robot(&app), &dataset, json!([{ "periodStart": "2026-03-01", "numerator": 1, "denominator": 2 }])).await;
        let refusal = scene.world.cdmo.mutation_refused("shareKpiDataset", json!({ "kpiDatasetId": dataset, "expectedVersion": read })).await;
        assert_eq!(refusal.code, "CONFLICT");
        assert_eq!(refusal.current_version, read.as_i64().map(|version| version + 1));
    }

    async fn both_sign_what_they_read(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let (sponsor, cdmo) = (&scene.world.sponsor, &scene.world.cdmo);
        let other_digest = json!({ "kpiDatasetId": dataset, "revision": 1, "digest": "0".repeat(64) });
        assert_eq!(sponsor.mutation_refused("alignKpiDataset", other_digest).await.code, "CONFLICT");
        align(sponsor, &dataset).await;
        assert_eq!(see(cdmo, &dataset).await["stage"], "SHARED");
        // T7: who signed for the sponsor cannot sign for the CDMO.
        let same_person = app.caller("brightfill", "anna", EVERYTHING);
        let input = alignment(&same_person, &dataset).await;
        assert_eq!(same_person.mutation_refused("alignKpiDataset", input).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        align(cdmo, &dataset).await;
        assert_eq!(see(sponsor, &dataset).await["stage"], "ALIGNED");
    }

    async fn an_alignment_can_be_withdrawn_until_the_release(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.aligned().await;
        let withdrawal = json!({ "kpiDatasetId": dataset, "revision": 1, "reason": "a batch is missing" });
        scene.world.sponsor.mutate("withdrawKpiAlignment", "kpiDatasetId", withdrawal.clone()).await;
        assert_eq!(see(&scene.world.cdmo, &dataset).await["stage"], "SHARED");
        let seen = revision(&scene.world.cdmo, &dataset).await;
        assert_eq!(seen["alignments"]["nodes"][0], json!({ "party": "SPONSOR", "withdrawReason": "a batch is missing" }));
        let again = scene.world.sponsor.mutation_refused("withdrawKpiAlignment", withdrawal.clone()).await;
        assert_eq!(again.by_rule(), ("FAILED_PRECONDITION", "T7"));
        align(&scene.world.sponsor, &dataset).await;
        release(&scene.world.cdmo, &dataset).await;
        let late = scene.world.cdmo.mutation_refused("withdrawKpiAlignment", withdrawal).await;
        assert_eq!(late.by_rule(), ("FAILED_PRECONDITION", "T8"));
    }

    async fn only_the_counterparty_acknowledges(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let input = json!({ "kpiDatasetId": dataset, "revision": 1 });
        let own = scene.world.cdmo.mutation_refused("acknowledgeKpiDataset", input.clone()).await;
        assert_eq!(own.by_rule(), ("FAILED_PRECONDITION", "T7"));
        for _ in 0..2 {
            scene.world.sponsor.mutate("acknowledgeKpiDataset", "kpiDatasetId", input.clone()).await;
            assert_eq!(revision(&scene.world.cdmo, &dataset).await["acknowledgedAt"], "2026-03-02T09:00:00+00:00");
            // Saying so again changes nothing.
            app.pass(TimeDelta::hours(1));
        }
    }

    async fn interpretations_stand_side_by_side(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let say = |text: &str| json!({ "kpiDatasetId": dataset, "revision": 1, "text": text });
        scene.world.sponsor.mutate("interpretKpiDataset", "kpiDatasetId", say("better than last quarter")).await;
        let seen = revision(&scene.world.cdmo, &dataset).await;
        assert_eq!(seen["sponsorInterpretation"]["text"], "better than last quarter");
        assert_eq!(seen["cdmoInterpretation"], json!(null), "that one is missing is told");
        scene.world.cdmo.mutate("interpretKpiDataset", "kpiDatasetId", say("the new line is up")).await;
        let unread = scene.world.cdmo.mutation_refused("interpretKpiDataset", say("the new line is up since May")).await;
        assert_eq!((unread.code.as_str(), unread.current_version), ("CONFLICT", Some(1)));
        let mut anew = say("the new line is up since January");
        anew["expectedVersion"] = json!(1);
        scene.world.cdmo.mutate("interpretKpiDataset", "kpiDatasetId", anew).await;
        let seen = revision(&scene.world.sponsor, &dataset).await;
        assert_eq!(seen["sponsorInterpretation"]["text"], "better than last quarter", "nobody writes for the other");
        assert_eq!(seen["cdmoInterpretation"]["text"], "the new line is up since January");
    }

    async fn a_word_on_an_old_revision_is_refused(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let stale = alignment(&scene.world.sponsor, &dataset).await;
        correct(&scene.world.cdmo, &dataset).await;
        assert_eq!(scene.world.sponsor.mutation_refused("alignKpiDataset", stale).await.code, "CONFLICT");
        let reading = json!({ "kpiDatasetId": dataset, "revision": 1, "text": "fine" });
        assert_eq!(scene.world.sponsor.mutation_refused("interpretKpiDataset", reading).await.code, "CONFLICT");
    }

    async fn an_ended_relationship_is_read_only(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.shared().await;
        let next = json!({ "kpiId": scene.kpi, "periodStart": "2026-04-01", "periodEnd": "2026-06-30" });
        let draft = scene.world.cdmo.mutate("openKpiDataset", "kpiDatasetId", next).await["kpiDatasetId"].clone();
        let end = json!({ "relationshipId": scene.world.relationship, "expectedVersion": 2, "reason": "the product is sold" });
        scene.world.sponsor.mutate("endRelationship", "relationship { state }", end).await;
        let cdmo = &scene.world.cdmo;
        for (mutation, input) in [
            ("alignKpiDataset", alignment(cdmo, &dataset).await),
            ("interpretKpiDataset", json!({ "kpiDatasetId": dataset, "revision": 1, "text": "late" })),
            ("recordObservations", json!({ "kpiDatasetId": draft, "observations": [] })),
            ("discardKpiDataset", json!({ "kpiDatasetId": draft, "expectedVersion": 1 })),
            ("openKpiDataset", json!({ "kpiId": scene.kpi, "periodStart": "2026-07-01", "periodEnd": "2026-09-30" })),
        ] {
            assert_eq!(cdmo.mutation_refused(mutation, input).await.by_rule(), ("FAILED_PRECONDITION", "T14"), "{mutation}");
        }
        assert_eq!(see(cdmo, &dataset).await["stage"], "SHARED", "it stays readable");
    }
}
