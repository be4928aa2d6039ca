//! Who sees an item and who may aim at it: both parties with the scope, nobody else (T1).

use serde_json::{Value, json};

use super::{ask_date, create, create_id, date_input, item_input, move_input, read};
use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn a_stranger_finds_nothing(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        let comment = json!({ "actionItemId": item["id"], "body": "hello" });
        world.cdmo.mutate("addActionItemComment", "comment { id }", comment.clone()).await;
        let query = "query($id: ID!, $relationship: ID!) {
            actionItem(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id }
            actionItems { totalCount nodes { id } }
            ofIt: actionItems(filter: { relationshipId: $relationship, text: \"forecast\" }) { totalCount }
            about: actionItems(filter: { subjectId: $id }) { totalCount }
            relationship(id: $relationship) { actionItems { totalCount } }
        }";
        let variables = json!({ "id": item["id"], "relationship": world.relationship });
        let nothing = json!({
            "actionItem": null, "node": null, "nodes": [null], "actionItems": { "totalCount": 0, "nodes": [] },
            "ofIt": { "totalCount": 0 }, "about": { "totalCount": 0 }, "relationship": null,
        });
        assert_eq!(world.stranger.ok(query, variables).await, nothing);

        let unknown = json!({ "id": "act_01h455vb4pex5vsknk084sn02q", "version": 1 });
        let unknown_change = json!({ "id": "due_01h455vb4pex5vsknk084sn02q" });
        let attempts = |item: &Value, change: &Value, relationship: &str| {
            vec![
                ("createActionItem", item_input(&world, &json!({ "relationshipId": relationship }))),
                ("updateActionItem", json!({ "actionItemId": item["id"], "expectedVersion": 1, "title": "Mine" })),
                ("proposeActionItemDueDate", date_input(item, "2026-05-01")),
                ("answerActionItemDueDate", json!({ "dueDateChangeId": change["id"], "agree": true })),
                ("addActionItemComment", json!({ "actionItemId": item["id"], "body": "hello" })),
                ("acceptActionItem", move_input("acceptActionItem", item)),
                ("declineActionItem", move_input("declineActionItem", item)),
                ("startActionItem", move_input("startActionItem", item)),
                ("completeActionItem", move_input("completeActionItem", item)),
                ("verifyActionItem", move_input("verifyActionItem", item)),
                ("reopenActionItem", move_input("reopenActionItem", item)),
                ("cancelActionItem", move_input("cancelActionItem", item)),
            ]
        };
        let foreign = attempts(&item, &change, &world.relationship);
        let made_up = attempts(&unknown, &unknown_change, "rel_01h455vb4pex5vsknk084sn02q");
        for ((mutation, input), (_, never_given_out)) in foreign.into_iter().zip(made_up) {
            let refusal = world.stranger.mutation_refused(mutation, input).await;
            assert_eq!(refusal.code, "NOT_FOUND", "{mutation}");
            assert_eq!(refusal, world.stranger.mutation_refused(mutation, never_given_out).await, "{mutation}");
        }
        assert_eq!(read(&world.sponsor, &item["id"], "version state").await, json!({ "version": 1, "state": "PROPOSED" }));
    }

    async fn each_scope_lets_what_it_says(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let id = json!({ "id": item["id"] });
        let query = "query($id: ID!) { actionItem(id: $id) { title } }";
        let without = app.caller("acme", "anna", "relationships:read kpis:read");
        for document in [
            query,
            "query($id: ID!) { node(id: $id) { id } }",
            "query($id: ID!) { nodes(ids: [$id]) { id } actionItems { totalCount } }",
            "query($id: ID!) { relationships { nodes { name actionItems { nodes { id } } } } nodes(ids: [$id]) { id } }",
        ] {
            let refusal = without.refused(document, id.clone()).await;
            assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("actions:read")), "{document}");
        }
        let reads = app.caller("acme", "anna", "actions:read");
        assert_eq!(reads.ok(query, id.clone()).await["actionItem"]["title"], "Send the forecast");
        let refusal = reads.mutation_refused("cancelActionItem", move_input("cancelActionItem", &item)).await;
        assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("actions:write")));
        // Who may only write is told nothing.
        let writes = app.caller("acme", "anna", "actions:write");
        let payload = writes.mutate("createActionItem", "actionItem { id }", item_input(&world, &json!({}))).await;
        assert_eq!(payload, json!({ "actionItem": null }));
    }

    async fn another_features_fields_need_its_scope(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let reads = app.caller("acme", "anna", "actions:read");
        for field in ["relationship { name }", "assignee { name }"] {
            let document = format!("query($id: ID!) {{ actionItem(id: $id) {{ title {field} }} }}");
            let answer = reads.send(&document, json!({ "id": item["id"] })).await;
            assert_eq!(answer.refusals()[0].scope.as_deref(), Some("relationships:read"));
            assert_eq!(answer.body["data"]["actionItem"]["title"], "Send the forecast", "the rest of the answer stays");
        }
    }

    async fn a_subject_that_the_reader_may_not_see_is_not_there(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "name": "Process transfer" });
        let scope = world.sponsor.mutate("proposeScopeOfWork", "scopeOfWork { id }", proposal).await;
        let scope = &scope["scopeOfWork"]["id"];
        let item = create_id(&world.sponsor, &world, json!({ "subjectId": scope })).await;
        let query = "query($id: ID!, $subject: ID!) {
            actionItem(id: $id) { subject { id } subjectId } actionItems(filter: { subjectId: $subject }) { totalCount }
        }";
        let variables = json!({ "id": item, "subject": scope });
        let seen = world.cdmo.ok(query, variables.clone()).await;
        let shown = json!({ "subject": { "id": scope }, "subjectId": scope });
        assert_eq!(seen, json!({ "actionItem": shown, "actionItems": { "totalCount": 1 } }));
        let seen = app.caller("brightfill", "ben", "actions:read").ok(query, variables).await;
        let hidden = json!({ "subject": null, "subjectId": null });
        assert_eq!(seen, json!({ "actionItem": hidden, "actionItems": { "totalCount": 0 } }));
    }

    async fn comments_stay_in_order_with_their_authors(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        for (caller, body) in [(&world.sponsor, "Any news?"), (&world.cdmo, " Tomorrow. "), (&world.sponsor, "Thanks!")] {
            let input = json!({ "actionItemId": item["id"], "body": body });
            caller.mutate("addActionItemComment", "comment { id actionItem { id } }", input).await;
        }
        let first = read(&world.cdmo, &item["id"], "comments(first: 2) { totalCount pageInfo { endCursor hasNextPage } nodes { party authorSubject body } }").await;
        let said = json!([
            { "party": "SPONSOR", "authorSubject": "anna", "body": "Any news?" },
            { "party": "CDMO", "authorSubject": "ben", "body": "Tomorrow." },
        ]);
        assert_eq!((&first["comments"]["nodes"], &first["comments"]["totalCount"]), (&said, &json!(3)));
        let after = format!("comments(after: {}) {{ nodes {{ body }} }} version", first["comments"]["pageInfo"]["endCursor"]);
        let rest = read(&world.cdmo, &item["id"], &after).await;
        assert_eq!(rest, json!({ "comments": { "nodes": [{ "body": "Thanks!" }] }, "version": 1 }));
        for body in ["", "  ", &"x".repeat(10_001)] {
            let input = json!({ "actionItemId": item["id"], "body": body });
            let refusal = world.sponsor.mutation_refused("addActionItemComment", input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.body")));
        }
    }

    async fn an_erp_finds_an_item_by_its_own_name_for_it(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let reference = json!({ "objectId": item["id"], "system": "QMS", "externalId": "CAPA-17" });
        world.sponsor.mutate("setExternalReference", "externalReferenceId", reference).await;
        let query = "{ objectByReference(system: \"QMS\", externalId: \"CAPA-17\") { __typename id } }";
        let found = world.sponsor.ok(query, json!({})).await;
        assert_eq!(found["objectByReference"], json!({ "__typename": "ActionItem", "id": item["id"] }));
        let own = read(&world.sponsor, &item["id"], "externalReferences { nodes { externalId } }").await;
        assert_eq!(own["externalReferences"]["nodes"], json!([{ "externalId": "CAPA-17" }]));
        let theirs = read(&world.cdmo, &item["id"], "externalReferences { totalCount }").await;
        assert_eq!(theirs["externalReferences"]["totalCount"], 0);
    }
}
