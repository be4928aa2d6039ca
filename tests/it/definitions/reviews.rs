//! When KPIs are reviewed: the agreed schedule, and the next review by it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{agree, assert_refused, propose, read};
use crate::harness::{Caller, World, on_both_databases};

/// One of each party.
fn reviewers() -> Value {
    json!([
        { "party": "SPONSOR", "name": "Anna Keller", "role": "head of supply" },
        { "party": "CDMO", "name": "Ben Ng", "role": "head of quality" },
    ])
}

/// A schedule that begins on the first Tuesday of March 2026, with these changes.
fn review(changes: Value) -> Value {
    let mut review = json!({
        "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": "2026-03-03", "startsAt": "09:00", "timeZone": "Europe/Zurich",
        "reviewers": reviewers(),
    });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    review.as_object_mut().expect("an object").extend(changes);
    json!({ "review": review })
}

on_both_databases! {
    async fn the_next_review_is_told_in_local_time(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let monthly = propose(&world.sponsor, world.definition("OTD", review(json!({})))).await;
        let next = "review { recurrence startsOn startsAt timeZone nextOn nextAt reviewers { party name role } }";
        let seen = read(&world.cdmo, &monthly, next).await;
        assert_eq!(seen["review"], json!({
            "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": "2026-03-03", "startsAt": "09:00:00", "timeZone": "Europe/Zurich",
            "nextOn": "2026-03-03", "nextAt": "2026-03-03T08:00:00+00:00",
            "reviewers": reviewers(),
        }));
        let twice = json!({ "recurrence": "FREQ=MONTHLY;BYDAY=1TU;COUNT=2" });
        let twice = propose(&world.sponsor, world.definition("RFT", review(twice))).await;
        for (definition, days, next_on, next_at) in [
            // Two days on, the first one is over, and clocks will have been put forward at the next.
            (&monthly, 2, json!("2026-04-07"), json!("2026-04-07T07:00:00+00:00")),
            (&twice, 0, json!("2026-04-07"), json!("2026-04-07T07:00:00+00:00")),
            (&monthly, 40, json!("2026-05-05"), json!("2026-05-05T07:00:00+00:00")),
            (&twice, 0, Value::Null, Value::Null),
        ] {
            app.pass(TimeDelta::days(days));
            let seen = read(&world.cdmo, definition, "review { nextOn nextAt }").await;
            assert_eq!(seen["review"], json!({ "nextOn": next_on, "nextAt": next_at }));
        }
        let none = propose(&world.sponsor, world.definition("DEV", json!({}))).await;
        assert!(read(&world.cdmo, &none, "review { nextOn }").await["review"].is_null());
    }

    async fn a_version_by_which_there_are_no_reviews_has_no_next_one(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let next_on = async |caller: &Caller, version: &Value| {
            let seen = read(caller, version, "review { nextOn nextAt recurrence }").await["review"].take();
            assert_eq!(seen["nextOn"].is_null(), seen["nextAt"].is_null());
            assert_eq!(seen["recurrence"], "FREQ=MONTHLY;BYDAY=1TU", "what it says stays");
            seen["nextOn"].as_str().map(str::to_owned)
        };
        let proposal = async |code: &str, target: f64| {
            let mut input = world.definition(code, review(json!({})));
            input["target"] = json!(target);
            propose(&world.sponsor, input).await
        };
        let (replaced, rejected) = (proposal("RFT", 90.0).await, proposal("RFT", 91.0).await);
        assert_eq!(next_on(&world.sponsor, &replaced).await, None);
        let closing = |version: &Value| json!({ "kpiDefinitionId": version["id"], "reason": "Not so." });
        assert_eq!(next_on(&world.sponsor, &rejected).await.as_deref(), Some("2026-03-03"), "while it is open");
        world.cdmo.mutate("rejectKpiDefinition", "kpiDefinitionId", closing(&rejected)).await;
        assert_eq!(next_on(&world.sponsor, &rejected).await, None);
        let withdrawn = proposal("RFT", 92.0).await;
        world.sponsor.mutate("withdrawKpiDefinition", "kpiDefinitionId", closing(&withdrawn)).await;
        assert_eq!(next_on(&world.sponsor, &withdrawn).await, None);

        // A version that is superseded schedules reviews until the later one is valid.
        let first = agree(&world, &proposal("OTD", 95.0).await).await;
        let mut later = world.definition("OTD", review(json!({})));
        later["validFrom"] = json!("2026-05-01");
        let later = agree(&world, &propose(&world.sponsor, later).await).await;
        for (days, of_first, of_later) in [(0, Some("2026-03-03"), "2026-03-03"), (33, Some("2026-04-07"), "2026-04-07"), (10, None, "2026-05-05")] {
            app.pass(TimeDelta::days(days));
            assert_eq!(next_on(&world.cdmo, &first).await.as_deref(), of_first);
            assert_eq!(next_on(&world.cdmo, &later).await.as_deref(), Some(of_later));
        }
    }

    async fn a_schedule_that_cannot_be_kept_is_refused(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for (changes, field, words) in [
            (json!({ "recurrence": "every month" }), "recurrence", "one looks like FREQ=MONTHLY;BYDAY=1TU"),
            (json!({ "recurrence": "FREQ=FORTNIGHTLY" }), "recurrence", "RFC 5545"),
            (json!({ "recurrence": "RRULE:FREQ=MONTHLY" }), "recurrence", "one looks like FREQ=MONTHLY"),
            (json!({ "recurrence": "FREQ=HOURLY" }), "recurrence", "recurs within a day"),
            (json!({ "recurrence": "FREQ=DAILY;BYHOUR=9,15" }), "recurrence", "recurs within a day"),
            (json!({ "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }), "recurrence", "never happens"),
            (json!({ "recurrence": "FREQ=MONTHLY;BYDAY=1TU;UNTIL=20261231" }), "recurrence", "UNTIL=20271231T235959Z"),
            (json!({ "recurrence": "FREQ=MONTHLY;BYWEEKNO=3" }), "recurrence", "needs FREQ=YEARLY"),
            (json!({ "recurrence": "FREQ=MONTHLY;UNTIL=20251231T000000Z" }), "recurrence", "never happens"),
            (json!({ "recurrence": "FREQ=MONTHLY;BYDAY=\u{e9}1" }), "recurrence", "has a wrong BYDAY"),
            (json!({ "startsOn": "1989-12-31" }), "startsOn", "from 1990-01-01 to 2100-12-31"),
            (json!({ "startsOn": "2101-01-01" }), "startsOn", "from 1990-01-01 to 2100-12-31"),
            (json!({ "startsOn": "2026-03-04" }), "startsOn", "the first from then on is 2026-04-07"),
            (json!({ "timeZone": "Europe/Atlantis" }), "timeZone", "no IANA time zone"),
            // Clocks went from 2:00 to 3:00.
            (json!({ "recurrence": "FREQ=WEEKLY", "startsOn": "2026-03-29", "startsAt": "02:30" }), "startsAt", "skipped on that day"),
            (json!({ "reviewers": [reviewers()[0], { "party": "CDMO", "name": " ", "role": "head of quality" }] }), "reviewers[1].name", "empty"),
            (json!({ "reviewers": vec![reviewers().as_array().expect("a list").clone(); 11].concat() }), "reviewers", "at most 20"),
            // Reviewers of both parties.
            (json!({ "reviewers": [] }), "reviewers", "at least one reviewer of each party"),
            (json!({ "reviewers": [reviewers()[0]] }), "reviewers", "at least one reviewer of each party"),
            (json!({ "reviewers": [reviewers()[1], reviewers()[1]] }), "reviewers", "at least one reviewer of each party"),
        ] {
            assert_refused(&world, review(changes), &format!("review.{field}"), words).await;
        }
    }
}
