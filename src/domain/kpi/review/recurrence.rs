//! The days on which something recurs by a rule of iCalendar. Pure.
//!
//! A rule goes by steps: every day, week, month or year, or every second or third of them. Which days of a step it chooses
//! follows from the rule and the first day alone. So a search begins at any step, goes either way, and takes no longer for
//! what began long ago.
//!
//! Tests compare the days with those of the `rrule` crate. The service does not use it: it searches from the first day on
//! through up to 100,000 steps, finds no day for a rule that has both numbered and plain ones (`BYDAY=1MO,WE`), and cuts
//! text within a letter.

use chrono::{Datelike, Days, NaiveDate};

use super::rule::{Day, Frequency, Rule};

/// A rule that is counted from a first day.
#[derive(Debug)]
pub(super) struct Recurrence {
    rule: Rule,
    first: NaiveDate,
}

impl Recurrence {
    /// With what RFC 5545 takes from the first day, where the rule does not say it.
    pub(super) fn new(mut rule: Rule, first: NaiveDate) -> Self {
        let number = |number: u32| number.try_into().into_iter().collect();
        let weekday = Day { nth: None, weekday: first.weekday() };
        let says_days = !(rule.by_day.is_empty() && rule.by_month_day.is_empty() && rule.by_year_day.is_empty());
        match rule.frequency {
            Frequency::Weekly if rule.by_day.is_empty() => rule.by_day.push(weekday),
            Frequency::Monthly if !says_days => rule.by_month_day = number(first.day()),
            Frequency::Yearly if !says_days && !rule.by_week.is_empty() => rule.by_day.push(weekday),
            Frequency::Yearly if !says_days => {
                rule.by_month_day = number(first.day());
                if rule.by_month.is_empty() {
                    rule.by_month = number(first.month());
                }
            }
            _ => {}
        }
        Self { rule, first }
    }

    /// The step that a day is in, from 0; the one before it if the day is in none, and the first one for what is earlier.
    pub(super) fn step_of(&self, day: NaiveDate) -> i64 {
        ((self.unit_of(day) - self.unit_of(self.first)) / self.rule.interval).max(0)
    }

    /// The days of a step, in order; none of one that no calendar has.
    pub(super) fn days_of(&self, step: i64) -> Vec<NaiveDate> {
        let unit = self.unit_of(self.first) + step * self.rule.interval;
        let (Some(begin), Some(end)) = (self.begin_of(unit), self.begin_of(unit + 1)) else { return Vec::new() };
        let mut days: Vec<_> =
            begin.iter_days().take_while(|day| *day < end).filter(|day| self.chooses(*day)).collect();
        if !self.rule.by_position.is_empty() {
            let numbered: Vec<_> = (1..).zip(days).collect();
            let count = numbered.last().map_or(0, |(place, _)| *place);
            let chosen = numbered.into_iter().filter(|(place, _)| has(&self.rule.by_position, *place, count));
            days = chosen.map(|(_, day)| day).collect();
        }
        days.retain(|day| *day >= self.first);
        days
    }

    /// The number of the day, week, month or year that a day is in.
    fn unit_of(&self, day: NaiveDate) -> i64 {
        match self.rule.frequency {
            Frequency::Daily => day.num_days_from_ce().into(),
            Frequency::Weekly => i64::from(day.num_days_from_ce() - self.first_week()).div_euclid(7),
            Frequency::Monthly => i64::from(day.year()) * 12 + i64::from(day.month0()),
            Frequency::Yearly => day.year().into(),
        }
    }

    /// The first day of the day, week, month or year with a number.
    fn begin_of(&self, unit: i64) -> Option<NaiveDate> {
        let number = |number: i64| i32::try_from(number).ok();
        match self.rule.frequency {
            Frequency::Daily => NaiveDate::from_num_days_from_ce_opt(number(unit)?),
            Frequency::Weekly => NaiveDate::from_num_days_from_ce_opt(number(unit * 7)? + self.first_week()),
            Frequency::Monthly => {
                let month = u32::try_from(unit.rem_euclid(12)).ok()? + 1;
                NaiveDate::from_ymd_opt(number(unit.div_euclid(12))?, month, 1)
            }
            Frequency::Yearly => NaiveDate::from_ymd_opt(number(unit)?, 1, 1),
        }
    }

    /// The number of the day on which the first of all whole weeks begins.
    fn first_week(&self) -> i32 {
        // The first day of all, number 1, was a Monday.
        self.rule.week_start.num_days_from_monday().cast_signed() + 1
    }

