//! What the observations of a draft give when they are hashed, so that its journal entries tell them, too. Of a draft
//! from before this step it is not known until something is recorded into it.

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
        let mut digest = optional(text("draft_digest"));
        manager.alter_table(Table::alter().table("kpi_dataset").add_column(&mut digest).take()).await
    }
}
