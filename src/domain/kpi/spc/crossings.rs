//! Runs and crossings of the centre line, against what chance gives for so many points: the rules of Anhøj.
//!
//! Anhøj and Olesen, Run Charts Revisited, PLOS ONE 9(11), 2014, after Schilling (the longest run) and Chen (the
//! crossings). Only points off the centre line count. A run ends at a gap and at an excluded point; a crossing is
//! between points off the line that come next to each other, whatever is between them. So a gap alone never makes
//! a signal: it can only shorten a run.

use super::pattern::{Occurrence, stretches};
use super::segment::{Placed, Segment};
use super::signal::Side;

/// The runs of a phase that are longer than chance gives.
pub(super) fn long_runs(segments: &[Segment]) -> Vec<Occurrence> {
    let longest = longest_by_chance(useful(segments).count());
    let of_segment = |segment| {
        let points: Vec<(usize, Side)> = off_the_line(segment).collect();
        let runs = stretches(&points, |before, after| before.1 == after.1).filter(|run| run.len() > longest);
        runs.map(|run| (Some(points[run.start].1), points[run].iter().map(|(point, _)| *point).collect()))
            .collect::<Vec<Occurrence>>()
    };
    segments.iter().flat_map(of_segment).collect()
}

/// All points of a phase off the centre line, if they cross it more seldom than chance gives.
pub(super) fn too_few(segments: &[Segment]) -> Option<Occurrence> {
    let points: Vec<(usize, Side)> = useful(segments).collect();
    let crossings = points.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    let is_few = crossings < fewest_by_chance(points.len());
    is_few.then(|| (None, points.into_iter().map(|(point, _)| point).collect()))
}

fn useful(segments: &[Segment]) -> impl Iterator<Item = (usize, Side)> {
    segments.iter().flat_map(off_the_line)
}

fn off_the_line(segment: &Segment) -> impl Iterator<Item = (usize, Side)> {
    segment.points.iter().filter_map(|Placed { point, side, .. }| Some((*point, (*side)?)))
}

/// The longest run that chance gives among so many points: log₂ n, rounded, + 3.
fn longest_by_chance(points: usize) -> usize {
    // Half of log₂ n², rounded up, is log₂ n rounded, without rounding errors on the way.
    let rounded = (points * points).checked_ilog2().map_or(0, |logarithm| logarithm.div_ceil(2));
    rounded as usize + 3
}

/// The fewest crossings that chance gives among so many points: the 5 % point of Binomial(n − 1, ½).
fn fewest_by_chance(points: usize) -> usize {
    let trials = points.saturating_sub(1);
    let middle = trials / 2;
    // How likely each number up to the middle is, in parts of how likely the middle is, from the middle down.
    let mut likelihoods = vec![1.0];
    let mut likelihood = 1.0;
    for crossings in (1..=middle).rev() {
        likelihood *= quotient(crossings, trials - crossings + 1);
        likelihoods.push(likelihood);
    }
    let lower: f64 = likelihoods.iter().sum();
    // The upper half mirrors the lower; of an even number of trials, the middle belongs to both.
    let all = if trials.is_multiple_of(2) { 2.0 * lower - 1.0 } else { 2.0 * lower };
    let up_to = likelihoods.iter().rev().scan(0.0, |sum, likelihood| {
        *sum += likelihood;
        Some(*sum)
    });
    up_to.take_while(|sum| *sum < 0.05 * all).count()
}

#[expect(clippy::cast_precision_loss, reason = "no chart has 2^52 points")]
fn quotient(numerator: usize, denominator: usize) -> f64 {
    numerator as f64 / denominator as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fewest crossings for 10 to 40 points, as Anhøj prints them in the vignette of qicharts2.
    const FEWEST: [usize; 31] =
        [2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13, 14, 14, 14];

    #[test]
    fn the_limits_are_those_that_anhoej_published() {
        for (points, fewest) in (10..).zip(FEWEST) {
            assert_eq!(fewest_by_chance(points), fewest, "{points} points");
        }
        for (points, longest) in [(10..=11, 6), (12..=22, 7), (23..=45, 8), (46..=71, 9)] {
            points.for_each(|points| assert_eq!(longest_by_chance(points), longest, "{points} points"));
        }
    }

    #[test]
    fn the_limits_hold_for_few_and_for_many_points() {
        // By exact integers: the smallest k with 20 · (C(n−1, 0) + … + C(n−1, k)) ≥ 2^(n−1).
        for (points, fewest) in [(0, 0), (1, 0), (5, 0), (6, 1), (7, 1), (100, 41), (1000, 474), (10_000, 4917)] {
            assert_eq!(fewest_by_chance(points), fewest, "{points} points");
        }
        // log₂ 90 is 6.49, log₂ 91 is 6.51; log₂ 10,000 is 13.29.
        for (points, longest) in [(0, 3), (1, 3), (2, 4), (90, 9), (91, 10), (10_000, 16)] {
            assert_eq!(longest_by_chance(points), longest, "{points} points");
        }
    }
}
