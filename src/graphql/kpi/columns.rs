//! A KPI over time as parallel lists, for programs that compute or draw.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::db::page::{Page, Window};
use crate::domain::kpi::series::{Point, Section, SeriesOf};
use crate::entity::observation::ObservationStatus;
use crate::error::Error;
use crate::graphql::context::ContextExt;
use crate::graphql::cost::cost;
use crate::id::KpiId;
use crate::scalar::Date;

/// The most points that are told at once.
const MOST_POINTS: u64 = 10_000;

/// What a column of numbers costs: up to 25 characters for each point.
const NUMBERS: i32 = 1_000;

/// What a column of dates costs: 13 characters for each point.
const DATES: i32 = 520;

/// What a column of short words, or of whole numbers, costs: up to 11 characters for each point.
const WORDS: i32 = 440;

/// A series as parallel lists.
pub struct KpiSeriesColumns(Vec<Point>);

/// A series as parallel lists: what stands at the same place in each is of the same point, in the order of time. The
/// fields are those of a `KpiPoint`.
#[Object]
impl KpiSeriesColumns {
    /// The first day of each period, or bucket.
    #[graphql(directive = cost::apply(DATES))]
    async fn period_start(&self) -> Vec<Date> {
        self.0.iter().map(|point| Date(point.start)).collect()
    }

    /// The last day of each period, or bucket.
    #[graphql(directive = cost::apply(DATES))]
    async fn period_end(&self) -> Vec<Date> {
        self.0.iter().map(|point| Date(point.end)).collect()
    }

    /// The sums of the reported numerators.
    #[graphql(directive = cost::apply(NUMBERS))]
    async fn numerator(&self) -> Vec<Option<f64>> {
        self.0.iter().map(|point| point.total.numerator).collect()
    }

    /// The sums of the reported denominators.
    #[graphql(directive = cost::apply(NUMBERS))]
    async fn denominator(&self) -> Vec<Option<f64>> {
        self.0.iter().map(|point| point.total.denominator).collect()
    }

    /// The values, each in its unit.
    #[graphql(directive = cost::apply(NUMBERS))]
    async fn value(&self) -> Vec<Option<f64>> {
        self.0.iter().map(|point| point.total.value).collect()
    }

    /// Whether there are values, and where not, why.
    #[graphql(directive = cost::apply(WORDS))]
    async fn status(&self) -> Vec<ObservationStatus> {
        self.0.iter().map(|point| point.total.status).collect()
    }

    /// Whether the values reach the target.
    #[graphql(directive = cost::apply(WORDS))]
    async fn meets_target(&self) -> Vec<Option<bool>> {
        self.0.iter().map(Point::meets_target).collect()
    }

    /// The numbers of the definition versions that they were measured by.
    #[graphql(directive = cost::apply(WORDS))]
    async fn definition_number(&self) -> Vec<i32> {
        self.0.iter().map(|point| point.dataset.number).collect()
    }

    /// The unit of all values; null where there is no point, and where units differ.
    async fn unit(&self) -> Option<&str> {
        let unit = &self.0.first()?.dataset.unit;
        self.0.iter().all(|point| point.dataset.unit == *unit).then_some(unit)
    }
}

/// The points of a section as parallel lists.
pub async fn columns_of(ctx: &Context<'_>, kpi: KpiId, section: Section) -> Result<KpiSeriesColumns> {
    let window = Window { limit: MOST_POINTS, cursor: None, backward: false };
    let page = ctx.reads().load(SeriesOf { kpi, list: Arc::new((section, window)) }).await?;
    let Page { rows, has_next, .. } = page.unwrap_or_default();
    if has_next {
        let message = format!("the range has more than {MOST_POINTS} points: narrow it, or ask for a longer bucket");
        return Err(Error::field("from", message).into());
    }
    Ok(KpiSeriesColumns(rows))
}
