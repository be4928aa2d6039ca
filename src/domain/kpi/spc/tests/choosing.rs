//! The chart for a kind of data.

use super::*;

/// Subgroups of one size whose shares lie this far from 0.5, in standard deviations of chance, in turn.
fn shares(size: f64, deviations: f64) -> Vec<Sample> {
    let deviation = (deviations * 0.5 * size.sqrt()).round();
    let share = |sign: f64| Sample::of(size / 2.0 + sign * deviation, size);
    [share(1.0), share(-1.0)].into_iter().cycle().take(20).collect()
}

#[test]
fn each_kind_has_its_chart() {
    let samples = [Sample::of(1.0, 10.0), Sample::of(2.0, 12.0), Sample::Gap];
    for (kind, expected) in [
        (DataKind::Share, ChartType::P),
        (DataKind::CountPerOpportunity, ChartType::U),
        (DataKind::Count, ChartType::C),
        (DataKind::Measurement, ChartType::XmR),
    ] {
        assert_eq!(chart_for(kind, &samples), expected);
        assert_eq!(chart_for(kind, &[]), expected);
    }
}

#[test]
fn only_very_large_subgroups_that_vary_more_than_chance_gives_need_a_prime_chart() {
    // In turn above and below by d standard deviations, the mean moving range is 2 d, and Laney's factor 2 d / 1.128.
    for (size, deviations, expected) in [
        (1_000_000.0, 2.0, ChartType::PPrime),
        (1_000_000.0, 0.5, ChartType::P),
        (5_002.0, 2.0, ChartType::PPrime),
        (5_000.0, 2.0, ChartType::P),
        // 1 + 1.645 · √(0.826 / 19) is 1.343: of the factor, 0.75 deviations are 1.330, and 0.77 are 1.365.
        (1_000_000.0, 0.75, ChartType::P),
        (1_000_000.0, 0.77, ChartType::PPrime),
    ] {
        assert_eq!(chart_for(DataKind::Share, &shares(size, deviations)), expected, "{size}, {deviations}");
    }
    // What varies by 2 deviations of shares varies by 1.41 of counts.
    assert_eq!(chart_for(DataKind::CountPerOpportunity, &shares(1_000_000.0, 2.0)), ChartType::UPrime);
    assert_eq!(chart_for(DataKind::CountPerOpportunity, &shares(1_000_000.0, 0.75)), ChartType::U);
}

#[test]
fn what_does_not_count_does_not_choose() {
    let mut samples = shares(1_000_000.0, 0.1);
    for point in [5, 10] {
        samples[point] = Sample::of(1_000_000.0, 1_000_000.0).excluded();
    }
    assert_eq!(chart_for(DataKind::Share, &samples), ChartType::P);
    assert_eq!(chart_for(DataKind::Share, &[Sample::of(9.0, 1.0)]), ChartType::P, "making it tells what is wrong");
}
