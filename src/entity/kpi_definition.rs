//! Definition versions of KPIs: what is measured, how, by whom and what for.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::NoRelation as Relation;
use super::counting_rule::CountingRule;
use super::kpi_review::KpiReview;
use super::party::Party;
use super::reason_code::ReasonCodes;
use crate::id::{KpiDefinitionId, KpiId, RelationshipId};

/// One version; what it says never changes, so that a signature and a dataset can name it.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi_definition")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiDefinitionId,
    /// The KPI it defines.
    pub kpi_id: KpiId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its place among the versions of its KPI, from 1.
    pub number: i32,
    /// How far it has come.
    pub state: KpiDefinitionState,
    /// Who proposed it.
    pub proposed_by: Party,
    /// The KPI's name, for people.
    pub name: String,
    /// What the parties want to improve by it.
    pub purpose: String,
    /// What is counted or summed.
    pub numerator: String,
    /// What it is divided by.
    pub denominator: Option<String>,
    /// The unit of the value.
    pub unit: String,
    /// What numerator divided by denominator is multiplied by: 100 for a percentage.
    pub scale: f64,
    /// How values of several periods or sites make one.
    pub aggregation: KpiAggregation,
    /// Which way is better.
    pub direction: KpiDirection,
    /// The value that the parties aim at.
    pub target: Option<f64>,
    /// The period of one observation.
    pub frequency: KpiFrequency,
    /// Whether each site in play has observations of its own.
    pub by_site: bool,
    /// Who collects the data.
    pub collecting_party: Party,
    /// The system that the data comes from.
    pub source_system: Option<String>,
    /// The days after sharing from which a party may release without the other's alignment.
    pub notice_days: i32,
    /// The code of the catalog's template that it started from.
    pub template: Option<String>,
    /// How the value is made, in words.
    pub formula: Option<String>,
    /// What kind of data it is; unknown of a version from before this was asked.
    pub data_kind: Option<KpiDataKind>,
    /// How values of several periods make one, where that is otherwise than for several sites.
    pub aggregation_over_time: Option<KpiAggregationOverTime>,
    /// The value from which on the parties look into it.
    pub attention_threshold: Option<f64>,
    /// The value from which on they act at once.
    pub critical_threshold: Option<f64>,
    /// How the data is collected.
    pub collection_method: Option<String>,
    /// Whose calendar the periods are of; the Gregorian one where nothing is said.
    pub calendar: Option<KpiCalendar>,
    /// The month in which a year of that calendar began when this was proposed, from 1; 1 where nothing is said.
    pub year_start_month: Option<i32>,
    /// How source records are counted; none where observations are recorded ready-made.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub counting_rule: Option<CountingRule>,
    /// The policy by which records are excluded.
    pub exclusions: Option<String>,
    /// The reasons that records name.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub reason_codes: Option<ReasonCodes>,
    /// When it is reviewed, and by whom.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub review: Option<KpiReview>,
    /// The first day of its validity, as proposed.
    pub valid_from: Option<NaiveDate>,
    /// The first day of its validity, since both parties agreed: the proposed one, or the day of the agreement.
    pub effective_on: Option<NaiveDate>,
    /// What became of a proposal that was neither agreed nor replaced by a later one.
    pub closed_as: Option<ProposalClosed>,
    /// Who closed it.
    pub closed_by: Option<Party>,
    /// Why.
    pub closed_reason: Option<String>,
    /// When.
    pub closed_at: Option<DateTime<Utc>>,
    /// The digest of what is signed.
    pub digest: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the second party signed.
    pub agreed_at: Option<DateTime<Utc>>,
}

impl Model {
    /// Whether both parties have signed it.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        matches!(self.state, KpiDefinitionState::Agreed | KpiDefinitionState::Superseded)
    }

    /// The first day of its validity, of a version that was agreed: it measures the periods that end on that day or
    /// later, until the next version's.
    #[must_use]
    pub fn effective(&self) -> Option<NaiveDate> {
        effective(self.effective_on, self.agreed_at)
    }
}

/// The first day of a version's validity. One that was agreed before versions said it is valid from the day of that.
#[must_use]
pub fn effective(effective_on: Option<NaiveDate>, agreed_at: Option<DateTime<Utc>>) -> Option<NaiveDate> {
    effective_on.or_else(|| agreed_at.map(|at| at.date_naive()))
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a version of a KPI's definition has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiDefinitionState {
    /// Not signed by both parties yet; nothing is measured by it.
    Proposed,
    /// Signed by both parties, and the last one that was: datasets that end from its first day on are measured by it.
    Agreed,
    /// Signed by both parties, and so is a later version: it measures what ends before that one's first day.
    Superseded,
    /// Never agreed: it was closed, or a later proposal took its place.
    Replaced,
}

/// How a proposal was closed without an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProposalClosed {
    /// By the party that had proposed it.
    Withdrawn,
    /// By the other party.
    Rejected,
}

/// How values of several sites make one, and of several periods unless that is said apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiAggregation {
    /// The sum of the numerators over the sum of the denominators, times the scale: large periods weigh more.
    RatioOfSums,
    /// The sum of the values.
    Sum,
    /// The mean of the values, each with the same weight.
    Mean,
}

/// How values of several periods make one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiAggregationOverTime {
    /// The sum of the numerators over the sum of the denominators, times the scale: large periods weigh more.
    RatioOfSums,
    /// The sum of the values.
    Sum,
    /// The mean of the values, each with the same weight.
    Mean,
    /// The value of the last period that has one: for what is counted at a point in time, as open items.
    Last,
}

impl From<KpiAggregation> for KpiAggregationOverTime {
    fn from(aggregation: KpiAggregation) -> Self {
        match aggregation {
            KpiAggregation::RatioOfSums => Self::RatioOfSums,
            KpiAggregation::Sum => Self::Sum,
            KpiAggregation::Mean => Self::Mean,
        }
    }
}

/// What kind of data a KPI is: it decides which control chart fits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiDataKind {
    /// A share of things that are counted: the numerator is a part of the denominator, as lots accepted of lots.
    Share,
    /// A number of events for a varying number of opportunities, as deviations for batches.
    CountPerOpportunity,
    /// A number of events where the opportunities are always about the same.
    Count,
    /// What is measured: a duration, a quantity, a mean.
    Measurement,
}

/// Whose calendar periods are of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiCalendar {
    /// Years begin in January.
    Gregorian,
    /// Years and quarters are those of the sponsor's fiscal year.
    SponsorFiscal,
    /// Years and quarters are those of the CDMO's fiscal year.
    CdmoFiscal,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiDirection {
    /// Higher is better.
    Up,
    /// Lower is better.
    Down,
    /// Nearer to the target is better, from either side.
    NearTarget,
}

/// The period of one observation: always a whole one of the calendar. The shortest first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiFrequency {
    /// A calendar day.
    Day,
    /// An ISO week, from Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a year of the definition's calendar.
    Quarter,
    /// A year of the definition's calendar.
    Year,
}
