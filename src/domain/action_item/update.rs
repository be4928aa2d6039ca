//! Changing what an action item says, how it is grouped, and who does it.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::search::searchable;
use super::{due_date, parts};
use crate::access::permit;
use crate::access::writer::Writer;
use crate::domain::check::{self, Check, expected_version};
use crate::entity::action_item::{self, Priority};
use crate::entity::texts::Texts;
use crate::error::Result;
use crate::id::ActionItemId;

/// A change of an action item. What is left out stays as it is. Title, description and priority are changed by the
/// party that asked for it, until the counterparty has accepted it; the assignee by the owner; labels by either.
#[derive(Debug, InputObject)]
pub struct UpdateActionItemInput {
    /// The action item.
    action_item_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// What is to be done, in a line of up to 200 characters.
    title: MaybeUndefined<String>,
    /// What is to be done, up to 10,000 characters; null makes it empty.
    description: MaybeUndefined<String>,
    /// How much it presses.
    priority: MaybeUndefined<Priority>,
    /// The contact of the owner's organization who does it; null for nobody yet.
    assignee_contact_id: MaybeUndefined<ID>,
    /// Words to group items by: the whole list anew, up to 20, each up to 50 characters; null for none.
    labels: MaybeUndefined<Vec<String>>,
}

/// Changes an action item.
pub async fn update(writer: &Writer, input: UpdateActionItemInput) -> Result<ActionItemId> {
    let UpdateActionItemInput {
        action_item_id,
        expected_version: expected,
        title,
        description,
        priority,
        assignee_contact_id,
        labels,
    } = input;
    let mut operation = writer.begin(permit::UPDATE_ACTION_ITEM).await?;
    let mut check = Check::new();
    let id: ActionItemId = check.id("actionItemId", &action_item_id);
    let (relationship, before) = operation.under::<action_item::Entity, _>(check.needed(id)?).await?;
    let current = before.clone();
    let assignee = assignee_contact_id.map_value(|id| check.id("assigneeContactId", &id));
    let mut after = action_item::Model {
        title: check.change("title", title, current.title, |check, title| check.text("title", &title, check::NAME)),
        description: check
            .change_or_clear(description, Some(current.description), |check, text| {
                check.optional_text("description", Some(&text), check::TEXT).unwrap_or_default()
            })
            .unwrap_or_default(),
        priority: check.change("priority", priority, current.priority, |_, priority| priority),
        labels: check
            .change_or_clear(labels, Some(current.labels), |check, labels| Texts(parts::labels(check, &labels)))
            .unwrap_or_default(),
        version: before.version + 1,
        updated_at: operation.at(),
        ..before.clone()
    };
    check.finish()?;
    expected_version("action item", expected, before.version)?;

    let party = operation.party(&relationship)?;
    let words = |row: &action_item::Model| (row.title.clone(), row.description.clone(), row.priority);
    if words(&after) != words(&before) {
        let pending = due_date::pending(&operation, id).await?;
        permit::action_item::reword(&before, party, pending.as_ref())?;
    }
    if after.labels != before.labels {
        permit::action_item::label(&before)?;
    }
    if !assignee.is_undefined() {
        let assignee = assignee.take();
        if assignee != parts::assignee_read(&operation, &before).await? {
            permit::action_item::assign(&before, party)?;
            after.assignee_contact_id = assignee;
            if let Some(assignee) = assignee {
                let mut check = Check::new();
                parts::assignee(&operation, &mut check, &relationship, before.owner, assignee).await?;
                check.finish()?;
            }
        }
    }
    after.search_text = searchable(&after.title, &after.description, &after.labels.0);
    operation.update(&before, after).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}
