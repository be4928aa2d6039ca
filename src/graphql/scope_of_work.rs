//! Scopes of work and their milestones.

use async_graphql::{Context, ID, Object, Result};

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::cost::{NOTE, TEXT, cost};
use super::relationship::{Relationship, relationship_by_id};
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit;
use crate::domain::relationship::scope_of_work::{
    self as scopes, AgreeScopeOfWorkInput, CreateMilestoneInput, DeclineScopeOfWorkInput, ProposeScopeOfWorkInput,
    UpdateMilestoneInput,
};
use crate::entity::party::Party;
use crate::entity::scope_of_work::ScopeOfWorkState;
use crate::entity::{milestone, scope_of_work};
use crate::id::{MilestoneId, ScopeOfWorkId};
use crate::scalar::Date;

/// What the parties do together.
pub struct ScopeOfWork(pub scope_of_work::Model);

/// What the parties do together.
#[Object]
impl ScopeOfWork {
    /// Its id, `sow_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The relationship it belongs to.
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        nullable(async move { relationship_by_id(ctx, self.0.relationship_id).await }).await
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What is done.
    #[graphql(directive = cost::apply(TEXT))]
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The first day of the work.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// The last day of the work.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// Whether both parties have agreed to it.
    async fn state(&self) -> ScopeOfWorkState {
        self.0.state
    }

    /// Why it was declined.
    #[graphql(directive = cost::apply(NOTE))]
    async fn state_reason(&self) -> Option<&str> {
        self.0.state_reason.as_deref()
    }

    /// The party that proposed it.
    async fn proposed_by(&self) -> Party {
        self.0.proposed_by
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Its milestones, by planned date.
    async fn milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Milestone>> {
        let milestones = Paging { first, after, last, before }.list::<milestone::Entity>((), ())?;
        let parent = milestone::Column::ScopeOfWorkId;
        Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), milestones, Milestone).await?)
    }
}

/// A step of a scope of work, with its planned, forecast and actual dates.
pub struct Milestone(pub milestone::Model);

/// A step of a scope of work, with its planned, forecast and actual dates.
#[Object]
impl Milestone {
    /// Its id, `mil_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The scope of work it belongs to.
    async fn scope_of_work(&self, ctx: &Context<'_>) -> Field<ScopeOfWork> {
        nullable(async move { scope_of_work_by_id(ctx, self.0.scope_of_work_id).await }).await
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The date that was planned. It never changes.
    async fn planned_on(&self) -> Date {
        Date(self.0.planned_on)
    }

    /// The date that is expected now, where it differs from the plan.
    async fn forecast_on(&self) -> Option<Date> {
        self.0.forecast_on.map(Date)
    }

    /// The date on which it was reached.
    async fn actual_on(&self) -> Option<Date> {
        self.0.actual_on.map(Date)
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The scope of work with an id, if the caller may see it.
pub async fn scope_of_work_by_id(ctx: &Context<'_>, id: ScopeOfWorkId) -> Result<Option<ScopeOfWork>> {
    Ok(ctx.reads().by_id::<scope_of_work::Entity, _>(id).await?.map(ScopeOfWork))
}

/// The milestone with an id, if the caller may see it.
pub async fn milestone_by_id(ctx: &Context<'_>, id: MilestoneId) -> Result<Option<Milestone>> {
    Ok(ctx.reads().by_id::<milestone::Entity, _>(id).await?.map(Milestone))
}

/// A changed scope of work.
pub struct ScopeOfWorkPayload(ScopeOfWorkId);

/// A changed scope of work.
#[Object]
impl ScopeOfWorkPayload {
    /// The scope of work's id.
    async fn scope_of_work_id(&self) -> ID {
        self.0.into()
    }

    /// The scope of work, if the caller's scopes let it be read.
    async fn scope_of_work(&self, ctx: &Context<'_>) -> Field<ScopeOfWork> {
        nullable(async move { scope_of_work_by_id(ctx, self.0).await }).await
    }
}

/// A changed milestone.
pub struct MilestonePayload(MilestoneId);

/// A changed milestone.
#[Object]
impl MilestonePayload {
    /// The milestone's id.
    async fn milestone_id(&self) -> ID {
        self.0.into()
    }

    /// The milestone, if the caller's scopes let it be read.
    async fn milestone(&self, ctx: &Context<'_>) -> Field<Milestone> {
        nullable(async move { milestone_by_id(ctx, self.0).await }).await
    }
}

/// Writes to scopes of work and milestones.
#[derive(Default)]
pub struct ScopeOfWorkMutation;

#[Object]
impl ScopeOfWorkMutation {
    /// Proposes a scope of work to the counterparty.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn propose_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeScopeOfWorkInput,
    ) -> Field<ScopeOfWorkPayload> {
        done(scopes::propose(ctx.writer(), input), ScopeOfWorkPayload).await
    }

    /// Agrees to the counterparty's scope of work.
    #[graphql(
        directive = requires_scopes::apply(permit::AGREE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn agree_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AgreeScopeOfWorkInput,
    ) -> Field<ScopeOfWorkPayload> {
        done(scopes::agree(ctx.writer(), input), ScopeOfWorkPayload).await
    }

    /// Declines the counterparty's scope of work.
    #[graphql(
        directive = requires_scopes::apply(permit::DECLINE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn decline_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: DeclineScopeOfWorkInput,
    ) -> Field<ScopeOfWorkPayload> {
        done(scopes::decline(ctx.writer(), input), ScopeOfWorkPayload).await
    }

    /// Adds a milestone to a scope of work that the caller's party has proposed, until the counterparty answers. It
    /// raises the scope of work's version, so that an agreement is always to all milestones.
    #[graphql(
        directive = requires_scopes::apply(permit::CREATE_MILESTONE.scopes.alternatives())
    )]
    async fn create_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone.")] input: CreateMilestoneInput,
    ) -> Field<MilestonePayload> {
        done(scopes::create_milestone(ctx.writer(), input), MilestonePayload).await
    }

    /// Changes the forecast of an agreed scope of work's milestone, or records when it was reached. Either party does.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_MILESTONE.scopes.alternatives())
    )]
    async fn update_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateMilestoneInput,
    ) -> Field<MilestonePayload> {
        done(scopes::update_milestone(ctx.writer(), input), MilestonePayload).await
    }
}
