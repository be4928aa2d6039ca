//! Datasets, as each level of caller may see them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::kpi::{Kpi, kpi_by_id};
use super::observation::KpiObservation;
use super::revision::KpiDatasetRevision;
use super::source_record::{KpiSourceRecord, data_of_revision, records_of};
use uuid::Uuid;

use crate::access::permit;
use crate::access::visibility::DatasetShown;
use crate::domain::check::Check;
use crate::domain::kpi::dataset::contents::{Asked, ContentsOf, CountOf};
use crate::domain::kpi::dataset::difference;
use crate::domain::kpi::dataset::records::{Behind, Part};
use crate::domain::kpi::dataset::{KpiDatasetFilter, KpiDatasetOrder};
use crate::domain::kpi::observation::Narrowing;
use crate::entity::kpi_dataset::{KpiDatasetStage, Model};
use crate::entity::party::Party;
use crate::entity::{kpi_dataset, kpi_dataset_revision, observation};
use crate::graphql::connection::{Connection, LARGEST_PAGE_OF_OBSERVATIONS, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::cost;
use crate::graphql::reference::{self, ExternalReference};
use crate::graphql::relationship::{Relationship, relationship_by_id};
use crate::graphql::scopes::{Field, list, nullable, one, requires_scopes};
use crate::id::KpiDatasetId;
use crate::scalar::Date;

/// What it costs to read two whole revisions, however little is shown of their differences, or to write one beside one.
pub const TWO_REVISIONS: i32 = 2_000;

/// The observations of one KPI for one reporting period, in revisions, moving through stages as one.
pub struct KpiDataset(pub Model);

impl KpiDataset {
    fn shown(&self, ctx: &Context<'_>) -> DatasetShown {
        DatasetShown::to(ctx.viewer(), &self.0)
    }
}

/// The observations of one KPI for one reporting period, in revisions, moving through stages as one. Both parties'
/// working level reads the same numbers from `SHARED` on; leadership reads the last released revision.
#[Object]
impl KpiDataset {
    /// Its id, `set_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// The id of the KPI that it measures.
    async fn kpi_id(&self) -> ID {
        self.0.kpi_id.into()
    }

    /// The id of the definition version that it is measured by.
    async fn definition_id(&self) -> ID {
        self.0.definition_id.into()
    }

    /// The relationship it belongs to.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        one(ctx, permit::READ_RELATIONSHIPS, async move { relationship_by_id(ctx, self.0.relationship_id).await }).await
    }

    /// The KPI that it measures.
    async fn kpi(&self, ctx: &Context<'_>) -> Field<Kpi> {
        nullable(async move { kpi_by_id(ctx, self.0.kpi_id).await }).await
    }

    /// The definition version that it is measured by.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0.definition_id).await }).await
    }

    /// The party that collects the data.
    async fn collecting_party(&self) -> Party {
        self.0.collecting_party
    }

    /// The first day of the reporting period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day of the reporting period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// How far it has come. For leadership always `RELEASED`: it reads what was released last, and
    /// `underCorrection` tells that something newer is on its way.
    async fn stage(&self, ctx: &Context<'_>) -> KpiDatasetStage {
        self.shown(ctx).stage
    }

    /// Whether a correction of the released revision is shared and not released yet.
    async fn under_correction(&self, ctx: &Context<'_>) -> bool {
        self.shown(ctx).under_correction
    }

    /// The number of the revision that the caller reads: the current one; for leadership the last released one.
    async fn revision_number(&self, ctx: &Context<'_>) -> i32 {
        self.shown(ctx).revision
    }

    /// The number of the last released revision, if there is one.
    async fn released_revision_number(&self) -> Option<i32> {
        self.0.released_revision
    }

    /// The revision that the caller reads; null for a draft, which has none yet.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives())
    )]
    async fn revision(&self, ctx: &Context<'_>) -> Field<KpiDatasetRevision> {
        one(ctx, permit::READ_REVISIONS, async move {
            super::revision::revision_of(ctx, self.0.id, self.shown(ctx).revision).await
        })
        .await
    }

    /// Every revision that the caller may read, oldest first: for leadership the last released one.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives())
    )]
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiDatasetRevision>> {
        list(ctx, permit::READ_REVISIONS, async move {
            let list = Paging { first, after, last, before }.list::<kpi_dataset_revision::Entity>((), ())?;
            let parent = kpi_dataset_revision::Column::DatasetId;
            Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), list, KpiDatasetRevision).await?)
        })
        .await
    }

    /// The observations of the revision that the caller reads, by period and site.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiObservation>> {
        let paging = Paging { first, after, last, before };
        observations_of(ctx, self.0.id, None, paging).await
    }

    /// The source records that the revision that the caller reads is counted from; none where its observations were recorded
    /// ready-made, by period and id.
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this part of them.")] part: Option<Part>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiSourceRecord>> {
        let behind = Behind::revision(self.0.id, self.shown(ctx).revision);
        records_of(ctx, behind, part, Paging { first, after, last, before }).await
    }

    /// The day that the records of the revision which the caller reads are as of; null where there are none.
    async fn data_as_of(&self, ctx: &Context<'_>) -> Field<Date> {
        nullable(async move { Ok(data_of_revision(ctx, self.0.id, self.shown(ctx).revision).await?.map(Date)) }).await
    }

    /// What differs between two revisions, side by side. A revision that the caller may not read has no
    /// observations for it. Working level only.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives()),
        directive = cost::apply(TWO_REVISIONS)
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the earlier revision.")] from_revision: i32,
        #[graphql(desc = "The number of the later revision.")] to_revision: i32,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiObservationDifference>> {
        list(ctx, permit::READ_KPIS_WORKING, async move {
            let mut check = Check::of_arguments();
            for (field, number) in [("fromRevision", from_revision), ("toRevision", to_revision)] {
                let exists = (1..=self.0.revision).contains(&number);
                check.that(exists, field, format!("the dataset has the revisions 1 to {}", self.0.revision));
            }
            check.that(from_revision <= to_revision, "toRevision", "must not be earlier than `fromRevision`");
            check.finish()?;
            let found = difference::between(ctx.reads().reader(), self.0.id, from_revision, to_revision).await?;
            let paging = Paging { first, after, last, before };
            let place = |key: &str| found.iter().position(|pair| pair.key_text() == key);
            let wrap = |pair: &difference::Difference| KpiObservationDifference(pair.clone());
            Ok(Connection::of_rows(
                paging,
                LARGEST_PAGE_OF_OBSERVATIONS,
                &found,
                difference::Difference::key_text,
                place,
                wrap,
            )?)
        })
        .await
    }

    /// The version to expect in an update; null for leadership, which never writes.
    async fn version(&self, ctx: &Context<'_>) -> Option<i32> {
        self.shown(ctx).version
    }

    /// When it last moved; null for leadership.
    async fn updated_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        self.shown(ctx).updated_at
    }

    /// What the caller's other systems call it.
    async fn external_references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ExternalReference>> {
        reference::references_of(ctx, self.0.id.uuid(), Paging { first, after, last, before }).await
    }
}

