//! Who reads what of it, and in which order.

use serde_json::{Value, json};

use super::{ENTRY, actions, assert_chain, of_own_organization, of_relationship};
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

    async fn content_is_shown_to_who_reads_all_that_it_tells_of(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        world.sponsor.mutate("createActionItem", "actionItem { id }", item.clone()).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let mut about_it = item;
        about_it["subjectId"] = kpi.id.into();
        world.sponsor.mutate("createActionItem", "actionItem { id }", about_it).await;
        let shared = ["proposeRelationship", "acceptRelationship"];
        let kpis = ["proposeMetricCharter", "signMetricCharter", "signMetricCharter", "proposeKpiDefinition", "agreeKpiDefinition", "agreeKpiDefinition"];
        let hide = |names: &[&'static str], hidden: bool| -> Vec<&'static str> { names.iter().map(|name| if hidden { "hidden" } else { *name }).collect() };
        for (scopes, reads_items, reads_kpis) in [
            ("", false, false),
            ("actions:read", true, false),
            ("kpis:read", false, true),
            ("actions:read kpis:read", true, true),
            ("kpis:read-released kpis:collect actions:write kpis:write kpis:approve relationships:approve", false, false),
        ] {
            let caller = app.caller("brightfill", "auditor", &format!("journal:read relationships:read {scopes}"));
            let entries = of_relationship(&caller, &world.relationship).await;
            assert_chain(&world.relationship, &entries);
            let expected = [
                hide(&shared, false),
                hide(&["createActionItem"], !reads_items),
                hide(&kpis, !reads_kpis),
                // It names the KPI that it is about.
                hide(&["createActionItem"], !(reads_items && reads_kpis)),
            ];
            assert_eq!(actions(&entries), expected.concat(), "{scopes}");
        }
    }

    async fn a_reference_is_read_with_what_it_names(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        for (object, id) in [(world.relationship.as_str(), "R1"), (kpi.id.as_str(), "K1")] {
            let reference = json!({ "objectId": object, "system": "SAP-EU1", "externalId": id });
            world.cdmo.mutate("setExternalReference", "externalReferenceId", reference).await;
        }
        let seen = async |scopes: &str| {
            let caller = app.caller("brightfill", "auditor", &format!("journal:read relationships:read {scopes}"));
            let (_, entries) = of_own_organization(&caller).await;
            actions(&entries)[2..].iter().map(|action| (*action).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(seen("").await, ["setExternalReference", "hidden"]);
        assert_eq!(seen("kpis:read-released").await, ["setExternalReference", "hidden"]);
        assert_eq!(seen("kpis:read").await, ["setExternalReference", "setExternalReference"]);
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
