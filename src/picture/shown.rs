//! From a KPI's chart, as its reader is shown it, to a picture of it.

use super::description::{ControlChart, Facts, Meaning, Phase, Point, Seen, Signal, Standing};
use crate::domain::kpi::chart::{ChartShown, PhaseShown, PointShown, SignalShown};
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::spc::{Assurance, ChartPart, Variation};
use crate::entity::kpi_dataset::KpiDatasetStage;
use crate::entity::kpi_definition::KpiDirection;
use crate::entity::observation::ObservationStatus;

impl ControlChart {
    /// The picture of a chart. `code` is the KPI's, `site` the name of the one that it is of.
    #[must_use]
    pub fn of(shown: &ChartShown, code: &str, site: Option<String>) -> Self {
        let definition = &shown.definition;
        let periods = Periods::of(definition);
        Self {
            facts: Facts {
                title: format!("{} ({code})", definition.name),
                site,
                unit: shown.unit.clone().unwrap_or_else(|| "numbers".to_owned()),
                chart_type: shown.chart_type,
                rule_set: shown.rule_set,
                version: definition.number,
                stage: stage(shown),
                data_as_of: shown.data_as_of,
            },
            target: shown.target,
            points: shown.points.iter().map(|shown| point(shown, periods)).collect(),
            phases: shown
                .phases
                .iter()
                .map(|phase| Phase {
                    points: phase.points.clone(),
                    reason: why_it_begins(phase),
                    behind_limits: phase.behind_limits,
                    trial: phase.trial,
                })
                .collect(),
            signals: shown.signals.iter().map(|found| signal(found, shown, periods)).collect(),
            verdicts: verdicts(shown),
        }
    }
}

/// Why limits begin anew, if they do.
fn why_it_begins(phase: &PhaseShown) -> Option<String> {
    let otherwise = phase.counted_anew_by.map(|number| format!("definition version {number} counts otherwise"));
    let reasons: Vec<String> = phase.reason.iter().cloned().chain(otherwise).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// How far the latest data has come.
const fn stage(shown: &ChartShown) -> &'static str {
    match (shown.latest.stage, shown.latest.under_correction) {
        (_, true) => "being corrected",
        (KpiDatasetStage::Draft, false) => "draft",
        (KpiDatasetStage::Shared, false) => "shared, not aligned",
        (KpiDatasetStage::Aligned, false) => "aligned, not released",
        (KpiDatasetStage::Released, false) => "released",
    }
}

fn point(shown: &PointShown, periods: Periods) -> Point {
    let seen = match (shown.value, &shown.excluded) {
        (Some(value), Some(reason)) => Seen::Excluded(value, reason.clone()),
        (Some(value), None) => Seen::Value(value),
        (None, _) => Seen::Gap(why_no_value(shown).to_owned()),
    };
    let standing = Standing {
        unreleased: shown.is_released() == Some(false),
        under_correction: shown.is_under_correction(),
        without_alignment: shown.is_released_without_alignment(),
    };
    Point { period: periods.name(shown.start), seen, lines: shown.lines, moving_range: shown.moving_range, standing }
}

const fn why_no_value(shown: &PointShown) -> &'static str {
    match (shown.dataset, shown.status) {
        (None, _) => "no dataset",
        (Some(_), ObservationStatus::Pending) => "pending",
        (Some(_), ObservationStatus::Excluded) => "excluded",
        (Some(_), ObservationStatus::NoData | ObservationStatus::Reported) => "no data",
    }
}

fn signal(found: &SignalShown, shown: &ChartShown, periods: Periods) -> Signal {
    let named = |start: Option<&_>| start.map_or_else(String::new, |start| periods.name(*start));
    let index = |start| shown.points.binary_search_by_key(start, |point| point.start).ok();
    Signal {
        part: found.part,
        rule: found.rule,
        side: found.side,
        points: found.points.iter().filter_map(index).collect(),
        number: found.points.len(),
        periods: (named(found.points.first()), named(found.points.last())),
        meaning: meaning(found, shown.definition.direction),
    }
}

/// Moving ranges tell of a jump, not of a side.
fn meaning(found: &SignalShown, direction: KpiDirection) -> Meaning {
    if found.part == ChartPart::MovingRanges {
        return Meaning::Neutral;
    }
    match Variation::towards(found.side, direction) {
        Variation::Improvement => Meaning::Better,
        Variation::Concern => Meaning::Worse,
        _ => Meaning::Neutral,
    }
}

fn verdicts(shown: &ChartShown) -> Vec<String> {
    let latest = match shown.variation {
        None => "not judged yet",
        Some(Variation::CommonCause) => "common cause variation, nothing to explain",
        Some(Variation::Improvement) => "in a signal to the better side",
        Some(Variation::Concern) => "in a signal to the worse side",
        Some(Variation::NeutralHigh) => "in a signal to the upper side",
        Some(Variation::NeutralLow) => "in a signal to the lower side",
        Some(Variation::Neutral) => "in a signal",
    };
    let target = match shown.assurance {
        Some(Assurance::WillPass) => Some("Target: reached, as the process is"),
        Some(Assurance::WillFail) => Some("Target: not reached, as the process is"),
        Some(Assurance::HitOrMiss) => Some("Target: reached or not by chance"),
        None => shown.is_target_untold().then_some("Target: cannot be told by trial limits"),
    };
    let misfit = shown.misfit.as_ref().map(|misfit| format!("Not the agreed kind of chart: {misfit}"));
    let mut verdicts = vec![format!("Latest point: {latest}")];
    verdicts.extend(target.map(str::to_owned));
    verdicts.extend(misfit);
    verdicts
}
