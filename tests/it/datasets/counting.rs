//! What each kind of rule counts is the records behind it, a record is counted once, and a correction is of what it says.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::records::send;
use super::{Scene, version_of};
use crate::harness::{Caller, on_both_databases, text};

/// What a rule counts of some records of January.
struct Case {
    definition: Value,
    records: Value,
    /// The numerator and the denominator.
    sums: (Value, Value),
}

fn cases() -> Vec<Case> {
    let lot = |id: &str, outcome: &str| json!({ "recordId": id, "actualOn": "2026-01-10", "outcome": outcome });
    let of = |id: &str, outcome: &str, quantity: f64| json!({ "recordId": id, "actualOn": "2026-01-10", "outcome": outcome, "actualQuantity": quantity });
    let line = |id: &str, agreed: f64, actual: Value| json!({ "recordId": id, "agreedOn": "2026-01-10", "agreedQuantity": agreed, "actualQuantity": actual });
    let took = |id: &str, opened: &str| json!({ "recordId": id, "openedOn": opened, "actualOn": "2026-01-20" });
    let sum = |rule: Value| json!({ "countingRule": rule, "aggregation": "SUM", "unit": "lots", "scale": 1, "denominator": null });
    vec![
        Case {
            definition: json!({ "countingRule": { "share": { "outcomes": ["ACCEPTED"], "among": ["ACCEPTED", "REJECTED"], "periodBy": "ACTUAL" } } }),
            records: json!([lot("1", "ACCEPTED"), lot("2", "REJECTED"), lot("3", "ACCEPTED"), lot("4", "ABORTED")]),
            sums: (json!(2.0), json!(3.0)),
        },
        Case {
            definition: sum(json!({ "count": { "among": ["PENDING"], "periodBy": "ACTUAL" } })),
            records: json!([lot("1", "PENDING"), lot("2", "DONE"), lot("3", "PENDING")]),
            sums: (json!(2.0), Value::Null),
        },
        Case {
            definition: json!({ "countingRule": { "rate": { "events": ["COMPLAINT"], "opportunities": ["SHIPMENT"], "periodBy": "ACTUAL" } } }),
            records: json!([
                lot("1", "COMPLAINT"),
                lot("2", "COMPLAINT"),
                of("3", "SHIPMENT", 300.0),
                of("4", "SHIPMENT", 100.0)
            ]),
            sums: (json!(2.0), json!(400.0)),
        },
        Case {
            definition: json!({ "countingRule": { "quantity": { "measure": "ATTAINMENT", "periodBy": "AGREED" } } }),
            records: json!([line("1", 100.0, json!(90.0)), line("2", 50.0, json!(60.0)), line("3", 10.0, Value::Null)]),
            sums: (json!(150.0), json!(150.0)),
        },
        Case {
            definition: json!({ "countingRule": { "duration": { "from": "OPENED", "to": "ACTUAL", "days": "CALENDAR", "total": "MEAN" } } }),
            records: json!([took("1", "2026-01-10"), took("2", "2026-01-15")]),
            sums: (json!(15.0), json!(2.0)),
        },
        Case {
            definition: sum(
                json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": "CALENDAR", "total": "SUM" } }),
            ),
            records: json!([took("1", "2026-01-10"), took("2", "2026-01-15")]),
            sums: (json!(15.0), Value::Null),
        },
    ]
}

/// What the records behind a part of January's observation add to it together; null where none is behind it.
fn sum_of(observation: &Value, part: &str) -> Value {
    let behind = observation[part]["nodes"].as_array().expect("a list");
    let added: Vec<f64> = behind.iter().map(|record| record[part].as_f64().expect("a number")).collect();
    if added.is_empty() { Value::Null } else { json!(added.iter().sum::<f64>()) }
}

