//! A basis as it is proposed.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;

use super::content::Content;
use crate::domain::check::Check;
use crate::entity::kpi_chart_basis::{
    KpiChartBaseline, KpiChartExclusion, KpiChartExclusions, KpiChartPhase, KpiChartPhases, KpiChartType, KpiRuleSet,
};
use crate::error::{Error, Result};
use crate::id::SiteId;

/// The most phases of a chart.
const MOST_PHASES: usize = 100;
/// The longest reason.
const REASON: usize = 500;
/// The most points that are left out of its limits.
const MOST_EXCLUSIONS: usize = 200;
/// The most characters of all of it, as JSON: what answers cost that tell of it (`graphql::cost`) rests on this. So not all
/// reasons can be of the greatest length.
const MOST_CHARACTERS: usize = 25_000;

/// What the limits of a KPI's chart shall rest on, as a whole.
#[derive(Debug, InputObject)]
pub struct ProposeKpiChartBasisInput {
    /// The KPI. It needs a definition that both parties have agreed.
    kpi_id: ID,
    /// The kind of chart. Left out, the one that fits the kind of data.
    chart_type: Option<KpiChartType>,
    /// The rules for signals. Left out, `NHS` for an XmR chart, and `WESTERN_ELECTRIC` for the others.
    rule_set: Option<KpiRuleSet>,
    /// The phases in the order of time, each until the next one begins: up to 100. All of a basis has 25,000 characters at
    /// most, as JSON.
    #[graphql(default)]
    phases: Vec<KpiChartPhase>,
    /// The points that are left out of the limits: up to 200.
    #[graphql(default)]
    exclusions: Vec<KpiChartExclusion>,
}

impl ProposeKpiChartBasisInput {
    /// What it says, checked by itself.
    pub(super) fn checked(self) -> Result<Content> {
        let Self { kpi_id, chart_type, rule_set, phases, exclusions } = self;
        let mut check = Check::new();
        let kpi_id = check.id("kpiId", &kpi_id);
        let phases = check.up_to("phases", phases, MOST_PHASES, phase);
        check_order(&mut check, &phases);
        let exclusions = check.up_to("exclusions", exclusions, MOST_EXCLUSIONS, exclusion);
        let mut seen = HashSet::new();
        for (index, KpiChartExclusion { period_start, site_id, .. }) in exclusions.iter().enumerate() {
            let is_new = seen.insert((period_start.0, site_id.as_ref()));
            let field = format!("exclusions[{index}].periodStart");
            check.that(is_new, &field, "is the second exclusion of the same period and site: send each once");
        }
        let (phases, exclusions) = (KpiChartPhases(phases), KpiChartExclusions(exclusions));
        let content = Content { kpi_id, chart_type, rule_set, phases, exclusions };
        let length = serde_json::to_string(&content).map_err(Error::internal)?.chars().count();
        let message = format!(
            "phases and exclusions have {length} characters together, as JSON; at most {MOST_CHARACTERS} are allowed: give shorter reasons"
        );
        let longer = if content.phases.0.len() > content.exclusions.0.len() { "phases" } else { "exclusions" };
        check.that(length <= MOST_CHARACTERS, longer, message);
        check.finish()?;
        Ok(content)
    }
}

fn phase(check: &mut Check, field: &str, phase: KpiChartPhase) -> KpiChartPhase {
    let KpiChartPhase { starts_on, reason, baseline } = phase;
    check.date(&format!("{field}.startsOn"), starts_on.0);
    if let Some(KpiChartBaseline { from, to }) = baseline {
        check.range((&format!("{field}.baseline.from"), from.0), (&format!("{field}.baseline.to"), to.0));
    }
    KpiChartPhase { starts_on, reason: check.text(&format!("{field}.reason"), &reason, REASON), baseline }
}

/// A phase goes on until the next one begins, so phases that are not in order overlap; and a baseline is of its own phase.
fn check_order(check: &mut Check, phases: &[KpiChartPhase]) {
    for (index, phase) in phases.iter().enumerate() {
        let (start, next) = (phase.starts_on.0, phases.get(index + 1).map(|next| next.starts_on.0));
        if let Some(next) = next.filter(|next| *next <= start) {
            let message = format!(
                "is {next}, but the phase before it begins on {start}: phases must not overlap; give them in order, each with a first day of its own"
            );
            check.wrong(&format!("phases[{}].startsOn", index + 1), message);
        }
        let Some(KpiChartBaseline { from, to }) = phase.baseline else { continue };
        let until = |day: NaiveDate| next.is_none_or(|next| day < next);
        let own =
            next.map_or_else(|| format!("from {start} on"), |next| format!("from {start} to the day before {next}"));
        let message = format!("is outside of its phase: a baseline is of periods that begin {own}");
        check.that(from.0 >= start && until(from.0), &format!("phases[{index}].baseline.from"), &*message);
        check.that(until(to.0), &format!("phases[{index}].baseline.to"), message);
    }
}

fn exclusion(check: &mut Check, field: &str, exclusion: KpiChartExclusion) -> KpiChartExclusion {
    let KpiChartExclusion { period_start, site_id, reason } = exclusion;
    check.date(&format!("{field}.periodStart"), period_start.0);
    let site: Option<SiteId> = check.optional_id(&format!("{field}.siteId"), site_id.as_ref().map(|id| id.as_str()));
    let reason = check.text(&format!("{field}.reason"), &reason, REASON);
    KpiChartExclusion { period_start, site_id: site.map(ID::from), reason }
}
