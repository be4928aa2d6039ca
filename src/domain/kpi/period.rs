//! The calendar of a KPI: whole days, ISO weeks, months, quarters and years, as plain dates without a time zone. Quarters
//! and years are those of a year that begins in an agreed month. Pure.
//!
//! The dates are those that an input check let through (years 1900 to 2200), so a step to the next period
//! never leaves the calendar.

use std::fmt;
use std::iter::successors;

use chrono::{Datelike, Days, Month, Months, NaiveDate};

use crate::entity::kpi_definition::{self, KpiFrequency};

/// How time is cut into periods: how long each is, and in which month a year begins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Periods {
    frequency: KpiFrequency,
    /// From 1.
    first_month: u32,
}

impl Periods {
    /// Those of a frequency, in years that begin in this month; in January where none is given.
    #[must_use]
    pub fn new(frequency: KpiFrequency, year_start_month: Option<i32>) -> Self {
        let month = year_start_month.and_then(|month| u32::try_from(month).ok());
        Self { frequency, first_month: month.filter(|month| (1..=12).contains(month)).unwrap_or(1) }
    }

    /// Those of a definition.
    #[must_use]
    pub fn of(definition: &kpi_definition::Model) -> Self {
        Self::new(definition.frequency, definition.year_start_month)
    }

    /// Whether each is a day.
    #[must_use]
    pub fn is_days(self) -> bool {
        self.frequency == KpiFrequency::Day
    }

    /// Whether each is a week.
    #[must_use]
    pub fn is_weeks(self) -> bool {
        self.frequency == KpiFrequency::Week
    }

    /// The first day of the period that a day is in.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        let month = || day.with_day(1).expect("every month has a first day");
        let months_into_year = (day.month() + 12 - self.first_month) % 12;
        match self.frequency {
            KpiFrequency::Day => day,
            KpiFrequency::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            KpiFrequency::Month => month(),
            KpiFrequency::Quarter => month() - Months::new(months_into_year % 3),
            KpiFrequency::Year => month() - Months::new(months_into_year),
        }
    }

    /// Whether a period begins on this day.
    #[must_use]
    pub fn is_start(self, day: NaiveDate) -> bool {
        self.start_of(day) == day
    }

    /// The first day of the period after the one that begins on `start`.
    #[must_use]
    pub fn next(self, start: NaiveDate) -> NaiveDate {
        match self.frequency {
            KpiFrequency::Day => start + Days::new(1),
            KpiFrequency::Week => start + Days::new(7),
            KpiFrequency::Month => start + Months::new(1),
            KpiFrequency::Quarter => start + Months::new(3),
            KpiFrequency::Year => start + Months::new(12),
        }
    }

    /// The last day of the period that begins on `start`.
    #[must_use]
    pub fn end_of(self, start: NaiveDate) -> NaiveDate {
        self.next(start) - Days::new(1)
    }

    /// The first day, from a day on, with which a period begins.
    #[must_use]
    pub fn first_start(self, from: NaiveDate) -> NaiveDate {
        let containing = self.start_of(from);
        if containing == from { from } else { self.next(containing) }
    }

    /// The first days of all periods that begin on a day or later, without end.
    pub fn starts_from(self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        successors(Some(self.first_start(from)), move |start| Some(self.next(*start)))
    }

    /// The first days of all periods that begin in a range of days, both included.
    pub fn starts(self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        self.starts_from(from).take_while(move |start| *start <= to)
    }

    /// The same first days, the last one first.
    pub fn starts_backward(self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let before = move |start: &NaiveDate| Some(self.start_of(*start - Days::new(1)));
        successors(Some(self.start_of(to)), before).take_while(move |start| *start >= from)
    }

    /// Whether a range of days, both included, is one or more whole periods.
    #[must_use]
    pub fn is_whole(self, from: NaiveDate, to: NaiveDate) -> bool {
        from <= to && self.is_start(from) && self.is_start(to + Days::new(1))
    }

    /// The name of the period that begins on `start`, as short as can be told: `2026-03-02`, `2026-W10`, `2026-03`,
    /// `2026-Q1`, `2026`. Quarters of a year that begins in another month than January are named by their months, and such
    /// years by both calendar years that they are in: what is the first of them, every company counts differently.
    #[must_use]
    pub fn name(self, start: NaiveDate) -> String {
        let is_calendar_year = self.first_month == 1;
        match self.frequency {
            KpiFrequency::Day => start.format("%Y-%m-%d").to_string(),
            KpiFrequency::Week => start.format("%G-W%V").to_string(),
            KpiFrequency::Month => start.format("%Y-%m").to_string(),
            KpiFrequency::Quarter if is_calendar_year => format!("{}-Q{}", start.year(), start.month0() / 3 + 1),
            KpiFrequency::Quarter => format!("{}–{}", start.format("%Y-%m"), self.end_of(start).format("%m")),
            KpiFrequency::Year if is_calendar_year => start.year().to_string(),
            KpiFrequency::Year => format!("{}/{}", start.year(), self.end_of(start).format("%y")),
        }
    }

    /// The name of a month of the year, from 0.
    fn month(self, index: u32) -> &'static str {
        let number = (self.first_month - 1 + index) % 12 + 1;
        u8::try_from(number).ok().and_then(|number| Month::try_from(number).ok()).map_or("", |month| month.name())
    }
}

