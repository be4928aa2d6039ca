//! One write: a transaction that cannot change a row without recording the change, and cannot commit
//! changes without their journal entry.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DatabaseTransaction, EntityTrait, IdenStatic, IntoActiveModel, Iterable,
    ModelTrait, SqlErr,
};
use serde::Serialize;
use uuid::Uuid;

use super::Database;
use super::feed::Feed;
use super::journal::{self, Author, Chain, Change, Content, Head, Image, Rows};
use crate::entity::journal_chain;
use crate::error::{Error, Result};

/// An open transaction of one operation by one author.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    feed: Feed,
    action: &'static str,
    author: Author,
    at: DateTime<Utc>,
    locked: Option<(Chain, Head)>,
    changes: Vec<Change>,
    rows: Vec<Rows>,
}

/// What a journal entry says beyond the changes themselves.
#[derive(Debug)]
pub struct Entry {
    /// The chain it goes to.
    pub chain: Chain,
    /// The id of what was changed.
    pub subject: String,
    /// Why, where a rule wants a reason.
    pub reason: Option<String>,
}

impl Write {
    /// Begins. `action` is the mutation's name in GraphQL.
    pub async fn begin(database: &Database, action: &'static str, author: Author, at: DateTime<Utc>) -> Result<Self> {
        let transaction = database.begin().await?;
        let feed = database.feed().clone();
        Ok(Self { transaction, feed, action, author, at, locked: None, changes: Vec::new(), rows: Vec::new() })
    }

    /// The transaction, for reading what the operation decides on. Changing rows through it would bypass
    /// the journal; `clippy.toml` keeps that to `db` and to the statements for many observations.
    #[must_use]
    pub const fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// When the write happens: the one time that all its rows and its entry carry.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Who writes.
    #[must_use]
    pub const fn author(&self) -> &Author {
        &self.author
    }

    /// Starts the journal chain of a new relationship or organization.
    pub async fn start_chain(&mut self, chain: Chain) -> Result<()> {
        self.locked = Some((chain, journal::start(&self.transaction, chain).await?));
        Ok(())
    }

    /// Locks the operator's chain, which the first to come starts: who holds it is the only one that does the
    /// operator's work.
    pub async fn lock_operator(&mut self) -> Result<()> {
        journal::ensure(&self.transaction, Chain::OPERATOR).await?;
        self.lock(Chain::OPERATOR).await
    }

    /// Takes over a chain whose end was read with a lock, so that the commit need not read it again.
    pub fn hold(&mut self, chain: Chain, end: journal_chain::Model) {
        self.locked = Some((chain, end.into()));
    }

    /// Locks a chain from now on: other writes to it wait until this one has ended.
    pub async fn lock(&mut self, chain: Chain) -> Result<()> {
        self.locked = Some((chain, journal::lock(&self.transaction, chain).await?));
        Ok(())
    }

    /// Inserts a row.
    pub async fn insert<M>(&mut self, row: M) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        self.insert_unique(row, "the same thing").await
    }

    /// Inserts a row that may exist already; `what` says in the error which key was taken.
    pub async fn insert_unique<M>(&mut self, row: M, what: &str) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let after = journal::image(&row)?;
        let insert = M::Entity::insert(row.into_active_model()).exec_without_returning(&self.transaction).await;
        insert.map_err(|error| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict {
                current_version: None,
                message: format!("{what} exists already: read it and go on from there"),
            },
            _ => error.into(),
        })?;
        self.changes.push(Change { table: table::<M::Entity>(), id: id_of(&after), before: None, after: Some(after) });
        Ok(())
    }

    /// Writes a changed row over the one it was made from. Nothing happens when their contents are equal.
    pub async fn update<M>(&mut self, before: &M, after: M) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let (old, new) = (journal::image(before)?, journal::image(&after)?);
        let (changed_from, changed_to) = journal::difference(&old, &new);
        // A new version of the same content is no change.
        if changed_to.keys().all(|column| matches!(column.as_str(), "version" | "updated_at")) {
            return Ok(());
        }
        self.overwrite(&new, after, changed_from, changed_to).await
    }

    /// Writes a row's new version where what changed is not in the row itself, but belongs to it.
    pub async fn touch<M>(&mut self, before: &M, after: M) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let (old, new) = (journal::image(before)?, journal::image(&after)?);
        let (changed_from, changed_to) = journal::difference(&old, &new);
        self.overwrite(&new, after, changed_from, changed_to).await
    }

    async fn overwrite<M>(&mut self, image: &Image, after: M, changed_from: Image, changed_to: Image) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let mut row = after.into_active_model();
        for column in <M::Entity as EntityTrait>::Column::iter() {
            if changed_to.contains_key(column.as_str()) {
                row.reset(column);
            }
        }
        M::Entity::update(row).validate()?.exec_without_returning(&self.transaction).await?;
        self.changes.push(Change {
            table: table::<M::Entity>(),
            id: id_of(image),
            before: Some(changed_from),
            after: Some(changed_to),
        });
        Ok(())
    }

    /// Writes a changed row that was private until now. Its entry shows all of it, as of a new row, and nothing
    /// of what it was before.
    pub async fn disclose<M>(&mut self, before: &M, after: M) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let image = journal::image(&after)?;
        self.update(before, after).await?;
        if let Some(change) = self.changes.last_mut() {
            change.before = None;
            change.after = Some(image);
        }
        Ok(())
    }

    /// Removes a row.
    pub async fn delete<M>(&mut self, row: M) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let before = journal::image(&row)?;
        M::Entity::delete(row.into_active_model()).exec(&self.transaction).await?;
        self.changes.push(Change {
            table: table::<M::Entity>(),
            id: id_of(&before),
            before: Some(before),
            after: None,
        });
        Ok(())
    }

    /// Records that many rows were written or removed by statements of their own.
    pub fn record_rows(&mut self, rows: Rows) {
        self.rows.push(rows);
    }

    /// Commits the changes with their entry. Without a change there is no entry and nothing to commit.
    pub async fn commit(mut self, entry: Entry) -> Result<()> {
        if self.changes.is_empty() && self.rows.is_empty() {
            return Ok(self.transaction.rollback().await?);
        }
        let head = match self.locked.take() {
            Some((chain, head)) if chain == entry.chain => head,
            _ => journal::lock(&self.transaction, entry.chain).await?,
        };
        let content = Content {
            salt: salt(),
            action: self.action,
            actor: self.author,
            subject: entry.subject,
            reason: entry.reason,
            changes: self.changes,
            rows: self.rows,
        };
        journal::append(&self.transaction, entry.chain, &head, self.at, &content).await?;
        let (transaction, feed) = (self.transaction, self.feed);
        // A task of its own: a request that is broken off now must not leave it open whether this was done, nor those
        // who follow the journal without word of it.
        let committed = tokio::spawn(async move {
            transaction.commit().await?;
            feed.grown(entry.chain.uuid());
            Ok::<_, Error>(())
        });
        committed.await.map_err(Error::internal)?
    }
}

#[expect(clippy::disallowed_methods, reason = "a salt is no id and no secret that a test must foresee")]
fn salt() -> String {
    Uuid::new_v4().simple().to_string()
}

fn table<E: EntityTrait>() -> &'static str {
    sea_orm::EntityName::table_name(&E::default())
}

fn id_of(image: &Image) -> String {
    image.get("id").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
