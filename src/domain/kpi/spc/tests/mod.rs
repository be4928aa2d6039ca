//! The chart as a whole: published answers, each rule on both sides, gaps and phases, and what holds for any series.

mod choosing;
mod icons;
mod misfits;
mod phases;
mod properties;
mod published;
mod rules;

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

/// The points of the signals of one rule, in the values.
fn points_of(signals: &[Signal], rule: RuleName) -> Vec<Vec<usize>> {
    let of_rule = signals.iter().filter(|signal| signal.part == ChartPart::Values && signal.rule == rule);
    of_rule.map(|signal| signal.points.clone()).collect()
}

/// A phase of four points with centre 0, standard deviation 1 and limits of ±3, and a gap after them, so that
/// what is put behind them is judged by these limits alone.
fn unit_limits() -> (Vec<Sample>, Phase) {
    let mut samples = values(&[0.564, -0.564, 0.564, -0.564]);
    samples.push(Sample::Gap);
    (samples, Phase { start: 0, baseline: Some(0..4) })
}

/// All signals of points behind [`unit_limits`], numbered from the first of them.
fn judged(rule_set: RuleSet, samples: &[Sample]) -> Vec<Signal> {
    let (mut all, phase) = unit_limits();
    let before = all.len();
    all.extend_from_slice(samples);
    let chart = Chart::new(ChartType::XmR, 1.0, &all, &[phase]).unwrap();
    assert_eq!(lines(&chart, before), Lines { centre: 0.0, lower: -3.0, upper: 3.0, sigma: 1.0 });
    let behind = signals(&chart, rule_set).into_iter().filter(|signal| signal.points[0] >= before);
    behind
        .map(|signal| Signal { points: signal.points.iter().map(|point| point - before).collect(), ..signal })
        .collect()
}
