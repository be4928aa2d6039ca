//! Contacts named for a relationship: whom of a party the counterparty gets to know.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{ContactId, RelationshipContactId, RelationshipId};

/// One contact of one relationship; the counterparty reads the contact from then on.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "relationship_contact")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RelationshipContactId,
    /// The relationship.
    pub relationship_id: RelationshipId,
    /// The contact that is named, of either party.
    pub contact_id: ContactId,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
