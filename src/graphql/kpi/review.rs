//! The reviews of a KPI to come, as its definition schedules them.

use std::sync::OnceLock;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::dataset::{KpiDataset, dataset_by_id};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::kpi::{Kpi, kpi_by_id};
use crate::domain::kpi::definition::list::AgreedVersionsOf;
use crate::domain::kpi::review::list::{NextReview, ReviewsOf, next_review};
use crate::domain::kpi::review::table::{OnTable, Readiness};
use crate::domain::kpi::review::{Occurrence, next};
use crate::entity::kpi_review::{KpiReview, KpiReviewer};
use crate::graphql::connection::{Connection, LARGEST_PAGE, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{cost, list_size};
use crate::graphql::scopes::{Field, nullable};
use crate::id::{KpiId, RelationshipId};
use crate::scalar::{Date, LocalTime, TimeZone};

/// What it costs to look for the next review: it takes microseconds by a usual rule, and up to a millisecond by one that
/// seldom recurs.
pub const SEARCH: i32 = 10;

/// What each of two fields costs that share a search.
const HALF_A_SEARCH: i32 = SEARCH / 2;

/// The most things on a table.
const MOST_ON_TABLE: i32 = 100;

/// What it costs to do so for all KPIs of a relationship.
pub const SEARCH_ALL: i32 = 100;

/// When a KPI is reviewed, as a version of its definition says.
pub struct Review {
    agreed: KpiReview,
    /// Whether the version is valid, or can come to be.
    stands: bool,
    /// The last day of its validity; none where no later version ends it.
    last_day: Option<NaiveDate>,
    /// Looked for once, however many fields tell of it.
    next: OnceLock<Option<Occurrence>>,
}

impl Review {
    /// What a version says that is valid, or is proposed and can come to be.
    #[must_use]
    pub const fn until(agreed: KpiReview, last_day: Option<NaiveDate>) -> Self {
        Self { agreed, stands: true, last_day, next: OnceLock::new() }
    }

    /// What a version says by which there are no reviews: a later one took its place, or it was closed.
    #[must_use]
    pub const fn never(agreed: KpiReview) -> Self {
        Self { agreed, stands: false, last_day: None, next: OnceLock::new() }
    }

    fn next(&self, ctx: &Context<'_>) -> Option<Occurrence> {
        if !self.stands {
            return None;
        }
        let next = self.next.get_or_init(|| next(&self.agreed, ctx.reads().reader().now()));
        next.filter(|next| self.last_day.is_none_or(|day| next.on <= day))
    }
}

/// When a KPI is reviewed, and by whom.
#[Object(name = "KpiReview")]
impl Review {
    /// How the review recurs: a recurrence rule of iCalendar (RFC 5545, 3.3.10), as `FREQ=MONTHLY;BYDAY=1TU`.
    async fn recurrence(&self) -> &str {
        &self.agreed.recurrence
    }

    /// The day of the first review.
    async fn starts_on(&self) -> Date {
        self.agreed.starts_on
    }

    /// The time of day at which it begins, there.
    async fn starts_at(&self) -> LocalTime {
        self.agreed.starts_at
    }

    /// Where that is: an IANA time zone.
    async fn time_zone(&self) -> &TimeZone {
        &self.agreed.time_zone
    }

    /// Who takes part, of both parties.
    async fn reviewers(&self) -> &[KpiReviewer] {
        &self.agreed.reviewers
    }

    /// The day of the next review by this version, there. Null once the rule has ended, or a later version is valid by
    /// then, and where the version was rejected, withdrawn or replaced.
    #[graphql(directive = cost::apply(HALF_A_SEARCH))]
    async fn next_on(&self, ctx: &Context<'_>) -> Option<Date> {
        self.next(ctx).map(|next| Date(next.on))
    }

    /// The moment at which that begins; null where `nextOn` is.
    #[graphql(directive = cost::apply(HALF_A_SEARCH))]
    async fn next_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        self.next(ctx).map(|next| next.at)
    }
}

