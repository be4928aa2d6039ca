//! T14: while a relationship is paused, work goes on being recorded and nothing new is asked for; once it has ended,
//! nothing is written.

use serde_json::json;

use super::{ask_date, create, date_input, go, item_input, move_input};
use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn a_paused_relationship_takes_no_new_item_and_lets_work_go_on(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let pause = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "reason": "shutdown" });
        world.sponsor.mutate("pauseRelationship", "relationship { id }", pause).await;
        for owner in ["SPONSOR", "CDMO"] {
            let refusal = world.sponsor.mutation_refused("createActionItem", item_input(&world, &json!({ "owner": owner }))).await;
            assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T14"));
        }
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        let answer = json!({ "dueDateChangeId": change["id"], "agree": true });
        world.sponsor.mutate("answerActionItemDueDate", "dueDateChange { id }", answer).await;
        let update = json!({ "actionItemId": item["id"], "expectedVersion": 2, "labels": ["paused"] });
        world.sponsor.mutate("updateActionItem", "actionItem { id }", update).await;
        let comment = json!({ "actionItemId": item["id"], "body": "still on it" });
        world.cdmo.mutate("addActionItemComment", "comment { id }", comment).await;
        let mut item = json!({ "id": item["id"], "version": 3 });
        for (caller, step) in [
            (&world.cdmo, "startActionItem"),
            (&world.cdmo, "completeActionItem"),
            (&world.sponsor, "reopenActionItem"),
            (&world.cdmo, "completeActionItem"),
            (&world.sponsor, "verifyActionItem"),
        ] {
            item = go(caller, step, &item).await;
        }
        assert_eq!(item["state"], "VERIFIED");
    }

    async fn an_ended_relationship_takes_nothing(app: App) {
        let world = World::new(&app).await;
        let proposed = create(&world.sponsor, &world, json!({})).await;
        let change = ask_date(&world.cdmo, &proposed, "2026-04-20").await;
        let end = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "reason": "done" });
        world.cdmo.mutate("endRelationship", "relationship { id }", end).await;
        let mut attempts = vec![
            ("createActionItem", item_input(&world, &json!({}))),
            ("updateActionItem", json!({ "actionItemId": proposed["id"], "expectedVersion": 1, "labels": ["late"] })),
            ("proposeActionItemDueDate", date_input(&proposed, "2026-05-01")),
            ("answerActionItemDueDate", json!({ "dueDateChangeId": change["id"], "agree": true })),
            ("addActionItemComment", json!({ "actionItemId": proposed["id"], "body": "too late" })),
        ];
        for step in ["accept", "decline", "start", "complete", "verify", "reopen", "cancel"] {
            let mutation: &'static str = match step {
                "accept" => "acceptActionItem",
                "decline" => "declineActionItem",
                "start" => "startActionItem",
                "complete" => "completeActionItem",
                "verify" => "verifyActionItem",
                "reopen" => "reopenActionItem",
                _ => "cancelActionItem",
            };
            attempts.push((mutation, move_input(mutation, &proposed)));
        }
        for (mutation, input) in attempts {
            for caller in [&world.sponsor, &world.cdmo] {
                let refusal = caller.mutation_refused(mutation, input.clone()).await;
                assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T14"), "{mutation}");
            }
        }
        let seen = world.sponsor.ok("{ actionItems { nodes { state } } }", json!({})).await;
        assert_eq!(seen["actionItems"]["nodes"], json!([{ "state": "PROPOSED" }]));
    }
}
