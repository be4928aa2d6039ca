//! What the parties of the whole world have agreed to measure, and datasets of it at every stage. The CDMO collects.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{Shared, text};
use crate::harness::App;

/// What signing and writing need to know of a dataset.
const DATASET: &str = "kpiDataset { id version revisionNumber revision { id digest } }";

impl Shared {
    /// A charter in effect and one proposed; KPIs that are agreed, measured and proposed.
    pub(super) async fn kpis(&mut self, app: &App, mark: &str) {
        self.charters(mark).await;
        self.definitions(mark).await;
        self.datasets(app, mark).await;
    }

    async fn charters(&mut self, mark: &str) {
        let (sponsor, cdmo) = (self.sponsor.clone(), self.cdmo.clone());
        let charter = |words: &str, id: &str| json!({ "relationshipId": id, "purpose": format!("{words} {mark}"), "reviewCadence": mark });
        let first = charter("To see where we can improve", self.id("relationship"));
        let first = sponsor.author.mutate("proposeMetricCharter", "metricCharter { id digest }", first).await;
        self.keep("charter, in effect", &first["metricCharter"]);
        for approver in [&sponsor.approver, &cdmo.approver] {
            let signature =
                json!({ "metricCharterId": first["metricCharter"]["id"], "digest": first["metricCharter"]["digest"] });
            approver.mutate("signMetricCharter", "metricCharter { id }", signature).await;
        }
        let next = charter("And to learn", self.id("relationship"));
        let next = cdmo.author.mutate("proposeMetricCharter", "metricCharter { id digest }", next).await;
        self.keep("charter, proposed", &next["metricCharter"]);
    }

    /// One dataset for each stage, each of a month of its own.
    async fn datasets(&mut self, app: &App, mark: &str) {
        let measured = "KPI, measured";
        self.draft("dataset, DRAFT", measured, 5, &format!("draft {mark}")).await;
        self.draft("dataset, DRAFT, empty", measured, 6, "").await;
        self.shared("dataset, notice over", measured, 7, mark).await;
        self.interpret("dataset, notice over", "CDMO", mark).await;
        app.pass(TimeDelta::days(8));
        self.shared("dataset, RELEASED", measured, 1, mark).await;
        let seen = json!({ "kpiDatasetId": self.id("dataset, RELEASED"), "revision": 1 });
        self.sponsor.author.mutate("acknowledgeKpiDataset", "kpiDatasetId", seen).await;
        self.align("dataset, RELEASED", &["sponsor", "CDMO"]).await;
        self.interpret("dataset, RELEASED", "sponsor", mark).await;
        self.interpret("dataset, RELEASED", "CDMO", mark).await;
        self.release("dataset, RELEASED").await;
        self.counted("dataset, counted", 1, mark).await;
        self.share("dataset, counted").await;
        self.align("dataset, counted", &["sponsor", "CDMO"]).await;
        self.release("dataset, counted").await;
        self.counted("dataset, counted, DRAFT", 2, &format!("draft {mark}")).await;
        self.shared("dataset, corrected", measured, 2, mark).await;
        self.align("dataset, corrected", &["sponsor", "CDMO"]).await;
        self.interpret("dataset, corrected", "CDMO", mark).await;
        self.release("dataset, corrected").await;
        self.correct("dataset, corrected", 2, &format!("unreleased {mark}")).await;
        self.shared("dataset, ALIGNED", measured, 3, &format!("unreleased {mark}")).await;
        self.align("dataset, ALIGNED", &["sponsor", "CDMO"]).await;
        self.shared("dataset, SHARED", measured, 4, &format!("unreleased {mark}")).await;
        self.align("dataset, SHARED", &["sponsor"]).await;
        self.interpret("dataset, SHARED", "CDMO", &format!("unreleased {mark}")).await;
        self.draft("dataset of a KPI without release, DRAFT", "KPI, not released", 1, &format!("draft {mark}")).await;
        self.shared("dataset of a KPI without release, SHARED", "KPI, not released", 2, &format!("unreleased {mark}"))
            .await;
    }

    async fn draft(&mut self, name: &'static str, kpi: &str, month: u32, note: &str) {
        let (start, end) = days_of(month);
        let input = json!({ "kpiId": self.id(kpi), "periodStart": start, "periodEnd": end });
        let opened = self.cdmo.author.mutate("openKpiDataset", DATASET, input).await["kpiDataset"].take();
        self.keep(name, &opened);
        if !note.is_empty() {
            let row = json!({ "periodStart": start, "siteId": self.id("CDMO's site"), "numerator": 90, "denominator": 100, "note": note, "sourceRecord": note, "reason": note, "sourceSystem": note });
            let input = json!({ "kpiDatasetId": opened["id"], "observations": [row] });
            self.cdmo.author.mutate("recordObservations", "recorded", input).await;
        }
    }

    async fn shared(&mut self, name: &'static str, kpi: &str, month: u32, note: &str) {
        self.draft(name, kpi, month, note).await;
        self.share(name).await;
    }

