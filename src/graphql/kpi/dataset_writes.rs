//! Writes to datasets.

use async_graphql::{Context, ID, Object};

use super::dataset::{KpiDataset, TWO_REVISIONS, dataset_by_id};
use super::source_record::KpiRecordCounts;
use crate::access::permit;
use crate::domain::kpi::dataset::align::{
    self, AlignKpiDatasetInput, InterpretKpiDatasetInput, WithdrawKpiAlignmentInput,
};
use crate::domain::kpi::dataset::correct::{self, CorrectKpiDatasetInput};
use crate::domain::kpi::dataset::draft::{
    self, DiscardKpiDatasetInput, OpenKpiDatasetInput, RecordObservationsInput, Recorded,
};
use crate::domain::kpi::dataset::record::{self, RecordSourceRecordsInput};
use crate::domain::kpi::dataset::release::{self, ReleaseKpiDatasetInput};
use crate::domain::kpi::dataset::share::{self, AcknowledgeKpiDatasetInput, ShareKpiDatasetInput};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::cost;
use crate::graphql::scopes::{Field, done, nullable, requires_scopes};
use crate::id::KpiDatasetId;
use crate::scalar::Date;

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

/// What recording source records did.
pub struct RecordSourceRecordsPayload(record::Recorded);

/// What recording source records did.
#[Object]
impl RecordSourceRecordsPayload {
    /// The dataset's id.
    async fn kpi_dataset_id(&self) -> ID {
        self.0.dataset.into()
    }

    /// The dataset, with the observations that were counted anew, if the caller's scopes let it be read.
    async fn kpi_dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(async move { dataset_by_id(ctx, self.0.dataset).await }).await
    }

    /// How many of the records sent were new, different, or judged otherwise than before.
    async fn recorded(&self) -> u64 {
        self.0.recounted.recorded
    }

    /// How many of them were there already, just so.
    async fn unchanged(&self) -> u64 {
        self.0.recounted.unchanged
    }

    /// How many records were taken out.
    async fn removed(&self) -> u64 {
        self.0.recounted.removed
    }

    /// How many of the records sent say what cannot be so; each tells of it in `contradictions`.
    async fn contradictory(&self) -> u64 {
        self.0.recounted.contradictory
    }

    /// How all records of the dataset are judged now.
    async fn record_counts(&self) -> KpiRecordCounts {
        self.0.recounted.counts.into()
    }

    /// The day that all of them are as of.
    async fn data_as_of(&self) -> Date {
        Date(self.0.recounted.data_as_of)
    }
}

/// What it costs to make the digest of a whole draft, however little of it is written.
const WHOLE_DRAFT: i32 = 1_000;

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
        done(draft::open(ctx.writer(), input), KpiDatasetPayload).await
    }

    /// Records observations into a draft: all or none. Where the definition has a counting rule, send source records instead. Recording the same again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::RECORD_OBSERVATIONS.scopes.alternatives()),
        directive = cost::apply(WHOLE_DRAFT)
    )]
    async fn record_observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The observations.")] input: RecordObservationsInput,
    ) -> Field<RecordObservationsPayload> {
        done(draft::record(ctx.writer(), input), RecordObservationsPayload).await
    }

    /// Records source records into a draft: all or none. Its observations are counted from all of its records, by the rule that both parties have signed. Recording the same again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::RECORD_SOURCE_RECORDS.scopes.alternatives()),
        directive = cost::apply(WHOLE_DRAFT)
    )]
    async fn record_source_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records.")] input: RecordSourceRecordsInput,
    ) -> Field<RecordSourceRecordsPayload> {
        done(record::record(ctx.writer(), input), RecordSourceRecordsPayload).await
    }

    /// Shares a draft: from now on both parties' working level reads the same numbers (T5), and they never change in place (T8).
    #[graphql(
        directive = requires_scopes::apply(permit::SHARE_KPI_DATASET.scopes.alternatives()),
        directive = cost::apply(WHOLE_DRAFT)
    )]
    async fn share_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: ShareKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(share::share(ctx.writer(), input), KpiDatasetPayload).await
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
        done(share::acknowledge(ctx.writer(), input), KpiDatasetPayload).await
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
        done(align::interpret(ctx.writer(), input), KpiDatasetPayload).await
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
        done(align::align(ctx.writer(), input), KpiDatasetPayload).await
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
        done(align::withdraw(ctx.writer(), input), KpiDatasetPayload).await
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
        done(release::release(ctx.writer(), input), KpiDatasetPayload).await
    }

    /// Corrects a shared dataset in a new revision, with a reason. Alignment is given anew; leadership keeps reading what was released (T8).
    #[graphql(
        directive = requires_scopes::apply(permit::CORRECT_KPI_DATASET.scopes.alternatives()),
        directive = cost::apply(TWO_REVISIONS)
    )]
    async fn correct_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction.")] input: CorrectKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(correct::correct(ctx.writer(), input), KpiDatasetPayload).await
    }

    /// Throws a draft away with all its observations and records.
    #[graphql(
        directive = requires_scopes::apply(permit::DISCARD_KPI_DATASET.scopes.alternatives())
    )]
    async fn discard_kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: DiscardKpiDatasetInput,
    ) -> Field<KpiDatasetPayload> {
        done(draft::discard(ctx.writer(), input), KpiDatasetPayload).await
    }
}
