//! Many writers at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{actions, assert_chain, of_relationship};
use crate::harness::{World, on_both_databases};

const WRITERS: usize = 40;

on_both_databases! {
    async fn writers_on_one_relationship_make_a_gapless_chain(app: App) {
        let world = World::new(&app).await;
        let writers = (0..WRITERS).map(|number| {
            let caller = if number % 2 == 0 { world.sponsor.clone() } else { world.cdmo.clone() };
            let relationship = world.relationship.clone();
            tokio::spawn(async move {
                let input = json!({ "relationshipId": relationship, "name": format!("Scope {number}") });
                let payload = caller.mutate("proposeScopeOfWork", "scopeOfWork { id name }", input).await;
                payload["scopeOfWork"]["id"].as_str().expect("an id").to_owned()
            })
        });
        let written: BTreeSet<String> = join_all(writers).await.into_iter().map(|id| id.expect("no writer failed")).collect();
        let entries = of_relationship(&world.sponsor, &world.relationship).await;
        assert_chain(&world.relationship, &entries);
        let recorded: BTreeSet<String> = entries.iter().map(|entry| entry["content"]["subjectId"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(entries.len(), 2 + WRITERS);
        assert_eq!(written.len(), WRITERS);
        assert!(written.is_subset(&recorded));
        let scopes = "query($id: ID!) { relationship(id: $id) { scopesOfWork { totalCount } } }";
        let data = world.cdmo.ok(scopes, json!({ "id": world.relationship })).await;
        assert_eq!(data["relationship"]["scopesOfWork"]["totalCount"], WRITERS);
    }

    async fn of_many_updates_of_one_version_one_wins_and_the_others_are_told(app: App) {
        let world = World::new(&app).await;
        let writers = (0..WRITERS).map(|number| {
            let caller = if number % 2 == 0 { world.sponsor.clone() } else { world.cdmo.clone() };
            let input = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "name": format!("Name {number}") });
            tokio::spawn(async move {
                let document = "mutation($input: DescribeRelationshipInput!) { describeRelationship(input: $input) { relationship { name version } } }";
                let answer = caller.send(document, json!({ "input": input })).await;
                match answer.refusals().pop() {
                    None => Some(answer.body["data"]["describeRelationship"]["relationship"].clone()),
                    Some(refusal) => {
                        assert_eq!((refusal.code.as_str(), refusal.current_version), ("CONFLICT", Some(3)));
                        None
                    }
                }
            })
        });
        let won: Vec<Value> = join_all(writers).await.into_iter().filter_map(|won| won.expect("no writer failed")).collect();
        assert_eq!(won.len(), 1);
        let query = "query($id: ID!) { relationship(id: $id) { name version } }";
        let now = world.sponsor.ok(query, json!({ "id": world.relationship })).await;
        assert_eq!((&now["relationship"], &now["relationship"]["version"]), (&won[0], &json!(3)));
        let entries = of_relationship(&world.sponsor, &world.relationship).await;
        assert_chain(&world.relationship, &entries);
        assert_eq!(actions(&entries), ["proposeRelationship", "acceptRelationship", "describeRelationship"]);
    }
}
