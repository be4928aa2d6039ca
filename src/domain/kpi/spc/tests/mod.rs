//! The chart as a whole: published answers, each rule on both sides, gaps and phases, and what holds for any series.

mod misfits;

use super::*;

/// Samples without subgroup sizes.
fn values(values: &[f64]) -> Vec<Sample> {
    values.iter().copied().map(Sample::value).collect()
}

/// The chart of samples in one phase.
fn chart(chart_type: ChartType, samples: &[Sample]) -> Chart {
    Chart::new(chart_type, 1.0, samples, &[]).unwrap()
}

/// The limits of a point.
fn lines(chart: &Chart, point: usize) -> Lines {
    chart.points[point].lines.unwrap()
}
