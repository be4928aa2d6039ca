//! Scopes of work, proposed by one party and answered by the other, and their milestones.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{EVERYTHING, World, on_both_databases};

const SCOPE: &str = "scopeOfWork { id state stateReason proposedBy version }";
const MILESTONE: &str = "milestone { plannedOn forecastOn actualOn version }";

/// A scope of work that the sponsor has proposed; its id.
async fn propose(world: &World) -> Value {
    let input = json!({ "relationshipId": world.relationship, "name": "Fill-finish", "startsOn": "2026-04-01", "endsOn": "2026-12-31" });
    let proposed = world.sponsor.mutate("proposeScopeOfWork", SCOPE, input).await["scopeOfWork"].take();
    assert_eq!((&proposed["state"], &proposed["proposedBy"]), (&json!("PROPOSED"), &json!("SPONSOR")));
    proposed["id"].clone()
}

on_both_databases! {
    async fn the_other_party_agrees(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let agreement = json!({ "scopeOfWorkId": id, "expectedVersion": 1 });
        let own = world.sponsor.mutation_refused("agreeScopeOfWork", agreement.clone()).await;
        assert_eq!(own.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert_eq!(world.stranger.mutation_refused("agreeScopeOfWork", agreement.clone()).await.code, "NOT_FOUND");
        let planner = app.caller("brightfill", "pia", "relationships:read relationships:write");
        assert_eq!(planner.mutation_refused("agreeScopeOfWork", agreement.clone()).await.code, "FORBIDDEN");
        let agreed = world.cdmo.mutate("agreeScopeOfWork", SCOPE, agreement.clone()).await;
        assert_eq!((&agreed["scopeOfWork"]["state"], &agreed["scopeOfWork"]["version"]), (&json!("AGREED"), &json!(2)));
        let stale = world.cdmo.mutation_refused("agreeScopeOfWork", agreement).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(2)));
        let again = json!({ "scopeOfWorkId": id, "expectedVersion": 2, "reason": "changed our mind" });
        assert_eq!(world.cdmo.mutation_refused("declineScopeOfWork", again).await.code, "FAILED_PRECONDITION");
    }

    async fn the_other_party_declines_with_a_reason(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let decline = |reason: &str| json!({ "scopeOfWorkId": id, "expectedVersion": 1, "reason": reason });
        let own = world.sponsor.mutation_refused("declineScopeOfWork", decline("no")).await;
        assert_eq!(own.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let silent = world.cdmo.mutation_refused("declineScopeOfWork", decline("")).await;
        assert_eq!((silent.code.as_str(), silent.field.as_deref()), ("BAD_USER_INPUT", Some("input.reason")));
        let declined = world.cdmo.mutate("declineScopeOfWork", SCOPE, decline("no line is free")).await;
        let expected = json!({ "id": id, "state": "DECLINED", "stateReason": "no line is free", "proposedBy": "SPONSOR", "version": 2 });
        assert_eq!(declined["scopeOfWork"], expected);
        let milestone = json!({ "scopeOfWorkId": id, "name": "First batch", "plannedOn": "2026-06-01" });
        for caller in [&world.sponsor, &world.cdmo] {
            assert_eq!(caller.mutation_refused("createMilestone", milestone.clone()).await.by_rule(), ("FAILED_PRECONDITION", "T11"));
        }
    }

    async fn what_is_agreed_to_is_what_was_read(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let milestone = |name: &str| json!({ "scopeOfWorkId": id, "name": name, "plannedOn": "2026-06-01" });
        world.sponsor.mutate("createMilestone", "milestoneId", milestone("Read in time")).await;
        let imposed = world.cdmo.mutation_refused("createMilestone", milestone("Not what was proposed")).await;
        assert_eq!(imposed.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let made = world.sponsor.mutate("createMilestone", "milestone { id scopeOfWork { version } }", milestone("Slipped in")).await;
        assert_eq!(made["milestone"]["scopeOfWork"]["version"], 3);
        let stale = world.cdmo.mutation_refused("agreeScopeOfWork", json!({ "scopeOfWorkId": id, "expectedVersion": 2 })).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(3)));
        let progress = json!({ "milestoneId": made["milestone"]["id"], "expectedVersion": 1, "forecastOn": "2026-07-01" });
        let early = world.sponsor.mutation_refused("updateMilestone", progress.clone()).await;
        assert_eq!(early.by_rule(), ("FAILED_PRECONDITION", "T11"));
        world.cdmo.mutate("agreeScopeOfWork", SCOPE, json!({ "scopeOfWorkId": id, "expectedVersion": 3 })).await;
        for caller in [&world.sponsor, &world.cdmo] {
            let later = caller.mutation_refused("createMilestone", milestone("More work")).await;
            assert_eq!(later.by_rule(), ("FAILED_PRECONDITION", "T11"));
        }
        world.sponsor.mutate("updateMilestone", MILESTONE, progress).await;
    }

    async fn one_person_never_agrees_for_the_other_party(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let anna = app.caller("brightfill", "anna", EVERYTHING);
        let agreement = json!({ "scopeOfWorkId": id, "expectedVersion": 1 });
        assert_eq!(anna.mutation_refused("agreeScopeOfWork", agreement).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        // Declining is no consent.
        let decline = json!({ "scopeOfWorkId": id, "expectedVersion": 1, "reason": "no line is free" });
        anna.mutate("declineScopeOfWork", SCOPE, decline).await;
    }

    async fn nothing_is_reached_before_its_day(app: App) {
        let world = World::new(&app).await;
        let id = propose(&world).await;
        let milestone = json!({ "scopeOfWorkId": id, "name": "First batch", "plannedOn": "2026-03-01" });
        let milestone = world.sponsor.mutate("createMilestone", "milestoneId", milestone).await["milestoneId"].take();
        world.cdmo.mutate("agreeScopeOfWork", SCOPE, json!({ "scopeOfWorkId": id, "expectedVersion": 2 })).await;
        // It is 2 March, 09:00 UTC: the 3rd has not begun anywhere, and six hours later it has, at UTC+14.
        let reached = json!({ "milestoneId": milestone, "expectedVersion": 1, "actualOn": "2026-03-03" });
        let early = world.cdmo.mutation_refused("updateMilestone", reached.clone()).await;
        assert_eq!((early.code.as_str(), early.field.as_deref()), ("BAD_USER_INPUT", Some("input.actualOn")));
        app.pass(TimeDelta::hours(6));
        world.cdmo.mutate("updateMilestone", MILESTONE, reached).await;
        // The journal tells both parties who recorded it.
        let query = "query($id: ID!) { relationship(id: $id) { journal(orderBy: NUMBER_DESC, first: 1) { nodes { content { action actorSubject } } } } }";
        let told = world.sponsor.ok(query, json!({ "id": world.relationship })).await;
        let told = &told["relationship"]["journal"]["nodes"][0]["content"];
        assert_eq!(told, &json!({ "action": "updateMilestone", "actorSubject": "ben" }));
    }

    async fn the_input_of_a_proposal_is_checked(app: App) {
        let world = World::new(&app).await;
        let wrong = json!({
            "relationshipId": world.relationship, "name": "", "description": "x".repeat(10_001),
            "startsOn": "2026-12-31", "endsOn": "2026-04-01",
        });
        let refusals = world.sponsor.mutation_refusals("proposeScopeOfWork", wrong).await;
        let fields: Vec<_> = refusals.iter().map(|refusal| refusal.field.as_deref().unwrap_or_default()).collect();
        assert_eq!(fields, ["input.name", "input.description", "input.endsOn"]);
        let year_1899 = json!({ "relationshipId": world.relationship, "name": "Fill-finish", "startsOn": "1899-04-01" });
        let refusal = world.sponsor.mutation_refused("proposeScopeOfWork", year_1899).await;
        assert_eq!(refusal.field.as_deref(), Some("input.startsOn"));
        let stranger = json!({ "relationshipId": world.relationship, "name": "Fill-finish" });
        assert_eq!(world.stranger.mutation_refused("proposeScopeOfWork", stranger).await.code, "NOT_FOUND");
    }

    async fn a_milestone_keeps_its_plan_beside_forecast_and_actual(app: App) {
        let world = World::new(&app).await;
        let scope = propose(&world).await;
        let create = |name: &str, on: &str| json!({ "scopeOfWorkId": scope, "name": name, "plannedOn": on });
        let first = world.sponsor.mutate("createMilestone", "milestone { id }", create("First batch", "2026-06-01")).await;
        let id = first["milestone"]["id"].clone();
        world.sponsor.mutate("createMilestone", "milestone { id }", create("Kick-off", "2026-04-01")).await;
        world.cdmo.mutate("agreeScopeOfWork", SCOPE, json!({ "scopeOfWorkId": scope, "expectedVersion": 3 })).await;
        app.pass(TimeDelta::days(110));
        for (caller, change, expected) in [
            (&world.cdmo, json!({ "forecastOn": "2026-06-15" }), ["2026-06-15", ""]),
            (&world.sponsor, json!({ "actualOn": "2026-06-12" }), ["2026-06-15", "2026-06-12"]),
            (&world.sponsor, json!({ "forecastOn": null }), ["", "2026-06-12"]),
            (&world.cdmo, json!({ "actualOn": null }), ["", ""]),
        ] {
            let version = current(&world, &id).await["version"].as_i64().expect("a version");
            let mut input = json!({ "milestoneId": id, "expectedVersion": version });
            input.as_object_mut().expect("fields").extend(change.as_object().expect("fields").clone());
            let changed = caller.mutate("updateMilestone", MILESTONE, input).await["milestone"].take();
            let date = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
            let expected = json!({
                "plannedOn": "2026-06-01", "forecastOn": date(expected[0]), "actualOn": date(expected[1]), "version": version + 1,
            });
            assert_eq!(changed, expected);
        }
        let stale = json!({ "milestoneId": id, "expectedVersion": 1, "actualOn": "2026-06-01" });
        let stale = world.cdmo.mutation_refused("updateMilestone", stale).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(5)));
        let year_1899 = json!({ "milestoneId": id, "expectedVersion": 5, "forecastOn": "1899-06-01", "actualOn": "1899-06-01" });
        let refusals = world.cdmo.mutation_refusals("updateMilestone", year_1899).await;
        let fields: Vec<_> = refusals.iter().map(|refusal| refusal.field.as_deref().unwrap_or_default()).collect();
        assert_eq!(fields, ["input.forecastOn", "input.actualOn"]);
        // In the order of the plan, for both parties.
        let query = "query($id: ID!) { node(id: $id) { ... on ScopeOfWork { milestones { nodes { name } } } } }";
        let seen = app.caller("brightfill", "pia", EVERYTHING).ok(query, json!({ "id": scope })).await;
        assert_eq!(seen["node"]["milestones"]["nodes"], json!([{ "name": "Kick-off" }, { "name": "First batch" }]));
        assert_eq!(world.stranger.ok(query, json!({ "id": scope })).await["node"], Value::Null);
    }
}

/// A milestone as both parties read it.
async fn current(world: &World, id: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Milestone { plannedOn forecastOn actualOn version } } }";
    world.sponsor.ok(query, json!({ "id": id })).await["node"].take()
}