/// What a period is and when it begins, for messages.
impl fmt::Display for Periods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = if self.first_month == 1 { "calendar year" } else { "fiscal year" };
        let month = |index| self.month(index);
        match self.frequency {
            KpiFrequency::Day => f.write_str("a day"),
            KpiFrequency::Week => f.write_str("an ISO week, from Monday to Sunday"),
            KpiFrequency::Month => f.write_str("a calendar month, from its first day to its last"),
            KpiFrequency::Quarter => {
                let [first, second, third, last] = [0, 3, 6, 9].map(month);
                write!(f, "a quarter of a {year}, from the first of {first}, {second}, {third} or {last}")
            }
            KpiFrequency::Year => {
                write!(f, "a {year}, from the first of {} to the last of {}", month(0), month(11))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_and_end_as_calendars_say() {
        use KpiFrequency::{Day, Month, Quarter, Week, Year};
        for (frequency, year_start, within, start, end) in [
            (Day, 1, "2024-02-29", "2024-02-29", "2024-02-29"),
            // ISO 8601's own example: this Thursday is in the first week of 2009, which began in 2008.
            (Week, 1, "2009-01-01", "2008-12-29", "2009-01-04"),
            (Week, 1, "2010-01-03", "2009-12-28", "2010-01-03"),
            (Week, 1, "2026-03-02", "2026-03-02", "2026-03-08"),
            (Month, 1, "2023-02-14", "2023-02-01", "2023-02-28"),
            (Month, 1, "2024-02-29", "2024-02-01", "2024-02-29"),
            (Month, 1, "1900-02-28", "1900-02-01", "1900-02-28"),
            (Month, 1, "2025-12-31", "2025-12-01", "2025-12-31"),
            (Quarter, 1, "2024-01-01", "2024-01-01", "2024-03-31"),
            (Quarter, 1, "2024-06-30", "2024-04-01", "2024-06-30"),
            (Quarter, 1, "2024-08-15", "2024-07-01", "2024-09-30"),
            (Quarter, 1, "2024-12-31", "2024-10-01", "2024-12-31"),
            (Year, 1, "2024-02-29", "2024-01-01", "2024-12-31"),
            // Years that begin in April: days, weeks and months are the same, the last quarter is of the next year.
            (Day, 4, "2024-02-29", "2024-02-29", "2024-02-29"),
            (Week, 4, "2009-01-01", "2008-12-29", "2009-01-04"),
            (Month, 4, "2024-02-29", "2024-02-01", "2024-02-29"),
            (Quarter, 4, "2024-06-30", "2024-04-01", "2024-06-30"),
            (Year, 4, "2024-03-31", "2023-04-01", "2024-03-31"),
            (Year, 4, "2024-04-01", "2024-04-01", "2025-03-31"),
            // Years that begin in February: no quarter is one of the calendar year.
            (Quarter, 2, "2024-01-31", "2023-11-01", "2024-01-31"),
            (Quarter, 2, "2024-02-29", "2024-02-01", "2024-04-30"),
            (Year, 12, "2024-12-01", "2024-12-01", "2025-11-30"),
        ] {
            let periods = Periods::new(frequency, Some(year_start));
            let begins = periods.start_of(day(within));
            let found = (begins, periods.end_of(begins));
            assert_eq!(found, (day(start), day(end)), "{frequency:?} of {within}, years from month {year_start}");
        }
    }

    #[test]
    fn what_a_period_is_can_be_said() {
        let words = |frequency, year_start| Periods::new(frequency, year_start).to_string();
        assert_eq!(
            words(KpiFrequency::Quarter, None),
            "a quarter of a calendar year, from the first of January, April, July or October"
        );
        assert_eq!(
            words(KpiFrequency::Quarter, Some(11)),
            "a quarter of a fiscal year, from the first of November, February, May or August"
        );
        assert_eq!(words(KpiFrequency::Year, Some(4)), "a fiscal year, from the first of April to the last of March");
    }

    #[test]
    fn periods_have_names() {
        use KpiFrequency::{Day, Month, Quarter, Week, Year};
        for (frequency, year_start, start, name) in [
            (Day, 1, "2024-02-29", "2024-02-29"),
            (Week, 1, "2008-12-29", "2009-W01"),
            (Month, 4, "2024-02-01", "2024-02"),
            (Quarter, 1, "2024-10-01", "2024-Q4"),
            (Quarter, 2, "2023-11-01", "2023-11–01"),
            (Year, 1, "2024-01-01", "2024"),
            (Year, 4, "1999-04-01", "1999/00"),
        ] {
            assert_eq!(Periods::new(frequency, Some(year_start)).name(day(start)), name);
        }
    }

    #[test]
    fn a_range_holds_the_periods_that_begin_in_it() {
        let starts = |from: &str, to: &str| -> Vec<String> {
            let weeks = Periods::new(KpiFrequency::Week, None);
            weeks.starts(day(from), day(to)).map(|start| start.to_string()).collect()
        };
        assert_eq!(starts("2026-03-02", "2026-03-16"), ["2026-03-02", "2026-03-09", "2026-03-16"]);
        assert_eq!(starts("2026-03-03", "2026-03-15"), ["2026-03-09"]);
        assert_eq!(starts("2026-03-03", "2026-03-08"), [""; 0]);
        assert_eq!(starts("2026-03-09", "2026-03-08"), [""; 0]);
    }

    #[test]
    fn a_range_is_whole_from_a_first_day_to_a_last() {
        let whole = |year_start, from: &str, to: &str| {
            Periods::new(KpiFrequency::Quarter, year_start).is_whole(day(from), day(to))
        };
        assert!(whole(None, "2026-01-01", "2026-03-31") && whole(None, "2026-01-01", "2026-12-31"));
        assert!(!whole(None, "2026-02-01", "2026-03-31"), "begins late");
        assert!(!whole(None, "2026-01-01", "2026-03-30"), "ends early");
        assert!(!whole(None, "2026-04-01", "2026-03-31"), "ends before it begins");
        assert!(whole(Some(2), "2026-02-01", "2026-04-30") && !whole(Some(2), "2026-01-01", "2026-03-31"));
    }

    fn any_periods() -> impl Strategy<Value = Periods> {
        let frequencies = proptest::sample::select(KpiFrequency::iter().collect::<Vec<_>>());
        (frequencies, 1..=12).prop_map(|(frequency, month)| Periods::new(frequency, Some(month)))
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        let (first, last) = (day("1900-01-01").num_days_from_ce(), day("2200-12-31").num_days_from_ce());
        (first..=last).prop_map(|number| NaiveDate::from_num_days_from_ce_opt(number).unwrap())
    }

    proptest! {
        #[test]
        fn a_day_is_in_exactly_one_period(periods in any_periods(), day in any_day()) {
            let start = periods.start_of(day);
            prop_assert!(periods.is_start(start));
            prop_assert!(start <= day && day <= periods.end_of(start));
            prop_assert!(periods.is_start(day) == (start == day));
        }

        #[test]
        fn the_next_period_begins_the_day_after(periods in any_periods(), day in any_day()) {
            let start = periods.start_of(day);
            let end = periods.end_of(start);
            prop_assert_eq!(periods.start_of(end), start);
            prop_assert_eq!(periods.start_of(end + Days::new(1)), periods.next(start));
        }

        #[test]
        fn backward_is_the_other_way_round(periods in any_periods(), from in any_day(), days in 0_u64..1000) {
            let to = from + Days::new(days);
            let mut starts: Vec<_> = periods.starts(from, to).collect();
            starts.reverse();
            prop_assert_eq!(periods.starts_backward(from, to).collect::<Vec<_>>(), starts);
        }

        #[test]
        fn the_periods_of_a_whole_range_tile_it(periods in any_periods(), first in any_day(), count in 1_usize..40) {
            let from = periods.start_of(first);
            let starts: Vec<_> = successors(Some(from), |start| Some(periods.next(*start))).take(count).collect();
            let to = periods.end_of(starts[count - 1]);
            prop_assert!(periods.is_whole(from, to));
            prop_assert_eq!(periods.starts(from, to).collect::<Vec<_>>(), starts.clone());
            let days: u64 =
                starts.iter().map(|start| (periods.end_of(*start) - *start).num_days().unsigned_abs() + 1).sum();
            prop_assert_eq!(from + Days::new(days), to + Days::new(1));
        }

        #[test]
        fn a_year_is_four_quarters_and_begins_in_its_month(month in 1..=12, day in any_day()) {
            let year = Periods::new(KpiFrequency::Year, Some(month));
            let quarter = Periods::new(KpiFrequency::Quarter, Some(month));
            let start = year.start_of(day);
            prop_assert_eq!(i64::from(start.month()), i64::from(month));
            prop_assert_eq!(quarter.starts(start, year.end_of(start)).count(), 4);
            prop_assert!(quarter.is_whole(start, year.end_of(start)));
        }
    }
}
