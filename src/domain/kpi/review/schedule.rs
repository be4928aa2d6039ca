//! When KPIs are reviewed: an agreed recurrence rule of iCalendar (RFC 5545), in the local time of a place.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::recurrence::Recurrence;
use super::rule::Rule;
use crate::domain::check::{self, Check};
use crate::entity::kpi_review::{KpiReview, KpiReviewer};
use crate::entity::party::Party;
use crate::scalar::TimeZone;

/// The longest recurrence rule.
const LONGEST_RULE: usize = 300;

/// The most reviewers.
const MOST_REVIEWERS: usize = 20;

/// The days on which a schedule may begin.
const BEGINNINGS: RangeInclusive<NaiveDate> = day(1990, 1, 1)..=day(2100, 12, 31);

/// The last day on which there is a review. It bounds the search for what never happens.
const LAST_DAY: NaiveDate = day(2200, 12, 31);

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// Checks a schedule and its reviewers.
pub fn checked(check: &mut Check, review: KpiReview) -> KpiReview {
    let recurrence = check.text("review.recurrence", &review.recurrence, LONGEST_RULE);
    let review = KpiReview { recurrence, ..review };
    match Schedule::of(&review).and_then(|schedule| schedule.first()) {
        Err(Wrong { field, message }) => check.wrong(&format!("review.{field}"), message),
        Ok(first) => {
            let message = format!("is no day on which it recurs: the first from then on is {first}");
            check.that(first == review.starts_on.0, "review.startsOn", message);
        }
    }
    let reviewers = check.up_to("review.reviewers", review.reviewers, MOST_REVIEWERS, |check, field, reviewer| {
        let KpiReviewer { party, name, role } = reviewer;
        let name = check.text(&format!("{field}.name"), &name, check::NAME);
        let role = check.text(&format!("{field}.role"), &role, check::NAME);
        KpiReviewer { party, name, role }
    });
    let of_both = [Party::Sponsor, Party::Cdmo].iter().all(|party| reviewers.iter().any(|of| of.party == *party));
    check.that(of_both, "review.reviewers", "must name at least one reviewer of each party, SPONSOR and CDMO");
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

/// The next review, and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Upcoming {
    /// The last review before; none if the next one is the first.
    pub before: Option<Occurrence>,
    /// The next review.
    pub next: Occurrence,
}

/// The first review at that moment or later; none once the rule has ended.
#[must_use]
pub fn next(review: &KpiReview, from: DateTime<Utc>) -> Option<Occurrence> {
    Schedule::of(review).ok()?.next(from)
}

