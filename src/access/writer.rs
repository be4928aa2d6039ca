//! Writing for one caller: an [`Operation`] begins with its scopes, finds only what the caller's party may
//! touch, and ends with a journal entry.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sea_orm::sea_query::{LockType, Query};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, JoinType, PrimaryKeyToColumn, QueryFilter, QuerySelect, Select};

use super::directory::is_handle;
use super::permit::consent::{self, Asked};
use super::permit::{Permit, party_of};
use super::reader::{Reader, Reads};
use super::viewer::Viewer;
use super::visibility::{Visible, acting, anyone_of_its_party};
use crate::clock::Clock;
use crate::db::Database;
use crate::db::journal::{Author, Chain};
use crate::db::write::{Entry, Write};
use crate::entity::party::Party;
use crate::entity::{journal_chain, organization, relationship};
use crate::error::{Error, Result};
use crate::id::{Id, Kind, OrganizationId, RelationshipId};

/// Begins a caller's operations.
#[derive(Clone, Debug)]
pub struct Writer {
    database: Database,
    viewer: Arc<Viewer>,
    clock: Clock,
}

impl Writer {
    /// A writer for one caller.
    #[must_use]
    pub const fn new(database: Database, viewer: Arc<Viewer>, clock: Clock) -> Self {
        Self { database, viewer, clock }
    }

    /// Checks the scopes, and reads what a write may aim at, before it begins: what takes many statements is not read
    /// while others wait.
    pub fn reads(&self, permit: Permit) -> Result<Reads> {
        permit.scopes.check(&self.viewer)?;
        let viewer = Arc::new(acting(&self.viewer));
        Ok(Reads::new(Reader::new(viewer, self.database.reader().clone(), self.clock.clone())))
    }

    /// Checks the scopes and begins. A caller without the scope learns nothing about what is there.
    pub async fn begin(&self, permit: Permit) -> Result<Operation> {
        permit.scopes.check(&self.viewer)?;
        let author = Author {
            issuer: self.viewer.issuer.to_string(),
            subject: self.viewer.subject.clone(),
            organization: self.viewer.organization,
        };
        let write = Write::begin(&self.database, permit.action, author, self.clock.now()).await?;
        Ok(Operation { write, permit, viewer: acting(&self.viewer), clock: self.clock.clone() })
    }
}

/// A row that belongs to a relationship.
pub trait UnderRelationship: Visible {
    /// The column with the relationship's id.
    const RELATIONSHIP: Self::Column;
}

/// One operation under way.
pub struct Operation {
    write: Write,
    permit: Permit,
    viewer: Viewer,
    clock: Clock,
}

impl Deref for Operation {
    type Target = Write;

    fn deref(&self) -> &Write {
        &self.write
    }
}

impl DerefMut for Operation {
    fn deref_mut(&mut self) -> &mut Write {
        &mut self.write
    }
}

