//! The calendar of a KPI: whole days, ISO weeks, months, quarters and years, as plain dates without a time
//! zone. Pure.
//!
//! The dates are those that an input check let through (years 1900 to 2200), so a step to the next period
//! never leaves the calendar.

use std::iter::successors;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::entity::kpi_definition::KpiFrequency;

/// The first day of the period that a day is in.
#[must_use]
pub fn start_of(frequency: KpiFrequency, day: NaiveDate) -> NaiveDate {
    let first_of_month = |month0: u32| {
        NaiveDate::from_ymd_opt(day.year(), month0 + 1, 1).expect("every month of a year has a first day")
    };
    match frequency {
        KpiFrequency::Day => day,
        KpiFrequency::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        KpiFrequency::Month => first_of_month(day.month0()),
        KpiFrequency::Quarter => first_of_month(day.month0() / 3 * 3),
        KpiFrequency::Year => first_of_month(0),
    }
}

/// Whether a period begins on this day.
#[must_use]
pub fn is_start(frequency: KpiFrequency, day: NaiveDate) -> bool {
    start_of(frequency, day) == day
}

/// The first day of the period after the one that begins on `start`.
#[must_use]
pub fn next(frequency: KpiFrequency, start: NaiveDate) -> NaiveDate {
    match frequency {
        KpiFrequency::Day => start + Days::new(1),
        KpiFrequency::Week => start + Days::new(7),
        KpiFrequency::Month => start + Months::new(1),
        KpiFrequency::Quarter => start + Months::new(3),
        KpiFrequency::Year => start + Months::new(12),
    }
}

/// The last day of the period that begins on `start`.
#[must_use]
pub fn end_of(frequency: KpiFrequency, start: NaiveDate) -> NaiveDate {
    next(frequency, start) - Days::new(1)
}

/// The first days of all periods that begin in a range of days, both included.
pub fn starts(frequency: KpiFrequency, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let containing = start_of(frequency, from);
    let first = if containing == from { from } else { next(frequency, containing) };
    successors(Some(first), move |start| Some(next(frequency, *start))).take_while(move |start| *start <= to)
}

/// The same first days, the last one first.
pub fn starts_backward(frequency: KpiFrequency, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let before = move |start: &NaiveDate| Some(start_of(frequency, *start - Days::new(1)));
    successors(Some(start_of(frequency, to)), before).take_while(move |start| *start >= from)
}

/// Whether a range of days, both included, is one or more whole periods.
#[must_use]
pub fn is_whole(frequency: KpiFrequency, from: NaiveDate, to: NaiveDate) -> bool {
    from <= to && is_start(frequency, from) && is_start(frequency, to + Days::new(1))
}

