//! What a chart shows: published answers through the API, gaps, windows, and which chart is made.

use super::*;
use crate::harness::on_both_databases;

/// Rounded to so many digits, as published answers are.
fn rounded(value: &Value, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value.as_f64().expect("a number") * scale).round() / scale
}

on_both_databases! {
    async fn the_answers_of_nist_come_through(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &nist()).await;
        let chart = chart(&world.sponsor, &kpi, "").await;
        assert_eq!((&chart["chartType"], &chart["ruleSet"], &chart["unit"]), (&json!("XMR"), &json!("NHS"), &json!("days")));
        let (first, second) = (&chart["points"][0], &chart["points"][1]);
        assert_eq!((rounded(&first["centre"], 2), rounded(&first["upper"], 4), rounded(&first["lower"], 4)), (50.81, 55.8041, 45.8159));
        assert_eq!((&first["movingRange"], rounded(&second["movingRange"], 4)), (&Value::Null, 2.0));
        assert_eq!((rounded(&second["movingRangeCentre"], 4), rounded(&second["movingRangeUpper"], 4)), (1.8778, 6.1347));
        assert_eq!(chart["phases"], json!([{ "startsOn": "2025-01-01", "reason": null, "baseline": null, "pointsBehindLimits": 10, "trial": true, "sigmaZ": null }]));
        assert_eq!((&chart["signals"], &chart["variation"]), (&json!([]), &json!("COMMON_CAUSE")));
        assert_eq!((&chart["stage"], &chart["dataAsOf"]), (&json!("SHARED"), &json!("2026-03-02")));
    }

    async fn only_what_is_reported_is_a_value(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let statuses = [Some(Measured(1.0)), Some(Missing("PENDING")), Some(Missing("EXCLUDED")), None, Some(Measured(3.0)), Some(Measured(2.0))];
        days(&world, &kpi, &statuses).await;
        // Two days of no dataset, then another one.
        Seed::shared("2025-01-09", "2025-01-09").with("2025-01-09", Measured(2.5)).put(&world, &kpi).await;
        let chart = chart(&world.cdmo, &kpi, "").await;
        let expected = ["REPORTED", "PENDING", "EXCLUDED", "NO_DATA", "REPORTED", "REPORTED", "NO_DATA", "NO_DATA", "REPORTED"];
        assert_eq!(column(&chart, "status"), expected.map(Value::from));
        let values = json!([1.0, null, null, null, 3.0, 2.0, null, null, 2.5]);
        assert_eq!(Value::from(column(&chart, "value")), values);
        assert_eq!(Value::from(column(&chart, "movingRange")), json!([null, null, null, null, null, 1.0, null, null, null]));
        assert_eq!(column(&chart, "periodStart")[8], "2025-01-09");
    }

    async fn what_is_shown_is_a_window(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let mut values = nist();
        values.push(Some(Measured(70.0)));
        days(&world, &kpi, &values).await;
        let all = chart(&world.sponsor, &kpi, "").await;
        let part = chart(&world.sponsor, &kpi, r#"from: "2025-01-03", to: "2025-01-05""#).await;
        assert_eq!(part["points"].as_array().expect("points")[..], all["points"].as_array().expect("points")[2..5]);
        // What it means is judged at the latest point, shown or not; of signals, those with a point that is shown.
        assert_eq!((&part["variation"], &part["signals"]), (&json!("IMPROVEMENT"), &json!([])));
        assert_eq!(all["signals"][0], json!({ "rule": "BEYOND_LIMITS", "part": "VALUES", "side": "ABOVE", "points": ["2025-01-11"], "lastPoint": "2025-01-11", "current": true }));
        let last = chart(&world.sponsor, &kpi, "last: 2").await;
        assert_eq!(column(&last, "periodStart"), ["2025-01-10", "2025-01-11"].map(Value::from));
        assert_eq!(last["points"][1], all["points"][10]);
        let none = chart(&world.sponsor, &kpi, r#"from: "2026-01-01""#).await;
        assert_eq!((&none["points"], &none["phases"]), (&json!([]), &json!([])));
        let columns = format!(r#"{{ kpi(id: "{}") {{ controlChart(last: 2) {{ columns {{ periodStarts values statuses excluded phases movingRanges }} }} }} }}"#, kpi.id);
        let columns = world.sponsor.ok(&columns, json!({})).await["kpi"]["controlChart"]["columns"].take();
        assert_eq!(columns["values"], Value::from(column(&last, "value")));
        assert_eq!(columns["movingRanges"], Value::from(column(&last, "movingRange")));
        assert_eq!((&columns["excluded"], &columns["phases"]), (&json!([false, false]), &json!([0, 0])));
    }

    async fn the_kind_of_data_chooses_the_chart(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let shares = shares_daily(&world, "LAR").await;
        days(&world, &shares, &[Some(Share(9.0, 10.0)), Some(Share(18.0, 20.0))]).await;
        let of_shares = chart(&world.sponsor, &shares, "").await;
        assert_eq!((&of_shares["chartType"], &of_shares["ruleSet"], &of_shares["target"]), (&json!("P"), &json!("WESTERN_ELECTRIC"), &json!(95.0)));
        assert_eq!((&of_shares["points"][0]["centre"], &of_shares["points"][0]["upper"]), (&json!(90.0), &json!(100.0)));
        let as_asked = chart(&world.sponsor, &shares, "type: XMR, ruleSet: ANHOEJ").await;
        assert_eq!((&as_asked["chartType"], &as_asked["ruleSet"], &as_asked["points"][0]["value"]), (&json!("XMR"), &json!("ANHOEJ"), &json!(90.0)));
        // Sizes vary, so that no np chart can be made; it says which chart fits.
        let refused = chart_refused(&world.sponsor, &shares, "type: NP").await;
        assert!(matches!(&*refused, [(field, message)] if field == "type" && message.contains("the p chart fits")), "{refused:?}");
        let values = measured_daily(&world, "FLOW").await;
        days(&world, &values, &nist()).await;
        let refused = chart_refused(&world.sponsor, &values, "type: P").await;
        assert!(matches!(&*refused, [(field, message)] if field == "type" && message.contains("the XmR chart fits")), "{refused:?}");
        // Of what kind is not said: each value is one.
        let unsaid = world.agree_definition(world.definition("UNSAID", json!({ "frequency": "DAY" }))).await;
        days(&world, &unsaid, &[Some(Share(9.0, 10.0)), Some(Share(18.0, 20.0))]).await;
        assert_eq!(chart(&world.sponsor, &unsaid, "").await["chartType"], "XMR");
        // What is said to be a share and is none is still drawn.
        let odd = shares_daily(&world, "ODD").await;
        days(&world, &odd, &[Some(Share(9.5, 10.0)), Some(Share(9.0, 10.0))]).await;
        assert_eq!(chart(&world.sponsor, &odd, "").await["chartType"], "XMR");
    }

    async fn counts_have_no_percentage(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = shares_daily(&world, "LAR").await;
        days(&world, &kpi, &[Some(Share(9.0, 10.0)), Some(Share(7.0, 10.0))]).await;
        let counts = chart(&world.sponsor, &kpi, "type: NP").await;
        assert_eq!((&counts["unit"], &counts["target"], &counts["assurance"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!((&counts["points"][0]["value"], &counts["points"][0]["centre"]), (&json!(9.0), &json!(8.0)));
    }

    async fn a_chart_goes_back_as_far_as_was_measured_alike(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "dataKind": "SHARE", "validFrom": "2025-01-01" })).await;
        Seed::shared("2025-01-01", "2025-01-31").with("2025-01-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        world.agree_definition(world.definition("OTD", json!({ "unit": "ppm", "scale": 1e6, "target": 9e5, "validFrom": "2025-02-01" }))).await;
        Seed::shared("2025-02-01", "2025-02-28").with("2025-02-01", Share(8.0, 10.0)).put(&world, &kpi).await;
        let chart = chart(&world.sponsor, &kpi, "").await;
        assert_eq!((&chart["unit"], column(&chart, "value")), (&json!("ppm"), vec![json!(8e5)]));
    }

    async fn whatever_is_measured_otherwise_begins_a_new_chart(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let months = (json!({}), ["2025-01-01", "2025-01-31"]);
        let quarters = (json!({ "frequency": "QUARTER" }), ["2025-01-01", "2025-03-31"]);
        let fiscal = json!({ "frequency": "QUARTER", "calendar": "SPONSOR_FISCAL", "yearStartMonth": 2 });
        for (code, (first, [from, to]), second, [later, until], alike) in [
            ("SAME", months.clone(), json!({ "target": 99.0 }), ["2025-02-01", "2025-02-28"], true),
            ("UNIT", months.clone(), json!({ "unit": "percent" }), ["2025-02-01", "2025-02-28"], false),
            ("SCALE", months.clone(), json!({ "scale": 1.0 }), ["2025-02-01", "2025-02-28"], false),
            ("MEAN", months.clone(), json!({ "aggregation": "MEAN", "denominator": null }), ["2025-02-01", "2025-02-28"], false),
            ("WEEK", months, json!({ "frequency": "WEEK" }), ["2025-02-03", "2025-02-09"], false),
            ("YEAR", quarters, fiscal, ["2025-05-01", "2025-07-31"], false),
        ] {
            let version = |mut changes: Value, valid_from: &str| {
                changes["validFrom"] = json!(valid_from);
                world.definition(code, changes)
            };
            let kpi = world.agree_definition(version(first, from)).await;
            Seed::shared(from, to).with(from, Share(9.0, 10.0)).put(&world, &kpi).await;
            world.agree_definition(version(second, later)).await;
            let seen = if code == "MEAN" { Measured(90.0) } else { Share(9.0, 10.0) };
            Seed::shared(later, until).with(later, seen).put(&world, &kpi).await;
            let shown = column(&chart(&world.sponsor, &kpi, "").await, "periodStart");
            let expected = if alike { vec![from, later] } else { vec![later] };
            assert_eq!(shown, expected, "{code}");
        }
    }

    async fn a_chart_is_as_of_the_day_of_its_records(app: App) {
        let world = World::new(&app).await;
        let rule = json!({ "onTime": { "due": "AGREED", "earliestDays": null, "latestDays": 0, "inFull": false } });
        let kpi = world.agreed_kpi(json!({ "countingRule": rule, "validFrom": "2026-01-01" })).await;
        let dataset = Seed::shared("2026-01-01", "2026-01-31").draft().put(&world, &kpi).await;
        let records = json!({
            "kpiDatasetId": dataset, "dataAsOf": "2026-02-20",
            "records": [{ "recordId": "1", "agreedOn": "2026-01-05", "actualOn": "2026-01-05" }],
        });
        world.cdmo.mutate("recordSourceRecords", "kpiDatasetId", records).await;
        world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": dataset, "expectedVersion": 2 })).await;
        assert_eq!(chart(&world.sponsor, &kpi, "").await["dataAsOf"], "2026-02-20");
    }

    async fn wrong_arguments_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        assert_eq!(chart(&world.sponsor, &kpi, "").await, Value::Null, "nothing is measured");
        let refused = chart_refused(&world.sponsor, &kpi, r#"from: "2026-02-01", to: "2026-01-01", last: 1001, siteId: "x""#).await;
        assert_eq!(refused.iter().map(|(field, _)| &**field).collect::<Vec<_>>(), ["to", "last", "siteId"]);
    }

    async fn each_site_has_a_chart(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true })).await;
        Seed::shared("2026-01-01", "2026-01-31")
            .at(&world.sponsor_site, "2026-01-01", Share(9.0, 10.0))
            .at(&world.cdmo_site, "2026-01-01", Share(1.0, 10.0))
            .put(&world, &kpi)
            .await;
        let values = async |arguments: &str| column(&chart(&world.sponsor, &kpi, arguments).await, "value");
        assert_eq!(values("").await, [json!(50.0)]);
        assert_eq!(values(&format!("siteId: {:?}", world.cdmo_site)).await, [json!(10.0)]);
    }
}
