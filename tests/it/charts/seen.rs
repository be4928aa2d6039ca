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
        assert_eq!(seen["phases"], json!([{ "startsOn": "2025-01-01", "reason": "The beginning.", "baseline": { "from": "2025-01-01", "to": "2025-01-09" }, "pointsBehindLimits": 8, "trial": true, "sigmaZ": null }]));
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
