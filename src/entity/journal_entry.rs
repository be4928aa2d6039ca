//! Entries of the journal: one for each write, chained by hash.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;

/// One entry; it is never updated or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "journal_entry")]
pub struct Model {
    /// The chain it is on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain_id: Uuid,
    /// Its place in the chain, from 1 and without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Who did what and why, as JSON text.
    pub content: String,
    /// The digest of the content.
    pub content_digest: String,
    /// The hash of the entry before.
    pub previous_hash: String,
    /// The hash over this entry and, by the one before, over all earlier ones.
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
