//! Action items: work that one party does and either asked for.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use super::texts::Texts;
use crate::id::{ActionItemId, ContactId, RelationshipId};

/// One action item.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "action_item")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionItemId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// What is to be done, in a line.
    pub title: String,
    /// What is to be done, at length.
    pub description: String,
    /// Title, description and labels in lower case: what a text search looks through.
    pub search_text: String,
    /// The id prefix of the thing it is about.
    pub subject_kind: Option<String>,
    /// The thing it is about.
    pub subject_id: Option<Uuid>,
    /// How much it presses.
    pub priority: Priority,
    /// Who asked for it, and verifies it.
    pub requested_by: Party,
    /// The issuer of the token that asked for it.
    pub requester_issuer: Option<String>,
    /// The subject of the token that asked for it: the same hand cannot accept it.
    pub requester_subject: Option<String>,
    /// Who does it.
    pub owner: Party,
    /// The contact of the owner who does it.
    pub assignee_contact_id: Option<ContactId>,
    /// The date by which it is to be done.
    pub due_on: NaiveDate,
    /// Words to group items by.
    #[sea_orm(column_type = "JsonBinary")]
    pub labels: Texts,
    /// How far it has come.
    pub state: ActionItemState,
    /// Why it is in its state, where a reason was given.
    pub state_reason: Option<String>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far an action item has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionItemState {
    /// Asked of the counterparty, which has not accepted it yet: it can accept, propose another date, or
    /// decline with a reason.
    Proposed,
    /// Accepted by its owner, and not begun.
    Open,
    /// Being worked on.
    InProgress,
    /// Done, as its owner says; the party that asked for it has yet to verify that.
    Done,
    /// Done, as the party that asked for it has verified. Final.
    Verified,
    /// Declined by the counterparty, with a reason. Final.
    Declined,
    /// No longer wanted by the party that asked for it. Final.
    Cancelled,
}

/// How much an action item presses, compared with others. Stored as a number, the most pressing first, so that
/// one index order goes from what presses most and is due soonest to what can wait longest.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Priority {
    /// Goes before everything else.
    #[sea_orm(num_value = 1)]
    Urgent,
    /// Goes before the usual.
    #[sea_orm(num_value = 2)]
    High,
    /// The usual.
    #[default]
    #[sea_orm(num_value = 3)]
    Normal,
    /// Can wait for everything else.
    #[sea_orm(num_value = 4)]
    Low,
}
