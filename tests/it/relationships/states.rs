//! The states of a relationship: who moves it, from which state to which, and at which version.

use serde_json::{Value, json};

use crate::harness::{App, Caller, EVERYTHING, World, on_both_databases, text};

const STATE: &str = "relationship { state stateReason version acceptedAt endedAt pausedBy }";

/// A relationship that the sponsor has just proposed to the CDMO.
pub async fn propose(world: &World) -> String {
    let proposal = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": "Tech transfer of ACM-202" });
    let payload = world.sponsor.mutate("proposeRelationship", "relationship { id }", proposal).await;
    text(&payload["relationship"]["id"])
}

/// A move with a reason.
fn because(relationship: &str, version: i32, reason: &str) -> Value {
    json!({ "relationshipId": relationship, "expectedVersion": version, "reason": reason })
}

async fn must_be_t14(caller: &Caller, mutation: &str, input: Value) {
    let refusal = caller.mutation_refused(mutation, input).await;
    assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T14"), "{mutation}: {}", refusal.message);
}

/// What is over stays readable for both and moves no more.
async fn must_be_over(app: &App, world: &World, id: &str, state: &str) {
    let query = "query($id: ID!) { relationship(id: $id) { state stateReason } }";
    for caller in [&world.sponsor, &world.cdmo] {
        let seen = caller.ok(query, json!({ "id": id })).await;
        assert_eq!(seen["relationship"], json!({ "state": state, "stateReason": "no capacity" }));
        for mutation in ["pauseRelationship", "endRelationship"] {
            must_be_t14(caller, mutation, because(id, 2, "again")).await;
        }
        must_be_t14(caller, "describeRelationship", json!({ "relationshipId": id, "expectedVersion": 2, "name": "x" }))
            .await;
    }
    must_be_t14(&world.cdmo, "acceptRelationship", json!({ "relationshipId": id, "expectedVersion": 2 })).await;
    must_be_t14(&world.cdmo, "declineRelationship", because(id, 2, "again")).await;
    must_be_t14(&world.sponsor, "withdrawRelationship", because(id, 2, "again")).await;
    assert_eq!(
        app.caller("stranger", "sam", EVERYTHING).ok(query, json!({ "id": id })).await["relationship"],
        Value::Null
    );
}

on_both_databases! {
    async fn the_counterparty_declines(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let refusal = world.sponsor.mutation_refused("declineRelationship", because(&id, 1, "no capacity")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let refusals = world.cdmo.mutation_refusals("declineRelationship", because(&id, 1, " ")).await;
        assert_eq!(refusals[0].field.as_deref(), Some("input.reason"));
        let declined = world.cdmo.mutate("declineRelationship", "relationship { state version }", because(&id, 1, "no capacity")).await;
        assert_eq!(declined["relationship"], json!({ "state": "DECLINED", "version": 2 }));
        must_be_over(&app, &world, &id, "DECLINED").await;
    }

    async fn the_proposer_withdraws(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let refusal = world.cdmo.mutation_refused("withdrawRelationship", because(&id, 1, "no capacity")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let withdrawn = world.sponsor.mutate("withdrawRelationship", "relationship { state version }", because(&id, 1, "no capacity")).await;
        assert_eq!(withdrawn["relationship"], json!({ "state": "WITHDRAWN", "version": 2 }));
        must_be_over(&app, &world, &id, "WITHDRAWN").await;
    }

    async fn either_party_ends_it_even_while_it_is_paused(app: App) {
        let world = World::new(&app).await;
        let id = &world.relationship;
        world.cdmo.mutate("pauseRelationship", STATE, because(id, 2, "annual shutdown")).await;
        let ended = world.sponsor.mutate("endRelationship", STATE, because(id, 3, "no capacity")).await;
        let start = "2026-03-02T09:00:00+00:00";
        let expected = json!({ "state": "ENDED", "stateReason": "no capacity", "version": 4, "acceptedAt": start, "endedAt": start, "pausedBy": null });
        assert_eq!(ended["relationship"], expected);
        must_be_t14(&world.cdmo, "resumeRelationship", json!({ "relationshipId": id, "expectedVersion": 4 })).await;
        let active = propose(&world).await;
        must_be_t14(&world.sponsor, "endRelationship", because(&active, 1, "too early")).await;
    }

    async fn one_person_never_answers_for_both_parties(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let acceptance = json!({ "relationshipId": id, "expectedVersion": 1 });
        // `anna` proposed it as the sponsor. The same subject of the same issuer may act for the CDMO, too.
        let refusal = app.caller("brightfill", "anna", EVERYTHING).mutation_refused("acceptRelationship", acceptance.clone()).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let colleague = app.caller("acme", "carla", EVERYTHING).mutation_refused("acceptRelationship", acceptance.clone()).await;
        assert_eq!(colleague.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let accepted = world.cdmo.mutate("acceptRelationship", "relationship { state version }", acceptance.clone()).await;
        assert_eq!(accepted["relationship"], json!({ "state": "ACTIVE", "version": 2 }));
        let again = world.cdmo.mutation_refused("acceptRelationship", acceptance).await;
        assert_eq!((again.code.as_str(), again.current_version), ("CONFLICT", Some(2)));
    }

    async fn each_move_expects_the_version_that_was_read(app: App) {
        let world = World::new(&app).await;
        let id = &world.relationship;
        for (mutation, input) in [
            ("pauseRelationship", because(id, 1, "stale")),
            ("endRelationship", because(id, 1, "stale")),
            ("resumeRelationship", json!({ "relationshipId": id, "expectedVersion": 1 })),
            ("describeRelationship", json!({ "relationshipId": id, "expectedVersion": 3, "name": "From the future" })),
        ] {
            let refusal = world.sponsor.mutation_refused(mutation, input).await;
            assert_eq!((refusal.code.as_str(), refusal.current_version), ("CONFLICT", Some(2)), "{mutation}");
        }
        let seen = world.sponsor.ok("query($id: ID!) { relationship(id: $id) { state name } }", json!({ "id": id })).await;
        assert_eq!(seen["relationship"], json!({ "state": "ACTIVE", "name": "Fill-finish of ACM-101" }));
    }

    async fn a_proposal_names_another_organization(app: App) {
        let world = World::new(&app).await;
        let proposal = |counterparty: &str, name: &str| json!({ "counterparty": counterparty, "ourParty": "CDMO", "name": name });
        for (input, field) in [
            (proposal("nobody", "Fill-finish"), "input.counterparty"),
            (proposal("acme", "Fill-finish"), "input.counterparty"),
            (proposal("brightfill", &"x".repeat(201)), "input.name"),
        ] {
            let refusal = world.sponsor.mutation_refused("proposeRelationship", input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some(field)));
        }
        // Either side proposes: here the CDMO of this one is the sponsor of the other.
        let selection = "relationship { state ourParty proposedBy counterparty { handle } }";
        let payload = world.sponsor.mutate("proposeRelationship", selection, proposal("stranger", "Toll filling")).await;
        let expected = json!({ "state": "PROPOSED", "ourParty": "CDMO", "proposedBy": "CDMO", "counterparty": { "handle": "stranger" } });
        assert_eq!(payload["relationship"], expected);
    }
}
