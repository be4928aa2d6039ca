//! A preview sets what stands, the current revision of each dataset, beside what a definition would make of it.

use super::*;

on_both_databases! {
    async fn a_corrected_dataset_is_tried_as_it_is_now(app: App) {
        let (world, _, [january, _]) = two_months(&app).await;
        let correction = json!({
            "kpiDatasetId": january, "expectedVersion": 1, "reason": "it came on the day", "removeRecords": ["2026-01-15 #6"],
            "records": [{ "recordId": "2026-01-15 #5", "agreedOn": "2026-01-15", "actualOn": "2026-01-15" }],
        });
        world.cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        let definition = on_time(&world, "OTD", Some(14), 7, json!({}));
        let seen = preview(&world.sponsor, SIDES, json!({ "definition": definition, "kpiDatasetIds": [january] })).await;
        let made = |side: &str| (seen[side]["numerator"].as_f64(), seen[side]["denominator"].as_f64());
        assert_eq!((&seen["records"], made("current"), made("proposed")), (&json!(6), (Some(2.0), Some(6.0)), (Some(5.0), Some(6.0))));
    }

    async fn a_record_that_is_counted_in_another_period_differs(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let reasons = json!([{ "code": "STORM", "name": "Storms", "family": "NOBODY", "allowsRevision": true, "retired": false }]);
        let kpi = world.agree_definition(on_time(&world, "OTD", None, 7, json!({ "reasonCodes": reasons }))).await;
        let revised = json!({
            "recordId": "moved", "agreedOn": "2026-01-30", "revisedOn": "2026-02-02", "revisionReason": "STORM",
            "revisionConsent": "A. Rossi", "actualOn": "2026-02-01",
        });
        let records = vec![revised, json!({ "recordId": "stays", "agreedOn": "2026-02-02", "actualOn": "2026-02-02" })];
        let february = draft(&world, &kpi, "2026-02-01", "2026-02-28", records).await;
        let moved = "differences { nodes { record { recordId verdict periodStart } proposedVerdict proposedPeriodStart } }";
        let tried = async |changes: Value| {
            let input = json!({ "definition": on_time(&world, "OTD", None, 7, changes), "kpiDatasetIds": [february] });
            preview(&world.cdmo, moved, input).await["differences"]["nodes"].take()
        };
        let by_agreed = json!({ "onTime": { "due": "AGREED", "earliestDays": null, "latestDays": 7, "inFull": false } });
        assert_eq!(tried(json!({ "countingRule": by_agreed })).await, json!([{
            "record": { "recordId": "moved", "verdict": "MET", "periodStart": "2026-02-01" },
            "proposedVerdict": "MET", "proposedPeriodStart": "2026-01-01",
        }]));
        // By the week each is in another period, and counts the same.
        assert_eq!(tried(json!({ "frequency": "WEEK" })).await, json!([]));
    }

    async fn a_range_has_what_reaches_into_it(app: App) {
        let (world, ..) = two_months(&app).await;
        let definition = on_time(&world, "OTD", Some(14), 7, json!({}));
        for (range, records) in [
            (json!({ "from": "2026-01-31", "to": "2026-02-01" }), 9),
            (json!({ "from": "2026-02-01" }), 2),
            (json!({ "to": "2026-01-31" }), 7),
            (json!({ "from": "2026-03-01" }), 0),
        ] {
            let mut input = range.clone();
            input["definition"] = definition.clone();
            assert_eq!(preview(&world.sponsor, "records", input).await["records"], records, "{range}");
        }
    }

    async fn what_was_measured_otherwise_has_no_total(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let first = world.agree_definition(on_time(&world, "OTD", None, 0, json!({}))).await;
        let january = draft(&world, &first, "2026-01-01", "2026-01-31", deliveries(JANUARY)).await;
        let otherwise = json!({ "unit": "share", "scale": 1.0, "target": null, "validFrom": "2026-02-01" });
        let second = world.agree_definition(on_time(&world, "OTD", None, 0, otherwise)).await;
        let february = draft(&world, &second, "2026-02-01", "2026-02-28", deliveries(FEBRUARY)).await;
        let definition = on_time(&world, "OTD", None, 0, json!({}));
        for (datasets, unit) in [(vec![&january, &february], Value::Null), (vec![&january], json!("%")), (vec![&february], json!("share"))] {
            let seen = preview(&world.cdmo, SIDES, json!({ "definition": definition, "kpiDatasetIds": datasets })).await;
            assert_eq!((&seen["current"]["unit"], seen["current"]["value"].is_null()), (&unit, unit.is_null()));
            assert_eq!((&seen["proposed"]["unit"], seen["current"]["periods"]["nodes"].as_array().map(Vec::len)), (&json!("%"), Some(datasets.len())));
        }
    }

    async fn each_dataset_is_judged_as_of_its_own_day(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = world.agree_definition(on_time(&world, "OTD", Some(0), 0, json!({}))).await;
        let mut datasets = Vec::new();
        for (from, to, due, as_of) in [
            ("2026-01-01", "2026-01-31", "2026-01-30", "2026-02-02"),
            ("2026-02-01", "2026-02-28", "2026-02-20", "2026-02-22"),
        ] {
            let dataset = draft(&world, &kpi, from, to, deliveries(&[(due, None)])).await;
            let day = json!({ "kpiDatasetId": dataset, "dataAsOf": as_of });
            world.cdmo.mutate("recordSourceRecords", "kpiDatasetId", day).await;
            datasets.push(dataset);
        }
        // Until a week after the day both are open: January's then, though the other is of three weeks later.
        let weekly = on_time(&world, "OTD", Some(0), 7, json!({}));
        let seen = preview(&world.cdmo, SIDES, json!({ "definition": weekly, "kpiDatasetIds": datasets })).await;
        assert_eq!(seen["proposed"]["recordCounts"], json!({ "met": 0, "missed": 0, "pending": 2 }));
        // A period in which there is nothing is judged as of the last of these days: January is over, and March is not.
        let opened = json!({ "countingRule": { "share": { "outcomes": ["LATE"], "periodBy": "AGREED" } }, "frequency": "WEEK" });
        let by_week = on_time(&world, "OTD", None, 0, opened);
        let seen = preview(&world.cdmo, SIDES, json!({ "definition": by_week, "kpiDatasetIds": datasets })).await;
        let status = |start: &str| {
            let periods = seen["proposed"]["periods"]["nodes"].as_array().expect("a list");
            periods.iter().find(|period| period["periodStart"] == start).map(|period| period["status"].clone())
        };
        assert_eq!(["2025-12-29", "2026-02-09", "2026-02-23"].map(status), ["NO_DATA", "NO_DATA", "PENDING"].map(|status| Some(json!(status))));
    }
}
