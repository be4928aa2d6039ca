//! The journal's chains and entries: what is hashed, and how.
//!
//! There is one chain for each relationship and one for each organization. The entries of a chain are
//! numbered 1, 2, 3 … without gaps. JCS is the JSON Canonicalization Scheme (RFC 8785), in UTF-8; SHA-256 is
//! written in lower-case hexadecimal:
//!
//! ```text
//! contentDigest = SHA-256(JCS(content))
//! hash          = SHA-256(JCS({ "at": …, "chain": …, "contentDigest": …, "number": …, "previousHash": … }))
//! ```
//!
//! - `chain` is the id of the relationship or organization (`rel_…`, `org_…`); `number` is an integer;
//!   `at` is RFC 3339 in UTC with six decimals (`2026-11-22T09:30:00.000000Z`); `previousHash` is the hash
//!   of the entry before, and 64 zeros for the first.
//! - `content` is the object of [`Content`]. It is stored as its canonical text.
//! - `content.salt` is random: who may not read an entry's content cannot guess it and compare digests.
//! - `content.changes` lists each changed row: its table, its id, and the columns before and after.
//!   A new row has no `before`, a removed one no `after`; otherwise only the columns that changed are named.
//!   A column is written as the row's type serializes it: ids as TypeIDs, enums as their text in the schema, dates
//!   and times as RFC 3339, numbers as JSON numbers. A column that no entry named is null.
//! - `content.rows` stands for rows written or removed in bulk: their table, the id they belong to, their count,
//!   and the digest SHA-256(JCS([row, …])) of the rows (of their keys, where removed) in their order.
//!
//! So a reader of an entry's frame (number, time, hashes) can verify the chain without its content, and a
//! reader of the content can verify that too. `docs/journal.md` shows how.

#[cfg(test)]
mod tests;

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveValue, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entity::{journal_chain, journal_entry};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, RelationshipId};

/// The hash before a chain's first entry.
pub const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Whose chain an entry is on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Chain {
    /// What both parties may read and verify.
    Relationship(RelationshipId),
    /// What concerns one organization alone.
    Organization(OrganizationId),
}

impl Chain {
    /// The chain of who runs the service, for what concerns no organization. Its id is that of none.
    pub const OPERATOR: Self = Self::Organization(OrganizationId::new(Uuid::nil()));

    /// The UUID of the relationship or organization.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Relationship(id) => id.uuid(),
            Self::Organization(id) => id.uuid(),
        }
    }

    /// Which of the two it is, as stored.
    #[must_use]
    pub const fn kind(self) -> journal_chain::JournalChainKind {
        match self {
            Self::Relationship(_) => journal_chain::JournalChainKind::Relationship,
            Self::Organization(_) => journal_chain::JournalChainKind::Organization,
        }
    }

    /// The chain that a stored row describes.
    #[must_use]
    pub const fn of(row: &journal_chain::Model) -> Self {
        match row.kind {
            journal_chain::JournalChainKind::Relationship => Self::Relationship(RelationshipId::new(row.id)),
            journal_chain::JournalChainKind::Organization => Self::Organization(OrganizationId::new(row.id)),
        }
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Relationship(id) => id.fmt(f),
            Self::Organization(id) => id.fmt(f),
        }
    }
}

/// Who wrote.
#[derive(Clone, Debug, Serialize)]
pub struct Author {
    /// The issuer of the token.
    pub issuer: String,
    /// The subject of the token.
    pub subject: String,
    /// The organization it acted for; none for the service's operator.
    pub organization: Option<OrganizationId>,
}

/// What an entry records, in the canonical form's field names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// Random text.
    pub salt: String,
    /// The name of the mutation.
    pub action: &'static str,
    /// Who did it.
    pub actor: Author,
    /// The id of what it was done to.
    pub subject: String,
    /// Why, where a rule wants a reason.
    pub reason: Option<String>,
    /// Each changed row.
    pub changes: Vec<Change>,
    /// Rows written or removed in bulk.
    pub rows: Vec<Rows>,
}

/// The names and values of a row's columns.
pub type Image = Map<String, Value>;

/// One row before and after.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// The table's name.
    pub table: &'static str,
    /// The row's id.
    pub id: String,
    /// The changed columns before; none for a new row.
    pub before: Option<Image>,
    /// The changed columns after; none for a removed row.
    pub after: Option<Image>,
}

/// Many rows that were written or removed at once.
#[derive(Clone, Debug, Serialize)]
pub struct Rows {
    /// The table's name.
    pub table: &'static str,
    /// The id of what the rows belong to.
    pub of: String,
    /// How many rows.
    pub count: usize,
    /// They were removed; the digest is of their keys.
    pub removed: bool,
    /// SHA-256 over the canonical form of the rows in order.
    pub digest: String,
}

