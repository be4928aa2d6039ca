//! What the records of each period and site make together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::judge::{Counting, Judgement};
use crate::domain::kpi::aggregate::ratio;
use crate::domain::kpi::sum::Sum;
use crate::entity::counting_rule::{CountingRule, DurationRule, DurationTotal};
use crate::entity::observation::{NO_SITE, ObservationStatus};
use crate::entity::source_record::RecordVerdict;
use crate::id::SiteId;

/// How many records were judged how.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RecordCounts {
    /// In the numerator and in the denominator.
    pub met: i32,
    /// In the denominator alone.
    pub missed: i32,
    /// With their quantity, their days or themselves.
    pub counted: i32,
    /// That cannot be told yet.
    pub pending: i32,
    /// Left out, with a reason.
    pub excluded: i32,
    /// That the rule is not about.
    pub not_counted: i32,
}

impl RecordCounts {
    /// Adds a number of records that were judged so.
    pub const fn add(&mut self, verdict: RecordVerdict, count: i32) {
        match verdict {
            RecordVerdict::Met => self.met += count,
            RecordVerdict::Missed => self.missed += count,
            RecordVerdict::Counted => self.counted += count,
            RecordVerdict::Pending => self.pending += count,
            RecordVerdict::Excluded => self.excluded += count,
            RecordVerdict::NotCounted => self.not_counted += count,
        }
    }

    /// How many are behind the value.
    #[must_use]
    pub const fn judged(&self) -> i32 {
        self.met + self.missed + self.counted
    }

    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> i32 {
        self.judged() + self.pending + self.excluded + self.not_counted
    }
}

/// What the records of one period and site make.
#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// Its last day.
    pub period_end: NaiveDate,
    /// The site; `NO_SITE` where the definition is not by site.
    pub site_id: SiteId,
    /// What was counted or summed.
    pub numerator: Option<f64>,
    /// What it is divided by.
    pub denominator: Option<f64>,
    /// The value.
    pub value: Option<f64>,
    /// Whether there is a value, and if not, why.
    pub status: ObservationStatus,
    /// In words, where a value is missing though there are records.
    pub reason: Option<String>,
    /// How the records were judged.
    pub counts: RecordCounts,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    counts: RecordCounts,
    numerator: Sum,
    denominator: Sum,
}

/// One observation for each period of a range at each site: of the sites given, and of those that records are of. The
/// range is of whole periods, and the records are in it.
pub fn observe(
    counting: &Counting<'_>,
    (from, to): (NaiveDate, NaiveDate),
    sites: impl IntoIterator<Item = SiteId>,
    judged: impl IntoIterator<Item = (SiteId, Judgement)>,
) -> Vec<Observed> {
    let mut tallies: BTreeMap<(NaiveDate, SiteId), Tally> = BTreeMap::new();
    let mut at: BTreeSet<SiteId> = if counting.by_site { sites.into_iter().collect() } else { [NO_SITE].into() };
    for (site, judgement) in judged {
        let tally = tallies.entry((judgement.period_start, site)).or_default();
        tally.counts.add(judgement.verdict, 1);
        tally.numerator.add(judgement.numerator.unwrap_or_default());
        tally.denominator.add(judgement.denominator.unwrap_or_default());
        at.insert(site);
    }
    let starts = counting.periods.starts(from, to);
    let keys = starts.flat_map(|start| at.iter().map(move |site| (start, *site)));
    keys.map(|key| counting.observed(key, tallies.get(&key).copied().unwrap_or_default())).collect()
}

impl Counting<'_> {
    fn observed(&self, (period_start, site_id): (NaiveDate, SiteId), tally: Tally) -> Observed {
        let period_end = self.periods.end_of(period_start);
        let Tally { counts, numerator, denominator } = tally;
        let none = Observed {
            period_start,
            period_end,
            site_id,
            numerator: None,
            denominator: None,
            value: None,
            status: ObservationStatus::NoData,
            reason: None,
            counts,
        };
        let missing = |status, reason: &str| Observed { status, reason: Some(reason.to_owned()), ..none.clone() };
        let is_count = matches!(self.rule, CountingRule::Count(_));
        match counts {
            _ if counts.judged() > 0 => self.valued(&none, numerator.total(), denominator.total()),
            RecordCounts { pending: 1.., .. } => {
                missing(ObservationStatus::Pending, "none of its records can be judged yet")
            }
            // To have looked at records and counted none of them is to know that there was none.
            RecordCounts { not_counted: 1.., .. } if is_count => self.valued(&none, 0.0, 0.0),
            RecordCounts { not_counted: 1.., .. } => {
                missing(ObservationStatus::NoData, "none of its records is one that the counting rule is about")
            }
            RecordCounts { excluded: 1.., .. } => {
                missing(ObservationStatus::Excluded, "all of its records are excluded, each with its reason")
            }
            _ if self.data_as_of <= period_end => Observed { status: ObservationStatus::Pending, ..none },
            _ => none,
        }
    }

    fn valued(&self, none: &Observed, numerator: f64, denominator: f64) -> Observed {
        let divides = !matches!(
            self.rule,
            CountingRule::Count(_) | CountingRule::Duration(DurationRule { total: DurationTotal::Sum, .. })
        );
        let value = ratio(self.scale, numerator, if divides { denominator } else { 1.0 });
        let (status, reason) = match value {
            Some(_) => (ObservationStatus::Reported, None),
            None => (ObservationStatus::NoData, Some("there is nothing to divide by".to_owned())),
        };
        Observed {
            numerator: Some(numerator).filter(|sum| sum.is_finite()),
            denominator: Some(denominator).filter(|sum| divides && sum.is_finite()),
            value,
            status,
            reason,
            ..none.clone()
        }
    }
}
