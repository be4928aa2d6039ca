//! Periods gathered into longer ones, and series as parallel lists.

use serde_json::{Value, json};

use super::{PAGE, months, query, starts};
use crate::harness::Seen::{Missing, Share, Value as Measured};
use crate::harness::{Seed, World, on_both_databases};

const POINTS: &str = "nodes { periodStart periodEnd value unit status periods reportedPeriods complete datasetId revision \
     underCorrection meetsTarget definition { number } counts { reported pending excluded noData } }";

on_both_databases! {
    async fn quarters_are_made_of_sums_over_sites_and_months(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true, "target": 50.0 })).await;
        let (here, there) = (&world.sponsor_site, &world.cdmo_site);
        let january = Seed::shared("2026-01-01", "2026-01-31")
            .at(here, "2026-01-01", Share(9.0, 10.0))
            .at(there, "2026-01-01", Share(10.0, 90.0))
            .put(&world, &kpi)
            .await;
        Seed::shared("2026-02-01", "2026-03-31")
            .at(here, "2026-02-01", Missing("EXCLUDED"))
            .at(here, "2026-03-01", Share(81.0, 100.0))
            .put(&world, &kpi)
            .await;
        Seed::shared("2026-04-01", "2026-04-30").at(here, "2026-04-01", Missing("PENDING")).put(&world, &kpi).await;
        let seen = world.cdmo.ok(&query(&kpi, "bucket: QUARTER", POINTS), Value::Null).await["kpi"]["series"]["nodes"].take();
        assert_eq!(seen, json!([
            {
                "periodStart": "2026-01-01", "periodEnd": "2026-03-31", "value": 50.0, "unit": "%", "status": "REPORTED",
                "periods": 3, "reportedPeriods": 2, "complete": true, "datasetId": null, "revision": null,
                "underCorrection": false, "meetsTarget": true, "definition": { "number": 1 },
                "counts": { "reported": 3, "pending": 0, "excluded": 1, "noData": 0 },
            },
            {
                "periodStart": "2026-04-01", "periodEnd": "2026-06-30", "value": null, "unit": "%", "status": "PENDING",
                "periods": 1, "reportedPeriods": 0, "complete": false, "datasetId": seen[1]["datasetId"], "revision": 1,
                "underCorrection": false, "meetsTarget": null, "definition": { "number": 1 },
                "counts": { "reported": 0, "pending": 1, "excluded": 0, "noData": 0 },
            },
        ]));
        assert!(seen[1]["datasetId"].is_string());
        let of_site = world.cdmo.ok(&query(&kpi, &format!("bucket: YEAR, siteId: {there:?}"), POINTS), Value::Null).await;
        let of_site = &of_site["kpi"]["series"]["nodes"][0];
        assert_eq!((of_site["value"].as_f64(), &of_site["meetsTarget"]), (Some(100.0 * 10.0 / 90.0), &json!(false)));
        // What is as long as a bucket, or longer, is what it was.
        for bucket in ["MONTH", "WEEK"] {
            let all = world.cdmo.ok(&query(&kpi, &format!("bucket: {bucket}"), POINTS), Value::Null).await;
            let plain = world.cdmo.ok(&query(&kpi, "first: 20", POINTS), Value::Null).await;
            assert_eq!(all, plain);
            assert_eq!(plain["kpi"]["series"]["nodes"][0]["datasetId"], json!(january));
        }
    }

    async fn one_correction_in_a_bucket_is_told(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let january = Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Share(9.0, 10.0)).released();
        january.corrected().with("2026-01-01", Share(8.0, 10.0)).put(&world, &kpi).await;
        Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(7.0, 10.0)).released().put(&world, &kpi).await;
        let leadership = app.caller("acme", "lea", "kpis:read-released");
        let seen = leadership.ok(&query(&kpi, "bucket: QUARTER", "nodes { value underCorrection }"), Value::Null).await;
        assert_eq!(seen["kpi"]["series"]["nodes"], json!([{ "value": 80.0, "underCorrection": true }]));
    }

    async fn a_bucket_of_one_period_is_made_over_time(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "aggregationOverTime": "MEAN" })).await;
        Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        for (arguments, numerator) in [("bucket: QUARTER", Value::Null), ("first: 1", json!(9.0))] {
            let seen = world.cdmo.ok(&query(&kpi, arguments, "nodes { value numerator }"), Value::Null).await;
            assert_eq!(seen["kpi"]["series"]["nodes"], json!([{ "value": 90.0, "numerator": numerator }]), "{arguments}");
        }
    }

    async fn where_a_bucket_begins_is_the_same_in_every_range(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-01-01" })).await;
        Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        // From February on values are made otherwise, and the quarter is cut there.
        let otherwise = json!({ "unit": "share", "scale": 1.0, "target": null, "validFrom": "2026-02-01" });
        world.agree_definition(world.definition("OTD", otherwise)).await;
        Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(7.0, 10.0)).put(&world, &kpi).await;
        let february = json!({ "periodStart": "2026-02-01", "periodEnd": "2026-03-31", "unit": "share" });
        let january = json!({ "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "unit": "%" });
        for (range, expected) in [
            ("bucket: QUARTER", json!([january, february])),
            (r#"bucket: QUARTER, from: "2026-02-01""#, json!([february])),
            (r#"bucket: QUARTER, to: "2026-01-31""#, json!([january])),
        ] {
            let seen = world.cdmo.ok(&query(&kpi, range, "nodes { periodStart periodEnd unit }"), Value::Null).await;
            assert_eq!(seen["kpi"]["series"]["nodes"], expected, "{range}");
        }
    }

    async fn periods_make_one_as_the_definition_says(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (code, aggregation, over_time, value) in [
            ("SUM", "SUM", None, 9.0),
            ("MEAN", "MEAN", None, 2.25),
            ("LAST", "SUM", Some("LAST"), 3.0),
            ("MEAN-OF-SUMS", "SUM", Some("MEAN"), 4.5),
        ] {
            let changes = json!({
                "aggregation": aggregation, "aggregationOverTime": over_time, "bySite": true, "unit": "items", "denominator": null,
            });
            let kpi = world.agree_definition(world.definition(code, changes)).await;
            Seed::shared("2026-01-01", "2026-03-31")
                .at(&world.sponsor_site, "2026-01-01", Measured(5.0))
                .at(&world.cdmo_site, "2026-01-01", Measured(1.0))
                .at(&world.sponsor_site, "2026-02-01", Measured(1.0))
                .at(&world.cdmo_site, "2026-02-01", Measured(2.0))
                .at(&world.cdmo_site, "2026-03-01", Missing("PENDING"))
                .put(&world, &kpi)
                .await;
            let bucket = world.sponsor.ok(&query(&kpi, "bucket: QUARTER", "nodes { value }"), Value::Null).await;
            assert_eq!(bucket["kpi"]["series"]["nodes"], json!([{ "value": value }]), "{code}");
            let total = format!(r#"{{ kpi(id: "{}") {{ total {{ value unit numerator }} }} }}"#, kpi.id);
            let total = world.sponsor.ok(&total, Value::Null).await["kpi"]["total"].take();
            assert_eq!(total, json!({ "value": value, "unit": "items", "numerator": null }), "{code}");
        }
    }

    async fn buckets_are_of_the_agreed_calendar_and_never_mix_units(app: App) {
        let world = World::new(&app).await;
        let fiscal = json!({ "validFrom": "2025-01-01", "calendar": "CDMO_FISCAL", "yearStartMonth": 2, "target": 90.0 });
        let first = world.agreed_kpi(fiscal.clone()).await;
        Seed::shared("2025-12-01", "2025-12-31").with("2025-12-01", Share(9.0, 10.0)).put(&world, &first).await;
        // Another target is no other value, and is judged by where it stands last.
        let mut stricter = fiscal.clone();
        (stricter["validFrom"], stricter["target"]) = (json!("2026-01-01"), json!(99.0));
        let second = world.agree_definition(world.definition("OTD", stricter.clone())).await;
        Seed::shared("2026-01-01", "2026-02-28")
            .with("2026-01-01", Share(1.0, 10.0))
            .with("2026-02-01", Share(10.0, 10.0))
            .put(&world, &second)
            .await;
        (stricter["validFrom"], stricter["unit"], stricter["scale"]) = (json!("2026-03-01"), json!("share"), json!(1.0));
        let third = world.agree_definition(world.definition("OTD", stricter)).await;
        Seed::shared("2026-03-01", "2026-03-31").with("2026-03-01", Share(1.0, 2.0)).put(&world, &third).await;
        let seen = world.sponsor.ok(&query(&third, "bucket: QUARTER", POINTS), Value::Null).await["kpi"]["series"]["nodes"].take();
        let told: Vec<Value> = seen.as_array().expect("a list").iter().map(|point| {
            json!([point["periodStart"], point["periodEnd"], point["value"], point["unit"], point["meetsTarget"], point["definition"]["number"]])
        }).collect();
        assert_eq!(told, [
            json!(["2025-11-01", "2026-01-31", 50.0, "%", false, 2]),
            json!(["2026-02-01", "2026-02-28", 100.0, "%", true, 2]),
            json!(["2026-03-01", "2026-04-30", 0.5, "share", false, 3]),
        ]);
        let total = "comparable value unit status periods reportedPeriods attainment { met judged share }";
        let total = format!(r#"{{ kpi(id: "{}") {{ total {{ {total} }} percent: total(to: "2026-02-01") {{ {total} }} }} }}"#, third.id);
        let total = world.sponsor.ok(&total, Value::Null).await["kpi"].take();
        // 90 % reached the target of then; 10 % did not, 100 % did, and half did not.
        assert_eq!(total, json!({
            "total": {
                "comparable": false, "value": null, "unit": null, "status": null, "periods": 4, "reportedPeriods": 4,
                "attainment": { "met": 2, "judged": 4, "share": 0.5 },
            },
            "percent": {
                "comparable": true, "value": 100.0 * 20.0 / 30.0, "unit": "%", "status": "REPORTED", "periods": 3, "reportedPeriods": 3,
                "attainment": { "met": 2, "judged": 3, "share": 2.0 / 3.0 },
            },
        }));
    }

    async fn pages_tile_the_buckets(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        months(&world, &kpi, 17).await;
        let page = async |arguments: &str| {
            world.sponsor.ok(&query(&kpi, &format!("bucket: QUARTER {arguments}"), PAGE), Value::Null).await["kpi"]["series"].clone()
        };
        let all = page("").await;
        let whole = starts(&all);
        assert_eq!(whole, ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01"]);
        assert_eq!(all["totalCount"], 6);
        let (mut forward, mut after) = (Vec::new(), Value::Null);
        loop {
            let next = page(&format!("first: 4, after: {after}")).await;
            assert_eq!((&next["totalCount"], &next["pageInfo"]["hasPreviousPage"]), (&json!(6), &json!(!forward.is_empty())));
            forward.extend(starts(&next));
            after = next["pageInfo"]["endCursor"].clone();
            if next["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(forward, whole);
        let last = page("last: 4").await;
        assert_eq!((starts(&last), &last["pageInfo"]["hasPreviousPage"]), (whole[2..].to_vec(), &json!(true)));
        let before = page(&format!("last: 4, before: {}", last["pageInfo"]["startCursor"])).await;
        assert_eq!((starts(&before), &before["pageInfo"]["hasPreviousPage"]), (whole[..2].to_vec(), &json!(false)));
        // A range holds the buckets that begin in it, each of them whole.
        let part = page(r#"from: "2024-02-01", to: "2024-07-01""#).await;
        assert_eq!((starts(&part), &part["totalCount"]), (whole[1..3].to_vec(), &json!(2)));
        let periods = query(&kpi, r#"bucket: QUARTER, from: "2024-07-01", to: "2024-07-01""#, "nodes { periods complete }");
        let periods = world.sponsor.ok(&periods, Value::Null).await;
        assert_eq!(periods["kpi"]["series"]["nodes"], json!([{ "periods": 3, "complete": true }]));
    }

    async fn columns_say_what_points_say(app: App) {
        const COLUMNS: &str =
            "{ periodStart periodEnd numerator denominator value status meetsTarget definitionNumber unit }";

        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "target": 80.0 })).await;
        Seed::shared("2026-01-01", "2026-03-31")
            .with("2026-01-01", Share(9.0, 10.0))
            .with("2026-03-01", Share(7.0, 10.0))
            .put(&world, &kpi)
            .await;
        let document = format!(
            r#"{{ kpi(id: "{}") {{ seriesColumns {COLUMNS} year: seriesColumns(bucket: YEAR) {COLUMNS} none: seriesColumns(from: "2027-01-01") {COLUMNS} }} }}"#,
            kpi.id
        );
        app.statements();
        let seen = world.sponsor.ok(&document, Value::Null).await["kpi"].take();
        assert_eq!(app.statements(), 6, "the KPI, two for each with points, and one for what has none");
        assert_eq!(seen["seriesColumns"], json!({
            "periodStart": ["2026-01-01", "2026-02-01", "2026-03-01"], "periodEnd": ["2026-01-31", "2026-02-28", "2026-03-31"],
            "numerator": [9.0, null, 7.0], "denominator": [10.0, null, 10.0], "value": [90.0, null, 70.0],
            "status": ["REPORTED", "NO_DATA", "REPORTED"], "meetsTarget": [true, null, false],
            "definitionNumber": [1, 1, 1], "unit": "%",
        }));
        assert_eq!(seen["year"], json!({
            "periodStart": ["2026-01-01"], "periodEnd": ["2026-12-31"], "numerator": [16.0], "denominator": [20.0],
            "value": [80.0], "status": ["REPORTED"], "meetsTarget": [true], "definitionNumber": [1], "unit": "%",
        }));
        assert_eq!((&seen["none"]["value"], &seen["none"]["unit"]), (&json!([]), &Value::Null));
    }

    async fn columns_hold_as_many_points_as_they_say(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "frequency": "DAY" })).await;
        // 10,001 days.
        Seed::shared("1998-10-15", "2026-03-02").with("1998-10-15", Share(1.0, 2.0)).put(&world, &kpi).await;
        let document = |arguments: &str| {
            format!(r#"{{ kpi(id: "{}") {{ seriesColumns{arguments} {{ value }} }} }}"#, kpi.id)
        };
        let refusal = world.sponsor.refused(&document(""), Value::Null).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("from")), "{}", refusal.message);
        assert!(refusal.message.contains("more than 10000"), "{}", refusal.message);
        for (arguments, points) in [(r#"(from: "1998-10-16")"#, 10_000), ("(bucket: YEAR)", 29)] {
            let seen = world.sponsor.ok(&document(arguments), Value::Null).await;
            assert_eq!(seen["kpi"]["seriesColumns"]["value"].as_array().map(Vec::len), Some(points));
        }
    }
}
