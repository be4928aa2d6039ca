//! When KPIs are reviewed: the agreed schedule, and the next review by it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{assert_refused, propose, read};
use crate::harness::{World, on_both_databases};

/// A schedule that begins on the first Tuesday of March 2026, with these changes.
fn review(changes: Value) -> Value {
    let mut review = json!({
        "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": "2026-03-03", "startsAt": "09:00", "timeZone": "Europe/Zurich",
        "reviewers": [{ "party": "SPONSOR", "name": "Anna Keller", "role": "head of supply" }],
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
            "reviewers": [{ "party": "SPONSOR", "name": "Anna Keller", "role": "head of supply" }],
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
            (json!({ "recurrence": "FREQ=MONTHLY;BYWEEKNO=3" }), "recurrence", "cannot recur"),
            (json!({ "recurrence": "FREQ=MONTHLY;UNTIL=20251231T000000Z" }), "recurrence", "cannot recur"),
            (json!({ "startsOn": "2026-03-04" }), "startsOn", "the first from then on is 2026-04-07"),
            (json!({ "timeZone": "Europe/Atlantis" }), "timeZone", "no IANA time zone"),
            // Clocks went from 2:00 to 3:00.
            (json!({ "recurrence": "FREQ=WEEKLY", "startsOn": "2026-03-29", "startsAt": "02:30" }), "startsAt", "skipped on that day"),
            (json!({ "reviewers": [{ "party": "CDMO", "name": " ", "role": "head of quality" }] }), "reviewers[0].name", "empty"),
            (json!({ "reviewers": vec![json!({ "party": "CDMO", "name": "Ben", "role": "head" }); 21] }), "reviewers", "at most 20"),
        ] {
            assert_refused(&world, review(changes), &format!("review.{field}"), words).await;
        }
    }
}
