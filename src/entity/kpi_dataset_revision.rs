//! Revisions of datasets: what was shared when, and what became of it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::{Parties, Party};
use crate::id::{KpiDatasetId, KpiDatasetRevisionId, RelationshipId};

/// One revision, from the moment it is shared; a draft has none.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi_dataset_revision")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiDatasetRevisionId,
    /// The dataset it belongs to.
    pub dataset_id: KpiDatasetId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// Its place among the revisions of its dataset, from 1.
    pub number: i32,
    /// Why it corrects the one before.
    pub reason: Option<String>,
    /// How many observations it has.
    pub observation_count: i32,
    /// How many source records it was counted from; none where observations were recorded ready-made.
    pub record_count: Option<i32>,
    /// The day that those records are as of.
    pub data_as_of: Option<NaiveDate>,
    /// The digest of its observations, and records: what an alignment signs.
    pub digest: String,
    /// When the counterparty could first read it; the notice period counts from here.
    pub shared_at: DateTime<Utc>,
    /// The subject of the token that shared it.
    pub shared_by_subject: String,
    /// When the counterparty said that it had seen it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When it was released.
    pub released_at: Option<DateTime<Utc>>,
    /// Who released it.
    pub released_by: Option<Party>,
    /// The parties whose alignment was missing when it was released; none of them if it was released aligned.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub released_without: Option<Parties>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
