//! Observations as they were recorded, of all datasets of a relationship by date.

use serde_json::{Value, json};

use crate::harness::Seen::{Missing, Share};
use crate::harness::{AgreedKpi, App, Caller, Seed, World, on_both_databases, text};

const LIST: &str = "query($filter: KpiObservationFilter!, $first: Int, $after: String, $last: Int, $before: String) { \
     kpiObservations(filter: $filter, first: $first, after: $after, last: $last, before: $before) { \
     nodes { periodStart value datasetId revision } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";

/// Two KPIs: one corrected after its release and with a draft, one shared.
struct Record {
    world: World,
    otd: AgreedKpi,
    rft: AgreedKpi,
    corrected: String,
    draft: String,
    shared: String,
}

async fn record(app: &App) -> Record {
    let world = World::new(app).await;
    world.sign_charter().await;
    let otd = world.agree_definition(world.definition("OTD", json!({}))).await;
    let rft = world.agree_definition(world.definition("RFT", json!({ "bySite": true }))).await;
    let corrected = Seed::shared("2026-01-01", "2026-02-28")
        .with("2026-01-01", Share(9.0, 10.0))
        .released()
        .corrected()
        .with("2026-01-01", Share(8.0, 10.0))
        .with("2026-02-01", Missing("EXCLUDED"))
        .put(&world, &otd)
        .await;
    let draft = Seed::shared("2026-03-01", "2026-03-31").draft().with("2026-03-01", Share(1.0, 4.0));
    let draft = draft.put(&world, &otd).await;
    let shared = Seed::shared("2026-01-01", "2026-03-31")
        .at(&world.sponsor_site, "2026-01-01", Share(1.0, 2.0))
        .at(&world.cdmo_site, "2026-01-01", Share(2.0, 2.0))
        .at(&world.cdmo_site, "2026-03-01", Share(0.0, 2.0))
        .put(&world, &rft)
        .await;
    Record { world, otd, rft, corrected, draft, shared }
}

async fn list(caller: &Caller, filter: Value) -> Vec<Value> {
    let page = caller.ok(LIST, json!({ "filter": filter })).await["kpiObservations"].clone();
    let nodes = page["nodes"].as_array().expect("a list").clone();
    assert_eq!(page["totalCount"], nodes.len());
    nodes.iter().map(|row| json!([row["periodStart"], row["value"], row["datasetId"], row["revision"]])).collect()
}

