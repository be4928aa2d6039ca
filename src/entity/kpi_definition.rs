//! Definition versions of KPIs: what is measured, how, by whom and what for.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
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
    /// Whether it stands.
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
    /// The digest of what is signed.
    pub digest: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the second party signed.
    pub agreed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a version of a KPI's definition stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiDefinitionState {
    /// Not signed by both parties yet; nothing is measured by it.
    Proposed,
    /// Signed by both parties: new datasets are measured by it.
    Agreed,
    /// Was agreed until both parties agreed a later version. Datasets that were measured by it still name it.
    Superseded,
    /// Never agreed: a later proposal took its place.
    Replaced,
}

/// How values of several periods or sites make one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
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

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
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

/// The period of one observation: always a whole one of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiFrequency {
    /// A calendar day.
    Day,
    /// An ISO week, from Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year, from January, April, July or October.
    Quarter,
    /// A calendar year.
    Year,
}
