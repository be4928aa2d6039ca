//! What each party names for a relationship out of its own: the sites in play and the contacts. Naming is
//! what lets the counterparty read them (T1).

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde::Serialize;

use crate::access::permit::{self, Permit};
use crate::access::visibility::Visible;
use crate::access::writer::{Operation, Writer};
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{Check, expected_version};
use crate::entity::{contact, relationship, relationship_contact, relationship_site, site};
use crate::error::Result;
use crate::id::{ContactId, Id, Kind, RelationshipId, SiteId, kind};

/// The most sites or contacts that a party names for one relationship.
const MOST: usize = 100;

/// The caller's sites in play.
#[derive(Debug, InputObject)]
pub struct SetRelationshipSitesInput {
    /// The relationship.
    relationship_id: ID,
    /// The version of the relationship that the caller has read.
    expected_version: i32,
    /// All of the caller's own sites in play, at most 100; the counterparty's stay as they are.
    site_ids: Vec<ID>,
}

/// Says which of the caller's sites are in play.
pub async fn sites(writer: &Writer, input: SetRelationshipSitesInput) -> Result<RelationshipId> {
    let SetRelationshipSitesInput { relationship_id, expected_version, site_ids } = input;
    let permit = permit::SET_RELATIONSHIP_SITES;
    set::<relationship_site::Entity>(writer, permit, &relationship_id, expected_version, &site_ids).await
}

/// The caller's contacts for a relationship.
#[derive(Debug, InputObject)]
pub struct SetRelationshipContactsInput {
    /// The relationship.
    relationship_id: ID,
    /// The version of the relationship that the caller has read.
    expected_version: i32,
    /// All of the caller's own contacts for it, at most 100; the counterparty's stay as they are.
    contact_ids: Vec<ID>,
}

/// Names the caller's contacts.
pub async fn contacts(writer: &Writer, input: SetRelationshipContactsInput) -> Result<RelationshipId> {
    let SetRelationshipContactsInput { relationship_id, expected_version, contact_ids } = input;
    let permit = permit::SET_RELATIONSHIP_CONTACTS;
    set::<relationship_contact::Entity>(writer, permit, &relationship_id, expected_version, &contact_ids).await
}

/// A table of what the parties name for their relationships.
pub trait Naming: Visible {
    /// The table of what can be named.
    type Named: Visible;
    /// What its ids identify.
    type Kind: Kind;
    /// The input field with the ids.
    const FIELD: &'static str;
    /// The relationship for which something is named.
    const RELATIONSHIP: Self::Column;
    /// What is named.
    const NAMED: Self::Column;
    /// The key of what is named.
    const KEY: <Self::Named as EntityTrait>::Column;
    /// The organization whose it is.
    const OWNER: <Self::Named as EntityTrait>::Column;

    /// What a row names.
    fn named(row: &Self::Model) -> Id<Self::Kind>;

    /// A row that names something.
    fn row(operation: &Operation, relationship_id: RelationshipId, named: Id<Self::Kind>) -> Self::Model;
}

/// A list of ids; one that is said twice is named once.
pub fn checked_ids<E: Naming>(check: &mut Check, texts: &[ID]) -> Vec<Id<E::Kind>> {
    let field = E::FIELD;
    check.that(texts.len() <= MOST, field, format!("has {} entries; at most {MOST} are allowed", texts.len()));
    texts.iter().take(MOST).enumerate().map(|(index, text)| check.id(&format!("{field}[{index}]"), text)).collect()
}

/// The whole operation. What is named is part of what the relationship's version stands for.
async fn set<E>(writer: &Writer, permit: Permit, id: &str, expected: i32, named: &[ID]) -> Result<RelationshipId>
where
    E: Naming,
    E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let mut operation = writer.begin(permit).await?;
    let mut check = Check::new();
    let id = check.id("relationshipId", id);
    let named = checked_ids::<E>(&mut check, named);
    check.finish()?;
    let before = operation.relationship(id).await?;
    expected_version("relationship", expected, before.version)?;
    if name::<E>(&mut operation, id, &named).await? {
        let after = relationship::Model { version: before.version + 1, ..before.clone() };
        operation.touch(&before, after).await?;
    }
    operation.commit_shared(id, id, None).await?;
    Ok(id)
}

