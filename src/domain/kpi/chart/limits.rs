//! Which chart is made, and what its limits rest on.

use std::ops::Range;

use chrono::NaiveDate;

use super::asked::Asked;
use super::measured::{Measured, Period};
use crate::domain::kpi::chart_basis::Content;
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::spc::{Chart, ChartType, Misfit, Phase, chart_for};
use crate::entity::kpi_chart_basis::{KpiChartBaseline, KpiChartExclusion, KpiChartPhase};
use crate::entity::kpi_definition::KpiDataKind;
use crate::error::{Error, Result};
use crate::id::SiteId;

/// What the parties agreed of a chart, as far as it concerns its points.
pub(super) struct Agreed<'b> {
    phases: &'b [KpiChartPhase],
    exclusions: Vec<&'b KpiChartExclusion>,
}

impl<'b> Agreed<'b> {
    /// What a basis says of the chart of a site, or of that of all sites together.
    pub(super) fn of(basis: &'b Content, site: Option<SiteId>) -> Self {
        let concerns = |exclusion: &&KpiChartExclusion| {
            exclusion.site_id.as_ref().is_none_or(|id| id.parse().ok().is_some_and(|id: SiteId| Some(id) == site))
        };
        Self { phases: &basis.phases.0, exclusions: basis.exclusions.0.iter().filter(concerns).collect() }
    }

    /// Why a period is left out of the limits, if it is.
    pub(super) fn excluded(&self, start: NaiveDate) -> Option<&'b str> {
        let exclusion = self.exclusions.iter().find(|exclusion| exclusion.period_start.0 == start)?;
        Some(&exclusion.reason)
    }
}

/// A phase of a chart, and why it begins.
pub(super) struct Placed<'b> {
    pub(super) phase: Phase,
    /// The phase of the basis that it is, or is of; none before the first of these.
    pub(super) agreed: Option<&'b KpiChartPhase>,
    /// Whether that began before it.
    pub(super) goes_on: bool,
    /// The number of the definition version that begins to count otherwise here.
    pub(super) counted_anew_by: Option<i32>,
}

/// Where phases are among the periods: those of a basis, cut where periods begin to be counted otherwise.
fn placed<'b>(phases: &'b [KpiChartPhase], measured: &Measured) -> Vec<Placed<'b>> {
    let mut placed = of_basis(phases, &measured.periods);
    for start in &measured.counted_anew {
        let counted_anew_by = measured.periods[*start].point.as_ref().map(|point| point.dataset.number);
        let after = placed.partition_point(|placed| placed.phase.start <= *start);
        // The first phase begins where the periods do.
        let around = &mut placed[after - 1];
        if around.phase.start == *start {
            around.counted_anew_by = counted_anew_by;
            continue;
        }
        let (before, from) = around.phase.baseline.take().map_or((None, None), |baseline| cut(&baseline, *start));
        around.phase.baseline = before;
        let phase = Phase { start: *start, baseline: from };
        let agreed = around.agreed;
        placed.insert(after, Placed { phase, agreed, goes_on: true, counted_anew_by });
    }
    placed
}

/// What of a range is before an index, and what is not.
fn cut(range: &Range<usize>, at: usize) -> (Option<Range<usize>>, Option<Range<usize>>) {
    let some = |part: Range<usize>| Some(part).filter(|part| !part.is_empty());
    (some(range.start..range.end.min(at)), some(range.start.max(at)..range.end))
}

/// Where the phases of a basis are among the periods. One without a period that the reader sees has no place: it begins
/// later, or all that is in it is not released.
fn of_basis<'b>(phases: &'b [KpiChartPhase], periods: &[Period]) -> Vec<Placed<'b>> {
    let unnamed = |phase: Phase| Placed { phase, agreed: None, goes_on: false, counted_anew_by: None };
    let mut placed: Vec<Placed> = vec![unnamed(Phase { start: 0, baseline: None })];
    for (index, agreed) in phases.iter().enumerate() {
        let start = from(periods, agreed.starts_on.0);
        let end = phases.get(index + 1).map_or(periods.len(), |next| from(periods, next.starts_on.0));
        if start >= end || periods[start..end].iter().all(|period| period.point.is_none()) {
            continue;
        }
        let within = |baseline: Range<usize>| baseline.start.max(start)..baseline.end.min(end);
        let baseline = agreed.baseline.map(|baseline| within(among(periods, baseline)));
        if start == 0 {
            placed.clear();
        }
        let phase = Phase { start, baseline: baseline.filter(|baseline| !baseline.is_empty()) };
        placed.push(Placed { agreed: Some(agreed), ..unnamed(phase) });
    }
    placed
}

/// The index of the first period that begins on a day or later.
fn from(periods: &[Period], day: NaiveDate) -> usize {
    periods.partition_point(|period| period.start < day)
}

/// The periods that begin in the range of a baseline.
fn among(periods: &[Period], KpiChartBaseline { from: first, to }: KpiChartBaseline) -> Range<usize> {
    from(periods, first.0)..periods.partition_point(|period| period.start <= to.0)
}

/// A chart with the phases that it was made of.
pub(super) struct Made<'b> {
    pub(super) chart: Chart,
    pub(super) phases: Vec<Placed<'b>>,
}

/// Why a chart was not made.
pub(super) struct Unmade {
    pub(super) misfit: Misfit,
    /// The first day of the agreed phase whose baseline is the reason, if it is one.
    baseline: Option<NaiveDate>,
}