    async fn share(&mut self, name: &'static str) {
        let input = json!({ "kpiDatasetId": self.id(name), "expectedVersion": self.seen(name).await["version"] });
        let shared = self.cdmo.author.mutate("shareKpiDataset", DATASET, input).await["kpiDataset"].take();
        self.keep_revision(name, &shared);
    }

    /// A draft that is counted from a record that says all that one can say, and one that is excluded.
    async fn counted(&mut self, name: &'static str, month: u32, words: &str) {
        self.draft(name, "KPI, counted", month, "").await;
        let (start, end) = days_of(month);
        let record = json!({
            "recordId": format!("1 {words}"), "siteId": self.id("CDMO's site"), "item": words, "openedOn": start,
            "agreedOn": start, "revisedOn": end, "revisionReason": "STORM", "revisionConsent": words, "estimatedOn": end,
            "actualOn": end, "recordedOn": start, "agreedQuantity": 10, "actualQuantity": 9, "outcome": "LATE",
            "reasonCode": "STORM",
        });
        let excluded = json!({
            "recordId": format!("2 {words}"), "siteId": self.id("CDMO's site"), "agreedOn": start, "excludedReason": words,
        });
        let input = json!({ "kpiDatasetId": self.id(name), "records": [record, excluded] });
        self.cdmo.author.mutate("recordSourceRecords", "recorded", input).await;
    }

    async fn align(&self, name: &str, parties: &[&str]) {
        let seen = self.seen(name).await;
        let input = json!({ "kpiDatasetId": seen["id"], "revision": seen["revisionNumber"], "digest": seen["revision"]["digest"] });
        for party in parties {
            self.side(party).approver.mutate("alignKpiDataset", "kpiDatasetId", input.clone()).await;
        }
    }

    async fn interpret(&self, name: &str, party: &str, words: &str) {
        let input = json!({ "kpiDatasetId": self.id(name), "revision": 1, "text": format!("It went well {words}") });
        self.side(party).author.mutate("interpretKpiDataset", "kpiDatasetId", input).await;
    }

    async fn release(&self, name: &str) {
        let input = json!({ "kpiDatasetId": self.id(name), "expectedVersion": self.seen(name).await["version"] });
        self.sponsor.author.mutate("releaseKpiDataset", "kpiDatasetId", input).await;
    }

    async fn correct(&mut self, name: &'static str, month: u32, note: &str) {
        let row = json!({ "periodStart": days_of(month).0, "siteId": self.id("CDMO's site"), "numerator": 80, "denominator": 100, "note": note });
        let version = self.seen(name).await["version"].take();
        let input =
            json!({ "kpiDatasetId": self.id(name), "expectedVersion": version, "reason": note, "observations": [row] });
        self.ids.insert(
            "revision of the dataset, corrected: released",
            self.id("revision of the dataset, corrected").to_owned(),
        );
        let corrected = self.cdmo.author.mutate("correctKpiDataset", DATASET, input).await["kpiDataset"].take();
        self.keep_revision(name, &corrected);
    }

    /// The dataset as the collecting party's working level sees it.
    async fn seen(&self, name: &str) -> Value {
        let query = format!(
            "query($id: ID!) {{ kpiDataset(id: $id) {{ {} }} }}",
            &DATASET["kpiDataset { ".len()..DATASET.len() - 2]
        );
        self.cdmo.author.ok(&query, json!({ "id": self.id(name) })).await["kpiDataset"].take()
    }

    fn keep_revision(&mut self, name: &'static str, dataset: &Value) {
        let of = REVISIONS.iter().find(|(of, _)| *of == name).map_or(name, |(_, revision)| *revision);
        self.keep(of, &dataset["revision"]);
    }

    /// Keeps the id of an object, and the digest that signing it needs.
    pub(super) fn keep(&mut self, name: &'static str, object: &Value) {
        let id = text(&object["id"]);
        if let Some(digest) = object["digest"].as_str() {
            self.digests.insert(id.clone(), digest.to_owned());
        }
        self.ids.insert(name, id);
    }
}

/// The names of the datasets' current revisions.
pub(super) const REVISIONS: &[(&str, &str)] = &[
    ("dataset, notice over", "revision of the dataset, notice over"),
    ("dataset, RELEASED", "revision of the dataset, RELEASED"),
    ("dataset, counted", "revision of the dataset, counted"),
    ("dataset, corrected", "revision of the dataset, corrected"),
    ("dataset, ALIGNED", "revision of the dataset, ALIGNED"),
    ("dataset, SHARED", "revision of the dataset, SHARED"),
    ("dataset of a KPI without release, SHARED", "revision of the dataset of a KPI without release"),
];

/// The first and the last day of a month of 2025, which is over.
pub fn days_of(month: u32) -> (String, String) {
    let first = NaiveDate::from_ymd_opt(2025, month, 1).expect("a month");
    let last = first.checked_add_months(chrono::Months::new(1)).and_then(|next| next.pred_opt()).expect("a day");
    (first.to_string(), last.to_string())
}
