//! A portal's list: filters, orders, pages, text search, the same on both databases.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{create, create_contact, go, name_contacts, text};
use crate::harness::{Caller, World, on_both_databases};

/// The titles of the items that match, soonest due first.
async fn titles(caller: &Caller, filter: Value) -> Vec<String> {
    let query =
        "query($filter: ActionItemFilter) { actionItems(filter: $filter, first: 100) { totalCount nodes { title } } }";
    let data = caller.ok(query, json!({ "filter": filter })).await;
    let nodes = data["actionItems"]["nodes"].as_array().expect("nodes").clone();
    assert_eq!(data["actionItems"]["totalCount"], nodes.len(), "{filter}");
    nodes.iter().map(|node| text(&node["title"])).collect()
}

/// Pages through the list in both directions, two at a time; all titles in order.
async fn all_pages(caller: &Caller, order: &str) -> Vec<String> {
    let document = |size: &str, from: &str| {
        format!(
            "query($order: ActionItemOrder!, $cursor: String) {{
                actionItems(orderBy: $order, {size}: 2, {from}: $cursor) {{
                    nodes {{ title }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
                }}
            }}"
        )
    };
    let page_titles = |data: &Value| -> Vec<String> {
        let nodes = data["actionItems"]["nodes"].as_array().expect("nodes").clone();
        nodes.iter().map(|node| text(&node["title"])).collect()
    };
    let (mut forward, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let data = caller.ok(&document("first", "after"), json!({ "order": order, "cursor": cursor })).await;
        forward.extend(page_titles(&data));
        let info = &data["actionItems"]["pageInfo"];
        if info["hasNextPage"] == false {
            break;
        }
        cursor = info["endCursor"].clone();
    }
    let (mut backward, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let data = caller.ok(&document("last", "before"), json!({ "order": order, "cursor": cursor })).await;
        backward.splice(0..0, page_titles(&data));
        let info = &data["actionItems"]["pageInfo"];
        if info["hasPreviousPage"] == false {
            break;
        }
        cursor = info["startCursor"].clone();
    }
    assert_eq!(forward, backward, "{order}");
    forward
}

async fn item(caller: &Caller, world: &World, title: &str, fields: Value) -> Value {
    let mut fields = fields;
    fields["title"] = title.into();
    create(caller, world, fields).await
}

