//! Gaps, excluded points, phases, baselines, and limits without width.

use super::*;

const RUN: [f64; 8] = [0.5, 0.2, 0.5, 0.2, 0.5, 0.2, 0.5, 0.2];

#[test]
fn gaps_and_excluded_points_end_runs_and_trends() {
    let trend = [-0.3, -0.2, -0.1, 0.1, 0.2, 0.3];
    for between in [Sample::Gap, Sample::value(0.5).excluded()] {
        let with = |points: &[f64]| {
            let half = points.len() / 2;
            let mut samples = values(points);
            samples.insert(half, between);
            samples
        };
        assert_eq!(judged(RuleSet::WesternElectric, &with(&RUN)), [], "{between:?}");
        assert_eq!(judged(RuleSet::Nelson, &with(&trend)), [], "{between:?}");
        assert_eq!(judged(RuleSet::WesternElectric, &with(&[2.1, 2.1])), [], "{between:?}");
    }
    assert_eq!(judged(RuleSet::WesternElectric, &values(&RUN)).len(), 1);
    assert_eq!(judged(RuleSet::Nelson, &values(&trend)).len(), 1);
}

#[test]
fn a_gap_ends_a_run_of_anhoej_but_is_no_signal() {
    // Of 24 points, a run of 9 is too long; a gap makes two of it. The 9 crossings stay 9.
    let tested: Vec<f64> = [9, 1, 1, 1, 1, 4, 1, 4, 1, 1]
        .iter()
        .zip([1.0, -1.0].into_iter().cycle())
        .flat_map(|(n, s)| vec![s; *n])
        .collect();
    let rules = |samples: &[Sample]| -> Vec<RuleName> {
        signals(&chart(ChartType::XmR, samples), RuleSet::Anhoej).iter().map(|signal| signal.rule).collect()
    };
    let mut samples = values(&tested);
    assert_eq!(rules(&samples), [RuleName::LongRun]);
    samples.insert(4, Sample::Gap);
    assert_eq!(rules(&samples), []);
}

#[test]
fn an_excluded_point_stays_on_the_chart_and_is_not_judged() {
    let samples = [Sample::value(9.0).excluded(), Sample::value(0.1)];
    assert_eq!(judged(RuleSet::Nelson, &samples), []);
    let (mut all, phase) = unit_limits();
    all.extend(samples);
    let chart = Chart::new(ChartType::XmR, 1.0, &all, &[phase]).unwrap();
    let point = chart.points[5];
    assert_eq!((point.value, point.excluded, point.lines.is_some()), (Some(9.0), true, true));
    let range = chart.points[6].moving_range.unwrap();
    assert_eq!((range.value, range.excluded), (8.9, true), "its ranges stay, and are not judged either");
    assert_eq!(chart.phases[0].behind_limits, 4);
}

#[test]
fn a_gap_has_the_limits_of_its_phase_unless_they_depend_on_a_size() {
    let samples = [Sample::of(1.0, 8.0), Sample::of(3.0, 8.0), Sample::Gap];
    for (chart_type, has_lines) in [
        (ChartType::XmR, true),
        (ChartType::Np, true),
        (ChartType::C, true),
        (ChartType::P, false),
        (ChartType::U, false),
        (ChartType::PPrime, false),
        (ChartType::UPrime, false),
    ] {
        let gap = chart(chart_type, &samples).points[2];
        assert_eq!((gap.value, gap.lines.is_some(), gap.moving_range), (None, has_lines, None), "{chart_type}");
    }
}

#[test]
fn each_phase_has_its_own_limits_and_no_range_across_its_start() {
    let samples = values(&[1.0, 3.0, 1.0, 11.0, 13.0, 11.0, 13.0]);
    let phases = [Phase { start: 0, baseline: None }, Phase { start: 3, baseline: Some(3..5) }];
    let chart = Chart::new(ChartType::XmR, 1.0, &samples, &phases).unwrap();
    let centres: Vec<f64> = (0..7).map(|point| lines(&chart, point).centre).collect();
    assert_eq!(centres, [5.0 / 3.0, 5.0 / 3.0, 5.0 / 3.0, 12.0, 12.0, 12.0, 12.0]);
    let ranges: Vec<Option<f64>> =
        chart.points.iter().map(|point| point.moving_range.map(|range| range.value)).collect();
    assert_eq!(ranges, [None, Some(2.0), Some(2.0), None, Some(2.0), Some(2.0), Some(2.0)]);
    assert_eq!(chart.points[3].phase, 1);
    let behind: Vec<usize> = chart.phases.iter().map(|phase| phase.behind_limits).collect();
    assert_eq!((behind, &chart.phases[1].points), (vec![3, 2], &(3..7)));
}

#[test]
fn a_phase_ends_a_run() {
    let mut samples = values(&[1.0, -1.0]);
    samples.extend(values(&RUN));
    let signals = |phases: &[Phase]| {
        let chart = Chart::new(ChartType::XmR, 1.0, &samples, phases).unwrap();
        points_of(&signals(&chart, RuleSet::WesternElectric), RuleName::Run)
    };
    let first = Phase { start: 0, baseline: Some(0..2) };
    assert_eq!(signals(std::slice::from_ref(&first)), [(2..10).collect::<Vec<_>>()]);
    assert_eq!(signals(&[first, Phase { start: 6, baseline: None }]), Vec::<Vec<usize>>::new());
}

