//! Many hands on one dataset at once: one of them wins, and what is shared is whole.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, see, version_of};
use crate::harness::{Answer, Caller, mutation_document, on_both_databases};

const HANDS: usize = 12;

/// Sends a mutation for each input, all at once.
async fn at_once(caller: &Caller, mutation: &str, inputs: impl Iterator<Item = Value>) -> Vec<Answer> {
    let document = mutation_document(mutation, "kpiDatasetId");
    let sent = inputs.map(|input| {
        let (caller, document) = (caller.clone(), document.clone());
        tokio::spawn(async move { caller.send(&document, json!({ "input": input })).await })
    });
    join_all(sent).await.into_iter().map(|answer| answer.expect("no hand failed")).collect()
}

/// How many succeeded; the others were told of another version, or of the stage that the dataset has come to.
fn won(answers: &[Answer]) -> usize {
    for refusal in answers.iter().flat_map(Answer::refusals) {
        assert!(matches!(refusal.code.as_str(), "CONFLICT" | "FAILED_PRECONDITION" | "NOT_FOUND"), "{refusal:?}");
    }
    answers.iter().filter(|answer| answer.refusals().is_empty()).count()
}

on_both_databases! {
    async fn a_period_is_opened_once(app: App) {
        let scene = Scene::new(&app).await;
        let input = json!({ "kpiId": scene.kpi, "periodStart": "2026-01-01", "periodEnd": "2026-03-31" });
        let answers = at_once(&scene.world.cdmo, "openKpiDataset", (0..HANDS).map(|_| input.clone())).await;
        assert_eq!(won(&answers), HANDS, "all get the same draft");
        let ids: Vec<_> = answers.iter().map(|answer| &answer.body["data"]["openKpiDataset"]["kpiDatasetId"]).collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    }

    async fn of_many_recordings_into_one_version_one_wins(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let inputs = (0..HANDS).map(|number| json!({
            "kpiDatasetId": dataset, "expectedVersion": 1,
            "observations": [{ "periodStart": "2026-01-01", "numerator": number, "denominator": HANDS }],
        }));
        assert_eq!(won(&at_once(&scene.world.cdmo, "recordObservations", inputs).await), 1);
        assert_eq!(version_of(&scene.world.cdmo, &dataset).await, 2);
    }

    async fn what_is_shared_while_it_is_recorded_is_what_was_signed_for(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.filled().await;
        let version = version_of(&scene.world.cdmo, &dataset).await;
        let share = json!({ "kpiDatasetId": dataset, "expectedVersion": version });
        let recordings = (0..HANDS).map(|number| json!({
            "kpiDatasetId": dataset,
            "observations": [{ "periodStart": "2026-01-01", "numerator": number, "denominator": HANDS }],
        }));
        let (shared, _) = tokio::join!(
            at_once(&scene.world.cdmo, "shareKpiDataset", std::iter::once(share)),
            async { won(&at_once(&scene.world.cdmo, "recordObservations", recordings).await) },
        );
        // Shared first, and nothing is recorded after; or recorded first, and sharing is refused. Had both been done, the
        // journal of this test would not verify.
        let seen = see(&scene.world.sponsor, &dataset).await;
        assert_eq!(won(&shared) == 1, !seen.is_null());
    }

    async fn of_many_corrections_one_makes_the_next_revision(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.released().await;
        let version = version_of(&scene.world.cdmo, &dataset).await;
        let inputs = (0..HANDS).map(|number| json!({
            "kpiDatasetId": dataset, "expectedVersion": version, "reason": "miscounted",
            "observations": [{ "periodStart": "2026-02-01", "numerator": number % 8, "denominator": 9 }],
        }));
        assert_eq!(won(&at_once(&scene.world.cdmo, "correctKpiDataset", inputs).await), 1);
        let seen = see(&scene.world.sponsor, &dataset).await;
        assert_eq!((&seen["revisionNumber"], &seen["releasedRevisionNumber"]), (&json!(2), &json!(1)));
    }
}
