//! The one computation of a KPI's value: of one observation, and of several that make one. Pure.
//!
//! A ratio is taken of sums, never as a mean of ratios, unless the definition says so. What has no value is
//! counted and told, and never stands for 0 or for 100 %.

use super::sum::{Sum, mean};
use crate::entity::kpi_definition::{KpiAggregation, KpiAggregationOverTime};
use crate::entity::observation::ObservationStatus;

/// One observation, as far as it counts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// What was counted or summed.
    pub numerator: Option<f64>,
    /// What it is divided by.
    pub denominator: Option<f64>,
    /// The value.
    pub value: Option<f64>,
    /// Whether there is a value.
    pub status: ObservationStatus,
}

/// How many observations a value is made of, or what became of them.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// With a value.
    pub reported: i32,
    /// Not known yet.
    pub pending: i32,
    /// Left out, with a reason.
    pub excluded: i32,
    /// With nothing to measure.
    pub no_data: i32,
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, one| Self {
            reported: sum.reported + one.reported,
            pending: sum.pending + one.pending,
            excluded: sum.excluded + one.excluded,
            no_data: sum.no_data + one.no_data,
        })
    }
}

/// What several observations make.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Total {
    /// The sum of the numerators, for a ratio of sums.
    pub numerator: Option<f64>,
    /// The sum of the denominators, for a ratio of sums.
    pub denominator: Option<f64>,
    /// The value.
    pub value: Option<f64>,
    /// Whether there is a value, and if not, why.
    pub status: ObservationStatus,
    /// What it is made of.
    pub counts: Counts,
}

/// A ratio in the definition's unit; none where there is nothing to divide by, or no number holds it.
#[must_use]
pub fn ratio(scale: f64, numerator: f64, denominator: f64) -> Option<f64> {
    let value = scale * numerator / denominator;
    (denominator != 0.0 && value.is_finite()).then_some(value)
}

/// Makes one value of several observations of one period.
pub fn total(aggregation: KpiAggregation, scale: f64, observations: impl IntoIterator<Item = Measured>) -> Total {
    let (mut numerators, mut denominators, mut values) = (Sum::default(), Sum::default(), Sum::default());
    let mut counts = Counts::default();
    let mut counted = false;
    for Measured { numerator, denominator, value, status } in observations {
        // What was counted where there was nothing to divide by has no value of its own, and is part of the whole.
        if let (Some(numerator), Some(denominator)) = (numerator, denominator) {
            counted = true;
            numerators.add(numerator);
            denominators.add(denominator);
        }
        match status {
            ObservationStatus::Reported => {
                counts.reported += 1;
                values.add(value.unwrap_or_default());
            }
            ObservationStatus::Pending => counts.pending += 1,
            ObservationStatus::Excluded => counts.excluded += 1,
            ObservationStatus::NoData => counts.no_data += 1,
        }
    }
    let is_ratio = aggregation == KpiAggregation::RatioOfSums;
    let value = match aggregation {
        KpiAggregation::Sum | KpiAggregation::Mean if counts.reported == 0 => None,
        KpiAggregation::RatioOfSums => ratio(scale, numerators.total(), denominators.total()),
        KpiAggregation::Sum => Some(values.total()).filter(|sum| sum.is_finite()),
        KpiAggregation::Mean => Some(values.total() / f64::from(counts.reported)).filter(|mean| mean.is_finite()),
    };
    let of_ratio = |sum: Sum| (is_ratio && counted).then(|| sum.total()).filter(|sum| sum.is_finite());
    let (numerator, denominator) = (of_ratio(numerators), of_ratio(denominators));
    Total { numerator, denominator, value, status: status(value, counts), counts }
}

