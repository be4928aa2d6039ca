//! Writes to relationships.

use async_graphql::{Context, ID, Object};

use super::context::ContextExt;
use super::relationship::{Relationship, relationship_by_id};
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit;
use crate::domain::relationship::named::{self, SetRelationshipContactsInput, SetRelationshipSitesInput};
use crate::domain::relationship::state::{
    self, AcceptRelationshipInput, RelationshipMoveInput, RelationshipReasonInput,
};
use crate::domain::relationship::{self as relationships, DescribeRelationshipInput, ProposeRelationshipInput};
use crate::id::RelationshipId;

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
        done(relationships::propose(ctx.writer(), input), RelationshipPayload).await
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
        done(state::withdraw(ctx.writer(), input), RelationshipPayload).await
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
        done(state::accept(ctx.writer(), input), RelationshipPayload).await
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
        done(state::decline(ctx.writer(), input), RelationshipPayload).await
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
        done(state::pause(ctx.writer(), input), RelationshipPayload).await
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
        done(state::resume(ctx.writer(), input), RelationshipPayload).await
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
        done(state::end(ctx.writer(), input), RelationshipPayload).await
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
        done(relationships::describe(ctx.writer(), input), RelationshipPayload).await
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
        done(named::sites(ctx.writer(), input), RelationshipPayload).await
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
        done(named::contacts(ctx.writer(), input), RelationshipPayload).await
    }
}
