//! Which periods make a chart: each thing that must be alike, and what is between.

use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::domain::kpi::aggregate::{Counts, Total};
use crate::domain::kpi::series::{Standing, dataset};
use crate::entity::counting_rule::{CountRule, CountingRule, RecordDate};
use crate::entity::kpi_definition::{KpiDefinitionState, KpiDirection, KpiFrequency, Model};
use crate::entity::party::Party;
use crate::entity::reason_code::{ReasonCode, ReasonCodes, ReasonFamily};

/// A version of a definition of days.
fn version(number: i32) -> Model {
    Model {
        id: KpiDefinitionId::new(Uuid::from_u128(number.unsigned_abs().into())),
        kpi_id: KpiId::new(Uuid::nil()),
        relationship_id: crate::id::RelationshipId::new(Uuid::nil()),
        number,
        state: KpiDefinitionState::Superseded,
        proposed_by: Party::Sponsor,
        name: "On-time delivery".to_owned(),
        purpose: "To find what makes deliveries late.".to_owned(),
        numerator: "lines delivered in the window".to_owned(),
        denominator: Some("lines".to_owned()),
        unit: "%".to_owned(),
        scale: 100.0,
        aggregation: KpiAggregation::RatioOfSums,
        direction: KpiDirection::Up,
        target: Some(95.0),
        frequency: KpiFrequency::Day,
        by_site: false,
        collecting_party: Party::Cdmo,
        source_system: None,
        notice_days: 7,
        template: None,
        formula: None,
        data_kind: None,
        aggregation_over_time: None,
        attention_threshold: None,
        critical_threshold: None,
        collection_method: None,
        calendar: None,
        year_start_month: None,
        counting_rule: None,
        exclusions: None,
        reason_codes: None,
        review: None,
        valid_from: None,
        effective_on: None,
        closed_as: None,
        closed_by: None,
        closed_reason: None,
        closed_at: None,
        digest: String::new(),
        created_at: DateTime::UNIX_EPOCH,
        agreed_at: None,
    }
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::default() + Days::new(number)
}

/// A value on a day, measured by a version.
fn point(start: NaiveDate, by: &Model) -> Point {
    let mut dataset = dataset(by.frequency, by.year_start_month);
    (dataset.definition_id, dataset.number) = (by.id, by.number);
    Point {
        start,
        end: start,
        dataset: Arc::new(dataset),
        of_one_dataset: true,
        revision: 1,
        under_correction: false,
        standing: Standing { released: false, under_correction: false, released_without: None },
        total: Total {
            numerator: None,
            denominator: None,
            value: Some(1.0),
            status: ObservationStatus::Reported,
            counts: Counts::default(),
        },
        periods: 1,
        reported_periods: 1,
        complete: true,
    }
}

/// The days of the periods of a chart, each with whether something was measured, and where it is counted anew.
fn made(days: &[(u64, &Model)]) -> (Vec<(NaiveDate, bool)>, Vec<usize>) {
    let points = days.iter().map(|(number, version)| point(day(*number), version)).collect();
    let definitions = days.iter().map(|(_, version)| (version.id, (*version).clone())).collect();
    let periods = periods(points, &definitions);
    let anew = counted_anew(&periods, &definitions);
    (periods.iter().map(|period| (period.start, period.point.is_some())).collect(), anew)
}

#[test]
fn each_thing_that_makes_values_must_be_alike() {
    let one = version(1);
    for other in [
        Model { unit: "ppm".to_owned(), ..version(2) },
        Model { scale: 1.0, ..version(2) },
        Model { aggregation: KpiAggregation::Mean, ..version(2) },
        Model { frequency: KpiFrequency::Week, ..version(2) },
        Model { year_start_month: Some(4), ..version(2) },
    ] {
        assert_eq!(made(&[(1, &one), (2, &other)]).0, [(day(2), true)], "{other:?}");
    }
    let alike = Model { target: None, name: "OTD".to_owned(), year_start_month: Some(1), ..version(2) };
    assert_eq!(made(&[(1, &one), (2, &alike)]), (vec![(day(1), true), (day(2), true)], vec![]));
}

#[test]
fn what_is_counted_otherwise_is_told_where_it_begins() {
    let rule = CountingRule::Count(CountRule { among: None, period_by: RecordDate::Actual });
    let code = |allows_revision: bool, retired: bool| {
        let family = ReasonFamily::Nobody;
        let code = ReasonCode {
            code: "STORM".to_owned(),
            name: "Storms".to_owned(),
            family,
            allows_revision,
            retired,
            merged_into: None,
        };
        Some(ReasonCodes(vec![code]))
    };
    for otherwise in [
        Model { numerator: "lines delivered on the day".to_owned(), ..version(2) },
        Model { denominator: None, ..version(2) },
        Model { counting_rule: Some(rule), ..version(2) },
        Model { exclusions: Some("no samples".to_owned()), ..version(2) },
        Model { reason_codes: code(true, false), ..version(2) },
    ] {
        // Between the two is a day of no dataset.
        let (periods, anew) = made(&[(1, &version(1)), (3, &otherwise), (4, &otherwise)]);
        assert_eq!((periods.len(), anew), (4, vec![2]), "{otherwise:?}");
    }
    for alike in [code(false, false), code(true, true)] {
        let alike = Model { reason_codes: alike, ..version(2) };
        assert_eq!(made(&[(1, &version(1)), (2, &alike)]).1, [0; 0], "{alike:?}");
    }
}

#[test]
fn between_datasets_are_gaps_and_no_more_than_there_may_be_periods() {
    let one = version(1);
    let found = made(&[(1, &one), (4, &one)]).0;
    assert_eq!(found, [(day(1), true), (day(2), false), (day(3), false), (day(4), true)]);
    let (found, _) = made(&[(1, &one), (2, &one), (MOST, &one), (MOST + 1, &one)]);
    assert_eq!((found.len() as u64, found[0], found[1]), (MOST, (day(2), true), (day(3), false)));
    // What is farther away than that is not reached, however few are measured.
    let (found, _) = made(&[(1, &one), (MOST + 2, &one)]);
    assert_eq!((found.len() as u64, found[0]), (MOST, (day(3), false)));
}
