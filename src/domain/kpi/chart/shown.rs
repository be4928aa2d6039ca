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
use crate::domain::kpi::series::Standing;
use crate::domain::kpi::spc::{
    self, Assurance, ChartPart, ChartPhase, ChartType, Lines, MovingRange, RuleName, RuleSet, Side, Variation,
};
use crate::entity::kpi_definition::{self, KpiDirection};
use crate::entity::observation::ObservationStatus;
use crate::entity::party::Party;
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
    /// The kind of chart and the rules that are shown where neither is asked for by name.
    pub usual: (ChartType, RuleSet),
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

impl ChartShown {
    /// Whether it cannot be told yet if the process will reach its target: its limits are on trial.
    #[must_use]
    pub fn is_target_untold(&self) -> bool {
        let has_side = self.definition.direction != KpiDirection::NearTarget;
        self.assurance.is_none() && self.target.is_some() && has_side && self.variation.is_some()
    }
}

/// A stretch of a chart with limits of its own.
#[derive(Clone, Debug)]
pub struct PhaseShown {
    /// The indices of its points, of those that are shown.
    pub points: Range<usize>,
    /// The first day of its first period, shown or not.
    pub start: NaiveDate,
    /// Why limits begin anew, as both parties agreed.
    pub reason: Option<String>,
    /// The number of the definition version that begins to count otherwise here, so that limits begin anew.
    pub counted_anew_by: Option<i32>,
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
    /// The number of the definition version that it was measured by; none in a period of no dataset.
    pub version: Option<i32>,
    /// How far the revision has come that is read of that dataset.
    pub standing: Option<Standing>,
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

impl PointShown {
    /// Whether its dataset was released and is being corrected.
    #[must_use]
    pub fn is_under_correction(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.under_correction)
    }

    /// Whether what is read of its dataset is released; none where there is no dataset.
    #[must_use]
    pub fn is_released(&self) -> Option<bool> {
        self.standing.as_ref().map(|standing| standing.released)
    }

    /// The parties that had not aligned when it was released; none before that.
    #[must_use]
    pub fn released_without(&self) -> Option<&[Party]> {
        Some(&self.standing.as_ref()?.released_without.as_ref()?.0)
    }

    /// Whether it was released without the alignment of both parties.
    #[must_use]
    pub fn is_released_without_alignment(&self) -> bool {
        self.released_without().is_some_and(|missing| !missing.is_empty())
    }
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

/// The most points of a signal that are named: the latest.
const MOST_NAMED: usize = 100;

impl SignalShown {
    /// The points that are named of it: a run can go on through thousands.
    #[must_use]
    pub fn latest_points(&self) -> &[NaiveDate] {
        &self.points[self.points.len().saturating_sub(MOST_NAMED)..]
    }
}

/// What is shown of a series; none where nothing is measured.
pub(super) fn shown(viewer: &Viewer, measured: Measured, basis: &Content, asked: &Asked) -> Result<Option<ChartShown>> {
    let agreed = Agreed::of(basis, asked.site);
    let Some((Made { chart, phases }, misfit)) = choose(&measured, basis, &agreed, asked)? else { return Ok(None) };
    let rules_of = |chart_type: ChartType| basis.rule_set.unwrap_or_else(|| usual_rules(chart_type));
    let rule_set = asked.rule_set.unwrap_or_else(|| rules_of(chart.chart_type));
    let unasked = Asked { chart_type: None, ..asked.clone() };
    let usual = match asked.chart_type {
        None => Some(chart.chart_type),
        Some(_) => choose(&measured, basis, &agreed, &unasked)?.map(|(made, _)| made.chart.chart_type),
    };
    let usual = usual.unwrap_or(chart.chart_type);
    let signals = spc::signals(&chart, rule_set);
    let latest = spc::latest(&chart).map(|(latest, _)| latest);
    let Measured { periods, definition, dataset, revision, counted_anew: _ } = measured;
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
            version: point.as_ref().map(|point| point.dataset.number),
            standing: point.as_ref().map(|point| point.standing.clone()),
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
        usual: (usual, rules_of(usual)),
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
        reason: placed.agreed.filter(|_| !placed.goes_on).map(|agreed| agreed.reason.clone()),
        counted_anew_by: placed.counted_anew_by,
        baseline: baseline.map(|baseline| (periods[baseline.start].start, periods[baseline.end - 1].start)),
        behind_limits: phase.behind_limits,
        trial: phase.trial,
        sigma_z: phase.sigma_z,
    }
}
