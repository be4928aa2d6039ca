//! The days on which a site works: those of its working hours, less its holidays.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::entity::site::{self, Weekday};

/// The days on which a site works.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkWeek {
    /// From Monday.
    works: [bool; 7],
    /// Those on which it would work otherwise, in order.
    holidays: Vec<NaiveDate>,
}

impl WorkWeek {
    /// Those of a site; none where no working hours are known.
    #[must_use]
    pub fn of(site: &site::Model) -> Option<Self> {
        let mut works = [false; 7];
        for period in &site.working_hours.0 {
            works[from_monday(period.weekday)] = true;
        }
        let holidays: BTreeSet<NaiveDate> = site.holidays.0.iter().map(|holiday| holiday.date.into()).collect();
        let kept = |day: &NaiveDate| works[day.weekday().num_days_from_monday() as usize];
        works.contains(&true).then(|| Self { works, holidays: holidays.into_iter().filter(kept).collect() })
    }

    /// The working days after one day, up to and with another; negative where that is before.
    #[must_use]
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.up_to(to) - self.up_to(from)
    }

    /// The working days from a Monday long ago up to and with a day, but for a constant.
    fn up_to(&self, day: NaiveDate) -> i64 {
        let weekday = day.weekday().num_days_from_monday();
        let weeks = (i64::from(day.num_days_from_ce()) - i64::from(weekday)).div_euclid(7);
        let count = |works: &[bool]| works.iter().map(|works| i64::from(*works)).sum::<i64>();
        let regular = weeks * count(&self.works) + count(&self.works[..=weekday as usize]);
        let kept = self.holidays.partition_point(|holiday| *holiday <= day);
        regular - i64::try_from(kept).unwrap_or(i64::MAX)
    }
}

const fn from_monday(weekday: Weekday) -> usize {
    match weekday {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}
