//! Proposing what the limits of a chart shall rest on.

use std::collections::HashSet;

use sea_orm::{ActiveEnum as _, ColumnTrait, QueryFilter, QuerySelect};

use super::content::Content;
use super::input::ProposeKpiChartBasisInput;
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::chart;
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::spc::Misfit;
use crate::domain::kpi::version::{followed, in_state};
use crate::entity::kpi_chart_basis::{Entity, KpiChartBaseline, Model};
use crate::entity::kpi_definition::{self, KpiAggregation, KpiDefinitionState as State};
use crate::entity::{kpi, relationship_site};
use crate::error::{Error, Result, Rule};
use crate::id::{KpiChartBasisId, KpiId, RelationshipId, SiteId};

/// Proposes a basis. It takes the place of a proposal that is still open; proposing the open proposal, or what is agreed
/// already, changes nothing.
pub async fn propose(writer: &Writer, input: ProposeKpiChartBasisInput) -> Result<KpiChartBasisId> {
    let reads = writer.reads(permit::PROPOSE_KPI_CHART_BASIS)?;
    let content = input.checked()?;
    let misfits = reads.serve(chart::misfits(&reads, &content)).await?;
    let mut operation = writer.begin(permit::PROPOSE_KPI_CHART_BASIS).await?;
    let relationship = operation.relationship_of::<kpi::Entity, _>(content.kpi_id).await?;
    let definition = agreed_definition(&operation, content.kpi_id).await?;
    let mut check = Check::new();
    check_against(&mut check, &content, &definition);
    check_sites(&operation, &mut check, &content, relationship.id).await?;
    for (field, message) in misfits {
        check.wrong(&field, message);
    }
    check.finish()?;
    let digest = content.digest()?;
    let versions = followed::<Entity>(&operation, content.kpi_id).await?;
    let open = in_state(&versions, State::Proposed);
    let standing = in_state(&versions, State::Agreed);
    if let Some(same) = open.into_iter().chain(standing).find(|version| version.digest == digest) {
        return Ok(same.id);
    }
    if let Some(open) = open {
        operation.update(open, Model { state: State::Replaced, ..open.clone() }).await?;
    }
    let id = operation.new_id();
    let number = versions.first().map_or(0, |latest| latest.number) + 1;
    let party = operation.party(&relationship)?;
    let row = content.into_row(id, relationship.id, number, party, digest, operation.at());
    operation.insert(row).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

/// The definition that both parties agreed last: what is not measured has no chart (T3).
async fn agreed_definition(operation: &Operation, kpi: KpiId) -> Result<kpi_definition::Model> {
    let select = operation
        .find::<kpi_definition::Entity>()
        .filter(kpi_definition::Column::KpiId.eq(kpi))
        .filter(kpi_definition::Column::State.eq(State::Agreed));
    let found = select.one(operation.transaction()).await?;
    found.ok_or_else(|| {
        Error::precondition(Rule::T3, "both parties have agreed to no definition of this KPI yet: agree on that first")
    })
}

/// What is wrong with a basis whatever was measured.
fn check_against(check: &mut Check, content: &Content, definition: &kpi_definition::Model) {
    let has_sizes = definition.aggregation == KpiAggregation::RatioOfSums;
    let unsuited = content.chart_type.zip(definition.data_kind).filter(|(chart, kind)| !chart.suits(*kind));
    if let Some((chart, kind)) = unsuited {
        check.wrong("chartType", Misfit::KindOfData { chart, kind }.to_string());
    } else if let Some(chart) = content.chart_type.filter(|chart| chart.needs_size() && !has_sizes) {
        let aggregation = definition.aggregation.to_value();
        let message = format!(
            "the {chart} chart needs a subgroup size, and a KPI that is aggregated by {aggregation} has none; choose the XmR chart, or the c chart for counts"
        );
        check.wrong("chartType", message);
    }
    let periods = Periods::of(definition);
    for (index, phase) in content.phases.0.iter().enumerate() {
        let Some(KpiChartBaseline { from, to }) = phase.baseline else { continue };
        let is_of_any = periods.starts(from.0, to.0).next().is_some();
        let message = format!("no period begins from {from} to {to}, which is {periods}", from = from.0, to = to.0);
        check.that(is_of_any, &format!("phases[{index}].baseline"), message);
    }
    for (index, exclusion) in content.exclusions.0.iter().enumerate() {
        let start = exclusion.period_start.0;
        let message = format!("{start} is no first day of a period, which is {periods}");
        check.that(periods.is_start(start), &format!("exclusions[{index}].periodStart"), message);
        let field = format!("exclusions[{index}].siteId");
        check.that(
            definition.by_site || exclusion.site_id.is_none(),
            &field,
            "must be left out: the definition is not by site",
        );
    }
}

async fn check_sites(
    operation: &Operation,
    check: &mut Check,
    content: &Content,
    relationship: RelationshipId,
) -> Result<()> {
    use relationship_site::Column::{RelationshipId, SiteId as Site};
    let named = content.exclusions.0.iter().map(|exclusion| exclusion.site_id.as_ref().and_then(|id| id.parse().ok()));
    let named: Vec<Option<SiteId>> = named.collect();
    let select = operation
        .find::<relationship_site::Entity>()
        .filter(RelationshipId.eq(relationship))
        .filter(Site.is_in(named.iter().copied().flatten()));
    let in_play: Vec<SiteId> = select.select_only().column(Site).into_tuple().all(operation.transaction()).await?;
    let in_play: HashSet<SiteId> = in_play.into_iter().collect();
    for (index, site) in named.iter().enumerate() {
        let known = site.is_none_or(|site| in_play.contains(&site));
        check.that(known, &format!("exclusions[{index}].siteId"), "is no site in play of this relationship");
    }
    Ok(())
}
