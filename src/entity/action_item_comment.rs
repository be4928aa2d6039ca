//! Comments on action items.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{ActionItemCommentId, ActionItemId, RelationshipId};

/// One comment; it stays as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "action_item_comment")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionItemCommentId,
    /// The action item it is on.
    pub action_item_id: ActionItemId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The party of the author.
    pub party: Party,
    /// The issuer of the author's token.
    pub author_issuer: String,
    /// The subject of the author's token.
    pub author_subject: String,
    /// What it says.
    pub body: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
