//! What a chart says at a glance: is there a signal now, and will the process reach its target?
//!
//! After Making Data Count of NHS England. Both are judged at the latest point.

use async_graphql::Enum;

use super::chart::{Chart, Point};
use super::segment::is_beyond;
use super::signal::{ChartPart, Side, Signal};
use crate::entity::kpi_definition::KpiDirection;

/// What the latest point says about the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
#[graphql(name = "KpiVariation")]
pub enum Variation {
    /// Common cause: the latest point is in no signal. There is nothing to explain in it.
    CommonCause,
    /// The latest point is in a signal to the better side.
    Improvement,
    /// The latest point is in a signal to the worse side.
    Concern,
    /// The latest point is in a signal to the upper side, and neither side is better.
    NeutralHigh,
    /// The latest point is in a signal to the lower side, and neither side is better.
    NeutralLow,
    /// The latest point is in a signal without a side, as points that rise and fall in turn.
    Neutral,
}

/// What the limits say about the target, as long as the process stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
#[graphql(name = "KpiAssurance")]
pub enum Assurance {
    /// All between the limits reaches the target.
    WillPass,
    /// Nothing between the limits reaches the target.
    WillFail,
    /// Chance decides whether the target is reached.
    HitOrMiss,
}

/// The variation at the latest point that is judged; none while that point has no limits.
///
/// Where it is in several signals, the order of the rules decides. Moving ranges do not count: they tell of a jump, not
/// of a side.
#[must_use]
pub fn variation(chart: &Chart, signals: &[Signal], direction: KpiDirection) -> Option<Variation> {
    let (latest, point) = latest(chart)?;
    point.lines?;
    let including = signals.iter().filter(|signal| signal.part == ChartPart::Values && signal.points.contains(&latest));
    let first = including.min_by_key(|signal| signal.rule);
    Some(first.map_or(Variation::CommonCause, |signal| Variation::towards(signal.side, direction)))
}

/// Whether the process will reach its target; none without a target, without limits, on trial limits, and where nearer to
/// the target is better: how near is near enough is not said anywhere.
///
/// Limits on trial say little of what the process will do: two values that happen to be equal have no room between them, and
/// all is reached or nothing. A baseline was chosen to be relied on, however short it is.
///
/// A target on a limit is reached there, as a point on a limit is inside it; what is always at its target passes. (The
/// tools of the NHS call that hit or miss.)
#[must_use]
pub fn assurance(chart: &Chart, target: Option<f64>, direction: KpiDirection) -> Option<Assurance> {
    let (_, point) = latest(chart)?;
    let (target, lines) = target.zip(point.lines)?;
    let phase = &chart.phases[point.phase];
    if phase.trial && !phase.has_baseline {
        return None;
    }
    let upwards = match direction {
        KpiDirection::Up => 1.0,
        KpiDirection::Down => -1.0,
        KpiDirection::NearTarget => return None,
    };
    let rounding = phase.rounding;
    let reaches = |value: f64| !is_beyond(upwards * target, upwards * value, rounding);
    Some(match (reaches(lines.lower), reaches(lines.upper)) {
        (true, true) => Assurance::WillPass,
        (false, false) => Assurance::WillFail,
        _ => Assurance::HitOrMiss,
    })
}

/// The latest point that is judged, and its index.
#[must_use]
pub fn latest(chart: &Chart) -> Option<(usize, &Point)> {
    chart.points.iter().enumerate().rfind(|(_, point)| point.value.is_some() && !point.excluded)
}

impl Variation {
    /// What a signal on a side says, where one direction is better.
    #[must_use]
    pub const fn towards(side: Option<Side>, direction: KpiDirection) -> Self {
        match (direction, side) {
            (_, None) => Self::Neutral,
            (KpiDirection::Up, Some(Side::Above)) | (KpiDirection::Down, Some(Side::Below)) => Self::Improvement,
            (KpiDirection::Up, Some(Side::Below)) | (KpiDirection::Down, Some(Side::Above)) => Self::Concern,
            (KpiDirection::NearTarget, Some(Side::Above)) => Self::NeutralHigh,
            (KpiDirection::NearTarget, Some(Side::Below)) => Self::NeutralLow,
        }
    }
}
