//! Each rule: on both sides, one point short of it, broken, and longer than it asks for.

use super::*;

/// What the rules of a set find of one name; and the same, mirrored.
fn found(set: RuleSet, rule: RuleName, tested: &[f64]) -> Vec<Vec<usize>> {
    let of_side = |sign: f64, side: Side| {
        let mirrored: Vec<f64> = tested.iter().map(|value| sign * value).collect();
        let signals = judged(set, &values(&mirrored));
        let sided = signals.iter().filter(|signal| signal.part == ChartPart::Values && signal.rule == rule);
        sided.for_each(|signal| assert!(signal.side.is_none_or(|found| found == side), "{signal:?}"));
        points_of(&signals, rule)
    };
    let above = of_side(1.0, Side::Above);
    assert_eq!(of_side(-1.0, Side::Below), above, "the mirror image");
    above
}

const NONE: [Vec<usize>; 0] = [];
const WITH_LIMITS: [RuleSet; 3] = [RuleSet::WesternElectric, RuleSet::Nelson, RuleSet::Nhs];
const WITH_ZONES: [RuleSet; 2] = [RuleSet::WesternElectric, RuleSet::Nelson];

#[test]
fn a_point_beyond_the_limits_is_a_signal_of_its_own() {
    for set in WITH_LIMITS {
        assert_eq!(found(set, RuleName::BeyondLimits, &[3.01, 3.5, 0.0, 4.0]), [vec![0], vec![1], vec![3]]);
        assert_eq!(found(set, RuleName::BeyondLimits, &[3.0, 2.99]), NONE, "on a limit is inside it");
    }
    assert_eq!(judged(RuleSet::Anhoej, &values(&[9.0])), []);
}

#[test]
fn a_run_is_on_one_side_and_as_long_as_it_is() {
    for (set, length) in [(RuleSet::WesternElectric, 8), (RuleSet::Nelson, 9), (RuleSet::Nhs, 7)] {
        let run = |points: usize| [0.5, 0.2].into_iter().cycle().take(points).collect::<Vec<f64>>();
        let of = |tested: &[f64]| found(set, RuleName::Run, tested);
        assert_eq!(of(&run(length - 1)), NONE, "{set:?}");
        assert_eq!(of(&run(length)), [(0..length).collect::<Vec<_>>()], "{set:?}");
        assert_eq!(of(&run(length + 3)), [(0..length + 3).collect::<Vec<_>>()], "{set:?}");
        let broken = |between: f64| [run(length - 1), vec![between], run(length - 1)].concat();
        assert_eq!(of(&broken(0.0)), NONE, "a point on the centre line breaks a run");
        assert_eq!(of(&broken(-0.1)), NONE);
    }
}

#[test]
fn a_trend_goes_one_way_and_as_far_as_it_goes() {
    for (set, length) in [(RuleSet::Nelson, 6), (RuleSet::Nhs, 7)] {
        let trend = |points: usize| (0..points).map(|point| 0.1 * f64::from(u8::try_from(point).unwrap())).collect();
        let of = |tested: &[f64]| found(set, RuleName::Trend, tested);
        let (short, exact, long): (Vec<f64>, Vec<f64>, Vec<f64>) =
            (trend(length - 1), trend(length), trend(length + 3));
        assert_eq!(of(&short), NONE, "{set:?}");
        assert_eq!(of(&exact), [(0..length).collect::<Vec<_>>()], "{set:?}");
        assert_eq!(of(&long), [(0..length + 3).collect::<Vec<_>>()], "{set:?}");
        let mut stuck = long.clone();
        stuck[length - 1] = stuck[length - 2];
        assert_eq!(of(&stuck), NONE, "equal neighbours break a trend");
        assert_eq!(of(&[0.3, 0.1 + 0.2, 0.4, 0.5, 0.6, 0.7, 0.8][..length]), NONE, "rounding is no rise");
    }
    assert_eq!(found(RuleSet::WesternElectric, RuleName::Trend, &[-0.5, -0.4, -0.3, -0.2, -0.1, 0.1, 0.2, 0.3]), NONE);
}

#[test]
fn a_trend_and_the_one_back_share_the_turn() {
    let there_and_back = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    let signals = judged(RuleSet::Nelson, &values(&there_and_back));
    let trends: Vec<_> = signals.iter().filter(|signal| signal.rule == RuleName::Trend).collect();
    assert_eq!(trends.len(), 2);
    assert_eq!((trends[0].side, &trends[0].points), (Some(Side::Above), &(0..6).collect()));
    assert_eq!((trends[1].side, &trends[1].points), (Some(Side::Below), &(5..11).collect()));
}

