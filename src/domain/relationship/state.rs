//! The states of a relationship (T14): who may move it from which state to which.
//!
//! ```text
//! PROPOSED --accept--> ACTIVE <--resume-- PAUSED
//!    |                   |  ---pause--->    |
//!    |                   +-------end--------+--> ENDED
//!    +--decline--> DECLINED
//!    +--withdraw--> WITHDRAWN
//! ```

use async_graphql::{ID, InputObject};

use super::named;
use crate::access::permit::{self, Permit};
use crate::access::writer::{Operation, Writer};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::party::Party;
use crate::entity::relationship::{self, RelationshipState};
use crate::entity::relationship_site;
use crate::error::{Error, Result, Rule};
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
    let mut step = Step::begin(writer, permit::ACCEPT_RELATIONSHIP, id, expected_version, None, check).await?;
    step.from(&[RelationshipState::Proposed], "accepted")?;
    step.only(
        step.before.proposed_by.other(),
        "your own party proposed this relationship: the counterparty accepts or declines it",
    )?;
    step.operation.consents_to(&step.before)?;
    if !sites.is_empty() {
        named::name::<relationship_site::Entity>(&mut step.operation, id, &sites).await?;
    }
    let accepted_at = Some(step.operation.at());
    step.finish(|row| relationship::Model { state: RelationshipState::Active, accepted_at, ..row }).await
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
    let step = Step::with_reason(writer, permit::DECLINE_RELATIONSHIP, input).await?;
    step.from(&[RelationshipState::Proposed], "declined")?;
    step.only(step.before.proposed_by.other(), "your own party proposed this relationship: withdraw it instead")?;
    step.finish(|row| relationship::Model { state: RelationshipState::Declined, ..row }).await
}

/// Takes the own party's proposal back.
pub async fn withdraw(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    let step = Step::with_reason(writer, permit::WITHDRAW_RELATIONSHIP, input).await?;
    step.from(&[RelationshipState::Proposed], "withdrawn")?;
    step.only(step.before.proposed_by, "the counterparty proposed this relationship: decline it instead")?;
    step.finish(|row| relationship::Model { state: RelationshipState::Withdrawn, ..row }).await
}

/// Pauses the relationship.
pub async fn pause(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    let step = Step::with_reason(writer, permit::PAUSE_RELATIONSHIP, input).await?;
    step.from(&[RelationshipState::Active], "paused")?;
    let paused_by = Some(step.party);
    step.finish(|row| relationship::Model { state: RelationshipState::Paused, paused_by, ..row }).await
}

/// Resumes the relationship.
pub async fn resume(writer: &Writer, input: RelationshipMoveInput) -> Result<RelationshipId> {
    let RelationshipMoveInput { relationship_id, expected_version } = input;
    let mut check = Check::new();
    let id = check.id("relationshipId", &relationship_id);
    let step = Step::begin(writer, permit::RESUME_RELATIONSHIP, id, expected_version, None, check).await?;
    step.from(&[RelationshipState::Paused], "resumed")?;
    step.only(step.before.paused_by.unwrap_or(step.party), "the counterparty paused this relationship and resumes it")?;
    step.finish(|row| relationship::Model { state: RelationshipState::Active, paused_by: None, ..row }).await
}

/// Ends the relationship.
pub async fn end(writer: &Writer, input: RelationshipReasonInput) -> Result<RelationshipId> {
    let step = Step::with_reason(writer, permit::END_RELATIONSHIP, input).await?;
    step.from(&[RelationshipState::Active, RelationshipState::Paused], "ended")?;
    let ended_at = Some(step.operation.at());
    step.finish(|row| relationship::Model { state: RelationshipState::Ended, ended_at, paused_by: None, ..row }).await
}

/// One move under way.
struct Step {
    operation: Operation,
    before: relationship::Model,
    party: Party,
    reason: Option<String>,
}

impl Step {
    async fn with_reason(writer: &Writer, permit: Permit, input: RelationshipReasonInput) -> Result<Self> {
        let RelationshipReasonInput { relationship_id, expected_version, reason } = input;
        let mut check = Check::new();
        let id = check.id("relationshipId", &relationship_id);
        let reason = check.text("reason", &reason, check::NOTE);
        Self::begin(writer, permit, id, expected_version, Some(reason), check).await
    }

    async fn begin(
        writer: &Writer,
        permit: Permit,
        id: RelationshipId,
        expected: i32,
        reason: Option<String>,
        check: Check,
    ) -> Result<Self> {
        let mut operation = writer.begin(permit).await?;
        check.finish()?;
        let before = operation.relationship(id).await?;
        expected_version("relationship", expected, before.version)?;
        let party = operation.party(&before)?;
        Ok(Self { operation, before, party, reason })
    }

    fn from(&self, states: &[RelationshipState], done: &str) -> Result<()> {
        if states.contains(&self.before.state) {
            return Ok(());
        }
        let message = format!("a relationship that is {} cannot be {done}", in_words(self.before.state));
        Err(Error::precondition(Rule::T14, message))
    }

    fn only(&self, party: Party, message: &str) -> Result<()> {
        permit::only(party, self.party, Rule::T7, message)
    }

    async fn finish(self, change: impl FnOnce(relationship::Model) -> relationship::Model) -> Result<RelationshipId> {
        let Self { mut operation, before, reason, .. } = self;
        let id = before.id;
        let next = relationship::Model { state_reason: reason.clone(), version: before.version + 1, ..before.clone() };
        operation.update(&before, change(next)).await?;
        operation.commit_shared(id, id, reason).await?;
        Ok(id)
    }
}

const fn in_words(state: RelationshipState) -> &'static str {
    match state {
        RelationshipState::Proposed => "proposed and not accepted yet",
        RelationshipState::Active => "active",
        RelationshipState::Paused => "paused",
        RelationshipState::Ended => "ended",
        RelationshipState::Declined => "declined",
        RelationshipState::Withdrawn => "withdrawn",
    }
}
