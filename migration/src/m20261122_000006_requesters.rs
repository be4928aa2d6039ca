//! Who asked for an action item and for another date: the same hand never consents for the other party.
//!
//! Nobody knows it of the rows that are there already, so the columns may be empty.

use sea_orm_migration::prelude::*;

use crate::columns::{optional, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["action_item", "due_date_change"] {
            // SQLite adds one column at a time.
            for column in ["requester_issuer", "requester_subject"] {
                manager.alter_table(Table::alter().table(table).add_column(optional(text(column))).take()).await?;
            }
        }
        Ok(())
    }
}