/// The next review of a KPI.
pub struct KpiNextReview(NextReview);

/// The next review of a KPI, by the schedule of the definition version that is valid then.
#[Object]
impl KpiNextReview {
    /// The id of the KPI.
    async fn kpi_id(&self) -> ID {
        self.0.kpi.into()
    }

    /// The KPI.
    async fn kpi(&self, ctx: &Context<'_>) -> Field<Kpi> {
        nullable(async move { kpi_by_id(ctx, self.0.kpi).await }).await
    }

    /// The definition version that schedules it.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0.definition).await }).await
    }

    /// The day on which it begins, there.
    async fn on(&self) -> Date {
        Date(self.0.on)
    }

    /// The moment at which it begins.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Where that is: an IANA time zone.
    async fn time_zone(&self) -> &TimeZone {
        &self.0.review.time_zone
    }

    /// Who takes part, of both parties.
    async fn reviewers(&self) -> &[KpiReviewer] {
        &self.0.review.reviewers
    }

    /// The moment until which a dataset has to be shared to be in time: the definition's `noticeDays` before it begins.
    async fn share_by(&self) -> DateTime<Utc> {
        self.0.at - TimeDelta::days(self.0.notice_days.into())
    }

    /// What is on the table, by date: the periods that ended since the review before, up to its day, and what was shared
    /// earlier and both parties have not signed. For the first review, the last period that ended by then. Up to 100, the
    /// latest.
    #[graphql(directive = list_size::apply(Some(MOST_ON_TABLE), None, None, false))]
    async fn table(&self, ctx: &Context<'_>) -> Result<Vec<KpiReviewItem>> {
        let table = ctx.reads().load(self.0.table).await?.unwrap_or_default();
        Ok(table.into_iter().map(KpiReviewItem).collect())
    }
}

/// What is on the table of a review.
pub struct KpiReviewItem(OnTable);

/// What is on the table of a review: a dataset, or a time of which there is none.
#[Object]
impl KpiReviewItem {
    /// The first day: of the dataset, or of the periods that none covers.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// Whether it can be talked about.
    async fn readiness(&self) -> Readiness {
        self.0.readiness
    }

    /// When the dataset's current revision was shared; null where none is.
    async fn shared_at(&self) -> Option<DateTime<Utc>> {
        self.0.shared.map(|(_, at)| at)
    }

    /// The id of the dataset; null where none is shared.
    async fn dataset_id(&self) -> Option<ID> {
        self.0.shared.map(|(id, _)| id.into())
    }

    /// The dataset; null where none is shared.
    async fn dataset(&self, ctx: &Context<'_>) -> Field<KpiDataset> {
        nullable(async move {
            match self.0.shared {
                Some((id, _)) => dataset_by_id(ctx, id).await,
                None => Ok(None),
            }
        })
        .await
    }
}

/// The next review of a KPI, if one is scheduled.
pub async fn next_review_of(ctx: &Context<'_>, kpi: KpiId) -> Result<Option<KpiNextReview>> {
    let versions = ctx.reads().load(AgreedVersionsOf(kpi)).await?.unwrap_or_default();
    Ok(next_review(&versions, ctx.reads().reader().now()).map(KpiNextReview))
}

/// The next reviews of a relationship's KPIs, the soonest first.
pub async fn reviews_of(
    ctx: &Context<'_>,
    relationship: RelationshipId,
    paging: Paging,
) -> Result<Connection<KpiNextReview>> {
    let reviews = ctx.reads().load(ReviewsOf(relationship)).await?.unwrap_or_default();
    let key = |review: &NextReview| review.kpi.to_string();
    let place = |key: &str| reviews.iter().position(|review| review.kpi.to_string() == key);
    let wrap = |review: &NextReview| KpiNextReview(review.clone());
    Ok(Connection::of_rows(paging, LARGEST_PAGE, &reviews, key, place, wrap)?)
}