/// Makes these what the caller's organization names for a relationship. Whether anything changed.
pub async fn name<E>(operation: &mut Operation, id: RelationshipId, wanted: &[Id<E::Kind>]) -> Result<bool>
where
    E: Naming,
    E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let own = operation.organization()?;
    must_be_own::<E>(operation, wanted).await?;
    let owned = Query::select().column(E::KEY).from(E::Named::default()).and_where(E::OWNER.eq(own)).to_owned();
    let rows = operation.find::<E>().filter(E::RELATIONSHIP.eq(id)).filter(E::NAMED.in_subquery(owned));
    let rows = rows.all(operation.transaction()).await?;
    let (kept, dropped): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| wanted.contains(&E::named(row)));
    let mut there: HashSet<_> = kept.iter().map(E::named).collect();
    let added: Vec<_> = wanted.iter().copied().filter(|named| there.insert(*named)).collect();
    let changes = !dropped.is_empty() || !added.is_empty();
    for row in dropped {
        operation.delete(row).await?;
    }
    for named in added {
        let row = E::row(operation, id, named);
        operation.insert(row).await?;
    }
    Ok(changes)
}

/// Refuses ids that are not the organization's own, whether they are another's or nobody's.
async fn must_be_own<E: Naming>(operation: &Operation, wanted: &[Id<E::Kind>]) -> Result<()> {
    let own = operation.organization()?;
    let owned = operation.find::<E::Named>().filter(E::OWNER.eq(own)).filter(E::KEY.is_in(wanted.iter().copied()));
    let owned = owned.select_only().column(E::KEY).into_tuple().all(operation.transaction()).await?;
    let owned: HashSet<Id<E::Kind>> = owned.into_iter().collect();
    let mut check = Check::new();
    for (index, id) in wanted.iter().enumerate() {
        let field = format!("{}[{index}]", E::FIELD);
        check.that(owned.contains(id), &field, format!("is no {} of your own organization", E::Kind::NAME));
    }
    check.finish()
}

impl Naming for relationship_site::Entity {
    type Named = site::Entity;
    type Kind = kind::Site;
    const FIELD: &'static str = "siteIds";
    const RELATIONSHIP: Self::Column = relationship_site::Column::RelationshipId;
    const NAMED: Self::Column = relationship_site::Column::SiteId;
    const KEY: site::Column = site::Column::Id;
    const OWNER: site::Column = site::Column::OrganizationId;

    fn named(row: &Self::Model) -> SiteId {
        row.site_id
    }

    fn row(operation: &Operation, relationship_id: RelationshipId, site_id: SiteId) -> Self::Model {
        relationship_site::Model { id: operation.new_id(), relationship_id, site_id, created_at: operation.at() }
    }
}

impl Naming for relationship_contact::Entity {
    type Named = contact::Entity;
    type Kind = kind::Contact;
    const FIELD: &'static str = "contactIds";
    const RELATIONSHIP: Self::Column = relationship_contact::Column::RelationshipId;
    const NAMED: Self::Column = relationship_contact::Column::ContactId;
    const KEY: contact::Column = contact::Column::Id;
    const OWNER: contact::Column = contact::Column::OrganizationId;

    fn named(row: &Self::Model) -> ContactId {
        row.contact_id
    }

    fn row(operation: &Operation, relationship_id: RelationshipId, contact_id: ContactId) -> Self::Model {
        relationship_contact::Model { id: operation.new_id(), relationship_id, contact_id, created_at: operation.at() }
    }
}

impl Listed for relationship_site::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<relationship_site::Column> {
        SortKey::ascending([relationship_site::Column::Id])
    }
}

impl Listed for relationship_contact::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<relationship_contact::Column> {
        SortKey::ascending([relationship_contact::Column::Id])
    }
}
