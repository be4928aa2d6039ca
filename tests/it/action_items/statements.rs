//! How many SQL statements the hot paths take: the number stays the same however much there is.

use serde_json::{Value, json};

use super::{create, create_contact, go, item_input, name_contacts, text};
use crate::harness::{App, Caller, World, on_both_databases};

async fn relationship(world: &World, name: &str) -> Value {
    let proposal = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": name });
    let proposed = world.sponsor.mutate("proposeRelationship", "relationship { id }", proposal).await;
    let id = proposed["relationship"]["id"].clone();
    let acceptance = json!({ "relationshipId": id, "expectedVersion": 1 });
    world.cdmo.mutate("acceptRelationship", "relationship { id }", acceptance).await;
    id
}

async fn statements_of(app: &App, caller: &Caller, query: &str, variables: Value) -> (usize, Value) {
    app.statements();
    let data = caller.ok(query, variables).await;
    (app.statements(), data)
}

on_both_databases! {
    async fn a_point_takes_two(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let query = "query($id: ID!) { actionItem(id: $id) { title state dueOn relationship { sponsor { name } cdmo { name } } } }";
        let (statements, data) = statements_of(&app, &world.cdmo, query, json!({ "id": item["id"] })).await;
        assert_eq!(data["actionItem"]["relationship"]["cdmo"]["name"], "Brightfill");
        assert_eq!(statements, 2);
    }

    async fn creating_takes_at_most_six(app: App) {
        let world = World::new(&app).await;
        let contact = create_contact(&world.cdmo, "Chen", None).await;
        name_contacts(&world.cdmo, &world, &[&contact]).await;
        let subject = create(&world.sponsor, &world, json!({})).await;
        for (fields, expected) in [
            (json!({}), 4),
            (json!({ "assigneeContactId": contact, "subjectId": subject["id"], "labels": ["a", "b"] }), 6),
        ] {
            app.statements();
            world.sponsor.mutate("createActionItem", "__typename", item_input(&world, &fields)).await;
            assert_eq!(app.statements(), expected);
        }
    }

    async fn nested_lists_take_the_same_for_one_relationship_and_for_twenty(app: App) {
        let world = World::new(&app).await;
        let everything = "query($n: Int!) { relationships(first: $n) { nodes {
            name
            actionItems(first: 3, filter: { states: [PROPOSED, OPEN, IN_PROGRESS] }, orderBy: DUE_ON_ASC) {
                totalCount
                nodes {
                    title dueOn originalDueOn overdue labels subjectId subject { id }
                    relationship { sponsor { name } }
                    assignee { name } pendingDueDateChange { toOn }
                    dueDateChanges(first: 2) { nodes { toOn } } comments(first: 2) { totalCount nodes { body } }
                }
            }
        } } }";
        let filtered = "query($n: Int!, $subject: ID!) { relationships(first: $n) { nodes {
            about: actionItems(filter: { subjectId: $subject, ownedBy: OURS }, orderBy: PRIORITY_DESC) { nodes { id } }
            found: actionItems(filter: { text: \"forecast\", label: \"a\", assignedToMe: true }) { nodes { id } }
        } } }";
        let board = "query($n: Int!) { relationships(first: $n) { nodes {
            sponsor { name } cdmo { name }
            actionItems(first: 3, filter: { states: [OPEN, IN_PROGRESS] }) { nodes { title dueOn } }
        } } }";
        let contact = create_contact(&world.cdmo, "Chen", None).await;
        let mut subject = json!(null);
        for number in 0..20 {
            let id = if number == 0 { json!(world.relationship) } else { relationship(&world, &format!("No. {number}")).await };
            let here = World { relationship: text(&id), ..world.clone() };
            name_contacts(&world.cdmo, &here, &[&contact]).await;
            for day in [12, 10, 14, 11] {
                let fields = json!({
                    "relationshipId": id, "dueOn": format!("2026-04-{day}"), "owner": "CDMO", "assigneeContactId": contact,
                });
                let item = create(&world.cdmo, &world, fields).await;
                let asked = create(&world.sponsor, &world, json!({ "relationshipId": id, "subjectId": item["id"] })).await;
                go(&world.cdmo, "acceptActionItem", &asked).await;
                subject = item["id"].clone();
            }
        }
        let mut counts = Vec::new();
        for n in [1, 20] {
            let (all, data) = statements_of(&app, &world.sponsor, everything, json!({ "n": n })).await;
            let nodes = data["relationships"]["nodes"].as_array().expect("nodes").clone();
            assert_eq!(nodes.len(), n);
            for node in &nodes {
                assert_eq!(node["actionItems"]["totalCount"], 8);
                let due: Vec<&str> = node["actionItems"]["nodes"].as_array().expect("nodes").iter().map(|item| item["dueOn"].as_str().expect("a date")).collect();
                assert_eq!(due, ["2026-04-01", "2026-04-01", "2026-04-01"]);
            }
            let (board, _) = statements_of(&app, &world.sponsor, board, json!({ "n": n })).await;
            let variables = json!({ "n": n, "subject": subject });
            let (filtered, _) = statements_of(&app, &world.sponsor, filtered, variables).await;
            counts.push([all, board, filtered]);
        }
        assert_eq!(counts[0], counts[1]);
        let [_, board, filtered] = counts[0];
        assert_eq!(board, 3, "relationships, organizations, action items");
        assert_eq!(filtered, 4, "relationships, the subject, two lists of action items");
    }
}