#[test]
fn limits_are_on_trial_with_fewer_than_twelve_points() {
    let trial = |samples: &[Sample]| chart(ChartType::C, samples).phases[0].trial;
    let mut samples = values(&[4.0; 12]);
    assert!(trial(&samples[..11]) && !trial(&samples));
    samples[0] = samples[0].excluded();
    assert!(trial(&samples), "an excluded point is not behind the limits");
    samples[1] = Sample::Gap;
    samples.extend(values(&[4.0; 2]));
    assert!(!trial(&samples));
}

#[test]
fn a_phase_with_too_few_points_has_no_limits_yet() {
    let samples = values(&[1.0, 3.0, 1.0, 99.0]);
    let phases = [Phase { start: 0, baseline: None }, Phase { start: 3, baseline: None }];
    let chart = Chart::new(ChartType::XmR, 1.0, &samples, &phases).unwrap();
    assert!(chart.points[2].lines.is_some());
    assert_eq!((chart.points[3].value, chart.points[3].lines), (Some(99.0), None));
    assert_eq!((chart.phases[1].behind_limits, chart.phases[1].trial), (0, true));
    assert_eq!(signals(&chart, RuleSet::Nelson), []);
}

#[test]
fn without_dispersion_any_other_value_is_beyond_the_limits() {
    let mut samples = values(&[0.3; 20]);
    // 0.1 + 0.2 is 0.30000000000000004 in floating point, and 0.3 to everybody.
    samples[3] = Sample::value(0.1 + 0.2);
    samples.push(Sample::value(0.30001));
    samples.push(Sample::value(0.29999));
    samples.push(Sample::value(0.30001));
    let phase = Phase { start: 0, baseline: Some(0..20) };
    let chart = Chart::new(ChartType::XmR, 1.0, &samples, &[phase]).unwrap();
    let Lines { centre, lower, upper, sigma: _ } = lines(&chart, 0);
    assert!((upper - lower).abs() < 1e-12 && (centre - 0.3).abs() < 1e-12);
    for set in [RuleSet::WesternElectric, RuleSet::Nelson, RuleSet::Nhs] {
        let found: Vec<_> = signals(&chart, set).into_iter().map(|s| (s.part, s.rule, s.side, s.points)).collect();
        let beyond = |part, side, point: usize| (part, RuleName::BeyondLimits, Some(side), vec![point]);
        assert_eq!(
            found,
            [
                beyond(ChartPart::Values, Side::Above, 20),
                beyond(ChartPart::Values, Side::Below, 21),
                beyond(ChartPart::Values, Side::Above, 22),
                beyond(ChartPart::MovingRanges, Side::Above, 20),
                beyond(ChartPart::MovingRanges, Side::Above, 21),
                beyond(ChartPart::MovingRanges, Side::Above, 22),
            ]
        );
    }
}

#[test]
fn shares_and_counts_on_their_bounds_are_no_signals() {
    let none = [Sample::of(0.0, 20.0), Sample::of(1.0, 20.0), Sample::of(0.0, 10.0)];
    let all = [Sample::of(20.0, 20.0), Sample::of(19.0, 20.0), Sample::of(10.0, 10.0)];
    for (samples, lower, upper) in [(none, Some(0.0), None), (all, None, Some(1.0))] {
        for chart_type in [ChartType::P, ChartType::PPrime] {
            let chart = chart(chart_type, &samples);
            for point in 0..3 {
                let lines = lines(&chart, point);
                assert!(lower.is_none() || lower == Some(lines.lower));
                assert!(upper.is_none() || upper == Some(lines.upper));
            }
            assert_eq!(signals(&chart, RuleSet::Nhs), []);
        }
    }
    let nearly_all = chart(ChartType::Np, &[Sample::of(20.0, 20.0), Sample::of(19.0, 20.0), Sample::of(20.0, 20.0)]);
    assert_eq!(Some(lines(&nearly_all, 0).upper), Some(20.0));
    for chart_type in [ChartType::C, ChartType::U, ChartType::UPrime, ChartType::Np] {
        let chart = chart(chart_type, &[Sample::of(0.0, 9.0), Sample::of(1.0, 9.0), Sample::of(0.0, 9.0)]);
        assert_eq!(Some(lines(&chart, 0).lower), Some(0.0));
        assert_eq!(signals(&chart, RuleSet::Nhs), [], "{chart_type}");
    }
}

#[test]
fn charts_of_counts_have_runs() {
    let share = |defective: f64| Sample::of(defective, 100.0);
    let mut samples = vec![share(10.0); 12];
    samples.extend([share(11.0); 7]);
    let phase = Phase { start: 0, baseline: Some(0..12) };
    let chart = Chart::new(ChartType::P, 100.0, &samples, &[phase]).unwrap();
    let found = signals(&chart, RuleSet::Nhs);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule, &found[0].points), (RuleName::Run, &(12..19).collect()));
    assert_eq!(signals(&chart, RuleSet::WesternElectric), [], "seven are one short of its run");
}
