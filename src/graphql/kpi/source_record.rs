//! Source records: what numbers were counted from, and how each was judged.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};

use super::dataset::{KpiDataset, dataset_by_id};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::revision::revision_of;
use crate::access::permit;
use crate::domain::kpi::counting::{self, Contradiction, Counting, Judgement};
use crate::domain::kpi::dataset::records::{Behind, CountOf, CountsOf, Part, RecordsOf};
use crate::entity::observation::NO_SITE;
use crate::entity::reason_code::ReasonCode;
use crate::entity::source_record::{Entity, Model, RecordVerdict};
use crate::graphql::connection::{Connection, LARGEST_PAGE_OF_OBSERVATIONS, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};
use crate::graphql::scopes::{Field, nullable, one, requires_scopes};
use crate::graphql::site::{Site, site_by_id};
use crate::id::KpiDatasetId;
use crate::scalar::Date;

/// What a source system said of one thing, and how it was judged.
pub struct KpiSourceRecord(Box<Model>);

impl KpiSourceRecord {
    /// A record as it is read.
    #[must_use]
    pub(super) fn new(row: Model) -> Self {
        Self(Box::new(row))
    }

    async fn definition_of(&self, ctx: &Context<'_>) -> Result<Option<KpiDefinition>> {
        match dataset_by_id(ctx, self.0.dataset_id).await? {
            Some(dataset) => kpi_definition_by_id(ctx, dataset.0.definition_id).await,
            None => Ok(None),
        }
    }

    /// The reason with a code, as the definition version has it.
    async fn reason_with(&self, ctx: &Context<'_>, code: Option<&str>) -> Result<Option<ReasonCode>> {
        let (Some(code), Some(definition)) = (code, self.definition_of(ctx).await?) else { return Ok(None) };
        let reasons = definition.0.reason_codes.iter().flat_map(|codes| &codes.0);
        Ok(reasons.into_iter().find(|reason| reason.code == code).cloned())
    }
}

/// What a source system said of one delivery, batch, deviation or the like; and how it was judged, by which version of the
/// definition, and why.
#[Object]
impl KpiSourceRecord {
    /// What the source system calls it: unique among the records of the KPI.
    async fn record_id(&self) -> &str {
        &self.0.record_id
    }

    /// The id of the site that it is of.
    async fn site_id(&self) -> Option<ID> {
        (self.0.site_id != NO_SITE).then(|| self.0.site_id.into())
    }

    /// The site that it is of, if the caller may see it.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        one(ctx, permit::READ_RELATIONSHIPS, async move {
            if self.0.site_id == NO_SITE { Ok(None) } else { site_by_id(ctx, self.0.site_id).await }
        })
        .await
    }

    /// What it is about: a product, a material, a batch.
    async fn item(&self) -> Option<&str> {
        self.0.item.as_deref()
    }

    /// When it began or was opened.
    async fn opened_on(&self) -> Option<Date> {
        self.0.opened_on.map(Date)
    }

    /// When it was to happen, as first agreed.
    async fn agreed_on(&self) -> Option<Date> {
        self.0.agreed_on.map(Date)
    }

    /// When it was to happen, as agreed later.
    async fn revised_on(&self) -> Option<Date> {
        self.0.revised_on.map(Date)
    }

    /// The code of the reason for which it was revised.
    async fn revision_reason_code(&self) -> Option<&str> {
        self.0.revision_reason.as_deref()
    }

    /// The reason for which it was revised, as the definition version has it.
    async fn revision_reason(&self, ctx: &Context<'_>) -> Field<ReasonCode> {
        nullable(self.reason_with(ctx, self.0.revision_reason.as_deref())).await
    }

    /// Who consented to that, and where it is written.
    #[graphql(directive = cost::apply(NOTE))]
    async fn revision_consent(&self) -> Option<&str> {
        self.0.revision_consent.as_deref()
    }

    /// When it is expected to happen.
    async fn estimated_on(&self) -> Option<Date> {
        self.0.estimated_on.map(Date)
    }

    /// When it happened: the delivery, disposition, signature or closure.
    async fn actual_on(&self) -> Option<Date> {
        self.0.actual_on.map(Date)
    }

    /// When the source system was told.
    async fn recorded_on(&self) -> Option<Date> {
        self.0.recorded_on.map(Date)
    }

    /// How much was agreed.
    async fn agreed_quantity(&self) -> Option<f64> {
        self.0.agreed_quantity
    }

    /// How much it was.
    async fn actual_quantity(&self) -> Option<f64> {
        self.0.actual_quantity
    }

    /// How it ended.
    async fn outcome(&self) -> Option<&str> {
        self.0.outcome.as_deref()
    }

    /// The code of the reason why it was otherwise than agreed.
    async fn reason_code(&self) -> Option<&str> {
        self.0.reason_code.as_deref()
    }

    /// The reason why it was otherwise than agreed, with its family, as the definition version has it.
    async fn reason(&self, ctx: &Context<'_>) -> Field<ReasonCode> {
        nullable(self.reason_with(ctx, self.0.reason_code.as_deref())).await
    }

    /// Why it is excluded; it is counted where there is no reason.
    #[graphql(directive = cost::apply(NOTE))]
    async fn excluded_reason(&self) -> Option<&str> {
        self.0.excluded_reason.as_deref()
    }

    /// The first day of the period that it is counted in.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// How the definition's rule judged it.
    async fn verdict(&self) -> RecordVerdict {
        self.0.verdict
    }

    /// What it adds to the numerator; null if it is not one of the records behind that.
    async fn numerator(&self) -> Option<f64> {
        self.0.numerator
    }

    /// What it adds to the denominator; null if it is not one of the records behind that.
    async fn denominator(&self) -> Option<f64> {
        self.0.denominator
    }

    /// Why it was judged so, in a sentence.
    #[graphql(directive = cost::apply(NOTE))]
    async fn why(&self, ctx: &Context<'_>) -> Field<String> {
        nullable(async move {
            let (definition, as_of) = (self.definition_of(ctx).await?, data_as_of(ctx, &self.0).await?);
            let (Some(definition), Some(as_of)) = (definition, as_of) else { return Ok(None) };
            let counting = Counting::of(&definition.0, as_of);
            Ok(counting.map(|counting| counting::why(&counting, &self.0, &Judgement::of(&self.0))))
        })
        .await
    }

    /// What it says that cannot be so. It was taken as it is: the source system has to be put right.
    async fn contradictions(&self, ctx: &Context<'_>) -> Field<Vec<Contradiction>> {
        nullable(
            async move { Ok(data_as_of(ctx, &self.0).await?.map(|as_of| counting::contradictions(&self.0, as_of))) },
        )
        .await
    }

    /// The version of the definition whose rule judged it.
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

    /// When it was recorded here, or last changed or judged otherwise.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

