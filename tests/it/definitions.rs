//! Definitions of KPIs: agreed before measured, in versions, by both parties (T3, T7, T10, T13, T14).

use serde_json::{Value, json};

use crate::harness::{Caller, Seed, Seen, World, on_both_databases, text};

const DEFINITION: &str =
    "kpiDefinition { id number state digest agreedAt signatures { nodes { party } } kpi { id version } }";
const KPI: &str = "query($id: ID!) { kpi(id: $id) { code version definition { number state } proposal { number } definitions { nodes { number state } totalCount } } }";

async fn propose(caller: &Caller, input: Value) -> Value {
    caller.mutate("proposeKpiDefinition", DEFINITION, input).await["kpiDefinition"].clone()
}

fn agreement(definition: &Value) -> Value {
    json!({ "kpiDefinitionId": definition["id"], "digest": definition["digest"] })
}

async fn agree(world: &World, definition: &Value) -> Value {
    world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(definition)).await;
    world.cdmo.mutate("agreeKpiDefinition", DEFINITION, agreement(definition)).await["kpiDefinition"].clone()
}

on_both_databases! {
    async fn there_is_no_kpi_without_a_charter(app: App) {
        let world = World::new(&app).await;
        let input = world.definition("OTD", json!({}));
        assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input.clone()).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "To improve together." });
        let charter = world.sponsor.mutate("proposeMetricCharter", "metricCharter { id digest }", proposal).await["metricCharter"].clone();
        let signature = json!({ "metricCharterId": charter["id"], "digest": charter["digest"] });
        world.sponsor.mutate("signMetricCharter", "metricCharter { id }", signature).await;
        // One party's signature is no opt-in.
        assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
    }

    async fn a_version_stands_once_both_have_agreed(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let first = propose(&world.sponsor, world.definition("otd", json!({}))).await;
        let kpi = json!({ "id": first["kpi"]["id"] });
        let seen = world.cdmo.ok(KPI, kpi.clone()).await["kpi"].clone();
        assert_eq!((&seen["code"], &seen["definition"], &seen["proposal"]), (&json!("OTD"), &Value::Null, &json!({ "number": 1 })));
        let half = world.cdmo.mutate("agreeKpiDefinition", DEFINITION, agreement(&first)).await["kpiDefinition"].clone();
        assert_eq!((&half["state"], &half["agreedAt"]), (&json!("PROPOSED"), &Value::Null));
        let agreed = world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(&first)).await["kpiDefinition"].clone();
        assert_eq!((&agreed["state"], &agreed["agreedAt"]), (&json!("AGREED"), &json!("2026-03-02T09:00:00+00:00")));
        assert_eq!(agreed["signatures"]["nodes"], json!([{ "party": "CDMO" }, { "party": "SPONSOR" }]));
        assert_eq!(world.sponsor.mutation_refused("agreeKpiDefinition", agreement(&first)).await.by_rule(), ("FAILED_PRECONDITION", "T3"));

        let second = propose(&world.cdmo, world.definition("OTD", json!({ "target": 97.5 }))).await;
        assert_eq!((&second["number"], &second["kpi"]), (&json!(2), &json!({ "id": first["kpi"]["id"], "version": 2 })));
        world.cdmo.mutate("agreeKpiDefinition", DEFINITION, agreement(&second)).await;
        let seen = world.sponsor.ok(KPI, kpi.clone()).await["kpi"].clone();
        assert_eq!((&seen["definition"]["number"], &seen["proposal"]["number"]), (&json!(1), &json!(2)), "until both agree, the old one stands");
        world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(&second)).await;
        let seen = world.sponsor.ok(KPI, kpi).await["kpi"].clone();
        assert_eq!(seen, json!({
            "code": "OTD", "version": 3, "definition": { "number": 2, "state": "AGREED" }, "proposal": null,
            "definitions": { "nodes": [{ "number": 1, "state": "SUPERSEDED" }, { "number": 2, "state": "AGREED" }], "totalCount": 2 },
        }));
        let refusal = world.sponsor.mutation_refused("agreeKpiDefinition", agreement(&first)).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("later one took its place"), "{}", refusal.message);
    }

    async fn a_counter_proposal_takes_the_place_of_a_proposal(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let first = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        let same = propose(&world.cdmo, world.definition("OTD", json!({ "scale": 100.0, "noticeDays": 7, "bySite": false }))).await;
        assert_eq!(same["id"], first["id"], "the same with its defaults spelled out");
        world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(&first)).await;
        let counter = propose(&world.cdmo, world.definition("OTD", json!({ "noticeDays": 14 }))).await;
        assert_eq!(counter["number"], 2);
        let refusal = world.cdmo.mutation_refused("agreeKpiDefinition", agreement(&first)).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("later proposal"), "{}", refusal.message);
        let agreed = agree(&world, &counter).await;
        assert_eq!(agreed["state"], "AGREED");
        let again = propose(&world.sponsor, world.definition("OTD", json!({ "noticeDays": 14 }))).await;
        assert_eq!(again["id"], counter["id"], "what stands is not proposed anew");
    }

    async fn one_person_never_agrees_for_both(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(&proposed)).await;
        let both_hats = app.caller("brightfill", "anna", "kpis:approve");
        assert_eq!(both_hats.mutation_refused("agreeKpiDefinition", agreement(&proposed)).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let other = json!({ "kpiDefinitionId": proposed["id"], "digest": "0".repeat(64) });
        assert_eq!(world.cdmo.mutation_refused("agreeKpiDefinition", other).await.code, "CONFLICT");
    }

    async fn a_pause_stops_proposals_and_no_agreement(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        let pause = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "reason": "annual shutdown" });
        world.cdmo.mutate("pauseRelationship", "relationship { state }", pause).await;
        let new = world.definition("RFT", json!({}));
        assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", new).await.by_rule(), ("FAILED_PRECONDITION", "T14"));
        assert_eq!(agree(&world, &proposed).await["state"], "AGREED");
    }

    async fn an_eleventh_kpi_is_advised_against(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for number in 1..=10 {
            world.agree_definition(world.definition(&format!("K{number}"), json!({}))).await;
        }
        let eleventh = propose(&world.sponsor, world.definition("K11", json!({}))).await;
        let half = world.sponsor.mutate("agreeKpiDefinition", "advice", agreement(&eleventh)).await;
        assert!(half["advice"].is_null(), "{half}");
        let agreed = world.cdmo.mutate("agreeKpiDefinition", "advice", agreement(&eleventh)).await;
        assert!(text(&agreed["advice"]).contains("11 agreed KPIs"), "{agreed}");
    }

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

    async fn all_invalid_fields_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let input = world.definition("2 LATE", json!({
            "relationshipId": world.sponsor_site, "name": "", "purpose": " ", "numerator": "x".repeat(2001), "denominator": null,
            "unit": "x".repeat(41), "scale": 0.0, "direction": "NEAR_TARGET", "target": null, "noticeDays": 91,
            "sourceSystem": "x".repeat(201),
        }));
        let refusals = world.sponsor.mutation_refusals("proposeKpiDefinition", input).await;
        assert!(refusals.iter().all(|refusal| refusal.code == "BAD_USER_INPUT"), "{refusals:?}");
        let mut fields: Vec<_> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        fields.sort_unstable();
        assert_eq!(fields, [
            "input.code", "input.denominator", "input.name", "input.noticeDays", "input.numerator", "input.purpose",
            "input.relationshipId", "input.scale", "input.sourceSystem", "input.target", "input.unit",
        ]);
        for (field, value) in [("collectingParty", json!("NEITHER")), ("frequency", json!("FORTNIGHT")), ("target", json!("high")), ("purpose", Value::Null)] {
            let input = world.definition("OTD", json!({ field: value }));
            assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input).await.code, "BAD_USER_INPUT", "{field}");
        }
        let input = world.definition("OTD", json!({ "scale": -1.0 }));
        assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input).await.field.as_deref(), Some("input.scale"));
    }
}
