//! Writes to action items.

use async_graphql::{Context, ID, Object};

use super::action_item::{ActionItem, action_item_by_id};
use super::action_item_history::{ActionItemComment, DueDateChange, comment_by_id, due_date_change_by_id};
use super::context::ContextExt;
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit::{self, action_item as moves};
use crate::domain::action_item::comment::{self, AddActionItemCommentInput};
use crate::domain::action_item::create::{self, CreateActionItemInput};
use crate::domain::action_item::due_date::{self, AnswerActionItemDueDateInput, ProposeActionItemDueDateInput};
use crate::domain::action_item::raise::{self, RaiseImprovementActionInput};
use crate::domain::action_item::state::{self, ActionItemMoveInput, ActionItemReasonInput};
use crate::domain::action_item::update::{self, UpdateActionItemInput};
use crate::id::{ActionItemCommentId, ActionItemId, DueDateChangeId};

/// A changed action item.
pub struct ActionItemPayload(ActionItemId);

/// A changed action item.
#[Object]
impl ActionItemPayload {
    /// The action item's id.
    async fn action_item_id(&self) -> ID {
        self.0.into()
    }

    /// The action item, if the caller's scopes let it be read.
    async fn action_item(&self, ctx: &Context<'_>) -> Field<ActionItem> {
        nullable(action_item_by_id(ctx, self.0)).await
    }
}

/// A change of a due date that was asked for or answered.
pub struct DueDateChangePayload(DueDateChangeId);

/// A change of a due date that was asked for or answered.
#[Object]
impl DueDateChangePayload {
    /// The change's id.
    async fn due_date_change_id(&self) -> ID {
        self.0.into()
    }

    /// The change with its action item, if the caller's scopes let them be read.
    async fn due_date_change(&self, ctx: &Context<'_>) -> Field<DueDateChange> {
        nullable(due_date_change_by_id(ctx, self.0)).await
    }
}

/// A new comment.
pub struct ActionItemCommentPayload(ActionItemCommentId);

/// A new comment.
#[Object]
impl ActionItemCommentPayload {
    /// The comment's id.
    async fn action_item_comment_id(&self) -> ID {
        self.0.into()
    }

    /// The comment with its action item, if the caller's scopes let them be read.
    async fn comment(&self, ctx: &Context<'_>) -> Field<ActionItemComment> {
        nullable(comment_by_id(ctx, self.0)).await
    }
}

/// Writes to action items.
#[derive(Default)]
pub struct ActionItemMutation;