/// Makes one value of the values of several periods, in the order of time.
#[must_use]
pub fn over_time(aggregation: KpiAggregationOverTime, scale: f64, periods: &[Total]) -> Total {
    let counts = periods.iter().map(|period| period.counts).sum();
    let values = || periods.iter().filter_map(|period| period.value);
    let finite = |number: f64| Some(number).filter(|number| number.is_finite());
    let sum_of = |part: fn(&Total) -> Option<f64>| {
        let parts: Vec<f64> = periods.iter().filter_map(part).collect();
        if parts.is_empty() { None } else { finite(parts.into_iter().collect::<Sum>().total()) }
    };
    let (numerator, denominator, value) = match aggregation {
        KpiAggregationOverTime::RatioOfSums => {
            let (numerator, denominator) = (sum_of(|period| period.numerator), sum_of(|period| period.denominator));
            let value = numerator.zip(denominator).and_then(|(above, below)| ratio(scale, above, below));
            (numerator, denominator, value)
        }
        KpiAggregationOverTime::Sum => (None, None, sum_of(|period| period.value)),
        KpiAggregationOverTime::Mean => (None, None, mean(values()).and_then(finite)),
        KpiAggregationOverTime::Last => {
            let last = periods.iter().rev().find(|period| period.value.is_some());
            last.map_or((None, None, None), |last| (last.numerator, last.denominator, last.value))
        }
    };
    Total { numerator, denominator, value, status: status(value, counts), counts }
}

/// Whether there is a value; if not, what tells most about why.
const fn status(value: Option<f64>, counts: Counts) -> ObservationStatus {
    match counts {
        _ if value.is_some() => ObservationStatus::Reported,
        Counts { reported: 0, pending: 1.., .. } => ObservationStatus::Pending,
        Counts { reported: 0, excluded: 1.., .. } => ObservationStatus::Excluded,
        _ => ObservationStatus::NoData,
    }
}

#[cfg(test)]
mod tests {
    use KpiAggregation::{Mean, RatioOfSums, Sum};
    use ObservationStatus::{Excluded, NoData, Pending, Reported};
    use proptest::prelude::*;

    use super::*;

    fn share(numerator: f64, denominator: f64) -> Measured {
        let value = ratio(100.0, numerator, denominator);
        Measured { numerator: Some(numerator), denominator: Some(denominator), value, status: Reported }
    }

    fn value(value: f64) -> Measured {
        Measured { numerator: None, denominator: None, value: Some(value), status: Reported }
    }

    fn missing(status: ObservationStatus) -> Measured {
        Measured { numerator: None, denominator: None, value: None, status }
    }

    #[test]
    fn a_ratio_of_sums_is_no_mean_of_ratios() {
        // 9 of 10 and 10 of 90: the mean of 90 % and 11.1 % would be 50.6 %.
        let made = total(RatioOfSums, 100.0, [share(9.0, 10.0), share(10.0, 90.0)]);
        assert_eq!((made.numerator, made.denominator, made.value), (Some(19.0), Some(100.0), Some(19.0)));
        let made = total(Mean, 100.0, [value(90.0), value(11.0)]);
        assert_eq!((made.numerator, made.value), (None, Some(50.5)));
        assert_eq!(total(Sum, 1.0, [value(0.1), value(0.2), value(0.3)]).value, Some(0.6));
    }

    #[test]
    fn what_is_missing_is_told_and_never_counted() {
        let made = total(RatioOfSums, 100.0, [missing(Pending), share(1.0, 2.0), missing(Excluded), missing(NoData)]);
        assert_eq!((made.value, made.status), (Some(50.0), Reported));
        assert_eq!(made.counts, Counts { reported: 1, pending: 1, excluded: 1, no_data: 1 });
        assert_eq!(total(Mean, 1.0, [value(2.0), missing(Pending), missing(NoData), value(4.0)]).value, Some(3.0));
        for (observations, status) in [
            (vec![missing(NoData), missing(Excluded), missing(Pending)], Pending),
            (vec![missing(NoData), missing(Excluded)], Excluded),
            (vec![missing(NoData)], NoData),
            (vec![], NoData),
        ] {
            for aggregation in [RatioOfSums, Sum, Mean] {
                let made = total(aggregation, 100.0, observations.clone());
                assert_eq!((made.numerator, made.value, made.status), (None, None, status), "{observations:?}");
            }
        }
    }

    #[test]
    fn what_was_counted_with_nothing_to_divide_by_is_part_of_the_whole() {
        // 3 complaints in a month without a shipment, and 1 in the next one, of a million.
        let no_shipment = Measured { value: None, status: NoData, ..share(3.0, 0.0) };
        let months = [[no_shipment], [share(1.0, 1e6)]].map(|month| total(RatioOfSums, 1e6, month));
        assert_eq!((months[0].numerator, months[0].value, months[0].status), (Some(3.0), None, NoData));
        let quarter = over_time(KpiAggregationOverTime::RatioOfSums, 1e6, &months);
        assert_eq!((quarter.numerator, quarter.value), (Some(4.0), Some(4.0)));
        assert_eq!(total(RatioOfSums, 1e6, [no_shipment, share(1.0, 1e6)]).value, Some(4.0), "of two sites");
    }

