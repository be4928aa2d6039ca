//! A definition that is tried before it is agreed.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use chrono::NaiveDate;

use super::series::KpiPointCounts;
use super::source_record::{KpiRecordCounts, KpiSourceRecord};
use crate::access::permit;
use crate::domain::kpi::aggregate::Total;
use crate::domain::kpi::preview::{Difference, Made, MadePeriod, Preview, PreviewKpiDefinitionInput, preview};
use crate::entity::observation::ObservationStatus;
use crate::entity::source_record::{Model, RecordVerdict};
use crate::graphql::connection::{Connection, LARGEST_PAGE_OF_OBSERVATIONS, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};
use crate::graphql::scopes::{Field, list, requires_scopes};
use crate::id::KpiDatasetId;
use crate::scalar::Date;

/// What it costs to judge all records of some datasets, however little is shown of it.
const ALL_RECORDS: i32 = 2_000;

/// What it costs to find the place of a cursor among all differences.
const PLACE: i32 = 10;

/// What a definition would give.
pub struct KpiDefinitionPreview(Arc<Preview>);

/// What a definition would give on records that there are, beside what stands. Nothing of it is stored.
#[Object]
impl KpiDefinitionPreview {
    /// What the definition would give.
    async fn proposed(&self) -> KpiPreviewResult {
        KpiPreviewResult { preview: Arc::clone(&self.0), of: |preview| &preview.comparison.proposed }
    }

    /// What stands: as the records were judged by the version that each dataset is measured by.
    async fn current(&self) -> KpiPreviewResult {
        KpiPreviewResult { preview: Arc::clone(&self.0), of: |preview| &preview.comparison.current }
    }

    /// The number of records that it was tried on.
    async fn records(&self) -> i32 {
        count(self.0.comparison.records)
    }

    /// The number of those that lack what the definition's counting rule needs: they are in no value, and each says among
    /// the differences what it lacks.
    async fn lacking(&self) -> i32 {
        count(self.0.comparison.lacking)
    }

    /// The number of datasets of the range that were left out, for no version counts records for them.
    async fn datasets_without_records(&self) -> i32 {
        count(self.0.datasets_without_records)
    }

