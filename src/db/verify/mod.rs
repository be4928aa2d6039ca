//! Checks the whole database against itself: that every chain of the journal is unbroken, and that every row
//! is as the journal recorded it. Reads everything, for no caller, and changes nothing.
//!
//! What this cannot show: a database whose owner rewrote all of it, rows, entries and hashes. Who wants to be
//! sure of that keeps the number and hash of an entry elsewhere and compares them later; any later change of an
//! earlier entry gives another hash. See `docs/journal.md`.

mod chains;
mod finding;
mod ledger;
mod observations;
mod rows;
mod source_records;

use sea_orm::DatabaseTransaction;

pub use finding::{EntryProblem, Finding, Place, RowProblem};

use super::Database;
use crate::error::Result;
use ledger::Ledger;

/// How much was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Chains.
    pub chains: u64,
    /// Entries in them.
    pub entries: u64,
    /// Rows of journaled tables.
    pub rows: u64,
    /// Observations.
    pub observations: u64,
    /// Source records.
    pub source_records: u64,
    /// What does not match.
    pub findings: u64,
}

/// Checks everything, as of one moment, and hands each thing that does not match to `found`: first the broken
/// chains, each with its first broken entry, then the rows.
pub async fn verify(database: &Database, found: &mut (dyn FnMut(Finding) + Send)) -> Result<Summary> {
    let snapshot = database.snapshot().await?;
    let mut verification = Verification { snapshot, ledger: Ledger::new()?, summary: Summary::default(), found };
    chains::check(&mut verification).await?;
    rows::compare_all(&mut verification).await?;
    observations::check(&mut verification).await?;
    verification.snapshot.rollback().await?;
    Ok(verification.summary)
}

/// One verification under way.
struct Verification<'f> {
    snapshot: DatabaseTransaction,
    ledger: Ledger,
    summary: Summary,
    found: &'f mut (dyn FnMut(Finding) + Send),
}

impl Verification<'_> {
    fn report(&mut self, finding: Finding) {
        self.summary.findings += 1;
        (self.found)(finding);
    }
}
