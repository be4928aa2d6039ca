//! Changes of an action item's due date: each slip is kept, with its reason and the other party's answer.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{ActionItemId, DueDateChangeId, RelationshipId};

/// One change that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "due_date_change")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DueDateChangeId,
    /// The action item whose date it is about.
    pub action_item_id: ActionItemId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The due date when the change was asked for.
    pub from_on: NaiveDate,
    /// The due date that is asked for.
    pub to_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who asks; the other answers.
    pub requested_by: Party,
    /// The issuer of the token that asks.
    pub requester_issuer: Option<String>,
    /// The subject of the token that asks: the same hand cannot consent.
    pub requester_subject: Option<String>,
    /// Whether it was agreed.
    pub state: DueDateChangeState,
    /// Why it was answered so, where a reason was given.
    pub answer_reason: Option<String>,
    /// When it was answered or withdrawn.
    pub answered_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a change of a due date was agreed. The due date itself changes only when it was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DueDateChangeState {
    /// The other party has not answered yet; the old date stands.
    Pending,
    /// The other party consented: the new date took the old one's place.
    Agreed,
    /// The other party declined: the old date stands.
    Declined,
    /// Taken back by the party that asked for it, before it was answered: the old date stands.
    Withdrawn,
}
