//! Tokens that are no longer accepted, though their issuer's signature is good and they have not expired.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{big_integer, created_at, id, key, one_of, optional, text, timestamp_with_time_zone, uuid};
use crate::table::NewTable;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        token_revocation(manager.get_database_backend()).create(manager).await
    }
}

/// Rows are only added. They are numbered in the order in which they are committed, so that who has read up to a
/// number misses none.
fn token_revocation(backend: DbBackend) -> NewTable {
    NewTable::named("token_revocation")
        .column(id())
        .column(big_integer("number"))
        .column(one_of(backend, "kind", &["TOKEN", "SUBJECT", "ORGANIZATION"]))
        .column(optional(uuid("organization_id")))
        .column(optional(key(backend, "issuer")))
        .column(optional(key(backend, "subject")))
        .column(optional(key(backend, "token_id")))
        .column(optional(timestamp_with_time_zone("valid_after")))
        .column(optional(timestamp_with_time_zone("expires_at")))
        .column(text("reason"))
        .column(created_at())
        .refers("organization_id", "organization")
        .check(
            "names_what_is_revoked",
            "CASE kind WHEN 'TOKEN' THEN issuer IS NOT NULL AND token_id IS NOT NULL AND expires_at IS NOT NULL \
             WHEN 'SUBJECT' THEN issuer IS NOT NULL AND subject IS NOT NULL AND valid_after IS NOT NULL \
             ELSE organization_id IS NOT NULL AND valid_after IS NOT NULL END",
        )
        .unique(&["number"])
}
