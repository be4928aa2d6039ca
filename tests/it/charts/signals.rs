//! Signals that there are now, and the work that is asked for on them (T10, T11).

use super::*;
use crate::harness::on_both_databases;

const SIGNALS: &str = "query($id: ID!) { relationship(id: $id) { kpiSignals { kpi { code } chartType ruleSet signal { rule part side points current } } } }";
const ITEM: &str = "actionItem { id state requestedBy owner title subject { __typename id } \
     signal { id rule part side points ruleSet ruleSetVersion chartType definition { id } actionItem { id } kpi { code } } }";

/// Ten steady days and one far above them.
fn jump() -> Vec<Option<Seen>> {
    nist().into_iter().chain([Some(Measured(70.0))]).collect()
}

fn work(kpi: &AgreedKpi, changes: Value) -> Value {
    let mut input = json!({
        "kpiId": kpi.id, "rule": "BEYOND_LIMITS", "lastPoint": "2025-01-11", "title": "Find what happened", "owner": "CDMO",
        "dueOn": "2026-04-01",
    });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    input.as_object_mut().expect("an object").extend(changes);
    input
}

on_both_databases! {
    async fn current_signals_are_those_of_the_latest_point(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let (jumps, over) = (measured_daily(&world, "B-JUMP").await, measured_daily(&world, "A-OVER").await);
        measured_daily(&world, "C-NONE").await;
        days(&world, &jumps, &jump()).await;
        // It was once, and is over.
        days(&world, &over, &jump().into_iter().chain(nist()).collect::<Vec<_>>()).await;
        let id = json!({ "id": world.relationship });
        let seen = world.cdmo.ok(SIGNALS, id.clone()).await["relationship"]["kpiSignals"].take();
        let signal = |part: &str| json!({ "kpi": { "code": "B-JUMP" }, "chartType": "XMR", "ruleSet": "NHS", "signal": { "rule": "BEYOND_LIMITS", "part": part, "side": "ABOVE", "points": ["2025-01-11"], "current": true } });
        assert_eq!(seen, json!([signal("VALUES"), signal("MOVING_RANGES")]));
        assert_eq!(chart(&world.cdmo, &over, "").await["signals"][0]["current"], false);
        let leader = app.caller("acme", "lena", "relationships:read kpis:read-released");
        assert_eq!(leader.ok(SIGNALS, id).await["relationship"]["kpiSignals"], json!([]), "nothing is released");
    }

    async fn work_on_a_signal_leads_back_to_it(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &jump()).await;
        let item = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({}))).await["actionItem"].take();
        // T11: asked of the counterparty, it is proposed.
        assert_eq!((&item["state"], &item["requestedBy"], &item["owner"]), (&json!("PROPOSED"), &json!("SPONSOR"), &json!("CDMO")));
        assert_eq!(item["subject"], json!({ "__typename": "KpiSignal", "id": item["signal"]["id"] }));
        assert_eq!(item["signal"], json!({
            "id": item["signal"]["id"], "rule": "BEYOND_LIMITS", "part": "VALUES", "side": "ABOVE", "points": ["2025-01-11"],
            "ruleSet": "NHS", "ruleSetVersion": 1, "chartType": "XMR", "definition": { "id": kpi.definition },
            "actionItem": { "id": item["id"] }, "kpi": { "code": "FLOW" },
        }));
        let query = "query($id: ID!) { actionItem(id: $id) { title subject { id } signal { id } } }";
        let id = json!({ "id": item["id"] });
        assert_eq!(world.cdmo.ok(query, id.clone()).await["actionItem"]["signal"]["id"], item["signal"]["id"]);
        for scopes in ["actions:read", "actions:read kpis:read-released"] {
            let other = app.caller("brightfill", "olga", scopes).ok(query, id.clone()).await["actionItem"].take();
            assert_eq!(other, json!({ "title": "Find what happened", "subject": null, "signal": null }), "{scopes}");
        }
        // The other part of the chart is another signal, and one's own work is open at once.
        let own = world.cdmo.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({ "part": "MOVING_RANGES" }))).await["actionItem"].take();
        assert_eq!(own["state"], "OPEN");
    }

    async fn work_on_a_signal_is_asked_for_once(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let values: Vec<_> = [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0].iter().chain(&[1.0; 7]).map(|value| Some(Measured(*value))).collect();
        days(&world, &kpi, &values).await;
        // A signal is named by its last point, and by no other.
        let within = work(&kpi, json!({ "rule": "RUN", "lastPoint": "2025-01-14" }));
        assert_eq!(world.sponsor.mutation_refused("raiseImprovementAction", within).await.field.as_deref(), Some("input.lastPoint"));
        let run = json!({ "rule": "RUN", "lastPoint": "2025-01-15" });
        let item = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, run.clone())).await["actionItem"].take();
        let refusal = world.cdmo.mutation_refused("raiseImprovementAction", work(&kpi, run)).await;
        assert_eq!(refusal.code, "CONFLICT");
        assert!(refusal.message.contains(item["id"].as_str().expect("an id")), "{}", refusal.message);
        // It goes on, and is still the same.
        Seed::shared("2025-01-16", "2025-01-16").with("2025-01-16", Measured(1.0)).put(&world, &kpi).await;
        let longer = json!({ "rule": "RUN", "lastPoint": "2025-01-16" });
        assert_eq!(world.cdmo.mutation_refused("raiseImprovementAction", work(&kpi, longer.clone())).await.code, "CONFLICT");
        let cancel = json!({ "actionItemId": item["id"], "expectedVersion": 1, "reason": "Said in haste." });
        world.sponsor.mutate("cancelActionItem", "actionItem { id }", cancel).await;
        let anew = world.cdmo.mutate("raiseImprovementAction", ITEM, work(&kpi, longer)).await["actionItem"].take();
        assert_eq!(anew["signal"]["points"].as_array().map(Vec::len), Some(8));
    }

    async fn what_was_declined_may_be_asked_for_again(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &jump()).await;
        let item = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({}))).await["actionItem"].take();
        let decline = json!({ "actionItemId": item["id"], "expectedVersion": 1, "reason": "We know why." });
        world.cdmo.mutate("declineActionItem", "actionItem { id }", decline).await;
        let again = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({}))).await["actionItem"].take();
        assert_ne!((&again["id"], &again["signal"]["id"]), (&item["id"], &item["signal"]["id"]));
        assert_eq!(world.sponsor.mutation_refused("raiseImprovementAction", work(&kpi, json!({}))).await.code, "CONFLICT");
    }

    async fn another_signal_is_other_work(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        // Two points far above the others.
        days(&world, &kpi, &jump().into_iter().chain(nist()).chain([Some(Measured(71.0))]).collect::<Vec<_>>()).await;
        let points = ["2025-01-22", "2025-01-11"];
        for point in points {
            world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({ "lastPoint": point }))).await;
        }
        // By other rules, which the parties may weigh otherwise, too.
        let nelson = json!({ "lastPoint": points[0], "ruleSet": "NELSON" });
        let item = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, nelson)).await["actionItem"].take();
        assert_eq!((&item["signal"]["ruleSet"], &item["signal"]["points"]), (&json!("NELSON"), &json!([points[0]])));
        // What two rules tell of one point, too.
        let trend = measured_daily(&world, "TREND").await;
        let steady = [50.0, 51.0].into_iter().cycle().take(12);
        days(&world, &trend, &steady.chain([45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 120.0]).map(|value| Some(Measured(value))).collect::<Vec<_>>()).await;
        for rule in ["TREND", "BEYOND_LIMITS"] {
            let asked = work(&trend, json!({ "rule": rule, "lastPoint": "2025-01-19" }));
            let item = world.sponsor.mutate("raiseImprovementAction", ITEM, asked).await["actionItem"].take();
            assert_eq!(item["signal"]["side"], "ABOVE", "{rule}");
        }
    }

    async fn work_at_one_site_is_no_work_at_another(app: App) {
        let world = World::new(&app).await;
        let changes = json!({ "frequency": "DAY", "aggregation": "MEAN", "denominator": null, "unit": "days", "target": null, "bySite": true });
        let kpi = world.agreed_kpi(changes).await;
        let sites = [&world.sponsor_site, &world.cdmo_site];
        let values = NIST.into_iter().chain([70.0]).enumerate();
        let seed = values.fold(Seed::shared("2025-01-01", "2025-01-11"), |seed, (index, value)| {
            let day = format!("2025-01-{:02}", index + 1);
            sites.iter().fold(seed, |seed, site| seed.at(site, &day, Measured(value)))
        });
        seed.put(&world, &kpi).await;
        let selection = "actionItem { signal { siteId } }";
        for site in [None, Some(sites[0]), Some(sites[1])] {
            let of_site = work(&kpi, json!({ "siteId": site }));
            let item = world.sponsor.mutate("raiseImprovementAction", selection, of_site.clone()).await["actionItem"].take();
            assert_eq!(item["signal"]["siteId"], json!(site));
            assert_eq!(world.cdmo.mutation_refused("raiseImprovementAction", of_site).await.code, "CONFLICT");
        }
    }

    async fn a_signal_is_of_the_chart_that_was_named(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = shares_daily(&world, "LAR").await;
        let shares: Vec<_> = NIST.iter().map(|value| Some(Share(value.round(), 100.0))).chain([Some(Share(95.0, 100.0))]).collect();
        days(&world, &kpi, &shares).await;
        for (asked, chart_type, rule_set) in [
            (json!({ "chartType": "XMR", "ruleSet": "NELSON" }), "XMR", "NELSON"),
            (json!({}), "P", "WESTERN_ELECTRIC"),
        ] {
            let item = world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, asked)).await["actionItem"].take();
            assert_eq!((&item["signal"]["chartType"], &item["signal"]["ruleSet"]), (&json!(chart_type), &json!(rule_set)));
        }
    }

    async fn work_is_for_who_is_named_for_it(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &jump()).await;
        let contact = json!({ "name": "Carla", "role": "quality" });
        let own = text(&world.sponsor.mutate("createContact", "contact { id }", contact).await["contact"]["id"]);
        // The CDMO is to do it, and she is the sponsor's.
        let asked = work(&kpi, json!({ "assigneeContactId": own }));
        let refused = named(world.sponsor.mutation_refusals("raiseImprovementAction", asked).await);
        assert_eq!(refused.iter().map(|(field, _)| &**field).collect::<Vec<_>>(), ["input.assigneeContactId"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM kpi_signal").await, 0);
    }

    async fn no_work_without_a_signal(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let refused = async |changes: Value| world.sponsor.mutation_refusals("raiseImprovementAction", work(&kpi, changes)).await;
        let none = async |changes: Value| {
            let fields = named(refused(changes).await);
            assert!(matches!(&*fields, [(field, message)] if field == "input.lastPoint" && message.contains("no such signal")), "{fields:?}");
        };
        none(json!({})).await;
        days(&world, &kpi, &jump()).await;
        none(json!({ "lastPoint": "2025-01-10" })).await;
        none(json!({ "rule": "TREND" })).await;
        none(json!({ "ruleSet": "ANHOEJ" })).await;
        let unfit = named(refused(json!({ "chartType": "P", "title": "" })).await);
        assert_eq!(unfit.iter().map(|(field, _)| &**field).collect::<Vec<_>>(), ["input.title"]);
        assert_eq!(world.stranger.mutation_refused("raiseImprovementAction", work(&kpi, json!({}))).await.code, "NOT_FOUND");
        let refusal = app.caller("acme", "rosa", "actions:write").mutation_refused("raiseImprovementAction", work(&kpi, json!({}))).await;
        assert_eq!((&*refusal.code, refusal.scope.as_deref()), ("FORBIDDEN", Some("kpis:read")));
        assert_eq!(app.count("SELECT COUNT(*) FROM action_item").await, 0);
    }
}