/// The canonical form (RFC 8785).
pub fn canonical(value: &impl Serialize) -> Result<String> {
    serde_json_canonicalizer::to_string(value).map_err(Error::internal)
}

/// SHA-256 of the canonical form, in hexadecimal.
pub fn digest(value: &impl Serialize) -> Result<String> {
    Ok(digest_of_text(&canonical(value)?))
}

/// SHA-256 of a text that is canonical already.
#[must_use]
pub fn digest_of_text(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical))
}

/// A moment in a canonical form: RFC 3339 in UTC with six digits of the second, which is what both databases keep.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The hash of an entry's frame.
pub fn entry_hash(
    chain: Chain,
    number: i64,
    at: DateTime<Utc>,
    content_digest: &str,
    previous_hash: &str,
) -> Result<String> {
    digest(&json!({
        "at": moment(at),
        "chain": chain.to_string(),
        "contentDigest": content_digest,
        "number": number,
        "previousHash": previous_hash,
    }))
}

/// Where a chain ends.
#[derive(Clone, Debug)]
pub struct Head {
    number: i64,
    hash: String,
}

impl From<journal_chain::Model> for Head {
    fn from(row: journal_chain::Model) -> Self {
        Self { number: row.number, hash: row.hash }
    }
}

/// Starts the chain of a new relationship or organization.
pub async fn start(transaction: &DatabaseTransaction, chain: Chain) -> Result<Head> {
    let row = journal_chain::Model { id: chain.uuid(), kind: chain.kind(), number: 0, hash: NO_HASH.to_owned() };
    journal_chain::Entity::insert(journal_chain::ActiveModel::from(row.clone()))
        .exec_without_returning(transaction)
        .await?;
    Ok(row.into())
}

/// Starts a chain unless that was done.
pub async fn ensure(transaction: &DatabaseTransaction, chain: Chain) -> Result<()> {
    let row = journal_chain::Model { id: chain.uuid(), kind: chain.kind(), number: 0, hash: NO_HASH.to_owned() };
    journal_chain::Entity::insert(journal_chain::ActiveModel::from(row))
        .on_conflict_do_nothing_on([journal_chain::Column::Id])
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Locks the end of a chain until the transaction ends, so that no two entries get the same number.
pub async fn lock(transaction: &DatabaseTransaction, chain: Chain) -> Result<Head> {
    let row = journal_chain::Entity::find_by_id(chain.uuid()).lock(LockType::NoKeyUpdate).one(transaction).await?;
    row.map(Head::from).ok_or_else(|| Error::internal(format!("{chain} has no journal chain")))
}

/// Appends one entry to a chain whose end is locked.
pub async fn append(
    transaction: &DatabaseTransaction,
    chain: Chain,
    head: &Head,
    at: DateTime<Utc>,
    content: &Content,
) -> Result<()> {
    let canonical = serde_json_canonicalizer::to_string(content).map_err(Error::internal)?;
    let content_digest = digest_of_text(&canonical);
    let number = head.number + 1;
    let hash = entry_hash(chain, number, at, &content_digest, &head.hash)?;
    let entry = journal_entry::Model {
        chain_id: chain.uuid(),
        number,
        at,
        content: canonical,
        content_digest,
        previous_hash: head.hash.clone(),
        hash: hash.clone(),
    };
    journal_entry::Entity::insert(journal_entry::ActiveModel::from(entry)).exec_without_returning(transaction).await?;
    let end = journal_chain::ActiveModel {
        number: ActiveValue::Set(number),
        hash: ActiveValue::Set(hash),
        ..Default::default()
    };
    journal_chain::Entity::update_many()
        .set(end)
        .filter(journal_chain::Column::Id.eq(chain.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The names and values of a row's columns, as they stand in an entry.
pub fn image(row: &impl Serialize) -> Result<Image> {
    match serde_json::to_value(row).map_err(Error::internal)? {
        Value::Object(columns) => Ok(columns),
        other => Err(Error::internal(format!("a row must serialize as an object, not {other}"))),
    }
}

/// The columns that differ, before and after.
#[must_use]
pub fn difference(before: &Image, after: &Image) -> (Image, Image) {
    let changed = |column: &&String| before.get(*column) != after.get(*column);
    let pick = |side: &Image| {
        after
            .keys()
            .filter(changed)
            .map(|column| (column.clone(), side.get(column).cloned().unwrap_or(Value::Null)))
            .collect()
    };
    (pick(before), pick(after))
}
