//! Milestones of a scope of work: planned, forecast and actual dates side by side.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{MilestoneId, RelationshipId, ScopeOfWorkId};

/// One milestone.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "milestone")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MilestoneId,
    /// The scope of work it belongs to.
    pub scope_of_work_id: ScopeOfWorkId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its name, for people.
    pub name: String,
    /// The date that was planned.
    pub planned_on: NaiveDate,
    /// The date that is expected now.
    pub forecast_on: Option<NaiveDate>,
    /// The date on which it was reached.
    pub actual_on: Option<NaiveDate>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
