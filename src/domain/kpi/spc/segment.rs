//! The points of a phase as rules see them: where each is, and which follow each other.

use std::ops::Range;

use super::chart::{Chart, ChartPhase, Lines, Point};
use super::rule_set::Zone;
use super::signal::Side;

/// Points that follow each other without a gap, an excluded point or a change of phase between them.
pub(super) struct Segment {
    /// The points, in order.
    pub(super) points: Vec<Placed>,
    /// The way from each point to the next: up, down, or neither.
    pub(super) steps: Vec<Option<Side>>,
}

/// A point that is judged.
pub(super) struct Placed {
    /// Its index in the chart.
    pub(super) point: usize,
    /// The side of the centre line that it is on; none on the line.
    pub(super) side: Option<Side>,
    /// How far it is from the centre line.
    pub(super) zone: Zone,
    /// Whether the zones between the centre line and the limits have any width.
    pub(super) has_zones: bool,
    value: f64,
}

impl Segment {
    /// The indices in the chart of some points of the segment.
    pub(super) fn indices(&self, points: Range<usize>) -> Vec<usize> {
        self.points[points].iter().map(|placed| placed.point).collect()
    }

    fn add(&mut self, placed: Placed, rounding: f64) {
        let step = self.points.last().and_then(|before| side_of(placed.value, before.value, rounding));
        self.steps.push(step);
        self.points.push(placed);
    }
}

/// The segments of a phase.
pub(super) fn segments(chart: &Chart, phase: &ChartPhase) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut goes_on = false;
    for point in phase.points.clone() {
        let Some(placed) = place(point, &chart.points[point], phase.rounding) else {
            goes_on = false;
            continue;
        };
        match segments.last_mut().filter(|_| goes_on) {
            Some(segment) => segment.add(placed, phase.rounding),
            None => segments.push(Segment { points: vec![placed], steps: Vec::new() }),
        }
        goes_on = true;
    }
    segments
}

fn place(point: usize, judged: &Point, rounding: f64) -> Option<Placed> {
    let (value, lines) = judged.value.zip(judged.lines).filter(|_| !judged.excluded)?;
    Some(Placed {
        point,
        side: side_of(value, lines.centre, rounding),
        zone: zone(value, lines, rounding),
        has_zones: lines.sigma > rounding,
        value,
    })
}

fn zone(value: f64, lines: Lines, rounding: f64) -> Zone {
    let distance = (value - lines.centre).abs();
    if is_beyond(value, lines.upper, rounding) || is_beyond(lines.lower, value, rounding) {
        Zone::BeyondLimit
    } else if is_beyond(distance, 2.0 * lines.sigma, rounding) {
        Zone::BeyondTwo
    } else if is_beyond(distance, lines.sigma, rounding) {
        Zone::BeyondOne
    } else {
        Zone::WithinOne
    }
}

fn side_of(value: f64, line: f64, rounding: f64) -> Option<Side> {
    if is_beyond(value, line, rounding) {
        Some(Side::Above)
    } else if is_beyond(line, value, rounding) {
        Some(Side::Below)
    } else {
        None
    }
}

/// Whether a number is greater than another by more than rounding can make.
pub(super) fn is_beyond(number: f64, line: f64, rounding: f64) -> bool {
    number - line > rounding
}
