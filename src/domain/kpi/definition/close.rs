//! Closing a proposal that is not agreed to: the other party rejects it, or the party that proposed it withdraws it. What
//! is agreed already stands.

use async_graphql::{ID, InputObject};

use crate::access::permit::{self, Permit};
use crate::access::writer::Writer;
use crate::domain::check::{self, Check};
use crate::entity::kpi_definition::{Entity, KpiDefinitionState as State, Model, ProposalClosed};
use crate::error::{Error, Result, Rule};
use crate::id::KpiDefinitionId;

/// A proposal that the caller's party does not agree to.
#[derive(Debug, InputObject)]
pub struct RejectKpiDefinitionInput {
    /// The definition version, proposed by the counterparty.
    kpi_definition_id: ID,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Rejects a proposal of the counterparty.
pub async fn reject(writer: &Writer, input: RejectKpiDefinitionInput) -> Result<KpiDefinitionId> {
    let RejectKpiDefinitionInput { kpi_definition_id, reason } = input;
    close(writer, permit::REJECT_KPI_DEFINITION, ProposalClosed::Rejected, &kpi_definition_id, &reason).await
}

/// A proposal that the caller's party takes back.
#[derive(Debug, InputObject)]
pub struct WithdrawKpiDefinitionInput {
    /// The definition version, proposed by the caller's own party.
    kpi_definition_id: ID,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Withdraws a proposal of the own party.
pub async fn withdraw(writer: &Writer, input: WithdrawKpiDefinitionInput) -> Result<KpiDefinitionId> {
    let WithdrawKpiDefinitionInput { kpi_definition_id, reason } = input;
    close(writer, permit::WITHDRAW_KPI_DEFINITION, ProposalClosed::Withdrawn, &kpi_definition_id, &reason).await
}

async fn close(writer: &Writer, permit: Permit, how: ProposalClosed, id: &ID, reason: &str) -> Result<KpiDefinitionId> {
    let mut operation = writer.begin(permit).await?;
    let mut check = Check::new();
    let id = check.id("kpiDefinitionId", id);
    let reason = check.text("reason", reason, check::NOTE);
    check.finish()?;
    let (relationship, version) = operation.under::<Entity, _>(id).await?;
    let party = operation.party(&relationship)?;
    let (by, whose) = match how {
        ProposalClosed::Withdrawn => (version.proposed_by, "the counterparty proposed this: reject it instead"),
        ProposalClosed::Rejected => (version.proposed_by.other(), "your own party proposed this: withdraw it instead"),
    };
    permit::only(by, party, Rule::T7, whose)?;
    if version.state != State::Proposed {
        return Err(Error::precondition(Rule::T3, "this version is no open proposal: propose a new one to change it"));
    }
    let after = Model {
        state: State::Replaced,
        closed_as: Some(how),
        closed_by: Some(party),
        closed_reason: Some(reason.clone()),
        closed_at: Some(operation.at()),
        ..version.clone()
    };
    operation.update(&version, after).await?;
    operation.commit_shared(relationship.id, id, Some(reason)).await?;
    Ok(id)
}