    #[test]
    fn periods_make_one_as_the_definition_says() {
        use KpiAggregationOverTime as OverTime;
        let period = |observations: &[Measured]| total(RatioOfSums, 100.0, observations.iter().copied());
        let year = [
            period(&[share(9.0, 10.0)]),
            period(&[missing(Pending)]),
            period(&[share(5.0, 45.0), share(5.0, 45.0)]),
            period(&[missing(NoData)]),
        ];
        let made = |aggregation| over_time(aggregation, 100.0, &year);
        let ratio_of_sums = made(OverTime::RatioOfSums);
        assert_eq!((ratio_of_sums.numerator, ratio_of_sums.denominator), (Some(19.0), Some(100.0)));
        assert_eq!(ratio_of_sums.value, Some(19.0));
        // Each period has the same weight, whatever it is made of.
        let eleventh = 100.0 * 10.0 / 90.0;
        assert_eq!(made(OverTime::Mean).value, Some(f64::midpoint(90.0, eleventh)));
        assert_eq!(made(OverTime::Sum).value, Some(90.0 + eleventh));
        let last = made(OverTime::Last);
        assert_eq!((last.numerator, last.denominator, last.value), (Some(10.0), Some(90.0), Some(eleventh)));
        for aggregation in [OverTime::RatioOfSums, OverTime::Mean, OverTime::Sum, OverTime::Last] {
            let made = made(aggregation);
            assert_eq!(
                (made.status, made.counts),
                (Reported, Counts { reported: 3, pending: 1, excluded: 0, no_data: 1 })
            );
            let none = over_time(aggregation, 100.0, &[period(&[missing(NoData)]), period(&[missing(Excluded)])]);
            assert_eq!((none.numerator, none.value, none.status), (None, None, Excluded));
            assert_eq!(over_time(aggregation, 100.0, &[]).status, NoData);
        }
    }

    #[test]
    fn what_no_number_holds_is_no_value() {
        let cancelled = total(RatioOfSums, 100.0, [share(1.0, 1.0), share(1.0, -1.0)]);
        assert_eq!((cancelled.value, cancelled.status), (None, NoData));
        let huge = total(Sum, 1.0, [value(f64::MAX), value(f64::MAX)]);
        assert_eq!((huge.value, huge.status), (None, NoData));
        assert_eq!(ratio(100.0, 0.0, 0.0), None);
        assert_eq!(ratio(100.0, f64::MAX, 1e-300), None);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter(shares in proptest::collection::vec((0_u32..1000, 1_u32..1000), 1..30)) {
            let rows = || shares.iter().map(|(n, d)| share(f64::from(*n) / 7.0, f64::from(*d) / 7.0));
            let (there, back) = (total(RatioOfSums, 100.0, rows()), total(RatioOfSums, 100.0, rows().rev()));
            let (there, back) = (there.value.unwrap(), back.value.unwrap());
            prop_assert!((there - back).abs() <= f64::EPSILON * there.abs(), "{} and {}", there, back);
        }

        /// Whether sums are taken by period first, or over all at once, must not matter.
        #[test]
        fn periods_make_the_ratio_that_their_observations_make(
            shares in proptest::collection::vec((0_u32..1000, 1_u32..1000), 1..30), at in 0_usize..30,
        ) {
            let rows: Vec<_> = shares.iter().map(|(n, d)| share(f64::from(*n), f64::from(*d))).collect();
            let (early, late) = rows.split_at(at.min(rows.len()));
            let periods = [early, late].map(|rows| total(RatioOfSums, 100.0, rows.iter().copied()));
            let all = total(RatioOfSums, 100.0, rows.iter().copied());
            prop_assert_eq!(over_time(KpiAggregationOverTime::RatioOfSums, 100.0, &periods), all);
        }

        #[test]
        fn one_observation_is_its_own_total(numerator in -1e9..1e9_f64, denominator in 1e-3..1e9_f64) {
            let one = share(numerator, denominator);
            prop_assert_eq!(total(RatioOfSums, 100.0, [one]).value, one.value);
            prop_assert_eq!(total(Mean, 1.0, [value(numerator)]).value, Some(numerator));
        }
    }
}
