//! Proposing definitions, and answering proposals.

use async_graphql::{Context, ID, Object};

use super::definition::{KpiDefinition, kpi_definition_by_id};
use crate::access::permit;
use crate::domain::kpi::definition::agree::{self, AgreeKpiDefinitionInput, Agreement};
use crate::domain::kpi::definition::close::{self, RejectKpiDefinitionInput, WithdrawKpiDefinitionInput};
use crate::domain::kpi::definition::input::ProposeKpiDefinitionInput;
use crate::domain::kpi::definition::propose;
use crate::graphql::context::ContextExt;
use crate::graphql::scopes::{Field, done, nullable, requires_scopes};
use crate::id::KpiDefinitionId;

/// A proposed definition version.
pub struct ProposeKpiDefinitionPayload(KpiDefinitionId);

/// A proposed definition version.
#[Object]
impl ProposeKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0).await }).await
    }
}

/// A definition version that the caller's party agreed to.
pub struct AgreeKpiDefinitionPayload(Agreement);

/// A definition version that the caller's party agreed to.
#[Object]
impl AgreeKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.id.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0.id).await }).await
    }

    /// What to think about, now that both parties have agreed: more KPIs than serve a relationship, a day of validity that
    /// is past, days that no version measures. Empty where there is nothing.
    async fn advice(&self) -> &[String] {
        &self.0.advice
    }
}

/// A proposal that was rejected.
pub struct RejectKpiDefinitionPayload(KpiDefinitionId);

/// A proposal that was rejected.
#[Object]
impl RejectKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0).await }).await
    }
}

/// A proposal that was withdrawn.
pub struct WithdrawKpiDefinitionPayload(KpiDefinitionId);

/// A proposal that was withdrawn.
#[Object]
impl WithdrawKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0).await }).await
    }
}

/// Defining KPIs.
#[derive(Default)]
pub struct KpiDefinitionMutation;

#[Object]
impl KpiDefinitionMutation {
    /// Proposes a KPI, or a new version of one that the relationship has by this code. Needs a metric charter in
    /// effect (T3). It takes the place of a proposal that is still open, as a counter-proposal does; `changes` of the
    /// answer tells the difference. Proposing the open proposal, or the version that stands, again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn propose_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeKpiDefinitionInput,
    ) -> Field<ProposeKpiDefinitionPayload> {
        done(propose::propose(ctx.writer(), input), ProposeKpiDefinitionPayload).await
    }

    /// Agrees to a proposed version for the caller's party. Once both parties have agreed it is valid from the day that
    /// it names, or else from that day on; until then the version before is (T3). Nobody agrees for both parties (T7).
    #[graphql(
        directive = requires_scopes::apply(permit::AGREE_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn agree_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement.")] input: AgreeKpiDefinitionInput,
    ) -> Field<AgreeKpiDefinitionPayload> {
        done(agree::agree(ctx.writer(), input), AgreeKpiDefinitionPayload).await
    }

    /// Rejects a proposal of the counterparty, with a reason. The version that stands goes on; propose another to counter.
    #[graphql(
        directive = requires_scopes::apply(permit::REJECT_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn reject_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal, and why not.")] input: RejectKpiDefinitionInput,
    ) -> Field<RejectKpiDefinitionPayload> {
        done(close::reject(ctx.writer(), input), RejectKpiDefinitionPayload).await
    }

    /// Withdraws a proposal of the caller's own party, with a reason.
    #[graphql(
        directive = requires_scopes::apply(permit::WITHDRAW_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn withdraw_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal, and why not.")] input: WithdrawKpiDefinitionInput,
    ) -> Field<WithdrawKpiDefinitionPayload> {
        done(close::withdraw(ctx.writer(), input), WithdrawKpiDefinitionPayload).await
    }
}
