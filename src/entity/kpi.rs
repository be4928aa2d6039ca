//! KPIs: what one KPI of a relationship is, across the versions of its definition.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{KpiId, RelationshipId};

/// One KPI. What it means is in its definition versions.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its short name, upper case, unique in the relationship.
    pub code: String,
    /// The number of the definition version that both parties agreed last.
    pub agreed_number: Option<i32>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
