//! T14: what may be written while a relationship is proposed, and nothing once it has ended.

use serde_json::{Value, json};

use super::states::propose;
use crate::harness::{Caller, World, name_sites, on_both_databases};

/// Something new that a party would propose.
fn proposals(relationship: &str) -> [(&'static str, Value); 3] {
    [
        (
            "createActionItem",
            json!({ "relationshipId": relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" }),
        ),
        ("proposeMetricCharter", json!({ "relationshipId": relationship, "purpose": "To see where we can improve." })),
        ("proposeScopeOfWork", json!({ "relationshipId": relationship, "name": "Tech transfer" })),
    ]
}

async fn must_be_t14(caller: &Caller, mutation: &str, input: Value) {
    let refusal = caller.mutation_refused(mutation, input).await;
    assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T14"), "{mutation}: {}", refusal.message);
}

on_both_databases! {
    async fn while_it_is_proposed_it_is_described_and_answered_alone(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        for caller in [&world.sponsor, &world.cdmo] {
            for (mutation, input) in proposals(&id) {
                must_be_t14(caller, mutation, input).await;
            }
        }
        let description = json!({ "relationshipId": id, "expectedVersion": 1, "description": "From pilot to commercial scale." });
        let described = world.cdmo.mutate("describeRelationship", "relationship { name description version state }", description).await;
        let expected = json!({ "name": "Tech transfer of ACM-202", "description": "From pilot to commercial scale.", "version": 2, "state": "PROPOSED" });
        assert_eq!(described["relationship"], expected);
        let cleared = json!({ "relationshipId": id, "expectedVersion": 2, "description": null });
        let cleared = world.sponsor.mutate("describeRelationship", "relationship { name description }", cleared).await;
        assert_eq!(cleared["relationship"], json!({ "name": "Tech transfer of ACM-202", "description": "" }));
        let nameless = json!({ "relationshipId": id, "expectedVersion": 3, "name": null });
        let refusal = world.sponsor.mutation_refused("describeRelationship", nameless).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.name")));
        name_sites(&world.cdmo, &id, &[&world.cdmo_site]).await;
        let accepted = json!({ "relationshipId": id, "expectedVersion": 4 });
        world.cdmo.mutate("acceptRelationship", "relationship { id }", accepted).await;
        for (mutation, input) in proposals(&id) {
            world.cdmo.mutate(mutation, "__typename", input).await;
        }
    }

    async fn once_it_has_ended_it_is_read_only_for_both(app: App) {
        let world = World::new(&app).await;
        let id = &world.relationship;
        let scope = world.sponsor.mutate("proposeScopeOfWork", "scopeOfWork { id }", json!({ "relationshipId": id, "name": "Fill-finish" })).await;
        let scope = scope["scopeOfWork"]["id"].clone();
        let milestone = json!({ "scopeOfWorkId": scope, "name": "First batch", "plannedOn": "2026-06-01" });
        let made = world.sponsor.mutate("createMilestone", "milestone { id }", milestone.clone()).await["milestone"]["id"].take();
        let item = json!({ "relationshipId": id, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        let item = world.sponsor.mutate("createActionItem", "actionItem { id }", item).await["actionItem"]["id"].take();
        world.sponsor.mutate("endRelationship", "relationship { id }", json!({ "relationshipId": id, "expectedVersion": 2, "reason": "completed" })).await;
        for caller in [&world.sponsor, &world.cdmo] {
            for (mutation, input) in proposals(id).into_iter().chain([
                ("describeRelationship", json!({ "relationshipId": id, "expectedVersion": 3, "name": "Other" })),
                ("setRelationshipSites", json!({ "relationshipId": id, "expectedVersion": 3, "siteIds": [] })),
                ("setRelationshipContacts", json!({ "relationshipId": id, "expectedVersion": 3, "contactIds": [] })),
                ("agreeScopeOfWork", json!({ "scopeOfWorkId": scope, "expectedVersion": 1 })),
                ("createMilestone", milestone.clone()),
                ("updateMilestone", json!({ "milestoneId": made, "expectedVersion": 1, "actualOn": "2026-06-01" })),
                ("acceptActionItem", json!({ "actionItemId": item, "expectedVersion": 1 })),
                ("addActionItemComment", json!({ "actionItemId": item, "body": "Too late" })),
            ]) {
                must_be_t14(caller, mutation, input).await;
            }
            let query = "query($id: ID!) { relationship(id: $id) { state stateReason sites { totalCount } scopesOfWork { nodes { milestones { totalCount } } } actionItems { totalCount } } }";
            let seen = caller.ok(query, json!({ "id": id })).await;
            let expected = json!({
                "state": "ENDED", "stateReason": "completed", "sites": { "totalCount": 2 },
                "scopesOfWork": { "nodes": [{ "milestones": { "totalCount": 1 } }] }, "actionItems": { "totalCount": 1 },
            });
            assert_eq!(seen["relationship"], expected);
        }
    }
}
