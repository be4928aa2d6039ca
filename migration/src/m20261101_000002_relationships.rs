//! Relationships: the two organizations, the sites in play, the contacts named, scopes of work with milestones.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{created_at, date, id, one_of, optional, party, text, timestamp_with_time_zone, uuid, version};
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
        relationship(backend).create(manager).await?;
        relationship_site().create(manager).await?;
        relationship_contact().create(manager).await?;
        scope_of_work(backend).create(manager).await?;
        milestone().create(manager).await
    }
}

fn relationship(backend: DbBackend) -> NewTable {
    let states = &["PROPOSED", "ACTIVE", "PAUSED", "ENDED", "DECLINED", "WITHDRAWN"];
    NewTable::named("relationship")
        .column(id())
        .column(uuid("sponsor_id"))
        .column(uuid("cdmo_id"))
        .column(text("name"))
        .column(text("description"))
        .column(one_of(backend, "state", states))
        .column(party(backend, "proposed_by"))
        .column(optional(party(backend, "paused_by")))
        .column(optional(text("state_reason")))
        .column(text("proposer_issuer"))
        .column(text("proposer_subject"))
        .column(optional(timestamp_with_time_zone("accepted_at")))
        .column(optional(timestamp_with_time_zone("ended_at")))
        .column(version())
        .column(created_at())
        .refers("sponsor_id", "organization")
        .refers("cdmo_id", "organization")
        .check("parties_differ", "sponsor_id <> cdmo_id")
        .index(&["sponsor_id", "created_at", "id"])
        .index(&["cdmo_id", "created_at", "id"])
}

fn relationship_site() -> NewTable {
    NewTable::named("relationship_site")
        .column(id())
        .column(uuid("relationship_id"))
        .column(uuid("site_id"))
        .column(created_at())
        .refers("relationship_id", "relationship")
        .refers("site_id", "site")
        .unique(&["relationship_id", "site_id"])
        .index(&["site_id"])
}

fn relationship_contact() -> NewTable {
    NewTable::named("relationship_contact")
        .column(id())
        .column(uuid("relationship_id"))
        .column(uuid("contact_id"))
        .column(created_at())
        .refers("relationship_id", "relationship")
        .refers("contact_id", "contact")
        .unique(&["relationship_id", "contact_id"])
        .index(&["contact_id"])
}

fn scope_of_work(backend: DbBackend) -> NewTable {
    NewTable::named("scope_of_work")
        .column(id())
        .column(uuid("relationship_id"))
        .column(text("name"))
        .column(text("description"))
        .column(optional(date("starts_on")))
        .column(optional(date("ends_on")))
        .column(one_of(backend, "state", &["PROPOSED", "AGREED", "DECLINED"]))
        .column(party(backend, "proposed_by"))
        .column(text("proposer_issuer"))
        .column(text("proposer_subject"))
        .column(optional(text("state_reason")))
        .column(version())
        .column(created_at())
        .refers("relationship_id", "relationship")
        .check("dates_in_order", "ends_on >= starts_on")
        .index(&["relationship_id", "created_at", "id"])
}

fn milestone() -> NewTable {
    NewTable::named("milestone")
        .column(id())
        .column(uuid("scope_of_work_id"))
        .column(uuid("relationship_id"))
        .column(text("name"))
        .column(date("planned_on"))
        .column(optional(date("forecast_on")))
        .column(optional(date("actual_on")))
        .column(version())
        .column(created_at())
        .refers("scope_of_work_id", "scope_of_work")
        .refers("relationship_id", "relationship")
        .index(&["scope_of_work_id", "planned_on", "id"])
}
