//! Data that does not fit its chart, and what people read about it.

use super::*;
use ChartType::{C, Np, P, PPrime, U, UPrime, XmR};

fn refused(chart_type: ChartType, samples: &[Sample]) -> Misfit {
    Chart::new(chart_type, 1.0, samples, &[]).unwrap_err()
}

#[test]
fn counts_are_whole_and_not_negative() {
    for chart in [P, Np, C, U, PPrime, UPrime] {
        for count in [-1.0, 2.5] {
            let samples = [Sample::of(1.0, 9.0), Sample::of(count, 9.0)];
            assert_eq!(refused(chart, &samples), Misfit::NotACount { point: 1, count, chart });
        }
    }
    assert!(Chart::new(XmR, 1.0, &[Sample::of(-2.5, 0.5)], &[]).is_ok());
}

#[test]
fn a_part_is_no_more_than_its_whole() {
    for chart in [P, Np, PPrime] {
        let more = Misfit::MoreThanAll { point: 0, count: 10.0, size: 9.0, chart };
        assert_eq!(refused(chart, &[Sample::of(10.0, 9.0)]), more);
        assert_eq!(refused(chart, &[Sample::of(1.0, 9.5)]), Misfit::SizeNotWhole { point: 0, size: 9.5, chart });
        assert!(Chart::new(chart, 1.0, &[Sample::of(9.0, 9.0)], &[]).is_ok());
    }
    for chart in [U, UPrime] {
        assert!(Chart::new(chart, 1.0, &[Sample::of(10.0, 0.5)], &[]).is_ok());
    }
}

#[test]
fn a_subgroup_has_something_in_it() {
    for chart in [XmR, P, Np, C, U, PPrime, UPrime] {
        for size in [0.0, -1.0] {
            let empty = Misfit::SizeNotPositive { point: 1, size };
            assert_eq!(refused(chart, &[Sample::Gap, Sample::of(0.0, size)]), empty);
        }
    }
    for chart in [P, Np, U, PPrime, UPrime] {
        assert_eq!(refused(chart, &values(&[1.0])), Misfit::SizeMissing { point: 0, chart });
    }
}

#[test]
fn one_pair_of_limits_needs_one_size() {
    for (chart, instead) in [(Np, P), (C, U)] {
        let samples = [Sample::of(1.0, 9.0), Sample::Gap, Sample::of(1.0, 8.0)];
        let vary = Misfit::SizesVary { point: 2, size: 8.0, expected: 9.0, chart, instead };
        assert_eq!(refused(chart, &samples), vary);
    }
}

#[test]
fn numbers_are_numbers() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(refused(XmR, &[Sample::value(wrong)]), Misfit::NotFinite { point: 0 });
        assert_eq!(refused(P, &[Sample::of(1.0, wrong)]), Misfit::NotFinite { point: 0 });
        assert!(matches!(Chart::new(XmR, wrong, &values(&[1.0]), &[]), Err(Misfit::Scale { .. })));
    }
    for scale in [0.0, -100.0] {
        assert_eq!(Chart::new(XmR, scale, &values(&[1.0]), &[]), Err(Misfit::Scale { scale }));
    }
    for samples in [values(&[f64::MAX, f64::MIN]), vec![Sample::of(1e300, 1e-300)]] {
        assert_eq!(refused(XmR, &samples), Misfit::TooLarge);
    }
    assert_eq!(refused(U, &[Sample::of(1e300, 1.0); 2].map(|_| Sample::of(1e299, 1e-2))), Misfit::TooLarge);
    for chart in [XmR, C] {
        let large = Chart::new(chart, 1.0, &values(&[1e300, 0.0, 1e300]), &[]).unwrap();
        assert!(lines(&large, 0).upper.is_finite());
    }
}

#[test]
fn something_is_measured() {
    for samples in [vec![], vec![Sample::Gap; 3]] {
        assert_eq!(refused(C, &samples), Misfit::NothingMeasured);
    }
    let excluded = chart(C, &[Sample::value(1.0).excluded()]);
    assert_eq!(excluded.points[0].lines, None, "nothing counts, so there are no limits yet");
}

