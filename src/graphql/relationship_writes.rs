//! Writes to relationships and their scopes of work.

use async_graphql::{Context, Object};

use super::context::ContextExt;
use super::relationship::{
    Milestone, Relationship, ScopeOfWork, milestone_by_id, relationship_by_id, scope_of_work_by_id,
};
use super::scopes::{Field, nullable, requires_scopes};
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
        Some(relationships::propose(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::withdraw(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::accept(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::decline(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::pause(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::resume(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(state::end(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(relationships::describe(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(named::sites(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(named::contacts(ctx.writer(), input).await.map(RelationshipPayload).map_err(Into::into))
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
        Some(scopes::propose(ctx.writer(), input).await.map(ScopeOfWorkPayload).map_err(Into::into))
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
        Some(scopes::agree(ctx.writer(), input).await.map(ScopeOfWorkPayload).map_err(Into::into))
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
        Some(scopes::decline(ctx.writer(), input).await.map(ScopeOfWorkPayload).map_err(Into::into))
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
        Some(scopes::create_milestone(ctx.writer(), input).await.map(MilestonePayload).map_err(Into::into))
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
        Some(scopes::update_milestone(ctx.writer(), input).await.map(MilestonePayload).map_err(Into::into))
    }
}
