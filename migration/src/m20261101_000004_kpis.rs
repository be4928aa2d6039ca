//! KPIs: what is measured, by which agreed definition, and the datasets with their revisions and readings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    boolean, counted_from_one, created_at, date, double, id, integer, json_binary, key, one_of, optional, party, text,
    timestamp_with_time_zone, uuid, version,
};
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
        metric_charter(backend).create(manager).await?;
        kpi(backend).create(manager).await?;
        kpi_definition(backend).create(manager).await?;
        kpi_dataset(backend).create(manager).await?;
        kpi_dataset_revision(backend).create(manager).await?;
        observation(backend).create(manager).await?;
        interpretation(backend).create(manager).await?;
        signature(backend).create(manager).await
    }
}

fn metric_charter(backend: DbBackend) -> NewTable {
    NewTable::named("metric_charter")
        .column(id())
        .column(uuid("relationship_id"))
        .column(text("purpose"))
        .column(optional(text("review_cadence")))
        .column(one_of(backend, "state", &["PROPOSED", "IN_EFFECT", "SUPERSEDED"]))
        .column(party(backend, "proposed_by"))
        .column(text("digest"))
        .column(version())
        .column(created_at())
        .column(optional(timestamp_with_time_zone("effective_at")))
        .refers("relationship_id", "relationship")
        .unique_where("state = 'IN_EFFECT'", &["relationship_id"])
        .index(&["relationship_id", "created_at", "id"])
}

fn kpi(backend: DbBackend) -> NewTable {
    NewTable::named("kpi")
        .column(id())
        .column(uuid("relationship_id"))
        .column(key(backend, "code"))
        .column(optional(counted_from_one("agreed_number")))
        .column(version())
        .column(created_at())
        .refers("relationship_id", "relationship")
        .unique(&["relationship_id", "code"])
}

