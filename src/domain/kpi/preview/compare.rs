//! What a definition that is not agreed would make of records, beside what stands. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::kpi::aggregate::{Measured, Total, over_time, total};
use crate::domain::kpi::counting::{Counting, Judgement, Lack, Observed, RecordCounts, WorkWeek, observe, why};
use crate::domain::kpi::dataset::draft::LARGEST;
use crate::domain::kpi::definition::content::Content;
use crate::domain::kpi::period::Periods;
use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi_definition::{KpiAggregation, KpiAggregationOverTime};
use crate::entity::source_record::Model;
use crate::error::{Error, Result};
use crate::id::SiteId;

/// What a definition says of how values are made.
#[derive(Clone, Debug)]
pub struct Measure {
    rule: CountingRule,
    periods: Periods,
    by_site: bool,
    aggregation: KpiAggregation,
    over_time: KpiAggregationOverTime,
    scale: f64,
    /// The unit of the value.
    pub unit: String,
}

impl Measure {
    /// That of a definition; none where it counts no records.
    #[must_use]
    pub fn of(content: Content) -> Option<Self> {
        Some(Self {
            rule: content.counting_rule?,
            periods: Periods::new(content.frequency, content.year_start_month),
            by_site: content.by_site,
            aggregation: content.aggregation,
            over_time: content.aggregation_over_time.unwrap_or_else(|| content.aggregation.into()),
            scale: content.scale,
            unit: content.unit,
        })
    }

    pub(super) const fn counting(&self, data_as_of: NaiveDate) -> Counting<'_> {
        Counting { rule: &self.rule, periods: self.periods, by_site: self.by_site, scale: self.scale, data_as_of }
    }

    /// Whether values by both make one.
    fn makes_values_as(&self, other: &Self) -> bool {
        let says = |of: &Self| (of.aggregation, of.over_time, of.scale);
        says(self) == says(other) && self.unit == other.unit
    }

    /// Whether a measurement is by site.
    pub(super) const fn is_by_site(&self) -> bool {
        self.by_site
    }

    /// How many observations make up a range at so many sites, no further than can be told to be too many.
    fn observations(&self, (from, to): (NaiveDate, NaiveDate), sites: usize) -> usize {
        self.periods.starts(from, to).take(LARGEST + 1).count().saturating_mul(sites.max(1))
    }

    /// What records make in each period of a range, at these sites and at those that records are of.
    fn made(
        &self,
        data_as_of: NaiveDate,
        range: (NaiveDate, NaiveDate),
        sites: impl IntoIterator<Item = SiteId>,
        judged: impl Iterator<Item = (SiteId, Judgement)>,
    ) -> Vec<MadePeriod> {
        let observed = observe(&self.counting(data_as_of), range, sites, judged);
        let sites = observed.chunk_by(|one, next| one.period_start == next.period_start);
        sites.filter_map(|sites| self.period(sites)).collect()
    }

    fn period(&self, sites: &[Observed]) -> Option<MadePeriod> {
        let first = sites.first()?;
        let measured = sites.iter().map(|site| Measured {
            numerator: site.numerator,
            denominator: site.denominator,
            value: site.value,
            status: site.status,
        });
        let total = total(self.aggregation, self.scale, measured);
        let counts = sum(sites.iter().map(|site| site.counts));
        Some(MadePeriod { start: first.period_start, end: first.period_end, total, counts })
    }
}

/// What records make in one period.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MadePeriod {
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
    /// What the observations of all sites make.
    pub total: Total,
    /// How the records were judged.
    pub counts: RecordCounts,
}

/// What records make by one definition, or by the versions that stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// By period, in the order of time.
    pub periods: Vec<MadePeriod>,
    /// In total, and in which unit; none where versions say otherwise what a value is, or there is no period.
    pub total: Option<(Total, String)>,
    /// How the records were judged.
    pub counts: RecordCounts,
}

impl Made {
    fn of(periods: Vec<MadePeriod>, measure: Option<&Measure>) -> Self {
        let counts = sum(periods.iter().map(|period| period.counts));
        let totals: Vec<Total> = periods.iter().map(|period| period.total).collect();
        let total = measure
            .filter(|_| !totals.is_empty())
            .map(|measure| (over_time(measure.over_time, measure.scale, &totals), measure.unit.clone()));
        Self { periods, total, counts }
    }
}

fn sum(counts: impl Iterator<Item = RecordCounts>) -> RecordCounts {
    counts.fold(RecordCounts::default(), |sum, one| RecordCounts {
        met: sum.met + one.met,
        missed: sum.missed + one.missed,
        counted: sum.counted + one.counted,
        pending: sum.pending + one.pending,
        excluded: sum.excluded + one.excluded,
        not_counted: sum.not_counted + one.not_counted,
    })
}

/// A dataset with its records, as they were judged.
#[derive(Debug)]
pub(super) struct Judged {
    /// The first and the last day of its reporting period.
    pub range: (NaiveDate, NaiveDate),
    /// The day that its records are as of.
    pub data_as_of: NaiveDate,
    /// The version that it is measured by.
    pub measure: Arc<Measure>,
    /// The sites that it has observations of, where that is by site.
    pub sites: Vec<SiteId>,
    /// The records.
    pub records: Vec<Model>,
}

