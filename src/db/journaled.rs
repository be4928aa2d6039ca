//! The tables whose rows the journal keeps: every change of one of these rows is in some entry.
//!
//! A new table is a line here, or a test fails. What is left out: the journal itself, and observations and source
//! records, which are journaled many at once by their count and digest.

/// Calls a macro with each table and the kind of its ids.
macro_rules! with_journaled_tables {
    ($callback:ident) => {
        $callback! {
            organization Organization;
            site Site;
            contact Contact;
            external_reference ExternalReference;
            relationship Relationship;
            relationship_site RelationshipSite;
            relationship_contact RelationshipContact;
            scope_of_work ScopeOfWork;
            milestone Milestone;
            action_item ActionItem;
            due_date_change DueDateChange;
            action_item_comment ActionItemComment;
            metric_charter MetricCharter;
            kpi Kpi;
            kpi_definition KpiDefinition;
            kpi_dataset KpiDataset;
            kpi_dataset_revision KpiDatasetRevision;
            interpretation Interpretation;
            signature Signature;
            kpi_chart_basis KpiChartBasis;
            kpi_signal KpiSignal;
            token_revocation TokenRevocation;
        }
    };
}
pub(crate) use with_journaled_tables;

use crate::id::{Kind, kind};

/// One table whose rows the journal keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Journaled {
    /// Its name.
    pub table: &'static str,
    /// The prefix of its rows' ids.
    pub prefix: &'static str,
}

macro_rules! list {
    ($($table:ident $kind:ident;)*) => {
        /// All of them.
        pub const JOURNALED: &[Journaled] =
            &[$(Journaled { table: stringify!($table), prefix: kind::$kind::PREFIX }),*];
    };
}
with_journaled_tables!(list);

/// The place in [`JOURNALED`] of the table with a name.
#[must_use]
pub fn position(table: &str) -> Option<usize> {
    JOURNALED.iter().position(|journaled| journaled.table == table)
}

/// The table whose rows have ids with a prefix.
#[must_use]
pub fn table_of(prefix: &str) -> Option<&'static str> {
    JOURNALED.iter().find(|journaled| journaled.prefix == prefix).map(|journaled| journaled.table)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use migration::{Migrator, MigratorTrait};
    use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};

    use super::*;

    #[tokio::test]
    async fn every_table_is_journaled_or_has_a_reason_not_to_be() {
        let database = Database::connect(ConnectOptions::new("sqlite::memory:").max_connections(1).to_owned());
        let database = database.await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, names)).await.unwrap();
        let tables: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
        let others = ["journal_chain", "journal_entry", "observation", "source_record", "seaql_migrations"];
        let known = JOURNALED.iter().map(|journaled| journaled.table).chain(others);
        assert_eq!(tables, known.map(str::to_owned).collect());
    }
}
