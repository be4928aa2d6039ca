//! What a follower sees, and from where on.

use std::num::NonZeroU32;

use guidepost::config::Rate;
use guidepost::http;
use serde_json::{Value, json};

use super::{cursors, entry, follow, item, write};
use crate::harness::{Answer, Caller, World, on_both_databases};

on_both_databases! {
    async fn a_follower_goes_on_after_any_cursor_of_the_journal(app: App) {
        let world = World::new(&app).await;
        for number in 3..45 {
            write(&world.sponsor, &world.relationship, &format!("Item {number}")).await;
        }
        let cursors = cursors(&world.cdmo, &world.relationship).await;
        assert_eq!(cursors.len(), 44);
        for (from, after) in cursors.iter().enumerate().step_by(9) {
            let mut events = follow(&world.cdmo, &world.relationship, Some(after)).await;
            for (number, cursor) in (1..).zip(&cursors).skip(from + 1) {
                assert_eq!(entry(&events.answer().await), (number, cursor.clone()));
            }
            write(&world.sponsor, &world.relationship, "What comes next").await;
            let newest = entry(&events.answer().await).0;
            assert!(newest > 44);
        }
    }

    async fn every_entry_is_paid_for(app: App) {
        let world = World::new(&app).await;
        for number in 0..3 {
            write(&world.sponsor, &world.relationship, &format!("Item {number}")).await;
        }
        let first = cursors(&world.cdmo, &world.relationship).await.remove(0);
        let rate = Rate { per_second: NonZeroU32::MIN, burst: 1_000_000.try_into().expect("some") };
        let service = app.with_settings(|config| config.load.subject_rate = Some(rate)).await;
        let cdmo = world.cdmo.at(&http::router(service));
        // Time stands still, so nothing comes back.
        let asking = left_of(&cdmo).await - left_of(&cdmo).await;
        let mut events = follow(&cdmo, &world.relationship, Some(&first)).await;
        let mut left = Vec::new();
        for number in 2..5 {
            assert_eq!(entry(&events.answer().await).0, number);
            left.push(left_of(&cdmo).await);
        }
        let paid = [left[0] - left[1], left[1] - left[2]];
        assert!(paid[0] == paid[1] && paid[0] > asking, "{paid:?}, of which {asking} are for asking");
    }

    async fn without_a_cursor_a_follower_begins_now(app: App) {
        let world = World::new(&app).await;
        let mut events = follow(&world.cdmo, &world.relationship, None).await;
        // When the follower is at its place cannot be told: what is written until then is not for it.
        let mut first = std::pin::pin!(events.answer());
        let mut written = 2;
        let (number, _) = loop {
            tokio::select! {
                answer = &mut first => break entry(&answer),
                () = write(&world.sponsor, &world.relationship, "Something") => written += 1,
            }
        };
        assert!((3..=written + 1).contains(&number), "{number} of {written}");
    }

    async fn both_parties_see_it_and_each_reads_what_its_scopes_let_it(app: App) {
        let world = World::new(&app).await;
        let beginning = cursors(&world.sponsor, &world.relationship).await.remove(1);
        let auditor = app.caller("brightfill", "auditor", "journal:read");
        write(&world.sponsor, &world.relationship, "Send the forecast").await;
        for (caller, action) in [
            (&world.sponsor, json!({ "action": "createActionItem" })),
            (&world.cdmo, json!({ "action": "createActionItem" })),
            (&auditor, Value::Null),
        ] {
            let answer = follow(caller, &world.relationship, Some(&beginning)).await.answer().await;
            assert_eq!(entry(&answer).0, 3);
            assert_eq!(answer.body["data"]["relationshipChanged"]["node"]["content"], action);
        }
    }

    async fn a_fragment_around_it_changes_nothing(app: App) {
        let world = World::new(&app).await;
        let after = cursors(&world.cdmo, &world.relationship).await.remove(0);
        let document = "subscription($id: ID!, $after: String) { ...Changes }
            fragment Changes on Subscription { ... { relationshipChanged(relationshipId: $id, after: $after) { ...Change } } }
            fragment Change on JournalEntryEdge { cursor node { number } }";
        let mut events = world.cdmo.listen(document, json!({ "id": world.relationship, "after": after })).await;
        assert_eq!(entry(&events.answer().await).0, 2);
    }

    async fn each_event_is_read_anew(app: App) {
        let world = World::new(&app).await;
        let created = world.sponsor.mutate("createActionItem", "actionItem { id version }", item(&world.relationship, "One")).await;
        let id = &created["actionItem"]["id"];
        let after = cursors(&world.cdmo, &world.relationship).await.remove(1);
        let document = "subscription($id: ID!, $after: String) { relationshipChanged(relationshipId: $id, after: $after) {
            node { content { subject { ... on ActionItem { state overdue } } } }
        } }";
        let mut events = world.cdmo.listen(document, json!({ "id": world.relationship, "after": after })).await;
        let subject = |answer: Answer| answer.body["data"]["relationshipChanged"]["node"]["content"]["subject"].clone();
        assert_eq!(subject(events.answer().await), json!({ "state": "PROPOSED", "overdue": false }));
        app.pass(chrono::TimeDelta::days(60));
        world.cdmo.mutate("acceptActionItem", "actionItem { id }", json!({ "actionItemId": id, "expectedVersion": 1 })).await;
        assert_eq!(subject(events.answer().await), json!({ "state": "OPEN", "overdue": true }));
    }

    async fn who_is_no_party_is_told_what_it_is_told_of_an_id_that_never_was(app: App) {
        let world = World::new(&app).await;
        let organization = world.sponsor.ok("{ viewer { organization { id } } }", json!({})).await;
        let organization = organization["viewer"]["organization"]["id"].as_str().expect("an id").to_owned();
        let own_chain = organization.replace("org_", "rel_");
        let mut told = Vec::new();
        for (caller, id) in [
            (&world.stranger, world.relationship.as_str()),
            (&world.stranger, "rel_01h455vb4pex5vsknk084sn02q"),
            (&world.sponsor, &own_chain),
            (&app.operator(), &world.relationship),
        ] {
            let mut events = follow(caller, id, None).await;
            told.push(events.answer().await.body);
            events.must_end().await;
        }
        assert_eq!(told[0]["errors"][0]["extensions"]["code"], "NOT_FOUND");
        assert!(told[0].get("data").is_none() && told[0]["errors"][0].get("path").is_none());
        for other in &mut told {
            other["errors"][0]["extensions"]["requestId"].take();
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0], told[2]);
        assert_eq!(told[3]["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }

    async fn who_lacks_the_scope_is_told_which(app: App) {
        let world = World::new(&app).await;
        let leadership = app.caller("acme", "helen", "relationships:read kpis:read-released");
        let mut events = follow(&leadership, &world.relationship, None).await;
        let refusal = events.answer().await.refusals().remove(0);
        assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("journal:read")));
        events.must_end().await;
    }

    async fn a_cursor_must_be_one_of_this_journal(app: App) {
        let world = World::new(&app).await;
        let of_the_other_order = "query($id: ID!) { relationship(id: $id) { journal(orderBy: NUMBER_DESC) { pageInfo { endCursor } } } }";
        let data = world.cdmo.ok(of_the_other_order, json!({ "id": world.relationship })).await;
        let other = data["relationship"]["journal"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
        write(&world.sponsor, &world.relationship, "One more").await;
        let last = cursors(&world.cdmo, &world.relationship).await.pop().expect("three");
        // Another relationship, whose journal is shorter.
        let proposal = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": "Another" });
        let proposed = world.sponsor.mutate("proposeRelationship", "relationship { id }", proposal).await;
        let shorter = proposed["relationship"]["id"].as_str().expect("an id").to_owned();
        for (relationship, after) in [(&world.relationship, "17"), (&world.relationship, &other), (&shorter, &last)] {
            let mut events = follow(&world.sponsor, relationship, Some(after)).await;
            let refusal = events.answer().await.refusals().remove(0);
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("after")), "{after}");
            events.must_end().await;
        }
    }

    async fn it_ends_when_the_relationship_is_no_longer_shared(app: App) {
        let world = World::new(&app).await;
        let after = cursors(&world.cdmo, &world.relationship).await.remove(0);
        let mut events = follow(&world.cdmo, &world.relationship, Some(&after)).await;
        assert_eq!(entry(&events.answer().await).0, 2);
        // No operation does that.
        let moved = "UPDATE relationship SET cdmo_id = (SELECT id FROM organization WHERE handle = 'stranger')";
        app.by_hand(moved).await;
        let (_, chain) = guidepost::id::parse_any(&world.relationship).expect("an id");
        app.database.feed().grown(chain);
        let answer = events.answer().await;
        assert_eq!(answer.body["data"], json!({ "relationshipChanged": null }));
        assert_eq!(answer.refusals()[0].code, "NOT_FOUND");
        events.must_end().await;
    }
}

/// What is left of what the caller may ask for, once it has asked that.
async fn left_of(caller: &Caller) -> i64 {
    let headers = caller.send("{ viewer { subject } }", json!({})).await.headers;
    let told = headers["ratelimit"].to_str().expect("a text");
    let left = told.split("r=").nth(1).and_then(|rest| rest.split(';').next());
    left.and_then(|left| left.parse().ok()).expect("what is left")
}
