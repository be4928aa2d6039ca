//! Organizations with their sites and contacts, and what other systems call the things kept here.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{created_at, date, id, json_binary, key, optional, text, uuid, version};
use crate::table::NewTable;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        organization(backend).create(manager).await?;
        site(backend).create(manager).await?;
        contact().create(manager).await?;
        external_reference(backend).create(manager).await
    }
}

fn organization(backend: DbBackend) -> NewTable {
    NewTable::named("organization")
        .column(id())
        .column(key(backend, "handle"))
        .column(text("name"))
        .column(version())
        .column(created_at())
        .unique(&["handle"])
}

fn site(backend: DbBackend) -> NewTable {
    NewTable::named("site")
        .column(id())
        .column(uuid("organization_id"))
        .column(text("name"))
        .column(key(backend, "country"))
        .column(text("time_zone"))
        .column(json_binary("working_hours"))
        .column(json_binary("holidays"))
        .column(json_binary("languages"))
        .column(json_binary("capabilities"))
        .column(version())
        .column(created_at())
        .refers("organization_id", "organization")
        .check("country_is_alpha_2", "length(country) = 2")
        .index(&["organization_id", "created_at", "id"])
}

fn contact() -> NewTable {
    NewTable::named("contact")
        .column(id())
        .column(uuid("organization_id"))
        .column(text("name"))
        .column(text("role"))
        .column(optional(text("email")))
        .column(optional(text("phone")))
        .column(optional(text("subject")))
        .column(optional(uuid("site_id")))
        .column(optional(uuid("backup_contact_id")))
        .column(optional(date("valid_from")))
        .column(optional(date("valid_to")))
        .column(json_binary("away"))
        .column(version())
        .column(created_at())
        .refers("organization_id", "organization")
        .refers("site_id", "site")
        .refers("backup_contact_id", "contact")
        .check("validity_in_order", "valid_to >= valid_from")
        .check("backup_is_another", "backup_contact_id <> id")
        .index(&["organization_id", "created_at", "id"])
        .index(&["site_id"])
        .index(&["backup_contact_id"])
}

fn external_reference(backend: DbBackend) -> NewTable {
    NewTable::named("external_reference")
        .column(id())
        .column(uuid("organization_id"))
        .column(key(backend, "system"))
        .column(key(backend, "external_id"))
        .column(key(backend, "object_kind"))
        .column(uuid("object_id"))
        .column(created_at())
        .refers("organization_id", "organization")
        .unique(&["organization_id", "system", "external_id"])
        .index(&["object_id", "organization_id"])
}
