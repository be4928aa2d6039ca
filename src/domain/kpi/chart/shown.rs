//! A chart as its reader is shown it.

use std::ops::Range;

use chrono::NaiveDate;

use super::asked::Asked;
use super::limits::{Agreed, Made, Placed, choose};
use super::measured::{Measured, Period};
use crate::access::viewer::Viewer;
use crate::access::visibility::DatasetShown;
use crate::domain::kpi::chart_basis::Content;
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::spc::{
    self, Assurance, ChartPart, ChartPhase, ChartType, Lines, MovingRange, RuleName, RuleSet, Side, Variation,
};
use crate::entity::kpi_definition;
use crate::entity::observation::ObservationStatus;
use crate::error::Result;
use crate::id::{KpiChartBasisId, KpiDatasetId, KpiId, SiteId};

/// A chart, and what one needs to know to read it.
#[derive(Clone, Debug)]
pub struct ChartShown {
    /// The KPI.
    pub kpi: KpiId,
    /// The site whose observations it is of; none for all sites together.
    pub site: Option<SiteId>,
    /// The kind of chart.
    pub chart_type: ChartType,
    /// The rules for signals.
    pub rule_set: RuleSet,
    /// Why the agreed kind of chart was not made.
    pub misfit: Option<String>,
    /// The agreed basis.
    pub basis: Option<KpiChartBasisId>,
    /// The definition version that the latest point of the series was measured by.
    pub definition: kpi_definition::Model,
    /// The unit of the values; none where the chart is of counts and not of the definition's values.
    pub unit: Option<String>,
    /// The target, in the same unit.
    pub target: Option<f64>,
    /// The dataset of the latest point of the series, as its reader is shown it.
    pub latest: DatasetShown,
    /// The day as of which the latest data is.
    pub data_as_of: NaiveDate,
    /// The phases that are shown, in order.
    pub phases: Vec<PhaseShown>,
    /// The points that are shown, in order.
    pub points: Vec<PointShown>,
    /// The signals with a point that is shown, in the order of parts, then points.
    pub signals: Vec<SignalShown>,
    /// What the latest judged point of the series says about the process.
    pub variation: Option<Variation>,
    /// Whether the process will reach its target as it is.
    pub assurance: Option<Assurance>,
}

/// A stretch of a chart with limits of its own.
#[derive(Clone, Debug)]
pub struct PhaseShown {
    /// The indices of its points, of those that are shown.
    pub points: Range<usize>,
    /// The first day of its first period, shown or not.
    pub start: NaiveDate,
    /// Why limits begin anew; none where the series begins.
    pub reason: Option<String>,
    /// The first days of the first and the last period of its baseline; none where limits rest on all of its points.
    pub baseline: Option<(NaiveDate, NaiveDate)>,
    /// How many points are behind its limits.
    pub behind_limits: usize,
    /// Whether these are fewer than 12: the limits are on trial, or there are none yet.
    pub trial: bool,
    /// On a p′ or u′ chart, how much more the points vary than chance gives.
    pub sigma_z: Option<f64>,
}

/// One period of a chart.
#[derive(Clone, Debug)]
pub struct PointShown {
    /// The first day of the period.
    pub start: NaiveDate,
    /// The last day of the period.
    pub end: NaiveDate,
    /// The index of its phase, of those that are shown.
    pub phase: usize,
    /// The dataset that it is of; none in a period of which there is none.
    pub dataset: Option<KpiDatasetId>,
    /// Whether there is a value, and if not, why.
    pub status: ObservationStatus,
    /// The value; none at a gap.
    pub value: Option<f64>,
    /// Why it is left out of the limits, if it is.
    pub excluded: Option<String>,
    /// Its limits.
    pub lines: Option<Lines>,
    /// On an XmR chart, how far it is from the point before.
    pub moving_range: Option<MovingRange>,
}

/// Points that chance alone would hardly give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignalShown {
    /// The rule that found them.
    pub rule: RuleName,
    /// The part of the chart that they are on.
    pub part: ChartPart,
    /// The side that they are on.
    pub side: Option<Side>,
    /// The first days of their periods, in order. Those of a long signal need not all be shown.
    pub points: Vec<NaiveDate>,
    /// Whether the latest judged point of the series is one of them.
    pub current: bool,
}

