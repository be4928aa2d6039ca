//! Why a record was judged as it was, in one sentence for people.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::dates::{Window, date_of, due, name_of};
use super::judge::{Counting, Judgement};
use crate::entity::counting_rule::{
    CountRule, CountingRule, DaysCounted, DurationRule, OnTimeRule, QuantityMeasure, QuantityRule, RateRule, ShareRule,
};
use crate::entity::source_record::{Model, RecordVerdict};

/// Why a record was judged so. It is told from the judgement as it was made: working days are not counted again.
#[must_use]
pub fn why(counting: &Counting<'_>, record: &Model, judgement: &Judgement) -> String {
    if let Some(reason) = &record.excluded_reason {
        return format!("it is excluded: {reason}");
    }
    match counting.rule {
        CountingRule::OnTime(rule) => on_time(rule, record, judgement.verdict, counting.data_as_of),
        CountingRule::Share(rule) => share(rule, record, judgement.verdict),
        CountingRule::Quantity(rule) => quantity(*rule, record),
        CountingRule::Count(rule) => count(rule, record, judgement.verdict),
        CountingRule::Rate(rule) => rate(rule, record),
        CountingRule::Duration(rule) => duration(*rule, record, judgement.numerator),
    }
}

fn on_time(rule: &OnTimeRule, record: &Model, verdict: RecordVerdict, data_as_of: NaiveDate) -> String {
    let by = due(rule);
    let Some(day) = date_of(record, by) else { return "it has no agreed date".to_owned() };
    let (window, due) = (Window::around(day, rule), format!("the {} {day}", name_of(record, by)));
    let mut why = if let Some(actual) = record.actual_on.filter(|actual| *actual <= data_as_of) {
        format!("delivered on {actual}, {}; {}", distance(actual, day, &due), words(rule))
    } else {
        let until = if verdict == RecordVerdict::Pending { data_as_of } else { window.closes };
        format!("not delivered by {until}; due on {due}; {}", words(rule))
    };
    if rule.in_full
        && let (Some(agreed), Some(actual)) = (record.agreed_quantity, record.actual_quantity)
    {
        _ = write!(why, "; {actual} of {agreed} delivered");
    }
    if verdict == RecordVerdict::Pending {
        _ = write!(why, "; the window is open until {}", window.closes);
    }
    why
}

fn distance(actual: NaiveDate, day: NaiveDate, due: &str) -> String {
    match (actual - day).num_days() {
        0 => format!("on {due}"),
        late @ 1.. => format!("{} after {due}", days(late)),
        early => format!("{} before {due}", days(-early)),
    }
}

fn days(number: i64) -> String {
    format!("{number} {}", if number == 1 { "day" } else { "days" })
}

/// What the window is.
fn words(rule: &OnTimeRule) -> String {
    match (rule.earliest_days, rule.latest_days) {
        (Some(0), 0) => "the window is that day".to_owned(),
        (Some(0), latest) => format!("the window is 0…+{latest} days"),
        (Some(earliest), 0) => format!("the window is −{earliest}…0 days"),
        (Some(earliest), latest) => format!("the window is −{earliest}…+{latest} days"),
        (None, 0) => "the window closes on that day".to_owned(),
        (None, latest) => format!("the window closes {} later", days(latest.into())),
    }
}

fn share(rule: &ShareRule, record: &Model, verdict: RecordVerdict) -> String {
    let Some(outcome) = &record.outcome else { return "it has no outcome yet".to_owned() };
    let met = rule.outcomes.join(", ");
    match verdict {
        RecordVerdict::Met => format!("its outcome {outcome} counts in the numerator and in the denominator"),
        RecordVerdict::Missed => format!("its outcome {outcome} is none of {met}: it counts in the denominator alone"),
        _ => not_among(outcome, rule.among.iter().flatten()),
    }
}

fn count(rule: &CountRule, record: &Model, verdict: RecordVerdict) -> String {
    match (&record.outcome, &rule.among) {
        (_, None) => "every record is counted".to_owned(),
        (None, Some(_)) => "it has no outcome yet".to_owned(),
        (Some(outcome), Some(_)) if verdict == RecordVerdict::Counted => format!("its outcome {outcome} is counted"),
        (Some(outcome), Some(among)) => not_among(outcome, among),
    }
}

fn rate(rule: &RateRule, record: &Model) -> String {
    let Some(outcome) = &record.outcome else { return "it has no outcome yet".to_owned() };
    match record.actual_quantity {
        _ if rule.events.contains(outcome) => format!("its outcome {outcome} is one of the events"),
        Some(quantity) if rule.opportunities.contains(outcome) => {
            format!("its outcome {outcome} adds its quantity, {quantity}, to the opportunities")
        }
        _ => not_among(outcome, rule.events.iter().chain(&rule.opportunities)),
    }
}

fn not_among<'o>(outcome: &str, among: impl IntoIterator<Item = &'o String>) -> String {
    let among: Vec<&str> = among.into_iter().map(String::as_str).collect();
    format!("its outcome {outcome} is none of {}", among.join(", "))
}

fn quantity(rule: QuantityRule, record: &Model) -> String {
    match (record.agreed_quantity, record.actual_quantity) {
        (None, _) => "it has no agreed quantity".to_owned(),
        (Some(_), None) => "it has no actual quantity yet".to_owned(),
        (Some(agreed), Some(actual)) => match rule.measure {
            QuantityMeasure::Attainment => format!("its actual quantity {actual} over the agreed {agreed}"),
            QuantityMeasure::AbsoluteError => {
                format!("the difference of its agreed quantity {agreed} and the actual {actual}, over the actual")
            }
            QuantityMeasure::Bias => format!("its agreed quantity {agreed} less the actual {actual}, over the actual"),
        },
    }
}

fn duration(rule: DurationRule, record: &Model, counted: Option<f64>) -> String {
    let name = |date| name_of(record, date);
    match (date_of(record, rule.from), date_of(record, rule.to), counted) {
        (Some(from), Some(to), Some(counted)) => {
            let of = match rule.days {
                DaysCounted::Calendar => "days",
                DaysCounted::Working => "working days of its site",
            };
            format!("{counted} {of} from the {} {from} to the {} {to}", name(rule.from), name(rule.to))
        }
        _ => format!("it has no {}", name(rule.from)),
    }
}
