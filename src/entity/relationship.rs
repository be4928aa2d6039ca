//! Relationships: one sponsor and one CDMO that work together.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{OrganizationId, RelationshipId};

/// One relationship; two organizations can have several.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "relationship")]
pub struct Model {
    /// Its key, and that of its journal chain.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RelationshipId,
    /// The sponsor.
    pub sponsor_id: OrganizationId,
    /// The CDMO.
    pub cdmo_id: OrganizationId,
    /// Its name, for people.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// How far it has come.
    pub state: RelationshipState,
    /// Who proposed it; the other answers.
    pub proposed_by: Party,
    /// Who paused it, while it is paused.
    pub paused_by: Option<Party>,
    /// Why it is in its state, where a reason was given.
    pub state_reason: Option<String>,
    /// The issuer of the token that proposed it.
    pub proposer_issuer: String,
    /// The subject of the token that proposed it: the same hand cannot accept it.
    pub proposer_subject: String,
    /// When the other party accepted it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a relationship has come, and what can be written in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RelationshipState {
    /// One party proposed it and the other has not answered yet. Both see it; only its description and the
    /// answer can be written.
    Proposed,
    /// Both parties agreed to it and work goes on.
    Active,
    /// A party paused it: work goes on being recorded, but nothing new is proposed.
    Paused,
    /// It is over: read-only for both parties, for as long as it is kept.
    Ended,
    /// The other party declined the proposal, with a reason. Read-only.
    Declined,
    /// The proposing party took the proposal back before it was answered. Read-only.
    Withdrawn,
}
