//! Who sees which chart (T4 to T6, T8): leadership that of what is released, and of the basis what concerns that.

use super::*;
use crate::harness::on_both_databases;

on_both_databases! {
    async fn leadership_reads_the_chart_of_what_is_released(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        by_day(&nist()).released().put(&world, &kpi).await;
        Seed::shared("2025-01-11", "2025-01-12")
            .with("2025-01-11", Measured(70.0))
            .with("2025-01-12", Measured(71.0))
            .put(&world, &kpi)
            .await;
        agree(&world, basis(&kpi, json!({
            "phases": [
                { "startsOn": "2025-01-01", "reason": "The beginning.", "baseline": { "from": "2025-01-01", "to": "2025-01-09" } },
                { "startsOn": "2025-01-11", "reason": "The new line." },
            ],
            "exclusions": [{ "periodStart": "2025-01-02", "reason": "A strike." }, { "periodStart": "2025-01-12", "reason": "A flood." }],
        }))).await;
        let leader = app.caller("acme", "lena", "kpis:read-released");
        let (seen, working) = (chart(&leader, &kpi, "").await, chart(&world.sponsor, &kpi, "").await);
        assert_eq!((column(&seen, "value").len(), column(&working, "value").len()), (10, 12));
        assert_eq!((&seen["stage"], &working["stage"]), (&json!("RELEASED"), &json!("SHARED")));
        assert_eq!(working["phases"].as_array().map(Vec::len), Some(2));
        assert_eq!(seen["phases"], json!([{ "startsOn": "2025-01-01", "reason": "The beginning.", "countedAnewByNumber": null, "baseline": { "from": "2025-01-01", "to": "2025-01-09" }, "pointsBehindLimits": 8, "trial": true, "sigmaZ": null }]));
        let told = seen.to_string();
        assert!(told.contains("A strike.") && !told.contains("A flood.") && !told.contains("The new line."), "{told}");
        let of_basis = format!(r#"{{ kpi(id: "{}") {{ controlChart {{ basis {{ number }} }} }} }}"#, kpi.id);
        assert_eq!(leader.ok(&of_basis, json!({})).await["kpi"]["controlChart"]["basis"], Value::Null);
        assert_eq!(world.cdmo.ok(&of_basis, json!({})).await["kpi"]["controlChart"]["basis"]["number"], 1);
        for field in ["chartBasis { number }", "chartBasisProposal { number }", "chartBases { totalCount }"] {
            let query = format!(r#"{{ kpi(id: "{}") {{ {field} }} }}"#, kpi.id);
            let refusal = leader.send(&query, json!({})).await.refusals().remove(0);
            assert_eq!((&*refusal.code, refusal.scope.as_deref()), ("FORBIDDEN", Some("kpis:read")), "{field}");
        }
    }

    async fn limits_rest_on_all_points_where_too_few_of_the_baseline_are_seen(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        by_day(&nist()).released().put(&world, &kpi).await;
        Seed::shared("2025-01-11", "2025-01-12")
            .with("2025-01-11", Measured(50.0))
            .with("2025-01-12", Measured(51.0))
            .put(&world, &kpi)
            .await;
        let phase = json!({ "startsOn": "2025-01-01", "reason": "The beginning.", "baseline": { "from": "2025-01-10", "to": "2025-01-12" } });
        agree(&world, basis(&kpi, json!({ "phases": [phase] }))).await;
        // Of one point alone there is no range.
        let behind = async |caller: &Caller| {
            let seen = chart(caller, &kpi, "").await;
            (seen["phases"][0]["baseline"].is_null(), seen["phases"][0]["pointsBehindLimits"].clone())
        };
        assert_eq!(behind(&world.sponsor).await, (false, json!(3)));
        assert_eq!(behind(&app.caller("acme", "lena", "kpis:read-released")).await, (true, json!(10)));
    }

    async fn leadership_reads_no_reason_of_a_period_between_released_ones(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "dataKind": "MEASUREMENT" })).await;
        for (from, to, released) in [("2025-01-01", "2025-02-28", true), ("2025-03-01", "2025-03-31", false), ("2025-04-01", "2025-05-31", true)] {
            let seed = Seed::shared(from, to).with(from, Share(9.0, 10.0));
            let seed = if released { seed.released() } else { seed };
            seed.put(&world, &kpi).await;
        }
        agree(&world, basis(&kpi, json!({
            "phases": [{ "startsOn": "2025-03-01", "reason": "HIDDEN move." }, { "startsOn": "2025-04-01", "reason": "Settled." }],
            // February and May are released, and nothing was recorded in them.
            "exclusions": [
                { "periodStart": "2025-01-01", "reason": "A strike." }, { "periodStart": "2025-02-01", "reason": "HIDDEN: no value." },
                { "periodStart": "2025-03-01", "reason": "HIDDEN flood." },
            ],
        }))).await;
        let leader = app.caller("acme", "lena", "kpis:read-released");
        let seen = chart(&leader, &kpi, "").await;
        assert_eq!(column(&seen, "excludedReason"), [json!("A strike."), Value::Null, Value::Null, Value::Null, Value::Null]);
        assert_eq!(column(&seen, "phase"), [0, 0, 0, 1, 1].map(Value::from));
        let reasons: Vec<_> = seen["phases"].as_array().expect("phases").iter().map(|phase| &phase["reason"]).collect();
        assert_eq!(reasons, [&Value::Null, &json!("Settled.")]);
        let query = format!(r#"{{ kpi(id: "{}") {{ controlChart {{ columns {{ excluded phases }} }} }} }}"#, kpi.id);
        let columns = leader.ok(&query, json!({})).await["kpi"]["controlChart"]["columns"].take();
        assert_eq!(columns, json!({ "excluded": [true, false, false, false, false], "phases": [0, 0, 0, 1, 1] }));
        let working = chart(&world.sponsor, &kpi, "").await;
        assert_eq!((column(&working, "excludedReason")[2].clone(), column(&working, "phase")), (json!("HIDDEN flood."), [0, 0, 1, 2, 2].map(Value::from).to_vec()));
        let path = format!("/charts/{}.svg", kpi.id);
        let picture = crate::pictures::get(&app.router, &path, &leader).await.picture();
        assert!(!picture.contains("HIDDEN") && picture.contains("A strike.") && picture.contains("Settled."), "{picture}");
        assert!(crate::pictures::get(&app.router, &path, &world.cdmo).await.picture().contains("HIDDEN move."));
    }

    async fn each_period_tells_how_far_it_has_come(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "dataKind": "MEASUREMENT", "noticeDays": 0 })).await;
        let month = |from: &'static str, to: &'static str, of_ten: f64| Seed::shared(from, to).with(from, Share(of_ten, 10.0));
        month("2025-01-01", "2025-01-31", 9.0).released().corrected().with("2025-01-01", Share(8.0, 10.0)).put(&world, &kpi).await;
        // Released by one party, after the notice.
        let alone = month("2025-02-01", "2025-02-28", 7.0).put(&world, &kpi).await;
        world.cdmo.mutate("interpretKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": alone, "revision": 1, "text": "as planned" })).await;
        let version = "query($id: ID!) { kpiDataset(id: $id) { version } }";
        let version = world.cdmo.ok(version, json!({ "id": alone })).await["kpiDataset"]["version"].take();
        world.cdmo.mutate("releaseKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": alone, "expectedVersion": version })).await;
        month("2025-03-01", "2025-03-31", 6.0).put(&world, &kpi).await;
        month("2025-04-01", "2025-04-30", 9.0).released().put(&world, &kpi).await;
        let leader = app.caller("acme", "lena", "kpis:read-released");
        let seen = chart(&leader, &kpi, "").await;
        assert_eq!(column(&seen, "value"), [json!(90.0), json!(70.0), Value::Null, json!(90.0)]);
        assert_eq!((column(&seen, "underCorrection"), &seen["underCorrection"]), ([true, false, false, false].map(Value::from).to_vec(), &json!(false)));
        assert_eq!(column(&seen, "releasedWithoutAlignmentOf"), [json!([]), json!(["SPONSOR", "CDMO"]), Value::Null, json!([])]);
        let working = chart(&world.sponsor, &kpi, "").await;
        assert_eq!(column(&working, "underCorrection"), column(&seen, "underCorrection"));
        assert_eq!(column(&working, "releasedWithoutAlignmentOf"), [Value::Null, json!(["SPONSOR", "CDMO"]), Value::Null, json!([])]);
        let query = format!(r#"{{ kpi(id: "{}") {{ controlChart {{ columns {{ underCorrection releasedWithoutAlignment definitionNumbers }} }} }} }}"#, kpi.id);
        let columns = leader.ok(&query, json!({})).await["kpi"]["controlChart"]["columns"].take();
        assert_eq!(columns, json!({ "underCorrection": [true, false, false, false], "releasedWithoutAlignment": [false, true, false, false], "definitionNumbers": [1, 1, null, 1] }));
        let path = format!("/charts/{}.svg", kpi.id);
        let picture = crate::pictures::get(&app.router, &path, &leader).await.picture();
        for expected in [
            ", released, 1 of 4 periods being corrected, 1 of 4 periods released without both alignments,", "2025-01: 90.00 %, being corrected",
            r#"<circle class="corrected""#, ">being corrected</text>",
        ] {
            assert!(picture.contains(expected), "{expected} in {picture}");
        }
        assert!(!picture.contains("not released"), "{picture}");
        let working = crate::pictures::get(&app.router, &path, &world.cdmo).await.picture();
        assert!(working.contains(", released, 2 of 4 periods not released, 1 of 4 periods being corrected,"), "{working}");
    }

    async fn leadership_has_limits_though_it_sees_too_few_points_of_the_baseline(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        // Leadership sees no point of one baseline, and of the other one point, which has no range.
        Seed::shared("2025-01-01", "2025-01-02").with("2025-01-01", Measured(7.0)).with("2025-01-02", Measured(8.0)).put(&world, &kpi).await;
        Seed::shared("2025-01-03", "2025-01-05").with("2025-01-03", Measured(6.0)).with("2025-01-04", Measured(8.0)).with("2025-01-05", Measured(7.0)).released().put(&world, &kpi).await;
        let leader = app.caller("acme", "lena", "kpis:read-released");
        for to in ["2025-01-02", "2025-01-03"] {
            let baseline = json!({ "from": "2025-01-01", "to": to });
            agree(&world, basis(&kpi, json!({ "phases": [{ "startsOn": "2025-01-01", "reason": "As we began.", "baseline": baseline }] }))).await;
            let (seen, working) = (chart(&leader, &kpi, "").await, chart(&world.sponsor, &kpi, "").await);
            assert_eq!(working["phases"][0]["baseline"], baseline);
            assert_eq!((&seen["phases"][0]["baseline"], &seen["phases"][0]["pointsBehindLimits"], &seen["points"][0]["centre"]), (&Value::Null, &json!(3), &json!(7.0)), "{to}");
        }
    }

    async fn nobody_else_reads_it(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        by_day(&nist()).draft().put(&world, &kpi).await;
        // T4: a draft is on no chart, not even on that of who collects it.
        assert_eq!(chart(&world.cdmo, &kpi, "").await, Value::Null);
        let query = format!(r#"{{ kpi(id: "{}") {{ controlChart {{ chartType }} }} }}"#, kpi.id);
        let robot = app.caller("brightfill", "erp", "kpis:collect");
        assert_eq!(robot.send(&query, json!({})).await.refusals()[0].code, "FORBIDDEN");
        assert_eq!(world.stranger.ok(&query, json!({})).await["kpi"], Value::Null);
    }

    async fn leadership_reads_the_revision_that_was_released(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        Seed::shared("2026-01-01", "2026-01-31")
            .with("2026-01-01", Share(9.0, 10.0))
            .released()
            .corrected()
            .with("2026-01-01", Share(8.0, 10.0))
            .put(&world, &kpi)
            .await;
        let leader = app.caller("brightfill", "lena", "kpis:read-released");
        let seen = chart(&leader, &kpi, "").await;
        assert_eq!((column(&seen, "value"), &seen["stage"], &seen["underCorrection"]), (vec![json!(90.0)], &json!("RELEASED"), &json!(true)));
        let seen = chart(&world.cdmo, &kpi, "").await;
        assert_eq!((column(&seen, "value"), &seen["stage"]), (vec![json!(80.0)], &json!("SHARED")));
    }
}
