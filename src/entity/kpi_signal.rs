//! Signals of control charts that the parties have asked for work on.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::NoRelation as Relation;
use super::kpi_chart_basis::{KpiChartType, KpiRuleSet};
use crate::id::{ActionItemId, KpiDefinitionId, KpiId, KpiSignalId, RelationshipId, SiteId};

/// One signal, as the chart showed it when work was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi_signal")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiSignalId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The KPI on whose chart it was found.
    pub kpi_id: KpiId,
    /// The definition version that the latest point of the chart was measured by.
    pub definition_id: KpiDefinitionId,
    /// The site whose chart it was; none for that of all sites together.
    pub site_id: Option<SiteId>,
    /// The kind of chart.
    pub chart_type: KpiChartType,
    /// The rules.
    pub rule_set: KpiRuleSet,
    /// Their version.
    pub rule_set_version: i32,
    /// The rule that found it.
    pub rule: KpiSignalRule,
    /// The part of the chart that it was on.
    pub part: KpiChartPart,
    /// The side that it was on.
    pub side: Option<KpiSignalSide>,
    /// The first days of the periods of its points, in order.
    #[sea_orm(column_type = "JsonBinary")]
    pub points: KpiSignalPoints,
    /// The last of them.
    pub last_point: NaiveDate,
    /// The work that was asked for.
    pub action_item_id: ActionItemId,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The first days of periods, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct KpiSignalPoints(pub Vec<NaiveDate>);

/// A rule that finds signals. Where several tell of one point, the first of them in this order goes before the others:
/// the order of the NHS, with the rules that it does not have beside those they are like, and the rules without a side
/// at the end.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiSignalRule {
    /// A point beyond the limits.
    BeyondLimits,
    /// Points in a row that all rise or all fall.
    Trend,
    /// Two of three points in a row far from the centre line, on one side: beyond two standard deviations; for the NHS,
    /// and not beyond the limit.
    TwoOfThree,
    /// Four of five points in a row beyond one standard deviation, on one side.
    FourOfFive,
    /// Points in a row on one side of the centre line, as many as the set says.
    Run,
    /// Points in a row on one side of the centre line, more than chance gives for so many points.
    LongRun,
    /// Fewer crossings of the centre line than chance gives for so many points.
    FewCrossings,
    /// Points in a row that rise and fall in turn.
    Alternating,
    /// Points in a row that are all within one standard deviation: nearer to the centre line than chance gives.
    WithinOneSigma,
    /// Points in a row, on both sides, that are all beyond one standard deviation: farther from the centre line than
    /// chance gives.
    OutsideOneSigma,
}

/// A part of a chart.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiChartPart {
    /// The values.
    Values,
    /// The moving ranges of an XmR chart.
    MovingRanges,
}

/// A side of the centre line, or a direction.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiSignalSide {
    /// Above, or upwards.
    Above,
    /// Below, or downwards.
    Below,
}
