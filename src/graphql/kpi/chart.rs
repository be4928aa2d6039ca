//! Control charts.

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::chart_basis::{KpiChartBasis, chart_basis_by_id};
use super::definition::KpiDefinition;
use crate::domain::kpi::chart::{Asked, ChartShown, PhaseShown, PointShown, SignalShown, chart_of};
use crate::domain::kpi::spc::{Assurance, ChartPart, ChartType, Lines, RuleName, RuleSet, Side, Variation};
use crate::entity::kpi_chart_basis::KpiChartBaseline;
use crate::entity::kpi_dataset::KpiDatasetStage;
use crate::entity::observation::ObservationStatus;
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};
use crate::graphql::scopes::{Field, nullable};
use crate::id::KpiId;
use crate::scalar::Date;

/// What it costs to make a chart: limits rest on the whole series, however little of it is shown.
pub const CHART: i32 = 50;

/// How many points are shown where nothing is said.
pub const DEFAULT_POINTS: i32 = 100;

/// The control chart of a KPI.
pub struct KpiControlChart(ChartShown);

/// One period of a control chart. Missing data is a gap, and never counted as zero.
#[derive(SimpleObject)]
struct KpiControlChartPoint {
    /// The first day of the period.
    period_start: Date,
    /// The last day of the period.
    period_end: Date,
    /// The place of its phase in `phases`, from 0.
    phase: i32,
    /// The id of the dataset that it is of; null where the caller sees none.
    dataset_id: Option<ID>,
    /// `REPORTED` where there is a value, and elsewhere why there is none; `NO_DATA` also in a period of no dataset.
    status: ObservationStatus,
    /// The value that is plotted; null at a gap.
    value: Option<f64>,
    /// The centre line. Null while its phase has too few points for limits, as are the other lines.
    centre: Option<f64>,
    /// The lower control limit.
    lower: Option<f64>,
    /// The upper control limit.
    upper: Option<f64>,
    /// On an XmR chart, how far it is from the point before; null at the start of a phase, and at and after a gap.
    moving_range: Option<f64>,
    /// The centre line of the moving ranges.
    moving_range_centre: Option<f64>,
    /// The upper control limit of the moving ranges; the lower one is 0.
    moving_range_upper: Option<f64>,
    /// Why it is left out of the limits, as both parties agreed; null where it is not. It is then not judged.
    excluded_reason: Option<String>,
}

impl From<&PointShown> for KpiControlChartPoint {
    fn from(point: &PointShown) -> Self {
        let range_lines = point.moving_range.and_then(|range| range.lines);
        Self {
            period_start: Date(point.start),
            period_end: Date(point.end),
            phase: number(point.phase),
            dataset_id: point.dataset.map(ID::from),
            status: point.status,
            value: point.value,
            centre: point.lines.map(|lines| lines.centre),
            lower: point.lines.map(|lines| lines.lower),
            upper: point.lines.map(|lines| lines.upper),
            moving_range: point.moving_range.map(|range| range.value),
            moving_range_centre: range_lines.map(|lines| lines.centre),
            moving_range_upper: range_lines.map(|lines| lines.upper),
            excluded_reason: point.excluded.clone(),
        }
    }
}

/// The points of a control chart by column: each list has one element for each point, in the order of `points`.
#[derive(SimpleObject)]
struct KpiControlChartColumns {
    /// The first days of the periods.
    period_starts: Vec<Date>,
    /// The places of their phases in `phases`, from 0.
    phases: Vec<i32>,
    /// Whether there is a value, and if not, why.
    statuses: Vec<ObservationStatus>,
    /// The values; null at a gap.
    values: Vec<Option<f64>>,
    /// The centre lines.
    centres: Vec<Option<f64>>,
    /// The lower control limits.
    lowers: Vec<Option<f64>>,
    /// The upper control limits.
    uppers: Vec<Option<f64>>,
    /// On an XmR chart, how far each is from the point before.
    moving_ranges: Vec<Option<f64>>,
    /// Whether each is left out of the limits.
    excluded: Vec<bool>,
}

/// A stretch of a control chart with limits of its own.
#[derive(SimpleObject)]
struct KpiControlChartPhase {
    /// The first day of its first period, whether that is shown or not.
    starts_on: Date,
    /// Why limits begin anew, as both parties agreed; null where the series begins.
    reason: Option<String>,
    /// The periods that its limits rest on; null where these are all of its own.
    baseline: Option<KpiChartBaseline>,
    /// How many points are behind its limits.
    points_behind_limits: i32,
    /// Whether these are fewer than 12: the limits are on trial, or there are none yet.
    trial: bool,
    /// On a p′ or u′ chart, how much more the points vary than chance gives; at 1 the limits are those of p or u.
    sigma_z: Option<f64>,
}

impl From<&PhaseShown> for KpiControlChartPhase {
    fn from(phase: &PhaseShown) -> Self {
        Self {
            starts_on: Date(phase.start),
            reason: phase.reason.clone(),
            baseline: phase.baseline.map(|(from, to)| KpiChartBaseline { from: Date(from), to: Date(to) }),
            points_behind_limits: number(phase.behind_limits),
            trial: phase.trial,
            sigma_z: phase.sigma_z,
        }
    }
}

