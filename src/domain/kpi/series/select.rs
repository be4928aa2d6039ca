//! The two statements of a series: which datasets reach into it, and what was observed in them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
};

use super::section::Section;
use crate::access::reader::Reader;
use crate::access::visibility::{RevisionRead, Visible};
use crate::db::page::Window;
use crate::domain::kpi::aggregate::{Measured, Total, over_time, total};
use crate::domain::kpi::attainment::Aim;
use crate::domain::kpi::period::Periods;
use crate::entity::kpi_definition::{self, KpiAggregation, KpiAggregationOverTime, KpiDirection, KpiFrequency};
use crate::entity::observation::{self, ObservationStatus};
use crate::entity::party::Parties;
use crate::entity::{kpi_dataset, kpi_dataset_revision};
use crate::error::Result;
use crate::id::{KpiDatasetId, KpiDefinitionId, KpiId, SiteId};

/// A dataset and what of its definition a series needs.
#[derive(Debug, FromQueryResult)]
pub struct Dataset {
    /// The dataset.
    pub id: KpiDatasetId,
    /// The KPI it measures.
    pub(super) kpi_id: KpiId,
    /// The first day of its reporting period.
    pub(super) period_start: NaiveDate,
    /// The last day of its reporting period.
    pub(super) period_end: NaiveDate,
    /// The definition version it was measured by.
    pub definition_id: KpiDefinitionId,
    /// The number of that version.
    pub number: i32,
    pub(super) frequency: KpiFrequency,
    pub(super) year_start_month: Option<i32>,
    pub(super) aggregation: KpiAggregation,
    pub(super) aggregation_over_time: Option<KpiAggregationOverTime>,
    pub(super) scale: f64,
    /// The unit of the value.
    pub unit: String,
    pub(super) direction: KpiDirection,
    pub(super) target: Option<f64>,
    pub(super) attention_threshold: Option<f64>,
    /// Whether each site has observations of its own.
    pub(super) by_site: bool,
}

/// The first day of a period, and the dataset that it is of.
pub(super) type Period = (NaiveDate, Arc<Dataset>);

impl Dataset {
    /// The periods of its observations.
    #[must_use]
    pub fn periods(&self) -> Periods {
        Periods::new(self.frequency, self.year_start_month)
    }

    /// The buckets that its periods are gathered into: of the same calendar, and none shorter than a period.
    #[must_use]
    pub(super) fn buckets(&self, bucket: KpiFrequency) -> Periods {
        Periods::new(Ord::max(self.frequency, bucket), self.year_start_month)
    }

    fn over_time(&self) -> KpiAggregationOverTime {
        self.aggregation_over_time.unwrap_or_else(|| self.aggregation.into())
    }

    /// Whether both versions say alike what a value is, so that values by both make one.
    #[must_use]
    pub(super) fn makes_values_as(&self, other: &Self) -> bool {
        let says = |of: &Self| (of.aggregation, of.over_time(), of.scale);
        says(self) == says(other) && self.unit == other.unit
    }

    /// What the observations of one period make.
    pub(super) fn of_period(&self, observations: impl IntoIterator<Item = Measured>) -> Total {
        total(self.aggregation, self.scale, observations)
    }

    /// What several periods make.
    pub(super) fn of_periods(&self, periods: &[Total]) -> Total {
        over_time(self.over_time(), self.scale, periods)
    }

    /// What its version says of the values that are good.
    #[must_use]
    pub const fn aim(&self) -> Aim {
        Aim { direction: self.direction, target: self.target, attention_threshold: self.attention_threshold }
    }
}

