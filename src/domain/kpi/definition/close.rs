//! Closing a proposal that is not agreed to: the other party rejects it, or the party that proposed it withdraws it. What
//! is agreed already stands.

use async_graphql::{ID, InputObject};

use crate::access::permit;
use crate::access::writer::Writer;
use crate::domain::kpi::version::close;
use crate::entity::kpi_definition::{Model, ProposalClosed};
use crate::error::Result;
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
    let proposal = ("kpiDefinitionId", &kpi_definition_id);
    close::<Model, _>(writer, permit::REJECT_KPI_DEFINITION, ProposalClosed::Rejected, proposal, &reason).await
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
    let proposal = ("kpiDefinitionId", &kpi_definition_id);
    close::<Model, _>(writer, permit::WITHDRAW_KPI_DEFINITION, ProposalClosed::Withdrawn, proposal, &reason).await
}
