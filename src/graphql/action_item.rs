//! Action items: what one party is to do for both, with the dates, the people and the state of it.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::action_item_history::{ActionItemComment, DueDateChange};
use super::connection::{Connection, Paging};
use super::contact::{Contact, contact_by_id};
use super::context::ContextExt;
use super::cost::{NOTE, TEXT, cost};
use super::kpi::signal::{KpiSignal, signal_by_id};
use super::node::{self, Node};
use super::reference::{self, ExternalReference};
use super::relationship::{Relationship, relationship_by_id};
use super::scopes::{Field, list, nullable, one, requires_scopes};
use crate::access::permit;
use crate::domain::action_item::due_date::PendingOn;
use crate::domain::action_item::filter::ActionItemFilter;
use crate::domain::action_item::list::{ActionItemOrder, is_overdue};
use crate::domain::action_item::subject::Subject;
use crate::entity::action_item::{self, ActionItemState, Priority};
use crate::entity::party::Party;
use crate::entity::{action_item_comment, due_date_change};
use crate::id::{ActionItemId, Id, Kind as _, RelationshipId, format_any, kind};
use crate::scalar::Date;

/// Work that one party does and either asked for.
pub struct ActionItem(pub action_item::Model);

/// Work that one party does and either asked for.
#[Object]
impl ActionItem {
    /// Its id, `act_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The relationship it belongs to.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        one(ctx, permit::READ_RELATIONSHIPS, async move { relationship_by_id(ctx, self.0.relationship_id).await }).await
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// What is to be done, in a line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What is to be done, at length.
    #[graphql(directive = cost::apply(TEXT))]
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// What it is about. Null if it is about nothing in particular, and likewise if it is about a thing that the
    /// caller may not read.
    async fn subject(&self, ctx: &Context<'_>) -> Field<Node> {
        let subject = Subject::of(&self.0)?;
        nullable(node::load_if_readable(ctx, subject.kind, subject.id)).await
    }

    /// The id of what it is about; null wherever `subject` is null.
    async fn subject_id(&self, ctx: &Context<'_>) -> Field<ID> {
        let subject = Subject::of(&self.0)?;
        nullable(async move {
            let seen = subject.is_seen(ctx.reads()).await?;
            Ok(seen.then(|| ID(format_any(subject.kind, subject.id))))
        })
        .await
    }

    /// The signal of a control chart that it is to look into. Null if it is about anything else, and likewise if the caller
    /// may not read the signal.
    async fn signal(&self, ctx: &Context<'_>) -> Field<KpiSignal> {
        let subject = Subject::of(&self.0).filter(|subject| subject.kind == kind::KpiSignal::PREFIX)?;
        nullable(signal_by_id(ctx, Id::new(subject.id))).await
    }

    /// How much it presses.
    async fn priority(&self) -> Priority {
        self.0.priority
    }

    /// The party that asked for it, and verifies it.
    async fn requested_by(&self) -> Party {
        self.0.requested_by
    }

    /// The party that does it.
    async fn owner(&self) -> Party {
        self.0.owner
    }

    /// Who does it. Null if nobody is named yet, and to the counterparty also if the owner's organization has not
    /// named the contact for the relationship.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn assignee(&self, ctx: &Context<'_>) -> Field<Contact> {
        one(ctx, permit::READ_RELATIONSHIPS, async move {
            match self.0.assignee_contact_id {
                Some(id) => contact_by_id(ctx, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// The date by which it is to be done, as it stands.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// The date by which it was to be done at first, before any change.
    async fn original_due_on(&self, ctx: &Context<'_>) -> Result<Date> {
        let first = Paging { first: Some(1), after: None, last: None, before: None }.list((), ())?;
        let changes = ctx.reads().children::<due_date_change::Entity>(
            due_date_change::Column::ActionItemId,
            self.0.id.uuid(),
            first,
        );
        Ok(Date(changes.await?.rows.first().map_or(self.0.due_on, |change| change.from_on)))
    }

    /// Every change of the due date that was asked for, oldest first, with its reason and its answer.
    async fn due_date_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<DueDateChange>> {
        let page = Paging { first, after, last, before }.list::<due_date_change::Entity>((), ())?;
        let parent = due_date_change::Column::ActionItemId;
        Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), page, DueDateChange).await?)
    }

    /// The change of the due date that waits for an answer, if there is one.
    async fn pending_due_date_change(&self, ctx: &Context<'_>) -> Field<DueDateChange> {
        nullable(async move { Ok(ctx.reads().load(PendingOn(self.0.id)).await?.map(DueDateChange)) }).await
    }

    /// Whether it is still to be done although its due date has passed, in UTC.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        is_overdue(&self.0, ctx.reads().reader().today())
    }

    /// Words that it is grouped by.
    async fn labels(&self) -> &[String] {
        &self.0.labels.0
    }

    /// How far it has come.
    async fn state(&self) -> ActionItemState {
        self.0.state
    }

    /// Why it is in this state, where a reason was given.
    #[graphql(directive = cost::apply(NOTE))]
    async fn state_reason(&self) -> Option<&str> {
        self.0.state_reason.as_deref()
    }

    /// What both parties have said about it, oldest first.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ActionItemComment>> {
        let page = Paging { first, after, last, before }.list::<action_item_comment::Entity>((), ())?;
        let parent = action_item_comment::Column::ActionItemId;
        Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), page, ActionItemComment).await?)
    }

    /// What the caller's other systems call it.
    async fn external_references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ExternalReference>> {
        reference::references_of(ctx, self.0.id.uuid(), Paging { first, after, last, before }).await
    }

    /// The version to expect in an update. Comments and unanswered wishes for another date do not change it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it reached its current version.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// The action item with an id, if the caller may see it.
pub async fn action_item_by_id(ctx: &Context<'_>, id: ActionItemId) -> Result<Option<ActionItem>> {
    Ok(ctx.reads().by_id::<action_item::Entity, _>(id).await?.map(ActionItem))
}

/// A page of one relationship's action items.
pub async fn action_items_of(
    ctx: &Context<'_>,
    relationship: RelationshipId,
    filter: Option<ActionItemFilter>,
    order: ActionItemOrder,
    paging: Paging,
) -> Result<Connection<ActionItem>> {
    let filter = filter.unwrap_or_default().resolve(ctx.reads()).await?;
    let page = paging.list::<action_item::Entity>(filter, order)?;
    let parent = action_item::Column::RelationshipId;
    Ok(Connection::of_children(ctx, parent, relationship.uuid(), page, ActionItem).await?)
}

/// Queries on action items.
#[derive(Default)]
pub struct ActionItemQuery;

#[Object]
impl ActionItemQuery {
    /// An action item; null if there is none with this id in a relationship of the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_ACTIONS.alternatives())
    )]
    async fn action_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action item's id, `act_…`.")] id: ID,
    ) -> Field<ActionItem> {
        one(ctx, permit::READ_ACTIONS, async move { action_item_by_id(ctx, node::argument("id", &id)?).await }).await
    }

    /// The action items of all relationships of the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_ACTIONS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn action_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which action items.")] filter: Option<ActionItemFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(ActionItemOrder::default())")] order_by: Option<
            ActionItemOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<ActionItem>> {
        list(ctx, permit::READ_ACTIONS, async move {
            let filter = filter.unwrap_or_default().resolve(ctx.reads()).await?;
            let page = Paging { first, after, last, before }
                .list::<action_item::Entity>(filter, order_by.unwrap_or_default())?;
            Ok(Connection::of_all(ctx, page, ActionItem).await?)
        })
        .await
    }
}