    /// Whether the rule chooses a day of a step that it comes to, whatever `BYSETPOS` says.
    fn chooses(&self, day: NaiveDate) -> bool {
        let rule = &self.rule;
        let (of_month, month) = (day.day(), u32::from(day.num_days_in_month()));
        let (of_year, year) = (day.ordinal(), if day.leap_year() { 366 } else { 365 });
        let of_months = rule.frequency == Frequency::Monthly || !rule.by_month.is_empty();
        let (place, length) = if of_months { (of_month, month) } else { (of_year, year) };
        // The first seven days are the first of their weekday, the next seven the second.
        let nth = (place - 1) / 7 + 1;
        let count = nth + (length - place) / 7;
        let is_of = |of: &Day| of.weekday == day.weekday() && of.nth.is_none_or(|number| has(&[number], nth, count));
        has(&rule.by_month, day.month(), 12)
            && has(&rule.by_year_day, of_year, year)
            && has(&rule.by_month_day, of_month, month)
            && (rule.by_day.is_empty() || rule.by_day.iter().any(is_of))
            && (rule.by_week.is_empty() || self.is_in_week(day))
    }

    /// Whether a day is in one of the weeks of `BYWEEKNO`. A week is one of the year that most of its days are in.
    fn is_in_week(&self, day: NaiveDate) -> bool {
        let fourth_day = |day: NaiveDate| {
            let days_into_week = day.weekday().days_since(self.rule.week_start);
            day - Days::new(days_into_week.into()) + Days::new(3)
        };
        let number = |fourth_day: NaiveDate| fourth_day.ordinal0() / 7 + 1;
        let fourth = fourth_day(day);
        // The 28th of December is always in the last week.
        let last = NaiveDate::from_ymd_opt(fourth.year(), 12, 28).map_or(fourth, fourth_day);
        has(&self.rule.by_week, number(fourth), number(last))
    }
}

