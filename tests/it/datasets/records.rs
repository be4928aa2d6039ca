//! Source records: what is counted from them, how each is judged, and who reads that.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Scene, align, cdmo_leadership, release, robot, sponsor_leadership, version_of};
use crate::harness::{App, Caller, on_both_databases};

/// On time from 14 days before to 7 days after the revised date.
pub fn windowed() -> Value {
    json!({
        "countingRule": { "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": false } },
        "reasonCodes": [
            { "code": "STORM", "name": "Storms", "family": "NOBODY", "allowsRevision": true, "retired": false },
            { "code": "RAIN", "name": "Rain", "family": "NOBODY", "allowsRevision": true, "retired": true, "mergedInto": "STORM" },
            { "code": "OLD", "name": "Once", "family": "BUYER", "allowsRevision": true, "retired": true },
            { "code": "LATE-ORDER", "name": "Ordered late", "family": "BUYER", "allowsRevision": false, "retired": false },
        ],
    })
}

async fn scene(app: &App) -> Scene {
    Scene::with(app, windowed()).await
}

/// Deliveries of January and February, and one that is still to come on the day on which tests begin, 2026-03-02.
fn deliveries() -> Value {
    json!([
        { "recordId": "A-1", "agreedOn": "2026-01-05", "actualOn": "2026-01-05", "item": "ACM-101" },
        { "recordId": "A-2", "agreedOn": "2026-01-12", "actualOn": "2026-01-30", "reasonCode": "late-order" },
        { "recordId": "A-3", "agreedOn": "2026-01-19" },
        { "recordId": "A-4", "agreedOn": "2026-01-20", "actualOn": "2026-01-20", "excludedReason": "a sample shipment" },
        { "recordId": "B-1", "agreedOn": "2026-01-25", "revisedOn": "2026-02-10", "revisionReason": "STORM",
          "revisionConsent": "A. Rossi, mail of 2026-01-20", "actualOn": "2026-02-13", "recordedOn": "2026-02-12" },
        { "recordId": "C-1", "agreedOn": "2026-03-10" },
    ])
}

pub async fn send(caller: &Caller, dataset: &str, records: Value) -> Value {
    let selection = "recorded unchanged removed contradictory dataAsOf
        recordCounts { total met missed counted pending excluded notCounted }";
    caller.mutate("recordSourceRecords", selection, json!({ "kpiDatasetId": dataset, "records": records })).await
}

/// What a caller reads of a dataset's observations, and of the records behind each.
async fn counted(caller: &Caller, dataset: &str) -> Vec<Value> {
    let parts = ["NUMERATOR", "DENOMINATOR", "MISSED", "PENDING", "EXCLUDED", "NOT_COUNTED"];
    let parts = parts.map(|part| format!("in_{}: records(part: {part}) {{ totalCount }}", part.to_lowercase()));
    let query = format!(
        "query($id: ID!) {{ kpiDataset(id: $id) {{ observations {{ nodes {{
            periodStart numerator denominator value status siteId
            recordCounts {{ total met missed counted pending excluded notCounted }} records {{ totalCount }} {}
        }} }} }} }}",
        parts.join(" ")
    );
    let seen = caller.ok(&query, json!({ "id": dataset })).await;
    seen["kpiDataset"]["observations"]["nodes"].as_array().cloned().unwrap_or_default()
}

/// One record as a caller reads it.
async fn record(caller: &Caller, dataset: &str, id: &str) -> Value {
    let query = "query($id: ID!) { kpiDataset(id: $id) { records(first: 100) { nodes {
        recordId verdict why contradictions numerator denominator periodStart revision
        reason { name family } revisionReason { family } definition { number }
    } } } }";
    let seen = caller.ok(query, json!({ "id": dataset })).await;
    let records = seen["kpiDataset"]["records"]["nodes"].as_array().cloned().unwrap_or_default();
    records.into_iter().find(|record| record["recordId"] == id).unwrap_or_default()
}

async fn share(scene: &Scene, dataset: &str) {
    let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(&scene.world.cdmo, dataset).await });
    scene.world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", input).await;
}

