//! What a record says that cannot be so. It is taken as it is, and told: the source system has to be put right.

use async_graphql::Enum;
use chrono::{Datelike, NaiveDate};

use crate::entity::source_record::Model;

/// The first year of records that can be meant.
const EARLIEST_YEAR: i32 = 1990;

/// What a record says that cannot be so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
#[graphql(name = "KpiRecordContradiction")]
pub enum Contradiction {
    /// One of its dates is before 1990.
    DatedBefore1990,
    /// The source system was told of it before it happened.
    RecordedBeforeItHappened,
    /// It happened after the day that the data is as of.
    HappenedAfterTheData,
    /// It happened before it began.
    EndedBeforeItBegan,
}

/// What cannot be so of a record, as of a day.
#[must_use]
pub fn contradictions(record: &Model, data_as_of: NaiveDate) -> Vec<Contradiction> {
    let Model { opened_on, agreed_on, revised_on, estimated_on, actual_on, recorded_on, .. } = record;
    let dates = [opened_on, agreed_on, revised_on, estimated_on, actual_on, recorded_on];
    let before =
        |one: &Option<NaiveDate>, other: &Option<NaiveDate>| one.zip(*other).is_some_and(|(one, other)| one < other);
    [
        (dates.into_iter().flatten().any(|date| date.year() < EARLIEST_YEAR), Contradiction::DatedBefore1990),
        (before(recorded_on, actual_on), Contradiction::RecordedBeforeItHappened),
        (actual_on.is_some_and(|actual| actual > data_as_of), Contradiction::HappenedAfterTheData),
        (before(actual_on, opened_on), Contradiction::EndedBeforeItBegan),
    ]
    .into_iter()
    .filter_map(|(holds, contradiction)| holds.then_some(contradiction))
    .collect()
}
