//! Definitions that say all that both parties agree on, among it how source records are counted, and the records.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    counted_from_one, date, double, integer, json_binary, key, one_of, optional, party, text, timestamp_with_time_zone,
    uuid,
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
        add(manager, "kpi_definition", definition_columns(backend)).await?;
        add(manager, "kpi_dataset", vec![optional(date("data_as_of"))]).await?;
        let of_revision = vec![optional(date("data_as_of")), optional(integer("record_count"))];
        add(manager, "kpi_dataset_revision", of_revision).await?;
        source_record(backend).create(manager).await
    }
}

/// SQLite adds one column in a statement.
async fn add(manager: &SchemaManager<'_>, table: &'static str, columns: Vec<ColumnDef>) -> Result<(), DbErr> {
    for mut column in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
    }
    Ok(())
}

fn definition_columns(backend: DbBackend) -> Vec<ColumnDef> {
    [
        text("template"),
        text("formula"),
        one_of(backend, "data_kind", &["SHARE", "COUNT_PER_OPPORTUNITY", "COUNT", "MEASUREMENT"]),
        one_of(backend, "aggregation_over_time", &["RATIO_OF_SUMS", "SUM", "MEAN", "LAST"]),
        double("attention_threshold"),
        double("critical_threshold"),
        text("collection_method"),
        one_of(backend, "calendar", &["GREGORIAN", "SPONSOR_FISCAL", "CDMO_FISCAL"]),
        integer("year_start_month"),
        json_binary("counting_rule"),
        text("exclusions"),
        json_binary("reason_codes"),
        json_binary("review"),
        date("valid_from"),
        date("effective_on"),
        one_of(backend, "closed_as", &["WITHDRAWN", "REJECTED"]),
        party(backend, "closed_by"),
        text("closed_reason"),
        timestamp_with_time_zone("closed_at"),
    ]
    .map(optional)
    .into()
}

/// Grows without bound, as observations do, and like them has no foreign keys. The site is the nil UUID where the
/// source system names none.
fn source_record(backend: DbBackend) -> NewTable {
    NewTable::named("source_record")
        .column(uuid("dataset_id"))
        .column(counted_from_one("revision"))
        .column(key(backend, "record_id"))
        .column(uuid("site_id"))
        .column(optional(text("item")))
        .column(optional(date("opened_on")))
        .column(optional(date("agreed_on")))
        .column(optional(date("revised_on")))
        .column(optional(text("revision_reason")))
        .column(optional(text("revision_consent")))
        .column(optional(date("estimated_on")))
        .column(optional(date("actual_on")))
        .column(optional(date("recorded_on")))
        .column(optional(double("agreed_quantity")))
        .column(optional(double("actual_quantity")))
        .column(optional(text("outcome")))
        .column(optional(text("reason_code")))
        .column(optional(text("excluded_reason")))
        .column(date("period_start"))
        .column(one_of(backend, "verdict", &["MET", "MISSED", "COUNTED", "PENDING", "EXCLUDED", "NOT_COUNTED"]))
        .column(optional(double("numerator")))
        .column(optional(double("denominator")))
        .column(timestamp_with_time_zone("recorded_at"))
        .primary_key(&["dataset_id", "revision", "record_id"])
        .index(&["dataset_id", "revision", "period_start", "record_id"])
        .ordered_by_key(backend)
}
