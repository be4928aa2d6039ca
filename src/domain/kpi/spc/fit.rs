//! Centre line and standard deviation, as the points behind the limits give them.
//!
//! The formulas are those of the NIST/SEMATECH e-Handbook (6.3.2.2, 6.3.3.1, 6.3.3.2) and, for p′ and u′, of
//! Laney, Improved Control Charts for Attributes, Quality Engineering 14(4), 2002.

use std::ops::RangeInclusive;

use super::chart_type::ChartType;
use super::reading::Reading;
use crate::domain::kpi::sum::{Sum, mean};

/// The mean range of two values, in standard deviations (d₂).
const RANGE_OF_TWO: f64 = 1.128;

/// How far two numbers may be apart and still be one, in parts of the largest: some thousand roundings, and far
/// less than anything measured. Without it, rounding would decide whether a point on a limit is inside it.
const ROUNDING: f64 = 1e-12;

/// What the limits of a phase are made of.
pub(super) struct Fit {
    /// The centre line.
    pub(super) centre: f64,
    /// The mean moving range, on an XmR chart.
    pub(super) mean_range: Option<f64>,
    /// By how much the points vary more than chance gives, on a p′ or u′ chart.
    pub(super) sigma_z: Option<f64>,
    /// The difference that rounding can make between two equal values.
    pub(super) rounding: f64,
    /// How many points are behind the limits.
    pub(super) points: usize,
    /// What the plotted values can be at all.
    pub(super) possible: RangeInclusive<f64>,
    spread: Spread,
}

enum Spread {
    /// One standard deviation for all points.
    Same(f64),
    /// That of a subgroup of 1; it shrinks with the root of the size.
    BySize(f64),
}

/// Why there are no limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unfit {
    /// No point counts.
    NoPoint,
    /// No two points that count follow each other.
    NoRange,
}

impl Fit {
    /// The standard deviation of a point; none at a gap if it depends on the subgroup size.
    pub(super) fn sigma(&self, reading: Option<Reading>) -> Option<f64> {
        match self.spread {
            Spread::Same(sigma) => Some(sigma),
            Spread::BySize(sigma) => reading.map(|reading| sigma / reading.size.sqrt()),
        }
    }
}

/// Fits a chart to the readings behind its limits.
pub(super) fn fit(chart: ChartType, scale: f64, readings: &[Option<Reading>]) -> Result<Fit, Unfit> {
    let behind: Vec<Option<Reading>> = readings.iter().map(|reading| reading.and_then(Reading::counted)).collect();
    let counted = || behind.iter().flatten();
    let first = counted().next().ok_or(Unfit::NoPoint)?;
    let mean_value = mean(counted().map(|reading| reading.value)).ok_or(Unfit::NoPoint)?;
    let counts: Sum = counted().map(|reading| reading.numerator).collect();
    let sizes: Sum = counted().map(|reading| reading.size).collect();
    let rate = counts.total() / sizes.total();
    let binomial = |size: f64| (size * rate * (1.0 - rate)).sqrt();
    let poisson = |rate: f64| rate.sqrt();
    let (centre, spread, possible) = match chart {
        ChartType::XmR => (mean_value, Spread::Same(0.0), f64::MIN..=f64::MAX),
        ChartType::P | ChartType::PPrime => (scale * rate, Spread::BySize(scale * binomial(1.0)), 0.0..=scale),
        ChartType::U | ChartType::UPrime => (scale * rate, Spread::BySize(scale * poisson(rate)), 0.0..=f64::MAX),
        ChartType::Np => {
            let all = scale * first.size;
            (all * rate, Spread::Same(scale * binomial(first.size)), 0.0..=all)
        }
        ChartType::C => (mean_value, Spread::Same(scale * poisson(mean_value / scale)), 0.0..=f64::MAX),
    };
    let largest = counted().map(|reading| reading.value.abs()).fold(0.0, f64::max);
    let points = counted().count();
    let rounding = ROUNDING * largest;
    let fit = Fit { centre, mean_range: None, sigma_z: None, rounding, points, possible, spread };
    if chart == ChartType::XmR {
        let mean_range = mean(ranges(&behind, |reading| reading.value)).ok_or(Unfit::NoRange)?;
        return Ok(Fit { mean_range: Some(mean_range), spread: Spread::Same(mean_range / RANGE_OF_TWO), ..fit });
    }
    if chart.is_prime() { with_variation_between(fit, &behind) } else { Ok(fit) }
}

/// Laney's correction: the standard deviation of chance, times that of the standardized points.
fn with_variation_between(fit: Fit, behind: &[Option<Reading>]) -> Result<Fit, Unfit> {
    let Spread::BySize(sigma) = fit.spread else { return Ok(fit) };
    // Where chance has no room (a share of 0 or 1), there is nothing to correct, and nothing to divide by.
    let standardized = |reading: Reading| match sigma / reading.size.sqrt() {
        0.0 => 0.0,
        sigma => (reading.value - fit.centre) / sigma,
    };
    let sigma_z = mean(ranges(behind, standardized)).ok_or(Unfit::NoRange)? / RANGE_OF_TWO;
    Ok(Fit { sigma_z: Some(sigma_z), spread: Spread::BySize(sigma * sigma_z), ..fit })
}

/// The moving ranges: between points that follow each other, never across a gap or an excluded point.
fn ranges(behind: &[Option<Reading>], of: impl Fn(Reading) -> f64) -> impl Iterator<Item = f64> {
    behind.windows(2).filter_map(move |pair| match *pair {
        [Some(before), Some(after)] => Some((of(after) - of(before)).abs()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kpi::spc::reading::read;
    use crate::domain::kpi::spc::sample::Sample;

    fn fitted(chart: ChartType, samples: &[Sample]) -> Result<Fit, Unfit> {
        fit(chart, 1.0, &read(chart, 1.0, samples).unwrap())
    }

    #[test]
    fn no_moving_range_goes_across_what_does_not_count() {
        let split = |between| [Sample::value(1.0), between, Sample::value(3.0)];
        assert_eq!(fitted(ChartType::XmR, &split(Sample::Gap)).err(), Some(Unfit::NoRange));
        assert_eq!(fitted(ChartType::XmR, &split(Sample::value(9.0).excluded())).err(), Some(Unfit::NoRange));
        assert_eq!(fitted(ChartType::XmR, &split(Sample::value(2.0))).unwrap().mean_range, Some(1.0));
    }

    #[test]
    fn without_a_point_that_counts_there_is_no_centre() {
        assert_eq!(fitted(ChartType::C, &[Sample::value(9.0).excluded()]).err(), Some(Unfit::NoPoint));
    }

    #[test]
    fn shares_that_never_vary_leave_nothing_to_correct() {
        for whole in [0.0, 8.0] {
            let fit = fitted(ChartType::PPrime, &[Sample::of(whole, 8.0), Sample::of(whole, 8.0)]).unwrap();
            assert_eq!((fit.centre, fit.sigma_z, fit.sigma(None)), (whole / 8.0, Some(0.0), None));
        }
    }
}
