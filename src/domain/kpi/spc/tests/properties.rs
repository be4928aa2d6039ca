//! What holds for any series.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::signal::found_by;
use super::*;

const SETS: [RuleSet; 4] = [RuleSet::WesternElectric, RuleSet::Nelson, RuleSet::Nhs, RuleSet::Anhoej];
const CHARTS: [ChartType; 7] =
    [ChartType::XmR, ChartType::P, ChartType::Np, ChartType::C, ChartType::U, ChartType::PPrime, ChartType::UPrime];

/// The size of subgroups that are all of one size.
const ALWAYS: f64 = 60.0;

/// Small whole numbers, so that points on lines and equal neighbours are frequent; one in ten a gap, one in ten excluded.
fn series(points: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Sample>> {
    let size = prop_oneof![Just(10_u8), 1_u8..60];
    let sample = (0_u8..=20, 0_u8..=20, size).prop_map(|(kind, part, size)| {
        let sample = Sample::of((f64::from(part) * f64::from(size) / 20.0).round(), f64::from(size));
        match kind {
            0 | 1 => Sample::Gap,
            2 | 3 => sample.excluded(),
            _ => sample,
        }
    });
    vec(sample, points).prop_filter("something is measured", |samples| samples.iter().any(|s| *s != Sample::Gap))
}

/// A series of values around 0 for an XmR chart.
fn individuals() -> impl Strategy<Value = Vec<Sample>> {
    series(1..80).prop_map(|samples| samples.iter().map(|sample| changed(*sample, |n, _| (n - 10.0, None))).collect())
}

fn changed(sample: Sample, change: impl Fn(f64, Option<f64>) -> (f64, Option<f64>)) -> Sample {
    match sample {
        Sample::Gap => Sample::Gap,
        Sample::Measured(Measurement { numerator, size, excluded }) => {
            let (numerator, size) = change(numerator, size);
            Sample::Measured(Measurement { numerator, size, excluded })
        }
    }
}

fn all_changed(samples: &[Sample], change: impl Fn(f64, Option<f64>) -> (f64, Option<f64>)) -> Vec<Sample> {
    samples.iter().map(|sample| changed(*sample, &change)).collect()
}

/// A series that fits a chart, in sizes that do not vary where they must not.
fn charted() -> impl Strategy<Value = (ChartType, Vec<Sample>)> {
    (select(CHARTS.to_vec()), series(1..80)).prop_map(|(chart, samples)| {
        let constant = matches!(chart, ChartType::Np | ChartType::C);
        let fitting = all_changed(&samples, |n, size| (n, if constant { Some(ALWAYS) } else { size }));
        (chart, fitting)
    })
}

fn mirrored(signals: Vec<Signal>) -> Vec<Signal> {
    let mut mirrored: Vec<Signal> = signals
        .into_iter()
        .map(|signal| match (signal.part, signal.side) {
            (ChartPart::Values, Some(Side::Above)) => Signal { side: Some(Side::Below), ..signal },
            (ChartPart::Values, Some(Side::Below)) => Signal { side: Some(Side::Above), ..signal },
            _ => signal,
        })
        .collect();
    mirrored.sort_unstable();
    mirrored
}

fn is_close(one: f64, other: f64, largest: f64) -> bool {
    (one - other).abs() <= 1e-9 * largest.max(1e-300)
}

proptest! {
    #[test]
    fn a_unit_changes_no_signal((chart_type, samples) in charted(), scale in 1e-6..1e6_f64) {
        let one = chart(chart_type, &samples);
        let scaled = Chart::new(chart_type, scale, &samples, &[]).unwrap();
        for (one, scaled) in one.points.iter().zip(&scaled.points) {
            if let Some((one, scaled)) = one.lines.zip(scaled.lines) {
                let largest = scaled.upper.abs().max(scaled.lower.abs());
                prop_assert!(is_close(one.upper * scale, scaled.upper, largest));
                prop_assert!(is_close(one.lower * scale, scaled.lower, largest));
            }
        }
        for set in SETS {
            prop_assert_eq!(signals(&one, set), signals(&scaled, set));
        }
    }

    #[test]
    fn a_shift_changes_no_signal_of_individuals(samples in individuals(), by in -1e3..1e3_f64) {
        let shifted = all_changed(&samples, |value, size| (value + by, size));
        for set in SETS {
            prop_assert_eq!(
                signals(&chart(ChartType::XmR, &samples), set),
                signals(&chart(ChartType::XmR, &shifted), set)
            );
        }
    }

    #[test]
    fn the_mirror_image_has_mirrored_signals(samples in individuals(), shares in series(1..80)) {
        let negative = all_changed(&samples, |value, size| (-value, size));
        let rest = all_changed(&shares, |part, size| (size.unwrap() - part, size));
        for set in SETS {
            let there = signals(&chart(ChartType::XmR, &samples), set);
            prop_assert_eq!(mirrored(there), signals(&chart(ChartType::XmR, &negative), set));
            for share in [ChartType::P, ChartType::PPrime] {
                let there = signals(&chart(share, &shares), set);
                prop_assert_eq!(mirrored(there), signals(&chart(share, &rest), set));
            }
        }
    }

    #[test]
    fn the_order_of_the_rules_changes_no_signal((chart_type, samples) in charted(), turn in 0_usize..8) {
        let chart = chart(chart_type, &samples);
        for set in SETS {
            let mut rules: Vec<_> = set.rules(chart_type).collect();
            rules.reverse();
            let count = rules.len();
            rules.rotate_left(turn % count);
            prop_assert_eq!(found_by(&chart, rules.into_iter()), signals(&chart, set));
        }
    }

    #[test]
    fn a_gap_at_the_end_changes_nothing((chart_type, samples) in charted()) {
        let before = chart(chart_type, &samples);
        let longer: Vec<Sample> = samples.iter().copied().chain([Sample::Gap]).collect();
        let after = chart(chart_type, &longer);
        prop_assert_eq!(&before.points[..], &after.points[..samples.len()]);
        for set in SETS {
            prop_assert_eq!(signals(&before, set), signals(&after, set));
        }
    }

    #[test]
    fn limits_are_around_the_centre_and_possible((chart_type, samples) in charted(), scale in 1e-3..1e3_f64) {
        let chart = Chart::new(chart_type, scale, &samples, &[]).unwrap();
        let all = if chart_type == ChartType::Np { scale * ALWAYS } else { scale };
        for Lines { centre, lower, upper, sigma } in chart.points.iter().filter_map(|point| point.lines) {
            prop_assert!(lower <= centre && centre <= upper && sigma >= 0.0);
            prop_assert!(chart_type == ChartType::XmR || lower >= 0.0);
            prop_assert!(!chart_type.is_part_of_whole() || upper <= all);
        }
    }

    #[test]
    fn an_excluded_point_is_a_gap_to_limits_and_rules(samples in individuals(), other in -100_i8..100) {
        let replaced = |by: Sample| -> Vec<Sample> {
            samples.iter().map(|s| if matches!(s, Sample::Measured(m) if m.excluded) { by } else { *s }).collect()
        };
        let others = chart(ChartType::XmR, &samples);
        for by in [Sample::value(f64::from(other)).excluded(), Sample::Gap] {
            let Ok(same) = Chart::new(ChartType::XmR, 1.0, &replaced(by), &[]) else { continue };
            let lines = |chart: &Chart| chart.points.iter().map(|point| point.lines).collect::<Vec<_>>();
            prop_assert_eq!(lines(&same), lines(&others));
            for set in SETS {
                prop_assert_eq!(signals(&same, set), signals(&others, set));
            }
        }
    }

    #[test]
    fn phases_are_judged_apart((chart_type, samples) in charted(), more in series(1..40), set in select(SETS.to_vec())) {
        let more = all_changed(&more, |n, size| {
            (n, if matches!(chart_type, ChartType::Np | ChartType::C) { Some(ALWAYS) } else { size })
        });
        let phases = [Phase { start: 0, baseline: None }, Phase { start: samples.len(), baseline: None }];
        let together: Vec<Sample> = samples.iter().chain(&more).copied().collect();
        let together = signals(&Chart::new(chart_type, 1.0, &together, &phases).unwrap(), set);
        let later = signals(&chart(chart_type, &more), set).into_iter().map(|signal| Signal {
            points: signal.points.iter().map(|point| point + samples.len()).collect(),
            ..signal
        });
        let mut apart: Vec<Signal> = signals(&chart(chart_type, &samples), set).into_iter().chain(later).collect();
        apart.sort_unstable();
        prop_assert_eq!(together, apart);
    }

    #[test]
    fn signals_name_points_of_the_chart_in_order_and_on_their_side((chart_type, samples) in charted()) {
        let chart = chart(chart_type, &samples);
        for set in SETS {
            let signals = signals(&chart, set);
            for Signal { part, points, rule, side } in &signals {
                prop_assert!(!points.is_empty() && points.is_sorted_by(|one, next| one < next));
                for point in points.iter().map(|point| chart.points[*point]) {
                    let (value, lines) = (point.value.unwrap(), point.lines.unwrap());
                    prop_assert!(!point.excluded);
                    if *part == ChartPart::Values && *rule != RuleName::Trend {
                        let is_there = |side: Side| match side {
                            Side::Above => value > lines.centre,
                            Side::Below => value < lines.centre,
                        };
                        prop_assert!(side.is_none_or(is_there), "{:?}", rule);
                    }
                }
            }
            let mut once = signals.clone();
            once.dedup();
            prop_assert_eq!(once, signals);
        }
    }

    #[test]
    fn a_larger_subgroup_has_tighter_limits(samples in series(2..40), small in 1_u16..1000, more in 1_u16..1000) {
        let mut samples = samples;
        let large = f64::from(small) + f64::from(more);
        let start = samples.len();
        samples.extend([Sample::of(0.0, f64::from(small)).excluded(), Sample::of(0.0, large).excluded()]);
        let chart = chart(ChartType::P, &samples);
        if let Some((small, large)) = chart.points[start].lines.zip(chart.points[start + 1].lines) {
            prop_assert!(large.sigma <= small.sigma);
            prop_assert!(large.lower >= small.lower && large.upper <= small.upper);
        }
    }

    #[test]
    fn laney_multiplies_what_chance_gives(samples in series(2..80)) {
        for (plain, prime) in [(ChartType::P, ChartType::PPrime), (ChartType::U, ChartType::UPrime)] {
            let (plain, prime) = (chart(plain, &samples), chart(prime, &samples));
            let Some(sigma_z) = prime.phases[0].sigma_z else { continue };
            for (plain, prime) in plain.points.iter().zip(&prime.points) {
                if let Some((plain, prime)) = plain.lines.zip(prime.lines) {
                    prop_assert!(is_close(plain.centre, prime.centre, prime.upper));
                    prop_assert!(is_close(plain.sigma * sigma_z, prime.sigma, prime.sigma));
                }
            }
        }
    }
}

#[test]
fn ten_thousand_points_are_one_run_and_one_trend() {
    let samples: Vec<Sample> = (1..=10_000_i16).map(|value| Sample::value(f64::from(value))).collect();
    let phase = Phase { start: 0, baseline: Some(0..2) };
    let chart = Chart::new(ChartType::XmR, 1.0, &samples, &[phase]).unwrap();
    let lengths = |set, rule| points_of(&signals(&chart, set), rule).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(RuleSet::Nelson, RuleName::Trend), [10_000]);
    assert_eq!(lengths(RuleSet::Nelson, RuleName::Run), [9_999]);
    assert_eq!(lengths(RuleSet::Anhoej, RuleName::LongRun), [9_999]);
    assert_eq!(lengths(RuleSet::WesternElectric, RuleName::FourOfFive).len(), 1);
}
