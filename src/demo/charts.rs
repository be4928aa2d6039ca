//! What the demo's parties agree of a control chart: that a change in the second year was meant, and made a new phase.

use chrono::NaiveDate;
use serde_json::json;

use super::calendar::{ALL_WEEKS, Calendar};
use super::cast::{Cast, Part};
use super::kpis::Measured;
use crate::domain::kpi::chart_basis;
use crate::entity::kpi_chart_basis;
use crate::error::Result;

/// Both parties sign what the limits rest on, of each KPI that is counted from records.
pub(super) async fn build(cast: &Cast, measured: &[Measured], calendar: &Calendar) -> Result<()> {
    for Measured { program, kpi, id, .. } in measured.iter().filter(|measured| measured.kpi.outcomes.is_some()) {
        let proposer = (program.company(kpi.collector), Part::Working);
        let proposal = json!({
            "kpiId": id.to_string(),
            "phases": [
                { "startsOn": first_day(calendar, 0), "reason": "As we began: paper batch records." },
                { "startsOn": first_day(calendar, ALL_WEEKS / 2), "reason": "Electronic batch records are in use." },
            ],
        });
        let basis = cast.act(proposer, chart_basis::propose::propose, proposal).await?;
        let digest = cast.read::<kpi_chart_basis::Entity, _>(proposer, basis).await?.digest;
        let agreement = json!({ "kpiChartBasisId": basis.to_string(), "digest": digest });
        for company in [program.sponsor, program.cdmo] {
            cast.act((company, Part::Approver), chart_basis::agree::agree, agreement.clone()).await?;
        }
    }
    Ok(())
}

fn first_day(calendar: &Calendar, week: u32) -> Option<NaiveDate> {
    calendar.mondays(week, 1).first().copied()
}
