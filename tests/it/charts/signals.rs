//! Signals that there are now, and the work that is asked for on them (T10, T11).

use std::sync::Arc;

use guidepost::db::Database;
use guidepost::http;
use sea_orm::{ConnectionTrait as _, DbBackend};
use tokio::sync::Semaphore;

use super::*;
use crate::harness::{Answer, App, development, mutation_document, on_both_databases};

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

/// Asks for work on the jump, and changes something by hand when its chart is read and before the work is written.
async fn raised_while(app: &App, world: &World, kpi: &AgreedKpi, change: &str) -> Answer {
    let read = Arc::new(Semaphore::new(0));
    let mut database = Database::connect(&app.files.url, 4).await.expect("the test's database");
    let seen = Arc::clone(&read);
    database.observe(move |sql| {
        if sql.contains("kpi_chart_basis") {
            seen.add_permits(1);
        }
    });
    let service = http::App::new(development(), database, app.clock.clone()).expect("no keys to load");
    let caller = world.sponsor.at(&http::router(service));
    let held = app.database.begin().await.expect("a transaction");
    if held.get_database_backend() == DbBackend::Postgres {
        held.execute_unprepared("SELECT id FROM journal_chain FOR UPDATE").await.expect("the chains");
    }
    let input = json!({ "input": work(kpi, json!({})) });
    let document = mutation_document("raiseImprovementAction", "actionItem { id }");
    let mut raising = tokio::spawn(async move { caller.send(&document, input).await });
    // Once to know what the chart rests on, and once for the chart, which is the last that is read.
    tokio::select! {
        answer = &mut raising => panic!("it did not wait: {:?}", answer.expect("it ends").body),
        _ = read.acquire_many(2) => {}
    }
    app.off_the_record();
    held.execute_unprepared(change).await.expect("good SQL");
    held.commit().await.expect("it is free again");
    raising.await.expect("it ends")
}

