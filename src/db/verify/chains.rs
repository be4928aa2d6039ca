//! The chains: each entry against the one before, its own hash and its content; the last against the head.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::Verification;
use super::finding::{EntryProblem, Finding, Place};
use crate::db::journal::{Chain, NO_HASH, digest_of_text, entry_hash};
use crate::db::recorded::Recorded;
use crate::entity::{journal_chain, journal_entry};
use crate::error::Result;

/// Entries in one statement: their contents are what the memory holds.
const PAGE: u64 = 500;

/// Checks all chains and replays what they recorded.
pub(super) async fn check(verification: &mut Verification<'_>) -> Result<()> {
    for row in chains(verification).await? {
        verification.summary.chains += 1;
        ChainCheck::new(&row).run(verification, &row).await?;
    }
    for chain in without_head(verification).await? {
        let place = Place { chain: chain.to_string(), number: 1 };
        verification.report(Finding::Entry { place, problem: EntryProblem::NoChain });
    }
    Ok(())
}

/// Organizations' chains first, as the ledger wants them.
#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn chains(verification: &Verification<'_>) -> Result<Vec<journal_chain::Model>> {
    use journal_chain::{Column, Entity};
    Ok(Entity::find().order_by_asc(Column::Kind).order_by_asc(Column::Id).all(&verification.snapshot).await?)
}

/// The ids of chains that have entries and no head.
#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn without_head(verification: &Verification<'_>) -> Result<Vec<Uuid>> {
    use journal_entry::Column;
    let heads = journal_chain::Entity::find().select_only().column(journal_chain::Column::Id).into_query();
    let select = journal_entry::Entity::find().filter(Column::ChainId.not_in_subquery(heads));
    let select = select.select_only().column(Column::ChainId).distinct().order_by_asc(Column::ChainId);
    Ok(select.into_tuple().all(&verification.snapshot).await?)
}

/// One chain under way: the end of what was read of it.
struct ChainCheck {
    chain: Chain,
    number: i64,
    hash: String,
    broken: bool,
}

impl ChainCheck {
    fn new(row: &journal_chain::Model) -> Self {
        Self { chain: Chain::of(row), number: 0, hash: NO_HASH.to_owned(), broken: false }
    }

    async fn run(mut self, verification: &mut Verification<'_>, head: &journal_chain::Model) -> Result<()> {
        verification.ledger.begin(self.chain);
        loop {
            let page = self.page(verification).await?;
            if page.is_empty() {
                break;
            }
            for (number, entry) in page {
                verification.summary.entries += 1;
                self.take(verification, number, entry)?;
            }
        }
        if let Some((number, problem)) = self.against(head) {
            self.found(verification, number, problem);
        }
        Ok(())
    }

    /// The entries that follow, each with its number; those that cannot be read are told apart.
    #[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
    async fn page(&self, verification: &Verification<'_>) -> Result<Vec<(i64, Option<journal_entry::Model>)>> {
        use journal_entry::{Column, Entity};
        let select =
            Entity::find().filter(Column::ChainId.eq(self.chain.uuid())).filter(Column::Number.gt(self.number));
        let select = select.order_by_asc(Column::Number).limit(PAGE).into_query();
        let rows = verification.snapshot.query_all(&select).await?;
        rows.iter()
            .map(|row| {
                let entry = journal_entry::Model::from_query_result(row, "").ok();
                Ok((row.try_get("", "number")?, entry))
            })
            .collect()
    }

    fn take(
        &mut self,
        verification: &mut Verification<'_>,
        number: i64,
        entry: Option<journal_entry::Model>,
    ) -> Result<()> {
        if number != self.number + 1 {
            self.found(verification, self.number + 1, EntryProblem::Missing);
        }
        self.number = number;
        let Some(entry) = entry else {
            self.found(
                verification,
                number,
                EntryProblem::Unreadable("a column is of no form that is written".to_owned()),
            );
            return Ok(());
        };
        if let Some(problem) = self.problem_of(&entry)? {
            self.found(verification, number, problem);
        }
        match Recorded::read(&entry.content) {
            Ok(recorded) => {
                for change in &recorded.changes {
                    if let Some(problem) = verification.ledger.record(number, change)? {
                        self.found(verification, number, problem);
                    }
                }
            }
            Err(_) => self.found(verification, number, EntryProblem::Unreadable("its content is none".to_owned())),
        }
        self.hash = entry.hash;
        Ok(())
    }

    fn problem_of(&self, entry: &journal_entry::Model) -> Result<Option<EntryProblem>> {
        if entry.previous_hash != self.hash {
            let (recorded, before) = (entry.previous_hash.clone(), self.hash.clone());
            return Ok(Some(EntryProblem::PreviousHash { recorded, before }));
        }
        let computed = digest_of_text(&entry.content);
        if entry.content_digest != computed {
            return Ok(Some(EntryProblem::ContentDigest { recorded: entry.content_digest.clone(), computed }));
        }
        let computed = entry_hash(self.chain, entry.number, entry.at, &entry.content_digest, &entry.previous_hash)?;
        Ok((entry.hash != computed).then(|| EntryProblem::Hash { recorded: entry.hash.clone(), computed }))
    }

    /// What is wrong with the end of the chain, once all of its entries are read.
    fn against(&self, head: &journal_chain::Model) -> Option<(i64, EntryProblem)> {
        if head.number > self.number {
            Some((self.number + 1, EntryProblem::Missing))
        } else if head.number < self.number {
            Some((head.number + 1, EntryProblem::BeyondHead { head: head.number }))
        } else if head.hash != self.hash {
            let (head, entry) = (head.hash.clone(), self.hash.clone());
            Some((self.number, EntryProblem::Head { head, entry }))
        } else {
            None
        }
    }

    /// Reports the first problem of a chain; what follows from it would only hide it.
    fn found(&mut self, verification: &mut Verification<'_>, number: i64, problem: EntryProblem) {
        if !std::mem::replace(&mut self.broken, true) {
            let place = Place { chain: self.chain.to_string(), number };
            verification.report(Finding::Entry { place, problem });
        }
    }
}