/// The first review at that moment or later, with the one before it; none once the rule has ended.
#[must_use]
pub fn upcoming(review: &KpiReview, from: DateTime<Utc>) -> Option<Upcoming> {
    let schedule = Schedule::of(review).ok()?;
    let next = schedule.next(from)?;
    Some(Upcoming { before: schedule.before(next), next })
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

/// A schedule, read.
struct Schedule {
    recurrence: Recurrence,
    starts_on: NaiveDate,
    time: NaiveTime,
    zone: Tz,
    count: Option<usize>,
    until: Option<DateTime<Utc>>,
}

impl Schedule {
    fn of(review: &KpiReview) -> Result<Self, Wrong> {
        let TimeZone(zone) = &review.time_zone;
        let Ok(zone) = zone.parse::<Tz>() else {
            return Err(Wrong::new("timeZone", "is no IANA time zone; one looks like Europe/Dublin"));
        };
        let starts_on = review.starts_on.0;
        if !BEGINNINGS.contains(&starts_on) {
            let (first, last) = (BEGINNINGS.start(), BEGINNINGS.end());
            return Err(Wrong::new("startsOn", format!("must be from {first} to {last}")));
        }
        let rule: Rule = review.recurrence.parse().map_err(|message: String| Wrong::new("recurrence", message))?;
        let (count, until) = (rule.count, rule.until);
        let recurrence = Recurrence::new(rule, starts_on);
        Ok(Self { recurrence, starts_on, time: review.starts_at.time(), zone, count, until })
    }

    /// The day of the first review.
    fn first(&self) -> Result<NaiveDate, Wrong> {
        if self.at(self.starts_on).is_none() {
            let message = "is skipped on that day by daylight saving: give another time";
            return Err(Wrong::new("startsAt", message));
        }
        let never = || Wrong::new("recurrence", "never happens: from startsOn to its end no day is what it asks for");
        self.reviews_from(0).next().map(|first| first.on).ok_or_else(never)
    }

    fn next(&self, from: DateTime<Utc>) -> Option<Occurrence> {
        let is_next = |occurrence: &Occurrence| occurrence.at >= from;
        match self.count {
            Some(count) => self.reviews_from(0).take(count).find(is_next),
            // What was before that day is over.
            None => self.reviews_from(self.recurrence.step_of(self.day_of(from))).find(is_next),
        }
    }

    /// The last review before one.
    fn before(&self, next: Occurrence) -> Option<Occurrence> {
        let last_of_step = |step| self.reviews_of(step).take_while(|occurrence| occurrence.at < next.at).last();
        (0..=self.recurrence.step_of(next.on)).rev().find_map(last_of_step)
    }

    /// All reviews from a step on, in order.
    fn reviews_from(&self, step: i64) -> impl Iterator<Item = Occurrence> {
        let last_day = self.until.map_or(LAST_DAY, |until| self.day_of(until).min(LAST_DAY));
        let steps = step..=self.recurrence.step_of(last_day);
        steps
            .flat_map(|step| self.reviews_of(step))
            .take_while(|occurrence| self.until.is_none_or(|until| occurrence.at <= until))
    }

    /// The reviews of a step, in order.
    fn reviews_of(&self, step: i64) -> impl Iterator<Item = Occurrence> {
        self.recurrence.days_of(step).into_iter().filter_map(|on| Some(Occurrence { on, at: self.at(on)? }))
    }

    /// When a review on a day begins. A day on which clocks skip that time has none, and it is not counted (RFC 5545,
    /// 3.3.10). Where clocks are put back a time comes twice, and the first one is meant.
    fn at(&self, on: NaiveDate) -> Option<DateTime<Utc>> {
        self.zone.from_local_datetime(&on.and_time(self.time)).earliest().map(|at| at.to_utc())
    }

    /// The day that it is there.
    fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
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
    fn a_day_that_clocks_skip_is_not_counted() {
        let twice = schedule("FREQ=DAILY;COUNT=2", "2026-03-28", "02:30:00", "Europe/Zurich");
        assert_eq!(first(&twice, 9), ["2026-03-28, 2026-03-28 01:30 UTC", "2026-03-30, 2026-03-30 00:30 UTC"]);
    }

    #[test]
    fn a_rule_without_an_end_goes_on_for_all_decades() {
        let upcoming_at = |rule: &str, starts_on: &str, from: &str| {
            let review = schedule(rule, starts_on, "09:00:00", "Europe/Zurich");
            let found = upcoming(&review, format!("{from}T00:00:00Z").parse().unwrap())?;
            Some((found.before?.on.to_string(), found.next.on.to_string()))
        };
        for (rule, starts_on, from, before, next) in [
            ("FREQ=DAILY", "1990-01-01", "2126-11-27", "2126-11-26", "2126-11-27"),
            ("FREQ=DAILY;INTERVAL=5", "1990-01-01", "2100-03-01", "2100-02-28", "2100-03-05"),
            ("FREQ=WEEKLY;BYDAY=MO,TH", "1990-01-01", "2090-01-01", "2089-12-29", "2090-01-02"),
            ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU", "1990-01-02", "2120-05-01", "2120-04-02", "2120-07-02"),
            // The 29th of February, which there is none of in 2100; every third year has one every twelve years.
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "1992-02-29", "2097-01-01", "2096-02-29", "2104-02-29"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=3", "1992-02-29", "2030-01-01", "2028-02-29", "2040-02-29"),
            ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TH", "1996-02-29", "2030-01-01", "2024-02-29", "2052-02-29"),
            ("FREQ=MONTHLY;COUNT=1000", "2020-01-01", "2100-01-02", "2100-01-01", "2100-02-01"),
        ] {
            let found = upcoming_at(rule, starts_on, from);
            assert_eq!(found, Some((before.to_owned(), next.to_owned())), "{rule}");
        }
        assert_eq!(upcoming_at("FREQ=DAILY", "1990-01-01", "2201-01-01"), None, "as far as dates go");
    }

    #[test]
    fn what_never_happens_has_no_next() {
        for never in [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=WEEKLY;UNTIL=19970101T000000Z",
            "FREQ=MONTHLY;BYDAY=6MO",
        ] {
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
            "WKST=(SU|MO)|UNTIL=(1998|2030)0101(T000000Z)?|[A-Z=;:,-]{0,12}|\\PC{0,8}",
        ]
    }

    proptest! {
        /// Whatever a client sends is answered: with reviews in order, each at the agreed time, or with what is wrong.
        #[test]
        fn any_rule_is_answered(
            frequency in "DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY",
            parts in proptest::collection::vec(any_part(), 0..4),
        ) {
            let review = new_york(&[vec![format!("FREQ={frequency}")], parts].concat().join(";"));
            if let Ok(schedule) = Schedule::of(&review) {
                let found: Vec<_> = schedule.reviews_from(0).take(20).collect();
                prop_assert!(found.is_sorted_by(|one, next| one.at < next.at), "{:?}", found);
                for (number, of) in found.iter().enumerate().take(schedule.count.unwrap_or(20)) {
                    prop_assert_eq!(schedule.zone.from_utc_datetime(&of.at.naive_utc()).time(), review.starts_at.time());
                    let seen = upcoming(&review, of.at);
                    let before = number.checked_sub(1).map(|before| found[before]);
                    prop_assert_eq!(seen, Some(Upcoming { before, next: *of }));
                }
            }
        }
    }
}
