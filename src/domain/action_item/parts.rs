//! Checks of the parts that creating and updating have in common.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::access::writer::Operation;
use crate::domain::check::Check;
use crate::entity::party::Party;
use crate::entity::{action_item, contact, relationship, relationship_contact};
use crate::error::Result;
use crate::id::ContactId;

/// The most labels of one item.
const MOST_LABELS: usize = 20;
/// The longest label, in characters.
pub(super) const LABEL: usize = 50;

/// Labels, each once, in the order in which they were given.
pub(super) fn labels(check: &mut Check, labels: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let labels = check.texts("labels", labels, MOST_LABELS, LABEL);
    labels.into_iter().filter(|label| seen.insert(label.clone())).collect()
}

/// Whoever is to do the work must be of the owner's organization. The caller's own party chooses among all of its
/// contacts; of the counterparty's it knows only those that are named for the relationship (T1).
pub(super) async fn assignee(
    operation: &Operation,
    check: &mut Check,
    relationship: &relationship::Model,
    owner: Party,
    id: ContactId,
) -> Result<()> {
    use contact::Column::{Id, OrganizationId};
    let own = operation.organization()?;
    let owning = match owner {
        Party::Sponsor => relationship.sponsor_id,
        Party::Cdmo => relationship.cdmo_id,
    };
    let named = Query::select()
        .column(relationship_contact::Column::ContactId)
        .from(relationship_contact::Entity)
        .and_where(Expr::col(relationship_contact::Column::RelationshipId).eq(relationship.id))
        .to_owned();
    let known = Condition::any().add(OrganizationId.eq(own)).add(Id.in_subquery(named));
    let select = operation.find::<contact::Entity>().filter(Id.eq(id)).filter(OrganizationId.eq(owning)).filter(known);
    let found = select.select_only().column(Id).into_tuple::<Uuid>().one(operation.transaction()).await?;
    let message = if owning == own {
        "is no contact of your own organization, which owns the action item"
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
