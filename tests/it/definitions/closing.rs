//! Proposals that are not agreed: countered, rejected, withdrawn.

use serde_json::{Value, json};

use super::{DEFINITION, agree, agreement, propose, read};
use crate::harness::{Caller, World, on_both_databases};
use crate::journal::of_relationship;

fn closing(definition: &Value, reason: &str) -> Value {
    json!({ "kpiDefinitionId": definition["id"], "reason": reason })
}

/// Asserts that nothing is left to be said to a closed proposal, by either party.
async fn assert_closed(world: &World, definition: &Value) {
    for caller in [&world.sponsor, &world.cdmo] {
        let refusal = caller.mutation_refused("agreeKpiDefinition", agreement(definition)).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("closed"), "{}", refusal.message);
    }
    // The sponsor had proposed it.
    for (caller, mutation) in [(&world.cdmo, "rejectKpiDefinition"), (&world.sponsor, "withdrawKpiDefinition")] {
        let refusal = caller.mutation_refused(mutation, closing(definition, "Again")).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"), "{mutation}");
    }
}

on_both_databases! {
    async fn a_counter_proposal_takes_the_place_of_a_proposal(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let first = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        let same = propose(&world.cdmo, world.definition("OTD", json!({ "scale": 100.0, "noticeDays": 7, "bySite": false }))).await;
        assert_eq!(same["id"], first["id"], "the same with its defaults spelled out");
        world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(&first)).await;
        let counter = propose(&world.cdmo, world.definition("OTD", json!({ "noticeDays": 14 }))).await;
        assert_eq!(counter["number"], 2);
        let refusal = world.cdmo.mutation_refused("agreeKpiDefinition", agreement(&first)).await;
        assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert!(refusal.message.contains("closed"), "{}", refusal.message);
        let agreed = agree(&world, &counter).await;
        assert_eq!(agreed["state"], "AGREED");
        let again = propose(&world.sponsor, world.definition("OTD", json!({ "noticeDays": 14 }))).await;
        assert_eq!(again["id"], counter["id"], "what stands is not proposed anew");
    }

    async fn a_counter_proposal_tells_what_it_changes(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let changes = "kpiDefinition { id number changes { field before after } }";
        let rule = json!({ "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": false } });
        let first = world.definition("OTD", json!({ "countingRule": rule, "exclusions": "Orders on hold." }));
        let first = world.sponsor.mutate("proposeKpiDefinition", changes, first).await["kpiDefinition"].clone();
        assert!(first["changes"].is_null(), "there is nothing before it: {first}");
        let narrower = json!({ "onTime": { "due": "REVISED", "latestDays": 0, "inFull": false } });
        let counter = world.definition("OTD", json!({ "countingRule": narrower, "noticeDays": 14, "purpose": "To deliver on the day." }));
        let counter = world.cdmo.mutate("proposeKpiDefinition", changes, counter).await["kpiDefinition"].clone();
        assert_eq!(counter["changes"], json!([
            {
                "field": "countingRule",
                "before": r#"{"onTime":{"due":"REVISED","earliestDays":14,"inFull":false,"latestDays":7}}"#,
                "after": r#"{"onTime":{"due":"REVISED","inFull":false,"latestDays":0}}"#,
            },
            { "field": "exclusions", "before": "Orders on hold.", "after": null },
            { "field": "noticeDays", "before": "7", "after": "14" },
            { "field": "purpose", "before": "To find what makes deliveries late.", "after": "To deliver on the day." },
        ]));
        // What is proposed after a rejection differs from what was rejected.
        world.sponsor.mutate("rejectKpiDefinition", "kpiDefinitionId", closing(&counter, "Too narrow")).await;
        let third = world.definition("OTD", json!({ "countingRule": narrower, "noticeDays": 14 }));
        let third = world.sponsor.mutate("proposeKpiDefinition", changes, third).await["kpiDefinition"].clone();
        assert_eq!((&third["number"], third["changes"].as_array().map(Vec::len)), (&json!(3), Some(1)));
        assert_eq!(third["changes"][0]["field"], "purpose");
    }

    async fn the_counterparty_rejects_with_a_reason(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        world.sponsor.mutate("agreeKpiDefinition", "kpiDefinitionId", agreement(&proposed)).await;
        let own = world.sponsor.mutation_refused("rejectKpiDefinition", closing(&proposed, "No")).await;
        assert_eq!(own.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert!(own.message.contains("withdraw it instead"), "{}", own.message);
        let silent = world.cdmo.mutation_refused("rejectKpiDefinition", closing(&proposed, " ")).await;
        assert_eq!((&*silent.code, silent.field.as_deref()), ("BAD_USER_INPUT", Some("input.reason")));
        let selection = "kpiDefinition { state closedReason closedAt agreedAt }";
        let rejected = world.cdmo.mutate("rejectKpiDefinition", selection, closing(&proposed, "The window is too narrow.")).await;
        assert_eq!(rejected["kpiDefinition"], json!({
            "state": "REJECTED", "closedReason": "The window is too narrow.", "closedAt": "2026-03-02T09:00:00+00:00", "agreedAt": null,
        }));
        assert_closed(&world, &proposed).await;
        // The same again is a new proposal, to which nobody has agreed yet.
        let again = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        assert_eq!((&again["number"], &again["signatures"]["nodes"]), (&json!(2), &json!([])));
        assert_eq!(agree(&world, &again).await["state"], "AGREED");
        for (caller, mutation) in [(&world.cdmo, "rejectKpiDefinition"), (&world.sponsor, "withdrawKpiDefinition")] {
            let refusal = caller.mutation_refused(mutation, closing(&again, "Too late")).await;
            assert_eq!(refusal.by_rule(), ("FAILED_PRECONDITION", "T3"), "what is agreed is closed by no one: {mutation}");
        }
    }

    async fn the_proposer_withdraws_with_a_reason(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let agreed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        agree(&world, &agreed).await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({ "target": 99.0 }))).await;
        let others = world.cdmo.mutation_refused("withdrawKpiDefinition", closing(&proposed, "No")).await;
        assert_eq!(others.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert!(others.message.contains("reject it instead"), "{}", others.message);
        let withdrawn = world.sponsor.mutate("withdrawKpiDefinition", "kpiDefinition { state closedReason }", closing(&proposed, "Said in haste.")).await;
        assert_eq!(withdrawn["kpiDefinition"], json!({ "state": "WITHDRAWN", "closedReason": "Said in haste." }));
        assert_closed(&world, &proposed).await;
        let kpi = "kpi { proposal { number } definition { number state } }";
        let seen = read(&world.cdmo, &proposed, kpi).await["kpi"].clone();
        assert_eq!(seen, json!({ "proposal": null, "definition": { "number": 1, "state": "AGREED" } }), "what stood goes on");
        // What stands is not proposed anew, though something else was proposed and withdrawn since.
        let same = propose(&world.cdmo, world.definition("OTD", json!({}))).await;
        assert_eq!(same["id"], agreed["id"]);
        let again = propose(&world.sponsor, world.definition("OTD", json!({ "target": 99.0 }))).await;
        assert_eq!((&again["number"], &again["state"]), (&json!(3), &json!("PROPOSED")));
        // Nor while something else is proposed, which stays open.
        let same = propose(&world.cdmo, world.definition("OTD", json!({}))).await;
        assert_eq!(same["id"], agreed["id"]);
        assert_eq!(read(&world.cdmo, &again, "state").await, json!({ "state": "PROPOSED" }));
    }

    async fn who_is_no_party_finds_nothing_to_close(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        let unknown = json!({ "id": "def_01h455vb4pex5vsknk084sn02q" });
        for mutation in ["rejectKpiDefinition", "withdrawKpiDefinition"] {
            let hidden = world.stranger.mutation_refused(mutation, closing(&proposed, "No")).await;
            assert_eq!(hidden, world.stranger.mutation_refused(mutation, closing(&unknown, "No")).await);
            assert_eq!(hidden.code, "NOT_FOUND");
        }
        assert!(read(&world.stranger, &proposed, "id").await.is_null());
        assert_eq!(world.stranger.mutation_refused("proposeKpiDefinition", world.definition("OTD", json!({}))).await.code, "NOT_FOUND");
        let leader = app.caller("brightfill", "lou", "kpis:read-released kpis:collect");
        for mutation in ["rejectKpiDefinition", "withdrawKpiDefinition"] {
            assert_eq!(leader.mutation_refused(mutation, closing(&proposed, "No")).await.scope.as_deref(), Some("kpis:write"));
        }
    }

    async fn the_journal_has_each_step_with_its_reason(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let step = async |caller: &Caller, mutation: &str, input: Value| caller.mutate(mutation, "kpiDefinitionId", input).await;
        let first = propose(&world.sponsor, world.definition("OTD", json!({}))).await;
        step(&world.cdmo, "rejectKpiDefinition", closing(&first, "Too strict.")).await;
        let second = propose(&world.cdmo, world.definition("OTD", json!({ "target": 90.0 }))).await;
        step(&world.cdmo, "withdrawKpiDefinition", closing(&second, "Too lax.")).await;
        let third = propose(&world.sponsor, world.definition("OTD", json!({ "target": 93.0 }))).await;
        let counter = propose(&world.cdmo, world.definition("OTD", json!({ "target": 94.0 }))).await;
        agree(&world, &counter).await;
        let entries = of_relationship(&world.sponsor, &world.relationship).await;
        crate::journal::assert_chain(&world.relationship, &entries);
        let steps: Vec<Value> = entries
            .iter()
            .map(|entry| &entry["content"])
            .filter(|content| content["action"].as_str().expect("an action").ends_with("KpiDefinition"))
            .map(|content| json!([content["action"], content["actorSubject"], content["subjectId"], content["reason"]]))
            .collect();
        assert_eq!(Value::from(steps), json!([
            ["proposeKpiDefinition", "anna", first["id"], null],
            ["rejectKpiDefinition", "ben", first["id"], "Too strict."],
            ["proposeKpiDefinition", "ben", second["id"], null],
            ["withdrawKpiDefinition", "ben", second["id"], "Too lax."],
            ["proposeKpiDefinition", "anna", third["id"], null],
            ["proposeKpiDefinition", "ben", counter["id"], null],
            ["agreeKpiDefinition", "anna", counter["id"], null],
            ["agreeKpiDefinition", "ben", counter["id"], null],
        ]));
    }
}
