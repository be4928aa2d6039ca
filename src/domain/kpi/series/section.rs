//! Which part of a series is asked for, and in which buckets.

use async_graphql::ID;
use chrono::{Days, NaiveDate};

use super::decode;
use super::select::{Dataset, Period};
use super::span::{Span, spans};
use crate::db::page::Window;
use crate::domain::check::Check;
use crate::entity::kpi_definition::KpiFrequency;
use crate::error::Result;
use crate::id::SiteId;
use crate::scalar::Date;

/// As many days as the longest bucket has at most.
const LONGEST_BUCKET: Days = Days::new(366);

/// Which part of a series is asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Section {
    /// The first day on which a period, or bucket, may begin.
    pub(super) first: Option<NaiveDate>,
    /// The last day on which one may begin.
    pub(super) last: Option<NaiveDate>,
    /// Only this site's observations.
    pub(super) site: Option<SiteId>,
    /// What periods are gathered into; none for each by itself.
    pub(super) bucket: Option<KpiFrequency>,
}

impl Section {
    /// All of a series, of all sites or of one.
    #[must_use]
    pub const fn whole(site: Option<SiteId>) -> Self {
        Self { first: None, last: None, site, bucket: None }
    }

    /// Checks the arguments of a series.
    pub fn checked(from: Option<Date>, to: Option<Date>, site: Option<&ID>) -> Result<Self> {
        let (from, to) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of_arguments();
        check.open_range(("from", from), ("to", to));
        let site = check.optional_id("siteId", site.map(|id| id.as_str()));
        check.finish()?;
        Ok(Self { first: from, last: to, site, bucket: None })
    }

    /// The same in buckets.
    #[must_use]
    pub fn in_buckets(self, bucket: Option<KpiFrequency>) -> Self {
        Self { bucket, ..self }
    }

    /// What of it comes after the window's cursor, or before it.
    pub(super) fn beyond(&self, window: &Window) -> Self {
        let Some(cursor) = window.cursor.as_deref().and_then(decode) else { return self.clone() };
        if window.backward {
            let day_before = cursor - Days::new(1);
            Self { last: Some(self.last.map_or(day_before, |last| last.min(day_before))), ..self.clone() }
        } else {
            let day_after = cursor + Days::new(1);
            Self { first: Some(self.first.map_or(day_after, |first| first.max(day_after))), ..self.clone() }
        }
    }

    /// The section with all periods of the buckets that begin in it, and of those before: where a bucket begins may
    /// depend on what came before it.
    pub(super) fn reach(&self) -> Self {
        let first = self.first.map(|first| first.checked_sub_days(LONGEST_BUCKET).unwrap_or(first));
        let last = self.last.map(|last| last.checked_add_days(LONGEST_BUCKET).unwrap_or(last));
        Self { first, last, ..self.clone() }
    }

    /// The periods of a dataset that begin in it, in the direction of reading.
    pub(super) fn periods(&self, dataset: &Dataset, backward: bool) -> Box<dyn Iterator<Item = NaiveDate>> {
        let from = self.first.map_or(dataset.period_start, |first| first.max(dataset.period_start));
        let to = self.last.map_or(dataset.period_end, |last| last.min(dataset.period_end));
        if backward {
            Box::new(dataset.periods().starts_backward(from, to))
        } else {
            Box::new(dataset.periods().starts(from, to))
        }
    }

    /// The buckets that begin in it, of periods in the order of time that reach as far as [`Section::reach`] says.
    pub(super) fn buckets(&self, bucket: KpiFrequency, periods: impl Iterator<Item = Period>) -> Vec<Span> {
        let begins_inside = |span: &Span| {
            self.first.is_none_or(|first| first <= span.start) && self.last.is_none_or(|last| span.start <= last)
        };
        spans(bucket, periods).into_iter().filter(begins_inside).collect()
    }
}
