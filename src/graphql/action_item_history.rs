//! What is kept with an action item: each change of its due date, and its comments.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::action_item::{ActionItem, action_item_by_id};
use super::context::ContextExt;
use super::cost::{NOTE, TEXT, cost};
use super::scopes::{Field, nullable};
use crate::entity::due_date_change::DueDateChangeState;
use crate::entity::party::Party;
use crate::entity::{action_item_comment, due_date_change};
use crate::id::{ActionItemCommentId, DueDateChangeId};
use crate::scalar::Date;

/// A change of an action item's due date that a party asked for. The date itself changes only when the other party
/// has consented, or nobody else had agreed to it.
pub struct DueDateChange(pub due_date_change::Model);

/// A change of an action item's due date that a party asked for. The date itself changes only when the other party
/// has consented, or nobody else had agreed to it.
#[Object]
impl DueDateChange {
    /// Its id, `due_…`.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The action item whose date it is about.
    async fn action_item(&self, ctx: &Context<'_>) -> Field<ActionItem> {
        nullable(action_item_by_id(ctx, self.0.action_item_id)).await
    }

    /// The due date when the change was asked for.
    async fn from_on(&self) -> Date {
        Date(self.0.from_on)
    }

    /// The due date that is asked for.
    async fn to_on(&self) -> Date {
        Date(self.0.to_on)
    }

    /// Why it is asked for.
    #[graphql(directive = cost::apply(NOTE))]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The party that asks; the other one answers.
    async fn requested_by(&self) -> Party {
        self.0.requested_by
    }

    /// Whether it was agreed.
    async fn state(&self) -> DueDateChangeState {
        self.0.state
    }

    /// Why it was declined or withdrawn, where a reason was given.
    #[graphql(directive = cost::apply(NOTE))]
    async fn answer_reason(&self) -> Option<&str> {
        self.0.answer_reason.as_deref()
    }

    /// When it was answered or withdrawn.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What one person said about an action item. It stays as it was written.
pub struct ActionItemComment(pub action_item_comment::Model);

/// What one person said about an action item. It stays as it was written.
#[Object]
impl ActionItemComment {
    /// Its id, `com_…`.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The action item it is on.
    async fn action_item(&self, ctx: &Context<'_>) -> Field<ActionItem> {
        nullable(action_item_by_id(ctx, self.0.action_item_id)).await
    }

    /// The party of its author.
    async fn party(&self) -> Party {
        self.0.party
    }

    /// The subject of its author's access token: who wrote it, in the words of the author's identity provider.
    async fn author_subject(&self) -> &str {
        &self.0.author_subject
    }

    /// What it says.
    #[graphql(directive = cost::apply(TEXT))]
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// The change of a due date with an id, if the caller may see it.
pub async fn due_date_change_by_id(ctx: &Context<'_>, id: DueDateChangeId) -> Result<Option<DueDateChange>> {
    Ok(ctx.reads().by_id::<due_date_change::Entity, _>(id).await?.map(DueDateChange))
}

/// The comment with an id, if the caller may see it.
pub async fn comment_by_id(ctx: &Context<'_>, id: ActionItemCommentId) -> Result<Option<ActionItemComment>> {
    Ok(ctx.reads().by_id::<action_item_comment::Entity, _>(id).await?.map(ActionItemComment))
}
