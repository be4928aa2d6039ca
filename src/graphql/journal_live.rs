//! The journal as it is written: subscriptions.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::{Stream, StreamExt as _};

use super::connection::{At, Edge, Paging};
use super::context::ContextExt;
use super::journal::JournalEntry;
use super::node;
use super::scopes::{Field, requires_scopes};
use crate::access::permit;
use crate::domain::journal::JournalOrder;
use crate::domain::journal::follow::follow;
use crate::entity::journal_entry;

/// Subscriptions to the journal.
#[derive(Default)]
pub struct JournalSubscription;

#[Subscription]
impl JournalSubscription {
    /// Each new entry of a relationship's journal, once and in order, as soon as it is committed: every write under
    /// the relationship, by whichever party. Keep the cursor of the last one that you have dealt with; who connects
    /// again `after` it misses nothing. `relationship { journal }` gives the same cursors. It ends with `NOT_FOUND`
    /// when the relationship is not, or no longer, shared with the caller.
    #[graphql(directive = requires_scopes::apply(permit::READ_JOURNAL.alternatives()))]
    async fn relationship_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The relationship's id, `rel_…`.")] relationship_id: ID,
        #[graphql(desc = "Begin after this cursor; left out, with what is written from now on.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Field<Edge<JournalEntry>>> + use<>> {
        permit::READ_JOURNAL.check(ctx.viewer())?;
        let relationship = node::argument("relationshipId", &relationship_id)?;
        let paging = Paging { first: None, after, last: None, before: None };
        let after = paging.list::<journal_entry::Entity>((), JournalOrder::NumberAsc)?.window.cursor;
        let entries = follow(ctx.reads().reader().clone(), ctx.feed(), relationship, after).await?;
        Ok(entries.map(|entry| {
            let edge = entry.map(|(place, entry)| Edge::new(At::Place(place), JournalEntry(entry)));
            Some(edge.map_err(Into::into))
        }))
    }
}
