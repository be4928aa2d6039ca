//! When KPIs are reviewed: an agreed recurrence rule of iCalendar (RFC 5545), in the local time of a place.

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use rrule::{Frequency, RRule, Tz, Unvalidated};

use crate::domain::check::{self, Check};
use crate::entity::kpi_review::{KpiReview, KpiReviewer};
use crate::scalar::TimeZone;

/// The longest recurrence rule.
const LONGEST_RULE: usize = 300;

/// The most reviewers.
const MOST_REVIEWERS: usize = 20;

/// The most reviews that a schedule comes to: 27 years of days. It takes a millisecond to go through them.
const MOST_REVIEWS: usize = 10_000;

/// Checks a schedule and its reviewers.
pub fn checked(check: &mut Check, review: KpiReview) -> KpiReview {
    let recurrence = check.text("review.recurrence", &review.recurrence, LONGEST_RULE);
    let starts_on = check.date("review.startsOn", review.starts_on.into());
    let review = KpiReview { recurrence, ..review };
    let first = occurrences(&review).and_then(|mut all| {
        all.next().ok_or_else(|| Wrong::new("recurrence", "never happens: no day is what it asks for"))
    });
    match first {
        Err(Wrong { field, message }) => check.wrong(&format!("review.{field}"), message),
        Ok(first) if first.date_naive() != starts_on => {
            let message = format!("is no day on which it recurs: the first from then on is {}", first.date_naive());
            check.wrong("review.startsOn", message);
        }
        Ok(_) => {}
    }
    let reviewers = check.up_to("review.reviewers", review.reviewers, MOST_REVIEWERS, |check, field, reviewer| {
        let KpiReviewer { party, name, role } = reviewer;
        let name = check.text(&format!("{field}.name"), &name, check::NAME);
        let role = check.text(&format!("{field}.role"), &role, check::NAME);
        KpiReviewer { party, name, role }
    });
    KpiReview { reviewers, ..review }
}

/// A review to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The day on which it begins, there.
    pub on: NaiveDate,
    /// The moment at which it begins.
    pub at: DateTime<Utc>,
}

impl From<DateTime<Tz>> for Occurrence {
    fn from(at: DateTime<Tz>) -> Self {
        Self { on: at.date_naive(), at: at.to_utc() }
    }
}

/// The first review at that moment or later; none once the rule has ended.
#[must_use]
pub fn next(review: &KpiReview, from: DateTime<Utc>) -> Option<Occurrence> {
    upcoming(review, from).map(|upcoming| upcoming.next)
}

/// The next review, and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Upcoming {
    /// The last review before; none if the next one is the first.
    pub before: Option<Occurrence>,
    /// The next review.
    pub next: Occurrence,
}

/// The first review at that moment or later, with the one before it; none once the rule has ended.
#[must_use]
pub fn upcoming(review: &KpiReview, from: DateTime<Utc>) -> Option<Upcoming> {
    let mut before = None;
    for at in occurrences(review).ok()? {
        if at >= from {
            return Some(Upcoming { before, next: at.into() });
        }
        before = Some(at.into());
    }
    None
}

/// What is wrong with a schedule.
#[derive(Debug)]
struct Wrong {
    field: &'static str,
    message: String,
}

