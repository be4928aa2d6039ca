//! A day's numbers stand in one shared dataset only (T5), whoever collected them.

use serde_json::{Value, json};

use super::version_of;
use crate::harness::{Caller, World, on_both_databases, text};

/// A draft with an observation of its first day.
async fn draft(caller: &Caller, kpi: &str, [from, to]: [&str; 2]) -> String {
    let period = json!({ "kpiId": kpi, "periodStart": from, "periodEnd": to });
    let dataset = text(&caller.mutate("openKpiDataset", "kpiDatasetId", period).await["kpiDatasetId"]);
    let row = json!({ "periodStart": from, "numerator": 9, "denominator": 10 });
    caller.mutate("recordObservations", "recorded", json!({ "kpiDatasetId": dataset, "observations": [row] })).await;
    dataset
}

async fn sharing(caller: &Caller, dataset: &str) -> Value {
    json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(caller, dataset).await })
}

on_both_databases! {
    async fn two_drafts_of_one_day_are_not_both_shared(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (code, early_first) in [("EARLY", true), ("LATE", false)] {
            let daily = json!({ "frequency": "DAY", "validFrom": "2026-01-01" });
            let kpi = world.agree_definition(world.definition(code, daily)).await.id;
            let early = draft(&world.cdmo, &kpi, ["2026-01-01", "2026-01-31"]).await;
            let other_party = json!({ "frequency": "DAY", "validFrom": "2026-02-01", "collectingParty": "SPONSOR" });
            world.agree_definition(world.definition(code, other_party)).await;
            let late = draft(&world.sponsor, &kpi, ["2026-02-01", "2026-02-10"]).await;
            // Opened by what is agreed, no two drafts have a day in common. Whatever made them so, one of them is shared.
            let late_begins = async |day: &str| {
                app.by_hand(&format!("UPDATE kpi_dataset SET period_start = '{day}' WHERE id = {}", app.sql_id(&late))).await;
            };
            late_begins("2026-01-31").await;
            let mut both = [(&world.cdmo, &early), (&world.sponsor, &late)];
            if !early_first {
                both.reverse();
            }
            let [(caller, dataset), (other, second)] = both;
            caller.mutate("shareKpiDataset", "kpiDatasetId", sharing(caller, dataset).await).await;
            let refusal = other.mutation_refused("shareKpiDataset", sharing(other, second).await).await;
            assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T5"), "{code}");
            assert!(refusal.message.contains(dataset.as_str()), "{}", refusal.message);
            late_begins("2026-02-01").await;
        }
    }
}
