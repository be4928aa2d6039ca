//! Gathering the periods of a series into buckets: whole quarters, say, of the calendar that the parties agreed on. Pure.
//!
//! A period belongs to the bucket that it begins in. Periods make one value only if the versions that measured them say
//! alike what a value is: where that changes within a bucket, the bucket is cut in two.

use chrono::{Days, NaiveDate};

use super::select::{Dataset, Period};
use crate::entity::kpi_definition::KpiFrequency;

/// Periods that make one point of a series, in the order of time: one at least.
#[derive(Debug)]
pub(super) struct Span {
    /// The first day.
    pub(super) start: NaiveDate,
    /// The last day.
    pub(super) end: NaiveDate,
    /// The periods.
    pub(super) periods: Vec<Period>,
}

impl Span {
    /// A period by itself.
    pub(super) fn of_one(period: Period) -> Self {
        let end = period.1.periods().end_of(period.0);
        Self { start: period.0, end, periods: vec![period] }
    }

    /// The dataset of its last period.
    pub(super) fn last(&self) -> Option<&Dataset> {
        self.periods.last().map(|(_, dataset)| &**dataset)
    }

    /// Whether a period of this dataset, in the bucket that begins then, belongs to it.
    fn holds(&self, begins: NaiveDate, dataset: &Dataset, bucket: KpiFrequency) -> bool {
        let buckets = dataset.buckets(bucket);
        self.periods.last().is_some_and(|(start, last)| {
            buckets.start_of(*start) == begins && last.buckets(bucket) == buckets && last.makes_values_as(dataset)
        })
    }

    /// Whether no day of it is missing, from the first one on which a period can begin.
    pub(super) fn is_complete(&self) -> bool {
        let end_of = |(start, dataset): &Period| dataset.periods().end_of(*start);
        let begins = |(start, dataset): &Period| *start == dataset.periods().first_start(self.start);
        self.periods.first().is_some_and(begins)
            && self.periods.windows(2).all(|pair| end_of(&pair[0]) + Days::new(1) == pair[1].0)
            && self.periods.last().is_some_and(|last| end_of(last) >= self.end)
    }
}

