//! From when to when a version is valid, and what is measured by it (T3): a dataset by the version that is valid on its
//! last day.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{agree, agreement, propose, read};
use crate::harness::{Refusal, Seed, Seen, World, on_both_databases, text};

/// A KPI of which both parties have agreed these versions, each with these changes, in this order.
struct Versions<'w> {
    world: &'w World,
    kpi: Value,
    all: Vec<Value>,
}

impl<'w> Versions<'w> {
    async fn new(world: &'w World, first: Value) -> Self {
        world.sign_charter().await;
        let mut versions = Self { world, kpi: Value::Null, all: Vec::new() };
        versions.add(first).await;
        versions.kpi = versions.all[0]["kpi"]["id"].clone();
        versions
    }

    async fn add(&mut self, changes: Value) {
        let proposed = propose(&self.world.sponsor, self.world.definition("OTD", changes)).await;
        self.all.push(agree(self.world, &proposed).await);
    }

    /// The first and the last day of each version's validity.
    async fn spans(&self) -> Vec<[Value; 2]> {
        let mut spans = Vec::new();
        for version in &self.all {
            let seen = read(&self.world.cdmo, version, "validFrom validUntil").await;
            spans.push([seen["validFrom"].clone(), seen["validUntil"].clone()]);
        }
        spans
    }

    /// The number of the version that is valid today.
    async fn today(&self) -> Value {
        let query = "query($id: ID!) { kpi(id: $id) { definition { number } } }";
        self.world.cdmo.ok(query, json!({ "id": self.kpi })).await["kpi"]["definition"]["number"].clone()
    }

    fn period(&self, from: &str, to: &str) -> Value {
        json!({ "kpiId": self.kpi, "periodStart": from, "periodEnd": to })
    }

    /// Opens a dataset; its id, and the number of the version that it names.
    async fn open(&self, from: &str, to: &str) -> (String, Value) {
        let selection = "kpiDataset { id definition { number } }";
        let opened = self.world.cdmo.mutate("openKpiDataset", selection, self.period(from, to)).await;
        (text(&opened["kpiDataset"]["id"]), opened["kpiDataset"]["definition"]["number"].clone())
    }

    async fn opening_refused(&self, from: &str, to: &str) -> Refusal {
        self.world.cdmo.mutation_refused("openKpiDataset", self.period(from, to)).await
    }

    async fn number_for(&self, from: &str, to: &str) -> Value {
        self.open(from, to).await.1
    }

    async fn recording_refused(&self, dataset: &str, month: &str) -> Refusal {
        let rows = json!([{ "periodStart": month, "numerator": 1, "denominator": 2 }]);
        let input = json!({ "kpiDatasetId": dataset, "observations": rows });
        self.world.cdmo.mutation_refused("recordObservations", input).await
    }
}

