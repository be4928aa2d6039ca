//! Reading the journal: the entries of one chain, page by page or as they come, and their contents as far as the
//! caller may read them.

pub mod follow;

use async_graphql::Enum;
use sea_orm::Condition;

use crate::access::permit::journal::{ChainOf, reads_content};
use crate::access::viewer::Viewer;
use crate::db::page::{Listed, SortKey};
use crate::db::recorded::Recorded;
use crate::entity::journal_entry::{Column, Entity, Model};
use crate::error::Result;

/// How the entries of a chain are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum JournalOrder {
    /// From the first entry on: the order in which the chain is verified.
    #[default]
    NumberAsc,
    /// The newest first.
    NumberDesc,
}

impl Listed for Entity {
    type Filter = ();
    type Order = JournalOrder;

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    /// An entry's number is unique in its chain, and a list is always of one chain.
    fn sort_key(order: JournalOrder) -> SortKey<Column> {
        match order {
            JournalOrder::NumberAsc => SortKey::ascending([Column::Number]),
            JournalOrder::NumberDesc => SortKey::descending([Column::Number]),
        }
    }
}

/// The content of an entry that the viewer sees; none if its scopes do not let it be read (T13).
pub fn content(viewer: &Viewer, entry: &Model) -> Result<Option<Recorded>> {
    let own = viewer.organization.is_some_and(|organization| organization.uuid() == entry.chain_id);
    let chain = if own { ChainOf::OwnOrganization } else { ChainOf::Relationship };
    let recorded = Recorded::read(&entry.content)?;
    Ok(reads_content(viewer, chain, &recorded).then_some(recorded))
}