/// What is shown of a series; none where nothing is measured.
pub(super) fn shown(viewer: &Viewer, measured: Measured, basis: &Content, asked: &Asked) -> Result<Option<ChartShown>> {
    let agreed = Agreed::of(basis, asked.site);
    let Some((Made { chart, phases }, misfit)) = choose(&measured, basis, &agreed, asked)? else { return Ok(None) };
    let rule_set = asked.rule_set.or(basis.rule_set).unwrap_or_else(|| usual_rules(chart.chart_type));
    let signals = spc::signals(&chart, rule_set);
    let latest = spc::latest(&chart).map(|(latest, _)| latest);
    let Measured { periods, definition, dataset, revision } = measured;
    let of_counts = matches!(chart.chart_type, ChartType::Np | ChartType::C)
        && definition.aggregation == kpi_definition::KpiAggregation::RatioOfSums;
    let target = definition.target.filter(|_| !of_counts);
    let window = window(&periods, asked);
    let calendar = Periods::of(&definition);
    let is_shown = |range: &Range<usize>| range.start < window.end && range.end > window.start;
    let first_phase = chart.phases.iter().position(|phase| is_shown(&phase.points)).unwrap_or_default();
    let phases = chart.phases.iter().zip(&phases).filter(|(phase, _)| is_shown(&phase.points));
    let point = |index: usize| {
        let (Period { start, point }, drawn) = (&periods[index], &chart.points[index]);
        PointShown {
            start: *start,
            end: calendar.end_of(*start),
            phase: drawn.phase - first_phase,
            dataset: point.as_ref().map(|point| point.dataset.id),
            status: point.as_ref().map_or(ObservationStatus::NoData, |point| point.total.status),
            value: drawn.value,
            // Where the reader sees no value, the reason would tell of one.
            excluded: drawn.value.and(agreed.excluded(*start)).map(str::to_owned),
            lines: drawn.lines,
            moving_range: drawn.moving_range,
        }
    };
    Ok(Some(ChartShown {
        kpi: dataset.kpi_id,
        site: asked.site,
        chart_type: chart.chart_type,
        rule_set,
        misfit: misfit.map(|misfit| misfit.to_string()),
        basis: None,
        unit: (!of_counts).then(|| definition.unit.clone()),
        target,
        latest: DatasetShown::to(viewer, &dataset),
        data_as_of: revision.data_as_of.unwrap_or_else(|| revision.shared_at.date_naive()),
        phases: phases.map(|(phase, placed)| phase_shown(phase, placed, &periods, &window)).collect(),
        points: window.clone().map(point).collect(),
        variation: spc::variation(&chart, &signals, definition.direction),
        assurance: spc::assurance(&chart, target, definition.direction),
        signals: signals
            .into_iter()
            .filter(|signal| signal.points.iter().any(|point| window.contains(point)))
            .map(|signal| SignalShown {
                rule: signal.rule,
                part: signal.part,
                side: signal.side,
                current: latest.is_some_and(|latest| signal.points.contains(&latest)),
                points: signal.points.into_iter().map(|point| periods[point].start).collect(),
            })
            .collect(),
        definition,
    }))
}

/// The rules that are usual for a kind of chart: those of the NHS are made for XmR charts.
const fn usual_rules(chart_type: ChartType) -> RuleSet {
    match chart_type {
        ChartType::XmR => RuleSet::Nhs,
        _ => RuleSet::WesternElectric,
    }
}

/// The indices of the periods that are shown.
fn window(periods: &[Period], asked: &Asked) -> Range<usize> {
    let start = asked.first.map_or(0, |first| periods.partition_point(|period| period.start < first));
    let end = asked.last.map_or(periods.len(), |last| periods.partition_point(|period| period.start <= last));
    start.max(end.saturating_sub(asked.most))..end.max(start)
}

fn phase_shown(phase: &ChartPhase, placed: &Placed<'_>, periods: &[Period], window: &Range<usize>) -> PhaseShown {
    let shown = |index: usize| index.clamp(window.start, window.end) - window.start;
    let baseline = placed.phase.baseline.as_ref();
    PhaseShown {
        points: shown(phase.points.start)..shown(phase.points.end),
        start: periods[phase.points.start].start,
        reason: placed.agreed.map(|agreed| agreed.reason.clone()),
        baseline: baseline.map(|baseline| (periods[baseline.start].start, periods[baseline.end - 1].start)),
        behind_limits: phase.behind_limits,
        trial: phase.trial,
        sigma_z: phase.sigma_z,
    }
}
