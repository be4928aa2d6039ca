//! Writes to datasets.

use async_graphql::{Context, ID, Object};

use super::dataset::{KpiDataset, dataset_by_id};
use crate::access::permit;
use crate::domain::kpi::dataset::align::{
    self, AlignKpiDatasetInput, InterpretKpiDatasetInput, WithdrawKpiAlignmentInput,
};
use crate::domain::kpi::dataset::correct::{self, CorrectKpiDatasetInput};
use crate::domain::kpi::dataset::draft::{
    self, DiscardKpiDatasetInput, OpenKpiDatasetInput, RecordObservationsInput, Recorded,
};
use crate::domain::kpi::dataset::release::{self, ReleaseKpiDatasetInput};
use crate::domain::kpi::dataset::share::{self, AcknowledgeKpiDatasetInput, ShareKpiDatasetInput};
use crate::graphql::context::ContextExt;
use crate::graphql::scopes::{Field, done, nullable, requires_scopes};
use crate::id::KpiDatasetId;

/// A changed dataset.
pub struct KpiDatasetPayload(KpiDatasetId);

/// A changed dataset.
#[Object]
impl KpiDatasetPayload {
    /// The id of the dataset.
    async fn kpi_dataset_id(&self) -> ID {
        self.0.into()
    }

    /// The dataset, if it is still there and the caller's scopes let it be read.
    async fn kpi_dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(async move { dataset_by_id(ctx, self.0).await }).await
    }
}

/// What recording did.
pub struct RecordObservationsPayload(Recorded);

/// What recording did.
#[Object]
impl RecordObservationsPayload {
    /// The dataset's id.
    async fn kpi_dataset_id(&self) -> ID {
        self.0.dataset.into()
    }

    /// The dataset, if the caller's scopes let it be read.
    async fn kpi_dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(async move { dataset_by_id(ctx, self.0.dataset).await }).await
    }

    /// How many observations were new or different.
    async fn recorded(&self) -> u64 {
        self.0.recorded
    }

    /// How many were there already, just so.
    async fn unchanged(&self) -> u64 {
        self.0.unchanged
    }

    /// How many were taken out.
    async fn removed(&self) -> u64 {
        self.0.removed
    }
}

/// Writes to datasets.
#[derive(Default)]
pub struct KpiDatasetMutation;

#[Object]
impl KpiDatasetMutation {
    /// Opens a draft of a reporting period, measured by the definition version that both parties have agreed (T3). Opening the same period again gives the draft that is there.
    #[graphql(
        directive = requires_scopes::apply(permit::OPEN_KPI_DATASET.scopes.alternatives())
    )]
    async fn open_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which KPI and period.")] input: OpenKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(draft::open(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Records observations into a draft: all or none. Recording the same again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::RECORD_OBSERVATIONS.scopes.alternatives())
    )]
    async fn record_observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The observations.")] input: RecordObservationsInput,
    ) -> Field<RecordObservationsPayload> {
        done(Box::pin(draft::record(ctx.writer(), input)), RecordObservationsPayload).await
    }

    /// Shares a draft: from now on both parties' working level reads the same numbers (T5), and they never change in place (T8).
    #[graphql(
        directive = requires_scopes::apply(permit::SHARE_KPI_DATASET.scopes.alternatives())
    )]
    async fn share_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: ShareKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(share::share(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Says for the caller's party that it has seen what the counterparty shared.
    #[graphql(
        directive = requires_scopes::apply(permit::ACKNOWLEDGE_KPI_DATASET.scopes.alternatives())
    )]
    async fn acknowledge_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which revision.")] input: AcknowledgeKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(share::acknowledge(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Sets the caller's party's own reading beside the other's (T9).
    #[graphql(
        directive = requires_scopes::apply(permit::INTERPRET_KPI_DATASET.scopes.alternatives())
    )]
    async fn interpret_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reading.")] input: InterpretKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(align::interpret(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Signs for the caller's party that a revision's numbers are right. The signature is bound to the revision's digest (T13).
    #[graphql(
        directive = requires_scopes::apply(permit::ALIGN_KPI_DATASET.scopes.alternatives())
    )]
    async fn align_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is signed.")] input: AlignKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(align::align(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Takes the caller's party's signature back, until the revision is released.
    #[graphql(
        directive = requires_scopes::apply(permit::WITHDRAW_KPI_ALIGNMENT.scopes.alternatives())
    )]
    async fn withdraw_kpi_alignment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which signature, and why.")] input: WithdrawKpiAlignmentInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(align::withdraw(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Releases a dataset: both parties' leadership reads it from the same moment (T6).
    #[graphql(
        directive = requires_scopes::apply(permit::RELEASE_KPI_DATASET.scopes.alternatives())
    )]
    async fn release_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which dataset.")] input: ReleaseKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(release::release(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Corrects a shared dataset in a new revision, with a reason. Alignment is given anew; leadership keeps reading what was released (T8).
    #[graphql(
        directive = requires_scopes::apply(permit::CORRECT_KPI_DATASET.scopes.alternatives())
    )]
    async fn correct_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction.")] input: CorrectKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(correct::correct(ctx.writer(), input)), KpiDatasetPayload).await
    }

    /// Throws a draft away with all its observations.
    #[graphql(
        directive = requires_scopes::apply(permit::DISCARD_KPI_DATASET.scopes.alternatives())
    )]
    async fn discard_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: DiscardKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(Box::pin(draft::discard(ctx.writer(), input)), KpiDatasetPayload).await
    }
}