    /// The records that would be judged otherwise, by dataset and record id.
    #[graphql(directive = cost::apply(PLACE))]
    #[expect(clippy::unused_async, reason = "a resolver")]
    async fn differences(
        &self,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiPreviewDifference>> {
        let differences = &self.0.comparison.differences;
        let key = |difference: &Difference| format!("{} {}", difference.record.dataset_id, difference.record.record_id);
        let place = |key: &str| {
            let (dataset, record_id) = key.split_once(' ')?;
            let dataset: KpiDatasetId = dataset.parse().ok()?;
            let is_it = |record: &Model| record.record_id == record_id && record.dataset_id == dataset;
            differences.iter().position(|difference| is_it(&difference.record))
        };
        let wrap = |difference: &Difference| KpiPreviewDifference {
            difference: difference.clone(),
            preview: Arc::clone(&self.0),
        };
        let paging = Paging { first, after, last, before };
        Ok(Connection::of_rows(paging, LARGEST_PAGE_OF_OBSERVATIONS, differences, key, place, wrap)?)
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What records give by one definition.
pub struct KpiPreviewResult {
    preview: Arc<Preview>,
    of: fn(&Preview) -> &Made,
}

impl KpiPreviewResult {
    fn made(&self) -> &Made {
        (self.of)(&self.preview)
    }

    fn total(&self) -> Option<&Total> {
        self.made().total.as_ref().map(|(total, _)| total)
    }
}

/// What records give by one definition, or by the versions that stand.
#[Object]
impl KpiPreviewResult {
    /// The unit of the values; null where versions differ in what a value is, or nothing was tried.
    async fn unit(&self) -> Option<&str> {
        self.made().total.as_ref().map(|(_, unit)| unit.as_str())
    }

    /// The value of all periods, as the definition aggregates over time; null where there is none, or no unit.
    async fn value(&self) -> Option<f64> {
        self.total()?.value
    }

    /// The sum of the numerators, for a ratio of sums.
    async fn numerator(&self) -> Option<f64> {
        self.total()?.numerator
    }

    /// The sum of the denominators, for a ratio of sums.
    async fn denominator(&self) -> Option<f64> {
        self.total()?.denominator
    }

    /// How the records were judged.
    async fn record_counts(&self) -> KpiRecordCounts {
        self.made().counts.into()
    }

    /// By period, in the order of time.
    #[expect(clippy::unused_async, reason = "a resolver")]
    async fn periods(
        &self,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiPreviewPeriod>> {
        let periods = &self.made().periods;
        let key = |period: &MadePeriod| period.start.to_string();
        let place = |key: &str| {
            let start: NaiveDate = key.parse().ok()?;
            periods.binary_search_by_key(&start, |period| period.start).ok()
        };
        let paging = Paging { first, after, last, before };
        let wrap = |period: &MadePeriod| KpiPreviewPeriod(*period);
        Ok(Connection::of_rows(paging, LARGEST_PAGE_OF_OBSERVATIONS, periods, key, place, wrap)?)
    }
}

/// What records give in one period.
pub struct KpiPreviewPeriod(MadePeriod);

/// What records give in one period, over all sites.
#[Object]
impl KpiPreviewPeriod {
    /// The first day of the period.
    async fn period_start(&self) -> Date {
        Date(self.0.start)
    }

    /// The last day of the period.
    async fn period_end(&self) -> Date {
        Date(self.0.end)
    }

    /// The value; null where there is none.
    async fn value(&self) -> Option<f64> {
        self.0.total.value
    }

    /// The sum of the numerators, for a ratio of sums.
    async fn numerator(&self) -> Option<f64> {
        self.0.total.numerator
    }

    /// The sum of the denominators, for a ratio of sums.
    async fn denominator(&self) -> Option<f64> {
        self.0.total.denominator
    }

    /// Whether there is a value, and if not, why.
    async fn status(&self) -> ObservationStatus {
        self.0.total.status
    }

    /// The observations that it is made of, one for each site where the definition is by site.
    async fn counts(&self) -> KpiPointCounts {
        self.0.total.counts.into()
    }

    /// How the records were judged.
    async fn record_counts(&self) -> KpiRecordCounts {
        self.0.counts.into()
    }
}

/// A record that would be judged otherwise.
pub struct KpiPreviewDifference {
    difference: Difference,
    preview: Arc<Preview>,
}

/// A record that would be judged otherwise, or not at all.
#[Object]
impl KpiPreviewDifference {
    /// The record, as it stands: with how it was judged, and why.
    async fn record(&self) -> KpiSourceRecord {
        KpiSourceRecord::new(self.difference.record.clone())
    }

    /// How it would be judged; null where it lacks what the counting rule needs.
    async fn proposed_verdict(&self) -> Option<RecordVerdict> {
        self.difference.proposed.as_ref().ok().map(|judgement| judgement.verdict)
    }

    /// Why, or what it lacks.
    #[graphql(directive = cost::apply(NOTE))]
    async fn proposed_why(&self) -> String {
        self.difference.why(&self.preview.measure)
    }

    /// The first day of the period that it would be counted in.
    async fn proposed_period_start(&self) -> Option<Date> {
        self.difference.proposed.as_ref().ok().map(|judgement| Date(judgement.period_start))
    }
}

/// Trying definitions.
#[derive(Default)]
pub struct KpiPreviewQuery;

#[Object]
impl KpiPreviewQuery {
    /// What a definition would give on the records of datasets that the caller reads, beside what stands: by period, in
    /// total, and by record. For both parties' working level, before anyone proposes or signs. Nothing is stored.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives()),
        directive = cost::apply(ALL_RECORDS)
    )]
    async fn preview_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The definition, and the records to try it on.")] input: PreviewKpiDefinitionInput,
    ) -> Field<KpiDefinitionPreview> {
        list(ctx, permit::READ_KPIS_WORKING, async move {
            Ok(KpiDefinitionPreview(Arc::new(preview(ctx.reads().reader(), input).await?)))
        })
        .await
    }
}
