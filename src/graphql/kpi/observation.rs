//! Observations as they were recorded.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::dataset::{KpiDataset, dataset_by_id};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::source_record::{KpiRecordCounts, KpiSourceRecord, counts_of, records_of};
use crate::access::permit;
use crate::domain::kpi::dataset::records::{Behind, Part};
use crate::domain::kpi::observation::{self as observations, KpiObservationFilter};
use crate::entity::observation::{self, Model, NO_SITE, ObservationStatus};
use crate::graphql::connection::{Connection, LARGEST_PAGE_OF_OBSERVATIONS, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};
use crate::graphql::scopes::{Field, list, nullable, one, requires_scopes};
use crate::graphql::site::{Site, site_by_id};
use crate::scalar::Date;

/// One measured value, or why there is none.
pub struct KpiObservation(pub Model);

impl KpiObservation {
    async fn definition_of(&self, ctx: &Context<'_>) -> Result<Option<KpiDefinition>> {
        match dataset_by_id(ctx, self.0.dataset_id).await? {
            Some(dataset) => kpi_definition_by_id(ctx, dataset.0.definition_id).await,
            None => Ok(None),
        }
    }
}

/// One measured value, or why there is none, for one period and, where the definition is by site, one site.
#[Object]
impl KpiObservation {
    /// The first day of its period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day of its period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// The id of the site it was measured at; null where the definition is not by site.
    async fn site_id(&self) -> Option<ID> {
        (self.0.site_id != NO_SITE).then(|| self.0.site_id.into())
    }

    /// The site it was measured at, if the caller may see it.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        one(ctx, permit::READ_RELATIONSHIPS, async move {
            if self.0.site_id == NO_SITE { Ok(None) } else { site_by_id(ctx, self.0.site_id).await }
        })
        .await
    }

    /// What was counted or summed.
    async fn numerator(&self) -> Option<f64> {
        self.0.numerator
    }

    /// What it is divided by.
    async fn denominator(&self) -> Option<f64> {
        self.0.denominator
    }

    /// The value, in the definition's unit; there is one if it was reported, and only then.
    async fn value(&self) -> Option<f64> {
        self.0.value
    }

    /// Whether there is a value, and if not, why.
    async fn status(&self) -> ObservationStatus {
        self.0.status
    }

    /// Why it is excluded, or what else explains the status.
    #[graphql(directive = cost::apply(NOTE))]
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The system that it was taken from.
    async fn source_system(&self) -> Option<&str> {
        self.0.source_system.as_deref()
    }

    /// Its record in that system.
    async fn source_record(&self) -> Option<&str> {
        self.0.source_record.as_deref()
    }

    /// What a reader should know.
    #[graphql(directive = cost::apply(NOTE))]
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }

    /// The source records that it was counted from; none where it was recorded ready-made, by period and id.
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this part of them.")] part: Option<Part>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiSourceRecord>> {
        let behind = Behind::observation(&self.0);
        records_of(ctx, behind, part, Paging { first, after, last, before }).await
    }

    /// How the source records that it was counted from were judged.
    async fn record_counts(&self, ctx: &Context<'_>) -> Field<KpiRecordCounts> {
        nullable(async move { counts_of(ctx, Behind::observation(&self.0)).await.map(Some) }).await
    }

    /// The unit of the value, as the definition version says by which it was measured.
    async fn unit(&self, ctx: &Context<'_>) -> Field<String> {
        nullable(async move { Ok(self.definition_of(ctx).await?.map(|definition| definition.0.unit)) }).await
    }

    /// The definition version by which it was measured.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(self.definition_of(ctx)).await
    }

    /// The dataset it belongs to.
    async fn dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(dataset_by_id(ctx, self.0.dataset_id)).await
    }

    /// The id of the dataset it belongs to.
    async fn dataset_id(&self) -> ID {
        self.0.dataset_id.into()
    }

    /// The revision of the dataset that it is read at.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
}

/// Queries on observations.
#[derive(Default)]
pub struct KpiObservationQuery;

#[Object]
impl KpiObservationQuery {
    /// The observations of all datasets of a relationship that the caller sees, by date: each dataset at its current
    /// revision, and for leadership at the last released one. The caller's own party's drafts are among them.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi_observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which observations.")] filter: KpiObservationFilter,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiObservation>> {
        list(ctx, permit::READ_KPIS, async move {
            let (datasets, filter) = filter.resolve()?;
            let paging = Paging { first, after, last, before };
            let list = paging.list_up_to::<observation::Entity>(LARGEST_PAGE_OF_OBSERVATIONS, filter, ())?;
            let page = observations::page_of(ctx.reads().reader(), datasets, &list).await?;
            let filter = list.filter;
            Ok(Connection::of_page::<observation::Entity>(page, (), KpiObservation, move |reads| {
                let filter = filter.clone();
                Box::pin(async move { observations::count_of(reads.reader(), datasets, &filter).await })
            }))
        })
        .await
    }
}