/// What a period is and when it begins, for messages.
#[must_use]
pub const fn in_words(frequency: KpiFrequency) -> &'static str {
    match frequency {
        KpiFrequency::Day => "a day",
        KpiFrequency::Week => "an ISO week, from Monday to Sunday",
        KpiFrequency::Month => "a calendar month, from its first day to its last",
        KpiFrequency::Quarter => "a quarter of a calendar year, from the first of January, April, July or October",
        KpiFrequency::Year => "a calendar year, from the first of January to the last of December",
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
        for (frequency, within, start, end) in [
            (Day, "2024-02-29", "2024-02-29", "2024-02-29"),
            // ISO 8601's own example: this Thursday is in the first week of 2009, which began in 2008.
            (Week, "2009-01-01", "2008-12-29", "2009-01-04"),
            (Week, "2010-01-03", "2009-12-28", "2010-01-03"),
            (Week, "2026-03-02", "2026-03-02", "2026-03-08"),
            (Month, "2023-02-14", "2023-02-01", "2023-02-28"),
            (Month, "2024-02-29", "2024-02-01", "2024-02-29"),
            (Month, "1900-02-28", "1900-02-01", "1900-02-28"),
            (Month, "2025-12-31", "2025-12-01", "2025-12-31"),
            (Quarter, "2024-01-01", "2024-01-01", "2024-03-31"),
            (Quarter, "2024-06-30", "2024-04-01", "2024-06-30"),
            (Quarter, "2024-08-15", "2024-07-01", "2024-09-30"),
            (Quarter, "2024-12-31", "2024-10-01", "2024-12-31"),
            (Year, "2024-02-29", "2024-01-01", "2024-12-31"),
        ] {
            let begins = start_of(frequency, day(within));
            assert_eq!((begins, end_of(frequency, begins)), (day(start), day(end)), "{frequency:?} of {within}");
        }
    }

    #[test]
    fn a_range_holds_the_periods_that_begin_in_it() {
        let starts = |from: &str, to: &str| -> Vec<String> {
            starts(KpiFrequency::Week, day(from), day(to)).map(|start| start.to_string()).collect()
        };
        assert_eq!(starts("2026-03-02", "2026-03-16"), ["2026-03-02", "2026-03-09", "2026-03-16"]);
        assert_eq!(starts("2026-03-03", "2026-03-15"), ["2026-03-09"]);
        assert_eq!(starts("2026-03-03", "2026-03-08"), [""; 0]);
        assert_eq!(starts("2026-03-09", "2026-03-08"), [""; 0]);
    }

    #[test]
    fn a_range_is_whole_from_a_first_day_to_a_last() {
        let whole = |from: &str, to: &str| is_whole(KpiFrequency::Quarter, day(from), day(to));
        assert!(whole("2026-01-01", "2026-03-31") && whole("2026-01-01", "2026-12-31"));
        assert!(!whole("2026-02-01", "2026-03-31"), "begins late");
        assert!(!whole("2026-01-01", "2026-03-30"), "ends early");
        assert!(!whole("2026-04-01", "2026-03-31"), "ends before it begins");
    }

    fn any_frequency() -> impl Strategy<Value = KpiFrequency> {
        proptest::sample::select(KpiFrequency::iter().collect::<Vec<_>>())
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        let (first, last) = (day("1900-01-01").num_days_from_ce(), day("2200-12-31").num_days_from_ce());
        (first..=last).prop_map(|number| NaiveDate::from_num_days_from_ce_opt(number).unwrap())
    }

    proptest! {
        #[test]
        fn a_day_is_in_exactly_one_period(frequency in any_frequency(), day in any_day()) {
            let start = start_of(frequency, day);
            prop_assert!(is_start(frequency, start));
            prop_assert!(start <= day && day <= end_of(frequency, start));
            prop_assert!(is_start(frequency, day) == (start == day));
        }

        #[test]
        fn the_next_period_begins_the_day_after(frequency in any_frequency(), day in any_day()) {
            let start = start_of(frequency, day);
            let end = end_of(frequency, start);
            prop_assert_eq!(start_of(frequency, end), start);
            prop_assert_eq!(start_of(frequency, end + Days::new(1)), next(frequency, start));
        }

        #[test]
        fn backward_is_the_other_way_round(frequency in any_frequency(), from in any_day(), days in 0_u64..1000) {
            let to = from + Days::new(days);
            let mut starts: Vec<_> = starts(frequency, from, to).collect();
            starts.reverse();
            prop_assert_eq!(starts_backward(frequency, from, to).collect::<Vec<_>>(), starts);
        }

        #[test]
        fn the_periods_of_a_whole_range_tile_it(frequency in any_frequency(), first in any_day(), count in 1_usize..40) {
            let from = start_of(frequency, first);
            let periods: Vec<_> = successors(Some(from), |start| Some(next(frequency, *start))).take(count).collect();
            let to = end_of(frequency, periods[count - 1]);
            prop_assert!(is_whole(frequency, from, to));
            prop_assert_eq!(starts(frequency, from, to).collect::<Vec<_>>(), periods.clone());
            let days: u64 = periods.iter().map(|start| (end_of(frequency, *start) - *start).num_days().unsigned_abs() + 1).sum();
            prop_assert_eq!(from + Days::new(days), to + Days::new(1));
        }
    }
}
