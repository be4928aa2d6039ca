//! When the demo's history begins and ends: two years of weeks, up to a few days ago.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// The weeks of one dataset.
pub(super) const WEEKS: u32 = 13;

/// The datasets of one KPI.
pub(super) const QUARTERS: u32 = 8;

/// The weeks of one KPI.
pub(super) const ALL_WEEKS: u32 = WEEKS * QUARTERS;

/// The days between the last measured week and the beginning of the present one: time enough to take a dataset
/// through all stages.
const SETTLING: u64 = 14;

/// The days that the parties take to set everything up before the first week.
const PREPARATION: u64 = 42;

/// The demo's time line.
pub(super) struct Calendar {
    /// When the history ends.
    pub(super) now: DateTime<Utc>,
    /// The first measured week's Monday.
    first_week: NaiveDate,
}

impl Calendar {
    pub(super) fn until(now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        let this_week = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        Self { now, first_week: this_week - Days::new(SETTLING + 7 * u64::from(ALL_WEEKS)) }
    }

    /// The day on which the companies join.
    pub(super) fn start(&self) -> NaiveDate {
        self.first_week - Days::new(PREPARATION)
    }

    /// A moment of the time before the first week.
    pub(super) fn preparation(&self, day: u64, hour: u32) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of a day");
        (self.start() + Days::new(day)).and_time(time).and_utc()
    }

    /// So many days before the history ends.
    pub(super) fn days_ago(&self, days: i64) -> DateTime<Utc> {
        self.now - TimeDelta::days(days)
    }

    /// The Mondays of `count` weeks from a week of the series on.
    pub(super) fn mondays(&self, from: u32, count: u32) -> Vec<NaiveDate> {
        (from..from + count).map(|week| self.first_week + Days::new(7 * u64::from(week))).collect()
    }
}
