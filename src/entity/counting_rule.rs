//! Counting rules: how source records become the numerator and denominator of a KPI. A rule is part of a definition
//! version, so both parties sign it; it is kept as JSON, in the words of the API.

use async_graphql::{Enum, InputObject, OneofObject, SimpleObject, Union};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// How source records are counted: by exactly one of these rules.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, FromJsonQueryResult, OneofObject, Union)]
#[graphql(name = "KpiCountingRule", input_name = "KpiCountingRuleInput")]
#[serde(rename_all = "camelCase")]
pub enum CountingRule {
    /// The share of records that were delivered in time.
    OnTime(OnTimeRule),
    /// The share of records with certain outcomes.
    Share(ShareRule),
    /// Quantities against the agreed ones.
    Quantity(QuantityRule),
    /// A number of records.
    Count(CountRule),
    /// A number of records for a quantity of opportunities.
    Rate(RateRule),
    /// How long something took.
    Duration(DurationRule),
}

/// Numerator: the records that were delivered within a window of days around the day on which they were due.
/// Denominator: all records whose window has closed. Windows are judged on calendar dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiOnTimeRule", input_name = "KpiOnTimeRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct OnTimeRule {
    /// The date on which a record is due, which also places it in a period.
    pub due: DueDate,
    /// The days before that date on which the window opens: 14 for −14. Null: nothing is too early.
    pub earliest_days: Option<i32>,
    /// The days after that date on which the window closes: 7 for +7.
    pub latest_days: i32,
    /// Whether the agreed quantity must have been delivered, too.
    pub in_full: bool,
}

/// Numerator: the records with one of some outcomes. Denominator: the records with one of others, or with any.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiShareRule", input_name = "KpiShareRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct ShareRule {
    /// The outcomes that count in the numerator.
    pub outcomes: Vec<String>,
    /// The outcomes that count in the denominator, those of the numerator among them. Null: every outcome.
    pub among: Option<Vec<String>>,
    /// The date that places a record in a period.
    pub period_by: RecordDate,
}

/// Numerator and denominator: sums of quantities of the records that have both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiQuantityRule", input_name = "KpiQuantityRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct QuantityRule {
    /// What is divided by what.
    pub measure: QuantityMeasure,
    /// The date that places a record in a period.
    pub period_by: RecordDate,
}

/// Numerator: the number of records. There is no denominator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiCountRule", input_name = "KpiCountRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct CountRule {
    /// The outcomes of the records that are counted. Null: every record is.
    pub among: Option<Vec<String>>,
    /// The date that places a record in a period.
    pub period_by: RecordDate,
}

/// Numerator: the number of records with one of some outcomes, as complaints. Denominator: the sum of the actual
/// quantities of the records with one of others, as shipments.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiRateRule", input_name = "KpiRateRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct RateRule {
    /// The outcomes of the records that are counted.
    pub events: Vec<String>,
    /// The outcomes of the records whose actual quantities are summed.
    pub opportunities: Vec<String>,
    /// The date that places a record in a period.
    pub period_by: RecordDate,
}

/// Numerator: the sum of the days from one date of each record to another. Denominator: for a mean, the number of
/// records with both; for a sum, none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiDurationRule", input_name = "KpiDurationRuleInput")]
#[serde(rename_all = "camelCase")]
pub struct DurationRule {
    /// The date from which days are counted.
    pub from: RecordDate,
    /// The date to which days are counted: a later one in the order of `KpiRecordDate`. It also places a record in a
    /// period.
    pub to: RecordDate,
    /// Which days count.
    pub days: DaysCounted,
    /// What is made of the days of a period's records.
    pub total: DurationTotal,
}

/// The date on which a record is due.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiDueDate")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DueDate {
    /// The revised date where there is one, or else the agreed one.
    Revised,
    /// The agreed date, whatever was revised.
    Agreed,
}

/// One of a record's dates, in the order in which they come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiRecordDate")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecordDate {
    /// When it began or was opened.
    Opened,
    /// The agreed date.
    Agreed,
    /// The revised date where there is one, or else the agreed one.
    Revised,
    /// When it happened: the delivery, disposition, signature or closure.
    Actual,
}

/// What quantities are made into.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiQuantityMeasure")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuantityMeasure {
    /// Actual over agreed: yield, schedule attainment, utilization.
    Attainment,
    /// The absolute difference of actual and agreed, over actual: weighted forecast error (WAPE).
    AbsoluteError,
    /// Agreed less actual, over actual: forecast bias.
    Bias,
}

/// Which days count in a duration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiDaysCounted")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DaysCounted {
    /// All days.
    Calendar,
    /// The days on which the record's site works: those of its working hours, less its holidays.
    Working,
}

/// What durations are made into.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiDurationTotal")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DurationTotal {
    /// Their mean, over all records of the range that is asked for.
    Mean,
    /// Their sum.
    Sum,
}