on_both_databases! {
    async fn each_caller_reads_its_datasets_at_its_revision(app: App) {
        let Record { world, corrected, draft, shared, .. } = record(&app).await;
        let all = json!({ "relationshipId": world.relationship });
        let both = [
            json!(["2026-01-01", 80.0, corrected, 2]),
            json!(["2026-01-01", 50.0, shared, 1]),
            json!(["2026-01-01", 100.0, shared, 1]),
            json!(["2026-02-01", null, corrected, 2]),
        ];
        let last = json!(["2026-03-01", 0.0, shared, 1]);
        let own = json!(["2026-03-01", 25.0, draft, 1]);
        assert_eq!(list(&world.sponsor, all.clone()).await, [&both[..], std::slice::from_ref(&last)].concat());
        assert_eq!(list(&world.cdmo, all.clone()).await, [&both[..], &[own.clone(), last]].concat());
        assert_eq!(list(&app.caller("brightfill", "erp", "kpis:collect"), all.clone()).await, [own]);
        for organization in ["acme", "brightfill"] {
            let leadership = app.caller(organization, "lea", "kpis:read-released");
            assert_eq!(list(&leadership, all.clone()).await, [json!(["2026-01-01", 90.0, corrected, 1])]);
        }
        assert!(list(&world.stranger, all.clone()).await.is_empty());
        let nobody = app.caller("acme", "nobody", "relationships:read");
        assert_eq!(nobody.refused(LIST, json!({ "filter": all })).await.code, "FORBIDDEN");
    }

    async fn a_row_says_where_it_comes_from(app: App) {
        let Record { world, shared, .. } = record(&app).await;
        let query = "query($filter: KpiObservationFilter!) { kpiObservations(filter: $filter, first: 1000) { nodes { \
             periodStart periodEnd siteId site { name } numerator denominator value status reason sourceSystem sourceRecord note \
             recordedAt datasetId revision } } }";
        let filter = json!({ "relationshipId": world.relationship, "kpiDatasetId": shared, "siteId": world.sponsor_site });
        let seen = world.cdmo.ok(query, json!({ "filter": filter })).await;
        assert_eq!(seen["kpiObservations"]["nodes"], json!([{
            "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "siteId": world.sponsor_site, "site": { "name": "Basel" },
            "numerator": 1.0, "denominator": 2.0, "value": 50.0, "status": "REPORTED", "reason": null, "sourceSystem": "SAP",
            "sourceRecord": null, "note": null, "recordedAt": "2026-03-02T09:00:00+00:00", "datasetId": shared, "revision": 1,
        }]));
    }

    async fn they_are_narrowed_by_kpi_dataset_date_and_site(app: App) {
        let Record { world, otd, rft, corrected, draft, shared } = record(&app).await;
        let count = async |narrower: Value| {
            let mut filter = json!({ "relationshipId": world.relationship });
            filter.as_object_mut().expect("an object").extend(narrower.as_object().expect("an object").clone());
            list(&world.cdmo, filter).await.len()
        };
        assert_eq!(count(json!({ "kpiId": otd.id })).await, 3);
        assert_eq!(count(json!({ "kpiId": rft.id })).await, 3);
        assert_eq!(count(json!({ "kpiDatasetId": corrected })).await, 2);
        assert_eq!(count(json!({ "kpiDatasetId": draft })).await, 1);
        assert_eq!(count(json!({ "kpiId": otd.id, "kpiDatasetId": shared })).await, 0);
        assert_eq!(count(json!({ "from": "2026-01-02" })).await, 3);
        assert_eq!(count(json!({ "to": "2026-01-31" })).await, 3);
        assert_eq!(count(json!({ "from": "2026-02-01", "to": "2026-02-01" })).await, 1);
        assert_eq!(count(json!({ "siteId": world.cdmo_site })).await, 2);
    }

    async fn pages_tile_the_list_at_one_statement_each(app: App) {
        let Record { world, .. } = record(&app).await;
        let all = world.cdmo.ok(LIST, json!({ "filter": { "relationshipId": world.relationship } })).await["kpiObservations"]["nodes"].clone();
        let no_total = LIST.replace("totalCount", "");
        for (size, from, cursor, on) in [("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")] {
            let (mut rows, mut place) = (Vec::new(), Value::Null);
            loop {
                app.statements();
                let variables = json!({ "filter": { "relationshipId": world.relationship }, size: 2, from: place });
                let page = world.cdmo.ok(&no_total, variables).await["kpiObservations"].clone();
                assert_eq!(app.statements(), 1);
                let nodes = page["nodes"].as_array().expect("a list").clone();
                let at = if size == "first" { rows.len() } else { 0 };
                rows.splice(at..at, nodes);
                place = page["pageInfo"][cursor].clone();
                if page["pageInfo"][on] == false {
                    break;
                }
            }
            assert_eq!(json!(rows), all, "{size}");
        }
    }

    async fn a_page_is_the_same_however_many_datasets_lie_beyond_it(app: App) {
        let Record { world, .. } = record(&app).await;
        // Weeks of one or two numbers, some released, one a draft, and a dataset of another KPI that spans them.
        let weekly = world.agree_definition(world.definition("SCHED", json!({ "frequency": "WEEK", "bySite": true }))).await;
        let spanning = world.agree_definition(world.definition("ATTAIN", json!({ "frequency": "WEEK" }))).await;
        let weeks = [
            ("2025-01-06", "2025-01-12"), ("2025-01-13", "2025-01-19"), ("2025-01-20", "2025-01-26"), ("2025-01-27", "2025-02-02"),
            ("2025-02-03", "2025-02-09"), ("2025-02-10", "2025-02-16"), ("2025-02-17", "2025-02-23"), ("2025-02-24", "2025-03-02"),
        ];
        for (number, (from, to)) in weeks.into_iter().enumerate() {
            let mut dataset = Seed::shared(from, to).at(&world.cdmo_site, from, Share(1.0, 2.0));
            if number % 3 > 0 {
                dataset = dataset.at(&world.sponsor_site, from, Share(2.0, 2.0)).released();
            }
            if number == 3 {
                dataset = dataset.draft();
            }
            dataset.put(&world, &weekly).await;
        }
        let whole = weeks.into_iter().fold(Seed::shared("2024-12-30", "2025-03-09"), |dataset, (from, _)| dataset.with(from, Share(1.0, 4.0)));
        whole.put(&world, &spanning).await;
        let leadership = app.caller("acme", "lea", "kpis:read-released");
        for caller in [&world.sponsor, &world.cdmo, &leadership] {
            for narrower in ["", r#", from: "2025-01-13", to: "2025-02-17""#, r#", to: "2025-01-27""#, r#", from: "2025-02-04""#] {
                let nodes = "nodes { periodStart datasetId siteId value } edges { cursor } pageInfo { hasNextPage hasPreviousPage }";
                let page = async |arguments: &str| {
                    let filter = format!(r#"filter: {{ relationshipId: "{}"{narrower} }}"#, world.relationship);
                    caller.ok(&format!("{{ kpiObservations({filter}, {arguments}) {{ {nodes} }} }}"), Value::Null).await["kpiObservations"].clone()
                };
                let all = page("first: 1000").await;
                let (rows, edges) = (all["nodes"].as_array().expect("rows"), all["edges"].as_array().expect("edges"));
                for size in [1, 2, 5] {
                    for (place, edge) in edges.iter().enumerate() {
                        let next = page(&format!("first: {size}, after: {}", edge["cursor"])).await;
                        let until = rows.len().min(place + 1 + size);
                        assert_eq!(next["nodes"], json!(rows[place + 1..until]), "{narrower} {size} after {place}");
                        assert_eq!(next["pageInfo"]["hasNextPage"], until < rows.len());
                        let previous = page(&format!("last: {size}, before: {}", edge["cursor"])).await;
                        let since = place.saturating_sub(size);
                        assert_eq!(previous["nodes"], json!(rows[since..place]), "{narrower} {size} before {place}");
                        assert_eq!(previous["pageInfo"]["hasPreviousPage"], since > 0);
                    }
                }
            }
        }
    }

    async fn wrong_filters_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let filter = json!({ "relationshipId": "x", "kpiId": world.relationship, "from": "2026-02-01", "to": "2026-01-01", "siteId": "y" });
        let refusals = world.sponsor.send(LIST, json!({ "filter": filter })).await.refusals();
        let fields: Vec<_> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["filter.relationshipId", "filter.kpiId", "filter.siteId", "filter.to"]);
        let refusal = world.sponsor.refused(LIST, json!({ "filter": { "relationshipId": world.relationship }, "first": 1001 })).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("first")));
        assert!(text(&json!(refusal.message)).contains("1000"), "{}", refusal.message);
    }
}