on_both_databases! {
    async fn every_order_pages_both_ways(app: App) {
        let world = World::new(&app).await;
        let mut items = Vec::new();
        for (title, due_on, priority) in [
            ("a", "2026-04-03", "LOW"),
            ("b", "2026-04-01", "URGENT"),
            ("c", "2026-04-02", "NORMAL"),
            ("d", "2026-04-01", "HIGH"),
            ("e", "2026-04-05", "URGENT"),
            ("f", "2026-04-01", "NORMAL"),
            ("g", "2026-04-04", "URGENT"),
        ] {
            items.push(item(&world.sponsor, &world, title, json!({ "dueOn": due_on, "priority": priority })).await);
        }
        // Written later, in this order: c, then a with a fraction of a second.
        app.pass(TimeDelta::seconds(1));
        go(&world.cdmo, "acceptActionItem", &items[2]).await;
        app.pass(TimeDelta::microseconds(1_500));
        go(&world.cdmo, "acceptActionItem", &items[0]).await;
        for (order, expected) in [
            ("DUE_ON_ASC", "bdfcage"),
            ("DUE_ON_DESC", "egacfdb"),
            ("CREATED_AT_ASC", "abcdefg"),
            ("CREATED_AT_DESC", "gfedcba"),
            ("UPDATED_AT_DESC", "acgfedb"),
            ("PRIORITY_DESC", "bgedfca"),
        ] {
            assert_eq!(all_pages(&world.cdmo, order).await.concat(), expected, "{order}");
        }
    }

    async fn a_page_is_stable_while_items_come_in(app: App) {
        let world = World::new(&app).await;
        for (title, due_on) in [("a", "2026-04-01"), ("c", "2026-04-03"), ("e", "2026-04-05")] {
            item(&world.sponsor, &world, title, json!({ "dueOn": due_on })).await;
        }
        let query = "query($after: String) { actionItems(first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }";
        let first = world.cdmo.ok(query, json!({})).await;
        item(&world.sponsor, &world, "b", json!({ "dueOn": "2026-04-02" })).await;
        item(&world.sponsor, &world, "d", json!({ "dueOn": "2026-04-04" })).await;
        let next = world.cdmo.ok(query, json!({ "after": first["actionItems"]["pageInfo"]["endCursor"] })).await;
        assert_eq!(first["actionItems"]["nodes"], json!([{ "title": "a" }, { "title": "c" }]));
        assert_eq!(next["actionItems"]["nodes"], json!([{ "title": "d" }, { "title": "e" }]));
        let other = "query($after: String) { actionItems(first: 2, after: $after, orderBy: CREATED_AT_ASC) { nodes { id } } }";
        let refusal = world.cdmo.refused(other, json!({ "after": first["actionItems"]["pageInfo"]["endCursor"] })).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("after")));
    }

    async fn filters_by_party_and_state(app: App) {
        let world = World::new(&app).await;
        let done = item(&world.sponsor, &world, "sponsor for itself", json!({ "owner": "SPONSOR", "dueOn": "2026-04-01" })).await;
        item(&world.sponsor, &world, "sponsor asks", json!({ "owner": "CDMO", "dueOn": "2026-04-02" })).await;
        item(&world.cdmo, &world, "cdmo asks", json!({ "owner": "SPONSOR", "dueOn": "2026-04-03" })).await;
        item(&world.cdmo, &world, "cdmo for itself", json!({ "owner": "CDMO", "dueOn": "2026-04-04" })).await;
        go(&world.sponsor, "completeActionItem", &done).await;
        let sponsor_owns = ["sponsor for itself", "cdmo asks"];
        let cdmo_owns = ["sponsor asks", "cdmo for itself"];
        for (filter, by_sponsor, by_cdmo) in [
            (json!({ "owner": "SPONSOR" }), sponsor_owns, sponsor_owns),
            (json!({ "owner": "CDMO" }), cdmo_owns, cdmo_owns),
            (json!({ "ownedBy": "OURS" }), sponsor_owns, cdmo_owns),
            (json!({ "ownedBy": "THEIRS" }), cdmo_owns, sponsor_owns),
            (json!({ "requestedBy": "OURS" }), ["sponsor for itself", "sponsor asks"], ["cdmo asks", "cdmo for itself"]),
            (json!({ "requestedBy": "THEIRS" }), ["cdmo asks", "cdmo for itself"], ["sponsor for itself", "sponsor asks"]),
            (json!({ "states": ["PROPOSED"] }), ["sponsor asks", "cdmo asks"], ["sponsor asks", "cdmo asks"]),
            (json!({ "states": ["OPEN", "DONE"] }), ["sponsor for itself", "cdmo for itself"], ["sponsor for itself", "cdmo for itself"]),
        ] {
            assert_eq!(titles(&world.sponsor, filter.clone()).await, by_sponsor, "{filter}");
            assert_eq!(titles(&world.cdmo, filter.clone()).await, by_cdmo, "{filter}");
        }
        assert_eq!(titles(&world.sponsor, json!({ "ownedBy": "OURS", "requestedBy": "THEIRS", "states": ["PROPOSED"] })).await, ["cdmo asks"]);
        assert!(titles(&world.sponsor, json!({ "states": [] })).await.is_empty());
    }

    async fn ours_follows_the_side_in_each_relationship(app: App) {
        let world = World::new(&app).await;
        // The same two companies the other way round.
        let proposal = json!({ "counterparty": "acme", "ourParty": "SPONSOR", "name": "The other way round" });
        let reversed = world.cdmo.mutate("proposeRelationship", "relationship { id }", proposal).await;
        let reversed = &reversed["relationship"]["id"];
        let acceptance = json!({ "relationshipId": reversed, "expectedVersion": 1 });
        world.sponsor.mutate("acceptRelationship", "relationship { id }", acceptance).await;
        item(&world.sponsor, &world, "acme's", json!({ "owner": "SPONSOR" })).await;
        item(&world.sponsor, &world, "acme's as CDMO", json!({ "relationshipId": reversed, "owner": "CDMO" })).await;
        item(&world.sponsor, &world, "brightfill's as sponsor", json!({ "relationshipId": reversed, "owner": "SPONSOR" })).await;
        assert_eq!(titles(&world.sponsor, json!({ "ownedBy": "OURS" })).await, ["acme's", "acme's as CDMO"]);
        assert_eq!(titles(&world.cdmo, json!({ "ownedBy": "OURS" })).await, ["brightfill's as sponsor"]);
        assert_eq!(titles(&world.cdmo, json!({ "requestedBy": "THEIRS" })).await.len(), 3);
        assert_eq!(titles(&world.cdmo, json!({ "relationshipId": world.relationship })).await, ["acme's"]);
        let nested = "query($id: ID!) { relationship(id: $id) { actionItems(filter: { ownedBy: OURS }) { totalCount nodes { title } } } }";
        let seen = world.cdmo.ok(nested, json!({ "id": reversed })).await;
        assert_eq!(seen["relationship"]["actionItems"], json!({ "totalCount": 1, "nodes": [{ "title": "brightfill's as sponsor" }] }));
    }

    async fn filters_by_date_priority_label_and_subject(app: App) {
        let world = World::new(&app).await;
        let labels = json!(["supply", "a \"quoted\", one", "100%"]);
        let first = item(&world.sponsor, &world, "first", json!({ "dueOn": "2026-03-01", "labels": labels, "priority": "LOW" })).await;
        let second = item(&world.sponsor, &world, "second", json!({ "dueOn": "2026-03-02", "labels": ["supply chain"], "subjectId": first["id"] })).await;
        item(&world.sponsor, &world, "third", json!({ "dueOn": "2026-03-03", "priority": "HIGH", "subjectId": first["id"] })).await;
        for (filter, expected) in [
            (json!({ "dueFrom": "2026-03-02" }), vec!["second", "third"]),
            (json!({ "dueTo": "2026-03-02" }), vec!["first", "second"]),
            (json!({ "dueFrom": "2026-03-02", "dueTo": "2026-03-02" }), vec!["second"]),
            (json!({ "priorities": ["LOW", "HIGH"] }), vec!["first", "third"]),
            (json!({ "label": "supply" }), vec!["first"]),
            (json!({ "label": " supply chain " }), vec!["second"]),
            (json!({ "label": "a \"quoted\", one" }), vec!["first"]),
            (json!({ "label": "100%" }), vec!["first"]),
            (json!({ "label": "Supply" }), vec![]),
            (json!({ "label": "%" }), vec![]),
            (json!({ "subjectId": first["id"] }), vec!["second", "third"]),
            (json!({ "subjectId": second["id"] }), vec![]),
            // Only the first was due before today, the second is due today.
            (json!({ "overdue": true }), vec!["first"]),
            (json!({ "overdue": false }), vec!["second", "third"]),
            (json!({}), vec!["first", "second", "third"]),
        ] {
            assert_eq!(titles(&world.cdmo, filter.clone()).await, expected, "{filter}");
        }
        let nested = "query($id: ID!) { relationship(id: $id) { actionItems(filter: { label: \"supply\", overdue: true }) { totalCount nodes { title overdue } } } }";
        let seen = world.cdmo.ok(nested, json!({ "id": world.relationship })).await;
        assert_eq!(seen["relationship"]["actionItems"], json!({ "totalCount": 1, "nodes": [{ "title": "first", "overdue": true }] }));
    }

    async fn only_what_is_still_to_be_done_is_overdue(app: App) {
        let world = World::new(&app).await;
        let late = json!({ "dueOn": "2026-03-01" });
        item(&world.sponsor, &world, "proposed", late.clone()).await;
        let open = item(&world.sponsor, &world, "open", late.clone()).await;
        go(&world.cdmo, "acceptActionItem", &open).await;
        let declined = item(&world.sponsor, &world, "declined", late.clone()).await;
        go(&world.cdmo, "declineActionItem", &declined).await;
        let cancelled = item(&world.sponsor, &world, "cancelled", late.clone()).await;
        go(&world.sponsor, "cancelActionItem", &cancelled).await;
        for title in ["in progress", "done", "verified"] {
            let mut work = item(&world.sponsor, &world, title, late.clone()).await;
            for step in ["acceptActionItem", "startActionItem"] {
                work = go(&world.cdmo, step, &work).await;
            }
            if title != "in progress" {
                work = go(&world.cdmo, "completeActionItem", &work).await;
            }
            if title == "verified" {
                go(&world.sponsor, "verifyActionItem", &work).await;
            }
        }
        let overdue = ["proposed", "open", "in progress"];
        assert_eq!(titles(&world.cdmo, json!({ "overdue": true })).await, overdue);
        assert_eq!(titles(&world.cdmo, json!({ "overdue": false })).await, ["declined", "cancelled", "done", "verified"]);
        let all = world.sponsor.ok("{ actionItems { nodes { title overdue } } }", json!({})).await;
        for node in all["actionItems"]["nodes"].as_array().expect("nodes") {
            assert_eq!(node["overdue"], overdue.contains(&node["title"].as_str().expect("a title")), "{node}");
        }
    }

    async fn what_is_assigned_to_me_is_by_my_own_organizations_contact(app: App) {
        let world = World::new(&app).await;
        let ben = create_contact(&world.cdmo, "Ben", Some("ben")).await;
        let other = create_contact(&world.cdmo, "Bea", Some("bea")).await;
        name_contacts(&world.cdmo, &world, &[&ben, &other]).await;
        item(&world.sponsor, &world, "ben's", json!({ "assigneeContactId": ben })).await;
        item(&world.sponsor, &world, "bea's", json!({ "assigneeContactId": other })).await;
        item(&world.sponsor, &world, "nobody's", json!({})).await;
        assert_eq!(titles(&world.cdmo, json!({ "assignedToMe": true })).await, ["ben's"]);
        assert_eq!(titles(&world.cdmo, json!({ "assignedToMe": false })).await, ["bea's", "nobody's"]);
        // The same subject at another organization is another person.
        let namesake = app.caller("acme", "ben", "actions:read");
        assert!(titles(&namesake, json!({ "assignedToMe": true })).await.is_empty());
        assert_eq!(titles(&namesake, json!({ "assignedToMe": false })).await.len(), 3);
    }

    async fn text_is_found_as_it_is_written(app: App) {
        let world = World::new(&app).await;
        item(&world.sponsor, &world, "Ship 100% of the Löwenzahn", json!({ "description": "A_B and C:\\temp" })).await;
        item(&world.sponsor, &world, "Ship 1000 of the rest", json!({ "description": "AXB", "labels": ["ÉTUDE"] })).await;
        item(&world.sponsor, &world, "ΟΔΟΣΑ", json!({})).await;
        let (first, second, third) = ("Ship 100% of the Löwenzahn", "Ship 1000 of the rest", "ΟΔΟΣΑ");
        for (text, expected) in [
            ("ship", vec![first, second]),
            ("SHIP of", vec![first, second]),
            ("of ship", vec![first, second]),
            ("ship löwenzahn", vec![first]),
            ("LÖWEN ship", vec![first]),
            ("100%", vec![first]),
            ("%", vec![first]),
            ("a_b", vec![first]),
            ("_", vec![first]),
            ("c:\\temp", vec![first]),
            ("\\", vec![first]),
            ("axb", vec![second]),
            ("étude rest", vec![second]),
            ("'", vec![]),
            ("\"", vec![]),
            ("ship nothing", vec![]),
            ("rest étude ship 1000 of the", vec![second]),
            ("οδος", vec![]),
            ("ΟΔΟΣ", vec![third]),
            ("restétude", vec![]),
            ("  ", vec![first, second, third]),
        ] {
            assert_eq!(titles(&world.cdmo, json!({ "text": text })).await, expected, "{text}");
        }
    }

    async fn a_search_finds_what_an_update_wrote(app: App) {
        let world = World::new(&app).await;
        let item = item(&world.sponsor, &world, "Old", json!({ "labels": ["one"] })).await;
        let update = json!({ "actionItemId": item["id"], "expectedVersion": 1, "title": "New", "labels": ["two"] });
        world.sponsor.mutate("updateActionItem", "actionItem { id }", update).await;
        assert_eq!(titles(&world.cdmo, json!({ "text": "new two" })).await, ["New"]);
        assert!(titles(&world.cdmo, json!({ "text": "old" })).await.is_empty());
        assert!(titles(&world.cdmo, json!({ "text": "one" })).await.is_empty());
    }

    async fn all_invalid_filters_are_reported_at_once(app: App) {
        let world = World::new(&app).await;
        let query = "query($filter: ActionItemFilter) { actionItems(filter: $filter) { totalCount } }";
        let filter = json!({
            "relationshipId": "act_1", "dueFrom": "2026-03-02", "dueTo": "2026-03-01", "label": "",
            "text": "x".repeat(201), "subjectId": world.sponsor_site,
        });
        let refusals = world.sponsor.send(query, json!({ "filter": filter })).await.refusals();
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["filter.relationshipId", "filter.dueTo", "filter.label", "filter.text", "filter.subjectId"]);
        for (filter, field) in [(json!({ "dueFrom": "1899-01-01" }), "filter.dueFrom"), (json!({ "dueTo": "9999-01-01" }), "filter.dueTo")] {
            assert_eq!(world.sponsor.refused(query, json!({ "filter": filter })).await.field.as_deref(), Some(field));
        }
    }
}
