//! What is on the table of a review, and whether it is ready. Pure.
//!
//! On the table are the periods that ended since the review before, up to the day of this one; for the first review, the
//! last period that ended by then. Beside them whatever was shared earlier and is not signed by both parties. Drafts are
//! nobody's business but their party's (T4): a period is shared, or it is not.

use async_graphql::Enum;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::schedule::Upcoming;
use crate::domain::kpi::period::Periods;
use crate::entity::kpi_dataset::KpiDatasetStage;
use crate::id::KpiDatasetId;

/// The most things on one table; of more, the latest.
const MOST: usize = 100;

/// Whether what is on the table can be talked about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
#[graphql(name = "KpiReviewReadiness")]
pub enum Readiness {
    /// Both parties have signed that these are the numbers, or the dataset is released.
    Ready,
    /// Shared in time, and not signed by both parties yet.
    NotAligned,
    /// Not signed by both parties, and shared later than the notice that the definition gives them before the review.
    SharedLate,
    /// The period is over, and no dataset of it is shared.
    NotShared,
}

/// A dataset that both parties' working level reads, as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shared {
    /// The dataset.
    pub id: KpiDatasetId,
    /// The first day of its reporting period.
    pub period_start: NaiveDate,
    /// The last day of its reporting period.
    pub period_end: NaiveDate,
    /// How far its current revision has come.
    pub stage: KpiDatasetStage,
    /// When that revision was shared.
    pub shared_at: DateTime<Utc>,
    /// The days that a party has for it, by the definition that it is measured by.
    pub notice_days: i32,
}

/// One thing on the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnTable {
    /// The first day.
    pub period_start: NaiveDate,
    /// The last day.
    pub period_end: NaiveDate,
    /// Whether it is ready.
    pub readiness: Readiness,
    /// The dataset, and when its current revision was shared; none where none is.
    pub shared: Option<(KpiDatasetId, DateTime<Utc>)>,
}

/// What a review looks at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Agenda {
    /// Periods that end on this day or later.
    pub first: NaiveDate,
    /// Periods that end on this day or earlier.
    pub last: NaiveDate,
    /// When the review begins.
    pub at: DateTime<Utc>,
}

impl Agenda {
    /// That of the next review of a KPI that is measured by these periods.
    #[must_use]
    pub fn of(upcoming: Upcoming, periods: Periods) -> Self {
        let Upcoming { before, next } = upcoming;
        let last = next.on;
        let first = match before {
            Some(before) => before.on + Days::new(1),
            // The period that the day after is in has not ended, and the one before it has just.
            None => periods.start_of(last + Days::new(1)) - Days::new(1),
        };
        Self { first, last, at: next.at }
    }

    fn readiness(self, dataset: &Shared) -> Readiness {
        match dataset.stage {
            KpiDatasetStage::Aligned | KpiDatasetStage::Released => Readiness::Ready,
            _ if dataset.shared_at > self.at - TimeDelta::days(dataset.notice_days.into()) => Readiness::SharedLate,
            _ => Readiness::NotAligned,
        }
    }

    /// What is on the table, by date: the datasets, and the periods from `measured_from` on that they do not cover and
    /// that are over before `today`. Neighbouring periods that are missing are one thing.
    #[must_use]
    pub fn table(
        self,
        periods: Periods,
        measured_from: NaiveDate,
        today: NaiveDate,
        datasets: &[Shared],
    ) -> Vec<OnTable> {
        let is_on_it = |dataset: &&Shared| {
            let is_open = dataset.stage == KpiDatasetStage::Shared;
            dataset.period_end <= self.last && (dataset.period_end >= self.first || is_open)
        };
        let ended = datasets.iter().filter(is_on_it);
        let shared = ended.map(|dataset| OnTable {
            period_start: dataset.period_start,
            period_end: dataset.period_end,
            readiness: self.readiness(dataset),
            shared: Some((dataset.id, dataset.shared_at)),
        });
        let mut table: Vec<OnTable> = shared.collect();
        let last = self.last.min(today - Days::new(1));
        let mut by_start: Vec<&Shared> = datasets.iter().collect();
        by_start.sort_by_key(|dataset| dataset.period_start);
        for start in periods.starts(periods.start_of(self.first), last) {
            let end = periods.end_of(start);
            if cover(&by_start, start, end) || end > last || end < measured_from {
                continue;
            }
            match table.last_mut() {
                Some(OnTable { period_end, shared: None, .. }) if *period_end + Days::new(1) == start => {
                    *period_end = end;
                }
                _ => {
                    let readiness = Readiness::NotShared;
                    table.push(OnTable { period_start: start, period_end: end, readiness, shared: None });
                }
            }
        }
        table.sort_by_key(|on_table| on_table.period_start);
        table.drain(..table.len().saturating_sub(MOST));
        table
    }
}