/// Makes a chart of one kind. A baseline that gives no limits is passed over if `lenient`: of its points the reader may see
/// too few, or none yet.
pub(super) fn make<'b>(
    measured: &Measured,
    agreed: &Agreed<'b>,
    chart_type: ChartType,
    lenient: bool,
) -> Result<Made<'b>, Unmade> {
    if let Some(kind) = measured.definition.data_kind.filter(|kind| !chart_type.suits(*kind)) {
        return Err(Unmade { misfit: Misfit::KindOfData { chart: chart_type, kind }, baseline: None });
    }
    let mut placed = placed(agreed.phases, measured);
    let samples = measured.samples(chart_type, |start| agreed.excluded(start).is_some());
    loop {
        let phases: Vec<Phase> = placed.iter().map(|placed| placed.phase.clone()).collect();
        match Chart::new(chart_type, measured.scale(chart_type), &samples, &phases) {
            Ok(chart) => return Ok(Made { chart, phases: placed }),
            Err(misfit) => match misfit {
                Misfit::BaselineEmpty { phase } | Misfit::BaselineWithoutRanges { phase, .. } if lenient => {
                    placed[phase].phase.baseline = None;
                }
                Misfit::BaselineEmpty { phase } | Misfit::BaselineWithoutRanges { phase, .. } => {
                    let baseline = placed[phase].agreed.map(|agreed| agreed.starts_on.0);
                    return Err(Unmade { misfit, baseline });
                }
                misfit => return Err(Unmade { misfit, baseline: None }),
            },
        }
    }
}

/// The chart that fits the data best, whatever is agreed.
pub(super) fn fitting(measured: &Measured, agreed: &Agreed<'_>) -> ChartType {
    // Of versions from before the parties said of what kind their data is, nothing is known.
    let kind = measured.definition.data_kind.unwrap_or(KpiDataKind::Measurement);
    let counts = measured.samples(ChartType::P, |start| agreed.excluded(start).is_some());
    let phases: Vec<Phase> = placed(agreed.phases, measured).into_iter().map(|placed| placed.phase).collect();
    let chart_type = chart_for(kind, &counts, &phases);
    if make(measured, agreed, chart_type, true).is_ok() { chart_type } else { ChartType::XmR }
}

/// Makes the chart that is asked for, or else the agreed one, or else the one that fits; with it, why the agreed one was
/// not made. None where nothing is measured.
pub(super) fn choose<'b>(
    measured: &Measured,
    basis: &Content,
    agreed: &Agreed<'b>,
    asked: &Asked,
) -> Result<Option<(Made<'b>, Option<Misfit>)>> {
    let refused = |misfit: Misfit| {
        let fits = fitting(measured, agreed);
        Error::field("type", format!("{misfit}; the {fits} chart fits, and is made where no type is asked for"))
    };
    if let Some(chart_type) = asked.chart_type {
        return match make(measured, agreed, chart_type, true) {
            Ok(made) => Ok(Some((made, None))),
            Err(Unmade { misfit: Misfit::NothingMeasured, .. }) => Ok(None),
            Err(unmade) => Err(refused(unmade.misfit)),
        };
    }
    let passed_over = match basis.chart_type {
        Some(chart_type) => match make(measured, agreed, chart_type, true) {
            Ok(made) => return Ok(Some((made, None))),
            Err(unmade) => Some(unmade.misfit),
        },
        None => None,
    };
    match make(measured, agreed, fitting(measured, agreed), true) {
        Ok(made) => Ok(Some((made, passed_over))),
        // What is too large for every chart is no chart.
        Err(_) => Ok(None),
    }
}

/// What of a proposed basis does not fit what was measured: the field, and what is wrong with it. A baseline that is not
/// over yet may still come to give limits. What does not fit the definition, whatever was measured, is not told again.
pub(super) fn misfits(measured: &Measured, content: &Content) -> Vec<(String, String)> {
    let agreed = Agreed::of(content, None);
    let fits = fitting(measured, &agreed);
    let latest = measured.periods.last().map(|period| period.start);
    let over = |phase: &KpiChartPhase| phase.baseline.filter(|baseline| Some(baseline.to.0) <= latest);
    let calendar = Periods::of(&measured.definition);
    let has_periods = |baseline: &KpiChartBaseline| calendar.starts(baseline.from.0, baseline.to.0).next().is_some();
    let field = |index: usize| format!("phases[{index}].baseline");
    let mut found = Vec::new();
    for (index, phase) in content.phases.0.iter().enumerate() {
        let over = over(phase).filter(has_periods);
        if over.is_some_and(|baseline| among(&measured.periods, baseline).is_empty()) {
            found.push((
                field(index),
                "is over, and of no period in it there is data that the chart can be of".to_owned(),
            ));
        }
    }
    match make(measured, &agreed, content.chart_type.unwrap_or(fits), false) {
        Ok(_)
        | Err(Unmade {
            misfit: Misfit::NothingMeasured | Misfit::KindOfData { .. } | Misfit::SizeMissing { .. },
            ..
        }) => {}
        Err(Unmade { misfit, baseline: Some(start) }) => {
            let of = |(_, phase): &(usize, &KpiChartPhase)| phase.starts_on.0 == start;
            let phase = content.phases.0.iter().enumerate().find(of).filter(|(_, phase)| over(phase).is_some());
            found.extend(phase.map(|(index, _)| (field(index), misfit.to_string())));
        }
        Err(Unmade { misfit, baseline: None }) => {
            let message = format!("{misfit}; the {fits} chart fits, and is made where none is named");
            found.push(("chartType".to_owned(), message));
        }
    }
    found
}