/// Whether a list has a place out of so many, counted from the beginning or from the end. An empty one has all.
fn has(list: &[i32], place: u32, count: u32) -> bool {
    let from_the_end = i64::from(place) - i64::from(count) - 1;
    let is_it = |number: &i32| [i64::from(place), from_the_end].contains(&i64::from(*number));
    list.is_empty() || list.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use rrule::{RRule, Tz, Unvalidated};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn recurrence(rule: &str, first: &str) -> Recurrence {
        Recurrence::new(rule.parse().unwrap(), day(first))
    }

    /// The first days, out of so many steps.
    fn days(recurrence: &Recurrence, steps: i64, count: usize) -> Vec<NaiveDate> {
        (0..steps).flat_map(|step| recurrence.days_of(step)).take(count).collect()
    }

    #[test]
    fn days_are_those_of_the_rfc() {
        // RFC 5545, 3.8.5.3.
        for (rule, first, expected) in [
            ("FREQ=DAILY;INTERVAL=10", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22"),
            ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997-09-02 1997-09-16 1997-09-30"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"),
            ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU", "1997-09-07", "1997-09-07 1997-09-28 1997-11-02 1997-11-30"),
            ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28 1997-12-29"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "1997-10-31", "1997-10-31 1997-12-31 1998-01-31"),
            ("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27"),
            ("FREQ=YEARLY;BYMONTH=6,7", "1997-06-10", "1997-06-10 1997-07-10 1998-06-10"),
            ("FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200", "1997-01-01", "1997-01-01 1997-04-10 1997-07-19 2000-01-01"),
            ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
            ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12", "1997-05-12 1998-05-11 1999-05-17"),
            // The weeks of the CDC's MMWR, from Sunday: 2025 has 53.
            ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU", "2023-01-01", "2023-01-01 2023-12-31 2024-12-29 2026-01-04"),
            ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU,SA;WKST=SU", "2025-12-28", "2025-12-28 2026-01-03"),
            (
                "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
                "1996-11-05",
                "1996-11-05 1997-11-04 1998-11-03",
            ),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13 1999-08-13"),
        ] {
            let recurrence = recurrence(rule, first);
            let expected: Vec<_> = expected.split(' ').map(day).collect();
            assert_eq!(days(&recurrence, 50, expected.len()), expected, "{rule}");
        }
    }

    #[test]
    fn what_a_rule_does_not_say_is_that_of_the_first_day() {
        for (rule, first, expected) in [
            ("FREQ=WEEKLY", "2026-03-05", "2026-03-05 2026-03-12"),
            ("FREQ=MONTHLY", "2026-01-31", "2026-01-31 2026-03-31"),
            ("FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29"),
            ("FREQ=YEARLY;BYMONTH=1,4", "2026-01-15", "2026-01-15 2026-04-15"),
            // The third day of the week, though the rule says only which week.
            ("FREQ=YEARLY;BYWEEKNO=1", "2025-12-31", "2025-12-31 2027-01-06"),
        ] {
            let expected: Vec<_> = expected.split(' ').map(day).collect();
            assert_eq!(days(&recurrence(rule, first), 10, 2), expected, "{rule}");
        }
    }

    #[test]
    fn a_day_leads_to_its_step() {
        let monthly = recurrence("FREQ=MONTHLY;INTERVAL=3", "2026-02-10");
        for (of, step) in
            [("1990-01-01", 0), ("2026-02-01", 0), ("2026-04-30", 0), ("2026-05-01", 1), ("2027-02-28", 4)]
        {
            assert_eq!(monthly.step_of(day(of)), step, "{of}");
        }
    }

    /// A rule that the RFC takes, of those that the `rrule` crate gets right. It takes no -5MO, finds nothing where days with
    /// and without a number are in one list, and numbers some weeks at the end of a year, and those that do not begin on
    /// Monday, wrongly.
    fn any_rule() -> impl Strategy<Value = String> {
        const DAYS: &str = "(;BYDAY=(MO|TU|SU)(,(WE|FR|SA)){0,2})";
        const NUMBERED: &str = "(;BYDAY=-?[1-4](MO|TU|SU)(,-?[1-4](WE|FR))?)";
        const MONTHS: &str = "(;BYMONTH=(1|2|6|12)(,(3|11))?)";
        const MONTH_DAYS: &str = "(;BYMONTHDAY=-?(1|13|28|29|30|31)(,-?[2-9])?)";
        const YEAR_DAYS: &str = "(;BYYEARDAY=-?(1|60|100|200|365|366)(,-1)?)";
        const WEEKS: &str = "(;BYWEEKNO=(-1|-20|1|2|20|51)(,-2)?)";
        const PLACES: &str = "(;BYSETPOS=-?[1-3](,-1)?)";
        let rules = [
            format!("FREQ=DAILY;INTERVAL=[1-4]{DAYS}?{MONTHS}?{MONTH_DAYS}?"),
            format!("FREQ=WEEKLY;INTERVAL=[1-4](;WKST=(SU|WE))?{DAYS}?{MONTHS}?"),
            format!("FREQ=MONTHLY;INTERVAL=[1-4]{MONTHS}?{MONTH_DAYS}?"),
            format!("FREQ=MONTHLY;INTERVAL=[1-4]{DAYS}{MONTH_DAYS}?{PLACES}?"),
            format!("FREQ=MONTHLY;INTERVAL=[1-4]{NUMBERED}{MONTHS}?{PLACES}?"),
            format!("FREQ=YEARLY;INTERVAL=[1-4]{MONTHS}?{MONTH_DAYS}?"),
            format!("FREQ=YEARLY;INTERVAL=[1-4]{DAYS}{MONTHS}?{PLACES}?"),
            format!("FREQ=YEARLY;INTERVAL=[1-4]{NUMBERED}{MONTHS}?{PLACES}?"),
            format!("FREQ=YEARLY;INTERVAL=[1-4]{YEAR_DAYS}{DAYS}?{PLACES}?"),
            format!("FREQ=YEARLY;INTERVAL=[1-4]{WEEKS}{DAYS}{MONTHS}?{PLACES}?"),
        ];
        proptest::sample::select(rules.to_vec()).prop_flat_map(|rule| string_regex(&rule).unwrap())
    }

    /// The first days by the `rrule` crate.
    fn days_of_the_crate(rule: &str, first: NaiveDate, count: usize) -> Vec<NaiveDate> {
        let rule: RRule<Unvalidated> = rule.parse().unwrap();
        let midnight = first.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(Tz::UTC).unwrap();
        rule.build(midnight).unwrap().into_iter().take(count).map(|at| at.date_naive()).collect()
    }

    proptest! {
        #[test]
        fn days_are_those_of_another_implementation(rule in any_rule(), days_on in 0_u64..5_000) {
            let first = day("1996-01-01") + Days::new(days_on);
            let ours = days(&Recurrence::new(rule.parse().unwrap(), first), 400, 12);
            // It is not asked for more: it would search for long.
            let theirs = days_of_the_crate(&rule, first, ours.len());
            prop_assert_eq!(ours, theirs, "{} from {}", rule, first);
        }

        #[test]
        fn the_step_of_a_day_has_it(rule in any_rule(), days_on in 0_u64..5_000) {
            let first = day("1996-01-01") + Days::new(days_on);
            let recurrence = Recurrence::new(rule.parse().unwrap(), first);
            for step in 0..20 {
                for day in recurrence.days_of(step) {
                    prop_assert_eq!(recurrence.step_of(day), step);
                }
            }
        }
    }
}
