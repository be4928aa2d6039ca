//! Checks of the parts that creating and updating have in common.

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::access::visibility::contacts_named_for;
use crate::access::writer::Operation;
use crate::domain::check::{Check, distinct};
use crate::entity::party::Party;
use crate::entity::{action_item, contact, relationship};
use crate::error::Result;
use crate::id::ContactId;

/// The most labels of one item.
const MOST_LABELS: usize = 20;
/// The longest label, in characters.
pub(super) const LABEL: usize = 50;

/// Labels, each once, in the order in which they were given.
pub(super) fn labels(check: &mut Check, labels: &[String]) -> Vec<String> {
    distinct(check.texts("labels", labels, MOST_LABELS, LABEL))
}

/// Whoever is to do the work must be a contact that the owner's organization has named for the relationship: both
/// parties read who it is, and a contact that is not named the counterparty never reads (T1).
pub(super) async fn assignee(
    operation: &Operation,
    check: &mut Check,
    relationship: &relationship::Model,
    owner: Party,
    id: ContactId,
) -> Result<()> {
    use contact::Column::{Id, OrganizationId};
    let owning = match owner {
        Party::Sponsor => relationship.sponsor_id,
        Party::Cdmo => relationship.cdmo_id,
    };
    let select = operation
        .find::<contact::Entity>()
        .filter(Id.eq(id))
        .filter(OrganizationId.eq(owning))
        .filter(contacts_named_for(relationship.id));
    let found = select.select_only().column(Id).into_tuple::<Uuid>().one(operation.transaction()).await?;
    let message = if owning == operation.organization()? {
        "is no contact that your organization, which owns the action item, has named for this relationship: name it with setRelationshipContacts first"
    } else {
        "is no contact that the owner's organization has named for this relationship"
    };
    check.that(found.is_some(), "assigneeContactId", message);
    Ok(())
}

/// The assignee as the caller reads it: none where there is one that the caller may not see. What a caller sends is
/// compared with this, so that no answer tells it from nobody.
pub(super) async fn assignee_read(operation: &Operation, item: &action_item::Model) -> Result<Option<ContactId>> {
    let Some(id) = item.assignee_contact_id else { return Ok(None) };
    let select = operation.find::<contact::Entity>().filter(contact::Column::Id.eq(id));
    let found =
        select.select_only().column(contact::Column::Id).into_tuple::<Uuid>().one(operation.transaction()).await?;
    Ok(found.map(|_| id))
}
