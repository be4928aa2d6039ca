//! Observations as they were recorded, of all datasets of a relationship by date.

use guidepost::entity::observation::ObservationStatus::Excluded;
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
        .with("2026-02-01", Missing(Excluded))
        .put(app, &world, &otd)
        .await;
    let draft = Seed::shared("2026-03-01", "2026-03-31").draft().with("2026-03-01", Share(1.0, 4.0));
    let draft = draft.put(app, &world, &otd).await;
    let shared = Seed::shared("2026-01-01", "2026-03-31")
        .at(&world.sponsor_site, "2026-01-01", Share(1.0, 2.0))
        .at(&world.cdmo_site, "2026-01-01", Share(2.0, 2.0))
        .at(&world.cdmo_site, "2026-03-01", Share(0.0, 2.0))
        .put(app, &world, &rft)
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
        assert_eq!(list(&world.sponsor, all.clone()).await, [&both[..], &[last.clone()]].concat());
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
        let filter = json!({ "relationshipId": world.relationship, "datasetId": shared, "siteId": world.sponsor_site });
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
        assert_eq!(count(json!({ "datasetId": corrected })).await, 2);
        assert_eq!(count(json!({ "datasetId": draft })).await, 1);
        assert_eq!(count(json!({ "kpiId": otd.id, "datasetId": shared })).await, 0);
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
