//! A KPI over time: whose numbers, at which revision, each period once (T4 to T8).

mod buckets;
mod totals;

use serde_json::{Value, json};

use crate::harness::Seen::{Missing, Share, Value as Measured};
use crate::harness::{AgreedKpi, Seed, World, on_both_databases, text};

const POINTS: &str = "query($id: ID!, $site: ID) { kpi(id: $id) { series(siteId: $site, first: 100) { nodes { \
     periodStart periodEnd numerator denominator value unit status counts { reported pending excluded noData } } } } }";
const PAGE: &str =
    "nodes { periodStart value } totalCount pageInfo { hasPreviousPage hasNextPage startCursor endCursor }";
const READ: &str = "query($id: ID!) { kpi(id: $id) { series { nodes { periodStart value revision underCorrection datasetId \
     definition { number } } totalCount } } }";

/// A query of one KPI's series.
fn query(kpi: &AgreedKpi, arguments: &str, selection: &str) -> String {
    format!(r#"{{ kpi(id: "{}") {{ series({arguments}) {{ {selection} }} }} }}"#, kpi.id)
}

fn starts(series: &Value) -> Vec<String> {
    series["nodes"].as_array().expect("a list").iter().map(|point| text(&point["periodStart"])).collect()
}

/// A shared dataset for each of some months, with one observation.
async fn months(world: &World, kpi: &AgreedKpi, count: usize) {
    const MONTHS: [(&str, &str); 24] = [
        ("2024-01-01", "2024-01-31"),
        ("2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-31"),
        ("2024-04-01", "2024-04-30"),
        ("2024-05-01", "2024-05-31"),
        ("2024-06-01", "2024-06-30"),
        ("2024-07-01", "2024-07-31"),
        ("2024-08-01", "2024-08-31"),
        ("2024-09-01", "2024-09-30"),
        ("2024-10-01", "2024-10-31"),
        ("2024-11-01", "2024-11-30"),
        ("2024-12-01", "2024-12-31"),
        ("2025-01-01", "2025-01-31"),
        ("2025-02-01", "2025-02-28"),
        ("2025-03-01", "2025-03-31"),
        ("2025-04-01", "2025-04-30"),
        ("2025-05-01", "2025-05-31"),
        ("2025-06-01", "2025-06-30"),
        ("2025-07-01", "2025-07-31"),
        ("2025-08-01", "2025-08-31"),
        ("2025-09-01", "2025-09-30"),
        ("2025-10-01", "2025-10-31"),
        ("2025-11-01", "2025-11-30"),
        ("2025-12-01", "2025-12-31"),
    ];
    for (from, to) in &MONTHS[..count] {
        Seed::shared(from, to).with(from, Share(9.0, 10.0)).put(world, kpi).await;
    }
}

on_both_databases! {
    async fn a_ratio_over_sites_is_one_of_sums(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true })).await;
        let (here, there) = (&world.sponsor_site, &world.cdmo_site);
        Seed::shared("2026-01-01", "2026-04-30")
            .at(here, "2026-01-01", Share(9.0, 10.0))
            .at(there, "2026-01-01", Share(10.0, 90.0))
            .at(here, "2026-02-01", Missing("EXCLUDED"))
            .at(there, "2026-02-01", Missing("PENDING"))
            .at(here, "2026-03-01", Missing("NO_DATA"))
            .at(there, "2026-03-01", Missing("EXCLUDED"))
            .put(&world, &kpi)
            .await;
        let none = |from: &str, to: &str, status: &str, pending: i32, excluded: i32, no_data: i32| json!({
            "periodStart": from, "periodEnd": to, "numerator": null, "denominator": null, "value": null, "unit": "%",
            "status": status, "counts": { "reported": 0, "pending": pending, "excluded": excluded, "noData": no_data },
        });
        let seen = world.sponsor.ok(POINTS, json!({ "id": kpi.id })).await["kpi"]["series"]["nodes"].clone();
        assert_eq!(seen, json!([
            {
                "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "numerator": 19.0, "denominator": 100.0, "value": 19.0,
                "unit": "%", "status": "REPORTED", "counts": { "reported": 2, "pending": 0, "excluded": 0, "noData": 0 },
            },
            none("2026-02-01", "2026-02-28", "PENDING", 1, 1, 0),
            none("2026-03-01", "2026-03-31", "EXCLUDED", 0, 1, 1),
            none("2026-04-01", "2026-04-30", "NO_DATA", 0, 0, 0),
        ]));
        let of_site = world.cdmo.ok(POINTS, json!({ "id": kpi.id, "site": here })).await["kpi"]["series"]["nodes"].clone();
        let values: Vec<_> = of_site.as_array().expect("a list").iter().map(|point| (&point["value"], &point["status"])).collect();
        assert_eq!(values, [(&json!(90.0), &json!("REPORTED")), (&Value::Null, &json!("EXCLUDED")), (&Value::Null, &json!("NO_DATA")), (&Value::Null, &json!("NO_DATA"))]);
    }

    async fn sums_and_means_are_of_values(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (aggregation, value) in [("SUM", 0.3), ("MEAN", 0.15)] {
            let changes = json!({ "aggregation": aggregation, "bySite": true, "unit": "days", "denominator": null });
            let kpi = world.agree_definition(world.definition(aggregation, changes)).await;
            Seed::shared("2026-01-01", "2026-01-31")
                .at(&world.sponsor_site, "2026-01-01", Measured(0.1))
                .at(&world.cdmo_site, "2026-01-01", Measured(0.2))
                .put(&world, &kpi)
                .await;
            let seen = world.sponsor.ok(POINTS, json!({ "id": kpi.id })).await["kpi"]["series"]["nodes"][0].clone();
            let found = seen["value"].as_f64().expect("a number");
            assert!((found - value).abs() < 1e-15, "{aggregation}: {found}");
            assert_eq!((&seen["unit"], &seen["numerator"]), (&json!("days"), &Value::Null));
        }
    }

    async fn each_level_reads_its_revision(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let corrected = Seed::shared("2026-01-01", "2026-01-31")
            .with("2026-01-01", Share(9.0, 10.0))
            .released()
            .corrected()
            .with("2026-01-01", Share(8.0, 10.0))
            .put(&world, &kpi)
            .await;
        let shared = Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        let draft = Seed::shared("2026-03-01", "2026-03-31").draft().with("2026-03-01", Share(1.0, 4.0));
        draft.put(&world, &kpi).await;
        let id = json!({ "id": kpi.id });
        let working = json!({ "nodes": [
            { "periodStart": "2026-01-01", "value": 80.0, "revision": 2, "underCorrection": false, "datasetId": corrected, "definition": { "number": 1 } },
            { "periodStart": "2026-02-01", "value": 50.0, "revision": 1, "underCorrection": false, "datasetId": shared, "definition": { "number": 1 } },
        ], "totalCount": 2 });
        // The collecting party's own draft is in no series either.
        for caller in [&world.sponsor, &world.cdmo, &app.caller("acme", "both", "kpis:read kpis:read-released")] {
            assert_eq!(caller.ok(READ, id.clone()).await["kpi"]["series"], working);
        }
        let released = json!({ "nodes": [
            { "periodStart": "2026-01-01", "value": 90.0, "revision": 1, "underCorrection": true, "datasetId": corrected, "definition": { "number": 1 } },
        ], "totalCount": 1 });
        for organization in ["acme", "brightfill"] {
            let leadership = app.caller(organization, "lea", "kpis:read-released");
            assert_eq!(leadership.ok(READ, id.clone()).await["kpi"]["series"], released);
        }
        assert!(world.stranger.ok(READ, id.clone()).await["kpi"].is_null());
        let collector = app.caller("brightfill", "erp", "kpis:collect");
        assert_eq!(collector.refused(READ, id).await.scope.as_deref(), Some("kpis:read or kpis:read-released"));
    }

    async fn pages_tile_the_series(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        // Three years in two datasets, with half a year between them.
        Seed::shared("2022-07-01", "2023-12-31").with("2022-07-01", Share(1.0, 2.0)).put(&world, &kpi).await;
        Seed::shared("2024-07-01", "2025-12-31").with("2025-12-01", Share(1.0, 4.0)).put(&world, &kpi).await;
        let page = async |arguments: &str| {
            world.sponsor.ok(&query(&kpi, arguments, PAGE), Value::Null).await["kpi"]["series"].clone()
        };
        let all = page("first: 1000").await;
        let whole = starts(&all);
        assert_eq!((whole.len(), &all["totalCount"]), (36, &json!(36)));
        assert_eq!((whole[17].as_str(), whole[18].as_str()), ("2023-12-01", "2024-07-01"), "nothing stands for what no dataset holds");
        assert_eq!((&all["nodes"][0]["value"], &all["nodes"][35]["value"], &all["nodes"][1]["value"]), (&json!(50.0), &json!(25.0), &Value::Null));

        let (mut forward, mut after) = (Vec::new(), Value::Null);
        loop {
            let next = page(&format!("first: 7, after: {after}")).await;
            assert_eq!(next["totalCount"], 36);
            assert_eq!(next["pageInfo"]["hasPreviousPage"], !forward.is_empty());
            forward.extend(starts(&next));
            after = next["pageInfo"]["endCursor"].clone();
            if next["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(forward, whole);
        let (mut backward, mut before) = (Vec::new(), Value::Null);
        loop {
            let previous = page(&format!("last: 7, before: {before}")).await;
            backward.splice(..0, starts(&previous));
            before = previous["pageInfo"]["startCursor"].clone();
            if previous["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        assert_eq!(backward, whole);

        let part = page(r#"from: "2023-11-02", to: "2024-08-01""#).await;
        assert_eq!((starts(&part), &part["totalCount"]), (vec!["2023-12-01".into(), "2024-07-01".into(), "2024-08-01".into()], &json!(3)));
        let rest = page(&format!(r#"from: "2023-11-02", to: "2024-08-01", first: 1, after: {}"#, part["pageInfo"]["startCursor"])).await;
        assert_eq!((starts(&rest), &rest["pageInfo"]["hasNextPage"]), (vec!["2024-07-01".to_owned()], &json!(true)));
        // One that reaches into the range from before it, without a period that begins in it.
        let late = page(r#"from: "2023-12-02", first: 1"#).await;
        assert_eq!((starts(&late), &late["pageInfo"]["hasNextPage"]), (vec!["2024-07-01".to_owned()], &json!(true)));
        assert_eq!(starts(&page(r#"from: "2024-01-02", to: "2024-06-30""#).await), [""; 0]);
        let empty = page("first: 0").await;
        assert_eq!((starts(&empty), &empty["pageInfo"]["hasNextPage"]), (vec![], &json!(true)));
    }

    async fn each_dataset_keeps_the_calendar_of_its_definition(app: App) {
        let world = World::new(&app).await;
        let monthly = world.agreed_kpi(json!({ "validFrom": "2025-01-01" })).await;
        Seed::shared("2025-12-01", "2025-12-31").with("2025-12-01", Share(1.0, 2.0)).put(&world, &monthly).await;
        let weeks = json!({ "validFrom": "2026-01-05", "frequency": "WEEK", "unit": "share", "scale": 1.0 });
        let weekly = world.agree_definition(world.definition("OTD", weeks)).await;
        assert_eq!(weekly.id, monthly.id);
        let dataset = Seed::shared("2026-01-05", "2026-01-18");
        dataset.with("2026-01-12", Share(1.0, 4.0)).put(&world, &weekly).await;
        let quarters = json!({ "validFrom": "2026-02-01", "frequency": "QUARTER", "calendar": "CDMO_FISCAL", "yearStartMonth": 2 });
        let quarterly = world.agree_definition(world.definition("OTD", quarters)).await;
        Seed::shared("2026-02-01", "2026-04-30").with("2026-02-01", Share(3.0, 4.0)).put(&world, &quarterly).await;
        let seen = world.cdmo.ok(POINTS, json!({ "id": weekly.id })).await["kpi"]["series"]["nodes"].clone();
        let seen: Vec<_> = seen.as_array().expect("a list").iter().map(|point| json!([point["periodStart"], point["periodEnd"], point["value"], point["unit"]])).collect();
        assert_eq!(seen, [
            json!(["2025-12-01", "2025-12-31", 50.0, "%"]),
            json!(["2026-01-05", "2026-01-11", null, "share"]),
            json!(["2026-01-12", "2026-01-18", 0.25, "share"]),
            json!(["2026-02-01", "2026-04-30", 75.0, "%"]),
        ]);
        // What is not measured by site says nothing of one.
        let of_site = world.cdmo.ok(POINTS, json!({ "id": weekly.id, "site": world.cdmo_site })).await;
        assert_eq!(of_site["kpi"]["series"]["nodes"], json!([]));
    }

    async fn one_dataset_or_twenty_cost_as_many_statements(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let one = world.agree_definition(world.definition("ONE", json!({}))).await;
        let many = world.agree_definition(world.definition("MANY", json!({}))).await;
        months(&world, &one, 1).await;
        months(&world, &many, 20).await;
        let mut counts = Vec::new();
        for (kpi, points) in [(&one, 1), (&many, 20)] {
            app.statements();
            let seen = world.sponsor.ok(READ, json!({ "id": kpi.id })).await;
            counts.push(app.statements());
            assert_eq!(starts(&seen["kpi"]["series"]).len(), points);
        }
        // The KPI; datasets, observations, definitions, and the total.
        assert_eq!(counts, [5, 5]);
        let lean = "query($id: ID!) { kpi(id: $id) { series { nodes { periodStart value unit } } } }";
        world.sponsor.ok(lean, json!({ "id": many.id })).await;
        assert_eq!(app.statements(), 3);
        let all = "{ kpis { nodes { series(last: 3) { nodes { value } totalCount } } } }";
        let seen = world.sponsor.ok(all, json!({})).await;
        assert_eq!(seen["kpis"]["nodes"][0]["series"], json!({ "nodes": [{ "value": 90.0 }, { "value": 90.0 }, { "value": 90.0 }], "totalCount": 20 }));
        assert_eq!(app.statements(), 4, "those of all KPIs together");
    }

    async fn wrong_arguments_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let fields = async |arguments: &str| {
            let refusals = world.sponsor.send(&query(&kpi, arguments, "totalCount"), Value::Null).await.refusals();
            refusals.into_iter().map(|refusal| (refusal.code, refusal.field.unwrap_or_default())).collect::<Vec<_>>()
        };
        let bad = |field: &str| ("BAD_USER_INPUT".to_owned(), field.to_owned());
        assert_eq!(fields(r#"from: "2026-02-01", to: "2026-01-31", siteId: "kpi""#).await, [bad("to"), bad("siteId")]);
        assert_eq!(fields(r#"from: "1899-01-01", to: "2201-01-01""#).await, [bad("from"), bad("to")]);
        // Another list's cursor, a date that no calendar step leaves, and no cursor at all.
        for cursor in ["WzFd", "WyItMjYyMTQzLTAxLTAxIl0", "nonsense"] {
            assert_eq!(fields(&format!("first: 1001, after: {cursor:?}")).await, [bad("first"), bad("after")], "{cursor}");
        }
    }
}