impl Operation {
    /// A new id.
    #[must_use]
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        self.clock.new_id()
    }

    /// The caller, with the reading that its write scopes imply: what its party's working level sees is
    /// what a write may aim at.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The organization that the caller acts for.
    pub fn organization(&self) -> Result<OrganizationId> {
        self.viewer.organization.ok_or_else(|| Error::Forbidden {
            scopes: Vec::new(),
            message: "the service's operator acts for no organization: use a token of the organization itself"
                .to_owned(),
        })
    }

    /// The caller's side of a relationship.
    pub fn party(&self, relationship: &relationship::Model) -> Result<Party> {
        party_of(&self.viewer, relationship)
    }

    /// T7: refuses the caller's consent to what it has asked for itself, for the other party.
    pub fn consents_to(&self, asked: &impl Asked) -> Result<()> {
        consent::check(asked, self.write.author())
    }

    /// Begins a query of the rows that the operation may aim at.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where a query begins with what the caller may see")]
    pub fn find<E: Visible>(&self) -> Select<E> {
        E::find().filter(E::seen_by(&self.viewer))
    }

    /// Begins a query of the rows that anyone of the caller's party sees. A caller that sees less may be refused on
    /// account of them, and is not told more.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a query for one party, as much as it sees at most")]
    pub fn find_for_party<E: Visible>(&self) -> Select<E> {
        E::find().filter(E::seen_by(&anyone_of_its_party(&self.viewer)))
    }

    /// The row with an id; `NOT_FOUND` if the caller's party cannot see it.
    pub async fn one<E: Visible, K: Kind>(&self, id: Id<K>) -> Result<E::Model> {
        let column = primary_key::<E>()?;
        let row = self.find::<E>().filter(column.eq(id)).one(self.transaction()).await?;
        row.ok_or_else(|| Error::not_found(K::NAME))
    }

    /// A relationship, with its journal chain locked: writes under one relationship wait for each other
    /// from here to their commit, so what is checked now still holds then.
    pub async fn relationship(&mut self, id: RelationshipId) -> Result<relationship::Model> {
        let select = self.find::<relationship::Entity>().filter(relationship::Column::Id.eq(id));
        self.locked(select, "relationship").await
    }

    /// The relationship that a row belongs to, locked as by [`Operation::relationship`].
    pub async fn relationship_of<E: UnderRelationship, K: Kind>(&mut self, id: Id<K>) -> Result<relationship::Model> {
        let own = Query::select()
            .column(E::RELATIONSHIP)
            .from(E::default())
            .and_where(primary_key::<E>()?.eq(id))
            .cond_where(E::seen_by(&self.viewer))
            .to_owned();
        let select = self.find::<relationship::Entity>().filter(relationship::Column::Id.in_subquery(own));
        self.locked(select, K::NAME).await
    }

    /// The row with an id and the relationship it belongs to, locked as by [`Operation::relationship`].
    pub async fn under<E: UnderRelationship, K: Kind>(&mut self, id: Id<K>) -> Result<(relationship::Model, E::Model)> {
        let relationship = self.relationship_of::<E, K>(id).await?;
        Ok((relationship, self.one::<E, K>(id).await?))
    }

    async fn locked(&mut self, select: Select<relationship::Entity>, what: &str) -> Result<relationship::Model> {
        let chain = relationship::Entity::belongs_to(journal_chain::Entity)
            .from(relationship::Column::Id)
            .to(journal_chain::Column::Id)
            .into();
        let row = select
            .join(JoinType::InnerJoin, chain)
            .select_also(journal_chain::Entity)
            .lock(LockType::NoKeyUpdate)
            .one(self.write.transaction())
            .await?;
        let Some((relationship, Some(chain))) = row else { return Err(Error::not_found(what)) };
        self.check_standing(&relationship)?;
        self.write.hold(Chain::Relationship(relationship.id), chain);
        Ok(relationship)
    }

    /// The organization with a handle, seen before or not: who proposes a relationship must be able to name the
    /// counterparty. Of all there is, this tells a caller only that a handle which it knows is registered.
    #[expect(clippy::disallowed_methods, reason = "the one lookup that a proposal needs")]
    pub async fn organization_by_handle(&self, handle: &str) -> Result<Option<OrganizationId>> {
        if !is_handle(handle) {
            return Ok(None);
        }
        let row = organization::Entity::find()
            .filter(organization::Column::Handle.eq(handle))
            .one(self.transaction())
            .await?;
        Ok(row.map(|row| row.id))
    }

    /// T14: refuses what the relationship's state does not allow. Done by whatever locks a relationship.
    pub fn check_standing(&self, relationship: &relationship::Model) -> Result<()> {
        self.permit.check_standing(relationship)
    }

    /// Commits the operator's work, with an entry on the chain of the organization that it concerns; on the operator's
    /// own where it concerns none.
    pub async fn commit_for<K: Kind>(
        self,
        organization: Option<OrganizationId>,
        subject: Id<K>,
        reason: Option<String>,
    ) -> Result<()> {
        let chain = organization.map_or(Chain::OPERATOR, Chain::Organization);
        self.write.commit(Entry { chain, subject: subject.to_string(), reason }).await
    }

    /// Commits with an entry on the relationship's chain, for both parties to read.
    pub async fn commit_shared<K: Kind>(
        self,
        relationship: RelationshipId,
        subject: Id<K>,
        reason: Option<String>,
    ) -> Result<()> {
        self.write
            .commit(Entry { chain: Chain::Relationship(relationship), subject: subject.to_string(), reason })
            .await
    }

    /// Commits with an entry on the caller's own organization's chain, which the counterparty never reads.
    pub async fn commit_private<K: Kind>(self, subject: Id<K>, reason: Option<String>) -> Result<()> {
        let chain = Chain::Organization(self.organization()?);
        self.write.commit(Entry { chain, subject: subject.to_string(), reason }).await
    }
}

fn primary_key<E: EntityTrait>() -> Result<E::Column> {
    E::PrimaryKey::iter()
        .next()
        .map(PrimaryKeyToColumn::into_column)
        .ok_or_else(|| Error::internal("a table without a primary key"))
}
