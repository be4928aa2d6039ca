//! Organizations: the companies, each of which can be a sponsor here and a CDMO there.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::OrganizationId;

/// One organization.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    /// Its stable slug, unique here; what an issuer's tokens name it by.
    pub handle: String,
    /// The company's name, for people.
    pub name: String,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
