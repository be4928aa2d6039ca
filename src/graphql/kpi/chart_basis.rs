//! What the limits of control charts rest on.

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::definition::KpiDefinitionChange;
use super::kpi::{Kpi, kpi_by_id};
use super::signature::{Signature, signatures_of};
use crate::domain::kpi::chart_basis::Content;
use crate::domain::kpi::chart_basis::list::BasisBefore;
use crate::domain::kpi::said::{changes, signed};
use crate::entity::kpi_chart_basis::{self, KpiChartExclusion, KpiChartPhase, KpiChartType, KpiRuleSet, Model};
use crate::entity::kpi_definition::{KpiDefinitionState as State, ProposalClosed};
use crate::entity::party::Party;
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, SIGNED, cost, list_size};
use crate::graphql::scopes::{Field, nullable};
use crate::id::KpiChartBasisId;

/// How many phases there can be. Their reasons can be longer than what an element of a list costs stands for, but all of a
/// basis cannot.
const MOST_PHASES: i32 = 100;
/// How many excluded points there can be.
const MOST_EXCLUSIONS: i32 = 200;
/// The fields in which two can differ.
const FIELDS: i32 = 4;

/// How far a version of a chart's basis has come.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum KpiChartBasisState {
    /// Not signed by both parties yet; no limits rest on it.
    Proposed,
    /// Signed by both parties, and no later version is: the limits rest on it.
    Agreed,
    /// Signed by both parties, and so is a later version.
    Superseded,
    /// Never agreed: a later proposal took its place.
    Replaced,
    /// Never agreed: the party that had proposed it took it back.
    Withdrawn,
    /// Never agreed: the other party rejected it.
    Rejected,
}

/// What the limits of a KPI's chart rest on, in one version.
pub struct KpiChartBasis(pub Model);

/// What the limits of a KPI's control chart rest on, in one version. What a version says never changes: signatures name it.
/// For the working level.
#[Object]
impl KpiChartBasis {
    /// Its id, `bas_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The KPI whose chart it is about.
    async fn kpi(&self, ctx: &Context<'_>) -> Field<Kpi> {
        nullable(kpi_by_id(ctx, self.0.kpi_id)).await
    }

    /// The id of that KPI.
    async fn kpi_id(&self) -> ID {
        self.0.kpi_id.into()
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// Its place among the versions of its KPI, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// How far it has come.
    async fn state(&self) -> KpiChartBasisState {
        match (self.0.state, self.0.closed_as) {
            (State::Proposed, _) => KpiChartBasisState::Proposed,
            (State::Agreed, _) => KpiChartBasisState::Agreed,
            (State::Superseded, _) => KpiChartBasisState::Superseded,
            (State::Replaced, None) => KpiChartBasisState::Replaced,
            (State::Replaced, Some(ProposalClosed::Withdrawn)) => KpiChartBasisState::Withdrawn,
            (State::Replaced, Some(ProposalClosed::Rejected)) => KpiChartBasisState::Rejected,
        }
    }

    /// Why it was rejected or withdrawn; null unless it was.
    #[graphql(directive = cost::apply(NOTE))]
    async fn closed_reason(&self) -> Option<&str> {
        self.0.closed_reason.as_deref()
    }

    /// When it was rejected or withdrawn; null unless it was.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// The party that proposed it.
    async fn proposed_by(&self) -> Party {
        self.0.proposed_by
    }

    /// The kind of chart; null where that follows from the kind of data.
    async fn chart_type(&self) -> Option<KpiChartType> {
        self.0.chart_type
    }

    /// The rules for signals; null where those are taken that are usual for the chart.
    async fn rule_set(&self) -> Option<KpiRuleSet> {
        self.0.rule_set
    }

    /// The phases in the order of time, each until the next one begins.
    #[graphql(directive = list_size::apply(Some(MOST_PHASES), None, None, false))]
    async fn phases(&self) -> &[KpiChartPhase] {
        &self.0.phases.0
    }

    /// The points that are left out of the limits.
    #[graphql(directive = list_size::apply(Some(MOST_EXCLUSIONS), None, None, false))]
    async fn exclusions(&self) -> &[KpiChartExclusion] {
        &self.0.exclusions.0
    }

    /// What it changes: the fields in which it differs from the version with the number before its own, whatever became of
    /// that, in the order of their names. Null for the first version.
    #[graphql(directive = list_size::apply(Some(FIELDS), None, None, false))]
    async fn changes(&self, ctx: &Context<'_>) -> Result<Option<Vec<KpiDefinitionChange>>> {
        let key = BasisBefore { kpi: self.0.kpi_id, number: self.0.number };
        let Some(before) = ctx.reads().load(key).await? else { return Ok(None) };
        let changes = changes(&Content::of(&before), &Content::of(&self.0))?;
        Ok(Some(changes.into_iter().map(KpiDefinitionChange::from).collect()))
    }

    /// What the parties sign: an object of the fields that `proposeKpiChartBasis` takes, as canonical JSON (RFC 8785). What
    /// was left out is not there.
    #[graphql(directive = cost::apply(SIGNED))]
    #[expect(clippy::unused_async, reason = "a resolver")]
    async fn signed_content(&self) -> Result<Option<String>> {
        Ok(signed(&Content::of(&self.0), &self.0.digest)?)
    }

    /// SHA-256 of `signedContent`, in hexadecimal. A signature names it.
    async fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The signatures of the parties, in the order in which they were given.
    async fn signatures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Signature>> {
        signatures_of(ctx, self.0.id.uuid(), 0, Paging { first, after, last, before }).await
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the second party signed.
    async fn agreed_at(&self) -> Option<DateTime<Utc>> {
        self.0.agreed_at
    }
}

/// The basis with an id, if the caller may see it.
pub async fn chart_basis_by_id(ctx: &Context<'_>, id: KpiChartBasisId) -> Result<Option<KpiChartBasis>> {
    Ok(ctx.reads().by_id::<kpi_chart_basis::Entity, _>(id).await?.map(KpiChartBasis))
}
