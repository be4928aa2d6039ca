//! Answers that others published, to all printed digits.

use super::*;

/// NIST/SEMATECH e-Handbook 6.3.2.2.
const INDIVIDUALS: [f64; 10] = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
/// NIST/SEMATECH e-Handbook 6.3.3.1: particles on wafers.
const WAFERS: [f64; 25] = [
    16.0, 14.0, 28.0, 16.0, 12.0, 20.0, 10.0, 12.0, 10.0, 17.0, 19.0, 17.0, 14.0, 16.0, 15.0, 13.0, 14.0, 16.0, 11.0,
    20.0, 11.0, 19.0, 16.0, 31.0, 13.0,
];
/// NIST/SEMATECH e-Handbook 6.3.3.2: defective chips of 50.
const CHIPS: [f64; 30] = [
    12.0, 15.0, 8.0, 10.0, 4.0, 7.0, 16.0, 9.0, 14.0, 10.0, 5.0, 6.0, 17.0, 12.0, 22.0, 8.0, 10.0, 5.0, 13.0, 11.0,
    20.0, 18.0, 24.0, 15.0, 9.0, 12.0, 7.0, 13.0, 9.0, 6.0,
];
/// Mohammed, Panesar, Laney and Wilson, BMJ Quality & Safety 22(4), 2013: of the attendances of twenty weeks, those that
/// were seen within four hours.
const ATTENDANCES: [(f64, f64); 20] = [
    (266_501.0, 280_443.0),
    (264_225.0, 276_823.0),
    (276_532.0, 291_681.0),
    (281_461.0, 296_155.0),
    (269_071.0, 282_343.0),
    (261_215.0, 275_888.0),
    (270_409.0, 283_867.0),
    (279_778.0, 295_251.0),
    (270_483.0, 284_468.0),
    (270_320.0, 282_529.0),
    (267_923.0, 279_618.0),
    (271_478.0, 283_932.0),
    (255_353.0, 266_629.0),
    (256_820.0, 268_091.0),
    (261_835.0, 276_803.0),
    (259_144.0, 271_578.0),
    (255_910.0, 266_005.0),
    (260_863.0, 273_520.0),
    (264_465.0, 278_574.0),
    (260_989.0, 273_772.0),
];

fn printed(numbers: &[f64], digits: usize) -> Vec<String> {
    numbers.iter().map(|number| format!("{number:.digits$}")).collect()
}

fn attendances() -> Vec<Sample> {
    ATTENDANCES.iter().map(|(seen, all)| Sample::of(*seen, *all)).collect()
}

/// Which points are beyond the limits, counted from 1 as published.
fn beyond_limits(chart: &Chart) -> Vec<usize> {
    let signals = signals(chart, RuleSet::WesternElectric);
    points_of(&signals, RuleName::BeyondLimits).into_iter().map(|points| points[0] + 1).collect()
}

#[test]
fn xmr() {
    let chart = chart(ChartType::XmR, &values(&INDIVIDUALS));
    let Lines { centre, lower, upper, sigma: _ } = lines(&chart, 0);
    assert_eq!(printed(&[centre], 2), ["50.81"]);
    assert_eq!(printed(&[lower, upper], 4), ["45.8159", "55.8041"]);
    let ranges = chart.points[1].moving_range.unwrap().lines.unwrap();
    assert_eq!(printed(&[ranges.centre, ranges.upper], 4), ["1.8778", "6.1347"]);
    for set in [RuleSet::WesternElectric, RuleSet::Nelson, RuleSet::Nhs, RuleSet::Anhoej] {
        assert_eq!(signals(&chart, set), [], "{set:?}");
    }
    assert!(chart.phases[0].trial, "ten points");
}

#[test]
fn c() {
    let chart = chart(ChartType::C, &values(&WAFERS));
    assert_eq!(lines(&chart, 0), Lines { centre: 16.0, lower: 4.0, upper: 28.0, sigma: 4.0 });
    assert_eq!(beyond_limits(&chart), [24], "sample 3 is on the limit, and so inside it");
    assert!(!chart.phases[0].trial);
}