/// Points that chance alone would hardly give. An occurrence is one signal, however long it is.
#[derive(SimpleObject)]
pub struct KpiControlChartSignal {
    /// The rule that found them.
    rule: RuleName,
    /// The part of the chart that they are on.
    part: ChartPart,
    /// The side of the centre line that they are on; for a trend, where it goes. Null where the rule knows no side.
    side: Option<Side>,
    /// The first days of their periods, in order. Of a long signal some may be outside of what is shown.
    points: Vec<Date>,
    /// The first day of the period of the last of them: `raiseImprovementAction` takes it.
    last_point: Option<Date>,
    /// Whether the latest point that is judged is one of them.
    current: bool,
}

impl From<&SignalShown> for KpiControlChartSignal {
    fn from(signal: &SignalShown) -> Self {
        Self {
            rule: signal.rule,
            part: signal.part,
            side: signal.side,
            points: signal.points.iter().copied().map(Date).collect(),
            last_point: signal.points.last().copied().map(Date),
            current: signal.current,
        }
    }
}

/// The control chart of a KPI: its points with centre line and limits, the signals among them, and what they mean. Limits
/// rest on the whole series that the caller sees, and so do signals; arguments say which part of it is shown.
#[Object]
impl KpiControlChart {
    /// The id of the KPI.
    async fn kpi_id(&self) -> ID {
        self.0.kpi.into()
    }

    /// The id of the site whose observations it is of; null for all sites together.
    async fn site_id(&self) -> Option<ID> {
        self.0.site.map(ID::from)
    }

    /// The kind of chart.
    async fn chart_type(&self) -> ChartType {
        self.0.chart_type
    }

    /// The rules for signals.
    async fn rule_set(&self) -> RuleSet {
        self.0.rule_set
    }

    /// The version of these rules: it grows whenever the same points could give other signals.
    async fn rule_set_version(&self) -> i32 {
        self.0.rule_set.version()
    }

    /// Why the kind of chart that both parties agreed on was not made; null where it was, or where they agreed on none.
    #[graphql(directive = cost::apply(NOTE))]
    async fn misfit(&self) -> Option<&str> {
        self.0.misfit.as_deref()
    }

    /// The agreed basis that it rests on; null where there is none, and for leadership, to which the chart shows of it what
    /// concerns its points.
    async fn basis(&self, ctx: &Context<'_>) -> Field<KpiChartBasis> {
        let basis = self.0.basis?;
        nullable(chart_basis_by_id(ctx, basis)).await
    }

    /// The definition version by which the latest period was measured. A chart goes back as far as was measured alike: in
    /// the same unit and periods, made in the same way.
    async fn definition(&self) -> KpiDefinition {
        KpiDefinition::new(self.0.definition.clone())
    }

    /// The unit of values and limits; null where these are counts and not the definition's values, as on an np chart of
    /// a percentage.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// The value that the parties aim at, in the same unit.
    async fn target(&self) -> Option<f64> {
        self.0.target
    }

    /// The stage of the latest dataset, as the caller reads it.
    async fn stage(&self) -> KpiDatasetStage {
        self.0.latest.stage
    }

    /// Whether the latest dataset is being corrected: a later revision is shared and not released yet.
    async fn under_correction(&self) -> bool {
        self.0.latest.under_correction
    }

    /// The day as of which the latest data is: as its records were counted, or else the day on which the revision that is
    /// read was shared, in UTC.
    async fn data_as_of(&self) -> Date {
        Date(self.0.data_as_of)
    }

    /// The points, in order.
    async fn points(&self) -> Vec<KpiControlChartPoint> {
        self.0.points.iter().map(KpiControlChartPoint::from).collect()
    }

    /// The same points by column, which is less to send and to read.
    #[graphql(directive = cost::apply(CHART))]
    async fn columns(&self) -> KpiControlChartColumns {
        let points = &self.0.points;
        let of_lines = |part: fn(&Lines) -> f64| points.iter().map(|point| point.lines.as_ref().map(part)).collect();
        KpiControlChartColumns {
            period_starts: points.iter().map(|point| Date(point.start)).collect(),
            phases: points.iter().map(|point| number(point.phase)).collect(),
            statuses: points.iter().map(|point| point.status).collect(),
            values: points.iter().map(|point| point.value).collect(),
            centres: of_lines(|lines| lines.centre),
            lowers: of_lines(|lines| lines.lower),
            uppers: of_lines(|lines| lines.upper),
            moving_ranges: points.iter().map(|point| point.moving_range.map(|range| range.value)).collect(),
            excluded: points.iter().map(|point| point.excluded.is_some()).collect(),
        }
    }

    /// The phases that are shown, in order.
    async fn phases(&self) -> Vec<KpiControlChartPhase> {
        self.0.phases.iter().map(KpiControlChartPhase::from).collect()
    }

    /// The signals with a point that is shown, in the order of parts, then points.
    async fn signals(&self) -> Vec<KpiControlChartSignal> {
        self.0.signals.iter().map(KpiControlChartSignal::from).collect()
    }

    /// What the latest point says about the process, shown or not; null while that has no limits.
    async fn variation(&self) -> Option<Variation> {
        self.0.variation
    }

    /// Whether the process will reach its target as it is; null without a target or limits, and where nearer to the target
    /// is better.
    async fn assurance(&self) -> Option<Assurance> {
        self.0.assurance
    }
}

/// The control chart of a KPI; null while the caller sees no value of it.
pub async fn control_chart_of(ctx: &Context<'_>, kpi: KpiId, asked: &Asked) -> Result<Option<KpiControlChart>> {
    Ok(chart_of(ctx.reads(), kpi, asked).await?.map(KpiControlChart))
}

/// A number of points, of which there are a few thousand at most.
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