/// The datasets of which periods begin in the section, in the direction of reading; of each KPI as many as a page
/// can need.
pub(super) async fn datasets(
    reader: &Reader,
    kpis: &[KpiId],
    section: &Section,
    window: Option<&Window>,
) -> Result<Vec<Arc<Dataset>>> {
    use kpi_dataset::Column;
    const POSITION: &str = "position_in_series";
    let definition = kpi_dataset::Entity::belongs_to(kpi_definition::Entity)
        .from(Column::DefinitionId)
        .to(kpi_definition::Column::Id)
        .into();
    let order = if window.is_some_and(|window| window.backward) { Order::Desc } else { Order::Asc };
    let mut numbered = reader
        .find::<kpi_dataset::Entity>()
        .filter(Column::KpiId.is_in(kpis.iter().copied()))
        // A series shows what both parties read; a draft is read through its dataset alone.
        .filter(kpi_dataset::Entity::shared_with_both())
        .join(JoinType::InnerJoin, definition)
        .select_only()
        .columns([Column::Id, Column::KpiId, Column::PeriodStart, Column::PeriodEnd, Column::DefinitionId])
        .columns([
            kpi_definition::Column::Number,
            kpi_definition::Column::Frequency,
            kpi_definition::Column::YearStartMonth,
            kpi_definition::Column::Aggregation,
            kpi_definition::Column::AggregationOverTime,
            kpi_definition::Column::Scale,
            kpi_definition::Column::Unit,
            kpi_definition::Column::Direction,
            kpi_definition::Column::Target,
            kpi_definition::Column::AttentionThreshold,
            kpi_definition::Column::BySite,
        ]);
    let Section { first, last, site, .. } = section;
    numbered = numbered.filter(
        Condition::all()
            .add_option(first.map(|first| Column::PeriodEnd.gte(first)))
            .add_option(last.map(|last| Column::PeriodStart.lte(last)))
            // What is not measured by site has nothing to say of one.
            .add_option(site.map(|_| kpi_definition::Column::BySite.eq(true))),
    );
    let mut numbered = numbered.into_query();
    let by_start = WindowStatement::partition_by(Column::KpiId.as_column_ref())
        .order_by(Column::PeriodStart.as_column_ref(), order.clone())
        .to_owned();
    numbered.expr_window_as(Expr::cust("ROW_NUMBER()"), by_start, Alias::new(POSITION));
    let mut few = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(numbered, Alias::new("numbered"))
        .order_by(Alias::new("period_start"), order)
        .to_owned();
    if let Some(window) = window {
        // Each has a point at least, save one that only reaches into the section; and one point tells of more.
        few.and_where(Expr::col(Alias::new(POSITION)).lte(window.limit + 2));
    }
    let rows = reader.connection().query_all(&few).await?;
    rows.iter().map(|row| Ok(Arc::new(Dataset::from_query_result(row, "")?))).collect()
}

/// How far the revision has come that is read of a dataset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether it is released.
    pub released: bool,
    /// Whether the dataset was released and is being corrected: its current revision is not released yet.
    pub under_correction: bool,
    /// The parties that had not aligned when it was released; none before the release.
    pub released_without: Option<Parties>,
}

/// What was observed in a dataset, by the first day of the period.
pub(super) struct Observed {
    pub(super) revision: i32,
    pub(super) current: i32,
    pub(super) standing: Standing,
    pub(super) rows: HashMap<NaiveDate, Vec<(SiteId, Measured)>>,
}

/// The most datasets that a statement names one by one.
const NAMED: usize = 1_000;

/// One row of a dataset and, if it has any in the range, one of its observations.
#[derive(FromQueryResult)]
struct ObservedRow {
    id: KpiDatasetId,
    revision: i32,
    current: i32,
    released: Option<i32>,
    released_without: Option<Parties>,
    period_start: Option<NaiveDate>,
    site_id: Option<SiteId>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    status: Option<ObservationStatus>,
}

impl Observed {
    /// Nothing yet, of the dataset of a row.
    fn of(row: &ObservedRow) -> Self {
        let ObservedRow { revision, current, released, ref released_without, .. } = *row;
        let standing = Standing {
            released: released == Some(revision),
            under_correction: released.is_some_and(|released| released < current),
            released_without: released_without.clone(),
        };
        Self { revision, current, standing, rows: HashMap::new() }
    }
}

