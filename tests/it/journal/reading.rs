//! Who reads what of it, and in which order.

use serde_json::{Value, json};

use super::{ENTRY, assert_chain, of_own_organization, of_relationship};
use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn both_parties_read_the_same_chain_and_verify_it(app: App) {
        let world = World::new(&app).await;
        for version in 2..12 {
            app.pass(chrono::TimeDelta::microseconds(1_234_567));
            let input = json!({ "relationshipId": world.relationship, "expectedVersion": version, "name": format!("Größe {version} 😀") });
            world.cdmo.mutate("describeRelationship", "relationship { id }", input).await;
        }
        let seen = of_relationship(&world.sponsor, &world.relationship).await;
        assert_eq!(seen.len(), 12);
        assert_chain(&world.relationship, &seen);
        assert_eq!(seen, of_relationship(&world.cdmo, &world.relationship).await);
        let frames = app.caller("acme", "auditor", "journal:read relationships:read");
        assert_chain(&world.relationship, &of_relationship(&frames, &world.relationship).await);
    }

    async fn nobody_reads_a_chain_that_is_not_theirs(app: App) {
        let world = World::new(&app).await;
        let query = format!("query($id: ID!) {{ relationship(id: $id) {{ journal {{ nodes {{ {ENTRY} }} totalCount }} }} }}");
        let seen = world.stranger.ok(&query, json!({ "id": world.relationship })).await;
        assert_eq!(seen, json!({ "relationship": null }));
        let (own, _) = of_own_organization(&world.sponsor).await;
        let query = "query($id: ID!) { organization(id: $id) { name journal { nodes { number hash } totalCount } } }";
        let seen = world.cdmo.ok(query, json!({ "id": own })).await;
        assert_eq!(seen, json!({ "organization": { "name": "Acme Therapeutics", "journal": null } }));
        assert_eq!(world.stranger.ok(query, json!({ "id": own })).await, json!({ "organization": null }));
    }

    async fn the_missing_scope_is_named_and_the_rest_is_answered(app: App) {
        let world = World::new(&app).await;
        let reader = app.caller("acme", "rita", "relationships:read");
        let query = "query($id: ID!) { relationship(id: $id) { name journal { totalCount } } viewer { organization { handle journal { totalCount } } } }";
        let answer = reader.send(query, json!({ "id": world.relationship })).await;
        assert_eq!(answer.body["data"], json!({
            "relationship": { "name": "Fill-finish of ACM-101", "journal": null },
            "viewer": { "organization": { "handle": "acme", "journal": null } },
        }));
        for refusal in answer.refusals() {
            assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("journal:read")));
        }
        assert_eq!(answer.refusals().len(), 2);
    }

    async fn pages_go_both_ways(app: App) {
        let world = World::new(&app).await;
        for version in 2..7 {
            let input = json!({ "relationshipId": world.relationship, "expectedVersion": version, "name": format!("Name {version}") });
            world.cdmo.mutate("describeRelationship", "relationship { id }", input).await;
        }
        let numbers = async |arguments: &str| {
            let query = format!("query($id: ID!) {{ relationship(id: $id) {{ journal{arguments} {{ nodes {{ number }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }} }}");
            let data = world.sponsor.ok(&query, json!({ "id": world.relationship })).await;
            let page = data["relationship"]["journal"].clone();
            let numbers: Vec<Value> = page["nodes"].as_array().expect("a list").iter().map(|node| node["number"].clone()).collect();
            (json!(numbers), page["pageInfo"].clone())
        };
        assert_eq!(numbers("").await.0, json!([1, 2, 3, 4, 5, 6, 7]));
        let (newest, page) = numbers("(orderBy: NUMBER_DESC, first: 3)").await;
        assert_eq!((newest, &page["hasNextPage"]), (json!([7, 6, 5]), &json!(true)));
        let cursor = page["endCursor"].as_str().expect("a cursor");
        assert_eq!(numbers(&format!("(orderBy: NUMBER_DESC, first: 2, after: \"{cursor}\")")).await.0, json!([4, 3]));
        let (last, page) = numbers("(last: 2)").await;
        assert_eq!((last, &page["hasPreviousPage"]), (json!([6, 7]), &json!(true)));
        let cursor = page["startCursor"].as_str().expect("a cursor");
        assert_eq!(numbers(&format!("(last: 2, before: \"{cursor}\")")).await.0, json!([4, 5]));
        let malformed = "query($id: ID!) { relationship(id: $id) { journal(after: \"17\") { totalCount } } }";
        let refusal = world.sponsor.refused(malformed, json!({ "id": world.relationship })).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("after")));
    }
}