/// Gathers periods, in the order of time. A period that is longer than a bucket stays by itself.
pub(super) fn spans(bucket: KpiFrequency, periods: impl Iterator<Item = Period>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for period in periods {
        let (start, dataset) = (period.0, &period.1);
        let buckets = dataset.buckets(bucket);
        let begins = buckets.start_of(start);
        match spans.last_mut() {
            Some(span) if span.holds(begins, dataset, bucket) => span.periods.push(period),
            before => {
                let cut =
                    before.as_ref().is_some_and(|before| before.periods.iter().any(|(other, _)| *other >= begins));
                let first = if cut { start } else { begins };
                if let Some(before) = before {
                    before.end = before.end.min(first - Days::new(1));
                }
                spans.push(Span { start: first, end: buckets.end_of(begins), periods: vec![period] });
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::kpi::series::select::tests::dataset;

    /// What stands for a span: its first and last day, and how many periods are in it.
    fn told(spans: &[Span]) -> Vec<String> {
        spans.iter().map(|span| format!("{} to {}: {}", span.start, span.end, span.periods.len())).collect()
    }

    fn periods(dataset: Dataset, starts: &[&str]) -> Vec<Period> {
        let dataset = Arc::new(dataset);
        starts.iter().map(|start| (start.parse().unwrap(), Arc::clone(&dataset))).collect()
    }

    const HALF_A_YEAR: [&str; 6] = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"];

    #[test]
    fn months_make_quarters_of_the_agreed_calendar() {
        let calendar = periods(dataset(KpiFrequency::Month, None), &HALF_A_YEAR);
        let found = spans(KpiFrequency::Quarter, calendar.into_iter());
        assert_eq!(told(&found), ["2026-01-01 to 2026-03-31: 3", "2026-04-01 to 2026-06-30: 3"]);
        let fiscal = periods(dataset(KpiFrequency::Month, Some(2)), &HALF_A_YEAR);
        let found = spans(KpiFrequency::Quarter, fiscal.into_iter());
        let expected = ["2025-11-01 to 2026-01-31: 1", "2026-02-01 to 2026-04-30: 3", "2026-05-01 to 2026-07-31: 2"];
        assert_eq!(told(&found), expected);
        assert_eq!(found.iter().map(Span::is_complete).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn a_bucket_is_complete_when_its_days_are_covered_however_they_are_cut() {
        let quarters = || periods(dataset(KpiFrequency::Quarter, None), &["2026-04-01", "2026-07-01", "2026-10-01"]);
        for (months, complete) in [(0..3, true), (1..3, false), (0..2, false)] {
            let months = periods(dataset(KpiFrequency::Month, None), &HALF_A_YEAR[months]);
            let found = spans(KpiFrequency::Year, months.into_iter().chain(quarters()));
            assert_eq!(found.iter().map(Span::is_complete).collect::<Vec<_>>(), [complete]);
        }
        let weeks = periods(
            dataset(KpiFrequency::Week, None),
            &["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"],
        );
        for (weeks, complete) in [(&weeks[..], true), (&weeks[..4], false)] {
            let found = spans(KpiFrequency::Month, weeks.iter().cloned());
            assert_eq!(found.iter().map(Span::is_complete).collect::<Vec<_>>(), [complete]);
        }
    }

    #[test]
    fn a_week_belongs_to_the_month_that_it_begins_in() {
        let weeks = periods(dataset(KpiFrequency::Week, None), &["2026-03-23", "2026-03-30", "2026-04-06"]);
        let found = spans(KpiFrequency::Month, weeks.into_iter());
        assert_eq!(told(&found), ["2026-03-01 to 2026-03-31: 2", "2026-04-01 to 2026-04-30: 1"]);
    }

    #[test]
    fn what_is_longer_than_a_bucket_stays_by_itself() {
        let quarters = periods(dataset(KpiFrequency::Quarter, None), &["2026-01-01", "2026-04-01"]);
        let found = spans(KpiFrequency::Month, quarters.into_iter());
        assert_eq!(told(&found), ["2026-01-01 to 2026-03-31: 1", "2026-04-01 to 2026-06-30: 1"]);
    }

    #[test]
    fn a_bucket_is_cut_where_values_are_made_otherwise() {
        let other = Dataset { unit: "share".to_owned(), scale: 1.0, ..dataset(KpiFrequency::Month, None) };
        let first = periods(dataset(KpiFrequency::Month, None), &HALF_A_YEAR[..2]);
        let found = spans(KpiFrequency::Quarter, first.into_iter().chain(periods(other, &HALF_A_YEAR[2..])));
        let expected = ["2026-01-01 to 2026-02-28: 2", "2026-03-01 to 2026-03-31: 1", "2026-04-01 to 2026-06-30: 3"];
        assert_eq!(told(&found), expected);
        assert!(found.iter().all(Span::is_complete));
        // Another calendar, too: from February, quarters are those of a fiscal year.
        let first = periods(dataset(KpiFrequency::Month, None), &HALF_A_YEAR[..1]);
        let fiscal = periods(dataset(KpiFrequency::Month, Some(3)), &HALF_A_YEAR[1..]);
        let found = spans(KpiFrequency::Quarter, first.into_iter().chain(fiscal));
        let expected = [
            "2026-01-01 to 2026-01-31: 1",
            "2026-02-01 to 2026-02-28: 1",
            "2026-03-01 to 2026-05-31: 3",
            "2026-06-01 to 2026-08-31: 1",
        ];
        assert_eq!(told(&found), expected);
    }

    proptest! {
        /// Whatever is gathered, each period is in one span, and no day is in two.
        #[test]
        fn spans_tile_what_they_are_made_of(
            months in proptest::collection::btree_set(0_u32..60, 1..40),
            changes in proptest::collection::vec((1_i32..=12, any::<bool>()), 60),
            bucket in proptest::sample::select(vec![KpiFrequency::Month, KpiFrequency::Quarter, KpiFrequency::Year]),
        ) {
            let first: NaiveDate = "2020-01-01".parse().unwrap();
            let period = |month: u32| {
                let (year_start, otherwise) = changes[month as usize / 10];
                let unit = if otherwise { "share" } else { "%" };
                let of = Dataset { unit: unit.to_owned(), ..dataset(KpiFrequency::Month, Some(year_start)) };
                (first + chrono::Months::new(month), Arc::new(of))
            };
            let all: Vec<Period> = months.into_iter().map(period).collect();
            let starts: Vec<NaiveDate> = all.iter().map(|(start, _)| *start).collect();
            let found = spans(bucket, all.into_iter());
            let within: Vec<NaiveDate> = found.iter().flat_map(|span| &span.periods).map(|(start, _)| *start).collect();
            prop_assert_eq!(within, starts);
            for span in &found {
                prop_assert!(span.start <= span.periods[0].0 && span.last().is_some(), "{:?}", span);
                prop_assert!(span.periods.iter().all(|(start, _)| *start <= span.end), "{:?}", span);
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].end < pair[1].start), "{:?}", told(&found));
        }
    }
}