async fn january(caller: &Caller, dataset: &str) -> Value {
    let query = "query($id: ID!) { kpiDataset(id: $id) { observations(first: 1) { nodes {
        of: numerator below: denominator
        numerator: records(part: NUMERATOR, first: 100) { nodes { numerator } }
        denominator: records(part: DENOMINATOR, first: 100) { nodes { denominator } }
    } } } }";
    caller.ok(query, json!({ "id": dataset })).await["kpiDataset"]["observations"]["nodes"][0].take()
}

async fn open(caller: &Caller, kpi: &str, from: &str, to: &str) -> String {
    let input = json!({ "kpiId": kpi, "periodStart": from, "periodEnd": to });
    text(&caller.mutate("openKpiDataset", "kpiDatasetId", input).await["kpiDatasetId"])
}

async fn share_input(caller: &Caller, dataset: &str) -> Value {
    json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(caller, dataset).await })
}

fn delivered(id: &str, on: &str) -> Value {
    json!({ "recordId": id, "agreedOn": on, "actualOn": on })
}

fn on_the_day() -> Value {
    json!({ "onTime": { "due": "AGREED", "earliestDays": 0, "latestDays": 0, "inFull": false } })
}

async fn set_sites(scene: &Scene, sites: Value) {
    let query = "query($id: ID!) { relationship(id: $id) { version } }";
    let id = json!({ "id": scene.world.relationship });
    let version = scene.world.cdmo.ok(query, id).await["relationship"]["version"].clone();
    let input = json!({ "relationshipId": scene.world.relationship, "expectedVersion": version, "siteIds": sites });
    scene.world.cdmo.mutate("setRelationshipSites", "relationship { id }", input).await;
}

