//! The signals of a relationship that there are now.

use futures_util::future::try_join_all;

use super::{Asked, ChartShown, SignalShown, chart_of};
use crate::access::reader::Reads;
use crate::db::page::{List, Window};
use crate::domain::kpi::definition::list::{KpiOrder, Narrowing};
use crate::domain::kpi::spc::{ChartType, RuleSet};
use crate::entity::kpi;
use crate::error::Result;
use crate::id::RelationshipId;

/// The most KPIs of a relationship that are looked at, by code. Five to ten serve one.
const MOST_KPIS: u64 = 30;

/// A signal that the latest judged point of a KPI is in, and the chart that it is on.
#[derive(Clone, Debug)]
pub struct CurrentSignal {
    /// The KPI.
    pub kpi: kpi::Model,
    /// The kind of its chart, of all sites together, as the parties agreed it.
    pub chart_type: ChartType,
    /// The rules.
    pub rule_set: RuleSet,
    /// The signal.
    pub signal: SignalShown,
}

/// The current signals of all KPIs of a relationship, by code of the KPI, as far as their reader sees its charts. All charts
/// are read together.
pub async fn current_signals(reads: &Reads, relationship: RelationshipId) -> Result<Vec<CurrentSignal>> {
    let window = Window { limit: MOST_KPIS, cursor: None, backward: false };
    let list = List { filter: Narrowing::default(), order: KpiOrder::CodeAsc, window };
    let kpis = reads.children::<kpi::Entity>(kpi::Column::RelationshipId, relationship.uuid(), list).await?.rows;
    let asked = Asked::usual(None);
    let charts = try_join_all(kpis.iter().map(|kpi| chart_of(reads, kpi.id, &asked))).await?;
    let mut found = Vec::new();
    for (kpi, chart) in kpis.into_iter().zip(charts) {
        let Some(chart) = chart else { continue };
        let ChartShown { chart_type, rule_set, signals, .. } = chart;
        let current = signals.into_iter().filter(|signal| signal.current);
        found.extend(current.map(|signal| CurrentSignal { kpi: kpi.clone(), chart_type, rule_set, signal }));
    }
    Ok(found)
}