#[test]
fn a_baseline_gives_limits() {
    let baseline = |chart_type, samples: &[Sample]| {
        let phase = Phase { start: 0, baseline: Some(0..3) };
        Chart::new(chart_type, 1.0, samples, &[phase]).unwrap_err()
    };
    let one = Sample::of(1.0, 9.0);
    let nothing = [Sample::Gap, one.excluded(), Sample::Gap, one];
    let apart = [one, Sample::Gap, one, one];
    for chart in [XmR, PPrime, UPrime] {
        assert_eq!(baseline(chart, &nothing), Misfit::BaselineEmpty { phase: 0 });
        assert_eq!(baseline(chart, &apart), Misfit::BaselineWithoutRanges { phase: 0, chart });
    }
    assert_eq!(baseline(P, &nothing), Misfit::BaselineEmpty { phase: 0 });
    let phase = Phase { start: 0, baseline: Some(2..5) };
    let outside = Misfit::BaselineOutside { phase: 0, first: 0, last: 3 };
    assert_eq!(Chart::new(P, 1.0, &apart, &[phase]), Err(outside));
}

#[test]
fn messages_say_what_was_expected_and_what_to_do() {
    let all = [
        Misfit::NothingMeasured,
        Misfit::Scale { scale: 0.0 },
        Misfit::NotFinite { point: 2 },
        Misfit::TooLarge,
        Misfit::SizeMissing { point: 2, chart: PPrime },
        Misfit::SizeNotPositive { point: 2, size: 0.0 },
        Misfit::SizeNotWhole { point: 2, size: 9.5, chart: P },
        Misfit::NotACount { point: 2, count: -1.0, chart: C },
        Misfit::MoreThanAll { point: 2, count: 10.0, size: 9.0, chart: P },
        Misfit::SizesVary { point: 2, size: 8.0, expected: 9.0, chart: Np, instead: P },
        Misfit::FirstPhase { start: 3 },
        Misfit::PhaseOrder { phase: 1, start: 3, previous: 5 },
        Misfit::PhaseBeyondEnd { phase: 1, start: 12, points: 10 },
        Misfit::BaselineOutside { phase: 1, first: 4, last: 8 },
        Misfit::BaselineEmpty { phase: 0 },
        Misfit::BaselineWithoutRanges { phase: 0, chart: XmR },
    ]
    .map(|misfit| misfit.to_string());
    assert_eq!(
        all,
        [
            "no point is measured; a control chart needs at least one",
            "the scale is 0; expected a finite number greater than 0, as 1, or 100 for a percentage",
            "point 3: a finite number is expected; where nothing was measured, leave a gap",
            "the numbers are too large or too small to compute limits of; measure in a unit that suits them",
            "point 3: no subgroup size, which the p′ chart needs; give it, or choose the XmR chart",
            "point 3: the subgroup size is 0; expected is more than 0; where there was nothing to count, leave a gap",
            "point 3: the subgroup size is 9.5, but the p chart is of counted things, so a whole number is expected; choose \
         the XmR chart for what was measured",
            "point 3: -1 is no count; the c chart needs whole numbers from 0 on; choose the XmR chart for what was measured",
            "point 3: 10 of 9 is more than all, but the p chart shows a share; choose the u chart for counts per opportunity",
            "point 3: the subgroup size is 8 and was 9 before, but the np chart needs the same size throughout; choose the p \
         chart",
            "the first phase starts at point 4; it must start at the first point",
            "phase 2 starts at point 4, the phase before it at point 6; give the phases in order, each with a start of its own",
            "phase 2 starts at point 13, but the series has 10 points",
            "phase 2: its baseline must be one or more points of its own, which are 5 to 9",
            "phase 1: no point of its baseline is measured and counts; choose a range with points, or exclude fewer",
            "phase 1: the limits of the XmR chart rest on moving ranges, but no two points of the baseline that count follow \
         each other; choose a range with such points",
        ]
    );
}
