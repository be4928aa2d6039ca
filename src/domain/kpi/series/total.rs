//! What a range of a KPI's periods makes together: over all sites, of one of them, or of each.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;

use super::periods_of;
use super::section::Section;
use super::select::{Observed, Period, datasets, observed};
use crate::access::reader::{Reader, together};
use crate::domain::kpi::aggregate::{Counts, Measured, Total};
use crate::domain::kpi::attainment::Attainment;
use crate::domain::kpi::dataset::draft::LARGEST;
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, KpiId, SiteId};

/// What a range of periods makes.
#[derive(Clone, PartialEq, Debug)]
pub struct RangeTotal {
    /// What the periods make, and in which unit; none where there is no period, or where versions measured them that do
    /// not say alike what a value is.
    pub made: Option<(Total, String)>,
    /// What became of the observations.
    pub counts: Counts,
    /// The periods.
    pub periods: i32,
    /// Those of them that have a value.
    pub reported_periods: i32,
    /// How many reach the target, each by the version that measured it.
    pub attainment: Attainment,
    /// Whether a later revision of a dataset is under way, which the caller does not read yet.
    pub under_correction: bool,
}

/// The key of what a section of one KPI's periods makes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TotalOf {
    /// The KPI.
    pub kpi: KpiId,
    /// The section.
    pub section: Arc<Section>,
}

impl Loader<TotalOf> for Reader {
    type Value = RangeTotal;
    type Error = Error;

    async fn load(&self, keys: &[TotalOf]) -> Result<HashMap<TotalOf, RangeTotal>> {
        let mut totals = HashMap::new();
        for (section, kpis) in together(keys.iter().map(|key| (&key.section, key.kpi))) {
            let (periods, observed) = read(self, &kpis, section).await?;
            for kpi in kpis {
                let rows = |(start, dataset): &Period| {
                    let seen = observed.get(&dataset.id).and_then(|seen| seen.rows.get(start));
                    seen.into_iter().flatten().map(|(_, measured)| *measured)
                };
                let total = total_of(&periods[&kpi], &observed, rows);
                totals.insert(TotalOf { kpi, section: Arc::clone(section) }, total);
            }
        }
        Ok(totals)
    }
}

/// The key of what each site makes of a section of one KPI's periods, in the order of the sites' ids.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BySiteOf(pub TotalOf);

impl Loader<BySiteOf> for Reader {
    type Value = Vec<(SiteId, RangeTotal)>;
    type Error = Error;

    async fn load(&self, keys: &[BySiteOf]) -> Result<HashMap<BySiteOf, Vec<(SiteId, RangeTotal)>>> {
        let mut found = HashMap::new();
        for (section, kpis) in together(keys.iter().map(|BySiteOf(key)| (&key.section, key.kpi))) {
            let (periods, observed) = read(self, &kpis, section).await?;
            for kpi in kpis {
                let sites = by_site(&periods[&kpi], &observed)?;
                found.insert(BySiteOf(TotalOf { kpi, section: Arc::clone(section) }), sites);
            }
        }
        Ok(found)
    }
}

/// As many observations, of periods and sites, as are summed up for each KPI: those of the largest dataset.
fn check_size(count: usize, kpis: usize) -> Result<()> {
    if count <= LARGEST.saturating_mul(kpis) {
        return Ok(());
    }
    let message = format!("the range has more than {LARGEST} observations, of periods and sites: narrow it");
    Err(Error::field("from", message))
}

/// The periods of each KPI, and what was observed in them.
async fn read(
    reader: &Reader,
    kpis: &[KpiId],
    section: &Section,
) -> Result<(HashMap<KpiId, Vec<Period>>, HashMap<KpiDatasetId, Observed>)> {
    let most = LARGEST.saturating_mul(kpis.len());
    let datasets = datasets(reader, kpis, section, None).await?;
    let all = datasets.iter().flat_map(|dataset| periods_of(section, dataset, false)).take(most + 1);
    let mut periods: HashMap<KpiId, Vec<Period>> = kpis.iter().map(|kpi| (*kpi, Vec::new())).collect();
    let mut count = 0;
    for period in all {
        count += 1;
        periods.entry(period.1.kpi_id).or_default().push(period);
    }
    check_size(count, kpis.len())?;
    let observed = observed(reader, section.site, periods.values().flatten(), Some(most + 1)).await?;
    let rows = observed.values().flat_map(|seen| seen.rows.values()).map(Vec::len).sum();
    check_size(rows, kpis.len())?;
    Ok((periods, observed))
}

/// What the observations make, of each period those that are given.
fn total_of<Rows: IntoIterator<Item = Measured>>(
    periods: &[Period],
    observed: &HashMap<KpiDatasetId, Observed>,
    rows_of: impl Fn(&Period) -> Rows,
) -> RangeTotal {
    let (mut totals, mut judged, mut under_correction) = (Vec::new(), Vec::new(), false);
    for period in periods {
        let (_, dataset) = period;
        let Some(seen) = observed.get(&dataset.id) else { continue };
        let total = dataset.of_period(rows_of(period));
        judged.extend(total.value.and_then(|value| dataset.aim().is_met_by(value)));
        under_correction |= seen.revision != seen.current;
        totals.push(total);
    }
    let alike = periods.windows(2).all(|pair| pair[0].1.makes_values_as(&pair[1].1));
    let last = periods.last().filter(|_| alike);
    let count = |periods: usize| i32::try_from(periods).unwrap_or(i32::MAX);
    RangeTotal {
        made: last.map(|(_, dataset)| (dataset.of_periods(&totals), dataset.unit.clone())),
        counts: totals.iter().map(|total| total.counts).sum(),
        periods: count(totals.len()),
        reported_periods: count(totals.iter().filter(|total| total.value.is_some()).count()),
        attainment: judged.into_iter().collect(),
        under_correction,
    }
}

/// What each site makes of the periods that were measured by site.
fn by_site(periods: &[Period], observed: &HashMap<KpiDatasetId, Observed>) -> Result<Vec<(SiteId, RangeTotal)>> {
    let periods: Vec<Period> = periods.iter().filter(|(_, dataset)| dataset.by_site).cloned().collect();
    let mut sites: BTreeMap<SiteId, HashMap<NaiveDate, Measured>> = BTreeMap::new();
    for (start, dataset) in &periods {
        for (site, measured) in observed.get(&dataset.id).and_then(|seen| seen.rows.get(start)).into_iter().flatten() {
            sites.entry(*site).or_default().insert(*start, *measured);
        }
    }
    check_size(periods.len().saturating_mul(sites.len()), 1)?;
    let total =
        |rows: &HashMap<NaiveDate, Measured>| total_of(&periods, observed, |(start, _)| rows.get(start).copied());
    Ok(sites.iter().map(|(site, rows)| (*site, total(rows))).collect())
}
