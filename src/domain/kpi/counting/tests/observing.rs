//! Observations of judged records.

use proptest::prelude::*;

use super::*;
use crate::entity::counting_rule::{CountRule, RecordDate};
use crate::entity::observation::ObservationStatus;

/// The only period of March, of these records.
fn march(rule: &CountingRule, data_as_of: &str, records: &[Model]) -> Observed {
    let counting = monthly(rule, data_as_of);
    let judged = records.iter().map(|record| (NO_SITE, counting.judge(record, &HashMap::new()).unwrap()));
    let mut observed = observe(&counting, (day("2026-03-01"), day("2026-03-31")), [SITE], judged);
    assert_eq!(observed.len(), 1);
    observed.remove(0)
}

fn majors() -> CountingRule {
    CountingRule::Count(CountRule { among: Some(vec!["MAJOR".to_owned()]), period_by: RecordDate::Agreed })
}

fn of(outcome: Option<&str>) -> Model {
    Model { outcome: outcome.map(str::to_owned), ..delivery("2026-03-16", None) }
}

#[test]
fn numerator_and_denominator_are_the_records_behind_them() {
    let records = [
        delivery("2026-03-02", Some("2026-03-02")),
        delivery("2026-03-09", Some("2026-03-30")),
        delivery("2026-03-16", None),
        delivery("2026-03-31", None),
        Model { excluded_reason: Some("sample".to_owned()), ..delivery("2026-03-16", None) },
    ];
    let observed = march(&window(Some(14), 7), "2026-04-01", &records);
    assert_eq!((observed.numerator, observed.denominator, observed.value), (Some(1.0), Some(3.0), Some(100.0 / 3.0)));
    assert_eq!(observed.status, ObservationStatus::Reported);
    let counts = observed.counts;
    assert_eq!((counts.met, counts.missed, counts.pending, counts.excluded), (1, 2, 1, 1));
    assert_eq!((counts.judged(), counts.total()), (3, 5));
    assert_eq!((observed.period_start, observed.period_end), (day("2026-03-01"), day("2026-03-31")));
}

#[test]
fn a_value_that_is_missing_says_why() {
    use ObservationStatus::{Excluded, NoData, Pending, Reported};
    let excluded = Model { excluded_reason: Some("sample".to_owned()), ..delivery("2026-03-31", None) };
    let pending = delivery("2026-03-31", None);
    let on_time = window(None, 0);
    for (data_as_of, records, status) in [
        ("2026-04-01", vec![], NoData),
        ("2026-03-31", vec![], Pending),
        ("2026-03-31", vec![pending.clone()], Pending),
        ("2026-03-31", vec![pending, excluded.clone()], Pending),
        ("2026-04-01", vec![excluded], Excluded),
    ] {
        let observed = march(&on_time, data_as_of, &records);
        assert_eq!((observed.status, observed.value, observed.numerator), (status, None, None), "{records:?}");
        assert_eq!(observed.reason.is_some(), !records.is_empty());
    }
    assert_eq!(march(&on_time, "2026-05-01", &[delivery("2026-03-31", None)]).status, Reported);
}

#[test]
fn only_records_that_are_not_counted_make_zero() {
    let counted = |records: &[Model], data_as_of: &str| {
        let observed = march(&majors(), data_as_of, records);
        (observed.status, observed.numerator, observed.denominator)
    };
    assert_eq!(counted(&[], "2026-05-01"), (ObservationStatus::NoData, None, None));
    assert_eq!(counted(&[of(Some("MINOR"))], "2026-05-01"), (ObservationStatus::Reported, Some(0.0), None));
    assert_eq!(counted(&[of(Some("MINOR")), of(None)], "2026-05-01"), (ObservationStatus::Pending, None, None));
    assert_eq!(
        counted(&[of(Some("MAJOR")), of(Some("MINOR")), of(None)], "2026-05-01"),
        (ObservationStatus::Reported, Some(1.0), None)
    );
    assert_eq!(march(&majors(), "2026-05-01", &[of(Some("MAJOR"))]).value, Some(100.0), "times the scale");
}

#[test]
fn events_without_opportunities_have_no_rate() {
    use crate::entity::counting_rule::RateRule;
    let rule = CountingRule::Rate(RateRule {
        events: vec!["COMPLAINT".to_owned()],
        opportunities: vec!["SHIPMENT".to_owned()],
        period_by: RecordDate::Agreed,
    });
    let observed = march(&rule, "2026-05-01", &[of(Some("COMPLAINT"))]);
    assert_eq!((observed.numerator, observed.denominator, observed.value), (Some(1.0), Some(0.0), None));
    assert_eq!(observed.status, ObservationStatus::NoData);
    assert_eq!(observed.reason.as_deref(), Some("there is nothing to divide by"));
}

#[test]
fn every_period_and_site_is_told_of() {
    use ObservationStatus::{NoData, Pending, Reported};
    let rule = window(None, 0);
    let counting = Counting { by_site: true, ..monthly(&rule, "2026-04-15") };
    let other = SiteId::new(Uuid::from_u128(7));
    let judgement = judged(&rule, "2026-04-15", &delivery("2026-03-16", Some("2026-03-16")));
    let observed = observe(&counting, (day("2026-02-01"), day("2026-04-30")), [SITE], [(other, judgement)]);
    let found: Vec<_> = observed.iter().map(|one| (one.period_start, one.site_id, one.status)).collect();
    let [february, march, april] = ["2026-02-01", "2026-03-01", "2026-04-01"].map(day);
    assert_eq!(
        found,
        [
            (february, other, NoData),
            (february, SITE, NoData),
            (march, other, Reported),
            (march, SITE, NoData),
            (april, other, Pending),
            (april, SITE, Pending),
        ]
    );
}

proptest! {
    /// No record is lost or counted twice, in whatever order they come.
    #[test]
    fn every_record_is_in_one_observation(
        deliveries in proptest::collection::vec((0_i64..90, proptest::option::of(-20_i64..40), any::<bool>()), 0..60),
        as_of in 0_i64..140,
    ) {
        let rule = window(Some(14), 7);
        let first = day("2026-02-01");
        let at = |days: i64| first + chrono::TimeDelta::days(days);
        let counting = Counting { data_as_of: at(as_of), ..monthly(&rule, "2026-02-01") };
        let records: Vec<Model> = deliveries.iter().filter(|(agreed, ..)| at(*agreed) <= day("2026-04-30")).map(
            |(agreed, late, excluded)| Model {
                agreed_on: Some(at(*agreed)),
                actual_on: late.map(|late| at(agreed + late)),
                excluded_reason: excluded.then(|| "sample".to_owned()),
                ..blank()
            },
        ).collect();
        let judged = || records.iter().map(|record| (NO_SITE, counting.judge(record, &HashMap::new()).unwrap()));
        let range = (first, day("2026-04-30"));
        let observed = observe(&counting, range, [], judged());
        prop_assert_eq!(observed.len(), 3);
        let total: i32 = observed.iter().map(|one| one.counts.total()).sum();
        prop_assert_eq!(usize::try_from(total), Ok(records.len()));
        for one in &observed {
            if one.counts.judged() > 0 {
                prop_assert_eq!(one.numerator, Some(f64::from(one.counts.met)));
                prop_assert_eq!(one.denominator, Some(f64::from(one.counts.judged())));
            }
        }
        prop_assert_eq!(observe(&counting, range, [], judged().collect::<Vec<_>>().into_iter().rev()), observed);
    }
}