on_both_databases! {
    async fn what_moves_before_work_is_written_is_told(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &jump()).await;
        agree(&world, basis(&kpi, json!({}))).await;
        for change in ["UPDATE kpi_dataset SET revision = revision + 1", "UPDATE kpi_chart_basis SET state = 'SUPERSEDED'"] {
            let refusal = raised_while(&app, &world, &kpi, change).await.refusals().remove(0);
            assert!(refusal.code == "CONFLICT" && refusal.message.contains("has just changed"), "{change}: {refusal:?}");
            app.by_hand("UPDATE kpi_dataset SET revision = 1").await;
        }
        let moved = "UPDATE kpi_dataset SET version = version + 1";
        assert_eq!(raised_while(&app, &world, &kpi, moved).await.refusals().len(), 0, "what no chart rests on");
    }

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
        for point in ["2025-01-22", "2025-01-11"] {
            world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({ "lastPoint": point }))).await;
        }
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
        let shares: Vec<_> = NIST.iter().map(|value| Some(Share(value.round(), 100.0))).chain([Some(Share(95.0, 100.0))]).collect();
        for (code, asked, chart_type, rule_set) in [
            ("LAR", json!({ "chartType": "XMR", "ruleSet": "NELSON" }), "XMR", "NELSON"),
            ("LAR-D", json!({}), "P", "WESTERN_ELECTRIC"),
        ] {
            let kpi = shares_daily(&world, code).await;
            days(&world, &kpi, &shares).await;
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

    async fn the_same_signal_by_another_rule_set_is_the_same(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &jump()).await;
        world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, json!({}))).await;
        for rules in ["NELSON", "WESTERN_ELECTRIC"] {
            assert_eq!(world.sponsor.mutation_refused("raiseImprovementAction", work(&kpi, json!({ "ruleSet": rules }))).await.code, "CONFLICT", "{rules}");
        }
    }

    async fn another_site_and_another_side_are_other_signals(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let changes = json!({ "frequency": "DAY", "aggregation": "MEAN", "denominator": null, "unit": "days", "target": null, "dataKind": "MEASUREMENT", "bySite": true });
        let kpi = world.agree_definition(world.definition("FLOW", changes)).await;
        let seed = Seed::shared("2025-01-01", "2025-01-11");
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day");
        let seed = jump().into_iter().enumerate().fold(seed, |seed, (index, seen)| {
            seed.at(&world.cdmo_site, &(first + Days::new(index as u64)).to_string(), seen.expect("a value"))
        });
        seed.corrected().at(&world.cdmo_site, "2025-01-10", Measured(52.0)).put(&world, &kpi).await;
        let raise = async |changes: Value| world.sponsor.mutate("raiseImprovementAction", ITEM, work(&kpi, changes)).await["actionItem"]["signal"].take();
        assert_eq!(raise(json!({})).await["side"], "ABOVE");
        raise(json!({ "siteId": world.cdmo_site })).await;
        let again = world.sponsor.mutation_refused("raiseImprovementAction", work(&kpi, json!({ "siteId": world.cdmo_site }))).await;
        assert_eq!(again.code, "CONFLICT");
        // The day turns out to be far below the others: that is another thing to find out about.
        let dataset = "query($id: ID!) { kpi(id: $id) { datasets(first: 1) { nodes { id version } } } }";
        let dataset = world.cdmo.ok(dataset, json!({ "id": kpi.id })).await["kpi"]["datasets"]["nodes"][0].take();
        let observations = json!([{ "periodStart": "2025-01-11", "siteId": world.cdmo_site, "value": 20.0 }]);
        let correction = json!({ "kpiDatasetId": dataset["id"], "expectedVersion": dataset["version"], "reason": "miscounted", "observations": observations });
        world.cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        assert_eq!(raise(json!({})).await["side"], "BELOW");
    }

    async fn where_a_chart_is_agreed_work_is_asked_for_on_that(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        // Six days that rise tell something to Nelson alone.
        let values: Vec<_> = [1.0, 3.0, 1.0, 3.0, 1.0, 3.0].iter().chain(&[1.0, 1.2, 1.4, 1.6, 1.8, 2.0]).map(|value| Some(Measured(*value))).collect();
        days(&world, &kpi, &values).await;
        let trend = |changes: Value| {
            let mut input = work(&kpi, json!({ "rule": "TREND", "lastPoint": "2025-01-12" }));
            let Value::Object(changes) = changes else { panic!("changes are an object") };
            input.as_object_mut().expect("an object").extend(changes);
            input
        };
        agree(&world, basis(&kpi, json!({ "ruleSet": "NHS" }))).await;
        let refused = named(world.sponsor.mutation_refusals("raiseImprovementAction", trend(json!({ "chartType": "XMR", "ruleSet": "NELSON" }))).await);
        assert!(matches!(&*refused, [(field, message)] if field == "input.ruleSet" && message.contains("both parties agreed")), "{refused:?}");
        agree(&world, basis(&kpi, json!({ "ruleSet": "NELSON" }))).await;
        let item = world.sponsor.mutate("raiseImprovementAction", ITEM, trend(json!({ "ruleSet": "NELSON" }))).await;
        assert_eq!(item["actionItem"]["signal"]["ruleSet"], "NELSON");
        // The kind of chart as well.
        let shares = shares_daily(&world, "LAR").await;
        days(&world, &shares, &[Some(Share(9.0, 10.0)), Some(Share(8.0, 10.0))]).await;
        agree(&world, basis(&shares, json!({}))).await;
        let refused = named(world.sponsor.mutation_refusals("raiseImprovementAction", work(&shares, json!({ "chartType": "XMR" }))).await);
        assert!(matches!(&*refused, [(field, _)] if field == "input.chartType"), "{refused:?}");
        assert_eq!(named(world.sponsor.mutation_refusals("raiseImprovementAction", work(&shares, json!({ "chartType": "P" }))).await)[0].0, "input.lastPoint");
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
