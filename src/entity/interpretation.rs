//! Interpretations: how each party reads a revision of a dataset, side by side.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{InterpretationId, KpiDatasetId, RelationshipId};

/// One party's reading of one revision.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "interpretation")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InterpretationId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The dataset it is about.
    pub dataset_id: KpiDatasetId,
    /// The revision it is about.
    pub revision: i32,
    /// Whose reading it is; the other party never writes it.
    pub party: Party,
    /// What it says.
    pub text: String,
    /// The issuer of the token that last wrote it.
    pub issuer: String,
    /// The subject of the token that last wrote it.
    pub subject: String,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
