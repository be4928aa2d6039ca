//! Following the journal of a relationship: each entry once, in order, as it is committed.
//!
//! A chain's entries are numbered without gaps under a lock, so that nothing can appear before an entry that has been
//! read: to read on after a number misses nothing.

use std::collections::VecDeque;

use futures_util::stream::{Stream, try_unfold};
use sea_orm::{ColumnTrait, QueryFilter, Value};
use uuid::Uuid;

use super::JournalOrder;
use crate::access::reader::Reader;
use crate::db::feed::{Feed, Waiter};
use crate::db::page::{self, List, Listed, Page, Place, Window, places};
use crate::entity::journal_entry::{Column, Entity, Model};
use crate::error::{Error, Result};
use crate::id::RelationshipId;

/// How many entries are read at once by who lags behind.
const AT_ONCE: u64 = 20;

/// An entry and where it lies in its chain.
pub type Placed = (Place, Model);

/// The entries of a relationship's chain after a cursor of it; without one, those from now on. Each page of them is
/// read as what the caller may see at that moment, and the stream ends once that is nothing. Between two pages it
/// holds no connection.
pub async fn follow(
    reader: Reader,
    feed: &Feed,
    relationship: RelationshipId,
    after: Option<String>,
) -> Result<impl Stream<Item = Result<Placed>> + use<>> {
    let chain = relationship.uuid();
    // From before the first look on, so that nothing is committed unnoticed.
    let waiter = feed.wait_for(chain);
    let mut following = Following { reader, chain, waiter, after: String::new(), read: VecDeque::new() };
    let (end, last) = following.end().await?;
    following.after = match after {
        Some(after) if lies_beyond(&after, last.number) => {
            return Err(Error::field("after", "lies beyond the journal's end: use a cursor that this service gave"));
        }
        Some(after) => after,
        None => end.cursor(),
    };
    Ok(try_unfold(following, async |mut following| {
        let next = following.next().await?;
        Ok(Some((next, following)))
    }))
}

/// One who follows a chain.
struct Following {
    reader: Reader,
    chain: Uuid,
    waiter: Waiter,
    /// The cursor of the last entry that was read.
    after: String,
    /// What was read and is yet to be given out.
    read: VecDeque<Placed>,
}

impl Following {
    async fn next(&mut self) -> Result<Placed> {
        loop {
            if let Some(next) = self.read.pop_front() {
                return Ok(next);
            }
            let page = Window { limit: AT_ONCE, cursor: Some(self.after.clone()), backward: false };
            self.read = self.page(page).await?.into();
            if let Some((end, _)) = self.read.back() {
                self.after = end.cursor();
            } else {
                // Nothing new, or nothing to see any more.
                self.end().await?;
                self.waiter.grown().await;
            }
        }
    }

    /// The last entry, of which there is one in each chain that the caller sees.
    async fn end(&self) -> Result<Placed> {
        let last = self.page(Window { limit: 1, cursor: None, backward: true }).await?.pop();
        last.ok_or_else(|| Error::not_found("relationship"))
    }

    async fn page(&self, window: Window) -> Result<Vec<Placed>> {
        // Under the id of a relationship nobody reads the chain of an organization, not even its own.
        if self.reader.viewer().organization.is_some_and(|own| own.uuid() == self.chain) {
            return Ok(Vec::new());
        }
        let entries = self.reader.find::<Entity>().filter(Column::ChainId.eq(self.chain));
        let list = List { filter: (), order: JournalOrder::NumberAsc, window };
        let Page { rows, .. } = page::page(self.reader.connection(), entries, &list).await?;
        Ok(places(&rows, &Entity::sort_key(list.order)).into_iter().zip(rows).collect())
    }
}

fn lies_beyond(cursor: &str, last: i64) -> bool {
    let key = page::decode(cursor, &Entity::sort_key(JournalOrder::NumberAsc));
    !matches!(key.as_deref(), Some([Value::BigInt(Some(number))]) if *number <= last)
}
