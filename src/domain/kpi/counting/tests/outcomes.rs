//! Shares, counts, rates and quantities.

use super::*;
use crate::entity::counting_rule::{CountRule, QuantityMeasure, QuantityRule, RateRule, RecordDate, ShareRule};

const AS_OF: &str = "2026-05-01";

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn ended(outcome: Option<&str>) -> Model {
    Model { outcome: outcome.map(str::to_owned), ..delivery("2026-03-16", Some("2026-03-20")) }
}

#[test]
fn a_share_counts_outcomes_among_outcomes() {
    let rule = |among: Option<&[&str]>| {
        CountingRule::Share(ShareRule {
            outcomes: texts(&["RELEASED"]),
            among: among.map(texts),
            period_by: RecordDate::Actual,
        })
    };
    let dispositioned = rule(Some(&["RELEASED", "REJECTED"]));
    for (outcome, any, among) in [
        (Some("RELEASED"), RecordVerdict::Met, RecordVerdict::Met),
        (Some("REJECTED"), RecordVerdict::Missed, RecordVerdict::Missed),
        (Some("CANCELLED"), RecordVerdict::Missed, RecordVerdict::NotCounted),
        (None, RecordVerdict::Pending, RecordVerdict::Pending),
    ] {
        assert_eq!(judged(&rule(None), AS_OF, &ended(outcome)).verdict, any, "{outcome:?}");
        assert_eq!(judged(&dispositioned, AS_OF, &ended(outcome)).verdict, among, "{outcome:?}");
    }
    assert_eq!(
        explained(&dispositioned, AS_OF, &ended(Some("CANCELLED"))),
        "its outcome CANCELLED is none of RELEASED, REJECTED"
    );
    assert_eq!(
        explained(&dispositioned, AS_OF, &ended(Some("REJECTED"))),
        "its outcome REJECTED is none of RELEASED: it counts in the denominator alone"
    );
}

#[test]
fn a_count_counts_records() {
    let rule = |among: Option<&[&str]>| {
        CountingRule::Count(CountRule { among: among.map(texts), period_by: RecordDate::Actual })
    };
    let one = (RecordVerdict::Counted, Some(1.0), None);
    assert_eq!(verdict(&rule(None), AS_OF, &ended(None)), one);
    assert_eq!(verdict(&rule(Some(&["MAJOR"])), AS_OF, &ended(Some("MAJOR"))), one);
    assert_eq!(verdict(&rule(Some(&["MAJOR"])), AS_OF, &ended(Some("MINOR"))), (RecordVerdict::NotCounted, None, None));
    assert_eq!(verdict(&rule(Some(&["MAJOR"])), AS_OF, &ended(None)), (RecordVerdict::Pending, None, None));
}

#[test]
fn a_rate_counts_events_for_quantities() {
    let rule = CountingRule::Rate(RateRule {
        events: texts(&["COMPLAINT"]),
        opportunities: texts(&["SHIPMENT"]),
        period_by: RecordDate::Actual,
    });
    let shipment = Model { actual_quantity: Some(5000.0), ..ended(Some("SHIPMENT")) };
    assert_eq!(verdict(&rule, AS_OF, &ended(Some("COMPLAINT"))), (RecordVerdict::Counted, Some(1.0), None));
    assert_eq!(verdict(&rule, AS_OF, &shipment), (RecordVerdict::Counted, None, Some(5000.0)));
    assert_eq!(verdict(&rule, AS_OF, &ended(Some("RETURN"))), (RecordVerdict::NotCounted, None, None));
    assert_eq!(
        explained(&rule, AS_OF, &shipment),
        "its outcome SHIPMENT adds its quantity, 5000, to the opportunities"
    );
}

#[test]
fn quantities_are_set_against_the_agreed_ones() {
    let record = Model { agreed_quantity: Some(100.0), actual_quantity: Some(80.0), ..ended(None) };
    for (measure, numerator, denominator) in [
        (QuantityMeasure::Attainment, 80.0, 100.0),
        (QuantityMeasure::AbsoluteError, 20.0, 80.0),
        (QuantityMeasure::Bias, 20.0, 80.0),
    ] {
        let rule = CountingRule::Quantity(QuantityRule { measure, period_by: RecordDate::Actual });
        let expected = (RecordVerdict::Counted, Some(numerator), Some(denominator));
        assert_eq!(verdict(&rule, AS_OF, &record), expected, "{measure:?}");
        let over = Model { actual_quantity: Some(120.0), ..record.clone() };
        let signed = if measure == QuantityMeasure::Bias { -20.0 } else { 20.0 };
        if measure != QuantityMeasure::Attainment {
            assert_eq!(verdict(&rule, AS_OF, &over), (RecordVerdict::Counted, Some(signed), Some(120.0)));
        }
        let unknown = Model { actual_quantity: None, ..record.clone() };
        assert_eq!(verdict(&rule, AS_OF, &unknown), (RecordVerdict::Pending, None, None));
        let unplanned = Model { agreed_quantity: None, ..record.clone() };
        assert_eq!(verdict(&rule, AS_OF, &unplanned), (RecordVerdict::NotCounted, None, None));
    }
}