#[test]
fn fourteen_points_may_not_rise_and_fall_in_turn() {
    let of = |points: usize| {
        let tested: Vec<f64> = [0.2, -0.3].into_iter().cycle().take(points).collect();
        found(RuleSet::Nelson, RuleName::Alternating, &tested)
    };
    assert_eq!(of(13), NONE);
    assert_eq!(of(14), [(0..14).collect::<Vec<_>>()]);
    assert_eq!(of(17), [(0..17).collect::<Vec<_>>()]);
    let mut broken: Vec<f64> = [0.2, -0.3].into_iter().cycle().take(16).collect();
    broken.insert(8, broken[7]);
    assert_eq!(found(RuleSet::Nelson, RuleName::Alternating, &broken), NONE, "equal neighbours break it");
}

#[test]
fn two_of_three_are_far_out_on_one_side() {
    for set in WITH_ZONES {
        let of = |tested: &[f64]| found(set, RuleName::TwoOfThree, tested);
        assert_eq!(of(&[2.1, 2.1]), [vec![0, 1]]);
        assert_eq!(of(&[2.1, -0.5, 2.1]), [vec![0, 2]]);
        assert_eq!(of(&[2.1, 0.5, 0.5, 2.1]), NONE);
        assert_eq!(of(&[2.1, -2.1, 0.5]), NONE, "on both sides");
        assert_eq!(of(&[2.0, 2.0, 2.0]), NONE, "two standard deviations are not beyond them");
        assert_eq!(of(&[2.1, 0.5, 2.1, 2.2, 0.5, 2.1]), [vec![0, 2, 3, 5]], "one occurrence");
        assert_eq!(of(&[2.1, 2.1, 0.5, 0.5, 2.1, 2.1]), [vec![0, 1], vec![4, 5]]);
        assert_eq!(of(&[3.5, 2.1]), [vec![0, 1]], "beyond the limit is beyond two standard deviations too");
    }
}

#[test]
fn the_nhs_counts_points_between_two_thirds_of_the_limit_and_the_limit() {
    let of = |tested: &[f64]| found(RuleSet::Nhs, RuleName::TwoOfThree, tested);
    assert_eq!(of(&[2.1, -0.5, 3.0]), [vec![0, 2]], "on the limit is inside it");
    assert_eq!(of(&[3.1, 2.1, 0.5]), NONE, "beyond the limit");
    assert_eq!(of(&[2.1, 3.1, 2.1]), [vec![0, 2]]);
    assert_eq!(of(&[2.0, 2.0, 2.0]), NONE);
    assert_eq!(of(&[2.1, 0.5, 0.5, 2.1]), NONE);
}

#[test]
fn four_of_five_are_out_on_one_side() {
    for set in WITH_ZONES {
        let of = |tested: &[f64]| found(set, RuleName::FourOfFive, tested);
        assert_eq!(of(&[1.1, 1.2, 1.1]), NONE);
        assert_eq!(of(&[1.1, 1.2, 1.1, 1.2]), [vec![0, 1, 2, 3]]);
        assert_eq!(of(&[1.1, 1.2, -0.5, 1.1, 3.5]), [vec![0, 1, 3, 4]]);
        assert_eq!(of(&[1.1, 1.2, 0.5, 0.5, 1.1, 1.2]), NONE);
        assert_eq!(of(&[1.0, 1.2, 1.1, 1.2, 1.0]), NONE, "one standard deviation is not beyond it");
        assert_eq!(of(&[1.1, 1.2, -1.1, 1.1, -1.2]), NONE, "on both sides");
        assert_eq!(of(&[1.1, 1.2, 1.1, 1.2, 0.5, 1.1]), [vec![0, 1, 2, 3, 5]], "one occurrence");
    }
    assert_eq!(found(RuleSet::Nhs, RuleName::FourOfFive, &[1.1, 1.2, 1.1, 1.2]), NONE);
}

#[test]
fn fifteen_points_may_not_hug_the_centre_line() {
    let near = |points: usize| [0.9, -1.0, 0.0, 0.3].into_iter().cycle().take(points).collect::<Vec<f64>>();
    let of = |tested: &[f64]| found(RuleSet::Nelson, RuleName::WithinOneSigma, tested);
    assert_eq!(of(&near(14)), NONE);
    assert_eq!(of(&near(15)), [(0..15).collect::<Vec<_>>()]);
    assert_eq!(of(&near(19)), [(0..19).collect::<Vec<_>>()]);
    assert_eq!(of(&[near(14), vec![1.1], near(14)].concat()), NONE);
}

