//! Heads of the journal's chains: one chain for each relationship and for each organization.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;

/// The head of one chain. Who writes under a chain holds this row to the commit.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "journal_chain")]
pub struct Model {
    /// The id of its relationship or organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which of the two it is.
    pub kind: JournalChainKind,
    /// The number of the last entry, or 0.
    pub number: i64,
    /// The hash of the last entry, or what the first one is chained to.
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a chain of the journal is kept for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JournalChainKind {
    /// What both parties of a relationship share: both can read and verify all of it.
    Relationship,
    /// What one organization keeps to itself, such as its drafts.
    Organization,
}
