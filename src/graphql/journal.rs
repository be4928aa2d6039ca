//! The journal: who changed what, when and why, in chains that anyone who reads them can verify.

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::cost::{NOTE, TEXT, cost, list_size};
use super::node::{self, Node};
use super::organization::{Organization, organization_by_id};
use super::scopes::{Field, nullable};
use crate::db::recorded::{Recorded, RecordedChange, RecordedRows};
use crate::domain::journal::{self, JournalOrder};
use crate::entity::journal_entry;
use crate::id;

/// One write, on record. Its hash covers its number, its time, the digest of its content and the hash of the
/// entry before it: no entry can be changed, left out or added without all later hashes changing. How to verify
/// that is told in docs/journal.md, with a short program.
pub struct JournalEntry(pub journal_entry::Model);

/// One write, on record. Its hash covers its number, its time, the digest of its content and the hash of the
/// entry before it: no entry can be changed, left out or added without all later hashes changing. How to verify
/// that is told in docs/journal.md, with a short program.
#[Object]
impl JournalEntry {
    /// Its place in its chain: 1, 2, 3 … without gaps.
    async fn number(&self) -> i64 {
        self.0.number
    }

    /// When it was written, with microseconds.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// SHA-256 in hexadecimal, over the canonical form (RFC 8785) of an object of `at` (in UTC with six decimals:
    /// `2026-11-22T09:30:00.000000Z`), `chain` (the id of the relationship or organization), `contentDigest`,
    /// `number` and `previousHash`.
    async fn hash(&self) -> &str {
        &self.0.hash
    }

    /// The hash of the entry before; 64 zeros for the first.
    async fn previous_hash(&self) -> &str {
        &self.0.previous_hash
    }

    /// SHA-256 in hexadecimal of the content's canonical text.
    async fn content_digest(&self) -> &str {
        &self.0.content_digest
    }

    /// Who did what and why. Null if the caller's scopes do not let it read all that the entry tells of; the rest
    /// of the entry is enough to verify the chain.
    async fn content(&self, ctx: &Context<'_>) -> Field<JournalContent> {
        nullable(async move {
            let recorded = journal::content(ctx.viewer(), &self.0)?;
            Ok(recorded.map(|recorded| JournalContent { recorded, text: self.0.content.clone() }))
        })
        .await
    }
}

/// What one entry of the journal records.
pub struct JournalContent {
    recorded: Recorded,
    text: String,
}

/// What one entry of the journal records.
#[Object]
impl JournalContent {
    /// The name of the mutation.
    async fn action(&self) -> &str {
        &self.recorded.action
    }

    /// The issuer of the token that it was done with.
    async fn actor_issuer(&self) -> &str {
        &self.recorded.actor.issuer
    }

    /// The subject of that token: who did it, in the issuer's words.
    async fn actor_subject(&self) -> &str {
        &self.recorded.actor.subject
    }

    /// The id of the organization that it was done for; null for the service's operator.
    async fn actor_organization_id(&self) -> Option<ID> {
        self.recorded.actor.organization.clone().map(ID)
    }

    /// The organization that it was done for, if the caller may see it.
    async fn actor_organization(&self, ctx: &Context<'_>) -> Field<Organization> {
        let id = self.recorded.actor.organization.as_ref()?.parse().ok()?;
        nullable(organization_by_id(ctx, id)).await
    }

    /// The id of what it was done to.
    async fn subject_id(&self) -> ID {
        ID(self.recorded.subject.clone())
    }

    /// What it was done to, as it is now; null if it is gone, has no type of its own, or is not the caller's to see.
    async fn subject(&self, ctx: &Context<'_>) -> Field<Node> {
        let (prefix, id) = id::parse_any(&self.recorded.subject)?;
        nullable(node::load_if_readable(ctx, &prefix, id)).await
    }

    /// Why it was done, where a reason was given.
    #[graphql(directive = cost::apply(NOTE))]
    async fn reason(&self) -> Option<&str> {
        self.recorded.reason.as_deref()
    }

    /// Each row that was changed.
    #[graphql(directive = list_size::apply(Some(20), None, None, false))]
    async fn changes(&self) -> Vec<JournalChange> {
        self.recorded.changes.iter().map(JournalChange::from).collect()
    }

    /// Rows that were written or removed in bulk.
    async fn rows(&self) -> Vec<JournalRows> {
        self.recorded.rows.iter().map(JournalRows::from).collect()
    }

    /// Random text: who may not read the content cannot guess it and compare the digest.
    async fn salt(&self) -> &str {
        &self.recorded.salt
    }

    /// All of it as canonical JSON (RFC 8785). Its SHA-256 is the entry's `contentDigest`.
    #[graphql(directive = cost::apply(ENTRY))]
    async fn text(&self) -> &str {
        &self.text
    }
}

/// What a whole entry costs: it can hold a long text twice, before and after, and is JSON that is written into JSON.
const ENTRY: i32 = 4 * TEXT;

/// What the columns of a row cost. They can hold a long text, but an entry has seldom as many changes as are assumed.
const COLUMNS: i32 = NOTE / 2;

/// One row before and after a write.
#[derive(SimpleObject)]
pub struct JournalChange {
    /// The kind of row: the name of its table.
    table: String,
    /// The row's id.
    row_id: ID,
    /// The columns that changed, as they were; null for a new row. A dataset that is shared is told as if new.
    #[graphql(directive = cost::apply(COLUMNS))]
    before: Option<Json<Value>>,
    /// The columns that changed, as they are since then; null for a removed row.
    #[graphql(directive = cost::apply(COLUMNS))]
    after: Option<Json<Value>>,
}

impl From<&RecordedChange> for JournalChange {
    fn from(change: &RecordedChange) -> Self {
        let RecordedChange { table, id, before, after } = change.clone();
        let json = |columns| Json(Value::Object(columns));
        Self { table, row_id: ID(id), before: before.map(json), after: after.map(json) }
    }
}

/// Many rows that were written or removed at once.
#[derive(SimpleObject)]
pub struct JournalRows {
    /// The kind of rows: the name of their table.
    table: String,
    /// The id of what they belong to.
    of: ID,
    /// How many.
    count: i64,
    /// Whether they were removed.
    removed: bool,
    /// SHA-256 over the canonical form (RFC 8785) of the rows in their order; of their keys, where they were removed.
    digest: String,
}

impl From<&RecordedRows> for JournalRows {
    fn from(rows: &RecordedRows) -> Self {
        let RecordedRows { table, of, count, removed, digest } = rows.clone();
        Self { table, of: ID(of), count, removed, digest }
    }
}

/// A page of a chain that the caller may see.
pub async fn journal_of(
    ctx: &Context<'_>,
    chain: Uuid,
    order: JournalOrder,
    paging: Paging,
) -> Result<Connection<JournalEntry>> {
    let list = paging.list::<journal_entry::Entity>((), order)?;
    Ok(Connection::of_children(ctx, journal_entry::Column::ChainId, chain, list, JournalEntry).await?)
}
