//! Control charts.

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::chart_basis::{KpiChartBasis, chart_basis_by_id};
use super::definition::KpiDefinition;
use crate::domain::kpi::chart::{Asked, ChartShown, PhaseShown, PointShown, SignalShown, chart_of};
use crate::domain::kpi::spc::{Assurance, ChartPart, ChartType, Lines, RuleName, RuleSet, Side, Variation};
use crate::entity::kpi_chart_basis::KpiChartBaseline;
use crate::entity::kpi_dataset::KpiDatasetStage;
use crate::entity::observation::ObservationStatus;
use crate::entity::party::Party;
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, REASON, cost, list_size};
use crate::graphql::scopes::{Field, nullable};
use crate::id::KpiId;
use crate::scalar::Date;

/// What it costs to make a chart: limits rest on the whole series, however little of it is shown. A series of a year and a
/// half by day is read and judged in the time of what else costs this; most are by month and shorter, few are longer.
pub const CHART: i32 = 450;

/// What all points by column cost: up to 1,000 of them, in a dozen columns of up to 20 characters each.
const COLUMNS: i32 = 1_000;

/// How many phases a chart can have. All reasons of a basis together are no longer than this stands for.
const MOST_PHASES: i32 = 100;

/// What the points of a signal cost that are named, 100 dates at most.
pub(super) const SIGNAL_POINTS: i32 = 6;

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
    /// The number of the definition version that it was measured by; null where there is no dataset.
    definition_number: Option<i32>,
    /// Whether that dataset is being corrected: it was released, and a later revision is shared and not released yet.
    /// Leadership reads the released one, the working level the later one.
    under_correction: bool,
    /// The parties that had not aligned when the revision was released that is read: empty where both had, null before the
    /// release.
    released_without_alignment_of: Option<Vec<Party>>,
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
    /// Why it is left out of the limits, as both parties agreed; null where it is not, and at a gap. It is then not judged.
    #[graphql(directive = cost::apply(REASON))]
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
            definition_number: point.version,
            under_correction: point.is_under_correction(),
            released_without_alignment_of: point.released_without().map(<[Party]>::to_vec),
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
    /// The numbers of the definition versions that they were measured by.
    definition_numbers: Vec<Option<i32>>,
    /// Whether the dataset of each is being corrected.
    under_correction: Vec<bool>,
    /// Whether each was released without the alignment of both parties.
    released_without_alignment: Vec<bool>,
}

/// A stretch of a control chart with limits of its own.
#[derive(SimpleObject)]
struct KpiControlChartPhase {
    /// The first day of its first period, whether that is shown or not.
    starts_on: Date,
    /// Why limits begin anew, as both parties agreed; null where the series begins, and where the definition alone is the
    /// reason.
    #[graphql(directive = cost::apply(REASON))]
    reason: Option<String>,
    /// The number of the definition version that begins to count otherwise here, so that limits are made anew; null where
    /// the phase begins for its reason alone.
    counted_anew_by_number: Option<i32>,
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
            counted_anew_by_number: phase.counted_anew_by,
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
    /// The first days of their periods, in order: of more than 100, the latest. Of a long signal some may be outside of what
    /// is shown.
    #[graphql(directive = cost::apply(SIGNAL_POINTS))]
    points: Vec<Date>,
    /// How many points it has.
    point_count: i32,
    /// The first day of the period of the first of them.
    first_point: Option<Date>,
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
            points: signal.latest_points().iter().copied().map(Date).collect(),
            point_count: number(signal.points.len()),
            first_point: signal.points.first().copied().map(Date),
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
    /// the same unit and periods, made in the same way. Where another version counts otherwise, a phase begins.
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
    #[graphql(directive = cost::apply(COLUMNS))]
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
            definition_numbers: points.iter().map(|point| point.version).collect(),
            under_correction: points.iter().map(PointShown::is_under_correction).collect(),
            released_without_alignment: points.iter().map(PointShown::is_released_without_alignment).collect(),
        }
    }

    /// The phases that are shown, in order.
    #[graphql(directive = list_size::apply(Some(MOST_PHASES), None, None, false))]
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

    /// Whether the process will reach its target as it is; null without a target or limits, while limits are on trial that
    /// rest on no baseline, and where nearer to the target is better.
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
