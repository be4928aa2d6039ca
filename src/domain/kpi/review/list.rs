//! Reading the reviews to come of a relationship's KPIs, and what is on their tables.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect};

use super::schedule::upcoming;
use super::table::{Agenda, OnTable, Shared};
use crate::access::reader::Reader;
use crate::access::visibility::Visible;
use crate::domain::kpi::definition::validity::Validity;
use crate::domain::kpi::period::Periods;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::kpi_dataset_revision;
use crate::entity::kpi_definition::{Column, Entity, KpiDefinitionState as State, Model};
use crate::entity::kpi_review::KpiReview;
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, KpiDefinitionId, KpiId, RelationshipId};

/// The next review of a KPI, as the version says that is valid then.
#[derive(Clone, PartialEq, Debug)]
pub struct NextReview {
    /// The KPI.
    pub kpi: KpiId,
    /// The version.
    pub definition: KpiDefinitionId,
    /// What that says of reviews.
    pub review: KpiReview,
    /// The day on which it begins, there.
    pub on: NaiveDate,
    /// The moment at which it begins.
    pub at: DateTime<Utc>,
    /// The days that a party has for a dataset before it.
    pub notice_days: i32,
    /// What it looks at.
    pub table: TableOf,
}

/// The next review of a KPI with these versions that were agreed, oldest first: by the version that is valid on its day.
/// None where they schedule none.
#[must_use]
pub fn next_review(versions: &[Model], now: DateTime<Utc>) -> Option<NextReview> {
    let measured_from = versions.first().and_then(Model::effective)?;
    let valid = versions.iter().filter_map(|version| Some((Validity::of(version, versions)?, version)));
    let mut from_today: Vec<_> =
        valid.filter(|(valid, _)| valid.until.is_none_or(|until| until >= now.date_naive())).collect();
    from_today.sort_by_key(|(valid, _)| valid.from);
    from_today.into_iter().find_map(|(valid, version)| review_by(version, valid, measured_from, now))
}

/// The next review by a version, from now on and while it is valid.
fn review_by(version: &Model, valid: Validity, measured_from: NaiveDate, now: DateTime<Utc>) -> Option<NextReview> {
    let review = version.review.clone()?;
    let upcoming = upcoming(&review, now.max(valid.from.and_time(NaiveTime::MIN).and_utc()))?;
    if valid.until.is_some_and(|until| upcoming.next.on > until) {
        return None;
    }
    let periods = Periods::of(version);
    Some(NextReview {
        kpi: version.kpi_id,
        definition: version.id,
        on: upcoming.next.on,
        at: upcoming.next.at,
        notice_days: version.notice_days,
        table: TableOf { kpi: version.kpi_id, agenda: Agenda::of(upcoming, periods), periods, measured_from },
        review,
    })
}

/// The key of the next reviews of a relationship's KPIs, the soonest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReviewsOf(pub RelationshipId);

impl Loader<ReviewsOf> for Reader {
    type Value = Vec<NextReview>;
    type Error = Error;

    async fn load(&self, keys: &[ReviewsOf]) -> Result<HashMap<ReviewsOf, Vec<NextReview>>> {
        let select = self
            .find::<Entity>()
            .filter(Column::RelationshipId.is_in(keys.iter().map(|key| key.0)))
            .filter(Column::State.is_in([State::Agreed, State::Superseded]))
            .order_by_asc(Column::KpiId)
            .order_by_asc(Column::Number);
        let versions = select.all(self.connection()).await?;
        let mut reviews: HashMap<ReviewsOf, Vec<NextReview>> = HashMap::new();
        for versions in versions.chunk_by(|one, next| one.kpi_id == next.kpi_id) {
            if let (Some(first), Some(review)) = (versions.first(), next_review(versions, self.now())) {
                reviews.entry(ReviewsOf(first.relationship_id)).or_default().push(review);
            }
        }
        for reviews in reviews.values_mut() {
            reviews.sort_by_key(|review| (review.at, review.kpi));
        }
        Ok(reviews)
    }
}

/// The key of what is on the table of a KPI's review.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TableOf {
    kpi: KpiId,
    agenda: Agenda,
    periods: Periods,
    measured_from: NaiveDate,
}

/// A dataset that was shared, its current revision, and the definition that it is measured by.
#[derive(FromQueryResult)]
struct SharedRow {
    id: KpiDatasetId,
    kpi_id: KpiId,
    period_start: NaiveDate,
    period_end: NaiveDate,
    stage: KpiDatasetStage,
    shared_at: DateTime<Utc>,
    notice_days: i32,
}

impl Loader<TableOf> for Reader {
    type Value = Vec<OnTable>;
    type Error = Error;

    async fn load(&self, keys: &[TableOf]) -> Result<HashMap<TableOf, Vec<OnTable>>> {
        let rows = shared(self, keys).await?;
        let mut tables = HashMap::new();
        for key in keys {
            let TableOf { kpi, agenda, periods, measured_from } = *key;
            let datasets: Vec<Shared> = rows.iter().filter(|row| row.kpi_id == kpi).map(Shared::from).collect();
            tables.insert(*key, agenda.table(periods, measured_from, self.today(), &datasets));
        }
        Ok(tables)
    }
}

impl From<&SharedRow> for Shared {
    fn from(row: &SharedRow) -> Self {
        let SharedRow { id, period_start, period_end, stage, shared_at, notice_days, .. } = *row;
        Self { id, period_start, period_end, stage, shared_at, notice_days }
    }
}

/// The datasets on some tables: those of the periods that a review looks at, and what was shared before and is not
/// aligned.
async fn shared(reader: &Reader, tables: &[TableOf]) -> Result<Vec<SharedRow>> {
    use kpi_dataset::Column as Dataset;
    let on = |table: &TableOf| {
        let open = Dataset::Stage.eq(KpiDatasetStage::Shared);
        Condition::all()
            .add(Dataset::KpiId.eq(table.kpi))
            // Whatever covers days of the periods that the review looks at, though it may not be on the table itself.
            .add(Dataset::PeriodStart.lte(table.agenda.last))
            .add(Condition::any().add(Dataset::PeriodEnd.gte(table.periods.start_of(table.agenda.first))).add(open))
    };
    let definition = kpi_dataset::Entity::belongs_to(Entity).from(Dataset::DefinitionId).to(Column::Id).into();
    let revision = kpi_dataset::Entity::belongs_to(kpi_dataset_revision::Entity)
        .from((Dataset::Id, Dataset::Revision))
        .to((kpi_dataset_revision::Column::DatasetId, kpi_dataset_revision::Column::Number))
        .into();
    let select = reader
        .find::<kpi_dataset::Entity>()
        .filter(kpi_dataset::Entity::shared_with_both())
        .filter(tables.iter().map(on).fold(Condition::any(), Condition::add))
        .join(JoinType::InnerJoin, definition)
        .join(JoinType::InnerJoin, revision)
        .select_only()
        .columns([Dataset::Id, Dataset::KpiId, Dataset::PeriodStart, Dataset::PeriodEnd, Dataset::Stage])
        .column(kpi_dataset_revision::Column::SharedAt)
        .column(Column::NoticeDays);
    Ok(select.into_model::<SharedRow>().all(reader.connection()).await?)
}
