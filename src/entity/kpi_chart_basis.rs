//! What the limits of a KPI's control chart rest on, in versions that both parties sign.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::NoRelation as Relation;
use super::kpi_definition::{KpiDefinitionState, ProposalClosed};
use super::party::Party;
use crate::id::{KpiChartBasisId, KpiId, RelationshipId};
use crate::scalar::Date;

/// One version; what it says never changes, so that a signature can name it.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi_chart_basis")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiChartBasisId,
    /// The KPI whose chart it is about.
    pub kpi_id: KpiId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its place among the versions of its KPI, from 1.
    pub number: i32,
    /// How far it has come: as a version of a definition does.
    pub state: KpiDefinitionState,
    /// Who proposed it.
    pub proposed_by: Party,
    /// The kind of chart; where nothing is said, the one that fits the kind of data.
    pub chart_type: Option<KpiChartType>,
    /// The rules for signals; where nothing is said, those that are usual for the chart.
    pub rule_set: Option<KpiRuleSet>,
    /// The phases, in the order of time.
    #[sea_orm(column_type = "JsonBinary")]
    pub phases: KpiChartPhases,
    /// The points that are left out of the limits.
    #[sea_orm(column_type = "JsonBinary")]
    pub exclusions: KpiChartExclusions,
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

impl ActiveModelBehavior for ActiveModel {}

/// A kind of control chart. Each rests on what varies by chance in its data, so a chart fits some data only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiChartType {
    /// Individual values with their moving ranges: one value per period, whatever it measures.
    #[graphql(name = "XMR")]
    #[sea_orm(string_value = "XMR")]
    #[serde(rename = "XMR")]
    XmR,
    /// The share of a counted whole whose size varies.
    P,
    /// The number counted out of a whole whose size is always the same.
    Np,
    /// Counts where the opportunity is always the same.
    C,
    /// Counts per opportunity, where the opportunity varies.
    U,
    /// Laney's p′: a share of very large wholes, with limits that heed what varies from period to period.
    PPrime,
    /// Laney's u′: counts per very large opportunity, with limits that heed what varies from period to period.
    UPrime,
}

/// A named set of rules. The lengths of runs and trends differ between the sets, so a signal means something only
/// together with the set and its version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiRuleSet {
    /// Western Electric (1956): a point beyond the limits; 2 of 3 beyond two standard deviations and 4 of 5 beyond one,
    /// on one side; 8 in a row on one side.
    WesternElectric,
    /// Nelson (1984): a point beyond the limits; 9 in a row on one side; 6 rising or falling; 14 alternating; 2 of 3
    /// beyond two standard deviations and 4 of 5 beyond one, on one side; 15 within one; 8 outside one, on both sides.
    Nelson,
    /// Making Data Count of the NHS: a point beyond the limits; 7 rising or falling; 2 of 3 in the outer third between
    /// centre line and limit, on one side; 7 in a row on one side.
    #[default]
    Nhs,
    /// Anhøj (2014): an unusually long run, or unusually few crossings of the centre line, for so many points.
    Anhoej,
}

/// The phases of a chart, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct KpiChartPhases(pub Vec<KpiChartPhase>);

/// A stretch of a chart with limits of its own: from its first day until the next phase begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "KpiChartPhaseInput")]
#[serde(rename_all = "camelCase")]
pub struct KpiChartPhase {
    /// Its first day: periods that begin on that day or later belong to it.
    pub starts_on: Date,
    /// Why limits begin anew, up to 500 characters.
    pub reason: String,
    /// The periods that its limits rest on; left out, all of its own.
    pub baseline: Option<KpiChartBaseline>,
}

/// A range of periods that limits rest on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "KpiChartBaselineInput")]
pub struct KpiChartBaseline {
    /// Periods that begin on this day or later.
    pub from: Date,
    /// Periods that begin on this day or earlier.
    pub to: Date,
}

/// The points that are left out of a chart's limits, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct KpiChartExclusions(pub Vec<KpiChartExclusion>);

/// A point that is left out of the limits, since its cause is known. It stays on the chart and is not judged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "KpiChartExclusionInput")]
#[serde(rename_all = "camelCase")]
pub struct KpiChartExclusion {
    /// The first day of its period.
    pub period_start: Date,
    /// The id of the site on whose chart it is left out; without one, on all charts of the KPI.
    pub site_id: Option<ID>,
    /// Its cause, up to 500 characters.
    pub reason: String,
}