/// One period and site in two revisions.
pub struct KpiObservationDifference(difference::Difference);

/// One period and site in two revisions.
#[Object]
impl KpiObservationDifference {
    /// The observation in the earlier revision; null if it has none.
    async fn before(&self) -> Option<KpiObservation> {
        self.0.before.clone().map(KpiObservation)
    }

    /// The observation in the later revision; null if it has none.
    async fn after(&self) -> Option<KpiObservation> {
        self.0.after.clone().map(KpiObservation)
    }
}

/// A page of one parent's datasets: of a relationship or of a KPI, as the column says.
pub async fn datasets_of(
    ctx: &Context<'_>,
    column: kpi_dataset::Column,
    parent: Uuid,
    filter: Option<KpiDatasetFilter>,
    order: KpiDatasetOrder,
    paging: Paging,
) -> Result<Connection<KpiDataset>> {
    let filter = filter.unwrap_or_default().resolve(ctx.viewer())?;
    let list = paging.list::<kpi_dataset::Entity>(filter, order)?;
    Ok(Connection::of_children(ctx, column, parent, list, KpiDataset).await?)
}

/// A page of a dataset's observations: of a numbered revision, or of the one that the caller reads.
pub async fn observations_of(
    ctx: &Context<'_>,
    dataset: KpiDatasetId,
    revision: Option<i32>,
    paging: Paging,
) -> Result<Connection<KpiObservation>> {
    let list = paging.list_up_to::<observation::Entity>(LARGEST_PAGE_OF_OBSERVATIONS, Narrowing::default(), ())?;
    let key = ContentsOf { dataset, asked: Arc::new(Asked { revision, list }) };
    let page = ctx.reads().load(key.clone()).await?.map(Arc::unwrap_or_clone).unwrap_or_default();
    Ok(Connection::of_page::<observation::Entity>(page, (), KpiObservation, move |reads| {
        let key = CountOf(key.clone());
        Box::pin(async move { Ok(reads.load(key).await?.unwrap_or(0)) })
    }))
}

/// The dataset with an id, if the caller may see it.
pub async fn dataset_by_id(ctx: &Context<'_>, id: KpiDatasetId) -> Result<Option<KpiDataset>> {
    Ok(ctx.reads().by_id::<kpi_dataset::Entity, _>(id).await?.map(KpiDataset))
}

/// Queries on datasets.
#[derive(Default)]
pub struct KpiDatasetQuery;

#[Object]
impl KpiDatasetQuery {
    /// A dataset; null if there is none with this id that the caller may see.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset's id, `set_…`.")] id: ID,
    ) -> Field<KpiDataset> {
        one(ctx, permit::READ_KPIS, async move { dataset_by_id(ctx, crate::graphql::node::argument("id", &id)?).await })
            .await
    }

    /// The datasets of the caller's relationships, as far as the caller may see them.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn kpi_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which datasets.")] filter: Option<KpiDatasetFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(KpiDatasetOrder::default())")] order_by: Option<
            KpiDatasetOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiDataset>> {
        list(ctx, permit::READ_KPIS, async move {
            let filter = filter.unwrap_or_default().resolve(ctx.viewer())?;
            let list = Paging { first, after, last, before }
                .list::<kpi_dataset::Entity>(filter, order_by.unwrap_or_default())?;
            Ok(Connection::of_all(ctx, list, KpiDataset).await?)
        })
        .await
    }
}