#[Object]
impl ActionItemMutation {
    /// Asks for work: of the caller's own party, where it is open at once, or of the counterparty, to which it is proposed (T11).
    #[graphql(
        directive = requires_scopes::apply(permit::CREATE_ACTION_ITEM.scopes.alternatives())
    )]
    async fn create_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action item.")] input: CreateActionItemInput,
    ) -> Field<ActionItemPayload> {
        done(create::create(ctx.writer(), input), ActionItemPayload).await
    }

    /// Asks for work on a signal that the control chart of a KPI shows: the same as `createActionItem`, with the signal as
    /// what it is about. Needs the scope `kpis:read`, too. The chart is computed anew; work on one signal is asked for once.
    #[graphql(
        directive = requires_scopes::apply(permit::RAISE_IMPROVEMENT_ACTION.scopes.alternatives())
    )]
    async fn raise_improvement_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The signal, and the work.")] input: RaiseImprovementActionInput,
    ) -> Field<ActionItemPayload> {
        done(raise::raise(ctx.writer(), input), ActionItemPayload).await
    }

    /// Changes what an action item says, its priority, its labels or its assignee.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_ACTION_ITEM.scopes.alternatives())
    )]
    async fn update_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateActionItemInput,
    ) -> Field<ActionItemPayload> {
        done(update::update(ctx.writer(), input), ActionItemPayload).await
    }

    /// Accepts, for the owner, an action item that the counterparty asked for, with the date that it asked for.
    #[graphql(
        directive = requires_scopes::apply(permit::ACCEPT_ACTION_ITEM.scopes.alternatives())
    )]
    async fn accept_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ActionItemMoveInput,
    ) -> Field<ActionItemPayload> {
        done(state::make(ctx.writer(), moves::ACCEPT, input), ActionItemPayload).await
    }

    /// Declines, for the owner, an action item that the counterparty asked for.
    #[graphql(
        directive = requires_scopes::apply(permit::DECLINE_ACTION_ITEM.scopes.alternatives())
    )]
    async fn decline_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: ActionItemReasonInput,
    ) -> Field<ActionItemPayload> {
        done(state::make_with_reason(ctx.writer(), moves::DECLINE, input), ActionItemPayload).await
    }

    /// Asks for another due date. The old one stands until the other party consents (T11); of an action item that a party
    /// asked of itself, the new one is in force at once. Asking again replaces one's own unanswered wish, and asking for
    /// the date that stands withdraws it.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_DUE_DATE.scopes.alternatives())
    )]
    async fn propose_action_item_due_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The date, and why.")] input: ProposeActionItemDueDateInput,
    ) -> Field<DueDateChangePayload> {
        done(due_date::propose(ctx.writer(), input), DueDateChangePayload).await
    }

    /// Answers the counterparty's wish for another due date. To consent to the date of a proposed action item's owner
    /// opens the item with that date; to decline leaves it proposed with the old one.
    #[graphql(
        directive = requires_scopes::apply(permit::ANSWER_DUE_DATE.scopes.alternatives())
    )]
    async fn answer_action_item_due_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerActionItemDueDateInput,
    ) -> Field<DueDateChangePayload> {
        done(due_date::answer(ctx.writer(), input), DueDateChangePayload).await
    }

    /// Says, for the owner, that the work has begun.
    #[graphql(
        directive = requires_scopes::apply(permit::START_ACTION_ITEM.scopes.alternatives())
    )]
    async fn start_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ActionItemMoveInput,
    ) -> Field<ActionItemPayload> {
        done(state::make(ctx.writer(), moves::START, input), ActionItemPayload).await
    }

    /// Says, for the owner, that the work is done; who asked for it verifies that.
    #[graphql(
        directive = requires_scopes::apply(permit::COMPLETE_ACTION_ITEM.scopes.alternatives())
    )]
    async fn complete_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ActionItemMoveInput,
    ) -> Field<ActionItemPayload> {
        done(state::make(ctx.writer(), moves::COMPLETE, input), ActionItemPayload).await
    }

    /// Confirms, for the party that asked for it, that the work is done.
    #[graphql(
        directive = requires_scopes::apply(permit::VERIFY_ACTION_ITEM.scopes.alternatives())
    )]
    async fn verify_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ActionItemMoveInput,
    ) -> Field<ActionItemPayload> {
        done(state::make(ctx.writer(), moves::VERIFY, input), ActionItemPayload).await
    }

    /// Says, for the party that asked for it, that the work is not done yet.
    #[graphql(
        directive = requires_scopes::apply(permit::REOPEN_ACTION_ITEM.scopes.alternatives())
    )]
    async fn reopen_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: ActionItemReasonInput,
    ) -> Field<ActionItemPayload> {
        done(state::make_with_reason(ctx.writer(), moves::REOPEN, input), ActionItemPayload).await
    }

    /// Takes back, for the party that asked for it, work that is no longer wanted.
    #[graphql(
        directive = requires_scopes::apply(permit::CANCEL_ACTION_ITEM.scopes.alternatives())
    )]
    async fn cancel_action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: ActionItemReasonInput,
    ) -> Field<ActionItemPayload> {
        done(state::make_with_reason(ctx.writer(), moves::CANCEL, input), ActionItemPayload).await
    }

    /// Comments on an action item, in any of its states.
    #[graphql(
        directive = requires_scopes::apply(permit::ADD_ACTION_ITEM_COMMENT.scopes.alternatives())
    )]
    async fn add_action_item_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The comment.")] input: AddActionItemCommentInput,
    ) -> Field<ActionItemCommentPayload> {
        done(comment::add(ctx.writer(), input), ActionItemCommentPayload).await
    }
}
