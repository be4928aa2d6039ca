//! A KPI over time: one point for each period of the datasets that both parties read, or that were released; or for each
//! bucket of several periods.
//!
//! A period of a dataset for which nothing was recorded is a point without a value; a period of no dataset is
//! no point. Datasets of one KPI do not overlap once they are shared, so nothing is counted twice.

mod section;
mod select;
mod span;
mod total;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use sea_orm::Value;

pub use self::section::Section;
#[cfg(test)]
pub(super) use self::select::tests::dataset;
pub use self::select::{Dataset, Standing};
use self::select::{Observed, Period, datasets, observed};
use self::span::Span;
pub use self::total::{BySiteOf, RangeTotal, TotalOf};
use super::aggregate::Total;
use crate::access::reader::{Reader, together};
use crate::db::page::{self, Page, Place, SortKey, Window};
use crate::entity::kpi_dataset;
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, KpiId};

/// One period of a series, or one bucket of several.
#[derive(Clone, Debug)]
pub struct Point {
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
    /// The dataset that its last period is of, and the definition that this was measured by.
    pub dataset: Arc<Dataset>,
    /// Whether all of it is of that dataset.
    pub of_one_dataset: bool,
    /// The revision of that dataset that was read.
    pub revision: i32,
    /// Whether a later revision of a dataset is under way, which the caller does not read yet.
    pub under_correction: bool,
    /// How far the revision has come that was read of the dataset of its last period.
    pub standing: Standing,
    /// What its observations make.
    pub total: Total,
    /// The periods that it is made of.
    pub periods: i32,
    /// Those of them that have a value.
    pub reported_periods: i32,
    /// Whether datasets cover all of it.
    pub complete: bool,
}

impl Point {
    /// Whether its value reaches the target, by the version that measured its last period.
    #[must_use]
    pub fn meets_target(&self) -> Option<bool> {
        self.dataset.aim().is_met_by(self.total.value?)
    }
}

fn sort_key() -> SortKey<kpi_dataset::Column> {
    SortKey::ascending([kpi_dataset::Column::PeriodStart])
}

/// Where points lie: at the first day of their period.
#[must_use]
pub fn places(points: &[Point]) -> Vec<Place> {
    page::places_of(&sort_key(), points.iter().map(|point| vec![point.start.into()]))
}

/// The first day inside a cursor; none when it is malformed or comes from another kind of list.
#[must_use]
pub fn decode(cursor: &str) -> Option<NaiveDate> {
    match page::decode(cursor, &sort_key())?.first() {
        Some(Value::ChronoDate(Some(start))) => Some(*start),
        _ => None,
    }
}

/// The key of a page of one KPI's series. Keys that differ only in the KPI are read together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SeriesOf {
    /// The KPI.
    pub kpi: KpiId,
    /// The section and the page of it.
    pub list: Arc<(Section, Window)>,
}

impl Loader<SeriesOf> for Reader {
    type Value = Page<Point>;
    type Error = Error;

    async fn load(&self, keys: &[SeriesOf]) -> Result<HashMap<SeriesOf, Page<Point>>> {
        let mut found = HashMap::new();
        for (list, kpis) in together(keys.iter().map(|key| (&key.list, key.kpi))) {
            for (kpi, page) in pages(self, &kpis, &list.0, &list.1).await? {
                found.insert(SeriesOf { kpi, list: Arc::clone(list) }, page);
            }
        }
        Ok(found)
    }
}

/// The key of the number of points in a section of one KPI's series.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountOf {
    /// The KPI.
    pub kpi: KpiId,
    /// The section.
    pub section: Arc<Section>,
}

impl Loader<CountOf> for Reader {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>> {
        let mut counts = HashMap::new();
        for (section, kpis) in together(keys.iter().map(|key| (&key.section, key.kpi))) {
            let reach = reach(section);
            let datasets = datasets(self, &kpis, &reach, None).await?;
            for kpi in kpis {
                let own = datasets.iter().filter(|dataset| dataset.kpi_id == kpi);
                let periods = own.flat_map(|dataset| periods_of(&reach, dataset, false));
                let points = match section.bucket {
                    None => periods.count(),
                    Some(bucket) => section.buckets(bucket, periods).len(),
                };
                let count = i64::try_from(points).unwrap_or(i64::MAX);
                counts.insert(CountOf { kpi, section: Arc::clone(section) }, count);
            }
        }
        Ok(counts)
    }
}

