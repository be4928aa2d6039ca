//! Sites in play: which sites of the two parties a relationship is about.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{RelationshipId, RelationshipSiteId, SiteId};

/// One site of one relationship; the counterparty reads the site from then on.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "relationship_site")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RelationshipSiteId,
    /// The relationship.
    pub relationship_id: RelationshipId,
    /// The site in play, of either party.
    pub site_id: SiteId,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