fn kpi_definition(backend: DbBackend) -> NewTable {
    NewTable::named("kpi_definition")
        .column(id())
        .column(uuid("kpi_id"))
        .column(uuid("relationship_id"))
        .column(counted_from_one("number"))
        .column(one_of(backend, "state", &["PROPOSED", "AGREED", "SUPERSEDED", "REPLACED"]))
        .column(party(backend, "proposed_by"))
        .column(text("name"))
        .column(text("purpose"))
        .column(text("numerator"))
        .column(optional(text("denominator")))
        .column(text("unit"))
        .column(double("scale"))
        .column(one_of(backend, "aggregation", &["RATIO_OF_SUMS", "SUM", "MEAN"]))
        .column(one_of(backend, "direction", &["UP", "DOWN", "NEAR_TARGET"]))
        .column(optional(double("target")))
        .column(one_of(backend, "frequency", &["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]))
        .column(boolean("by_site"))
        .column(party(backend, "collecting_party"))
        .column(optional(text("source_system")))
        .column(integer("notice_days"))
        .column(text("digest"))
        .column(created_at())
        .column(optional(timestamp_with_time_zone("agreed_at")))
        .refers("kpi_id", "kpi")
        .refers("relationship_id", "relationship")
        .check("scale_is_positive", "scale > 0")
        .check("notice_is_a_period", "notice_days >= 0")
        .check("ratio_has_denominator", "aggregation <> 'RATIO_OF_SUMS' OR denominator IS NOT NULL")
        .unique(&["kpi_id", "number"])
        .unique_where("state = 'AGREED'", &["kpi_id"])
}

fn kpi_dataset(backend: DbBackend) -> NewTable {
    NewTable::named("kpi_dataset")
        .column(id())
        .column(uuid("relationship_id"))
        .column(uuid("kpi_id"))
        .column(uuid("definition_id"))
        .column(party(backend, "collecting_party"))
        .column(date("period_start"))
        .column(date("period_end"))
        .column(one_of(backend, "stage", &["DRAFT", "SHARED", "ALIGNED", "RELEASED"]))
        .column(counted_from_one("revision"))
        .column(optional(integer("released_revision")))
        .column(version())
        .column(created_at())
        .column(timestamp_with_time_zone("updated_at"))
        .refers("relationship_id", "relationship")
        .refers("kpi_id", "kpi")
        .refers("definition_id", "kpi_definition")
        .check("period_in_order", "period_end >= period_start")
        .check("released_revision_exists", "released_revision BETWEEN 1 AND revision")
        .check("released_is_current", "stage <> 'RELEASED' OR coalesce(released_revision, 0) = revision")
        .index(&["relationship_id", "period_start", "id"])
        .index(&["kpi_id", "period_start", "id"])
        .index(&["definition_id"])
}

fn kpi_dataset_revision(backend: DbBackend) -> NewTable {
    NewTable::named("kpi_dataset_revision")
        .column(id())
        .column(uuid("dataset_id"))
        .column(uuid("relationship_id"))
        .column(counted_from_one("number"))
        .column(optional(text("reason")))
        .column(integer("observation_count"))
        .column(text("digest"))
        .column(timestamp_with_time_zone("shared_at"))
        .column(text("shared_by_subject"))
        .column(optional(timestamp_with_time_zone("acknowledged_at")))
        .column(optional(timestamp_with_time_zone("released_at")))
        .column(optional(party(backend, "released_by")))
        .column(optional(json_binary("released_without")))
        .column(created_at())
        .refers("dataset_id", "kpi_dataset")
        .refers("relationship_id", "relationship")
        .check("count_is_a_count", "observation_count >= 0")
        .unique(&["dataset_id", "number"])
}

/// The one table that grows without bound. It has no foreign keys: they are checked row by row, which makes a
/// batch of 500 cost half as much again, while the service writes observations only into a dataset that it
/// holds in the same transaction. Where a definition is not by site the site is the nil UUID, so that it can
/// be part of the key.
fn observation(backend: DbBackend) -> NewTable {
    NewTable::named("observation")
        .column(uuid("dataset_id"))
        .column(counted_from_one("revision"))
        .column(date("period_start"))
        .column(uuid("site_id"))
        .column(date("period_end"))
        .column(optional(double("numerator")))
        .column(optional(double("denominator")))
        .column(optional(double("value")))
        .column(one_of(backend, "status", &["REPORTED", "NO_DATA", "PENDING", "EXCLUDED"]))
        .column(optional(text("reason")))
        .column(optional(text("source_system")))
        .column(optional(text("source_record")))
        .column(optional(text("note")))
        .column(timestamp_with_time_zone("recorded_at"))
        .primary_key(&["dataset_id", "revision", "period_start", "site_id"])
        .check("period_in_order", "period_end >= period_start")
        .check("reported_has_value", "(status = 'REPORTED') = (value IS NOT NULL)")
        .check("excluded_has_reason", "status <> 'EXCLUDED' OR reason IS NOT NULL")
        .ordered_by_key(backend)
}

fn interpretation(backend: DbBackend) -> NewTable {
    NewTable::named("interpretation")
        .column(id())
        .column(uuid("relationship_id"))
        .column(uuid("dataset_id"))
        .column(counted_from_one("revision"))
        .column(party(backend, "party"))
        .column(text("text"))
        .column(text("issuer"))
        .column(text("subject"))
        .column(version())
        .column(created_at())
        .column(timestamp_with_time_zone("updated_at"))
        .refers("relationship_id", "relationship")
        .refers("dataset_id", "kpi_dataset")
        .unique(&["dataset_id", "revision", "party"])
}

fn signature(backend: DbBackend) -> NewTable {
    NewTable::named("signature")
        .column(id())
        .column(uuid("relationship_id"))
        .column(key(backend, "object_kind"))
        .column(uuid("object_id"))
        .column(integer("revision"))
        .column(party(backend, "party"))
        .column(text("issuer"))
        .column(text("subject"))
        .column(text("meaning"))
        .column(text("digest"))
        .column(created_at())
        .column(optional(timestamp_with_time_zone("withdrawn_at")))
        .column(optional(text("withdraw_reason")))
        .refers("relationship_id", "relationship")
        .check("revision_is_a_number", "revision >= 0")
        .check("withdrawn_with_reason", "(withdrawn_at IS NULL) = (withdraw_reason IS NULL)")
        .unique_where("withdrawn_at IS NULL", &["object_id", "revision", "party"])
        .index(&["object_id", "revision"])
}
