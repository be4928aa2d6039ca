//! The reviews of a KPI to come, as its definition schedules them.

use async_graphql::{ComplexObject, Context};
use chrono::{DateTime, Utc};

use crate::domain::kpi::review::next;
use crate::entity::kpi_review::KpiReview;
use crate::graphql::context::ContextExt;
use crate::graphql::cost::cost;
use crate::scalar::Date;

/// What it costs to go through the reviews up to the next one.
const SEARCH: i32 = 10;

#[ComplexObject]
impl KpiReview {
    /// The day of the next review, there; null once the rule has ended, which it has after 10,000 reviews at the latest.
    #[graphql(directive = cost::apply(SEARCH))]
    async fn next_on(&self, ctx: &Context<'_>) -> Option<Date> {
        next(self, ctx.reads().reader().now()).map(|next| Date(next.on))
    }

    /// The moment at which the next review begins; null once the rule has ended.
    #[graphql(directive = cost::apply(SEARCH))]
    async fn next_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        next(self, ctx.reads().reader().now()).map(|next| next.at)
    }
}