#[test]
fn eight_points_may_not_shun_the_centre_line() {
    let far = |points: usize| [1.5, -1.2, -2.5].into_iter().cycle().take(points).collect::<Vec<f64>>();
    let of = |tested: &[f64]| found(RuleSet::Nelson, RuleName::OutsideOneSigma, tested);
    assert_eq!(of(&far(7)), NONE);
    assert_eq!(of(&far(8)), [(0..8).collect::<Vec<_>>()]);
    assert_eq!(of(&far(10)), [(0..10).collect::<Vec<_>>()]);
    assert_eq!(of(&[far(7), vec![1.0], far(7)].concat()), NONE, "one standard deviation is not outside it");
    assert_eq!(of(&[1.5; 8]), NONE, "on one side, that is a run");
}

#[test]
fn moving_ranges_have_the_limit_alone() {
    // Of 0 1 0 1, the mean range is 1 and the upper limit 3.267.
    let ranges = |set: RuleSet, tested: &[f64]| {
        let mut samples = values(&[0.0, 1.0, 0.0, 1.0]);
        samples.push(Sample::Gap);
        samples.extend(values(tested));
        let phase = Phase { start: 0, baseline: Some(0..4) };
        let chart = Chart::new(ChartType::XmR, 1.0, &samples, &[phase]).unwrap();
        let on_ranges = signals(&chart, set).into_iter().filter(|signal| signal.part == ChartPart::MovingRanges);
        on_ranges.map(|signal| (signal.rule, signal.side, signal.points)).collect::<Vec<_>>()
    };
    let beyond = |point: usize| (RuleName::BeyondLimits, Some(Side::Above), vec![point]);
    for set in WITH_LIMITS {
        assert_eq!(ranges(set, &[0.0, 3.267]), [], "on the limit");
        assert_eq!(ranges(set, &[0.0, 3.268, 0.0]), [beyond(6), beyond(7)]);
        // Ranges of 1 to 3, which rise and are long on one side of their mean.
        assert_eq!(ranges(set, &[0.0, 1.1, -0.2, 1.4, -0.5, 1.7, -1.0, 2.0, -0.9, 2.0, -0.8]), []);
    }
    assert_eq!(ranges(RuleSet::Anhoej, &[0.0, 9.0]), []);
}

/// Points at ±1 around a centre of 0, in runs of the given lengths.
fn anhoej(runs: &[usize]) -> Vec<Signal> {
    let signs = [1.0, -1.0].into_iter().cycle();
    let tested: Vec<f64> = runs.iter().zip(signs).flat_map(|(length, sign)| vec![sign; *length]).collect();
    let phase = Phase { start: 0, baseline: Some(runs[0] - 1..runs[0] + 1) };
    let chart = Chart::new(ChartType::XmR, 1.0, &values(&tested), &[phase]).unwrap();
    signals(&chart, RuleSet::Anhoej)
}

#[test]
fn a_run_may_be_as_long_as_chance_gives() {
    // Of 24 points: no run longer than 8, and no fewer than 8 crossings.
    assert_eq!(anhoej(&[8, 1, 1, 1, 1, 4, 1, 4, 1, 2]), []);
    let long = anhoej(&[9, 1, 1, 1, 1, 4, 1, 5, 1]);
    let run =
        Signal { part: ChartPart::Values, points: (0..9).collect(), rule: RuleName::LongRun, side: Some(Side::Above) };
    assert_eq!(long.len(), 1, "{long:?}");
    assert_eq!(long, [run]);
    let below = anhoej(&[1, 9, 1, 1, 2, 1, 2, 1, 6]);
    assert_eq!(below[0].side, Some(Side::Below));
    assert_eq!(points_of(&below, RuleName::LongRun), [(1..10).collect::<Vec<_>>()]);
}

#[test]
fn the_centre_line_is_crossed_as_often_as_chance_gives() {
    assert_eq!(anhoej(&[3, 3, 3, 3, 2, 2, 2, 2, 2, 2]), [], "9 crossings of 24 points");
    assert_eq!(anhoej(&[3, 3, 3, 3, 2, 3, 2, 3, 2]).len(), 0, "8 crossings");
    let few = anhoej(&[3, 3, 3, 3, 3, 3, 3, 3]);
    assert_eq!(few.len(), 1, "7 crossings: {few:?}");
    assert_eq!((few[0].rule, few[0].side, few[0].points.len()), (RuleName::FewCrossings, None, 24));
}

#[test]
fn a_point_on_the_centre_line_is_left_out_by_anhoej() {
    let on_line = |tested: &[f64]| judged(RuleSet::Anhoej, &values(tested));
    // Four points are before the tested ones: with 9 of these, 13 points allow a run of 7, and 3 crossings.
    let run = on_line(&[1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, -1.0]);
    assert_eq!(points_of(&run, RuleName::LongRun), [vec![0, 1, 2, 3, 5, 6, 7, 8]]);
    assert_eq!(on_line(&[1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, -1.0]), []);
}
