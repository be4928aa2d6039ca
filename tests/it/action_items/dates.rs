//! Due dates: the date that both agreed changes only with a reason and the other party's consent, and each slip is
//! kept (T11).

use serde_json::{Value, json};

use super::{ask_date, create, date_input, go, move_input, read};
use crate::harness::{Caller, Refusal, World, on_both_databases};

const CHANGES: &str = "state dueOn originalDueOn pendingDueDateChange { toOn } dueDateChanges { nodes { fromOn toOn reason requestedBy state answerReason } }";

async fn answer(caller: &Caller, change: &Value, agree: bool, reason: Option<&str>) -> Value {
    let input = json!({ "dueDateChangeId": change["id"], "agree": agree, "reason": reason });
    let selection = "dueDateChange { id state answerReason answeredAt actionItem { id state version dueOn } }";
    caller.mutate("answerActionItemDueDate", selection, input).await["dueDateChange"].clone()
}

async fn answer_refused(caller: &Caller, change: &Value, agree: bool) -> Refusal {
    let input = json!({ "dueDateChangeId": change["id"], "agree": agree, "reason": "no" });
    caller.mutation_refused("answerActionItemDueDate", input).await
}

/// The states of all changes that were asked for, oldest first.
async fn states(world: &World, item: &Value) -> Vec<String> {
    let read = read(&world.sponsor, &item["id"], "dueDateChanges { nodes { state } }").await;
    let nodes = read["dueDateChanges"]["nodes"].as_array().expect("nodes").clone();
    nodes.iter().map(|node| node["state"].as_str().expect("a state").to_owned()).collect()
}

/// The sponsor's item that the CDMO has accepted.
async fn accepted(world: &World) -> Value {
    let item = create(&world.sponsor, world, json!({})).await;
    go(&world.cdmo, "acceptActionItem", &item).await
}

