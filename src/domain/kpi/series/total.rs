//! What a range of a KPI's periods makes together: over all sites, of one of them, or of each.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::periods_of;
use super::section::Section;
use super::select::{Observed, Period, datasets, observed};
use crate::access::reader::{Reader, together};
use crate::domain::kpi::aggregate::{Counts, Total};
use crate::domain::kpi::attainment::Attainment;
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
                let total = total_of(&periods[&kpi], &observed, None);
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
                let sites = by_site(&periods[&kpi], &observed);
                found.insert(BySiteOf(TotalOf { kpi, section: Arc::clone(section) }), sites);
            }
        }
        Ok(found)
    }
}

/// The periods of each KPI, and what was observed in them.
async fn read(
    reader: &Reader,
    kpis: &[KpiId],
    section: &Section,
) -> Result<(HashMap<KpiId, Vec<Period>>, HashMap<KpiDatasetId, Observed>)> {
    let datasets = datasets(reader, kpis, section, None).await?;
    let own = |kpi: KpiId| datasets.iter().filter(move |dataset| dataset.kpi_id == kpi);
    let periods_of = |kpi| own(kpi).flat_map(|dataset| periods_of(section, dataset, false)).collect();
    let periods: HashMap<KpiId, Vec<Period>> = kpis.iter().map(|kpi| (*kpi, periods_of(*kpi))).collect();
    let observed = observed(reader, section.site, periods.values().flatten()).await?;
    Ok((periods, observed))
}

/// What all of the observations make, or those of one site.
fn total_of(periods: &[Period], observed: &HashMap<KpiDatasetId, Observed>, site: Option<SiteId>) -> RangeTotal {
    let (mut totals, mut judged, mut under_correction) = (Vec::new(), Vec::new(), false);
    for (start, dataset) in periods {
        let Some(seen) = observed.get(&dataset.id) else { continue };
        let rows = seen.rows.get(start).into_iter().flatten();
        let own = rows.filter(|(at, _)| site.is_none_or(|site| *at == site)).map(|(_, measured)| *measured);
        let total = dataset.of_period(own);
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
fn by_site(periods: &[Period], observed: &HashMap<KpiDatasetId, Observed>) -> Vec<(SiteId, RangeTotal)> {
    let periods: Vec<Period> = periods.iter().filter(|(_, dataset)| dataset.by_site).cloned().collect();
    let rows = periods.iter().filter_map(|(start, dataset)| observed.get(&dataset.id)?.rows.get(start)).flatten();
    let sites: BTreeSet<SiteId> = rows.map(|(site, _)| *site).collect();
    sites.into_iter().map(|site| (site, total_of(&periods, observed, Some(site)))).collect()
}
