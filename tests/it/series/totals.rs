//! What a range makes together, how far it reaches the target, and sites beside one another.

use serde_json::{Value, json};

use super::months;
use crate::harness::Seen::{Missing, Share};
use crate::harness::{AgreedKpi, Caller, Seed, World, on_both_databases};

const TOTAL: &str = "value numerator denominator unit status comparable periods reportedPeriods underCorrection \
     attainment { met judged share } counts { reported pending excluded noData }";

async fn total(caller: &Caller, kpi: &AgreedKpi, arguments: &str) -> Value {
    let document = format!(r#"{{ kpi(id: "{}") {{ total{arguments} {{ {TOTAL} }} }} }}"#, kpi.id);
    caller.ok(&document, Value::Null).await["kpi"]["total"].take()
}

async fn sites(caller: &Caller, kpi: &AgreedKpi, arguments: &str) -> Value {
    let document = format!(
        r#"{{ kpi(id: "{}") {{ siteComparison{arguments} {{ siteId site {{ name }} total {{ {TOTAL} }} }} }} }}"#,
        kpi.id
    );
    caller.ok(&document, Value::Null).await["kpi"]["siteComparison"].take()
}

on_both_databases! {
    async fn sites_are_compared_over_the_same_periods(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true, "target": 80.0 })).await;
        let (here, there) = (&world.sponsor_site, &world.cdmo_site);
        Seed::shared("2026-01-01", "2026-01-31")
            .at(here, "2026-01-01", Share(9.0, 10.0))
            .at(there, "2026-01-01", Share(10.0, 90.0))
            .put(&world, &kpi)
            .await;
        Seed::shared("2026-02-01", "2026-02-28")
            .at(here, "2026-02-01", Share(7.0, 10.0))
            .at(there, "2026-02-01", Missing("EXCLUDED"))
            .put(&world, &kpi)
            .await;
        Seed::shared("2026-03-01", "2026-03-31").at(here, "2026-03-01", Share(1.0, 1.0)).put(&world, &kpi).await;
        let row = |made: (f64, f64, f64), reported: i32, excluded: i32, attainment: (i32, f64)| json!({
            "value": made.2, "numerator": made.0, "denominator": made.1, "unit": "%", "status": "REPORTED", "comparable": true,
            "periods": 2, "reportedPeriods": reported, "underCorrection": false,
            "attainment": { "met": attainment.0, "judged": reported, "share": attainment.1 },
            "counts": { "reported": reported, "pending": 0, "excluded": excluded, "noData": 0 },
        });
        let range = r#"(from: "2026-01-01", to: "2026-02-28")"#;
        let compared = sites(&world.cdmo, &kpi, range).await;
        assert_eq!(compared, json!([
            { "siteId": here, "site": { "name": "Basel" }, "total": row((16.0, 20.0, 80.0), 2, 0, (1, 0.5)) },
            { "siteId": there, "site": { "name": "Tuas" }, "total": row((10.0, 90.0, 100.0 * 10.0 / 90.0), 1, 1, (0, 0.0)) },
        ]));
        // Each row is what the total of that site alone is.
        for row in compared.as_array().expect("a list") {
            let range = format!(r#"(from: "2026-01-01", to: "2026-02-28", siteId: {})"#, row["siteId"]);
            assert_eq!(total(&world.sponsor, &kpi, &range).await, row["total"]);
        }
        let all = total(&world.sponsor, &kpi, range).await;
        assert_eq!((&all["value"], &all["attainment"]["met"], &all["attainment"]["judged"]), (&json!(100.0 * 26.0 / 110.0), &json!(0), &json!(2)));
    }

    async fn what_there_is_not_is_no_value(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "target": null, "direction": "DOWN" })).await;
        let nothing = json!({
            "value": null, "numerator": null, "denominator": null, "unit": null, "status": "NO_DATA", "comparable": true,
            "periods": 0, "reportedPeriods": 0, "underCorrection": false,
            "attainment": { "met": 0, "judged": 0, "share": null },
            "counts": { "reported": 0, "pending": 0, "excluded": 0, "noData": 0 },
        });
        assert_eq!(total(&world.sponsor, &kpi, "").await, nothing);
        Seed::shared("2026-01-01", "2026-02-28").with("2026-01-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        let seen = total(&world.sponsor, &kpi, "").await;
        assert_eq!((&seen["value"], &seen["periods"], &seen["reportedPeriods"]), (&json!(50.0), &json!(2), &json!(1)));
        assert_eq!(seen["attainment"], nothing["attainment"], "there is no target");
        // It is not measured by site.
        assert_eq!(sites(&world.sponsor, &kpi, "").await, json!([]));
        let of_site = total(&world.sponsor, &kpi, &format!("(siteId: {:?})", world.cdmo_site)).await;
        assert_eq!(of_site, nothing);
    }

    async fn near_is_as_near_as_the_parties_said(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (code, threshold, met, judged) in [("NEAR", Some(10.0), 1, 2), ("VAGUE", None, 0, 0)] {
            let changes = json!({ "direction": "NEAR_TARGET", "target": 50.0, "attentionThreshold": threshold });
            let kpi = world.agree_definition(world.definition(code, changes)).await;
            Seed::shared("2026-01-01", "2026-02-28")
                .with("2026-01-01", Share(59.0, 100.0))
                .with("2026-02-01", Share(40.0, 100.0))
                .put(&world, &kpi)
                .await;
            let attainment = total(&world.cdmo, &kpi, "").await["attainment"].take();
            assert_eq!((&attainment["met"], &attainment["judged"]), (&json!(met), &json!(judged)), "{code}");
        }
    }

    async fn each_level_totals_what_it_reads(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true })).await;
        let site = &world.cdmo_site;
        Seed::shared("2026-01-01", "2026-01-31")
            .at(site, "2026-01-01", Share(9.0, 10.0))
            .released()
            .corrected()
            .at(site, "2026-01-01", Share(8.0, 10.0))
            .put(&world, &kpi)
            .await;
        Seed::shared("2026-02-01", "2026-02-28").at(site, "2026-02-01", Share(0.0, 10.0)).put(&world, &kpi).await;
        Seed::shared("2026-03-01", "2026-03-31").draft().at(site, "2026-03-01", Share(0.0, 80.0)).put(&world, &kpi).await;
        let leadership = app.caller("acme", "lea", "relationships:read kpis:read-released");
        for (caller, value, periods, under_correction) in [(&world.cdmo, 40.0, 2, false), (&leadership, 90.0, 1, true)] {
            let seen = total(caller, &kpi, "").await;
            let told = (&seen["value"], &seen["periods"], &seen["underCorrection"]);
            assert_eq!(told, (&json!(value), &json!(periods), &json!(under_correction)));
            assert_eq!(sites(caller, &kpi, "").await[0]["total"], seen);
            let document = format!(
                r#"{{ kpi(id: "{}") {{ seriesColumns {{ value }} series(bucket: QUARTER) {{ nodes {{ value underCorrection }} }} }} }}"#,
                kpi.id
            );
            let seen = caller.ok(&document, Value::Null).await["kpi"].take();
            assert_eq!(seen["seriesColumns"]["value"].as_array().map(Vec::len), Some(periods));
            assert_eq!(seen["series"]["nodes"], json!([{ "value": value, "underCorrection": under_correction }]));
        }
        let collector = app.caller("brightfill", "erp", "kpis:collect");
        for field in ["total { value }", "siteComparison { siteId }", "seriesColumns { value }"] {
            let refusal = collector.refused(&format!(r#"{{ kpi(id: "{}") {{ {field} }} }}"#, kpi.id), Value::Null).await;
            assert_eq!(refusal.scope.as_deref(), Some("kpis:read or kpis:read-released"), "{field}");
        }
    }

    async fn one_dataset_or_twenty_cost_as_many_statements(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let one = world.agree_definition(world.definition("ONE", json!({ "bySite": false }))).await;
        let many = world.agree_definition(world.definition("MANY", json!({}))).await;
        months(&world, &one, 1).await;
        months(&world, &many, 20).await;
        for field in ["total { value }", "siteComparison { siteId }", "series(bucket: YEAR) { nodes { value } }"] {
            for kpi in [&one, &many] {
                app.statements();
                world.sponsor.ok(&format!(r#"{{ kpi(id: "{}") {{ {field} }} }}"#, kpi.id), Value::Null).await;
                assert_eq!(app.statements(), 3, "the KPI, datasets and observations for {field}");
            }
            world.sponsor.ok(&format!("{{ kpis {{ nodes {{ {field} }} }} }}"), Value::Null).await;
            assert_eq!(app.statements(), 3, "those of all KPIs together for {field}");
        }
        let document = "{ kpis { nodes { total { value periods } series(bucket: YEAR) { totalCount } } } }";
        let seen = world.sponsor.ok(document, Value::Null).await["kpis"]["nodes"].take();
        assert_eq!(seen, json!([
            { "total": { "value": 90.0, "periods": 20 }, "series": { "totalCount": 2 } },
            { "total": { "value": 90.0, "periods": 1 }, "series": { "totalCount": 1 } },
        ]));
    }

    async fn a_total_is_of_as_many_periods_and_sites_as_a_dataset_holds(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "frequency": "DAY", "bySite": true, "validFrom": "1960-01-01" })).await;
        // 9,862 days, as many, and three years.
        Seed::shared("1960-01-01", "1986-12-31").at(&world.cdmo_site, "1960-01-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        Seed::shared("1987-01-01", "2013-12-31").at(&world.sponsor_site, "1987-01-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        Seed::shared("2014-01-01", "2016-12-31").at(&world.sponsor_site, "2014-01-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        let refused = async |field: &str| {
            let refusal = world.sponsor.refused(&format!(r#"{{ kpi(id: "{}") {{ {field} }} }}"#, kpi.id), Value::Null).await;
            assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("from")), "{field}");
            assert!(refusal.message.contains("more than 20000 observations"), "{}", refusal.message);
        };
        refused("total { value }").await;
        // Two sites have twice as many observations as one.
        let years = r#"(from: "1960-01-01", to: "1990-12-31")"#;
        refused(&format!("siteComparison{years} {{ siteId }}")).await;
        assert_eq!(total(&world.sponsor, &kpi, years).await["periods"], 11_323);
        assert_eq!(sites(&world.sponsor, &kpi, r#"(from: "1995-01-01")"#).await.as_array().map(Vec::len), Some(1));
    }
}