#[test]
fn p() {
    let mut samples: Vec<Sample> = CHIPS.iter().map(|defective| Sample::of(*defective, 50.0)).collect();
    let all = chart(ChartType::P, &samples);
    let Lines { centre, lower, upper, sigma: _ } = lines(&all, 0);
    assert_eq!(printed(&[centre, upper, lower], 6), ["0.231333", "0.410239", "0.052428"]);
    assert_eq!(beyond_limits(&all), [15, 23]);

    for assignable in [15, 23] {
        samples[assignable - 1] = samples[assignable - 1].excluded();
    }
    let others = chart(ChartType::P, &samples);
    let Lines { centre, lower, upper, sigma: _ } = lines(&others, 14);
    assert_eq!(printed(&[centre], 4), ["0.2150"]);
    assert_eq!(printed(&[upper, lower], 6), ["0.389297", "0.040703"]);
    assert_eq!(beyond_limits(&others), [21]);
    assert_eq!((others.points[14].value, others.points[22].value), (Some(0.44), Some(0.48)), "they stay on the chart");
}

#[test]
fn np_is_p_in_counts() {
    let samples: Vec<Sample> = CHIPS.iter().map(|defective| Sample::of(*defective, 50.0)).collect();
    let chart = chart(ChartType::Np, &samples);
    let Lines { centre, lower, upper, sigma: _ } = lines(&chart, 0);
    assert_eq!(printed(&[centre / 50.0, upper / 50.0, lower / 50.0], 6), ["0.231333", "0.410239", "0.052428"]);
    assert_eq!((chart.points[14].value, beyond_limits(&chart)), (Some(22.0), vec![15, 23]));
}

/// The limits of week 1 and 20 as qicharts2 computes them from the same numbers.
#[test]
fn p_prime() {
    let ends = |chart: &Chart| {
        let (first, last) = (lines(chart, 0), lines(chart, 19));
        printed(&[first.centre, first.lower, first.upper, last.lower, last.upper], 12)
    };
    let p = chart(ChartType::P, &attendances());
    assert_eq!(ends(&p), ["0.952899711344", "0.951699564646", "0.954099858042", "0.951685030668", "0.954114392020"],);
    assert_eq!(beyond_limits(&p).len(), 16, "chance alone makes the limits of so many so tight");
    let prime = chart(ChartType::PPrime, &attendances());
    assert_eq!(
        ends(&prime),
        ["0.952899711344", "0.940129644178", "0.965669778511", "0.939974996523", "0.965824426165"],
    );
    assert_eq!(beyond_limits(&prime), [0; 0]);
    assert_eq!(printed(&[prime.phases[0].sigma_z.unwrap()], 4), ["10.6404"]);
}

/// The same with a baseline of ten weeks, and with a second phase from week 11 on, in percent.
#[test]
fn p_prime_of_a_baseline_and_of_phases() {
    let last = |phases: &[Phase]| {
        let chart = Chart::new(ChartType::PPrime, 100.0, &attendances(), phases).unwrap();
        let Lines { centre, lower, upper, sigma: _ } = lines(&chart, 19);
        printed(&[centre, lower, upper], 10)
    };
    let first = Phase { start: 0, baseline: Some(0..10) };
    assert_eq!(last(std::slice::from_ref(&first)), ["95.1059643833", "93.8514586437", "96.3604701229"]);
    let second = Phase { start: 10, baseline: None };
    assert_eq!(last(&[first, second]), ["95.4814312246", "94.0459774973", "96.9168849519"]);
}

/// By hand: 12 in 6 is 2 for each; √(2 / 1) and √(2 / 4); z = 1.4142, 0, −1.4142, so the mean range is 1.4142.
#[test]
fn u_and_u_prime() {
    let samples = [Sample::of(4.0, 1.0), Sample::of(8.0, 4.0), Sample::of(0.0, 1.0)];
    let u = chart(ChartType::U, &samples);
    let (small, large) = (lines(&u, 0), lines(&u, 1));
    assert_eq!(
        printed(&[small.centre, small.sigma, small.upper, large.sigma, large.upper], 4),
        ["2.0000", "1.4142", "6.2426", "0.7071", "4.1213"]
    );
    assert_eq!(Some(small.lower), Some(0.0), "there are no fewer than none");
    let prime = chart(ChartType::UPrime, &samples);
    assert_eq!(printed(&[prime.phases[0].sigma_z.unwrap(), lines(&prime, 1).sigma], 4), ["1.2537", "0.8865"]);
}
