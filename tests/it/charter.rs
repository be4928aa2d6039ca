//! The metric charter: opting in to KPIs, by both parties and nobody alone (T3, T7, T13, T14).

use serde_json::json;

use crate::harness::{World, on_both_databases, text};

const CHARTER: &str =
    "metricCharter { id state digest version proposedBy effectiveAt signatures { nodes { party subject digest } } }";
const STANDING: &str =
    "query($id: ID!) { relationship(id: $id) { metricCharter { id } proposedMetricCharter { id } } }";

on_both_databases! {
    async fn it_is_in_effect_once_both_have_signed(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "purpose": " To improve together. ", "reviewCadence": "monthly" });
        let proposed = world.cdmo.mutate("proposeMetricCharter", CHARTER, proposal.clone()).await["metricCharter"].clone();
        assert_eq!((&proposed["state"], &proposed["proposedBy"]), (&json!("PROPOSED"), &json!("CDMO")));
        let again = world.sponsor.mutate("proposeMetricCharter", CHARTER, proposal).await;
        assert_eq!(again["metricCharter"], proposed, "proposing the same again changes nothing");
        let signature = json!({ "metricCharterId": proposed["id"], "digest": proposed["digest"] });
        let signed = world.sponsor.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        assert_eq!(signed["metricCharter"]["state"], "PROPOSED");
        let again = world.sponsor.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        assert_eq!(again["metricCharter"], signed["metricCharter"], "a party signs once");
        let signed = world.cdmo.mutate("signMetricCharter", CHARTER, signature.clone()).await["metricCharter"].clone();
        assert_eq!(signed["state"], "IN_EFFECT");
        assert_eq!(signed["effectiveAt"], "2026-03-02T09:00:00+00:00");
        assert_eq!(signed["signatures"]["nodes"], json!([
            { "party": "SPONSOR", "subject": "anna", "digest": proposed["digest"] },
            { "party": "CDMO", "subject": "ben", "digest": proposed["digest"] },
        ]));
        assert_eq!(world.cdmo.mutation_refused("signMetricCharter", signature).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
    }

    async fn a_new_one_takes_the_place_of_the_old(app: App) {
        let world = World::new(&app).await;
        let first = world.sign_charter().await;
        let id = json!({ "id": world.relationship });
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "Second thoughts." });
        let second = world.cdmo.mutate("proposeMetricCharter", CHARTER, proposal).await["metricCharter"].clone();
        let seen = world.sponsor.ok(STANDING, id.clone()).await;
        assert_eq!(seen["relationship"], json!({ "metricCharter": { "id": first }, "proposedMetricCharter": { "id": second["id"] } }));
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "Third thoughts." });
        let third = world.sponsor.mutate("proposeMetricCharter", CHARTER, proposal).await["metricCharter"].clone();
        let signature = json!({ "metricCharterId": second["id"], "digest": second["digest"] });
        assert_eq!(world.cdmo.mutation_refused("signMetricCharter", signature).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        let signature = json!({ "metricCharterId": third["id"], "digest": third["digest"] });
        world.cdmo.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        world.sponsor.mutate("signMetricCharter", CHARTER, signature).await;
        let seen = world.sponsor.ok(STANDING, id).await;
        assert_eq!(seen["relationship"], json!({ "metricCharter": { "id": third["id"] }, "proposedMetricCharter": null }));
        let node = "query($id: ID!) { node(id: $id) { ... on MetricCharter { state } } }";
        assert_eq!(world.cdmo.ok(node, json!({ "id": first })).await["node"]["state"], "SUPERSEDED");
    }

    async fn one_person_never_signs_for_both(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "To improve together." });
        let proposed = world.sponsor.mutate("proposeMetricCharter", CHARTER, proposal).await["metricCharter"].clone();
        let signature = json!({ "metricCharterId": proposed["id"], "digest": proposed["digest"] });
        world.sponsor.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        let both_hats = app.caller("brightfill", "anna", "kpis:approve");
        assert_eq!(both_hats.mutation_refused("signMetricCharter", signature).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
    }

    async fn what_is_signed_is_what_was_read(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "To improve together." });
        let proposed = world.sponsor.mutate("proposeMetricCharter", CHARTER, proposal).await["metricCharter"].clone();
        let other = json!({ "metricCharterId": proposed["id"], "digest": "0".repeat(64) });
        let refusal = world.cdmo.mutation_refused("signMetricCharter", other).await;
        assert_eq!(refusal.code, "CONFLICT");
        assert!(refusal.message.contains("read it again"), "{}", refusal.message);
    }

    async fn a_pause_stops_proposals_and_no_signature(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "To improve together." });
        let proposed = world.sponsor.mutate("proposeMetricCharter", CHARTER, proposal.clone()).await["metricCharter"].clone();
        let pause = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "reason": "annual shutdown" });
        world.cdmo.mutate("pauseRelationship", "relationship { state }", pause).await;
        assert_eq!(world.sponsor.mutation_refused("proposeMetricCharter", proposal).await.by_rule(), ("FAILED_PRECONDITION", "T14"));
        let signature = json!({ "metricCharterId": proposed["id"], "digest": proposed["digest"] });
        world.sponsor.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        let signed = world.cdmo.mutate("signMetricCharter", CHARTER, signature).await;
        assert_eq!(signed["metricCharter"]["state"], "IN_EFFECT");
    }

    async fn it_is_there_for_the_working_level_of_both_parties(app: App) {
        let world = World::new(&app).await;
        let charter = world.sign_charter().await;
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let id = json!({ "id": charter });
        assert_eq!(text(&world.cdmo.ok(node, id.clone()).await["node"]["id"]), charter);
        assert!(world.stranger.ok(node, id.clone()).await["node"].is_null());
        let leadership = app.caller("acme", "lea", "kpis:read-released relationships:read");
        assert_eq!(leadership.refused(node, id).await.scope.as_deref(), Some("kpis:read"));
        let relationship = json!({ "id": world.relationship });
        assert_eq!(leadership.refused(STANDING, relationship).await.scope.as_deref(), Some("kpis:read"));
        let signature = json!({ "metricCharterId": charter, "digest": "" });
        assert_eq!(world.stranger.mutation_refused("signMetricCharter", signature.clone()).await.code, "NOT_FOUND");
        let writer = app.caller("acme", "willa", "kpis:read kpis:write");
        assert_eq!(writer.mutation_refused("signMetricCharter", signature).await.scope.as_deref(), Some("kpis:approve"));
        let proposal = json!({ "relationshipId": world.relationship, "purpose": "Ours." });
        assert_eq!(world.stranger.mutation_refused("proposeMetricCharter", proposal).await.code, "NOT_FOUND");
    }

    async fn all_invalid_fields_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let input = json!({ "relationshipId": world.sponsor_site, "purpose": " ", "reviewCadence": "x".repeat(201) });
        let refusals = world.sponsor.mutation_refusals("proposeMetricCharter", input).await;
        let fields: Vec<_> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.relationshipId", "input.purpose", "input.reviewCadence"]);
    }
}
