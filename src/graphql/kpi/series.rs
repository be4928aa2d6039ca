//! A KPI over time.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::dataset::{KpiDataset, dataset_by_id};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use crate::db::page::Page;
use crate::domain::kpi::aggregate::Counts;
use crate::domain::kpi::series::{self, CountOf, Point, Section, SeriesOf};
use crate::entity::observation::ObservationStatus;
use crate::graphql::connection::{At, Connection, LARGEST_PAGE_OF_OBSERVATIONS, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::scopes::{Field, nullable};
use crate::id::KpiId;
use crate::scalar::Date;

/// One period of a KPI, or one bucket of several: its value over all sites, or why there is none.
pub struct KpiPoint(Point);

/// How many observations a value is made of, and how many of the period are not in it.
#[derive(SimpleObject)]
pub struct KpiPointCounts {
    /// Observations with a value: those that the value is made of.
    reported: i32,
    /// Observations whose value is not known yet.
    pending: i32,
    /// Observations that were left out, with a reason.
    excluded: i32,
    /// Observations of sites or periods in which there was nothing to measure.
    no_data: i32,
}

impl From<Counts> for KpiPointCounts {
    fn from(Counts { reported, pending, excluded, no_data }: Counts) -> Self {
        Self { reported, pending, excluded, no_data }
    }
}

/// One period of a KPI, or one bucket of several: its value over all sites, or why there is none. Missing data is never
/// counted as zero or as 100 %.
#[Object]
impl KpiPoint {
    /// The first day of the period, or of the bucket.
    async fn period_start(&self) -> Date {
        Date(self.0.start)
    }

    /// The last day of the period, or of the bucket.
    async fn period_end(&self) -> Date {
        Date(self.0.end)
    }

    /// The sum of the reported numerators, for a ratio of sums.
    async fn numerator(&self) -> Option<f64> {
        self.0.total.numerator
    }

    /// The sum of the reported denominators, for a ratio of sums.
    async fn denominator(&self) -> Option<f64> {
        self.0.total.denominator
    }

    /// The value, in the unit, as the definition's aggregation makes it of the reported observations. Null where
    /// none was reported.
    async fn value(&self) -> Option<f64> {
        self.0.total.value
    }

    /// The unit of the value.
    async fn unit(&self) -> &str {
        &self.0.dataset.unit
    }

    /// `REPORTED` where there is a value. Elsewhere `PENDING` if an observation is not known yet, or else `EXCLUDED`
    /// if one was left out, or else `NO_DATA`.
    async fn status(&self) -> ObservationStatus {
        self.0.total.status
    }

    /// What the value is made of, and what is not in it.
    async fn counts(&self) -> KpiPointCounts {
        self.0.total.counts.into()
    }

    /// Whether the value reaches the target, by the definition version. `NEAR_TARGET` is reached within the version's
    /// `attentionThreshold`, which is the first distance that is too far. Null without a value, and where the version names
    /// no target, or not how near is near enough.
    async fn meets_target(&self) -> Option<bool> {
        self.0.meets_target()
    }

    /// The number of periods that it is made of: 1, or more in a bucket.
    async fn periods(&self) -> i32 {
        self.0.periods
    }

    /// The number of those periods that have a value.
    async fn reported_periods(&self) -> i32 {
        self.0.reported_periods
    }

    /// Whether datasets cover all periods that begin in it; a bucket that they reach into only in part is not complete.
    async fn complete(&self) -> bool {
        self.0.complete
    }

    /// The id of the dataset that it is of; null for a bucket of several.
    async fn dataset_id(&self) -> Option<ID> {
        self.0.of_one_dataset.then(|| self.0.dataset.id.into())
    }

    /// The revision of the dataset that it is read at; null for a bucket of several datasets.
    async fn revision(&self) -> Option<i32> {
        self.0.of_one_dataset.then_some(self.0.revision)
    }

    /// Whether a dataset that it is of is being corrected: a later revision is not released yet, so that leadership reads the one
    /// before. The working level reads the current revision, of which this is false.
    async fn under_correction(&self) -> bool {
        self.0.under_correction
    }

    /// The definition version that it was measured by; of a bucket, its last period.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0.dataset.definition_id).await }).await
    }

    /// The dataset that it is of; null for a bucket of several.
    async fn dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(
            async move { if self.0.of_one_dataset { dataset_by_id(ctx, self.0.dataset.id).await } else { Ok(None) } },
        )
        .await
    }
}

/// A page of a KPI's series.
pub async fn series_of(
    ctx: &Context<'_>,
    kpi: KpiId,
    section: Section,
    paging: Paging,
) -> Result<Connection<KpiPoint>> {
    let window = paging.window(LARGEST_PAGE_OF_OBSERVATIONS, |cursor| series::decode(cursor).is_some())?;
    let counted = Arc::new(section.clone());
    let page = ctx.reads().load(SeriesOf { kpi, list: Arc::new((section, window)) }).await?;
    let Page { rows, has_previous, has_next } = page.unwrap_or_default();
    let places = series::places(&rows).into_iter().map(At::Place);
    let edges = places.zip(rows.into_iter().map(KpiPoint));
    Ok(Connection::new(edges, has_previous, has_next, move |reads| {
        let key = CountOf { kpi, section: Arc::clone(&counted) };
        Box::pin(async move { Ok(reads.load(key).await?.unwrap_or(0)) })
    }))
}
