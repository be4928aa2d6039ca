//! The two statements of a series: which datasets reach into it, and what was observed in them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
};

use super::Section;
use crate::access::reader::Reader;
use crate::access::visibility::{RevisionRead, Visible};
use crate::db::page::Window;
use crate::domain::kpi::aggregate::Measured;
use crate::domain::kpi::period::Periods;
use crate::entity::kpi_dataset;
use crate::entity::kpi_definition::{self, KpiAggregation, KpiFrequency};
use crate::entity::observation::{self, ObservationStatus};
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
    frequency: KpiFrequency,
    year_start_month: Option<i32>,
    /// How several values make one.
    pub(super) aggregation: KpiAggregation,
    /// What a ratio is multiplied by.
    pub(super) scale: f64,
    /// The unit of the value.
    pub unit: String,
}

impl Dataset {
    /// The periods of its observations.
    #[must_use]
    pub fn periods(&self) -> Periods {
        Periods::new(self.frequency, self.year_start_month)
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
            kpi_definition::Column::Frequency,
            kpi_definition::Column::YearStartMonth,
            kpi_definition::Column::Aggregation,
            kpi_definition::Column::Scale,
            kpi_definition::Column::Unit,
        ]);
    let Section { first, last, site } = section;
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

/// What was observed in a dataset, by the first day of the period.
pub(super) struct Observed {
    pub(super) revision: i32,
    pub(super) current: i32,
    pub(super) rows: HashMap<NaiveDate, Vec<Measured>>,
}

/// One row of a dataset and, if it has any in the range, one of its observations.
#[derive(FromQueryResult)]
struct ObservedRow {
    id: KpiDatasetId,
    revision: i32,
    current: i32,
    period_start: Option<NaiveDate>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    status: Option<ObservationStatus>,
}

/// The observations of some periods, each dataset at the revision that the caller reads. The revision is read in
/// the same statement: between two a correction could be shared.
pub(super) async fn observed(
    reader: &Reader,
    site: Option<SiteId>,
    periods: impl Iterator<Item = &(NaiveDate, Arc<Dataset>)> + Clone,
) -> Result<HashMap<KpiDatasetId, Observed>> {
    use observation::Column::{Denominator, Numerator, PeriodStart, Revision, SiteId, Status, Value};
    let starts = || periods.clone().map(|(start, _)| *start);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Ok(HashMap::new()) };
    let mut datasets: Vec<KpiDatasetId> = periods.map(|(_, dataset)| dataset.id).collect();
    datasets.sort_unstable();
    datasets.dedup();
    let read = RevisionRead::by(reader.viewer()).column();
    let of_revision = observation::Relation::Dataset.def().rev().on_condition(move |_, _| {
        Condition::all()
            .add(Expr::col(Revision.as_column_ref()).eq(Expr::col(read.as_column_ref())))
            .add(PeriodStart.between(first, last))
            .add_option(site.map(|site| SiteId.eq(site)))
    });
    let select = reader
        .find::<kpi_dataset::Entity>()
        .filter(kpi_dataset::Column::Id.is_in(datasets))
        .join(JoinType::LeftJoin, of_revision)
        .select_only()
        .column(kpi_dataset::Column::Id)
        .column_as(read, "revision")
        .column_as(kpi_dataset::Column::Revision, "current")
        .columns([PeriodStart, Numerator, Denominator, Value, Status])
        .order_by_asc(kpi_dataset::Column::Id)
        .order_by_asc(PeriodStart)
        .order_by_asc(SiteId);
    let mut found: HashMap<KpiDatasetId, Observed> = HashMap::new();
    for row in select.into_model::<ObservedRow>().all(reader.connection()).await? {
        let ObservedRow { id, revision, current, period_start, numerator, denominator, value, status } = row;
        let dataset = found.entry(id).or_insert_with(|| Observed { revision, current, rows: HashMap::new() });
        if let (Some(start), Some(status)) = (period_start, status) {
            dataset.rows.entry(start).or_default().push(Measured { numerator, denominator, value, status });
        }
    }
    Ok(found)
}