on_both_databases! {
    async fn a_version_that_is_valid_later_waits_for_its_day(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        let (may, _) = versions.open("2026-05-01", "2026-05-31").await;
        let (june, _) = versions.open("2026-06-01", "2026-06-30").await;
        versions.add(json!({ "validFrom": "2026-06-15", "target": 97.0 })).await;
        assert_eq!(versions.spans().await, [[json!("2026-03-02"), json!("2026-06-14")], [json!("2026-06-15"), Value::Null]]);
        assert_eq!(versions.today().await, 1);
        // What ends before it begins goes on by the first version, and what ends later does not, though it begins earlier.
        assert_eq!(versions.open("2026-05-01", "2026-05-31").await, (may, json!(1)));
        assert_eq!(versions.number_for("2026-04-01", "2026-04-30").await, 1);
        let refusal = versions.opening_refused("2026-06-01", "2026-06-30").await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("valid from 2026-06-15"), "{}", refusal.message);
        let discard = json!({ "kpiDatasetId": june, "expectedVersion": 1 });
        world.cdmo.mutate("discardKpiDataset", "kpiDatasetId", discard).await;
        assert_eq!(versions.number_for("2026-06-01", "2026-06-30").await, 2);
        assert_eq!(versions.number_for("2026-07-01", "2026-07-31").await, 2);
        app.pass(TimeDelta::days(104));
        assert_eq!(versions.today().await, 1, "on 14 June");
        app.pass(TimeDelta::days(1));
        assert_eq!(versions.today().await, 2, "on 15 June");
    }

    async fn a_version_can_be_valid_from_a_day_before_it_was_agreed(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({ "validFrom": "2025-11-01" })).await;
        let (january, _) = versions.open("2026-01-01", "2026-01-31").await;
        let (february, _) = versions.open("2026-02-01", "2026-02-28").await;
        versions.add(json!({ "validFrom": "2026-02-01" })).await;
        assert_eq!(versions.spans().await, [[json!("2025-11-01"), json!("2026-01-31")], [json!("2026-02-01"), Value::Null]]);
        let rows = json!([{ "periodStart": "2026-01-01", "numerator": 1, "denominator": 2 }]);
        world.cdmo.mutate("recordObservations", "recorded", json!({ "kpiDatasetId": january, "observations": rows })).await;
        assert_eq!(versions.recording_refused(&february, "2026-02-01").await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        // Another version changes nothing about the one that came next.
        versions.add(json!({ "validFrom": "2026-06-01" })).await;
        let refusal = versions.recording_refused(&february, "2026-02-01").await;
        assert!(refusal.message.contains("valid from 2026-02-01"), "{}", refusal.message);
        assert_eq!(versions.number_for("2026-03-01", "2026-03-31").await, 2);
        assert_eq!(versions.number_for("2025-12-01", "2025-12-31").await, 1);
        // The parties signed from when on they measure, and it is not before.
        let refusal = versions.opening_refused("2025-09-01", "2025-09-30").await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("from 2025-11-01 on"), "{}", refusal.message);
    }

    async fn a_first_version_without_a_day_measures_what_was_before_it(app: App) {
        let world = World::new(&app).await;
        let versions = Versions::new(&world, json!({})).await;
        assert_eq!(versions.number_for("2025-09-01", "2025-09-30").await, 1);
    }

    async fn nothing_is_measured_before_the_first_version_is_valid(app: App) {
        let world = World::new(&app).await;
        let versions = Versions::new(&world, json!({ "validFrom": "2026-03-04" })).await;
        assert_eq!(versions.opening_refused("2026-02-01", "2026-02-28").await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert_eq!(versions.number_for("2026-03-01", "2026-03-31").await, 1);
        let query = "query($id: ID!) { kpi(id: $id) { definition { number } } }";
        let of_today = world.cdmo.ok(query, json!({ "id": versions.kpi })).await;
        assert!(of_today["kpi"]["definition"].is_null(), "on 2 March");
        app.pass(TimeDelta::days(2));
        assert_eq!(versions.today().await, 1, "on 4 March");
    }

    async fn a_dataset_is_measured_by_one_version(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        versions.add(json!({ "validFrom": "2026-06-01" })).await;
        let refusal = versions.opening_refused("2026-05-01", "2026-06-30").await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("from 2026-06-01 on"), "{}", refusal.message);
        assert_eq!(versions.number_for("2026-04-01", "2026-05-31").await, 1);
        assert_eq!(versions.number_for("2026-06-01", "2026-07-31").await, 2);
    }

    async fn other_periods_begin_where_those_before_end(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        let within = world.definition("OTD", json!({ "frequency": "QUARTER", "validFrom": "2026-05-01" }));
        let refusal = world.sponsor.mutation_refused("proposeKpiDefinition", within).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.validFrom")));
        assert!(refusal.message.ends_with("is 2026-07-01"), "{}", refusal.message);
        // Without a day it is the next one on which both begin; on which the parties agree is 2 March.
        versions.add(json!({ "frequency": "QUARTER" })).await;
        assert_eq!(versions.spans().await, [[json!("2026-03-02"), json!("2026-03-31")], [json!("2026-04-01"), Value::Null]]);
        assert_eq!(versions.number_for("2026-03-01", "2026-03-31").await, 1);
        assert_eq!(versions.number_for("2026-04-01", "2026-06-30").await, 2);
    }

    async fn what_to_think_of_is_told_with_the_agreement(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        let advice_on = async |code: &str, changes: Value| {
            let proposed = propose(&world.sponsor, world.definition(code, changes)).await;
            let agreement = agreement(&proposed);
            let half = world.sponsor.mutate("agreeKpiDefinition", "advice", agreement.clone()).await;
            assert_eq!(half["advice"], json!([]), "before both have agreed");
            world.cdmo.mutate("agreeKpiDefinition", "advice", agreement).await["advice"].clone()
        };
        // A first version takes the place of none.
        assert_eq!(advice_on("RFT", json!({ "validFrom": "2025-01-01" })).await, json!([]));
        let advice = async |changes: Value| advice_on("OTD", changes).await;
        assert_eq!(advice(json!({ "target": 99.0 })).await, json!([]));
        app.pass(TimeDelta::days(10));
        let backdated = advice(json!({ "target": 98.0, "validFrom": "2026-03-05" })).await;
        assert_eq!(backdated, json!(["this version is valid from 2026-03-05, which is past: it measures what ended since then and is not shared yet"]));
        // A month ends in the week of 30 March: 6 April is the first Monday after it.
        let cut = advice(json!({ "frequency": "WEEK" })).await;
        assert_eq!(cut, json!(["no version measures 2026-04-01 to 2026-04-05: the periods of this one do not begin where those of the one before end"]));
        versions.add(json!({ "frequency": "WEEK", "target": 97.0 })).await;
        assert_eq!(versions.number_for("2026-04-06", "2026-04-12").await, 5);
    }

    async fn what_began_before_the_second_signature_is_not_displaced(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        versions.add(json!({ "validFrom": "2026-04-01" })).await;
        let third = propose(&world.sponsor, world.definition("OTD", json!({ "validFrom": "2026-03-15" }))).await;
        world.sponsor.mutate("agreeKpiDefinition", "kpiDefinitionId", agreement(&third)).await;
        app.pass(TimeDelta::days(30));
        let refusal = world.cdmo.mutation_refused("agreeKpiDefinition", agreement(&third)).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("before 2026-04-01"), "{}", refusal.message);
        assert_eq!(versions.today().await, 2);
    }

    async fn versions_follow_one_another(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        let earlier = world.definition("OTD", json!({ "validFrom": "2026-03-01" }));
        let refusal = world.sponsor.mutation_refused("proposeKpiDefinition", earlier).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.validFrom")));
        assert!(refusal.message.contains("before 2026-03-02"), "{}", refusal.message);
        // What is to be valid one day locks nothing: a later agreement can begin before it, and takes its place.
        versions.add(json!({ "validFrom": "2126-06-01" })).await;
        versions.add(json!({ "validFrom": "2026-06-01" })).await;
        let (may, _) = versions.open("2026-05-01", "2026-05-31").await;
        versions.add(json!({ "validFrom": "2026-05-01" })).await;
        assert_eq!(versions.spans().await, [
            [json!("2026-03-02"), json!("2026-04-30")],
            [Value::Null, Value::Null],
            [Value::Null, Value::Null],
            [json!("2026-05-01"), Value::Null],
        ]);
        assert_eq!(versions.number_for("2026-04-01", "2026-04-30").await, 1);
        let refusal = versions.recording_refused(&may, "2026-05-01").await;
        assert!(refusal.message.contains("valid from 2026-05-01"), "{}", refusal.message);
        assert_eq!(versions.number_for("2026-06-01", "2026-06-30").await, 4);
    }

    async fn the_version_that_is_valid_names_the_collector_and_the_periods(app: App) {
        let world = World::new(&app).await;
        let mut versions = Versions::new(&world, json!({})).await;
        versions.add(json!({ "validFrom": "2026-07-01", "collectingParty": "SPONSOR", "frequency": "QUARTER" })).await;
        let refusal = world.sponsor.mutation_refused("openKpiDataset", versions.period("2026-06-01", "2026-06-30")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let refusal = world.cdmo.mutation_refused("openKpiDataset", versions.period("2026-07-01", "2026-09-30")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let refusal = world.sponsor.mutation_refused("openKpiDataset", versions.period("2026-07-01", "2026-07-31")).await;
        assert_eq!(refusal.field.as_deref(), Some("input.periodStart"));
        assert_eq!(versions.number_for("2026-06-01", "2026-06-30").await, 1);
        world.sponsor.mutate("openKpiDataset", "kpiDatasetId", versions.period("2026-07-01", "2026-09-30")).await;
    }

    async fn a_new_version_changes_no_old_dataset(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let put = |seed: Seed| seed.with("2026-01-01", Seen::Share(9.0, 10.0)).with("2026-02-01", Seen::Share(7.0, 8.0));
        let dataset = put(Seed::shared("2026-01-01", "2026-02-28")).released().put(&world, &kpi).await;
        let query = "query($id: ID!) { kpiDataset(id: $id) {
            definition { number unit scale digest } version stage
            revision { digest observationCount } observations { nodes { periodStart numerator denominator value } }
        } }";
        let before = world.cdmo.ok(query, json!({ "id": dataset })).await;
        assert_eq!(before["kpiDataset"]["definition"]["number"], 1);
        let changes = json!({ "validFrom": "2026-04-01", "unit": "share", "scale": 1.0, "frequency": "QUARTER", "bySite": true });
        let second = propose(&world.sponsor, world.definition("OTD", changes)).await;
        agree(&world, &second).await;
        assert_eq!(world.cdmo.ok(query, json!({ "id": dataset })).await, before);
        // What is wrong in it is corrected by the version that it names.
        let correction = json!({
            "kpiDatasetId": dataset, "expectedVersion": before["kpiDataset"]["version"], "reason": "one came late",
            "observations": [{ "periodStart": "2026-01-01", "numerator": 8, "denominator": 10 }],
        });
        world.cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        let after = world.cdmo.ok(query, json!({ "id": dataset })).await;
        assert_eq!(after["kpiDataset"]["observations"]["nodes"][0]["value"], 80.0);
        assert_eq!(after["kpiDataset"]["definition"], before["kpiDataset"]["definition"]);
    }
}
