//! What a person looks for in the morning: what waits for an answer, what is whose, what has changed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{ask_date, create, create_contact, go, name_contacts, text};
use crate::harness::{Caller, World, on_both_databases};

async fn titles(caller: &Caller, filter: Value) -> Vec<String> {
    let query = "query($filter: ActionItemFilter) { actionItems(filter: $filter, orderBy: CREATED_AT_ASC) { nodes { title } } }";
    let data = caller.ok(query, json!({ "filter": filter })).await;
    data["actionItems"]["nodes"].as_array().expect("nodes").iter().map(|node| text(&node["title"])).collect()
}

async fn item(world: &World, title: &str) -> Value {
    create(&world.sponsor, world, json!({ "title": title })).await
}

on_both_databases! {
    async fn what_waits_for_an_answer_waits_for_one_party(app: App) {
        let world = World::new(&app).await;
        item(&world, "proposed").await;
        let counter = item(&world, "another date proposed").await;
        ask_date(&world.cdmo, &counter, "2026-04-20").await;
        let open = item(&world, "open").await;
        let open = go(&world.cdmo, "acceptActionItem", &open).await;
        let slipping = item(&world, "the owner is late").await;
        let slipping = go(&world.cdmo, "acceptActionItem", &slipping).await;
        ask_date(&world.cdmo, &slipping, "2026-05-20").await;
        let earlier = item(&world, "the requester is in a hurry").await;
        let earlier = go(&world.cdmo, "acceptActionItem", &earlier).await;
        ask_date(&world.sponsor, &earlier, "2026-03-20").await;
        let declined = item(&world, "declined").await;
        go(&world.cdmo, "declineActionItem", &declined).await;

        let (of_sponsor, of_cdmo) =
            (["another date proposed", "the owner is late"], ["proposed", "the requester is in a hurry"]);
        assert_eq!(titles(&world.sponsor, json!({ "awaitsAnswerOf": "OURS" })).await, of_sponsor);
        assert_eq!(titles(&world.sponsor, json!({ "awaitsAnswerOf": "THEIRS" })).await, of_cdmo);
        assert_eq!(titles(&world.cdmo, json!({ "awaitsAnswerOf": "OURS" })).await, of_cdmo);
        assert_eq!(titles(&world.cdmo, json!({ "awaitsAnswerOf": "THEIRS" })).await, of_sponsor);
        // An answer ends the waiting.
        let wish = ask_date(&world.cdmo, &open, "2026-04-30").await;
        assert_eq!(titles(&world.sponsor, json!({ "awaitsAnswerOf": "OURS" })).await.len(), 3);
        let answer = json!({ "dueDateChangeId": wish["id"], "agree": true });
        world.sponsor.mutate("answerActionItemDueDate", "dueDateChange { id }", answer).await;
        assert_eq!(titles(&world.sponsor, json!({ "awaitsAnswerOf": "OURS" })).await, of_sponsor);
    }

    async fn an_assignee_is_looked_for_by_who_may_know_them(app: App) {
        let world = World::new(&app).await;
        let chen = create_contact(&world.cdmo, "Chen", None).await;
        name_contacts(&world.cdmo, &world, &[&chen]).await;
        create(&world.sponsor, &world, json!({ "title": "Chen's", "assigneeContactId": chen })).await;
        item(&world, "nobody's").await;
        let filter = json!({ "assigneeContactId": chen });
        assert_eq!(titles(&world.sponsor, filter.clone()).await, ["Chen's"]);
        name_contacts(&world.cdmo, &world, &[]).await;
        assert_eq!(titles(&world.cdmo, filter.clone()).await, ["Chen's"]);
        assert!(titles(&world.sponsor, filter).await.is_empty(), "the sponsor may no longer know who that is");
    }

    async fn what_has_changed_since_is_found(app: App) {
        let world = World::new(&app).await;
        let first = item(&world, "first").await;
        item(&world, "second").await;
        app.pass(TimeDelta::hours(1));
        let since = json!({ "updatedSince": "2026-03-02T09:30:00Z" });
        assert!(titles(&world.sponsor, since.clone()).await.is_empty());
        go(&world.cdmo, "acceptActionItem", &first).await;
        assert_eq!(titles(&world.sponsor, since).await, ["first"]);
        assert_eq!(titles(&world.sponsor, json!({ "updatedSince": "2026-03-02T10:00:00Z" })).await, ["first"]);
    }
}