/// A record that would be judged otherwise.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The record, as it stands.
    pub record: Model,
    /// The day that it is as of.
    data_as_of: NaiveDate,
    /// How it would be judged, or what it lacks that the rule needs.
    pub proposed: Result<Judgement, Vec<Lack>>,
}

impl Difference {
    /// Why it would be judged otherwise, or what it lacks.
    #[must_use]
    pub fn why(&self, proposed: &Measure) -> String {
        match &self.proposed {
            Ok(judgement) => why(&proposed.counting(self.data_as_of), &self.record, judgement),
            Err(lacks) => {
                let lacks = lacks.iter().map(|Lack { field, message }| format!("{field} {message}"));
                lacks.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// What a definition would make, beside what stands.
#[derive(Debug)]
pub struct Comparison {
    /// What the definition would make.
    pub proposed: Made,
    /// What stands.
    pub current: Made,
    /// The records that would be judged otherwise, or not at all.
    pub differences: Vec<Difference>,
    /// How many records lack what the rule needs.
    pub lacking: usize,
    /// How many records there are.
    pub records: usize,
}

/// Compares what stands with what a definition would make of the same records, each as of the day that its dataset is.
///
/// A record may be of any day of three centuries, and whoever tries a definition chooses the periods: what is too much is
/// refused before any of it is made.
pub(super) fn compare(
    proposed: &Measure,
    datasets: Vec<Judged>,
    work_weeks: &HashMap<SiteId, WorkWeek>,
) -> Result<Comparison> {
    let stand = datasets.iter().map(|dataset| dataset.measure.observations(dataset.range, dataset.sites.len()));
    if stand.fold(0, usize::saturating_add) > LARGEST {
        let message = format!("have more than {LARGEST} observations: try the definition on fewer at once");
        return Err(Error::field("input.kpiDatasetIds", message));
    }
    let (mut differences, mut lacking, mut records) = (Vec::new(), 0, 0);
    let (mut judged, mut range, mut as_of): (Vec<_>, Option<(NaiveDate, NaiveDate)>, _) = (Vec::new(), None, None);
    let mut reach = |from: NaiveDate, to: NaiveDate| {
        range = Some(range.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
    };
    let mut current = Vec::new();
    let measures: Vec<Arc<Measure>> = datasets.iter().map(|dataset| Arc::clone(&dataset.measure)).collect();
    for dataset in datasets {
        let (counting, stands) = (proposed.counting(dataset.data_as_of), dataset.measure.counting(dataset.data_as_of));
        let standing = dataset.records.iter().map(|record| (stands.site_of(record), Judgement::of(record)));
        let sites = dataset.sites.iter().copied();
        current.extend(dataset.measure.made(dataset.data_as_of, dataset.range, sites, standing));
        as_of = as_of.max(Some(dataset.data_as_of));
        reach(dataset.range.0, dataset.range.1);
        records += dataset.records.len();
        for record in dataset.records {
            let proposal = counting.judge(&record, work_weeks);
            match &proposal {
                Ok(judgement) => {
                    reach(judgement.period_start, judgement.period_start);
                    judged.push((counting.site_of(&record), *judgement));
                }
                Err(_) => lacking += 1,
            }
            let stands = Judgement::of(&record);
            if !proposal.as_ref().is_ok_and(|judgement| alike(proposed, &dataset.measure, stands, *judgement)) {
                differences.push(Difference { record, data_as_of: dataset.data_as_of, proposed: proposal });
            }
        }
    }
    current.sort_by_key(|period: &MadePeriod| period.start);
    let alike = measures.windows(2).all(|pair| pair[0].makes_values_as(&pair[1]));
    let made = match (range, as_of) {
        (Some((from, to)), Some(as_of)) => {
            let periods = proposed.periods;
            let whole = (periods.start_of(from), periods.end_of(periods.start_of(to)));
            let sites: HashSet<SiteId> = judged.iter().map(|(site, _)| *site).collect();
            if proposed.observations(whole, sites.len()) > LARGEST {
                let message = format!(
                    "cuts the days from {} to {}, by the dates of the records, into more than {LARGEST} observations at {} sites: try longer periods, or fewer datasets",
                    whole.0,
                    whole.1,
                    sites.len()
                );
                return Err(Error::field("input.definition.frequency", message));
            }
            proposed.made(as_of, whole, [], judged.into_iter())
        }
        _ => Vec::new(),
    };
    Ok(Comparison {
        proposed: Made::of(made, Some(proposed)),
        current: Made::of(current, measures.last().map(|measure| &**measure).filter(|_| alike)),
        differences,
        lacking,
        records,
    })
}

/// Whether a record counts the same by both; where they cut time otherwise, in whichever period.
fn alike(proposed: &Measure, stands: &Measure, before: Judgement, after: Judgement) -> bool {
    let placed = proposed.periods != stands.periods || before.period_start == after.period_start;
    placed && Judgement { period_start: after.period_start, ..before } == after
}
