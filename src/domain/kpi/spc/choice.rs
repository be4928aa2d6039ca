//! Which chart fits which kind of data.

use super::chart_type::ChartType;
use super::fit::fit;
use super::reading::{Reading, read};
use super::sample::Sample;
use crate::domain::kpi::sum::mean;
pub use crate::entity::kpi_definition::KpiDataKind as DataKind;

/// From this mean size on, a subgroup is very large, and chance alone makes limits so tight that what varies from
/// period to period anyway lies beyond them. SigmaXL names 5,000 for its p′ and u′ charts.
const VERY_LARGE: f64 = 5_000.0;
/// The one-sided 5 % point of the standard normal distribution.
const FIVE_PERCENT: f64 = 1.645;
/// The variance of a standard deviation from moving ranges, times the number of ranges, in parts of its square. It
/// is 1 / (2 · 0.605): 0.605 is the efficiency that Cryer and Ryan found (Journal of Quality Technology 22(3), 1990).
const VARIANCE_OF_SIGMA: f64 = 0.826;

/// The chart for a series.
///
/// Shares go on p, counts per opportunity on u, counts on c, all else on XmR. p′ and u′ take the place of p and u only
/// if subgroups are very large, more than 5,000 on the mean, *and* the points that count vary more from one to the next
/// than chance gives: Laney's factor is above what chance gives in 95 of 100 series. Both are asked for, because on
/// few or small subgroups a factor far from 1 is noise, and because a chart should not change with every new point.
#[must_use]
pub fn chart_for(kind: DataKind, samples: &[Sample]) -> ChartType {
    match kind {
        DataKind::Share if is_overdispersed(ChartType::PPrime, samples) => ChartType::PPrime,
        DataKind::Share => ChartType::P,
        DataKind::CountPerOpportunity if is_overdispersed(ChartType::UPrime, samples) => ChartType::UPrime,
        DataKind::CountPerOpportunity => ChartType::U,
        DataKind::Count => ChartType::C,
        DataKind::Measurement => ChartType::XmR,
    }
}

fn is_overdispersed(prime: ChartType, samples: &[Sample]) -> bool {
    // What cannot be read fits neither chart; making the chart tells why.
    let Ok(readings) = read(prime, 1.0, samples) else { return false };
    let sizes = readings.iter().filter_map(|reading| reading.and_then(Reading::counted)).map(|reading| reading.size);
    let is_very_large = mean(sizes).is_some_and(|size| size > VERY_LARGE);
    let sigma_z = fit(prime, 1.0, &readings).ok().and_then(|fit| fit.sigma_z);
    is_very_large && sigma_z.is_some_and(|sigma_z| sigma_z > by_chance(&readings))
}

/// The factor of Laney that chance exceeds in 5 of 100 series.
fn by_chance(readings: &[Option<Reading>]) -> f64 {
    let counts = |reading: &Option<Reading>| reading.is_some_and(|reading| !reading.excluded);
    let ranges: f64 = readings.windows(2).filter(|pair| pair.iter().all(counts)).map(|_| 1.0).sum();
    1.0 + FIVE_PERCENT * (VARIANCE_OF_SIGMA / ranges).sqrt()
}
