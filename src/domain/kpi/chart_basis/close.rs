//! Closing a proposal that is not agreed to: the other party rejects it, or the party that proposed it withdraws it. What
//! is agreed already stands.

use async_graphql::{ID, InputObject};

use crate::access::permit;
use crate::access::writer::Writer;
use crate::domain::kpi::version::close;
use crate::entity::kpi_chart_basis::Model;
use crate::entity::kpi_definition::ProposalClosed;
use crate::error::Result;
use crate::id::KpiChartBasisId;

/// A proposal that the caller's party does not agree to.
#[derive(Debug, InputObject)]
pub struct RejectKpiChartBasisInput {
    /// The basis, proposed by the counterparty.
    kpi_chart_basis_id: ID,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Rejects a proposal of the counterparty.
pub async fn reject(writer: &Writer, input: RejectKpiChartBasisInput) -> Result<KpiChartBasisId> {
    let RejectKpiChartBasisInput { kpi_chart_basis_id, reason } = input;
    let proposal = ("kpiChartBasisId", &kpi_chart_basis_id);
    close::<Model, _>(writer, permit::REJECT_KPI_CHART_BASIS, ProposalClosed::Rejected, proposal, &reason).await
}

/// A proposal that the caller's party takes back.
#[derive(Debug, InputObject)]
pub struct WithdrawKpiChartBasisInput {
    /// The basis, proposed by the caller's own party.
    kpi_chart_basis_id: ID,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Withdraws a proposal of the own party.
pub async fn withdraw(writer: &Writer, input: WithdrawKpiChartBasisInput) -> Result<KpiChartBasisId> {
    let WithdrawKpiChartBasisInput { kpi_chart_basis_id, reason } = input;
    let proposal = ("kpiChartBasisId", &kpi_chart_basis_id);
    close::<Model, _>(writer, permit::WITHDRAW_KPI_CHART_BASIS, ProposalClosed::Withdrawn, proposal, &reason).await
}
