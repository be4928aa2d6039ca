//! Variation and assurance.

use super::*;
use crate::entity::kpi_definition::KpiDirection::{self, Down, NearTarget, Up};

/// The variation of points behind [`unit_limits`].
fn variation_of(rule_set: RuleSet, samples: &[Sample], direction: KpiDirection) -> Option<Variation> {
    let (mut all, phase) = unit_limits();
    all.extend_from_slice(samples);
    let chart = Chart::new(ChartType::XmR, 1.0, &all, &[phase]).unwrap();
    variation(&chart, &signals(&chart, rule_set), direction)
}

#[test]
fn the_side_of_the_signal_and_the_better_side_decide() {
    for (value, direction, expected) in [
        (3.1, Up, Variation::Improvement),
        (3.1, Down, Variation::Concern),
        (3.1, NearTarget, Variation::NeutralHigh),
        (-3.1, Up, Variation::Concern),
        (-3.1, Down, Variation::Improvement),
        (-3.1, NearTarget, Variation::NeutralLow),
        (2.9, Up, Variation::CommonCause),
    ] {
        assert_eq!(variation_of(RuleSet::Nhs, &values(&[value]), direction), Some(expected), "{value} {direction:?}");
    }
}

#[test]
fn the_latest_point_that_is_judged_decides() {
    let signal = Sample::value(3.1);
    let noise = Sample::value(0.1);
    assert_eq!(variation_of(RuleSet::Nhs, &[signal, noise], Up), Some(Variation::CommonCause));
    assert_eq!(variation_of(RuleSet::Nhs, &[signal, Sample::Gap], Up), Some(Variation::Improvement));
    assert_eq!(variation_of(RuleSet::Nhs, &[noise, signal.excluded()], Up), Some(Variation::CommonCause));
    assert_eq!(variation_of(RuleSet::Nhs, &[signal, noise.excluded()], Up), Some(Variation::Improvement));
    let jump = [Sample::value(-2.0), Sample::value(2.0)];
    assert_eq!(variation_of(RuleSet::Nhs, &jump, Up), Some(Variation::CommonCause), "a moving range has no side");
}

#[test]
fn the_order_of_the_rules_decides_between_signals() {
    // Seven points above the centre line, which fall: the trend goes before the run.
    let falling = values(&[0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]);
    assert_eq!(variation_of(RuleSet::Nhs, &falling, Up), Some(Variation::Concern));
    let run_then_trend = values(&[0.6, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]);
    assert_eq!(variation_of(RuleSet::Nhs, &run_then_trend, Up), Some(Variation::Concern));
    // The last of them beyond the upper limit would end the trend; beyond the lower limit it goes before it.
    let through = values(&[0.7, 0.6, 0.5, 0.4, 0.3, 0.2, -3.1]);
    assert_eq!(variation_of(RuleSet::Nhs, &through, Down), Some(Variation::Improvement));
}

#[test]
fn a_signal_without_a_side_is_neutral_unless_another_has_one() {
    let alternating = |last: f64| {
        let mut points: Vec<f64> = [0.2, -0.3].into_iter().cycle().take(14).collect();
        points[13] = last;
        variation_of(RuleSet::Nelson, &values(&points), Up)
    };
    assert_eq!(alternating(-0.3), Some(Variation::Neutral));
    assert_eq!(alternating(-3.1), Some(Variation::Concern));
}

#[test]
fn without_limits_nothing_is_said() {
    let one = chart(ChartType::XmR, &values(&[5.0]));
    assert_eq!(variation(&one, &[], Up), None);
    assert_eq!(assurance(&one, Some(5.0), Up), None);
}

#[test]
fn target_and_limits_say_whether_the_process_will_reach_it() {
    let (samples, phase) = unit_limits();
    let chart = Chart::new(ChartType::XmR, 1.0, &samples, &[phase]).unwrap();
    for (target, direction, expected) in [
        (-3.1, Up, Assurance::WillPass),
        (-3.0, Up, Assurance::WillPass),
        (-2.9, Up, Assurance::HitOrMiss),
        (3.0, Up, Assurance::HitOrMiss),
        (3.1, Up, Assurance::WillFail),
        (3.1, Down, Assurance::WillPass),
        (3.0, Down, Assurance::WillPass),
        (2.9, Down, Assurance::HitOrMiss),
        (-3.0, Down, Assurance::HitOrMiss),
        (-3.1, Down, Assurance::WillFail),
    ] {
        assert_eq!(assurance(&chart, Some(target), direction), Some(expected), "{target} {direction:?}");
    }
    assert_eq!(assurance(&chart, None, Up), None);
    assert_eq!(assurance(&chart, Some(0.0), NearTarget), None);
}

#[test]
fn trial_limits_promise_nothing() {
    let judged = |points: usize, baseline: Option<std::ops::Range<usize>>| {
        let phase = Phase { start: 0, baseline };
        assurance(&Chart::new(ChartType::XmR, 1.0, &values(&vec![5.0; points]), &[phase]).unwrap(), Some(4.0), Up)
    };
    assert_eq!(judged(2, None), None, "two equal values leave no room between their limits");
    assert_eq!(judged(11, None), None);
    assert_eq!(judged(12, None), Some(Assurance::WillPass));
    assert_eq!(judged(2, Some(0..2)), Some(Assurance::WillPass), "a baseline was chosen to be relied on");
}

#[test]
fn what_always_is_at_its_target_passes() {
    let none_overdue = chart(ChartType::C, &values(&[0.0; 12]));
    assert_eq!(assurance(&none_overdue, Some(0.0), Down), Some(Assurance::WillPass));
    let share = Chart::new(ChartType::P, 100.0, &[Sample::of(19.0, 20.0); 12], &[]).unwrap();
    assert_eq!(assurance(&share, Some(100.0), Up), Some(Assurance::HitOrMiss));
}

/// The limits of p depend on the subgroup size: those at the latest point count.
#[test]
fn the_latest_limits_count() {
    let of_latest = |size: f64| {
        let phase = Phase { start: 0, baseline: Some(0..1) };
        let samples = [Sample::of(50.0, 100.0), Sample::of(size / 2.0, size), Sample::Gap];
        assurance(&Chart::new(ChartType::P, 1.0, &samples, &[phase]).unwrap(), Some(0.4), Up)
    };
    assert_eq!(of_latest(10_000.0), Some(Assurance::WillPass));
    assert_eq!(of_latest(10.0), Some(Assurance::HitOrMiss));
}