on_both_databases! {
    async fn each_rule_counts_the_records_behind_its_sums(app: App) {
        let scene = Scene::new(&app).await;
        let cdmo = &scene.world.cdmo;
        for (number, Case { definition, records, sums }) in cases().into_iter().enumerate() {
            let kpi = scene.world.agree_definition(scene.world.definition(&format!("K{number}"), definition.clone())).await;
            let dataset = open(cdmo, &kpi.id, "2026-01-01", "2026-01-31").await;
            send(cdmo, &dataset, records).await;
            let seen = january(cdmo, &dataset).await;
            assert_eq!((&seen["of"], &seen["below"]), (&sums.0, &sums.1), "{definition}");
            assert_eq!((sum_of(&seen, "numerator"), sum_of(&seen, "denominator")), sums, "{definition}");
        }
    }

    async fn a_record_of_both_parties_drafts_is_shared_once(app: App) {
        let scene = Scene::with(&app, json!({ "validFrom": "2025-01-01", "countingRule": on_the_day() })).await;
        let (cdmo, sponsor) = (&scene.world.cdmo, &scene.world.sponsor);
        let january = open(cdmo, &scene.kpi, "2026-01-01", "2026-01-31").await;
        send(cdmo, &january, json!([delivered("X", "2026-01-10"), delivered("Y", "2026-01-11")])).await;
        let other_collector = json!({ "validFrom": "2026-02-01", "collectingParty": "SPONSOR", "countingRule": on_the_day() });
        scene.world.agree_definition(scene.world.definition("OTD", other_collector)).await;
        // The sponsor is not told what is in a draft of the CDMO (T4).
        let february = open(sponsor, &scene.kpi, "2026-02-01", "2026-02-28").await;
        send(sponsor, &february, json!([delivered("X", "2026-02-10"), delivered("Z", "2026-02-11")])).await;
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", share_input(cdmo, &january).await).await;
        let refusal = sponsor.mutation_refused("shareKpiDataset", share_input(sponsor, &february).await).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T5"));
        assert!(refusal.message.starts_with("1 records, X among them, stand in shared datasets"), "{}", refusal.message);
        let without = json!({ "kpiDatasetId": february, "records": [], "remove": ["X"] });
        sponsor.mutate("recordSourceRecords", "removed", without).await;
        sponsor.mutate("shareKpiDataset", "kpiDatasetId", share_input(sponsor, &february).await).await;
    }

    async fn no_more_observations_are_counted_than_a_dataset_holds(app: App) {
        let scene = Scene::with(&app, json!({ "frequency": "DAY", "bySite": true, "countingRule": on_the_day() })).await;
        set_sites(&scene, json!([])).await;
        // 15,000 days at the one site in play.
        let dataset = open(&scene.world.cdmo, &scene.kpi, "1980-01-01", "2021-01-24").await;
        set_sites(&scene, json!([scene.world.cdmo_site])).await;
        let input = json!({ "kpiDatasetId": dataset, "records": [] });
        let refusal = scene.world.cdmo.mutation_refused("recordSourceRecords", input).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.kpiDatasetId")));
        assert!(refusal.message.contains("15000 periods at 2 sites"), "{}", refusal.message);
        assert_eq!(app.count("SELECT COUNT(*) FROM observation").await, 0);
    }

    async fn what_is_of_a_site_that_left_is_corrected(app: App) {
        let scene = Scene::with(&app, json!({ "bySite": true, "countingRule": on_the_day() })).await;
        let (cdmo, site) = (&scene.world.cdmo, &scene.world.cdmo_site);
        let dataset = scene.draft().await;
        let record = |on: &str| json!({ "recordId": "X", "agreedOn": "2026-01-10", "actualOn": on, "siteId": site });
        send(cdmo, &dataset, json!([record("2026-01-10")])).await;
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", share_input(cdmo, &dataset).await).await;
        set_sites(&scene, json!([])).await;
        let mut correction = share_input(cdmo, &dataset).await;
        (correction["reason"], correction["records"]) = (json!("It came late."), json!([record("2026-01-12")]));
        let corrected = cdmo.mutate("correctKpiDataset", "kpiDataset { revisionNumber }", correction).await;
        assert_eq!(corrected["kpiDataset"]["revisionNumber"], 2);
    }

    async fn a_correction_leaves_the_working_days_of_other_records(app: App) {
        let rule = json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": "WORKING", "total": "MEAN" } });
        let definition = json!({ "unit": "working days", "scale": 1, "countingRule": rule });
        let scene = Scene::with(&app, definition).await;
        let (cdmo, site, dataset) = (&scene.world.cdmo, &scene.world.cdmo_site, scene.draft().await);
        let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
        let hours = weekdays.map(|weekday| json!({ "weekday": weekday, "opens": "08:00", "closes": "17:00" }));
        let set_holidays = async |version: i32, holidays: Value| {
            let update = json!({ "siteId": site, "expectedVersion": version, "workingHours": hours, "holidays": holidays });
            cdmo.mutate("updateSite", "site { id }", update).await;
        };
        set_holidays(1, json!([])).await;
        let batch = |id: &str, until: &str| json!({ "recordId": id, "openedOn": "2026-01-05", "actualOn": until, "siteId": site });
        send(cdmo, &dataset, json!([batch("A", "2026-01-09"), batch("B", "2026-01-09")])).await;
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", share_input(cdmo, &dataset).await).await;
        set_holidays(2, json!([{ "date": "2026-01-06", "name": "Epiphany" }])).await;
        app.pass(TimeDelta::days(1));
        let mut correction = share_input(cdmo, &dataset).await;
        (correction["reason"], correction["records"]) = (json!("B took longer."), json!([batch("B", "2026-01-12")]));
        cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        let query = "query($id: ID!) { kpiDataset(id: $id) { records(first: 2) { nodes { recordId numerator } } } }";
        let seen = cdmo.ok(query, json!({ "id": dataset })).await["kpiDataset"]["records"]["nodes"].take();
        assert_eq!(seen, json!([{ "recordId": "A", "numerator": 4.0 }, { "recordId": "B", "numerator": 4.0 }]));
    }
}
