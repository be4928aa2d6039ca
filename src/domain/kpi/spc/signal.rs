//! Signals: what the rules of a set find on a chart.

use super::chart::{Chart, Point};
use super::rule_set::{Pattern, Rule, RuleName, RuleSet};
use super::segment::{Segment, is_beyond, segments};
use super::{crossings, pattern};
pub use crate::entity::kpi_signal::{KpiChartPart as ChartPart, KpiSignalSide as Side};

/// Points that chance alone would hardly give.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Signal {
    /// The part of the chart that it is on.
    pub part: ChartPart,
    /// The indices of its points, in order: all of a run or trend, those that are far enough out for the rules that
    /// count some of several, all that are off the centre line for too few crossings. A moving range is named by its
    /// later point.
    pub points: Vec<usize>,
    /// The rule that found it.
    pub rule: RuleName,
    /// The side of the centre line that it is on; for a trend, where it goes. None where the rule knows no side.
    pub side: Option<Side>,
}

/// All signals of a chart, in the order of parts, then points.
///
/// An occurrence is one signal, however long it is: eleven points on one side are one run of eleven, not four of
/// eight. Only a point beyond the limits is always a signal of its own.
#[must_use]
pub fn signals(chart: &Chart, rule_set: RuleSet) -> Vec<Signal> {
    found_by(chart, rule_set.rules(chart.chart_type))
}

pub(super) fn found_by(chart: &Chart, rules: impl Iterator<Item = Rule>) -> Vec<Signal> {
    let phases: Vec<Vec<Segment>> = chart.phases.iter().map(|phase| segments(chart, phase)).collect();
    let mut signals = Vec::new();
    for Rule { name, pattern } in rules {
        for segments in &phases {
            let occurrences = match pattern {
                Pattern::LongRun => crossings::long_runs(segments),
                Pattern::FewCrossings => crossings::too_few(segments).into_iter().collect(),
                _ => segments.iter().flat_map(|segment| pattern::occurrences(pattern, segment)).collect(),
            };
            signals.extend(occurrences.into_iter().map(|(side, points)| Signal {
                part: ChartPart::Values,
                points,
                rule: name,
                side,
            }));
        }
        if pattern == Pattern::BeyondLimits {
            signals.extend(moving_ranges_beyond(chart, name));
        }
    }
    signals.sort_unstable();
    signals
}

/// Neighbouring moving ranges share a point, so no other rule tells anything on them.
fn moving_ranges_beyond(chart: &Chart, rule: RuleName) -> impl Iterator<Item = Signal> {
    let is_signal = |point: &Point| {
        let rounding = chart.phases[point.phase].rounding;
        let range = point.moving_range.filter(|range| !range.excluded);
        range.is_some_and(|range| range.lines.is_some_and(|lines| is_beyond(range.value, lines.upper, rounding)))
    };
    let beyond = chart.points.iter().enumerate().filter(move |(_, point)| is_signal(point));
    beyond.map(move |(point, _)| Signal {
        part: ChartPart::MovingRanges,
        points: vec![point],
        rule,
        side: Some(Side::Above),
    })
}
