//! External references: what an organization's other systems call a thing that is kept here.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{ExternalReferenceId, OrganizationId};

/// One name of one thing in one system of one organization, which alone reads it.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "external_reference")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExternalReferenceId,
    /// Whose system it is.
    pub organization_id: OrganizationId,
    /// The system's name, as its organization calls it.
    pub system: String,
    /// What the thing is called there; unique in one system of one organization.
    pub external_id: String,
    /// The id prefix of the kind of thing that is named.
    pub object_kind: String,
    /// The thing that is named.
    pub object_id: Uuid,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
