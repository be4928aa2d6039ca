//! Asking for work on a signal of a control chart: the chart tells that there is something to find, and the work leads
//! back to it.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, QueryFilter};

use super::create::{self, Draft};
use super::subject::Subject;
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::chart::{Asked, ChartShown, Grounds, SignalShown, chart_of};
use crate::entity::action_item::{self, ActionItemState, Priority};
use crate::entity::kpi;
use crate::entity::kpi_chart_basis::{KpiChartType, KpiRuleSet};
use crate::entity::kpi_signal::{self, Column, Entity, KpiChartPart, KpiSignalPoints, KpiSignalRule};
use crate::entity::party::Party;
use crate::error::{Error, Result};
use crate::id::{ActionItemId, Kind as _, KpiId, SiteId, kind};
use crate::scalar::Date;

/// A signal, as a chart shows it, and the work that is asked for on it.
#[derive(Debug, InputObject)]
pub struct RaiseImprovementActionInput {
    /// The KPI.
    kpi_id: ID,
    /// The site whose chart shows the signal; left out, that of all sites together.
    site_id: Option<ID>,
    /// The kind of chart, if it was asked for by name: where both parties agreed on a basis, that chart alone.
    chart_type: Option<KpiChartType>,
    /// The rules, if they were asked for by name; as the kind of chart.
    rule_set: Option<KpiRuleSet>,
    /// The rule that found the signal.
    rule: KpiSignalRule,
    /// The part of the chart that the signal is on.
    #[graphql(default_with = "KpiChartPart::Values")]
    part: KpiChartPart,
    /// The first day of the period of its last point.
    last_point: Date,
    /// What is to be done, in a line of up to 200 characters.
    title: String,
    /// What is to be done, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// How much it presses.
    #[graphql(default)]
    priority: Priority,
    /// The party that is to do it. If it is the counterparty, the item is proposed until that accepts it (T11).
    owner: Party,
    /// The contact of the owner who is to do it, as for `createActionItem`.
    assignee_contact_id: Option<ID>,
    /// The date by which it is to be done.
    due_on: Date,
    /// Words to group items by: up to 20, each up to 50 characters.
    #[graphql(default)]
    labels: Vec<String>,
}

/// Makes an action item about a signal that the chart shows now. The chart is computed anew: what it does not show, no
/// work is asked for.
pub async fn raise(writer: &Writer, input: RaiseImprovementActionInput) -> Result<ActionItemId> {
    let RaiseImprovementActionInput {
        kpi_id,
        site_id,
        chart_type,
        rule_set,
        rule,
        part,
        last_point,
        title,
        description,
        priority,
        owner,
        assignee_contact_id,
        due_on,
        labels,
    } = input;
    let reads = writer.reads(permit::RAISE_IMPROVEMENT_ACTION)?;
    permit::READ_KPIS_WORKING.check(reads.reader().viewer())?;
    let mut check = Check::new();
    let kpi: KpiId = check.id("kpiId", &kpi_id);
    let site: Option<SiteId> = check.optional_id("siteId", site_id.as_ref().map(|id| id.as_str()));
    let last_point = check.date("lastPoint", last_point.0);
    let work = create::Asked { title, description, priority, owner, assignee_contact_id, due_on, labels };
    let draft = Draft::checked(&mut check, work);
    check.finish()?;
    let asked = Asked { chart_type, rule_set, ..Asked::usual(site) };
    let (reader, seen) = (reads.reader(), (reads.reader().find(), reads.reader().find()));
    let grounds = Grounds::read(reader.connection(), seen, kpi).await?;
    let chart = reads.serve(chart_of(&reads, kpi, &asked)).await?;
    let is_meant =
        |signal: &&SignalShown| signal.rule == rule && signal.part == part && signal.points.last() == Some(&last_point);
    let found = chart.as_ref().and_then(|chart| Some((chart, chart.signals.iter().find(is_meant)?)));

    let mut operation = writer.begin(permit::RAISE_IMPROVEMENT_ACTION).await?;
    let relationship = operation.relationship_of::<kpi::Entity, _>(kpi).await?;
    // From here on nothing moves; before, it may have.
    let seen = (operation.find(), operation.find());
    if Grounds::read(operation.transaction(), seen, kpi).await? != grounds {
        let message = "the data or the agreed basis of the chart has just changed: read its signals again".to_owned();
        return Err(Error::Conflict { current_version: None, message });
    }
    chart.as_ref().map_or(Ok(()), |chart| refuse_what_was_not_agreed(chart, &asked))?;
    let Some((chart, signal)) = found else {
        return Err(Error::field(
            "input.lastPoint",
            format!(
                "the chart shows no such signal that ends on {last_point}: read its signals again, and name one by its rule, part and lastPoint"
            ),
        ));
    };
    let mut check = Check::new();
    draft.check_assignee(&operation, &mut check, &relationship).await?;
    check.finish()?;
    none_before(&operation, chart, signal).await?;
    let id = operation.new_id::<kind::KpiSignal>();
    let subject = Subject { kind: kind::KpiSignal::PREFIX, id: id.uuid() };
    let item = draft.insert(&mut operation, &relationship, Some(subject)).await?;
    let row = kpi_signal::Model {
        id,
        relationship_id: relationship.id,
        kpi_id: chart.kpi,
        definition_id: chart.definition.id,
        site_id: chart.site,
        chart_type: chart.chart_type,
        rule_set: chart.rule_set,
        rule_set_version: chart.rule_set.version(),
        rule: signal.rule,
        part: signal.part,
        side: signal.side,
        points: KpiSignalPoints(signal.latest_points().to_vec()),
        last_point,
        action_item_id: item,
        created_at: operation.at(),
    };
    operation.insert(row).await?;
    operation.commit_shared(relationship.id, item, None).await?;
    Ok(item)
}

