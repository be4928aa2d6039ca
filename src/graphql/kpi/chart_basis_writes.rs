//! Proposing what the limits of charts rest on, and answering proposals.

use async_graphql::{Context, ID, Object};

use super::chart_basis::{KpiChartBasis, chart_basis_by_id};
use crate::access::permit;
use crate::domain::kpi::chart_basis::agree::{self, AgreeKpiChartBasisInput};
use crate::domain::kpi::chart_basis::close::{self, RejectKpiChartBasisInput, WithdrawKpiChartBasisInput};
use crate::domain::kpi::chart_basis::input::ProposeKpiChartBasisInput;
use crate::domain::kpi::chart_basis::propose;
use crate::graphql::context::ContextExt;
use crate::graphql::scopes::{Field, done, nullable, requires_scopes};
use crate::id::KpiChartBasisId;

/// A basis that was proposed or answered.
pub struct KpiChartBasisPayload(KpiChartBasisId);

/// A basis that was proposed or answered.
#[Object]
impl KpiChartBasisPayload {
    /// The basis's id.
    async fn kpi_chart_basis_id(&self) -> ID {
        self.0.into()
    }

    /// The basis, if the caller's scopes let it be read.
    async fn kpi_chart_basis(&self, ctx: &Context<'_>) -> Field<KpiChartBasis> {
        nullable(chart_basis_by_id(ctx, self.0)).await
    }
}

/// What the limits of charts rest on.
#[derive(Default)]
pub struct KpiChartBasisMutation;

#[Object]
impl KpiChartBasisMutation {
    /// Proposes what the limits of a KPI's control chart shall rest on, as a whole. It takes the place of a proposal that is
    /// still open, as a counter-proposal does; `changes` of the answer tells the difference. Proposing the open proposal,
    /// or what stands, again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_KPI_CHART_BASIS.scopes.alternatives())
    )]
    async fn propose_kpi_chart_basis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeKpiChartBasisInput,
    ) -> Field<KpiChartBasisPayload> {
        done(propose::propose(ctx.writer(), input), KpiChartBasisPayload).await
    }

    /// Agrees to a proposed basis for the caller's party. Once both parties have agreed the limits rest on it; until then
    /// they rest on the one before. Nobody agrees for both parties (T7).
    #[graphql(
        directive = requires_scopes::apply(permit::AGREE_KPI_CHART_BASIS.scopes.alternatives())
    )]
    async fn agree_kpi_chart_basis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement.")] input: AgreeKpiChartBasisInput,
    ) -> Field<KpiChartBasisPayload> {
        done(agree::agree(ctx.writer(), input), KpiChartBasisPayload).await
    }

    /// Rejects a basis that the counterparty proposed, with a reason. What stands goes on; propose another to counter.
    #[graphql(
        directive = requires_scopes::apply(permit::REJECT_KPI_CHART_BASIS.scopes.alternatives())
    )]
    async fn reject_kpi_chart_basis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal, and why not.")] input: RejectKpiChartBasisInput,
    ) -> Field<KpiChartBasisPayload> {
        done(close::reject(ctx.writer(), input), KpiChartBasisPayload).await
    }

    /// Withdraws a basis that the caller's own party proposed, with a reason.
    #[graphql(
        directive = requires_scopes::apply(permit::WITHDRAW_KPI_CHART_BASIS.scopes.alternatives())
    )]
    async fn withdraw_kpi_chart_basis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal, and why not.")] input: WithdrawKpiChartBasisInput,
    ) -> Field<KpiChartBasisPayload> {
        done(close::withdraw(ctx.writer(), input), KpiChartBasisPayload).await
    }
}
