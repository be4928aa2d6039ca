//! The stretches of a series that have limits of their own.

use std::ops::Range;

use super::misfit::Misfit;
use super::sample::Phase;

/// A phase whose place is checked.
pub(super) struct Stretch {
    /// Its samples.
    pub(super) points: Range<usize>,
    /// The samples that its limits rest on, where these are fixed.
    pub(super) baseline: Option<Range<usize>>,
}

/// Where each phase begins and ends. Without any, the series is one phase.
pub(super) fn stretches(phases: &[Phase], points: usize) -> Result<Vec<Stretch>, Misfit> {
    let Some(first) = phases.first() else {
        return Ok(vec![Stretch { points: 0..points, baseline: None }]);
    };
    if first.start != 0 {
        return Err(Misfit::FirstPhase { start: first.start });
    }
    let ends = phases.iter().skip(1).map(|next| next.start).chain([points]);
    phases.iter().zip(ends).enumerate().map(|(phase, (given, end))| stretch(phase, given, end, points)).collect()
}

fn stretch(phase: usize, given: &Phase, end: usize, points: usize) -> Result<Stretch, Misfit> {
    let Phase { start, baseline } = given.clone();
    if start >= points {
        return Err(Misfit::PhaseBeyondEnd { phase, start, points });
    }
    if end <= start {
        return Err(Misfit::PhaseOrder { phase: phase + 1, start: end, previous: start });
    }
    let is_within = |range: &Range<usize>| start <= range.start && range.start < range.end && range.end <= end;
    if baseline.as_ref().is_some_and(|range| !is_within(range)) {
        return Err(Misfit::BaselineOutside { phase, first: start, last: end - 1 });
    }
    Ok(Stretch { points: start..end, baseline })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(start: usize, baseline: Option<Range<usize>>) -> Phase {
        Phase { start, baseline }
    }

    type Ranges = Vec<(Range<usize>, Option<Range<usize>>)>;

    fn of_ten(phases: &[Phase]) -> Result<Ranges, Misfit> {
        Ok(stretches(phases, 10)?.into_iter().map(|stretch| (stretch.points, stretch.baseline)).collect())
    }

    #[test]
    fn a_phase_ends_where_the_next_one_starts() {
        assert_eq!(of_ten(&[]), Ok(vec![(0..10, None)]));
        assert_eq!(
            of_ten(&[phase(0, Some(0..3)), phase(4, None), phase(9, Some(9..10))]),
            Ok(vec![(0..4, Some(0..3)), (4..9, None), (9..10, Some(9..10))])
        );
    }

    #[test]
    fn phases_that_overlap_or_leave_the_series_are_refused() {
        assert_eq!(of_ten(&[phase(1, None)]), Err(Misfit::FirstPhase { start: 1 }));
        for start in [0, 4, 3] {
            let wrong = Misfit::PhaseOrder { phase: 2, start, previous: 4 };
            assert_eq!(of_ten(&[phase(0, None), phase(4, None), phase(start, None)]), Err(wrong));
        }
        let beyond = Misfit::PhaseBeyondEnd { phase: 1, start: 10, points: 10 };
        assert_eq!(of_ten(&[phase(0, None), phase(10, None)]), Err(beyond));
    }

    #[test]
    fn a_baseline_is_part_of_its_phase() {
        for (baseline, fits) in [(4..7, true), (5..6, true), (3..7, false), (4..8, false), (5..5, false)] {
            let phases = [phase(0, None), phase(4, Some(baseline.clone())), phase(7, None)];
            let wrong = Misfit::BaselineOutside { phase: 1, first: 4, last: 6 };
            assert_eq!(of_ten(&phases).err(), (!fits).then_some(wrong), "{baseline:?}");
        }
    }
}
