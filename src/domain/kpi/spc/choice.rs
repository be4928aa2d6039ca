//! Which chart fits which kind of data.

use super::chart_type::ChartType;
use super::fit::fit;
use super::phase::stretches;
use super::reading::{Reading, read};
use super::sample::{Phase, Sample};
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
/// few or small subgroups a factor far from 1 is noise, and because a chart should not change with every new point. The
/// factor is that within the phases, of all together: a shift that is known between two of them is no dispersion.
///
/// Opportunities are as many as the definition's unit of them makes: hours are very many where weeks are not. Whoever wants
/// the other chart agrees on it by name.
#[must_use]
pub fn chart_for(kind: DataKind, samples: &[Sample], phases: &[Phase]) -> ChartType {
    match kind {
        DataKind::Share if is_overdispersed(ChartType::PPrime, samples, phases) => ChartType::PPrime,
        DataKind::Share => ChartType::P,
        DataKind::CountPerOpportunity if is_overdispersed(ChartType::UPrime, samples, phases) => ChartType::UPrime,
        DataKind::CountPerOpportunity => ChartType::U,
        DataKind::Count => ChartType::C,
        DataKind::Measurement => ChartType::XmR,
    }
}

fn is_overdispersed(prime: ChartType, samples: &[Sample], phases: &[Phase]) -> bool {
    // What cannot be read fits neither chart; making the chart tells why.
    let Ok(readings) = read(prime, 1.0, samples) else { return false };
    let Ok(stretches) = stretches(phases, samples.len()) else { return false };
    let sizes = readings.iter().filter_map(|reading| reading.and_then(Reading::counted)).map(|reading| reading.size);
    let is_very_large = mean(sizes).is_some_and(|size| size > VERY_LARGE);
    let (mut ranges, mut factors) = (0.0, 0.0);
    for stretch in stretches {
        let readings = &readings[stretch.points];
        if let Some(sigma_z) = fit(prime, 1.0, readings).ok().and_then(|fit| fit.sigma_z) {
            let own = ranges_of(readings);
            ranges += own;
            factors += own * sigma_z;
        }
    }
    is_very_large && factors / ranges > by_chance(ranges)
}

/// How many moving ranges there are.
fn ranges_of(readings: &[Option<Reading>]) -> f64 {
    let counts = |reading: &Option<Reading>| reading.is_some_and(|reading| !reading.excluded);
    readings.windows(2).filter(|pair| pair.iter().all(counts)).map(|_| 1.0).sum()
}

/// The factor of Laney that chance exceeds in 5 of 100 series with so many moving ranges.
fn by_chance(ranges: f64) -> f64 {
    1.0 + FIVE_PERCENT * (VARIANCE_OF_SIGMA / ranges).sqrt()
}

impl ChartType {
    /// Whether a kind of data may be on it. What is said of the data decides, and not whether numbers happen to be whole:
    /// the limits of a chart of counts are those of chance in counting, and wrong for anything else.
    #[must_use]
    pub const fn suits(self, kind: DataKind) -> bool {
        match self {
            Self::XmR => true,
            Self::P | Self::PPrime | Self::Np => matches!(kind, DataKind::Share),
            Self::U | Self::UPrime => matches!(kind, DataKind::CountPerOpportunity),
            // Where the opportunity is the same throughout, which making the chart asks for.
            Self::C => matches!(kind, DataKind::Count | DataKind::CountPerOpportunity),
        }
    }

    /// What it is of, for messages.
    pub(super) const fn is_of(self) -> &'static str {
        match self {
            Self::XmR => "values of any kind",
            Self::P | Self::PPrime | Self::Np => "shares",
            Self::U | Self::UPrime => "counts per opportunity",
            Self::C => "counts",
        }
    }
}
