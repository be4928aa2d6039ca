//! When a KPI is reviewed, and by whom.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use super::party::Party;
use crate::scalar::{Date, LocalTime, TimeZone};

/// When a KPI is reviewed, and by whom.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, FromJsonQueryResult, InputObject)]
#[graphql(name = "KpiReviewInput")]
#[serde(rename_all = "camelCase")]
pub struct KpiReview {
    /// How the review recurs: a recurrence rule of iCalendar (RFC 5545, 3.3.10), as `FREQ=MONTHLY;BYDAY=1TU`.
    pub recurrence: String,
    /// The day of the first review: one on which it recurs by the rule, from 1990-01-01 to 2100-12-31.
    pub starts_on: Date,
    /// The time of day at which it begins, there.
    pub starts_at: LocalTime,
    /// Where that is: an IANA time zone.
    pub time_zone: TimeZone,
    /// Who takes part: up to 20, and at least one of each party.
    pub reviewers: Vec<KpiReviewer>,
}

/// Who takes part in a review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "KpiReviewerInput")]
#[serde(rename_all = "camelCase")]
pub struct KpiReviewer {
    /// The party.
    pub party: Party,
    /// The person's name, up to 200 characters.
    pub name: String,
    /// The person's part in the relationship, up to 200 characters.
    pub role: String,
}