/// Where the parties agreed on what a chart rests on, a signal is one by what they agreed on: who looks for a chart or a rule
/// until one signals has found nothing that the other party must look into.
fn refuse_what_was_not_agreed(chart: &ChartShown, asked: &Asked) -> Result<()> {
    let mut check = Check::new();
    if chart.basis.is_some() {
        let (agreed_type, agreed_rules) = chart.usual;
        let is_other_type = asked.chart_type.is_some_and(|chart_type| chart_type != agreed_type);
        let is_other_rules = asked.rule_set.is_some_and(|rule_set| rule_set != agreed_rules);
        for (field, is_other) in [("chartType", is_other_type), ("ruleSet", is_other_rules)] {
            check.that(
                !is_other,
                field,
                "is not what both parties agreed for this chart: leave it out, or agree on it first",
            );
        }
    }
    check.finish()
}

/// Refuses a signal on which work is asked for already, whether it has grown since or not, and by whichever rule set it was
/// found: the same points of the same rule are one thing to find out about. What was declined or cancelled may be asked for
/// again.
async fn none_before(operation: &Operation, chart: &ChartShown, signal: &SignalShown) -> Result<()> {
    let of_site = chart.site.map_or_else(|| Column::SiteId.is_null(), |site| Column::SiteId.eq(site));
    let select = operation
        .find::<Entity>()
        .filter(Column::KpiId.eq(chart.kpi))
        .filter(of_site)
        .filter(Column::Rule.eq(signal.rule))
        .filter(Column::Part.eq(signal.part))
        // It has a point in common only if it ends where this one begins, or later.
        .filter(Column::LastPoint.gte(signal.points.first().copied()));
    for before in select.all(operation.transaction()).await? {
        let is_same = before.side == signal.side && before.points.0.iter().any(|point| signal.points.contains(point));
        if !is_same {
            continue;
        }
        let item = operation.one::<action_item::Entity, _>(before.action_item_id).await?;
        if matches!(item.state, ActionItemState::Declined | ActionItemState::Cancelled) {
            continue;
        }
        let message =
            format!("work on this signal was asked for already: it is action item {}; go on from there", item.id);
        return Err(Error::Conflict { current_version: None, message });
    }
    Ok(())
}
