//! The journal: one chain of entries for each relationship and for each organization.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{big_integer, id, one_of, text, timestamp_with_time_zone, uuid};
use crate::table::NewTable;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        journal_chain(manager.get_database_backend()).create(manager).await?;
        journal_entry().create(manager).await
    }
}

/// A chain's id is that of its relationship or organization; the row holds the chain's head.
fn journal_chain(backend: DbBackend) -> NewTable {
    NewTable::named("journal_chain")
        .column(id())
        .column(one_of(backend, "kind", &["RELATIONSHIP", "ORGANIZATION"]))
        .column(big_integer("number"))
        .column(text("hash"))
        .check("number_counts_entries", "number >= 0")
}

/// The content is text and not JSON: its digest is over exactly these characters.
fn journal_entry() -> NewTable {
    NewTable::named("journal_entry")
        .column(uuid("chain_id"))
        .column(big_integer("number"))
        .column(timestamp_with_time_zone("at"))
        .column(text("content"))
        .column(text("content_digest"))
        .column(text("previous_hash"))
        .column(text("hash"))
        .primary_key(&["chain_id", "number"])
        .refers("chain_id", "journal_chain")
        .check("number_from_one", "number >= 1")
}
