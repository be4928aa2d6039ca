//! One file per table: the row, its enums and its JSON values, as the database and the journal hold them.
//! No rules live here; who sees a row is in `access`, what may happen to it in `domain`.
//!
//! The texts on enum values are what the GraphQL schema says about them.

pub mod action_item;
pub mod action_item_comment;
pub mod contact;
pub mod counting_rule;
pub mod due_date_change;
pub mod external_reference;
pub mod interpretation;
pub mod journal_chain;
pub mod journal_entry;
pub mod kpi;
pub mod kpi_chart_basis;
pub mod kpi_dataset;
pub mod kpi_dataset_revision;
pub mod kpi_definition;
pub mod kpi_review;
pub mod kpi_signal;
pub mod metric_charter;
pub mod milestone;
pub mod observation;
pub mod organization;
pub mod party;
pub mod reason_code;
pub mod relationship;
pub mod relationship_contact;
pub mod relationship_site;
pub mod scope_of_work;
pub mod signature;
pub mod site;
pub mod source_record;
pub mod texts;
pub mod token_revocation;

use sea_orm::{EnumIter, RelationDef, RelationTrait};

/// The relations of a table that no query joins to another: its rows are found by conditions and loaders.
#[derive(Clone, Copy, Debug, EnumIter)]
pub enum NoRelation {}

impl RelationTrait for NoRelation {
    fn def(&self) -> RelationDef {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{ActiveEnum, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait};

    use super::*;

    async fn migrated() -> DatabaseConnection {
        let database = Database::connect(ConnectOptions::new("sqlite::memory:").max_connections(1).to_owned());
        let database = database.await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        database
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "nobody looks at these rows: there are none")]
    async fn every_column_of_an_entity_is_in_its_table() {
        let database = migrated().await;
        macro_rules! read {
            ($($table:ident)*) => { $(
                let rows = $table::Entity::find().all(&database).await;
                assert_eq!(rows, Ok(vec![]), stringify!($table));
            )* };
        }
        read! {
            action_item action_item_comment contact due_date_change external_reference interpretation journal_chain
            journal_entry kpi kpi_chart_basis kpi_dataset kpi_dataset_revision kpi_definition kpi_signal metric_charter
            milestone observation organization relationship relationship_contact relationship_site scope_of_work
            signature site source_record token_revocation
        }
    }

    #[tokio::test]
    async fn a_table_takes_the_values_of_its_enums_and_no_others() {
        let database = migrated().await;
        macro_rules! takes {
            ($($table:ident.$column:ident: $values:ty,)*) => { $(
                let query = format!("SELECT sql FROM sqlite_master WHERE name = '{}'", stringify!($table));
                let table = database.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, query));
                let table: String = table.await.unwrap().unwrap().try_get("", "sql").unwrap();
                let values = <$values as ActiveEnum>::values().join("', '");
                let check = format!("CHECK (\"{}\" IN ('{values}'))", stringify!($column));
                assert!(table.contains(&check), "{check} is not in {table}");
            )* };
        }
        takes! {
            action_item.state: action_item::ActionItemState,
            due_date_change.state: due_date_change::DueDateChangeState,
            journal_chain.kind: journal_chain::JournalChainKind,
            kpi_chart_basis.chart_type: kpi_chart_basis::KpiChartType,
            kpi_chart_basis.closed_as: kpi_definition::ProposalClosed,
            kpi_chart_basis.rule_set: kpi_chart_basis::KpiRuleSet,
            kpi_chart_basis.state: kpi_definition::KpiDefinitionState,
            kpi_dataset.stage: kpi_dataset::KpiDatasetStage,
            kpi_definition.aggregation: kpi_definition::KpiAggregation,
            kpi_definition.aggregation_over_time: kpi_definition::KpiAggregationOverTime,
            kpi_definition.calendar: kpi_definition::KpiCalendar,
            kpi_definition.closed_as: kpi_definition::ProposalClosed,
            kpi_definition.closed_by: party::Party,
            kpi_definition.data_kind: kpi_definition::KpiDataKind,
            kpi_definition.direction: kpi_definition::KpiDirection,
            kpi_definition.frequency: kpi_definition::KpiFrequency,
            kpi_definition.state: kpi_definition::KpiDefinitionState,
            kpi_signal.chart_type: kpi_chart_basis::KpiChartType,
            kpi_signal.part: kpi_signal::KpiChartPart,
            kpi_signal.rule: kpi_signal::KpiSignalRule,
            kpi_signal.rule_set: kpi_chart_basis::KpiRuleSet,
            kpi_signal.side: kpi_signal::KpiSignalSide,
            metric_charter.state: metric_charter::MetricCharterState,
            observation.status: observation::ObservationStatus,
            relationship.proposed_by: party::Party,
            relationship.state: relationship::RelationshipState,
            scope_of_work.state: scope_of_work::ScopeOfWorkState,
            source_record.verdict: source_record::RecordVerdict,
            token_revocation.kind: token_revocation::TokenRevocationKind,
        }
    }
}
