//! The schema of Guidepost's database, as an ordered list of steps that give the same tables on SQLite
//! and on PostgreSQL.
//!
//! Steps go forward only: a record that both parties sign and chain by hash has no way back. A step that has
//! been released is never edited; a change is a new step, and it first adds, so that the version before it can
//! run beside it. The package knows nothing of the service: a step must mean the same in ten years.

mod columns;
mod m20261101_000001_organizations;
mod m20261101_000002_relationships;
mod m20261101_000003_action_items;
mod m20261101_000004_kpis;
mod m20261101_000005_journal;
mod m20261122_000006_requesters;
mod m20261122_000007_draft_digests;
mod m20261123_000008_token_revocations;
mod m20261123_000009_counted_kpis;
mod m20261127_000010_kpi_charts;
mod table;

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;

/// Brings a database up to date.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_organizations::Migration),
            Box::new(m20261101_000002_relationships::Migration),
            Box::new(m20261101_000003_action_items::Migration),
            Box::new(m20261101_000004_kpis::Migration),
            Box::new(m20261101_000005_journal::Migration),
            Box::new(m20261122_000006_requesters::Migration),
            Box::new(m20261122_000007_draft_digests::Migration),
            Box::new(m20261123_000008_token_revocations::Migration),
            Box::new(m20261123_000009_counted_kpis::Migration),
            Box::new(m20261127_000010_kpi_charts::Migration),
        ]
    }
}
