//! Moving a relationship from state to state. Who may, and from which, is in [`crate::access::permit::relationship`].

use async_graphql::{ID, InputObject};

use super::named;
use crate::access::permit::relationship::{ACCEPT, DECLINE, END, Move, PAUSE, RESUME, WITHDRAW};
use crate::access::writer::{Operation, Writer};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::party::Party;
use crate::entity::relationship;
use crate::entity::relationship_site;
use crate::error::Result;
use crate::id::RelationshipId;

/// The acceptance of a proposed relationship.
#[derive(Debug, InputObject)]
pub struct AcceptRelationshipInput {
    /// The relationship.
    relationship_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// The caller's own sites in play.
    #[graphql(default)]
    site_ids: Vec<ID>,
}

/// Accepts the counterparty's proposal.
pub async fn accept(writer: &Writer, input: AcceptRelationshipInput) -> Result<RelationshipId> {
    let AcceptRelationshipInput { relationship_id, expected_version, site_ids } = input;
    let mut check = Check::new();
    let id = check.id("relationshipId", &relationship_id);
    let sites = named::checked_ids::<relationship_site::Entity>(&mut check, &site_ids);
    let mut step = Step::begin(writer, ACCEPT, id, expected_version, None, check).await?;
    if !sites.is_empty() {
        named::name::<relationship_site::Entity>(&mut step.operation, id, &sites).await?;
    }
    let accepted_at = Some(step.operation.at());
    step.finish(|row| relationship::Model { accepted_at, ..row }).await
}

/// A move of a relationship that needs a reason.
#[derive(Debug, InputObject)]
pub struct RelationshipReasonInput {
    /// The relationship.
    relationship_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// A move of a relationship that needs no reason.
#[derive(Debug, InputObject)]
pub struct RelationshipMoveInput {
    /// The relationship.
    relationship_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
}

/// Declines the counterparty's proposal.
pub async fn decline(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    Step::with_reason(writer, DECLINE, input).await?.finish(|row| row).await
}

/// Takes the own party's proposal back.
pub async fn withdraw(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    Step::with_reason(writer, WITHDRAW, input).await?.finish(|row| row).await
}

/// Pauses the relationship.
pub async fn pause(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    let step = Step::with_reason(writer, PAUSE, input).await?;
    let paused_by = Some(step.party);
    step.finish(|row| relationship::Model { paused_by, ..row }).await
}

/// Resumes the relationship.
pub async fn resume(writer: &Writer, input: RelationshipMoveInput) -> Result<RelationshipId> {
    let RelationshipMoveInput { relationship_id, expected_version } = input;
    let mut check = Check::new();
    let id = check.id("relationshipId", &relationship_id);
    let step = Step::begin(writer, RESUME, id, expected_version, None, check).await?;
    step.finish(|row| relationship::Model { paused_by: None, ..row }).await
}

/// Ends the relationship.
pub async fn end(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    let step = Step::with_reason(writer, END, input).await?;
    let ended_at = Some(step.operation.at());
    step.finish(|row| relationship::Model { ended_at, paused_by: None, ..row }).await
}

/// One move under way.
struct Step {
    operation: Operation,
    made: Move,
    before: relationship::Model,
    party: Party,
    reason: Option<String>,
}

impl Step {
    async fn with_reason(writer: &Writer, step: Move, input: RelationshipReasonInput) -> Result<Self> {
        let RelationshipReasonInput { relationship_id, expected_version, reason } = input;
        let mut check = Check::new();
        let id = check.id("relationshipId", &relationship_id);
        let reason = check.text("reason", &reason, check::NOTE);
        Self::begin(writer, step, id, expected_version, Some(reason), check).await
    }

    async fn begin(
        writer: &Writer,
        step: Move,
        id: RelationshipId,
        expected: i32,
        reason: Option<String>,
        check: Check,
    ) -> Result<Self> {
        let mut operation = writer.begin(step.permit).await?;
        check.finish()?;
        let before = operation.relationship(id).await?;
        expected_version("relationship", expected, before.version)?;
        let party = operation.party(&before)?;
        step.check(&before, party)?;
        if step == ACCEPT {
            operation.consents_to(&before)?;
        }
        Ok(Self { operation, made: step, before, party, reason })
    }

    /// Writes the new state, and what else changes with it.
    async fn finish(self, change: impl FnOnce(relationship::Model) -> relationship::Model) -> Result<RelationshipId> {
        let Self { mut operation, made, before, reason, .. } = self;
        let id = before.id;
        let (state, version) = (made.to, before.version + 1);
        let next = relationship::Model { state, state_reason: reason.clone(), version, ..before.clone() };
        operation.update(&before, change(next)).await?;
        operation.commit_shared(id, id, reason).await?;
        Ok(id)
    }
}