/// The day that a record's revision is as of.
async fn data_as_of(ctx: &Context<'_>, record: &Model) -> Result<Option<NaiveDate>> {
    data_of_revision(ctx, record.dataset_id, record.revision).await
}

/// The day that the records of a revision are as of: a draft has no revision yet, and says it itself.
pub(super) async fn data_of_revision(
    ctx: &Context<'_>,
    dataset: KpiDatasetId,
    revision: i32,
) -> Result<Option<NaiveDate>> {
    match revision_of(ctx, dataset, revision).await? {
        Some(revision) => Ok(revision.0.data_as_of),
        None => Ok(dataset_by_id(ctx, dataset).await?.and_then(|dataset| dataset.0.data_as_of)),
    }
}

/// How many records were judged how.
#[derive(SimpleObject)]
pub struct KpiRecordCounts {
    /// All records.
    total: i32,
    /// Those in the numerator and in the denominator.
    met: i32,
    /// Those in the denominator alone.
    missed: i32,
    /// Those that add their quantity, their days or themselves, where nothing is met or missed.
    counted: i32,
    /// Those that cannot be told yet.
    pending: i32,
    /// Those that are left out, with a reason.
    excluded: i32,
    /// Those that the rule is not about.
    not_counted: i32,
}

impl From<counting::RecordCounts> for KpiRecordCounts {
    fn from(counts: counting::RecordCounts) -> Self {
        let counting::RecordCounts { met, missed, counted, pending, excluded, not_counted } = counts;
        Self { total: counts.total(), met, missed, counted, pending, excluded, not_counted }
    }
}

/// A page of the records behind something.
pub(super) async fn records_of(
    ctx: &Context<'_>,
    behind: Behind,
    part: Option<Part>,
    paging: Paging,
) -> Result<Connection<KpiSourceRecord>> {
    let list = paging.list_up_to::<Entity>(LARGEST_PAGE_OF_OBSERVATIONS, part, ())?;
    let key = RecordsOf::new(behind, list);
    let page = ctx.reads().load(key.clone()).await?.map(std::sync::Arc::unwrap_or_clone).unwrap_or_default();
    Ok(Connection::of_page::<Entity>(page, (), KpiSourceRecord::new, move |reads| {
        let key = CountOf(key.clone());
        Box::pin(async move { Ok(reads.load(key).await?.unwrap_or(0)) })
    }))
}

/// How the records behind something were judged.
pub(super) async fn counts_of(ctx: &Context<'_>, behind: Behind) -> Result<KpiRecordCounts> {
    Ok(ctx.reads().load(CountsOf(behind)).await?.unwrap_or_default().into())
}
