//! A control chart: the points of a series with their centre line and limits.

use std::ops::Range;

use super::chart_type::ChartType;
use super::fit::{Fit, Unfit, fit};
use super::misfit::Misfit;
use super::phase::{Stretch, stretches};
use super::reading::{Reading, read};
use super::sample::{Phase, Sample};

/// With fewer points behind them, limits are on trial.
const ENOUGH_POINTS: usize = 12;
/// The upper limit of moving ranges, in mean moving ranges (D₄).
const UPPER_RANGE: f64 = 3.267;

/// A series with its limits.
#[derive(Clone, PartialEq, Debug)]
pub struct Chart {
    /// The kind of chart.
    pub chart_type: ChartType,
    /// Its phases, in order.
    pub phases: Vec<ChartPhase>,
    /// One point for each sample.
    pub points: Vec<Point>,
}

/// A stretch of a chart with limits of its own.
#[derive(Clone, PartialEq, Debug)]
pub struct ChartPhase {
    /// The indices of its points.
    pub points: Range<usize>,
    /// How many points are behind its limits.
    pub behind_limits: usize,
    /// Whether these are fewer than 12: the limits are on trial, or there are none yet.
    pub trial: bool,
    /// Whether the limits rest on a baseline, which was chosen for that.
    pub has_baseline: bool,
    /// On a p′ or u′ chart, how much more the points vary than chance gives; at 1 the limits are those of p or u.
    pub sigma_z: Option<f64>,
    /// The difference that rounding can make between two equal values.
    pub(super) rounding: f64,
}

/// One period on the chart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// The index of its phase.
    pub phase: usize,
    /// The value in the plotted unit; none at a gap.
    pub value: Option<f64>,
    /// Whether it is left out of the limits, and so not judged.
    pub excluded: bool,
    /// Its limits. A phase without enough points has none yet, nor has a gap where limits depend on the subgroup size.
    pub lines: Option<Lines>,
    /// On an XmR chart, how far it is from the point before; none at the start of a phase, and at and after a gap.
    pub moving_range: Option<MovingRange>,
}

/// Centre line and control limits at one point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lines {
    /// The centre line.
    pub centre: f64,
    /// The lower control limit, never lower than a share or count can be.
    pub lower: f64,
    /// The upper control limit, never higher than a share can be.
    pub upper: f64,
    /// The standard deviation that the limits are three of away from the centre line.
    pub sigma: f64,
}

/// A point of the mR part.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MovingRange {
    /// The distance of two points that follow each other.
    pub value: f64,
    /// Whether one of the two is left out of the limits, and so the range is not judged.
    pub excluded: bool,
    /// Its limits, where the phase has any.
    pub lines: Option<RangeLines>,
}

/// Centre line and upper limit of moving ranges; their lower limit is 0.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RangeLines {
    /// The mean moving range.
    pub centre: f64,
    /// The upper control limit.
    pub upper: f64,
}

impl Chart {
    /// Makes the chart of a series. Values and limits are multiplied by the scale: 100 for a percentage.
    ///
    /// A phase has limits as soon as its points give any. A baseline that gives none is refused: it was chosen.
    pub fn new(chart_type: ChartType, scale: f64, samples: &[Sample], phases: &[Phase]) -> Result<Self, Misfit> {
        let readings = read(chart_type, scale, samples)?;
        let mut chart = Self { chart_type, phases: Vec::new(), points: Vec::with_capacity(samples.len()) };
        for (phase, stretch) in stretches(phases, samples.len())?.into_iter().enumerate() {
            let fit = fitted(chart_type, scale, &readings, phase, &stretch)?;
            chart.add(phase, stretch, fit.as_ref(), &readings)?;
        }
        Ok(chart)
    }

    fn add(
        &mut self,
        phase: usize,
        Stretch { points, baseline }: Stretch,
        fit: Option<&Fit>,
        readings: &[Option<Reading>],
    ) -> Result<(), Misfit> {
        let has_baseline = baseline.is_some();
        let range_lines = fit.and_then(|fit| fit.mean_range).map(range_lines).transpose()?;
        let mut before = None;
        for reading in &readings[points.clone()] {
            let lines = fit.and_then(|fit| lines(fit, *reading)).transpose()?;
            let moving_range = before
                .zip(*reading)
                .filter(|_| self.chart_type == ChartType::XmR)
                .map(|(before, after)| moving_range(before, after, range_lines));
            let value = reading.map(|reading| reading.value);
            let excluded = reading.is_some_and(|reading| reading.excluded);
            self.points.push(Point { phase, value, excluded, lines, moving_range });
            before = *reading;
        }
        let behind_limits = fit.map_or(0, |fit| fit.points);
        let trial = behind_limits < ENOUGH_POINTS;
        let (sigma_z, rounding) = fit.map_or((None, 0.0), |fit| (fit.sigma_z, fit.rounding));
        self.phases.push(ChartPhase { points, behind_limits, trial, has_baseline, sigma_z, rounding });
        Ok(())
    }
}

fn fitted(
    chart: ChartType,
    scale: f64,
    readings: &[Option<Reading>],
    phase: usize,
    stretch: &Stretch,
) -> Result<Option<Fit>, Misfit> {
    let Some(baseline) = stretch.baseline.clone() else {
        return Ok(fit(chart, scale, &readings[stretch.points.clone()]).ok());
    };
    match fit(chart, scale, &readings[baseline]) {
        Ok(fit) => Ok(Some(fit)),
        Err(Unfit::NoPoint) => Err(Misfit::BaselineEmpty { phase }),
        Err(Unfit::NoRange) => Err(Misfit::BaselineWithoutRanges { phase, chart }),
    }
}

fn lines(fit: &Fit, reading: Option<Reading>) -> Option<Result<Lines, Misfit>> {
    let (centre, sigma) = (fit.centre, fit.sigma(reading)?);
    let (lower, upper) = (centre - 3.0 * sigma, centre + 3.0 * sigma);
    if !(lower.is_finite() && upper.is_finite()) {
        return Some(Err(Misfit::TooLarge));
    }
    let (lower, upper) = (lower.max(*fit.possible.start()), upper.min(*fit.possible.end()));
    Some(Ok(Lines { centre, lower, upper, sigma }))
}

fn range_lines(mean_range: f64) -> Result<RangeLines, Misfit> {
    let upper = UPPER_RANGE * mean_range;
    if upper.is_finite() { Ok(RangeLines { centre: mean_range, upper }) } else { Err(Misfit::TooLarge) }
}

fn moving_range(before: Reading, after: Reading, lines: Option<RangeLines>) -> MovingRange {
    let excluded = before.excluded || after.excluded;
    MovingRange { value: (after.value - before.value).abs(), excluded, lines }
}
