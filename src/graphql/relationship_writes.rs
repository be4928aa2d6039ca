//! Writes to relationships and their scopes of work.

use async_graphql::{Context, ID, Object};

use super::context::ContextExt;
use super::relationship::{
    Milestone, Relationship, ScopeOfWork, milestone_by_id, relationship_by_id, scope_of_work_by_id,
};
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit;
use crate::domain::relationship::named::{self, SetRelationshipContactsInput, SetRelationshipSitesInput};
use crate::domain::relationship::scope_of_work::{
    self as scopes, AgreeScopeOfWorkInput, CreateMilestoneInput, DeclineScopeOfWorkInput, ProposeScopeOfWorkInput,
    UpdateMilestoneInput,
};
use crate::domain::relationship::state::{
    self, AcceptRelationshipInput, RelationshipMoveInput, RelationshipReasonInput,
};
use crate::domain::relationship::{self as relationships, DescribeRelationshipInput, ProposeRelationshipInput};
use crate::id::{MilestoneId, RelationshipId, ScopeOfWorkId};

/// A changed relationship.
pub struct RelationshipPayload(RelationshipId);

/// A changed relationship.
#[Object]
impl RelationshipPayload {
    /// The relationship's id.
    async fn relationship_id(&self) -> ID {
        self.0.into()
    }

    /// The relationship, if the caller's scopes let it be read.
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        nullable(async move { relationship_by_id(ctx, self.0).await }).await
    }
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

/// Writes to relationships.
#[derive(Default)]
pub struct RelationshipMutation;

#[Object]
impl RelationshipMutation {
    /// Proposes a relationship to another organization. Nothing else can be written until it is accepted (T14).
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn propose_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeRelationshipInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(relationships::propose(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Takes back a proposal that the counterparty has not answered.
    #[graphql(
        directive = requires_scopes::apply(permit::WITHDRAW_RELATIONSHIP.scopes.alternatives())
    )]
    async fn withdraw_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::withdraw(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Accepts the counterparty's proposal. Whoever proposed it cannot also accept it (T7).
    #[graphql(
        directive = requires_scopes::apply(permit::ACCEPT_RELATIONSHIP.scopes.alternatives())
    )]
    async fn accept_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The acceptance.")] input: AcceptRelationshipInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::accept(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Declines the counterparty's proposal.
    #[graphql(
        directive = requires_scopes::apply(permit::DECLINE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn decline_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::decline(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Pauses an active relationship: work goes on being recorded, nothing new is proposed.
    #[graphql(
        directive = requires_scopes::apply(permit::PAUSE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn pause_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::pause(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Resumes a relationship that the caller's party paused.
    #[graphql(
        directive = requires_scopes::apply(permit::RESUME_RELATIONSHIP.scopes.alternatives())
    )]
    async fn resume_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RelationshipMoveInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::resume(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Ends a relationship. It stays readable for both parties and can no longer be changed.
    #[graphql(
        directive = requires_scopes::apply(permit::END_RELATIONSHIP.scopes.alternatives())
    )]
    async fn end_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(state::end(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Changes a relationship's name or description.
    #[graphql(
        directive = requires_scopes::apply(permit::DESCRIBE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn describe_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: DescribeRelationshipInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(relationships::describe(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Says which of the caller's own sites are in play; the counterparty can read those.
    #[graphql(
        directive = requires_scopes::apply(permit::SET_RELATIONSHIP_SITES.scopes.alternatives())
    )]
    async fn set_relationship_sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sites.")] input: SetRelationshipSitesInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(named::sites(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Names the caller's own contacts for a relationship; the counterparty can read those.
    #[graphql(
        directive = requires_scopes::apply(permit::SET_RELATIONSHIP_CONTACTS.scopes.alternatives())
    )]
    async fn set_relationship_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts.")] input: SetRelationshipContactsInput,
    ) -> Field<RelationshipPayload> {
        done(Box::pin(named::contacts(ctx.writer(), input)), RelationshipPayload).await
    }

    /// Proposes a scope of work to the counterparty.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn propose_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeScopeOfWorkInput,
    ) -> Field<ScopeOfWorkPayload> {
        done(Box::pin(scopes::propose(ctx.writer(), input)), ScopeOfWorkPayload).await
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
        done(Box::pin(scopes::agree(ctx.writer(), input)), ScopeOfWorkPayload).await
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
        done(Box::pin(scopes::decline(ctx.writer(), input)), ScopeOfWorkPayload).await
    }

    /// Adds a milestone to a scope of work.
    #[graphql(
        directive = requires_scopes::apply(permit::CREATE_MILESTONE.scopes.alternatives())
    )]
    async fn create_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone.")] input: CreateMilestoneInput,
    ) -> Field<MilestonePayload> {
        done(Box::pin(scopes::create_milestone(ctx.writer(), input)), MilestonePayload).await
    }

    /// Changes a milestone's forecast, or records when it was reached.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_MILESTONE.scopes.alternatives())
    )]
    async fn update_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateMilestoneInput,
    ) -> Field<MilestonePayload> {
        done(Box::pin(scopes::update_milestone(ctx.writer(), input)), MilestonePayload).await
    }
}
