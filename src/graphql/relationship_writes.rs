//! Writes to relationships and their scopes of work.

use async_graphql::{Context, Object, Result};

use super::context::ContextExt;
use super::relationship::{
    Milestone, Relationship, ScopeOfWork, milestone_by_id, relationship_by_id, scope_of_work_by_id,
};
use super::scopes::{Needs, requires_scopes};
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
    async fn relationship(&self, ctx: &Context<'_>) -> Result<Option<Relationship>> {
        relationship_by_id(ctx, self.0).await
    }
}

/// A changed scope of work.
pub struct ScopeOfWorkPayload(ScopeOfWorkId);

/// A changed scope of work.
#[Object]
impl ScopeOfWorkPayload {
    /// The scope of work, if the caller's scopes let it be read.
    async fn scope_of_work(&self, ctx: &Context<'_>) -> Result<Option<ScopeOfWork>> {
        scope_of_work_by_id(ctx, self.0).await
    }
}

/// A changed milestone.
pub struct MilestonePayload(MilestoneId);

/// A changed milestone.
#[Object]
impl MilestonePayload {
    /// The milestone, if the caller's scopes let it be read.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        milestone_by_id(ctx, self.0).await
    }
}

/// Writes to relationships.
#[derive(Default)]
pub struct RelationshipMutation;

#[Object]
impl RelationshipMutation {
    /// Proposes a relationship to another organization. Nothing else can be written until it is accepted (T14).
    #[graphql(
        guard = "Needs(permit::PROPOSE_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::PROPOSE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn propose_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeRelationshipInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(relationships::propose(ctx.writer(), input).await?))
    }

    /// Takes back a proposal that the counterparty has not answered.
    #[graphql(
        guard = "Needs(permit::WITHDRAW_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::WITHDRAW_RELATIONSHIP.scopes.alternatives())
    )]
    async fn withdraw_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::withdraw(ctx.writer(), input).await?))
    }

    /// Accepts the counterparty's proposal. Whoever proposed it cannot also accept it (T7).
    #[graphql(
        guard = "Needs(permit::ACCEPT_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::ACCEPT_RELATIONSHIP.scopes.alternatives())
    )]
    async fn accept_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The acceptance.")] input: AcceptRelationshipInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::accept(ctx.writer(), input).await?))
    }

    /// Declines the counterparty's proposal.
    #[graphql(
        guard = "Needs(permit::DECLINE_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::DECLINE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn decline_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::decline(ctx.writer(), input).await?))
    }

    /// Pauses an active relationship: work goes on being recorded, nothing new is proposed.
    #[graphql(
        guard = "Needs(permit::PAUSE_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::PAUSE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn pause_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::pause(ctx.writer(), input).await?))
    }

    /// Resumes a relationship that the caller's party paused.
    #[graphql(
        guard = "Needs(permit::RESUME_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::RESUME_RELATIONSHIP.scopes.alternatives())
    )]
    async fn resume_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RelationshipMoveInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::resume(ctx.writer(), input).await?))
    }

    /// Ends a relationship. It stays readable for both parties and can no longer be changed.
    #[graphql(
        guard = "Needs(permit::END_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::END_RELATIONSHIP.scopes.alternatives())
    )]
    async fn end_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RelationshipReasonInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(state::end(ctx.writer(), input).await?))
    }

    /// Changes a relationship's name or description.
    #[graphql(
        guard = "Needs(permit::DESCRIBE_RELATIONSHIP.scopes)",
        directive = requires_scopes::apply(permit::DESCRIBE_RELATIONSHIP.scopes.alternatives())
    )]
    async fn describe_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: DescribeRelationshipInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(relationships::describe(ctx.writer(), input).await?))
    }

    /// Says which of the caller's own sites are in play; the counterparty can read those.
    #[graphql(
        guard = "Needs(permit::SET_RELATIONSHIP_SITES.scopes)",
        directive = requires_scopes::apply(permit::SET_RELATIONSHIP_SITES.scopes.alternatives())
    )]
    async fn set_relationship_sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sites.")] input: SetRelationshipSitesInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(named::sites(ctx.writer(), input).await?))
    }

    /// Names the caller's own contacts for a relationship; the counterparty can read those.
    #[graphql(
        guard = "Needs(permit::SET_RELATIONSHIP_CONTACTS.scopes)",
        directive = requires_scopes::apply(permit::SET_RELATIONSHIP_CONTACTS.scopes.alternatives())
    )]
    async fn set_relationship_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts.")] input: SetRelationshipContactsInput,
    ) -> Result<RelationshipPayload> {
        Ok(RelationshipPayload(named::contacts(ctx.writer(), input).await?))
    }

    /// Proposes a scope of work to the counterparty.
    #[graphql(
        guard = "Needs(permit::PROPOSE_SCOPE_OF_WORK.scopes)",
        directive = requires_scopes::apply(permit::PROPOSE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn propose_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeScopeOfWorkInput,
    ) -> Result<ScopeOfWorkPayload> {
        Ok(ScopeOfWorkPayload(scopes::propose(ctx.writer(), input).await?))
    }

    /// Agrees to the counterparty's scope of work.
    #[graphql(
        guard = "Needs(permit::AGREE_SCOPE_OF_WORK.scopes)",
        directive = requires_scopes::apply(permit::AGREE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn agree_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AgreeScopeOfWorkInput,
    ) -> Result<ScopeOfWorkPayload> {
        Ok(ScopeOfWorkPayload(scopes::agree(ctx.writer(), input).await?))
    }

    /// Declines the counterparty's scope of work.
    #[graphql(
        guard = "Needs(permit::DECLINE_SCOPE_OF_WORK.scopes)",
        directive = requires_scopes::apply(permit::DECLINE_SCOPE_OF_WORK.scopes.alternatives())
    )]
    async fn decline_scope_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: DeclineScopeOfWorkInput,
    ) -> Result<ScopeOfWorkPayload> {
        Ok(ScopeOfWorkPayload(scopes::decline(ctx.writer(), input).await?))
    }

    /// Adds a milestone to a scope of work.
    #[graphql(
        guard = "Needs(permit::CREATE_MILESTONE.scopes)",
        directive = requires_scopes::apply(permit::CREATE_MILESTONE.scopes.alternatives())
    )]
    async fn create_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone.")] input: CreateMilestoneInput,
    ) -> Result<MilestonePayload> {
        Ok(MilestonePayload(scopes::create_milestone(ctx.writer(), input).await?))
    }

    /// Changes a milestone's forecast, or records when it was reached.
    #[graphql(
        guard = "Needs(permit::UPDATE_MILESTONE.scopes)",
        directive = requires_scopes::apply(permit::UPDATE_MILESTONE.scopes.alternatives())
    )]
    async fn update_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateMilestoneInput,
    ) -> Result<MilestonePayload> {
        Ok(MilestonePayload(scopes::update_milestone(ctx.writer(), input).await?))
    }
}
