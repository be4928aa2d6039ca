//! What each party names for a relationship out of its own: the sites in play and the contacts. Naming is
//! what lets the counterparty read them (T1).

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, Condition, QueryFilter};

use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::db::page::{Listed, SortKey};
use crate::domain::check::Check;
use crate::entity::{contact, relationship_contact, relationship_site, site};
use crate::error::Result;
use crate::id::{ContactId, Id, Kind, OrganizationId, RelationshipId, SiteId};

/// The most sites or contacts that a party names for one relationship.
const MOST: usize = 100;

/// The caller's sites in play.
#[derive(Debug, InputObject)]
pub struct SetRelationshipSitesInput {
    /// The relationship.
    relationship_id: ID,
    /// All of the caller's own sites in play, at most 100; the counterparty's stay as they are.
    site_ids: Vec<ID>,
}

/// Says which of the caller's sites are in play.
pub async fn sites(writer: &Writer, input: SetRelationshipSitesInput) -> Result<RelationshipId> {
    let SetRelationshipSitesInput { relationship_id, site_ids } = input;
    let mut operation = writer.begin(permit::SET_RELATIONSHIP_SITES).await?;
    let mut check = Check::new();
    let id = check.id("relationshipId", &relationship_id);
    let site_ids = checked_ids(&mut check, "siteIds", &site_ids);
    check.finish()?;
    let relationship = operation.relationship(id).await?;
    let own = operation.organization()?;
    set_sites(&mut operation, relationship.id, own, &site_ids).await?;
    operation.commit_shared(id, id, None).await?;
    Ok(id)
}

/// The caller's contacts for a relationship.
#[derive(Debug, InputObject)]
pub struct SetRelationshipContactsInput {
    /// The relationship.
    relationship_id: ID,
    /// All of the caller's own contacts for it, at most 100; the counterparty's stay as they are.
    contact_ids: Vec<ID>,
}

/// Names the caller's contacts.
pub async fn contacts(writer: &Writer, input: SetRelationshipContactsInput) -> Result<RelationshipId> {
    let SetRelationshipContactsInput { relationship_id, contact_ids } = input;
    let mut operation = writer.begin(permit::SET_RELATIONSHIP_CONTACTS).await?;
    let mut check = Check::new();
    let id = check.id("relationshipId", &relationship_id);
    let contact_ids: Vec<ContactId> = checked_ids(&mut check, "contactIds", &contact_ids);
    check.finish()?;
    let relationship = operation.relationship(id).await?;
    set_contacts(&mut operation, relationship.id, &contact_ids).await?;
    operation.commit_shared(id, id, None).await?;
    Ok(id)
}

/// A list of ids without repetition.
pub fn checked_ids<K: Kind>(check: &mut Check, field: &str, texts: &[ID]) -> Vec<Id<K>> {
    check.that(texts.len() <= MOST, field, format!("has {} entries; at most {MOST} are allowed", texts.len()));
    let mut seen = HashSet::new();
    let ids = texts.iter().take(MOST).enumerate().map(|(index, text)| check.id(&format!("{field}[{index}]"), text));
    ids.filter(|id| seen.insert(*id)).collect()
}

/// Makes these the organization's sites in play.
pub async fn set_sites(
    operation: &mut Operation,
    id: RelationshipId,
    own: OrganizationId,
    wanted: &[SiteId],
) -> Result<()> {
    let sites = operation
        .find::<site::Entity>()
        .filter(site::Column::OrganizationId.eq(own))
        .all(operation.transaction())
        .await?;
    let owned: HashSet<SiteId> = sites.into_iter().map(|site| site.id).collect();
    must_be_own(&owned, wanted, "siteIds")?;
    let links = operation.find::<relationship_site::Entity>().filter(relationship_site::Column::RelationshipId.eq(id));
    let links: Vec<_> = links.all(operation.transaction()).await?;
    let links: Vec<_> = links.into_iter().filter(|link| owned.contains(&link.site_id)).collect();
    let kept: HashSet<SiteId> = links.iter().map(|link| link.site_id).collect();
    for link in links.into_iter().filter(|link| !wanted.contains(&link.site_id)) {
        operation.delete(link).await?;
    }
    for site_id in wanted.iter().copied().filter(|site| !kept.contains(site)) {
        let row = relationship_site::Model {
            id: operation.new_id(),
            relationship_id: id,
            site_id,
            created_at: operation.at(),
        };
        operation.insert(row).await?;
    }
    Ok(())
}

async fn set_contacts(operation: &mut Operation, id: RelationshipId, wanted: &[ContactId]) -> Result<()> {
    let own = operation.organization()?;
    let contacts = operation.find::<contact::Entity>().filter(contact::Column::OrganizationId.eq(own));
    let owned: HashSet<ContactId> =
        contacts.all(operation.transaction()).await?.into_iter().map(|contact| contact.id).collect();
    must_be_own(&owned, wanted, "contactIds")?;
    let links =
        operation.find::<relationship_contact::Entity>().filter(relationship_contact::Column::RelationshipId.eq(id));
    let links: Vec<_> = links.all(operation.transaction()).await?;
    let links: Vec<_> = links.into_iter().filter(|link| owned.contains(&link.contact_id)).collect();
    let kept: HashSet<ContactId> = links.iter().map(|link| link.contact_id).collect();
    for link in links.into_iter().filter(|link| !wanted.contains(&link.contact_id)) {
        operation.delete(link).await?;
    }
    for contact_id in wanted.iter().copied().filter(|contact| !kept.contains(contact)) {
        let row = relationship_contact::Model {
            id: operation.new_id(),
            relationship_id: id,
            contact_id,
            created_at: operation.at(),
        };
        operation.insert(row).await?;
    }
    Ok(())
}

/// Refuses ids that are not the organization's own, whether they are another's or nobody's.
fn must_be_own<K: Kind>(owned: &HashSet<Id<K>>, wanted: &[Id<K>], field: &str) -> Result<()> {
    let mut check = Check::new();
    for (index, id) in wanted.iter().enumerate() {
        check.that(
            owned.contains(id),
            &format!("{field}[{index}]"),
            format!("is no {} of your own organization", K::NAME),
        );
    }
    check.finish()
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