/// The observations of some periods, each dataset at the revision that the caller reads. The revision is read in
/// the same statement: between two a correction could be shared. No more than `most` rows, where that is said.
pub(super) async fn observed<'p>(
    reader: &Reader,
    site: Option<SiteId>,
    periods: impl Iterator<Item = &'p Period> + Clone,
    most: Option<usize>,
) -> Result<HashMap<KpiDatasetId, Observed>> {
    use observation::Column::{Denominator, Numerator, PeriodStart, Revision, SiteId, Status, Value};
    let starts = || periods.clone().map(|(start, _)| *start);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Ok(HashMap::new()) };
    let named: BTreeSet<KpiDatasetId> = periods.clone().map(|(_, dataset)| dataset.id).collect();
    let datasets = if named.len() <= NAMED {
        kpi_dataset::Column::Id.is_in(named)
    } else {
        // Of what else this finds, nothing is looked up.
        kpi_dataset::Column::KpiId.is_in(periods.map(|(_, dataset)| dataset.kpi_id).collect::<BTreeSet<_>>())
    };
    let read = RevisionRead::by(reader.viewer()).column();
    let of_revision = observation::Relation::Dataset.def().rev().on_condition(move |_, _| {
        Condition::all()
            .add(Expr::col(Revision.as_column_ref()).eq(Expr::col(read.as_column_ref())))
            .add(PeriodStart.between(first, last))
            .add_option(site.map(|site| SiteId.eq(site)))
    });
    let revision = kpi_dataset::Entity::belongs_to(kpi_dataset_revision::Entity)
        .from(kpi_dataset::Column::Id)
        .to(kpi_dataset_revision::Column::DatasetId)
        .on_condition(move |_, _| {
            let number = Expr::col(kpi_dataset_revision::Column::Number.as_column_ref());
            Condition::all().add(number.eq(Expr::col(read.as_column_ref())))
        });
    let select = reader
        .find::<kpi_dataset::Entity>()
        .filter(datasets)
        .join(JoinType::LeftJoin, of_revision)
        .join(JoinType::LeftJoin, revision.into())
        .select_only()
        .column(kpi_dataset::Column::Id)
        .column_as(read, "revision")
        .column_as(kpi_dataset::Column::Revision, "current")
        .column_as(kpi_dataset::Column::ReleasedRevision, "released")
        .column(kpi_dataset_revision::Column::ReleasedWithout)
        .columns([PeriodStart, SiteId, Numerator, Denominator, Value, Status])
        .order_by_asc(kpi_dataset::Column::Id)
        .order_by_asc(PeriodStart)
        .order_by_asc(SiteId)
        .limit(most.and_then(|most| u64::try_from(most).ok()));
    let mut found: HashMap<KpiDatasetId, Observed> = HashMap::new();
    for row in select.into_model::<ObservedRow>().all(reader.connection()).await? {
        let dataset = found.entry(row.id).or_insert_with(|| Observed::of(&row));
        if let (Some(start), Some(site), Some(status)) = (row.period_start, row.site_id, row.status) {
            let ObservedRow { numerator, denominator, value, .. } = row;
            let measured = Measured { numerator, denominator, value, status };
            dataset.rows.entry(start).or_default().push((site, measured));
        }
    }
    Ok(found)
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::*;

    /// A dataset of a ratio of sums with a target, by these periods.
    pub(in crate::domain::kpi) fn dataset(frequency: KpiFrequency, year_start_month: Option<i32>) -> Dataset {
        Dataset {
            id: KpiDatasetId::new(Uuid::nil()),
            kpi_id: KpiId::new(Uuid::nil()),
            period_start: NaiveDate::default(),
            period_end: NaiveDate::default(),
            definition_id: KpiDefinitionId::new(Uuid::nil()),
            number: 1,
            frequency,
            year_start_month,
            aggregation: KpiAggregation::RatioOfSums,
            aggregation_over_time: None,
            scale: 100.0,
            unit: "%".to_owned(),
            direction: KpiDirection::Up,
            target: Some(95.0),
            attention_threshold: None,
            by_site: true,
        }
    }

    #[test]
    fn values_are_made_alike_or_otherwise() {
        let one = || dataset(KpiFrequency::Month, None);
        for alike in [
            Dataset { target: None, number: 2, ..one() },
            Dataset { aggregation_over_time: Some(KpiAggregationOverTime::RatioOfSums), ..one() },
            Dataset { frequency: KpiFrequency::Week, year_start_month: Some(4), ..one() },
        ] {
            assert!(one().makes_values_as(&alike), "{alike:?}");
        }
        for otherwise in [
            Dataset { unit: "share".to_owned(), ..one() },
            Dataset { scale: 1.0, ..one() },
            Dataset { aggregation: KpiAggregation::Mean, ..one() },
            Dataset { aggregation_over_time: Some(KpiAggregationOverTime::Last), ..one() },
        ] {
            assert!(!one().makes_values_as(&otherwise), "{otherwise:?}");
        }
    }
}