/// Whether datasets, in the order in which they begin, cover all days of a time. They were cut otherwise before the
/// frequency changed.
fn cover(by_start: &[&Shared], from: NaiveDate, to: NaiveDate) -> bool {
    let mut missing = from;
    for dataset in by_start {
        if dataset.period_start <= missing && missing <= dataset.period_end {
            missing = dataset.period_end + Days::new(1);
        }
    }
    missing > to
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::kpi::review::schedule::Occurrence;
    use crate::entity::kpi_definition::KpiFrequency;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn on(text: &str) -> Occurrence {
        Occurrence { on: day(text), at: format!("{text}T09:00:00Z").parse().unwrap() }
    }

    fn april(before: Option<&str>, frequency: KpiFrequency) -> Agenda {
        Agenda::of(Upcoming { before: before.map(on), next: on("2026-04-07") }, Periods::new(frequency, None))
    }

    fn shared(from: &str, to: &str, stage: KpiDatasetStage, at: &str) -> Shared {
        let (id, shared_at) = (KpiDatasetId::new(Uuid::nil()), at.parse().unwrap());
        Shared { id, period_start: day(from), period_end: day(to), stage, shared_at, notice_days: 7 }
    }

    /// What is on the table of a review on 7 April, seen on a day.
    fn table(agenda: Agenda, frequency: KpiFrequency, today: &str, datasets: &[Shared]) -> Vec<String> {
        let found = agenda.table(Periods::new(frequency, None), day("2026-01-15"), day(today), datasets);
        let words = |row: &OnTable| format!("{} to {}: {:?}", row.period_start, row.period_end, row.readiness);
        found.iter().map(words).collect()
    }

    #[test]
    fn the_table_holds_what_ended_since_the_review_before() {
        use KpiFrequency::{Day, Month, Quarter, Week};
        for (before, frequency, first) in [
            (Some("2026-03-03"), Month, "2026-03-04"),
            (None, Month, "2026-03-31"),
            (None, Quarter, "2026-03-31"),
            (None, Week, "2026-04-05"),
            (None, Day, "2026-04-07"),
        ] {
            let agenda = april(before, frequency);
            assert_eq!((agenda.first, agenda.last), (day(first), day("2026-04-07")), "{before:?}, {frequency:?}");
        }
    }

    #[test]
    fn what_is_shared_is_ready_or_tells_why_not() {
        use KpiDatasetStage::{Aligned, Released, Shared};
        let agenda = april(Some("2026-03-03"), KpiFrequency::Month);
        for (stage, at, readiness) in [
            (Aligned, "2026-04-06T12:00:00Z", Readiness::Ready),
            (Released, "2026-04-01T12:00:00Z", Readiness::Ready),
            (Shared, "2026-03-31T09:00:00Z", Readiness::NotAligned),
            (Shared, "2026-03-31T09:00:01Z", Readiness::SharedLate),
        ] {
            assert_eq!(agenda.readiness(&shared("2026-03-01", "2026-03-31", stage, at)), readiness, "{stage:?}, {at}");
        }
    }

    #[test]
    fn a_period_without_a_dataset_is_on_the_table_once_it_is_over() {
        let months = |today| table(april(Some("2026-01-06"), KpiFrequency::Month), KpiFrequency::Month, today, &[]);
        assert_eq!(months("2026-04-07"), ["2026-01-01 to 2026-03-31: NotShared"]);
        assert_eq!(months("2026-04-01"), ["2026-01-01 to 2026-03-31: NotShared"]);
        assert_eq!(months("2026-03-31"), ["2026-01-01 to 2026-02-28: NotShared"], "March is not over");
        assert_eq!(months("2026-01-31"), [""; 0]);
        // What ended before anything was agreed is not missed.
        let weeks = table(april(Some("2026-01-06"), KpiFrequency::Week), KpiFrequency::Week, "2026-01-27", &[]);
        assert_eq!(weeks, ["2026-01-12 to 2026-01-25: NotShared"]);
        let dataset = shared("2026-02-01", "2026-02-28", KpiDatasetStage::Shared, "2026-03-05T09:00:00Z");
        let around =
            table(april(Some("2026-01-06"), KpiFrequency::Month), KpiFrequency::Month, "2026-04-02", &[dataset]);
        assert_eq!(
            around,
            [
                "2026-01-01 to 2026-01-31: NotShared",
                "2026-02-01 to 2026-02-28: NotAligned",
                "2026-03-01 to 2026-03-31: NotShared",
            ]
        );
    }

    #[test]
    fn what_several_datasets_cover_together_is_not_missing() {
        use KpiFrequency::Quarter;
        let month = |from, to| shared(from, to, KpiDatasetStage::Released, "2026-03-05T09:00:00Z");
        let months =
            [month("2026-03-01", "2026-03-31"), month("2026-01-01", "2026-01-31"), month("2026-02-01", "2026-02-28")];
        let seen = |datasets: &[Shared]| table(april(None, Quarter), Quarter, "2026-04-02", datasets);
        assert_eq!(seen(&months).iter().filter(|row| row.ends_with("NotShared")).count(), 0, "{:?}", seen(&months));
        assert!(seen(&months[..2]).contains(&"2026-01-01 to 2026-03-31: NotShared".to_owned()));
    }

    #[test]
    fn of_more_than_a_table_holds_the_latest_are_on_it() {
        let agenda = april(None, KpiFrequency::Day);
        let day = |number: u64| day("2025-12-20") + Days::new(number);
        let shared = |number| {
            let day = day(number).to_string();
            shared(&day, &day, KpiDatasetStage::Shared, "2026-03-01T09:00:00Z")
        };
        let datasets: Vec<Shared> = (0..108).map(shared).collect();
        let found = agenda.table(Periods::new(KpiFrequency::Day, None), day(0), day(0), &datasets);
        assert_eq!((found.len(), found[0].period_start, found[99].period_start), (MOST, day(8), day(107)));
    }
}
