//! Control charts: what their limits rest on, as both parties agree, and the signals that work was asked for on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    counted_from_one, created_at, date, id, json_binary, one_of, optional, party, text, timestamp_with_time_zone, uuid,
};
use crate::table::NewTable;

const CHART_TYPES: &[&str] = &["XMR", "P", "NP", "C", "U", "P_PRIME", "U_PRIME"];
const RULE_SETS: &[&str] = &["WESTERN_ELECTRIC", "NELSON", "NHS", "ANHOEJ"];
const RULES: &[&str] = &[
    "BEYOND_LIMITS",
    "TREND",
    "TWO_OF_THREE",
    "FOUR_OF_FIVE",
    "RUN",
    "LONG_RUN",
    "FEW_CROSSINGS",
    "ALTERNATING",
    "WITHIN_ONE_SIGMA",
    "OUTSIDE_ONE_SIGMA",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        kpi_chart_basis(backend).create(manager).await?;
        kpi_signal(backend).create(manager).await
    }
}

fn kpi_chart_basis(backend: DbBackend) -> NewTable {
    NewTable::named("kpi_chart_basis")
        .column(id())
        .column(uuid("kpi_id"))
        .column(uuid("relationship_id"))
        .column(counted_from_one("number"))
        .column(one_of(backend, "state", &["PROPOSED", "AGREED", "SUPERSEDED", "REPLACED"]))
        .column(party(backend, "proposed_by"))
        .column(optional(one_of(backend, "chart_type", CHART_TYPES)))
        .column(optional(one_of(backend, "rule_set", RULE_SETS)))
        .column(json_binary("phases"))
        .column(json_binary("exclusions"))
        .column(optional(one_of(backend, "closed_as", &["WITHDRAWN", "REJECTED"])))
        .column(optional(party(backend, "closed_by")))
        .column(optional(text("closed_reason")))
        .column(optional(timestamp_with_time_zone("closed_at")))
        .column(text("digest"))
        .column(created_at())
        .column(optional(timestamp_with_time_zone("agreed_at")))
        .refers("kpi_id", "kpi")
        .refers("relationship_id", "relationship")
        .unique(&["kpi_id", "number"])
        .unique_where("state = 'AGREED'", &["kpi_id"])
}

fn kpi_signal(backend: DbBackend) -> NewTable {
    NewTable::named("kpi_signal")
        .column(id())
        .column(uuid("relationship_id"))
        .column(uuid("kpi_id"))
        .column(uuid("definition_id"))
        .column(optional(uuid("site_id")))
        .column(one_of(backend, "chart_type", CHART_TYPES))
        .column(one_of(backend, "rule_set", RULE_SETS))
        .column(counted_from_one("rule_set_version"))
        .column(one_of(backend, "rule", RULES))
        .column(one_of(backend, "part", &["VALUES", "MOVING_RANGES"]))
        .column(optional(one_of(backend, "side", &["ABOVE", "BELOW"])))
        .column(json_binary("points"))
        .column(date("last_point"))
        .column(uuid("action_item_id"))
        .column(created_at())
        .refers("relationship_id", "relationship")
        .refers("kpi_id", "kpi")
        .refers("definition_id", "kpi_definition")
        .refers("action_item_id", "action_item")
        .unique(&["action_item_id"])
        .index(&["kpi_id", "last_point", "id"])
}