impl Wrong {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// The beginnings of all reviews, in order.
fn occurrences(review: &KpiReview) -> Result<impl Iterator<Item = DateTime<Tz>> + use<>, Wrong> {
    let TimeZone(zone) = &review.time_zone;
    let Ok(zone) = zone.parse::<chrono_tz::Tz>() else {
        return Err(Wrong::new("timeZone", "is no IANA time zone; one looks like Europe/Dublin"));
    };
    let time = review.starts_at.time();
    // Where clocks are put back an hour comes twice, and the first one is meant; where they are put forward it never is.
    let Some(first) = Tz::from(zone).from_local_datetime(&review.starts_on.0.and_time(time)).earliest() else {
        return Err(Wrong::new("startsAt", "is skipped on that day by daylight saving: give another time"));
    };
    let set = rule(&review.recurrence)?
        .build(first)
        .map_err(|error| Wrong::new("recurrence", format!("cannot recur: {error}")))?;
    // The limit ends the search for what never happens. A day on which clocks skip the time has no review (RFC 5545,
    // 3.3.10).
    Ok((&set.limit()).into_iter().filter(move |at| at.time() == time).take(MOST_REVIEWS))
}

/// Reads a rule that says on which days; the time of day is said apart.
fn rule(text: &str) -> Result<RRule<Unvalidated>, Wrong> {
    const EXPECTED: &str =
        "is no recurrence rule of iCalendar (RFC 5545, 3.3.10); one looks like FREQ=MONTHLY;BYDAY=1TU";
    let rule = Some(text).filter(|text| !text.contains(':')).and_then(|text| text.parse::<RRule<Unvalidated>>().ok());
    let rule = rule.ok_or_else(|| Wrong::new("recurrence", EXPECTED))?;
    let finer = matches!(rule.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
    let times = [rule.get_by_hour(), rule.get_by_minute(), rule.get_by_second()];
    if finer || times.iter().any(|times| !times.is_empty()) {
        let message = "recurs within a day: give FREQ as DAILY, WEEKLY, MONTHLY or YEARLY, and the time in startsAt";
        return Err(Wrong::new("recurrence", message));
    }
    if rule.get_until().is_some_and(|until| until.timezone() != Tz::UTC) {
        return Err(Wrong::new("recurrence", "must end in UTC, as UNTIL=20271231T235959Z"));
    }
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The schedule of most of RFC 5545's examples: from 2 September 1997, 9:00 in New York.
    fn new_york(recurrence: &str) -> KpiReview {
        schedule(recurrence, "1997-09-02", "09:00:00", "America/New_York")
    }

    fn schedule(recurrence: &str, starts_on: &str, starts_at: &str, time_zone: &str) -> KpiReview {
        serde_json::from_value(json!({
            "recurrence": recurrence, "startsOn": starts_on, "startsAt": starts_at, "timeZone": time_zone, "reviewers": [],
        }))
        .unwrap()
    }

    /// The first days and times of a schedule, in UTC.
    fn first(review: &KpiReview, count: usize) -> Vec<String> {
        let mut from = DateTime::UNIX_EPOCH;
        let mut found = Vec::new();
        while let Some(Occurrence { on, at }) = next(review, from).filter(|_| found.len() < count) {
            found.push(format!("{on}, {}", at.format("%Y-%m-%d %H:%M UTC")));
            from = at + chrono::TimeDelta::seconds(1);
        }
        found
    }

    #[test]
    fn reviews_keep_to_local_time_when_clocks_change() {
        // RFC 5545, 3.8.5.3: every other week on Tuesday, across the end of daylight saving on 26 October 1997.
        assert_eq!(
            first(&new_york("FREQ=WEEKLY;INTERVAL=2;WKST=SU"), 6),
            [
                "1997-09-02, 1997-09-02 13:00 UTC",
                "1997-09-16, 1997-09-16 13:00 UTC",
                "1997-09-30, 1997-09-30 13:00 UTC",
                "1997-10-14, 1997-10-14 13:00 UTC",
                "1997-10-28, 1997-10-28 14:00 UTC",
                "1997-11-11, 1997-11-11 14:00 UTC",
            ]
        );
        // The third instance of a Tuesday, Wednesday or Thursday in a month, for three months.
        let third =
            schedule("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "09:00:00", "America/New_York");
        assert_eq!(
            first(&third, 9),
            [
                "1997-09-04, 1997-09-04 13:00 UTC",
                "1997-10-07, 1997-10-07 13:00 UTC",
                "1997-11-06, 1997-11-06 14:00 UTC"
            ]
        );
        // Daily until 24 December 1997, which is told in UTC: 113 times.
        let daily = first(&new_york("FREQ=DAILY;UNTIL=19971224T000000Z"), 999);
        assert_eq!((daily.len(), daily[112].as_str()), (113, "1997-12-23, 1997-12-23 14:00 UTC"));
        // The first Friday of a month, of which the sixth is after daylight saving began.
        let friday = schedule("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05", "09:00:00", "America/New_York");
        assert_eq!(first(&friday, 8)[7], "1998-04-03, 1998-04-03 14:00 UTC");
        assert_eq!(first(&friday, 9)[8], "1998-05-01, 1998-05-01 13:00 UTC");
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        let tokyo = schedule("FREQ=MONTHLY;BYMONTHDAY=1", "2026-01-01", "07:00:00", "Asia/Tokyo");
        assert_eq!(first(&tokyo, 2), ["2026-01-01, 2025-12-31 22:00 UTC", "2026-02-01, 2026-01-31 22:00 UTC"]);
    }

    #[test]
    fn a_time_that_clocks_skip_is_no_review_and_one_that_comes_twice_is_the_first() {
        // Clocks in Zurich went from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October.
        let spring = schedule("FREQ=WEEKLY;BYDAY=SU", "2026-03-22", "02:30:00", "Europe/Zurich");
        assert_eq!(first(&spring, 2), ["2026-03-22, 2026-03-22 01:30 UTC", "2026-04-05, 2026-04-05 00:30 UTC"]);
        let autumn = schedule("FREQ=WEEKLY;BYDAY=SU", "2026-10-18", "02:30:00", "Europe/Zurich");
        assert_eq!(
            first(&autumn, 3),
            [
                "2026-10-18, 2026-10-18 00:30 UTC",
                "2026-10-25, 2026-10-25 00:30 UTC",
                "2026-11-01, 2026-11-01 01:30 UTC",
            ]
        );
    }

    #[test]
    fn the_next_review_is_at_a_moment_or_later() {
        let review = new_york("FREQ=MONTHLY;COUNT=2;BYDAY=1TU");
        let next_on = |from: &str| next(&review, from.parse().unwrap()).map(|next| next.on.to_string());
        assert_eq!(next_on("1990-01-01T00:00:00Z").as_deref(), Some("1997-09-02"));
        assert_eq!(next_on("1997-09-02T13:00:00Z").as_deref(), Some("1997-09-02"));
        assert_eq!(next_on("1997-09-02T13:00:01Z").as_deref(), Some("1997-10-07"));
        assert_eq!(next_on("1997-10-07T13:00:01Z"), None, "it has ended");
        let before = |from: &str| {
            let before = upcoming(&review, from.parse().unwrap()).and_then(|upcoming| upcoming.before);
            before.map(|before| before.on.to_string())
        };
        assert_eq!(before("1997-09-02T13:00:00Z"), None);
        assert_eq!(before("1997-10-07T13:00:00Z").as_deref(), Some("1997-09-02"));
    }

    #[test]
    fn what_never_happens_has_no_next() {
        for never in ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] {
            assert_eq!(next(&new_york(never), DateTime::UNIX_EPOCH), None, "{never}");
        }
    }

    /// Some part of a rule, well-formed or not.
    fn any_part() -> impl Strategy<Value = String> {
        let number = || -400..=400_i32;
        prop_oneof![
            (0..70_000_u32).prop_map(|interval| format!("INTERVAL={interval}")),
            (0..5_u32).prop_map(|count| format!("COUNT={count}")),
            (number(), "MO|TU|SU|XX").prop_map(|(nth, day)| format!("BYDAY={nth}{day}")),
            "BYDAY=(MO|TU|SU)(,(WE|FR|SA)){0,2}",
            ("BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|BYMONTH|BYHOUR", number())
                .prop_map(|(part, number)| format!("{part}={number}")),
            "WKST=(SU|MO)|UNTIL=(1998|2030)0101(T000000Z)?|[A-Z=;:,-]{0,12}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever a client sends is answered: with reviews in order, each at the agreed time, or with what is wrong.
        #[test]
        fn any_rule_is_answered(
            frequency in "DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY",
            parts in proptest::collection::vec(any_part(), 0..4),
        ) {
            let review = new_york(&[vec![format!("FREQ={frequency}")], parts].concat().join(";"));
            if let Ok(found) = occurrences(&review) {
                let found: Vec<_> = found.take(20).collect();
                prop_assert!(found.is_sorted_by(|one, next| one < next), "{:?}", found);
                prop_assert!(found.iter().all(|at| at.time() == review.starts_at.time()), "{:?}", found);
            }
        }
    }
}
