//! Creating action items: what is kept, what is proposed, and what is refused.

use serde_json::{Value, json};

use super::{create, create_contact, item_input, name_contacts, read};
use crate::harness::{World, on_both_databases};

const EVERYTHING: &str = "id relationshipId relationship { id sponsor { name } cdmo { name } } title description priority \
    requestedBy owner assignee { name } dueOn originalDueOn overdue labels state stateReason version createdAt updatedAt \
    subject { __typename id } subjectId pendingDueDateChange { id } dueDateChanges { totalCount } comments { totalCount } \
    externalReferences { totalCount }";

/// A second relationship between the same two parties.
async fn another_relationship(world: &World) -> Value {
    let proposal = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": "Another one" });
    let proposed = world.sponsor.mutate("proposeRelationship", "relationship { id }", proposal).await;
    let id = proposed["relationship"]["id"].clone();
    let acceptance = json!({ "relationshipId": id, "expectedVersion": 1 });
    world.cdmo.mutate("acceptRelationship", "relationship { id }", acceptance).await;
    id
}

on_both_databases! {
    async fn an_item_for_the_counterparty_is_proposed_and_one_for_oneself_is_open(app: App) {
        let world = World::new(&app).await;
        for (owner, state) in [("CDMO", "PROPOSED"), ("SPONSOR", "OPEN")] {
            assert_eq!(create(&world.sponsor, &world, json!({ "owner": owner })).await["state"], state);
        }
        for (owner, state) in [("SPONSOR", "PROPOSED"), ("CDMO", "OPEN")] {
            assert_eq!(create(&world.cdmo, &world, json!({ "owner": owner })).await["state"], state);
        }
    }

    async fn both_parties_read_all_of_it(app: App) {
        let world = World::new(&app).await;
        let contact = create_contact(&world.cdmo, "Chen", None).await;
        name_contacts(&world.cdmo, &world, &[&contact]).await;
        let subject = create(&world.sponsor, &world, json!({ "title": "The other one" })).await;
        let input = json!({
            "title": "  Send the forecast ", "description": "For April.", "priority": "HIGH", "assigneeContactId": contact,
            "labels": ["supply", " supply ", "april"], "subjectId": subject["id"],
        });
        let item = create(&world.sponsor, &world, input).await;
        let expected = json!({
            "id": item["id"], "relationshipId": world.relationship,
            "relationship": {
                "id": world.relationship, "sponsor": { "name": "Acme Therapeutics" }, "cdmo": { "name": "Brightfill" },
            },
            "title": "Send the forecast", "description": "For April.", "priority": "HIGH",
            "requestedBy": "SPONSOR", "owner": "CDMO", "assignee": { "name": "Chen" },
            "dueOn": "2026-04-01", "originalDueOn": "2026-04-01", "overdue": false, "labels": ["supply", "april"],
            "state": "PROPOSED", "stateReason": null, "version": 1,
            "createdAt": "2026-03-02T09:00:00+00:00", "updatedAt": "2026-03-02T09:00:00+00:00",
            "subject": { "__typename": "ActionItem", "id": subject["id"] }, "subjectId": subject["id"],
            "pendingDueDateChange": null, "dueDateChanges": { "totalCount": 0 }, "comments": { "totalCount": 0 },
            "externalReferences": { "totalCount": 0 },
        });
        for caller in [&world.sponsor, &world.cdmo] {
            assert_eq!(read(caller, &item["id"], EVERYTHING).await, expected);
        }
    }

    async fn what_is_left_out_is_empty_or_the_usual(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let read = read(&world.cdmo, &item["id"], "description priority labels assignee { id } subject { id }").await;
        let usual = json!({ "description": "", "priority": "NORMAL", "labels": [], "assignee": null, "subject": null });
        assert_eq!(read, usual);
    }

    async fn all_invalid_fields_are_reported_at_once(app: App) {
        let world = World::new(&app).await;
        let many: Vec<String> = (0..21).map(|number| format!("label {number}")).collect();
        let input = json!({
            "relationshipId": "rel_17", "title": "x".repeat(201), "description": "x".repeat(10_001),
            "assigneeContactId": world.sponsor_site, "dueOn": "1899-01-01", "labels": many,
            "subjectId": world.sponsor_site,
        });
        let refusals = world.sponsor.mutation_refusals("createActionItem", item_input(&world, &input)).await;
        assert!(refusals.iter().all(|refusal| refusal.code == "BAD_USER_INPUT"));
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        let all = ["relationshipId", "title", "description", "assigneeContactId", "dueOn", "labels", "subjectId"];
        assert_eq!(fields, all.map(|field| format!("input.{field}")));
        let input = item_input(&world, &json!({ "title": " ", "labels": ["", "x".repeat(51)] }));
        let refusals = world.sponsor.mutation_refusals("createActionItem", input).await;
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.title", "input.labels[0]", "input.labels[1]"]);
        let nothing = world.sponsor.ok("{ actionItems { totalCount } }", json!({})).await;
        assert_eq!(nothing["actionItems"]["totalCount"], 0);
    }

    async fn the_longest_texts_are_kept_whole(app: App) {
        let world = World::new(&app).await;
        // Characters count, not bytes.
        let labels: Vec<String> = (10..30).map(|number| format!("{}{number}", "ü".repeat(48))).collect();
        let input = json!({ "title": "é".repeat(200), "description": "語".repeat(10_000), "labels": labels });
        let item = create(&world.sponsor, &world, input.clone()).await;
        let read = read(&world.cdmo, &item["id"], "title description labels").await;
        assert_eq!(read, input);
    }

    async fn an_assignee_is_a_contact_that_the_owner_has_named(app: App) {
        let world = World::new(&app).await;
        let ada = create_contact(&world.sponsor, "Ada", None).await;
        let unnamed_ada = create_contact(&world.sponsor, "Ada of Research", None).await;
        let chen = create_contact(&world.cdmo, "Chen", None).await;
        let unnamed_chen = create_contact(&world.cdmo, "Chen of Finance", None).await;
        let foreign = create_contact(&world.stranger, "Sue", None).await;
        name_contacts(&world.sponsor, &world, &[&ada]).await;
        name_contacts(&world.cdmo, &world, &[&chen]).await;
        let unknown = "con_01h455vb4pex5vsknk084sn02q".to_owned();
        for caller in [&world.sponsor, &world.cdmo] {
            for (owner, named) in [("SPONSOR", &ada), ("CDMO", &chen)] {
                let mut answers = Vec::new();
                for contact in [&ada, &unnamed_ada, &chen, &unnamed_chen, &foreign, &unknown] {
                    let input = item_input(&world, &json!({ "owner": owner, "assigneeContactId": contact }));
                    let refusals = caller.mutation_refusals("createActionItem", input).await;
                    let refused: Vec<_> = refusals.iter().map(|refusal| (&*refusal.code, refusal.field.as_deref())).collect();
                    let field = ("BAD_USER_INPUT", Some("input.assigneeContactId"));
                    assert_eq!(refused, if contact == named { vec![] } else { vec![field] }, "{owner} {contact}");
                    answers.extend(refusals.into_iter().map(|refusal| refusal.message));
                }
                answers.dedup();
                assert_eq!(answers.len(), 1, "no answer tells one contact from another: {answers:?}");
            }
        }
    }

    async fn a_contact_named_elsewhere_is_not_named_here(app: App) {
        let world = World::new(&app).await;
        let contact = create_contact(&world.cdmo, "Chen", None).await;
        let other = another_relationship(&world).await;
        crate::harness::name_contacts(&world.cdmo, other.as_str().expect("an id"), &[&contact]).await;
        let seen = world.sponsor.ok("query($id: ID!) { node(id: $id) { id } }", json!({ "id": contact })).await;
        assert_eq!(seen["node"]["id"], json!(contact), "the sponsor knows the contact");
        let input = item_input(&world, &json!({ "assigneeContactId": contact }));
        let refusal = world.sponsor.mutation_refused("createActionItem", input).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.assigneeContactId")));
        create(&world.sponsor, &world, json!({ "relationshipId": other, "assigneeContactId": contact })).await;
    }

    async fn the_counterparty_reads_no_assignee_that_is_no_longer_named(app: App) {
        let world = World::new(&app).await;
        let contact = create_contact(&world.cdmo, "Cleo", None).await;
        name_contacts(&world.cdmo, &world, &[&contact]).await;
        let item = create(&world.cdmo, &world, json!({ "assigneeContactId": contact })).await;
        let selection = "assignee { name }";
        assert_eq!(read(&world.sponsor, &item["id"], selection).await["assignee"]["name"], "Cleo");
        name_contacts(&world.cdmo, &world, &[]).await;
        assert_eq!(read(&world.cdmo, &item["id"], selection).await["assignee"]["name"], "Cleo");
        assert_eq!(read(&world.sponsor, &item["id"], selection).await["assignee"], Value::Null);
    }

    async fn a_subject_is_a_thing_of_the_same_relationship(app: App) {
        let world = World::new(&app).await;
        let proposal = json!({ "relationshipId": world.relationship, "name": "Process transfer" });
        let scope = world.sponsor.mutate("proposeScopeOfWork", "scopeOfWork { id }", proposal).await;
        let scope = &scope["scopeOfWork"]["id"];
        let milestone = json!({ "scopeOfWorkId": scope, "name": "First batch", "plannedOn": "2026-06-01" });
        let milestone = world.sponsor.mutate("createMilestone", "milestone { id }", milestone).await;
        let milestone = &milestone["milestone"]["id"];
        for (kind, id) in [("ScopeOfWork", scope), ("Milestone", milestone)] {
            let item = create(&world.sponsor, &world, json!({ "subjectId": id })).await;
            let read = read(&world.cdmo, &item["id"], "subject { __typename id } subjectId").await;
            assert_eq!(read, json!({ "subject": { "__typename": kind, "id": id }, "subjectId": id }));
        }
        // The same kind of thing in another relationship of the same two parties, in a foreign one, and none at all.
        let other = another_relationship(&world).await;
        let elsewhere = create(&world.sponsor, &world, json!({ "relationshipId": other })).await;
        let mut messages = Vec::new();
        for id in [&elsewhere["id"], &json!("act_01h455vb4pex5vsknk084sn02q")] {
            let input = item_input(&world, &json!({ "subjectId": id }));
            let refusal = world.sponsor.mutation_refused("createActionItem", input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.subjectId")));
            messages.push(refusal.message);
        }
        assert_eq!(messages[0], messages[1]);
    }

    async fn an_assignee_and_a_subject_are_refused_together(app: App) {
        let world = World::new(&app).await;
        let input = json!({
            "assigneeContactId": "con_01h455vb4pex5vsknk084sn02q", "subjectId": "kpi_01h455vb4pex5vsknk084sn02q",
        });
        let refusals = world.sponsor.mutation_refusals("createActionItem", item_input(&world, &input)).await;
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.assigneeContactId", "input.subjectId"]);
    }
}
