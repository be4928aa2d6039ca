//! Metric charters: the opt-in of both parties to measure at all, and why.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{MetricCharterId, RelationshipId};

/// One charter; a relationship has at most one in effect.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "metric_charter")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetricCharterId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Why the parties measure, and what they will not use it for.
    pub purpose: String,
    /// How often they look at the results together, in words.
    pub review_cadence: Option<String>,
    /// Whether it is in effect.
    pub state: MetricCharterState,
    /// Who proposed it.
    pub proposed_by: Party,
    /// The digest of what is signed.
    pub digest: String,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the second party signed.
    pub effective_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a metric charter is in effect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MetricCharterState {
    /// Not signed by both parties yet.
    Proposed,
    /// Signed by both parties: the relationship measures KPIs.
    InEffect,
    /// A later charter took its place.
    Superseded,
}
