//! Scopes of work: what the parties do together, proposed by one and agreed by the other.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{RelationshipId, ScopeOfWorkId};

/// One scope of work.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "scope_of_work")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ScopeOfWorkId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its name, for people.
    pub name: String,
    /// What is done.
    pub description: String,
    /// The first day of the work.
    pub starts_on: Option<NaiveDate>,
    /// The last day of the work.
    pub ends_on: Option<NaiveDate>,
    /// Whether it is agreed.
    pub state: ScopeOfWorkState,
    /// Who proposed it; the other answers.
    pub proposed_by: Party,
    /// The issuer of the token that proposed it.
    pub proposer_issuer: String,
    /// The subject of the token that proposed it: the same hand cannot agree to it.
    pub proposer_subject: String,
    /// Why it was declined.
    pub state_reason: Option<String>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether both parties agree to a scope of work.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScopeOfWorkState {
    /// One party proposed it and the other has not answered yet.
    Proposed,
    /// Both parties agreed to it.
    Agreed,
    /// The other party declined it, with a reason.
    Declined,
}
