//! Agreeing: what stands, from when, by whose hand.

use serde_json::{Value, json};

use super::{DEFINITION, KPI, agree, agreement, propose};
use crate::harness::{Caller, World, on_both_databases};

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

    async fn a_machine_never_signs(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        // Whatever else its token carries.
        for scopes in ["kpis:collect", "kpis:collect kpis:read kpis:write"] {
            let robot = app.caller("brightfill", "erp", scopes);
            let refusal = robot.mutation_refused("agreeKpiDefinition", agreement(&proposed)).await;
            assert_eq!((&*refusal.code, refusal.scope.as_deref()), ("FORBIDDEN", Some("kpis:approve")));
        }
    }

    async fn a_signature_names_its_organization(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for code in ["OTD", "RFT", "DEV"] {
            world.agree_definition(world.definition(code, json!({}))).await;
        }
        let own = "{ viewer { organization { id } } }";
        let id_of = async |caller: &Caller| caller.ok(own, json!({})).await["viewer"]["organization"]["id"].clone();
        let (sponsor, cdmo) = (id_of(&world.sponsor).await, id_of(&world.cdmo).await);
        let query = |field: &str| format!("{{ kpis {{ nodes {{ definition {{ signatures {{ nodes {{ party meaning subject {field} }} }} }} }} }} }}");
        // The scope for relationships is not needed.
        let reader = app.caller("acme", "rita", "kpis:read");
        app.statements();
        reader.ok(&query(""), json!({})).await;
        let without = app.statements();
        let seen = reader.ok(&query("organizationId"), json!({})).await;
        assert_eq!(app.statements(), without + 1, "one statement for all signatures");
        for kpi in seen["kpis"]["nodes"].as_array().expect("a list") {
            let meaning = "We agree to measure this KPI by this definition, for this purpose.";
            assert_eq!(kpi["definition"]["signatures"]["nodes"], json!([
                { "party": "SPONSOR", "meaning": meaning, "subject": "anna", "organizationId": sponsor },
                { "party": "CDMO", "meaning": meaning, "subject": "ben", "organizationId": cdmo },
            ]));
        }
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
        assert_eq!(half["advice"], json!([]));
        let agreed = world.cdmo.mutate("agreeKpiDefinition", "advice", agreement(&eleventh)).await;
        assert_eq!(agreed["advice"], json!(["the relationship now has 11 agreed KPIs: 5 to 10 serve it, more is noise"]));
        // A new version of a KPI is not one more.
        let anew = propose(&world.sponsor, world.definition("K11", json!({ "target": 96.0 }))).await;
        world.sponsor.mutate("agreeKpiDefinition", "advice", agreement(&anew)).await;
        assert_eq!(world.cdmo.mutate("agreeKpiDefinition", "advice", agreement(&anew)).await, agreed);
    }
}
