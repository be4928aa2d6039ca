//! Where a pattern occurs among points that follow each other: each occurrence as long as it is.

use std::ops::Range;

use super::rule_set::{Pattern, Zone};
use super::segment::{Placed, Segment};
use super::signal::Side;

/// An occurrence of a pattern: its side, and the indices of its points in the chart.
pub(super) type Occurrence = (Option<Side>, Vec<usize>);

/// All occurrences in a segment. What depends on all points of a phase has none in a segment.
pub(super) fn occurrences(pattern: Pattern, segment: &Segment) -> Vec<Occurrence> {
    match pattern {
        Pattern::BeyondLimits => beyond_limits(segment),
        Pattern::Run(points) => runs(segment, points),
        Pattern::Trend(points) => trends(segment, points),
        Pattern::Alternating(points) => alternating(segment, points),
        Pattern::SomeOf { some, of, nearest, farthest } => [Side::Above, Side::Below]
            .into_iter()
            .flat_map(|side| {
                let is_far = |placed: &Placed| {
                    placed.has_zones && placed.side == Some(side) && (nearest..=farthest).contains(&placed.zone)
                };
                some_of(segment, some, of, is_far).into_iter().map(move |points| (Some(side), points))
            })
            .collect(),
        Pattern::WithinOneSigma(points) => near(segment, points),
        Pattern::OutsideOneSigma(points) => far_on_both_sides(segment, points),
        Pattern::LongRun | Pattern::FewCrossings => Vec::new(),
    }
}

fn beyond_limits(segment: &Segment) -> Vec<Occurrence> {
    let beyond = segment.points.iter().filter(|placed| placed.zone == Zone::BeyondLimit);
    beyond.map(|placed| (placed.side, vec![placed.point])).collect()
}

fn runs(segment: &Segment, fewest: usize) -> Vec<Occurrence> {
    stretches(&segment.points, |before, after| before.side == after.side)
        .filter(|run| run.len() >= fewest)
        .filter_map(|run| {
            let side = segment.points[run.start].side?;
            Some((Some(side), segment.indices(run)))
        })
        .collect()
}

fn trends(segment: &Segment, fewest: usize) -> Vec<Occurrence> {
    stretches(&segment.steps, |before, after| before == after)
        .filter_map(|steps| {
            let direction = segment.steps[steps.start]?;
            Some((Some(direction), points_of(&steps)))
        })
        .filter(|(_, points)| points.len() >= fewest)
        .map(|(direction, points)| (direction, segment.indices(points)))
        .collect()
}

fn alternating(segment: &Segment, fewest: usize) -> Vec<Occurrence> {
    let turns = |before: &Option<Side>, after: &Option<Side>| before.is_some() && after.is_some() && before != after;
    stretches(&segment.steps, turns)
        .map(|steps| points_of(&steps))
        .filter(|points| points.len() >= fewest)
        .map(|points| (None, segment.indices(points)))
        .collect()
}

/// The points that some steps connect.
fn points_of(steps: &Range<usize>) -> Range<usize> {
    steps.start..steps.end + 1
}

/// Points of which so many are among so many in a row. Occurrences that share a point are one.
fn some_of(segment: &Segment, some: usize, of: usize, is_far: impl Fn(&Placed) -> bool) -> Vec<Vec<usize>> {
    let far: Vec<usize> = (0..segment.points.len()).filter(|place| is_far(&segment.points[*place])).collect();
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    for window in far.windows(some).filter(|window| window[some - 1] - window[0] < of) {
        match clusters.last_mut().filter(|cluster| cluster.last() >= window.first()) {
            Some(cluster) => {
                let last = cluster.last().copied();
                cluster.extend(window.iter().copied().filter(|place| Some(*place) > last));
            }
            None => clusters.push(window.to_vec()),
        }
    }
    clusters.into_iter().map(|cluster| cluster.into_iter().map(|place| segment.points[place].point).collect()).collect()
}

fn near(segment: &Segment, fewest: usize) -> Vec<Occurrence> {
    zones(segment, fewest, |placed| placed.zone == Zone::WithinOne)
        .map(|points| (None, segment.indices(points)))
        .collect()
}

fn far_on_both_sides(segment: &Segment, fewest: usize) -> Vec<Occurrence> {
    let is_on =
        |points: &Range<usize>, side| segment.points[points.clone()].iter().any(|placed| placed.side == Some(side));
    zones(segment, fewest, |placed| placed.zone > Zone::WithinOne)
        .filter(|points| is_on(points, Side::Above) && is_on(points, Side::Below))
        .map(|points| (None, segment.indices(points)))
        .collect()
}

/// The stretches of points in some zones, where zones have any width: where all points behind the limits are the same,
/// every point is on a line.
fn zones(segment: &Segment, fewest: usize, is_in: impl Fn(&Placed) -> bool) -> impl Iterator<Item = Range<usize>> {
    let counts = move |placed: &Placed| placed.has_zones && is_in(placed);
    let long: Vec<Range<usize>> = stretches(&segment.points, |before, after| counts(before) == counts(after))
        .filter(|points| points.len() >= fewest && counts(&segment.points[points.start]))
        .collect();
    long.into_iter()
}

/// The longest stretches whose neighbours all go together.
pub(super) fn stretches<T>(items: &[T], go_together: impl Fn(&T, &T) -> bool) -> impl Iterator<Item = Range<usize>> {
    items.chunk_by(go_together).scan(0, |start, chunk| {
        let stretch = *start..*start + chunk.len();
        *start = stretch.end;
        Some(stretch)
    })
}