/// What must be read of the datasets for a section: more than itself where its edges may lie inside of buckets.
fn reach(section: &Section) -> Section {
    if section.bucket.is_some() { section.reach() } else { section.clone() }
}

fn periods_of(section: &Section, dataset: &Arc<Dataset>, backward: bool) -> impl Iterator<Item = Period> + use<> {
    let dataset = Arc::clone(dataset);
    section.periods(&dataset, backward).map(move |start| (start, Arc::clone(&dataset)))
}

async fn pages(
    reader: &Reader,
    kpis: &[KpiId],
    section: &Section,
    window: &Window,
) -> Result<Vec<(KpiId, Page<Point>)>> {
    let section = section.beyond(window);
    let reach = reach(&section);
    // Buckets are told only from all of their periods.
    let datasets = datasets(reader, kpis, &reach, section.bucket.is_none().then_some(window)).await?;
    let enough = usize::try_from(window.limit).unwrap_or(usize::MAX).saturating_add(1);
    let mut spans: Vec<(KpiId, Page<Span>)> = Vec::new();
    for kpi in kpis {
        let own = datasets.iter().filter(|dataset| dataset.kpi_id == *kpi);
        let backward = window.backward && section.bucket.is_none();
        let periods = own.flat_map(|dataset| periods_of(&reach, dataset, backward));
        let rows: Vec<Span> = match section.bucket {
            None => periods.take(enough).map(Span::of_one).collect(),
            Some(bucket) => {
                let buckets = section.buckets(bucket, periods).into_iter();
                if window.backward { buckets.rev().take(enough).collect() } else { buckets.take(enough).collect() }
            }
        };
        spans.push((*kpi, Page::from_rows(rows, window)));
    }
    let periods = spans.iter().flat_map(|(_, page)| &page.rows).flat_map(|span| &span.periods);
    let mut observed = observed(reader, section.site, periods, None).await?;
    let mut found = Vec::new();
    for (kpi, Page { rows, has_previous, has_next }) in spans {
        let points = rows.into_iter().filter_map(|span| point(span, section.bucket.is_some(), &mut observed)).collect();
        found.push((kpi, Page { rows: points, has_previous, has_next }));
    }
    Ok(found)
}

/// What was observed in a span. A bucket is aggregated over time, even if it is of one period.
fn point(span: Span, in_buckets: bool, observed: &mut HashMap<KpiDatasetId, Observed>) -> Option<Point> {
    let mut totals = Vec::with_capacity(span.periods.len());
    let (mut read, mut under_correction) = (None, false);
    for (start, dataset) in &span.periods {
        let seen = observed.get_mut(&dataset.id)?;
        let observations = seen.rows.remove(start).unwrap_or_default();
        totals.push(dataset.of_period(observations.into_iter().map(|(_, measured)| measured)));
        read = Some((seen.revision, seen.standing.clone()));
        under_correction |= seen.revision != seen.current;
    }
    let (complete, start, end) = (span.is_complete(), span.start, span.end);
    let of_one_dataset = span.periods.iter().all(|(_, dataset)| Some(dataset.id) == span.last().map(|last| last.id));
    let (_, dataset) = span.periods.into_iter().next_back()?;
    let (revision, standing) = read?;
    let total = match totals[..] {
        [one] if !in_buckets => one,
        _ => dataset.of_periods(&totals),
    };
    let count = |periods: usize| i32::try_from(periods).unwrap_or(i32::MAX);
    let (periods, reported) = (totals.len(), totals.iter().filter(|total| total.value.is_some()).count());
    let (periods, reported_periods) = (count(periods), count(reported));
    Some(Point {
        start,
        end,
        dataset,
        of_one_dataset,
        revision,
        under_correction,
        standing,
        total,
        periods,
        reported_periods,
        complete,
    })
}
