//! Changes of the due date: asked for with a reason, answered by the other party, each one kept (T11).

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, QueryFilter};

use crate::access::permit;
use crate::access::permit::action_item::{self as permits, DateWish};
use crate::access::reader::Reader;
use crate::access::writer::{Operation, Writer};
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::action_item::{self, ActionItemState};
use crate::entity::due_date_change::{self, DueDateChangeState};
use crate::entity::party::Party;
use crate::error::{Error, Result};
use crate::id::{ActionItemId, DueDateChangeId};
use crate::scalar::Date;

/// A wish for another due date.
#[derive(Debug, InputObject)]
pub struct ProposeActionItemDueDateInput {
    /// The action item.
    action_item_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// The date that is asked for.
    due_on: Date,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Asks for another date, in place of the party's own unanswered wish, if there is one. Asking for the date that
/// stands withdraws that wish and makes no new one.
pub async fn propose(writer: &Writer, input: ProposeActionItemDueDateInput) -> Result<DueDateChangeId> {
    let ProposeActionItemDueDateInput { action_item_id, expected_version: expected, due_on, reason } = input;
    let mut operation = writer.begin(permit::PROPOSE_DUE_DATE).await?;
    let mut check = Check::new();
    let item_id: ActionItemId = check.id("actionItemId", &action_item_id);
    let due_on = check.date("dueOn", due_on.into());
    let reason = check.text("reason", &reason, check::NOTE);
    check.finish()?;
    let (relationship, item) = operation.under::<action_item::Entity, _>(item_id).await?;
    expected_version("action item", expected, item.version)?;
    let party = operation.party(&relationship)?;
    let pending = pending(&operation, item_id).await?;
    let wish = permits::ask_for_date(&item, party, pending.as_ref())?;
    let id = match pending {
        None if due_on == item.due_on => return Err(Error::field("input.dueOn", "is the due date already")),
        Some(change) if due_on == item.due_on => {
            close(&mut operation, &change, DueDateChangeState::Withdrawn, Some(&reason)).await?;
            change.id
        }
        pending => {
            if let Some(change) = pending {
                close(&mut operation, &change, DueDateChangeState::Withdrawn, None).await?;
            }
            ask(&mut operation, &item, party, wish, due_on, &reason).await?
        }
    };
    operation.commit_shared(relationship.id, item_id, Some(reason)).await?;
    Ok(id)
}

async fn ask(
    operation: &mut Operation,
    item: &action_item::Model,
    party: Party,
    wish: DateWish,
    due_on: NaiveDate,
    reason: &str,
) -> Result<DueDateChangeId> {
    let id = operation.new_id();
    if item.state == ActionItemState::Proposed {
        // The owner offers to accept the item with this date.
        operation.consents_to(item)?;
    }
    let (state, answered_at) = match wish {
        DateWish::InForce => (DueDateChangeState::Agreed, Some(operation.at())),
        DateWish::ToBeAnswered => (DueDateChangeState::Pending, None),
    };
    let change = due_date_change::Model {
        id,
        action_item_id: item.id,
        relationship_id: item.relationship_id,
        from_on: item.due_on,
        to_on: due_on,
        reason: reason.to_owned(),
        requested_by: party,
        requester_issuer: Some(operation.author().issuer.clone()),
        requester_subject: Some(operation.author().subject.clone()),
        state,
        answer_reason: None,
        answered_at,
        created_at: operation.at(),
    };
    operation.insert(change).await?;
    if wish == DateWish::InForce {
        put_in_force(operation, item, due_on).await?;
    }
    Ok(id)
}

/// An answer to a wish for another due date.
#[derive(Debug, InputObject)]
pub struct AnswerActionItemDueDateInput {
    /// The change that was asked for.
    due_date_change_id: ID,
    /// Whether the caller's party consents. If the action item was proposed, this also accepts it.
    agree: bool,
    /// Why, for both parties to read, up to 2,000 characters; required when declining.
    reason: Option<String>,
}

/// Answers the counterparty's wish.
pub async fn answer(writer: &Writer, input: AnswerActionItemDueDateInput) -> Result<DueDateChangeId> {
    let AnswerActionItemDueDateInput { due_date_change_id, agree, reason } = input;
    let mut operation = writer.begin(permit::ANSWER_DUE_DATE).await?;
    let mut check = Check::new();
    let id: DueDateChangeId = check.id("dueDateChangeId", &due_date_change_id);
    let reason = check.optional_text("reason", reason.as_deref(), check::NOTE);
    check.that(agree || reason.is_some(), "reason", "is required when you decline: the other party learns why");
    check.finish()?;
    let (relationship, change) = operation.under::<due_date_change::Entity, _>(id).await?;
    let item = operation.one::<action_item::Entity, _>(change.action_item_id).await?;
    permits::answer_date(&item, &change, operation.party(&relationship)?)?;
    if agree {
        operation.consents_to(&change)?;
    }
    let state = if agree { DueDateChangeState::Agreed } else { DueDateChangeState::Declined };
    close(&mut operation, &change, state, reason.as_ref()).await?;
    if agree {
        put_in_force(&mut operation, &item, change.to_on).await?;
    }
    operation.commit_shared(relationship.id, item.id, reason).await?;
    Ok(id)
}

/// Gives the item another date. With the date that its owner proposed, a proposed item is accepted.
async fn put_in_force(operation: &mut Operation, item: &action_item::Model, due_on: NaiveDate) -> Result<()> {
    let state = match item.state {
        ActionItemState::Proposed => ActionItemState::Open,
        state => state,
    };
    let updated_at = operation.at();
    let after = action_item::Model { due_on, state, version: item.version + 1, updated_at, ..item.clone() };
    operation.update(item, after).await
}

/// Ends a wish that nobody has answered yet.
pub async fn close(
    operation: &mut Operation,
    change: &due_date_change::Model,
    state: DueDateChangeState,
    reason: Option<&String>,
) -> Result<()> {
    let closed = due_date_change::Model {
        state,
        answer_reason: reason.cloned(),
        answered_at: Some(operation.at()),
        ..change.clone()
    };
    operation.update(change, closed).await
}

/// The wish that is unanswered; there is never more than one.
pub async fn pending(operation: &Operation, item: ActionItemId) -> Result<Option<due_date_change::Model>> {
    let select = operation.find::<due_date_change::Entity>().filter(unanswered([item]));
    Ok(select.one(operation.transaction()).await?)
}

fn unanswered(items: impl IntoIterator<Item = ActionItemId>) -> Condition {
    use due_date_change::Column::{ActionItemId, State};
    Condition::all().add(ActionItemId.is_in(items)).add(State.eq(DueDateChangeState::Pending))
}

/// The key of an action item's unanswered wish for another date.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PendingOn(pub ActionItemId);

impl Loader<PendingOn> for Reader {
    type Value = due_date_change::Model;
    type Error = Error;

    async fn load(&self, keys: &[PendingOn]) -> Result<HashMap<PendingOn, due_date_change::Model>> {
        let select = self.find::<due_date_change::Entity>().filter(unanswered(keys.iter().map(|key| key.0)));
        let rows = select.all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (PendingOn(row.action_item_id), row)).collect())
    }
}

impl Listed for due_date_change::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<due_date_change::Column> {
        SortKey::ascending([due_date_change::Column::Id])
    }
}
