//! Reading definitions and the catalog: each level its versions, filters and orders.

use serde_json::{Value, json};

use super::{KPI, agree, agreement, propose, read};
use crate::harness::{Seed, Seen, World, on_both_databases, text};

on_both_databases! {
    async fn each_level_sees_its_versions(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let second = propose(&world.sponsor, world.definition("OTD", json!({ "target": 97.5 }))).await;
        let open = propose(&world.sponsor, world.definition("RFT", json!({}))).await;
        let list = "{ kpis { nodes { code definition { number } } totalCount } }";
        let seen = world.cdmo.ok(list, json!({})).await["kpis"].clone();
        assert_eq!(seen, json!({ "nodes": [{ "code": "OTD", "definition": { "number": 1 } }, { "code": "RFT", "definition": null }], "totalCount": 2 }));

        let collector = app.caller("brightfill", "erp", "kpis:collect");
        let seen = collector.ok(KPI, json!({ "id": kpi.id })).await["kpi"].clone();
        let one_agreed = json!({ "nodes": [{ "number": 1, "state": "AGREED" }], "totalCount": 1 });
        assert_eq!(seen, json!({ "code": "OTD", "version": null, "definition": { "number": 1, "state": "AGREED" }, "proposal": null, "definitions": one_agreed }));
        assert_eq!(collector.ok(list, json!({})).await["kpis"]["totalCount"], 1);
        let version = "query($id: ID!) { kpiDefinition(id: $id) { number } }";
        assert!(collector.ok(version, json!({ "id": second["id"] })).await["kpiDefinition"].is_null());

        let leadership = app.caller("acme", "lea", "kpis:read-released");
        assert_eq!(leadership.ok(list, json!({})).await["kpis"], json!({ "nodes": [], "totalCount": 0 }));
        assert!(leadership.ok(KPI, json!({ "id": kpi.id })).await["kpi"].is_null());
        assert!(leadership.ok(version, json!({ "id": kpi.definition })).await["kpiDefinition"].is_null());

        assert_eq!(world.stranger.ok(list, json!({})).await["kpis"]["totalCount"], 0);
        for id in [&kpi.id, &text(&open["kpi"]["id"])] {
            assert!(world.stranger.ok(KPI, json!({ "id": id })).await["kpi"].is_null());
        }
        assert_eq!(world.stranger.mutation_refused("agreeKpiDefinition", agreement(&second)).await.code, "NOT_FOUND");
        let nobody = app.caller("acme", "nobody", "relationships:read");
        assert_eq!(nobody.refused(list, json!({})).await.scope.as_deref(), Some("kpis:read or kpis:read-released or kpis:collect"));
    }

    async fn leadership_sees_no_version_before_something_was_released_by_it(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Seen::Share(1.0, 2.0)).released().put(&world, &kpi).await;
        let second = propose(&world.sponsor, world.definition("OTD", json!({ "target": 97.5 }))).await;
        agree(&world, &second).await;
        propose(&world.sponsor, world.definition("OTD", json!({ "target": 98.0 }))).await;
        let leadership = app.caller("brightfill", "lou", "kpis:read-released");
        let seen = leadership.ok(KPI, json!({ "id": kpi.id })).await["kpi"].clone();
        let one = json!({ "nodes": [{ "number": 1, "state": "AGREED" }], "totalCount": 1 });
        assert_eq!(seen, json!({ "code": "OTD", "version": null, "definition": { "number": 1, "state": "AGREED" }, "proposal": null, "definitions": one }));
        let signatures = "query($id: ID!) { kpi(id: $id) { definition { number signatures { totalCount } } } }";
        assert_eq!(leadership.refused(signatures, json!({ "id": kpi.id })).await.scope.as_deref(), Some("kpis:read"));
    }

    async fn nobody_is_told_of_a_version_that_it_does_not_see(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let first = json!({ "id": kpi.definition });
        Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Seen::Share(1.0, 2.0)).released().put(&world, &kpi).await;
        let later = propose(&world.sponsor, world.definition("OTD", json!({ "target": 97.5, "validFrom": "2026-06-01" }))).await;
        agree(&world, &later).await;
        let selection = "state validFrom validUntil changes { field }";
        let leadership = app.caller("brightfill", "lou", "kpis:read-released");
        let seen = read(&leadership, &first, selection).await;
        assert_eq!(seen, json!({ "state": "AGREED", "validFrom": "2026-03-02", "validUntil": null, "changes": null }));
        assert!(read(&leadership, &later, selection).await.is_null());
        for informed in [&world.sponsor, &app.caller("brightfill", "erp", "kpis:collect")] {
            let seen = read(informed, &first, selection).await;
            assert_eq!(seen, json!({ "state": "SUPERSEDED", "validFrom": "2026-03-02", "validUntil": "2026-05-31", "changes": null }));
            assert_eq!(read(informed, &later, "changes { field }").await, json!({ "changes": [{ "field": "target" }, { "field": "validFrom" }] }));
        }
        // Once something was released by the later version, leadership sees that one too, and when the first one ends.
        app.pass(chrono::TimeDelta::days(125));
        Seed::shared("2026-06-01", "2026-06-30").with("2026-06-01", Seen::Share(1.0, 2.0)).released().put(&world, &kpi).await;
        let seen = read(&leadership, &first, selection).await;
        assert_eq!(seen, json!({ "state": "SUPERSEDED", "validFrom": "2026-03-02", "validUntil": "2026-05-31", "changes": null }));
    }

    async fn the_catalog_is_there_for_all_who_read_kpis(app: App) {
        let world = World::new(&app).await;
        let query = "{ kpiCatalog { version templates { code source } } kpiTemplate(code: \"OTD\") {
            name numerator denominator formula unit scale dataKind aggregation direction usualTarget target frequency
            sourceSystems collectedBy source countingRule { ... on KpiOnTimeRule { due earliestDays latestDays inFull } }
        } }";
        for scope in ["kpis:read", "kpis:read-released", "kpis:collect"] {
            let seen = app.caller("acme", "rita", scope).ok(query, json!({})).await;
            assert_eq!(seen["kpiCatalog"]["templates"].as_array().map(Vec::len), Some(41));
            assert_eq!(seen["kpiTemplate"], json!({
                "name": "On-time delivery, windowed",
                "numerator": "Lines with a shipment delivered within −14…+7 days of the revised agreed date",
                "denominator": "Lines whose window has closed and that are not excluded",
                "formula": "Lines delivered within the window / lines whose window has closed and that are not excluded × 100",
                "unit": "%", "scale": 100.0, "dataKind": "SHARE", "aggregation": "RATIO_OF_SUMS", "direction": "UP",
                "usualTarget": "95–98", "target": 95.0, "frequency": "MONTH", "sourceSystems": ["ERP"],
                "collectedBy": "BOTH", "source": "USAID GHSC-PSM data dictionary",
                "countingRule": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": false },
            }));
        }
        let none = world.sponsor.ok("{ kpiTemplate(code: \"NONE\") { code } }", json!({})).await;
        assert!(none["kpiTemplate"].is_null());
        let refusal = app.caller("acme", "rita", "actions:read").refused("{ kpiCatalog { version } }", json!({})).await;
        assert_eq!(refusal.scope.as_deref(), Some("kpis:read or kpis:read-released or kpis:collect"));
    }

    async fn kpis_are_filtered_and_sorted(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for code in ["RFT", "LAR-D", "DEV", "LAR"] {
            propose(&world.sponsor, world.definition(code, json!({}))).await;
        }
        world.agree_definition(world.definition("OTD", json!({}))).await;
        let query = "query($filter: KpiFilter, $order: KpiOrder, $after: String) { kpis(filter: $filter, orderBy: $order, first: 3, after: $after) { nodes { code } pageInfo { endCursor hasNextPage } totalCount } }";
        let codes = |page: &Value| -> Vec<String> { page["nodes"].as_array().expect("a list").iter().map(|kpi| text(&kpi["code"])).collect() };
        let first = world.sponsor.ok(query, json!({})).await["kpis"].clone();
        assert_eq!(codes(&first), ["DEV", "LAR", "LAR-D"]);
        let next = world.sponsor.ok(query, json!({ "after": first["pageInfo"]["endCursor"] })).await["kpis"].clone();
        assert_eq!((codes(&next), &next["totalCount"]), (vec!["OTD".to_owned(), "RFT".to_owned()], &json!(5)));
        let newest = world.sponsor.ok(query, json!({ "order": "CREATED_AT_DESC" })).await["kpis"].clone();
        assert_eq!(codes(&newest), ["OTD", "LAR", "DEV"]);
        let filter = json!({ "filter": { "relationshipId": world.relationship, "codes": ["otd", "DEV"], "agreed": false } });
        assert_eq!(codes(&world.sponsor.ok(query, filter).await["kpis"]), ["DEV"]);
        let wrong = json!({ "filter": { "relationshipId": "x", "codes": ["OTD", "no code"] } });
        let fields: Vec<_> = world.sponsor.send(query, wrong).await.refusals().into_iter().filter_map(|refusal| refusal.field).collect();
        assert_eq!(fields, ["filter.relationshipId", "filter.codes[1]"]);
    }
}
