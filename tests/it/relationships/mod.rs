//! Relationships: proposing, answering, and who sees what of them.

mod named;
mod scopes_of_work;
mod standing;
mod states;

use serde_json::json;

use crate::harness::{World, on_both_databases};

const STATE: &str = "relationship { state version }";

on_both_databases! {
    async fn both_parties_see_it_and_nobody_else(app: App) {
        let world = World::new(&app).await;
        let query = "query($id: ID!) { relationship(id: $id) { name state ourParty sponsor { name } cdmo { handle } sites { nodes { site { name organization { handle } } } totalCount } } relationships { totalCount } }";
        let id = json!({ "id": world.relationship });
        let seen = world.sponsor.ok(query, id.clone()).await;
        assert_eq!(seen["relationship"]["ourParty"], "SPONSOR");
        assert_eq!(seen["relationship"]["sites"]["totalCount"], 2);
        assert_eq!(seen["relationship"]["sites"]["nodes"][1]["site"]["organization"]["handle"], "brightfill");
        let seen = world.cdmo.ok(query, id.clone()).await;
        assert_eq!(seen["relationship"]["ourParty"], "CDMO");
        assert_eq!(seen["relationship"]["sponsor"]["name"], "Acme Therapeutics");
        let nothing = world.stranger.ok(query, id).await;
        assert_eq!(nothing, json!({ "relationship": null, "relationships": { "totalCount": 0 } }));
    }

    async fn a_pause_is_ended_by_the_party_that_paused(app: App) {
        let world = World::new(&app).await;
        let pause = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "reason": "annual shutdown" });
        let paused = world.cdmo.mutate("pauseRelationship", STATE, pause).await;
        assert_eq!(paused["relationship"], json!({ "state": "PAUSED", "version": 3 }));
        let resume = json!({ "relationshipId": world.relationship, "expectedVersion": 3 });
        assert_eq!(world.sponsor.mutation_refused("resumeRelationship", resume.clone()).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert_eq!(world.stranger.mutation_refused("resumeRelationship", resume.clone()).await.code, "NOT_FOUND");
        let resumed = world.cdmo.mutate("resumeRelationship", STATE, resume).await;
        assert_eq!(resumed["relationship"]["state"], "ACTIVE");
    }
}
