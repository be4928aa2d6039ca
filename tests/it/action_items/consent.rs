//! T7: who asked for something for one party never consents to it for the other. The same subject of the same issuer
//! may act for both.

use serde_json::{Value, json};

use super::{ask_date, create, date_input, go, move_input};
use crate::harness::{Caller, EVERYTHING, World, on_both_databases};

async fn must_be_t7(caller: &Caller, mutation: &str, input: Value) {
    let refusal = caller.mutation_refused(mutation, input).await;
    assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T7"), "{mutation}: {}", refusal.message);
}

fn answer(change: &Value, agree: bool) -> Value {
    json!({ "dueDateChangeId": change["id"], "agree": agree, "reason": "because" })
}

on_both_databases! {
    async fn one_person_never_accepts_for_the_owner_what_it_asked_for(app: App) {
        let world = World::new(&app).await;
        let anna = app.caller("brightfill", "anna", EVERYTHING);
        let item = create(&world.sponsor, &world, json!({})).await;
        must_be_t7(&anna, "acceptActionItem", move_input("acceptActionItem", &item)).await;
        // With a date that the owner offers, the requester's agreement accepts the item.
        must_be_t7(&anna, "proposeActionItemDueDate", date_input(&item, "2026-04-20")).await;
        assert_eq!(go(&world.cdmo, "acceptActionItem", &item).await["state"], "OPEN");
        let colleagues = create(&app.caller("acme", "carla", EVERYTHING), &world, json!({})).await;
        assert_eq!(go(&anna, "acceptActionItem", &colleagues).await["state"], "OPEN");
    }

    async fn one_person_never_consents_to_the_date_it_asked_for(app: App) {
        let world = World::new(&app).await;
        let (anna, ben) = (app.caller("brightfill", "anna", EVERYTHING), app.caller("acme", "ben", EVERYTHING));
        let item = create(&world.sponsor, &world, json!({})).await;
        let offered = ask_date(&world.cdmo, &item, "2026-04-20").await;
        must_be_t7(&ben, "answerActionItemDueDate", answer(&offered, true)).await;
        world.sponsor.mutate("answerActionItemDueDate", "dueDateChangeId", answer(&offered, true)).await;
        let open = json!({ "id": item["id"], "version": 2 });
        let asked = ask_date(&world.sponsor, &open, "2026-05-20").await;
        must_be_t7(&anna, "answerActionItemDueDate", answer(&asked, true)).await;
        anna.mutate("answerActionItemDueDate", "dueDateChangeId", answer(&asked, false)).await;
    }

    async fn declining_is_no_consent(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let anna = app.caller("brightfill", "anna", EVERYTHING);
        assert_eq!(go(&anna, "declineActionItem", &item).await["state"], "DECLINED");
    }
}
