//! What the charts of the whole world rest on: agreed, rejected, proposed. And a KPI that is not released and whose chart
//! shows a jump in its last month, on which work is asked for.

use serde_json::{Value, json};

use super::kpis::days_of;
use super::{Shared, text};

const BASIS: &str = "kpiChartBasis { id digest }";

impl Shared {
    /// Phases that begin before and after the last release, and a point that is left out and not released.
    pub(super) async fn charts(&mut self, mark: &str) {
        let (released, hidden) = (format!("as agreed {mark}"), format!("unreleased {mark}"));
        let (january, february) = (days_of(1).0, days_of(2).0);
        let basis = json!({
            "kpiId": self.id("KPI, measured"), "chartType": "P_PRIME", "ruleSet": "WESTERN_ELECTRIC",
            "phases": [
                { "startsOn": january, "reason": released, "baseline": { "from": january, "to": february } },
                { "startsOn": days_of(4).0, "reason": hidden },
            ],
            "exclusions": [
                { "periodStart": days_of(3).0, "reason": hidden },
                { "periodStart": days_of(7).0, "siteId": self.id("CDMO's site"), "reason": hidden },
            ],
        });
        self.propose_basis("chart basis, agreed", basis.clone()).await;
        let id = self.id("chart basis, agreed");
        for approver in [&self.sponsor.approver, &self.cdmo.approver] {
            let agreement = json!({ "kpiChartBasisId": id, "digest": self.digests[id] });
            approver.mutate("agreeKpiChartBasis", "kpiChartBasisId", agreement).await;
        }
        let changed = |rules: &str| {
            let mut changed = basis.clone();
            changed["ruleSet"] = rules.into();
            changed
        };
        self.propose_basis("chart basis, rejected", changed("ANHOEJ")).await;
        let rejection = json!({ "kpiChartBasisId": self.id("chart basis, rejected"), "reason": hidden });
        self.cdmo.author.mutate("rejectKpiChartBasis", "kpiChartBasisId", rejection).await;
        self.propose_basis("chart basis, proposed", changed("NELSON")).await;
    }

    async fn propose_basis(&mut self, name: &'static str, basis: Value) {
        let author = self.sponsor.author.clone();
        let proposed = author.mutate("proposeKpiChartBasis", BASIS, basis).await;
        self.keep(name, &proposed["kpiChartBasis"]);
    }

    /// Five months of a KPI of which nothing is released, the last one far below the others, and work on that.
    pub(super) async fn signals(&mut self, mark: &str) {
        let cdmo = self.cdmo.author.clone();
        let (from, last, to) = (days_of(8).0, days_of(12).0, days_of(12).1);
        let period = json!({ "kpiId": self.id("KPI, not released"), "periodStart": from, "periodEnd": to });
        let opened = cdmo.mutate("openKpiDataset", "kpiDataset { id version }", period).await;
        let id = &opened["kpiDataset"]["id"];
        let rows = (8..=12).map(|month| {
            let delivered = if month == 12 { 50 } else { 90 };
            json!({ "periodStart": days_of(month).0, "siteId": self.id("CDMO's site"), "numerator": delivered, "denominator": 100 })
        });
        let rows = json!({ "kpiDatasetId": id, "observations": rows.collect::<Vec<_>>() });
        cdmo.mutate("recordObservations", "recorded", rows).await;
        let share = json!({ "kpiDatasetId": id, "expectedVersion": 2 });
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", share).await;
        self.ids.insert("dataset of a KPI without release, with a signal", text(id));
        let work = json!({
            "kpiId": self.id("KPI, not released"), "rule": "BEYOND_LIMITS", "lastPoint": last,
            "title": format!("Find what happened {mark}"), "owner": "CDMO", "dueOn": "2026-05-01",
        });
        let raised = "actionItem { id signal { id } }";
        let raised = self.sponsor.author.mutate("raiseImprovementAction", raised, work).await["actionItem"].take();
        self.ids.insert("action item on a signal", text(&raised["id"]));
        self.ids.insert("signal", text(&raised["signal"]["id"]));
    }
}