async fn released(scene: &Scene) -> String {
    let dataset = scene.draft().await;
    send(&scene.world.cdmo, &dataset, deliveries()).await;
    share(scene, &dataset).await;
    align(&scene.world.sponsor, &dataset).await;
    align(&scene.world.cdmo, &dataset).await;
    release(&scene.world.sponsor, &dataset).await;
    dataset
}

on_both_databases! {
    async fn numerator_and_denominator_are_the_records_behind_them(app: App) {
        let scene = scene(&app).await;
        let dataset = scene.draft().await;
        let payload = send(&scene.world.cdmo, &dataset, deliveries()).await;
        assert_eq!(payload, json!({
            "recorded": 6, "unchanged": 0, "removed": 0, "contradictory": 1, "dataAsOf": "2026-03-02",
            "recordCounts": { "total": 6, "met": 2, "missed": 2, "counted": 0, "pending": 1, "excluded": 1, "notCounted": 0 },
        }));
        share(&scene, &dataset).await;
        for caller in [&scene.world.cdmo, &scene.world.sponsor] {
            let observations = counted(caller, &dataset).await;
            let told: Vec<_> = observations.iter().map(|one| (&one["numerator"], &one["denominator"], &one["status"])).collect();
            assert_eq!(told, [
                (&json!(1.0), &json!(3.0), &json!("REPORTED")),
                (&json!(1.0), &json!(1.0), &json!("REPORTED")),
                (&json!(null), &json!(null), &json!("PENDING")),
            ]);
            for one in &observations {
                let (counts, total) = (&one["recordCounts"], |part: &str| one[part]["totalCount"].as_i64());
                for sum in ["numerator", "denominator"] {
                    // Nothing is behind a sum that is not there.
                    let told = one[sum].as_f64().unwrap_or_default().to_string();
                    assert_eq!(Some(told), total(&format!("in_{sum}")).map(|total| total.to_string()), "{sum} of {one}");
                }
                assert_eq!(counts["total"].as_i64(), total("records"));
                for part in ["missed", "pending", "excluded"] {
                    assert_eq!(counts[part].as_i64(), total(&format!("in_{part}")), "{part} of {one}");
                }
            }
        }
    }

    async fn each_record_tells_how_it_was_judged(app: App) {
        let scene = scene(&app).await;
        let dataset = scene.draft().await;
        send(&scene.world.cdmo, &dataset, deliveries()).await;
        let see = async |id| record(&scene.world.cdmo, &dataset, id).await;
        assert_eq!(see("B-1").await, json!({
            "recordId": "B-1", "verdict": "MET", "numerator": 1.0, "denominator": 1.0, "periodStart": "2026-02-01", "revision": 1,
            "why": "delivered on 2026-02-13, 3 days after the revised date 2026-02-10; the window is −14…+7 days",
            "contradictions": ["RECORDED_BEFORE_IT_HAPPENED"], "reason": null, "revisionReason": { "family": "NOBODY" },
            "definition": { "number": 1 },
        }));
        let late = see("A-2").await;
        assert_eq!((&late["verdict"], &late["numerator"]), (&json!("MISSED"), &json!(null)));
        assert_eq!(late["reason"], json!({ "name": "Ordered late", "family": "BUYER" }));
        assert_eq!(see("A-4").await["why"], "it is excluded: a sample shipment");
        assert_eq!(
            see("C-1").await["why"],
            "not delivered by 2026-03-02; due on the agreed date 2026-03-10; the window is −14…+7 days; the window is open until 2026-03-17"
        );
    }

    async fn the_same_again_changes_nothing_and_a_later_day_judges_anew(app: App) {
        let scene = scene(&app).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, deliveries()).await;
        let version = version_of(cdmo, &dataset).await;
        let again = send(cdmo, &dataset, deliveries()).await;
        assert_eq!((&again["recorded"], &again["unchanged"]), (&json!(0), &json!(6)));
        assert_eq!(version_of(cdmo, &dataset).await, version, "nothing was written");
        let twice = json!([{ "recordId": "C-1", "agreedOn": "2026-03-10" }, { "recordId": "C-1", "agreedOn": "2026-03-10" }]);
        assert_eq!(send(cdmo, &dataset, twice).await["unchanged"], 1, "one record, sent twice");
        app.pass(TimeDelta::days(16));
        let later = send(cdmo, &dataset, json!([])).await;
        assert_eq!((&later["recorded"], &later["recordCounts"]["pending"], &later["dataAsOf"]), (&json!(0), &json!(0), &json!("2026-03-18")));
        assert_eq!(record(cdmo, &dataset, "C-1").await["verdict"], "MISSED");
        let back = json!({ "kpiDatasetId": dataset, "dataAsOf": "2026-03-17", "expectedVersion": version_of(cdmo, &dataset).await });
        let back = cdmo.mutate("recordSourceRecords", "recordCounts { pending }", back).await;
        assert_eq!(back["recordCounts"]["pending"], 1);
        let without = json!({ "kpiDatasetId": dataset, "remove": ["C-1", "A-1", "never there"], "dataAsOf": "2026-03-17" });
        let without = cdmo.mutate("recordSourceRecords", "removed recordCounts { total }", without).await;
        assert_eq!(without, json!({ "removed": 2, "recordCounts": { "total": 4 } }));
        assert_eq!(counted(cdmo, &dataset).await[0]["numerator"], 0.0);
    }

    async fn records_are_written_on_what_was_read_and_by_what_stands(app: App) {
        let scene = scene(&app).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, deliveries()).await;
        let outdated = json!({ "kpiDatasetId": dataset, "expectedVersion": 1, "remove": ["A-1"] });
        let refusal = cdmo.mutation_refused("recordSourceRecords", outdated).await;
        assert_eq!((&*refusal.code, refusal.current_version), ("CONFLICT", Some(2)));
        // A later version measures the period now.
        let mut changes = windowed();
        changes["validFrom"] = json!("2026-03-15");
        changes["target"] = json!(96);
        scene.world.agree_definition(scene.world.definition("OTD", changes)).await;
        let more = json!({ "kpiDatasetId": dataset, "remove": ["A-1"] });
        assert_eq!(cdmo.mutation_refused("recordSourceRecords", more).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert_eq!(app.count("SELECT COUNT(*) FROM source_record").await, 6, "nothing was taken out");
    }

    async fn each_wrong_record_is_named_and_nothing_is_written(app: App) {
        let scene = scene(&app).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, deliveries()).await;
        let revised = |reason: Value, consent: Value| json!({
            "recordId": "X", "agreedOn": "2026-01-05", "revisedOn": "2026-01-09", "revisionReason": reason, "revisionConsent": consent,
        });
        for (record, field, words) in [
            (json!({ "recordId": "X", "actualOn": "2026-01-05" }), "agreedOn", "is missing: the counting rule places"),
            (json!({ "recordId": "X", "agreedOn": "2026-04-01" }), "agreedOn", "outside of the dataset's period"),
            (json!({ "recordId": "X", "agreedOn": "1899-12-31" }), "agreedOn", "outside the years"),
            (json!({ "recordId": " ", "agreedOn": "2026-01-05" }), "recordId", "must not be empty"),
            (json!({ "recordId": "X", "agreedOn": "2026-01-05", "reasonCode": "HAIL" }), "reasonCode", "is no reason code"),
            (json!({ "recordId": "X", "agreedOn": "2026-01-05", "reasonCode": "OLD" }), "reasonCode", "is retired"),
            (json!({ "recordId": "X", "agreedOn": "2026-01-05", "reasonCode": "RAIN" }), "reasonCode", "merged into STORM"),
            (json!({ "recordId": "X", "agreedOn": "2026-01-05", "siteId": scene.world.relationship }), "siteId", "site"),
            (json!({ "recordId": "X", "agreedOn": "2026-01-05", "outcome": "late, sorry" }), "outcome", "letters"),
            (json!({ "recordId": "B", "agreedOn": "2026-01-06" }), "recordId", "says something else"),
            (revised(json!("LATE-ORDER"), json!("mail")), "revisionReason", "does not allow"),
            (revised(json!("STORM"), json!(null)), "revisionConsent", "with consent"),
            (revised(json!(null), json!("mail")), "revisionReason", "the definition has STORM"),
        ] {
            let good = json!({ "recordId": "B", "agreedOn": "2026-01-05" });
            let input = json!({ "kpiDatasetId": dataset, "records": [good, record] });
            let refusal = cdmo.mutation_refused("recordSourceRecords", input).await;
            assert_eq!(refusal.code, "BAD_USER_INPUT", "{record}");
            assert_eq!(refusal.field.as_deref(), Some(&*format!("input.records[1].{field}")), "{record}");
            assert!(refusal.message.contains(words), "{record}: {}", refusal.message);
        }
        let beyond = json!({ "kpiDatasetId": dataset, "dataAsOf": "2026-03-04" });
        let refusal = cdmo.mutation_refused("recordSourceRecords", beyond).await;
        assert_eq!(refusal.field.as_deref(), Some("input.dataAsOf"));
        let many: Vec<Value> = (0..5_001).map(|number| json!({ "recordId": number.to_string(), "agreedOn": "2026-01-05" })).collect();
        let refusal = cdmo.mutation_refused("recordSourceRecords", json!({ "kpiDatasetId": dataset, "records": many })).await;
        assert_eq!(refusal.field.as_deref(), Some("input.records"));
        let both = json!({ "kpiDatasetId": dataset, "records": [{ "recordId": "A-1", "agreedOn": "2026-01-05" }], "remove": ["A-1"] });
        let refusal = cdmo.mutation_refused("recordSourceRecords", both).await;
        assert_eq!(refusal.field.as_deref(), Some("input.records[0].recordId"));
        assert_eq!(send(cdmo, &dataset, json!([])).await["recordCounts"]["total"], 6, "nothing was written");
    }

    async fn a_record_is_counted_once_in_a_kpi(app: App) {
        let scene = scene(&app).await;
        let (cdmo, first) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &first, deliveries()).await;
        let input = json!({ "kpiId": scene.kpi, "periodStart": "2025-10-01", "periodEnd": "2025-12-31" });
        let other = crate::harness::text(&cdmo.mutate("openKpiDataset", "kpiDatasetId", input).await["kpiDatasetId"]);
        let record = json!([{ "recordId": "A-1", "agreedOn": "2025-12-05" }]);
        for caller in [cdmo, &robot(&app)] {
            let refusal = caller.mutation_refused("recordSourceRecords", json!({ "kpiDatasetId": other, "records": record })).await;
            assert_eq!(refusal.field.as_deref(), Some("input.records[0].recordId"));
            assert!(refusal.message.contains("another dataset of this KPI"), "{}", refusal.message);
        }
        let discard = json!({ "kpiDatasetId": first, "expectedVersion": version_of(cdmo, &first).await });
        cdmo.mutate("discardKpiDataset", "kpiDatasetId", discard).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM source_record").await, 0);
        assert_eq!(send(cdmo, &other, record).await["recorded"], 1);
    }

    async fn a_rule_takes_records_and_no_rule_takes_observations(app: App) {
        let scene = scene(&app).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        let row = json!([{ "periodStart": "2026-01-01", "numerator": 1, "denominator": 1 }]);
        let ready = cdmo.mutation_refused("recordObservations", json!({ "kpiDatasetId": dataset, "observations": row })).await;
        assert_eq!(ready.by_rule(), ("FAILED_PRECONDITION", "T3"));
        send(cdmo, &dataset, deliveries()).await;
        share(&scene, &dataset).await;
        let correction = json!({ "kpiDatasetId": dataset, "expectedVersion": 1, "reason": "no", "observations": row });
        assert_eq!(cdmo.mutation_refused("correctKpiDataset", correction).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        let plain = scene.world.agree_definition(scene.world.definition("DEV", json!({}))).await.id;
        let input = json!({ "kpiId": plain, "periodStart": "2026-01-01", "periodEnd": "2026-03-31" });
        let plain = crate::harness::text(&cdmo.mutate("openKpiDataset", "kpiDatasetId", input).await["kpiDatasetId"]);
        let records = json!({ "kpiDatasetId": plain, "records": deliveries() });
        assert_eq!(cdmo.mutation_refused("recordSourceRecords", records).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
    }

    async fn a_record_is_corrected_after_the_release(app: App) {
        let scene = scene(&app).await;
        let (sponsor, cdmo, leader) = (&scene.world.sponsor, &scene.world.cdmo, cdmo_leadership(&app));
        let dataset = released(&scene).await;
        let query = "query($id: ID!) { kpiDataset(id: $id) { stage underCorrection revisionNumber dataAsOf
            observations { nodes { numerator denominator } }
            revisions { nodes { number reason digest recordCount dataAsOf records(first: 100) { nodes { recordId verdict } } } } } }";
        let before = leader.ok(query, json!({ "id": dataset })).await["kpiDataset"].take();
        assert_eq!(before["observations"]["nodes"][0], json!({ "numerator": 1.0, "denominator": 3.0 }));
        app.pass(TimeDelta::days(30));
        let correction = json!({
            "kpiDatasetId": dataset, "expectedVersion": version_of(cdmo, &dataset).await, "reason": "A-3 came, too",
            "records": [{ "recordId": "A-3", "agreedOn": "2026-01-19", "actualOn": "2026-01-21" }],
        });
        cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction.clone()).await;
        let led = leader.ok(query, json!({ "id": dataset })).await["kpiDataset"].take();
        assert_eq!((&led["stage"], &led["underCorrection"], &led["revisionNumber"]), (&json!("RELEASED"), &json!(true), &json!(1)));
        assert_eq!((&led["observations"], &led["revisions"], &led["dataAsOf"]), (&before["observations"], &before["revisions"], &before["dataAsOf"]));
        let seen = sponsor.ok(query, json!({ "id": dataset })).await["kpiDataset"].take();
        assert_eq!((&seen["stage"], &seen["revisionNumber"]), (&json!("SHARED"), &json!(2)));
        assert_eq!(seen["observations"]["nodes"][0], json!({ "numerator": 2.0, "denominator": 3.0 }));
        let [first, second] = [0, 1].map(|at| seen["revisions"]["nodes"][at].clone());
        assert_eq!(first, before["revisions"]["nodes"][0], "the first stays as it was");
        assert_eq!((&second["reason"], &second["recordCount"], &second["dataAsOf"]), (&json!("A-3 came, too"), &json!(6), &json!("2026-03-02")));
        assert_ne!(first["digest"], second["digest"]);
        let verdict = |revision: &Value| revision["records"]["nodes"].as_array().expect("a list").iter()
            .find(|record| record["recordId"] == "A-3").map(|record| record["verdict"].clone());
        assert_eq!((verdict(&first), verdict(&second)), (Some(json!("MISSED")), Some(json!("MET"))));

        let mut again = correction;
        again["expectedVersion"] = version_of(cdmo, &dataset).await;
        let nothing = cdmo.mutation_refused("correctKpiDataset", again).await;
        assert_eq!((nothing.code.as_str(), nothing.field.as_deref()), ("BAD_USER_INPUT", Some("input.records")));
        let later = json!({
            "kpiDatasetId": dataset, "expectedVersion": version_of(cdmo, &dataset).await, "reason": "March is over",
            "dataAsOf": "2026-04-01", "removeRecords": ["A-4"],
        });
        cdmo.mutate("correctKpiDataset", "kpiDatasetId", later).await;
        let seen = sponsor.ok(query, json!({ "id": dataset })).await["kpiDataset"].take();
        assert_eq!((&seen["dataAsOf"], &seen["revisions"]["nodes"][2]["recordCount"]), (&json!("2026-04-01"), &json!(5)));
        assert_eq!(seen["observations"]["nodes"][2], json!({ "numerator": 0.0, "denominator": 1.0 }));
    }

    async fn records_are_read_by_whom_their_observations_are(app: App) {
        let scene = scene(&app).await;
        let dataset = scene.draft().await;
        let (sponsor, robot, leader) = (&scene.world.sponsor, robot(&app), sponsor_leadership(&app));
        send(&robot, &dataset, deliveries()).await;
        assert_eq!(record(&robot, &dataset, "A-1").await["verdict"], "MET", "a collector reads its draft");
        for caller in [sponsor, &leader, &scene.world.stranger] {
            assert_eq!(record(caller, &dataset, "A-1").await, json!(null));
        }
        let probe = json!({ "kpiDatasetId": dataset, "records": [] });
        assert_eq!(sponsor.mutation_refused("recordSourceRecords", probe).await.code, "NOT_FOUND");
        share(&scene, &dataset).await;
        assert_eq!(record(sponsor, &dataset, "A-1").await["verdict"], "MET");
        assert_eq!(record(&robot, &dataset, "A-1").await, json!(null), "shared, it is the working level's");
        assert_eq!(record(&leader, &dataset, "A-1").await, json!(null));
    }

    async fn what_is_changed_by_hand_is_found(app: App) {
        let scene = scene(&app).await;
        let dataset = released(&scene).await;
        assert_eq!(app.verify().await.1, []);
        assert_eq!(app.verify().await.0.source_records, 6);
        app.by_hand("CREATE TABLE saved AS SELECT * FROM source_record").await;
        for done in [
            "UPDATE source_record SET actual_on = '2026-01-06' WHERE record_id = 'A-1'",
            "UPDATE source_record SET excluded_reason = 'so' WHERE record_id = 'A-2'",
            "DELETE FROM source_record WHERE record_id = 'A-2'",
            "UPDATE kpi_dataset_revision SET data_as_of = '2026-03-01'",
        ] {
            app.by_hand(done).await;
            let found: Vec<String> = app.verify().await.1.iter().map(ToString::to_string).collect();
            assert!(found.iter().any(|finding| finding.starts_with("kpi_dataset_revision rev_")), "{done}: {found:?}");
            app.by_hand("DELETE FROM source_record").await;
            app.by_hand("INSERT INTO source_record SELECT * FROM saved").await;
            app.by_hand("UPDATE kpi_dataset_revision SET data_as_of = '2026-03-02'").await;
            assert_eq!(app.verify().await.1, [], "{done}");
        }
        app.by_hand("INSERT INTO source_record SELECT * FROM saved WHERE 1 = 0").await;
        app.by_hand(&format!("UPDATE source_record SET revision = 7 WHERE record_id = 'A-1' AND dataset_id = {}", app.sql_id(&dataset))).await;
        let found: Vec<String> = app.verify().await.1.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|finding| finding.starts_with("source_record of revision 7")), "{found:?}");
    }

    async fn working_days_are_counted_by_site(app: App) {
        let rule = json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": "WORKING", "total": "MEAN" } });
        let scene = Scene::with(&app, json!({ "bySite": true, "unit": "working days", "scale": 1, "countingRule": rule })).await;
        let (cdmo, site, dataset) = (&scene.world.cdmo, &scene.world.cdmo_site, scene.draft().await);
        let batch = |id: &str, site: Value| json!({ "recordId": id, "openedOn": "2026-01-02", "actualOn": "2026-01-09", "siteId": site });
        let refused = async |record: Value| {
            let input = json!({ "kpiDatasetId": dataset, "records": [record] });
            cdmo.mutation_refused("recordSourceRecords", input).await
        };
        let nowhere = refused(batch("1", json!(null))).await;
        assert_eq!(nowhere.field.as_deref(), Some("input.records[0].siteId"));
        let without_hours = refused(batch("1", json!(site))).await;
        assert!(without_hours.message.contains("without working hours"), "{}", without_hours.message);
        let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
        let hours = weekdays.map(|weekday| json!({ "weekday": weekday, "opens": "08:00", "closes": "17:00" }));
        let holidays = json!([{ "date": "2026-01-06", "name": "Epiphany" }]);
        let update = json!({ "siteId": site, "expectedVersion": 1, "workingHours": hours, "holidays": holidays });
        cdmo.mutate("updateSite", "site { id }", update).await;
        send(cdmo, &dataset, json!([batch("1", json!(site)), batch("2", json!(site))])).await;
        let observations = counted(cdmo, &dataset).await;
        assert_eq!(observations.len(), 6, "three months at two sites");
        let one = observations.iter().find(|one| one["siteId"] == json!(site) && one["periodStart"] == "2026-01-01").expect("counted");
        assert_eq!((&one["numerator"], &one["denominator"], &one["value"]), (&json!(8.0), &json!(2.0), &json!(4.0)));
        assert_eq!((&one["records"]["totalCount"], &one["denominator"]), (&json!(2), &json!(2.0)));
        let missing = observations.iter().filter(|one| one["recordCounts"]["total"] == 0).count();
        assert_eq!(missing, 5);
    }
}
