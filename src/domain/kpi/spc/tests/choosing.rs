//! The chart for a kind of data.

use super::*;

/// Subgroups of one size whose shares lie this far from 0.5, in standard deviations of chance, in turn.
fn shares(size: f64, deviations: f64) -> Vec<Sample> {
    let deviation = (deviations * 0.5 * size.sqrt()).round();
    let share = |sign: f64| Sample::of(size / 2.0 + sign * deviation, size);
    [share(1.0), share(-1.0)].into_iter().cycle().take(20).collect()
}

/// The chart of a series of one phase.
fn chosen(kind: DataKind, samples: &[Sample]) -> ChartType {
    chart_for(kind, samples, &[])
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
        assert_eq!(chosen(kind, &samples), expected);
        assert_eq!(chosen(kind, &[]), expected);
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
        assert_eq!(chosen(DataKind::Share, &shares(size, deviations)), expected, "{size}, {deviations}");
    }
    // What varies by 2 deviations of shares varies by 1.41 of counts.
    assert_eq!(chosen(DataKind::CountPerOpportunity, &shares(1_000_000.0, 2.0)), ChartType::UPrime);
    assert_eq!(chosen(DataKind::CountPerOpportunity, &shares(1_000_000.0, 0.75)), ChartType::U);
}

#[test]
fn what_does_not_count_does_not_choose() {
    let mut samples = shares(1_000_000.0, 0.1);
    for point in [5, 10] {
        samples[point] = Sample::of(1_000_000.0, 1_000_000.0).excluded();
    }
    assert_eq!(chosen(DataKind::Share, &samples), ChartType::P);
    assert_eq!(chosen(DataKind::Share, &[Sample::of(9.0, 1.0)]), ChartType::P, "making it tells what is wrong");
}

#[test]
fn a_shift_between_phases_is_no_dispersion() {
    let size = 1_000_000.0;
    // Half of the things, then 60 % of them, and next to no variation beside that.
    let steady = |share: f64| {
        [Sample::of(share * size, size), Sample::of(share * size + 100.0, size)].into_iter().cycle().take(20)
    };
    let samples: Vec<_> = steady(0.5).chain(steady(0.6)).collect();
    let phases = [0, 20].map(|start| Phase { start, baseline: None });
    assert_eq!(chosen(DataKind::Share, &samples), ChartType::PPrime);
    assert_eq!(chart_for(DataKind::Share, &samples, &phases), ChartType::P);
    let varied: Vec<_> = shares(size, 2.0).into_iter().chain(shares(size, 2.0)).collect();
    assert_eq!(chart_for(DataKind::Share, &varied, &phases), ChartType::PPrime);
    // A phase of one point has no range, and says nothing.
    let last = [0, 39].map(|start| Phase { start, baseline: None });
    assert_eq!(chart_for(DataKind::Share, &varied, &last), ChartType::PPrime);
}

#[test]
fn each_kind_of_data_has_the_charts_that_it_may_be_on() {
    use ChartType::{C, Np, P, PPrime, U, UPrime, XmR};
    let all = [XmR, P, Np, C, U, PPrime, UPrime];
    for (kind, expected) in [
        (DataKind::Share, vec![XmR, P, Np, PPrime]),
        (DataKind::CountPerOpportunity, vec![XmR, C, U, UPrime]),
        (DataKind::Count, vec![XmR, C]),
        (DataKind::Measurement, vec![XmR]),
    ] {
        assert_eq!(all.into_iter().filter(|chart| chart.suits(kind)).collect::<Vec<_>>(), expected, "{kind:?}");
        assert!(chosen(kind, &[]).suits(kind));
    }
}
