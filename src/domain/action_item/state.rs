//! Moving an action item from state to state.

use async_graphql::{ID, InputObject};

use super::due_date;
use crate::access::permit::action_item::{self as permits, ACCEPT, Move};
use crate::access::writer::Writer;
use crate::domain::check::{self, Check, expected_version};
use crate::entity::action_item;
use crate::error::Result;
use crate::id::ActionItemId;

/// A move of an action item that needs no reason.
#[derive(Debug, InputObject)]
pub struct ActionItemMoveInput {
    /// The action item.
    action_item_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
}

/// A move of an action item that needs a reason.
#[derive(Debug, InputObject)]
pub struct ActionItemReasonInput {
    /// The action item.
    action_item_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Makes a move that needs no reason.
pub async fn make(writer: &Writer, step: Move, input: ActionItemMoveInput) -> Result<ActionItemId> {
    let ActionItemMoveInput { action_item_id, expected_version } = input;
    let mut check = Check::new();
    let id = check.id("actionItemId", &action_item_id);
    make_for(writer, step, check, id, expected_version, None).await
}

/// Makes a move that needs a reason.
pub async fn make_with_reason(writer: &Writer, step: Move, input: ActionItemReasonInput) -> Result<ActionItemId> {
    let ActionItemReasonInput { action_item_id, expected_version, reason } = input;
    let mut check = Check::new();
    let id = check.id("actionItemId", &action_item_id);
    let reason = check.text("reason", &reason, check::NOTE);
    make_for(writer, step, check, id, expected_version, Some(reason)).await
}

async fn make_for(
    writer: &Writer,
    step: Move,
    check: Check,
    id: ActionItemId,
    expected: i32,
    reason: Option<String>,
) -> Result<ActionItemId> {
    let mut operation = writer.begin(step.permit).await?;
    check.finish()?;
    let (relationship, before) = operation.under::<action_item::Entity, _>(id).await?;
    expected_version("action item", expected, before.version)?;
    let party = operation.party(&relationship)?;
    step.check(&before, party)?;
    let pending = due_date::pending(&operation, id).await?;
    if step == ACCEPT {
        operation.consents_to(&before)?;
        permits::accept_date(pending.as_ref())?;
    }
    let moved = action_item::Model {
        state: step.to,
        state_reason: reason.clone(),
        version: before.version + 1,
        updated_at: operation.at(),
        ..before.clone()
    };
    operation.update(&before, moved).await?;
    if let Some(change) = pending
        && let Some(state) = permits::date_after(step.to, party, &change)
    {
        due_date::close(&mut operation, &change, state, reason.as_ref()).await?;
    }
    operation.commit_shared(relationship.id, id, reason).await?;
    Ok(id)
}
