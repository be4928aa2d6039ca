//! Counting by known answers, and what must hold for any records.

mod durations;
mod needs;
mod observing;
mod on_time;
mod outcomes;

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::domain::kpi::period::Periods;
use crate::entity::counting_rule::{CountingRule, DueDate, OnTimeRule};
use crate::entity::kpi_definition::KpiFrequency;
use crate::entity::observation::NO_SITE;
use crate::entity::source_record::{Model, RecordVerdict};
use crate::id::{KpiDatasetId, SiteId};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const SITE: SiteId = SiteId::new(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881));

/// A record that says nothing.
fn blank() -> Model {
    Model {
        dataset_id: KpiDatasetId::new(Uuid::nil()),
        revision: 1,
        record_id: "R-1".to_owned(),
        site_id: NO_SITE,
        item: None,
        opened_on: None,
        agreed_on: None,
        revised_on: None,
        revision_reason: None,
        revision_consent: None,
        estimated_on: None,
        actual_on: None,
        recorded_on: None,
        agreed_quantity: None,
        actual_quantity: None,
        outcome: None,
        reason_code: None,
        excluded_reason: None,
        period_start: day("2026-03-01"),
        verdict: RecordVerdict::Pending,
        numerator: None,
        denominator: None,
        recorded_at: "2026-04-01T08:00:00Z".parse().unwrap(),
    }
}

/// A delivery agreed for a day, and made on another.
fn delivery(agreed: &str, actual: Option<&str>) -> Model {
    Model { agreed_on: Some(day(agreed)), actual_on: actual.map(day), ..blank() }
}

fn window(earliest_days: Option<i32>, latest_days: i32) -> CountingRule {
    CountingRule::OnTime(OnTimeRule { due: DueDate::Revised, earliest_days, latest_days, in_full: false })
}

/// Monthly, for the whole relationship, in percent.
fn monthly<'r>(rule: &'r CountingRule, data_as_of: &str) -> Counting<'r> {
    let periods = Periods::new(KpiFrequency::Month, None);
    Counting { rule, periods, by_site: false, scale: 100.0, data_as_of: day(data_as_of) }
}

fn judged(rule: &CountingRule, data_as_of: &str, record: &Model) -> Judgement {
    monthly(rule, data_as_of).judge(record, &HashMap::new()).unwrap()
}

/// The verdict, with what it adds.
fn verdict(rule: &CountingRule, data_as_of: &str, record: &Model) -> (RecordVerdict, Option<f64>, Option<f64>) {
    let Judgement { verdict, numerator, denominator, .. } = judged(rule, data_as_of, record);
    (verdict, numerator, denominator)
}

fn explained(rule: &CountingRule, data_as_of: &str, record: &Model) -> String {
    why(&monthly(rule, data_as_of), record, &judged(rule, data_as_of, record))
}