on_both_databases! {
    async fn the_owner_proposes_a_date_and_the_requester_agrees(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        assert_eq!(change["actionItem"]["dueOn"], "2026-04-01");
        assert_eq!(change["actionItem"]["state"], "PROPOSED");
        // Not by the owner itself, neither the wish nor the whole item.
        assert_eq!(answer_refused(&world.cdmo, &change, true).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let accept = move_input("acceptActionItem", &item);
        assert_eq!(world.cdmo.mutation_refused("acceptActionItem", accept).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
        let answered = answer(&world.sponsor, &change, true, None).await;
        assert_eq!(answered["state"], "AGREED");
        assert_eq!(answered["actionItem"], json!({ "id": item["id"], "state": "OPEN", "version": 2, "dueOn": "2026-04-20" }));
        let change = json!({
            "fromOn": "2026-04-01", "toOn": "2026-04-20", "reason": "material is late", "requestedBy": "CDMO",
            "state": "AGREED", "answerReason": null,
        });
        let expected = json!({
            "state": "OPEN", "dueOn": "2026-04-20", "originalDueOn": "2026-04-01", "pendingDueDateChange": null,
            "dueDateChanges": { "nodes": [change] },
        });
        for caller in [&world.sponsor, &world.cdmo] {
            assert_eq!(read(caller, &item["id"], CHANGES).await, expected);
        }
    }

    async fn the_requester_declines_and_the_item_stays_proposed(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        let answered = answer(&world.sponsor, &change, false, Some("the batch is needed")).await;
        assert_eq!(answered["answerReason"], "the batch is needed");
        assert_eq!(answered["actionItem"]["state"], "PROPOSED");
        assert_eq!(answered["actionItem"]["dueOn"], "2026-04-01");
        assert_eq!(go(&world.cdmo, "acceptActionItem", &item).await["dueOn"], "2026-04-01");
    }

    async fn either_party_asks_and_only_the_other_consents(app: App) {
        let world = World::new(&app).await;
        let item = accepted(&world).await;
        for (asking, other, day) in
            [(&world.cdmo, &world.sponsor, "2026-04-20"), (&world.sponsor, &world.cdmo, "2026-04-10")]
        {
            let item = read(asking, &item["id"], "id version dueOn").await;
            let change = ask_date(asking, &item, day).await;
            assert_eq!(change["state"], "PENDING");
            assert_eq!(read(other, &item["id"], "dueOn").await["dueOn"], item["dueOn"], "not without consent");
            assert_eq!(answer_refused(asking, &change, true).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
            assert_eq!(answer_refused(asking, &change, false).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
            let answered = answer(other, &change, true, Some("fine")).await;
            assert_eq!((&answered["actionItem"]["dueOn"], &answered["actionItem"]["state"]), (&json!(day), &json!("OPEN")));
            assert_eq!(answer_refused(other, &change, false).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
        }
        assert_eq!(read(&world.cdmo, &item["id"], "originalDueOn").await["originalDueOn"], "2026-04-01");
    }

    async fn a_declined_wish_leaves_the_date_as_it_is(app: App) {
        let world = World::new(&app).await;
        let item = go(&world.cdmo, "startActionItem", &accepted(&world).await).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        let missing = json!({ "dueDateChangeId": change["id"], "agree": false, "reason": " " });
        let refusal = world.sponsor.mutation_refused("answerActionItemDueDate", missing).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.reason")));
        let answered = answer(&world.sponsor, &change, false, Some("no")).await;
        assert_eq!(answered["state"], "DECLINED");
        let unchanged = json!({ "id": item["id"], "state": "IN_PROGRESS", "version": item["version"], "dueOn": "2026-04-01" });
        assert_eq!(answered["actionItem"], unchanged);
        assert_eq!(answer_refused(&world.sponsor, &change, true).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
    }

    async fn one_wish_at_a_time_and_its_party_replaces_it(app: App) {
        let world = World::new(&app).await;
        let item = accepted(&world).await;
        let first = ask_date(&world.cdmo, &item, "2026-04-20").await;
        let refusal = world.sponsor.mutation_refused("proposeActionItemDueDate", date_input(&item, "2026-04-05")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T11"));
        let second = ask_date(&world.cdmo, &item, "2026-04-25").await;
        assert_ne!(first["id"], second["id"]);
        assert_eq!(states(&world, &item).await, ["WITHDRAWN", "PENDING"]);
        assert_eq!(answer_refused(&world.sponsor, &first, true).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
        let pending = read(&world.sponsor, &item["id"], "pendingDueDateChange { id toOn }").await;
        assert_eq!(pending["pendingDueDateChange"], json!({ "id": second["id"], "toOn": "2026-04-25" }));
        // Asking for the date that stands takes the wish back.
        let withdrawn = ask_date(&world.cdmo, &item, "2026-04-01").await;
        assert_eq!((&withdrawn["id"], &withdrawn["state"]), (&second["id"], &json!("WITHDRAWN")));
        assert_eq!(states(&world, &item).await, ["WITHDRAWN", "WITHDRAWN"]);
        let refusal = world.cdmo.mutation_refused("proposeActionItemDueDate", date_input(&item, "2026-04-01")).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.dueOn")));
    }

    async fn an_owner_that_takes_its_wish_back_can_accept(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        ask_date(&world.cdmo, &item, "2026-04-20").await;
        ask_date(&world.cdmo, &item, "2026-04-01").await;
        let accepted = go(&world.cdmo, "acceptActionItem", &item).await;
        assert_eq!((&accepted["state"], &accepted["dueOn"]), (&json!("OPEN"), &json!("2026-04-01")));
    }

    async fn a_partys_own_date_changes_at_once_and_the_slip_is_kept(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.cdmo, &world, json!({ "owner": "CDMO" })).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        assert_eq!(change["state"], "AGREED");
        assert_eq!((&change["actionItem"]["dueOn"], &change["actionItem"]["version"]), (&json!("2026-04-20"), &json!(2)));
        ask_date(&world.cdmo, &change["actionItem"], "2026-04-30").await;
        let read = read(&world.sponsor, &item["id"], "dueOn originalDueOn dueDateChanges { nodes { fromOn toOn } }").await;
        let slips = json!([{ "fromOn": "2026-04-01", "toOn": "2026-04-20" }, { "fromOn": "2026-04-20", "toOn": "2026-04-30" }]);
        assert_eq!(read, json!({ "dueOn": "2026-04-30", "originalDueOn": "2026-04-01", "dueDateChanges": { "nodes": slips } }));
    }

    async fn a_finished_item_leaves_no_wish_unanswered(app: App) {
        let world = World::new(&app).await;
        // Declined by the owner, who wished for it.
        let item = create(&world.sponsor, &world, json!({})).await;
        ask_date(&world.cdmo, &item, "2026-04-20").await;
        go(&world.cdmo, "declineActionItem", &item).await;
        assert_eq!(states(&world, &item).await, ["WITHDRAWN"]);
        // Cancelled by the other party, with its reason.
        let item = accepted(&world).await;
        ask_date(&world.cdmo, &item, "2026-04-20").await;
        go(&world.sponsor, "cancelActionItem", &item).await;
        let changes = read(&world.cdmo, &item["id"], "dueDateChanges { nodes { state answerReason } }").await;
        assert_eq!(changes["dueDateChanges"]["nodes"], json!([{ "state": "DECLINED", "answerReason": "because" }]));
        // Cancelled by the party that wished for it.
        let item = accepted(&world).await;
        ask_date(&world.sponsor, &item, "2026-04-20").await;
        go(&world.sponsor, "cancelActionItem", &item).await;
        assert_eq!(states(&world, &item).await, ["WITHDRAWN"]);
        // Done by the owner, who wished for it.
        let item = accepted(&world).await;
        ask_date(&world.cdmo, &item, "2026-04-20").await;
        go(&world.cdmo, "completeActionItem", &item).await;
        assert_eq!(states(&world, &item).await, ["WITHDRAWN"]);
    }

    async fn the_requesters_wish_waits_until_the_work_is_verified_or_reopened(app: App) {
        let world = World::new(&app).await;
        let item = accepted(&world).await;
        let change = ask_date(&world.sponsor, &item, "2026-04-20").await;
        let done = go(&world.cdmo, "completeActionItem", &item).await;
        assert_eq!(states(&world, &item).await, ["PENDING"]);
        assert_eq!(answer_refused(&world.cdmo, &change, true).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
        let reopened = go(&world.sponsor, "reopenActionItem", &done).await;
        let answered = answer(&world.cdmo, &change, true, None).await;
        assert_eq!(answered["actionItem"]["dueOn"], "2026-04-20");
        assert_eq!(reopened["dueOn"], "2026-04-01");
        // Verified instead.
        let item = accepted(&world).await;
        ask_date(&world.sponsor, &item, "2026-04-20").await;
        let done = go(&world.cdmo, "completeActionItem", &item).await;
        go(&world.sponsor, "verifyActionItem", &done).await;
        assert_eq!(states(&world, &item).await, ["WITHDRAWN"]);
    }

    async fn starting_leaves_a_wish_to_be_answered(app: App) {
        let world = World::new(&app).await;
        let item = accepted(&world).await;
        let change = ask_date(&world.cdmo, &item, "2026-04-20").await;
        go(&world.cdmo, "startActionItem", &item).await;
        let answered = answer(&world.sponsor, &change, true, None).await;
        assert_eq!((&answered["actionItem"]["state"], &answered["actionItem"]["dueOn"]), (&json!("IN_PROGRESS"), &json!("2026-04-20")));
    }

    async fn a_wish_is_checked_as_a_whole(app: App) {
        let world = World::new(&app).await;
        let input = json!({ "actionItemId": "act_1", "expectedVersion": 1, "dueOn": "1899-12-31", "reason": "x".repeat(2_001) });
        let refusals = world.sponsor.mutation_refusals("proposeActionItemDueDate", input).await;
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.actionItemId", "input.dueOn", "input.reason"]);
        let input = json!({ "dueDateChangeId": "act_1", "agree": false });
        let refusals = world.sponsor.mutation_refusals("answerActionItemDueDate", input).await;
        let fields: Vec<&str> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["input.dueDateChangeId", "input.reason"]);
    }
}
