//! The fields of a definition that have rules of their own: reason codes, thresholds, counting rules, calendars.

use serde_json::{Value, json};

use super::{agree, assert_refused, propose, read, refused_fields};
use crate::harness::{World, on_both_databases};

fn reason(code: &str, changes: Value) -> Value {
    let mut reason =
        json!({ "code": code, "name": "A reason", "family": "CARRIER", "allowsRevision": false, "retired": false });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    reason.as_object_mut().expect("an object").extend(changes);
    reason
}

/// So many codes that are not retired, and so many that are.
fn numbered(current: usize, retired: usize) -> Vec<Value> {
    let code = |number: usize| reason(&format!("R{number}"), json!({ "retired": number >= current }));
    (0..current + retired).map(code).collect()
}

fn reasons(reasons: &[Value]) -> Value {
    json!({ "reasonCodes": reasons })
}

fn on_time(earliest: Option<i32>, latest: i32) -> Value {
    json!({ "countingRule": { "onTime": { "due": "AGREED", "earliestDays": earliest, "latestDays": latest, "inFull": false } } })
}

fn counted(rule: &Value, changes: Value) -> Value {
    let mut all = json!({ "countingRule": rule });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    all.as_object_mut().expect("an object").extend(changes);
    all
}

on_both_databases! {
    async fn reason_codes_never_vanish(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let (rain, truck) = (reason("rain", json!({ "family": "NOBODY" })), reason("TRUCK", json!({})));
        let first = propose(&world.sponsor, world.definition("OTD", reasons(&[rain.clone(), truck.clone()]))).await;
        // What was only proposed may go again.
        let fewer = propose(&world.cdmo, world.definition("OTD", reasons(std::slice::from_ref(&rain)))).await;
        assert_ne!(fewer["id"], first["id"]);
        let both = propose(&world.sponsor, world.definition("OTD", reasons(&[rain.clone(), truck.clone()]))).await;
        agree(&world, &both).await;
        for gone in [reasons(std::slice::from_ref(&rain)), json!({})] {
            let refused = refused_fields(&world.sponsor, world.definition("OTD", gone)).await;
            let of_truck = refused.iter().filter(|(field, message)| field == "reasonCodes" && message.contains("lacks TRUCK"));
            assert_eq!(of_truck.count(), 1, "{refused:?}");
        }
        let retired = reason("TRUCK", json!({ "retired": true, "mergedInto": "ROAD" }));
        let merged = propose(&world.cdmo, world.definition("OTD", reasons(&[rain, retired, reason("ROAD", json!({ "allowsRevision": true }))]))).await;
        let seen = read(&world.sponsor, &agree(&world, &merged).await, "reasonCodes { code family allowsRevision retired mergedInto }").await;
        assert_eq!(seen["reasonCodes"], json!([
            { "code": "RAIN", "family": "NOBODY", "allowsRevision": false, "retired": false, "mergedInto": null },
            { "code": "TRUCK", "family": "CARRIER", "allowsRevision": false, "retired": true, "mergedInto": "ROAD" },
            { "code": "ROAD", "family": "CARRIER", "allowsRevision": true, "retired": false, "mergedInto": null },
        ]));
    }

    async fn reason_codes_fit_together(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let retired_into = |into: &str| json!({ "retired": true, "mergedInto": into });
        for (codes, field, words) in [
            (vec![reason("RAIN", json!({})), reason("rain", json!({}))], "[1].code", "there twice"),
            (vec![reason("4 WHEELS", json!({}))], "[0].code", "beginning with a letter"),
            (vec![reason("RAIN", json!({ "name": "" }))], "[0].name", "empty"),
            (vec![reason("RAIN", json!({ "mergedInto": "STORM" })), reason("STORM", json!({}))], "[0].retired", "must be true"),
            (vec![reason("RAIN", retired_into("STORM"))], "[0].mergedInto", "must be a code of this list"),
            (vec![reason("RAIN", retired_into("RAIN"))], "[0].mergedInto", "not retired"),
            (vec![reason("RAIN", retired_into("STORM")), reason("STORM", json!({ "retired": true }))], "[0].mergedInto", "not retired"),
            (numbered(201, 0), "", "has 201 codes that are not retired; at most 200"),
            (numbered(200, 801), "", "at most 1000"),
        ] {
            assert_refused(&world, reasons(&codes), &format!("reasonCodes{field}"), words).await;
        }
        // Those that are retired leave room for others.
        propose(&world.sponsor, world.definition("OTD", reasons(&numbered(200, 800)))).await;
    }

    async fn thresholds_are_in_the_order_of_the_direction(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let thresholds = |direction: &str, attention: f64, critical: f64| {
            json!({ "direction": direction, "attentionThreshold": attention, "criticalThreshold": critical })
        };
        for (changes, words) in [
            (thresholds("UP", 90.0, 93.0), "must not be above attentionThreshold"),
            (thresholds("DOWN", 5.0, 3.0), "must not be below attentionThreshold"),
            (thresholds("NEAR_TARGET", 5.0, 3.0), "must not be nearer to the target"),
        ] {
            assert_refused(&world, changes, "criticalThreshold", words).await;
        }
        assert_refused(&world, thresholds("NEAR_TARGET", -5.0, 3.0), "attentionThreshold", "it is a distance").await;
        for (code, changes) in [("A", thresholds("UP", 93.0, 90.0)), ("B", thresholds("DOWN", 3.0, 3.0)), ("C", thresholds("NEAR_TARGET", 3.0, 5.0))] {
            propose(&world.sponsor, world.definition(code, changes)).await;
        }
    }

    async fn a_counting_rule_is_sound(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (changes, field, words) in [
            (on_time(Some(-1), 7), "onTime.earliestDays", "0 to 366 days"),
            (on_time(Some(367), 7), "onTime.earliestDays", "0 to 366 days"),
            (on_time(None, -1), "onTime.latestDays", "0 to 366 days"),
            (on_time(None, 367), "onTime.latestDays", "0 to 366 days"),
            (counted(&json!({ "share": { "outcomes": [], "periodBy": "ACTUAL" } }), json!({})), "share.outcomes", "one outcome at least"),
            (counted(&json!({ "share": { "outcomes": ["1ST"], "periodBy": "ACTUAL" } }), json!({})), "share.outcomes[0]", "beginning with a letter"),
            (
                counted(&json!({ "share": { "outcomes": ["PASSED"], "among": ["FAILED"], "periodBy": "ACTUAL" } }), json!({})),
                "share.among", "the outcomes of the numerator",
            ),
            (
                counted(&json!({ "rate": { "events": ["COMPLAINT"], "opportunities": ["SHIPMENT", "complaint"], "periodBy": "ACTUAL" } }), json!({})),
                "rate.opportunities", "an event, too",
            ),
            (
                counted(&json!({ "count": { "among": vec!["PASSED"; 51], "periodBy": "ACTUAL" } }), json!({ "aggregation": "SUM" })),
                "count.among", "at most 50",
            ),
        ] {
            assert_refused(&world, changes, &format!("countingRule.{field}"), words).await;
        }
        let two = counted(&json!({ "count": { "periodBy": "ACTUAL" }, "share": { "outcomes": ["A"], "periodBy": "ACTUAL" } }), json!({}));
        let refusal = world.sponsor.mutation_refused("proposeKpiDefinition", world.definition("OTD", two)).await;
        assert_eq!(refusal.code, "BAD_USER_INPUT", "by exactly one rule");
    }

    async fn days_are_counted_from_a_date_to_a_later_one(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        // In the order in which they come.
        let dates = ["OPENED", "AGREED", "REVISED", "ACTUAL"];
        for (from_place, from) in dates.iter().enumerate() {
            for (to_place, to) in dates.iter().enumerate() {
                let rule = counted(&json!({ "duration": { "from": from, "to": to, "days": "CALENDAR", "total": "MEAN" } }), json!({}));
                if from_place < to_place {
                    propose(&world.sponsor, world.definition("OTD", rule)).await;
                } else {
                    assert_refused(&world, rule, "countingRule.duration.to", "in the order of OPENED, AGREED, REVISED, ACTUAL").await;
                }
            }
        }
    }

    async fn a_counting_rule_makes_what_the_definition_aggregates(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let count = json!({ "count": { "periodBy": "OPENED" } });
        let days = json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": "WORKING", "total": "SUM" } });
        let in_time = on_time(None, 0)["countingRule"].clone();
        for (rule, changes, field, words) in [
            (&in_time, json!({ "aggregation": "SUM" }), "aggregation", "must be RATIO_OF_SUMS"),
            (&in_time, json!({ "aggregation": "MEAN" }), "aggregation", "must be RATIO_OF_SUMS"),
            (&count, json!({}), "aggregation", "must be SUM"),
            (&days, json!({}), "aggregation", "must be SUM"),
            (&in_time, json!({ "dataKind": "MEASUREMENT" }), "dataKind", "must be SHARE"),
            (&count, json!({ "aggregation": "SUM", "dataKind": "SHARE" }), "dataKind", "must be COUNT"),
        ] {
            assert_refused(&world, counted(rule, changes), field, words).await;
        }
        let over_time = json!({ "aggregation": "SUM", "aggregationOverTime": "RATIO_OF_SUMS" });
        assert_refused(&world, over_time, "aggregationOverTime", "no numerators and denominators").await;
        for (code, rule, aggregation, kind) in [("A", &in_time, "RATIO_OF_SUMS", "SHARE"), ("B", &count, "SUM", "COUNT"), ("C", &days, "SUM", "MEASUREMENT")] {
            let input = world.definition(code, counted(rule, json!({ "aggregation": aggregation })));
            let proposed = propose(&world.sponsor, input).await;
            assert_eq!(read(&world.cdmo, &proposed, "dataKind aggregationOverTime").await, json!({ "dataKind": kind, "aggregationOverTime": aggregation }));
        }
    }

    async fn periods_are_those_of_the_agreed_calendar(app: App) {
        let world = World::new(&app).await;
        let year_from = |calendar: Value, month: Value| json!({ "frequency": "QUARTER", "calendar": calendar, "yearStartMonth": month });
        world.sign_charter().await;
        for month in [Value::Null, json!(0), json!(13)] {
            assert_refused(&world, year_from(json!("CDMO_FISCAL"), month), "yearStartMonth", "1 to 12").await;
        }
        for calendar in [Value::Null, json!("GREGORIAN")] {
            assert_refused(&world, year_from(calendar, json!(4)), "yearStartMonth", "must be left out").await;
        }
        let kpi = world.agree_definition(world.definition("OTD", year_from(json!("CDMO_FISCAL"), json!(2)))).await;
        let seen = read(&world.sponsor, &json!({ "id": kpi.definition }), "calendar yearStartMonth").await;
        assert_eq!(seen, json!({ "calendar": "CDMO_FISCAL", "yearStartMonth": 2 }));
        let period = |from: &str, to: &str| json!({ "kpiId": kpi.id, "periodStart": from, "periodEnd": to });
        let refusal = world.cdmo.mutation_refused("openKpiDataset", period("2025-10-01", "2025-12-31")).await;
        assert_eq!(
            refusal.message,
            "input.periodStart: 2025-10-01 to 2025-12-31 is not made of whole periods; each is a quarter of a fiscal year, from the first of \
             February, May, August or November: 2025-08-01 to 2026-01-31 would be"
        );
        let opened = world.cdmo.mutate("openKpiDataset", "kpiDatasetId", period("2025-08-01", "2026-01-31")).await;
        let record = |start: &str| {
            json!({ "kpiDatasetId": opened["kpiDatasetId"], "observations": [{ "periodStart": start, "numerator": 1, "denominator": 2 }] })
        };
        let refusal = world.cdmo.mutation_refused("recordObservations", record("2025-10-01")).await;
        assert!(refusal.message.contains("the one it is in begins on 2025-08-01"), "{}", refusal.message);
        world.cdmo.mutate("recordObservations", "recorded", record("2025-11-01")).await;
        let share = json!({ "kpiDatasetId": opened["kpiDatasetId"], "expectedVersion": 2 });
        let periods = "kpiDataset { kpi { series { nodes { periodStart periodEnd value } } } observations { nodes { periodStart periodEnd } } }";
        let shared = world.cdmo.mutate("shareKpiDataset", periods, share).await["kpiDataset"].clone();
        assert_eq!(shared["kpi"]["series"]["nodes"], json!([
            { "periodStart": "2025-08-01", "periodEnd": "2025-10-31", "value": null },
            { "periodStart": "2025-11-01", "periodEnd": "2026-01-31", "value": 50.0 },
        ]));
        assert_eq!(shared["observations"]["nodes"], json!([{ "periodStart": "2025-11-01", "periodEnd": "2026-01-31" }]));
    }
}
