//! A KPI over time: one point for each period of the datasets that both parties read, or that were released.
//!
//! A period of a dataset for which nothing was recorded is a point without a value; a period of no dataset is
//! no point. Datasets of one KPI do not overlap once they are shared, so nothing is counted twice.

mod select;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::ID;
use async_graphql::dataloader::Loader;
use chrono::{Days, NaiveDate};
use sea_orm::Value;

pub use self::select::Dataset;
use self::select::{Observed, datasets, observed};
use super::aggregate::{Total, total};
use crate::access::reader::{Reader, together};
use crate::db::page::{self, Page, Place, SortKey, Window};
use crate::domain::check::Check;
use crate::entity::kpi_dataset;
use crate::error::{Error, Result};
use crate::id::{KpiId, SiteId};
use crate::scalar::Date;

/// Which part of a series is asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Section {
    /// The first day on which a period may begin.
    first: Option<NaiveDate>,
    /// The last day on which a period may begin.
    last: Option<NaiveDate>,
    /// Only this site's observations.
    site: Option<SiteId>,
}

impl Section {
    /// Checks the arguments of a series.
    pub fn checked(from: Option<Date>, to: Option<Date>, site: Option<&ID>) -> Result<Self> {
        let (from, to) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of_arguments();
        check.open_range(("from", from), ("to", to));
        let site = check.optional_id("siteId", site.map(|id| id.as_str()));
        check.finish()?;
        Ok(Self { first: from, last: to, site })
    }

    /// What of it comes after the window's cursor, or before it.
    fn beyond(&self, window: &Window) -> Self {
        let Some(cursor) = window.cursor.as_deref().and_then(decode) else { return self.clone() };
        if window.backward {
            let day_before = cursor - Days::new(1);
            Self { last: Some(self.last.map_or(day_before, |last| last.min(day_before))), ..self.clone() }
        } else {
            let day_after = cursor + Days::new(1);
            Self { first: Some(self.first.map_or(day_after, |first| first.max(day_after))), ..self.clone() }
        }
    }

    /// The first days of the periods of a dataset that begin in it, in the direction of reading.
    fn starts(&self, dataset: &Dataset, backward: bool) -> Box<dyn Iterator<Item = NaiveDate>> {
        let from = self.first.map_or(dataset.period_start, |first| first.max(dataset.period_start));
        let to = self.last.map_or(dataset.period_end, |last| last.min(dataset.period_end));
        if backward {
            Box::new(dataset.periods().starts_backward(from, to))
        } else {
            Box::new(dataset.periods().starts(from, to))
        }
    }
}

/// One period of a series.
#[derive(Clone, Debug)]
pub struct Point {
    /// The first day of the period.
    pub start: NaiveDate,
    /// The dataset it is of, and the definition that this was measured by.
    pub dataset: Arc<Dataset>,
    /// The revision that was read.
    pub revision: i32,
    /// Whether a later revision is under way, which the caller does not read yet.
    pub under_correction: bool,
    /// What the observations of the period make.
    pub total: Total,
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
            for dataset in datasets(self, &kpis, section, None).await? {
                let points = section.starts(&dataset, false).count();
                *counts.entry(CountOf { kpi: dataset.kpi_id, section: Arc::clone(section) }).or_default() +=
                    i64::try_from(points).unwrap_or(i64::MAX);
            }
        }
        Ok(counts)
    }
}

/// The first day of a period, and the dataset that it is of.
type Period = (NaiveDate, Arc<Dataset>);

async fn pages(
    reader: &Reader,
    kpis: &[KpiId],
    section: &Section,
    window: &Window,
) -> Result<Vec<(KpiId, Page<Point>)>> {
    let section = section.beyond(window);
    let datasets = datasets(reader, kpis, &section, Some(window)).await?;
    let mut periods: Vec<(KpiId, Page<Period>)> = Vec::new();
    let enough = usize::try_from(window.limit).unwrap_or(usize::MAX).saturating_add(1);
    for kpi in kpis {
        let own = datasets.iter().filter(|dataset| dataset.kpi_id == *kpi);
        let starts =
            own.flat_map(|dataset| section.starts(dataset, window.backward).map(|start| (start, Arc::clone(dataset))));
        periods.push((*kpi, Page::from_rows(starts.take(enough).collect(), window)));
    }
    let mut observed = observed(reader, section.site, periods.iter().flat_map(|(_, page)| &page.rows)).await?;
    let mut point = |(start, dataset): Period| {
        let Observed { revision, current, rows } = observed.get_mut(&dataset.id)?;
        let total = total(dataset.aggregation, dataset.scale, rows.remove(&start).unwrap_or_default());
        Some(Point { start, dataset, revision: *revision, under_correction: revision != current, total })
    };
    let mut found = Vec::new();
    for (kpi, Page { rows, has_previous, has_next }) in periods {
        found.push((kpi, Page { rows: rows.into_iter().filter_map(&mut point).collect(), has_previous, has_next }));
    }
    Ok(found)
}
