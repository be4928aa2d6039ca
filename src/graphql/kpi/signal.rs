//! Signals of control charts: those that there are now, and those that work was asked for on.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::chart::{CHART, KpiControlChartSignal, SIGNAL_POINTS};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::kpi::{Kpi, kpi_by_id};
use crate::access::permit;
use crate::domain::kpi::chart::{CurrentSignal, current_signals};
use crate::domain::kpi::spc::{ChartPart, ChartType, RuleName, RuleSet, Side};
use crate::entity::kpi_signal::{self, Model};
use crate::graphql::action_item::{ActionItem, action_item_by_id};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::cost;
use crate::graphql::scopes::{Field, nullable, one, requires_scopes};
use crate::id::{KpiSignalId, RelationshipId};
use crate::scalar::Date;

/// What it costs to look at the charts of all KPIs of a relationship: as much as ten of them, which serve one. A front page of
/// ten relationships can ask for it.
pub const SIGNALS: i32 = 10 * CHART;

/// A signal that work was asked for on.
pub struct KpiSignal(pub Model);

/// A signal of a control chart, as the chart showed it when work was asked for on it. For the working level.
#[Object]
impl KpiSignal {
    /// Its id, `sgn_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// The KPI on whose chart it was.
    async fn kpi(&self, ctx: &Context<'_>) -> Field<Kpi> {
        nullable(kpi_by_id(ctx, self.0.kpi_id)).await
    }

    /// The id of that KPI.
    async fn kpi_id(&self) -> ID {
        self.0.kpi_id.into()
    }

    /// The id of the site whose chart it was; null for that of all sites together.
    async fn site_id(&self) -> Option<ID> {
        self.0.site_id.map(ID::from)
    }

    /// The definition version by which the latest period of the chart was measured.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(kpi_definition_by_id(ctx, self.0.definition_id)).await
    }

    /// The kind of chart.
    async fn chart_type(&self) -> ChartType {
        self.0.chart_type
    }

    /// The rules.
    async fn rule_set(&self) -> RuleSet {
        self.0.rule_set
    }

    /// The version of these rules.
    async fn rule_set_version(&self) -> i32 {
        self.0.rule_set_version
    }

    /// The rule that found it.
    async fn rule(&self) -> RuleName {
        self.0.rule
    }

    /// The part of the chart that it was on.
    async fn part(&self) -> ChartPart {
        self.0.part
    }

    /// The side of the centre line that it was on; for a trend, where it went. Null where the rule knows no side.
    async fn side(&self) -> Option<Side> {
        self.0.side
    }

    /// The first days of the periods of its points, in order: of more than 100, the latest.
    #[graphql(directive = cost::apply(SIGNAL_POINTS))]
    async fn points(&self) -> Vec<Date> {
        self.0.points.0.iter().copied().map(Date).collect()
    }

    /// The work that was asked for on it.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_ACTIONS.alternatives())
    )]
    async fn action_item(&self, ctx: &Context<'_>) -> Field<ActionItem> {
        one(ctx, permit::READ_ACTIONS, action_item_by_id(ctx, self.0.action_item_id)).await
    }

    /// When work was asked for on it.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// The signal with an id, if the caller may see it.
pub async fn signal_by_id(ctx: &Context<'_>, id: KpiSignalId) -> Result<Option<KpiSignal>> {
    Ok(ctx.reads().by_id::<kpi_signal::Entity, _>(id).await?.map(KpiSignal))
}

/// A signal that the latest point of a KPI is in.
pub struct KpiCurrentSignal(CurrentSignal);

/// A signal that the latest judged point of a KPI is in, on the chart of all sites together as the parties agreed it.
#[Object]
impl KpiCurrentSignal {
    /// The KPI.
    async fn kpi(&self) -> Kpi {
        Kpi(self.0.kpi.clone())
    }

    /// The id of the KPI.
    async fn kpi_id(&self) -> ID {
        self.0.kpi.id.into()
    }

    /// The kind of chart.
    async fn chart_type(&self) -> ChartType {
        self.0.chart_type
    }

    /// The rules.
    async fn rule_set(&self) -> RuleSet {
        self.0.rule_set
    }

    /// The signal.
    async fn signal(&self) -> KpiControlChartSignal {
        KpiControlChartSignal::from(&self.0.signal)
    }
}

/// The current signals of the KPIs of a relationship.
pub async fn current_signals_of(ctx: &Context<'_>, relationship: RelationshipId) -> Result<Vec<KpiCurrentSignal>> {
    Ok(current_signals(ctx.reads(), relationship).await?.into_iter().map(KpiCurrentSignal).collect())
}
