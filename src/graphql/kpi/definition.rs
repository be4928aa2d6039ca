//! Definition versions of KPIs.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::kpi::{Kpi, kpi_by_id};
use super::signature::{Signature, signatures_of};
use crate::access::permit;
use crate::domain::kpi::definition::agree::{self, AgreeKpiDefinitionInput, Agreement};
use crate::domain::kpi::definition::list::AgreedVersionOf;
use crate::domain::kpi::definition::propose::{self, ProposeKpiDefinitionInput};
use crate::entity::kpi_definition::{self, KpiAggregation, KpiDefinitionState, KpiDirection, KpiFrequency};
use crate::entity::party::Party;
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};
use crate::graphql::reference::{self, ExternalReference};
use crate::graphql::scopes::{Field, done, nullable, one, requires_scopes};
use crate::id::KpiDefinitionId;

/// What one KPI means, in one version.
pub struct KpiDefinition(pub kpi_definition::Model);

/// What one KPI means, in one version. What a version says never changes: signatures and datasets name it.
#[Object]
impl KpiDefinition {
    /// Its id, `def_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The KPI it defines.
    async fn kpi(&self, ctx: &Context<'_>) -> Field<Kpi> {
        nullable(async move { kpi_by_id(ctx, self.0.kpi_id).await }).await
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// The id of the KPI that it defines.
    async fn kpi_id(&self) -> ID {
        self.0.kpi_id.into()
    }

    /// Its place among the versions of its KPI, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Whether it stands, among the versions that the caller sees.
    async fn state(&self, ctx: &Context<'_>) -> Result<KpiDefinitionState> {
        if self.0.state != KpiDefinitionState::Superseded {
            return Ok(self.0.state);
        }
        // What superseded it may be a version that the caller does not see yet.
        let newest = ctx.reads().load(AgreedVersionOf(self.0.kpi_id)).await?;
        let stands = newest.is_none_or(|newest| newest.number == self.0.number);
        Ok(if stands { KpiDefinitionState::Agreed } else { KpiDefinitionState::Superseded })
    }

    /// The party that proposed it.
    async fn proposed_by(&self) -> Party {
        self.0.proposed_by
    }

    /// The KPI's name, for people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the parties want to improve by it.
    #[graphql(directive = cost::apply(NOTE))]
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// What is counted or summed.
    #[graphql(directive = cost::apply(NOTE))]
    async fn numerator(&self) -> &str {
        &self.0.numerator
    }

    /// What it is divided by.
    #[graphql(directive = cost::apply(NOTE))]
    async fn denominator(&self) -> Option<&str> {
        self.0.denominator.as_deref()
    }

    /// The unit of the value, as `%`, `days` or `batches`.
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// What the numerator divided by the denominator is multiplied by: 100 for a percentage.
    async fn scale(&self) -> f64 {
        self.0.scale
    }

    /// How values of several sites or periods make one.
    async fn aggregation(&self) -> KpiAggregation {
        self.0.aggregation
    }

    /// Which way is better.
    async fn direction(&self) -> KpiDirection {
        self.0.direction
    }

    /// The value that the parties aim at, in the unit.
    async fn target(&self) -> Option<f64> {
        self.0.target
    }

    /// The period of one observation.
    async fn frequency(&self) -> KpiFrequency {
        self.0.frequency
    }

    /// Whether each site in play has observations of its own.
    async fn by_site(&self) -> bool {
        self.0.by_site
    }

    /// The party that collects the data.
    async fn collecting_party(&self) -> Party {
        self.0.collecting_party
    }

    /// The system that the data comes from.
    async fn source_system(&self) -> Option<&str> {
        self.0.source_system.as_deref()
    }

    /// The days after sharing from which a party may release a dataset without the other's alignment (T6).
    async fn notice_days(&self) -> i32 {
        self.0.notice_days
    }

    /// SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of an object of `relationshipId`, `code`,
    /// `name`, `purpose`, `numerator`, `denominator`, `unit`, `scale`, `aggregation`, `direction`, `target`,
    /// `frequency`, `bySite`, `collectingParty`, `sourceSystem` and `noticeDays`, each as the API shows it and null
    /// where there is none. A signature names it.
    async fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The signatures of the parties, in the order in which they were given; for the working level.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn signatures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<Signature>> {
        one(ctx, permit::READ_KPIS_WORKING, async move {
            signatures_of(ctx, self.0.id.uuid(), 0, Paging { first, after, last, before }).await.map(Some)
        })
        .await
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the second party signed and it took effect.
    async fn agreed_at(&self) -> Option<DateTime<Utc>> {
        self.0.agreed_at
    }

    /// What the caller's other systems call it.
    async fn external_references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ExternalReference>> {
        reference::references_of(ctx, self.0.id.uuid(), Paging { first, after, last, before }).await
    }
}

/// The definition version with an id, if the caller may see it.
pub async fn kpi_definition_by_id(ctx: &Context<'_>, id: KpiDefinitionId) -> Result<Option<KpiDefinition>> {
    Ok(ctx.reads().by_id::<kpi_definition::Entity, _>(id).await?.map(KpiDefinition))
}

/// A proposed definition version.
pub struct ProposeKpiDefinitionPayload(KpiDefinitionId);

/// A proposed definition version.
#[Object]
impl ProposeKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0).await }).await
    }
}

/// A definition version that the caller's party agreed to.
pub struct AgreeKpiDefinitionPayload(Agreement);

/// A definition version that the caller's party agreed to.
#[Object]
impl AgreeKpiDefinitionPayload {
    /// The version's id.
    async fn kpi_definition_id(&self) -> ID {
        self.0.id.into()
    }

    /// The version, if the caller's scopes let it be read.
    async fn kpi_definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { kpi_definition_by_id(ctx, self.0.id).await }).await
    }

    /// What to think about, where there is something: more than 10 agreed KPIs are more than serve a relationship.
    async fn advice(&self) -> Option<String> {
        let count = self.0.too_many?;
        Some(format!("the relationship now has {count} agreed KPIs: 5 to 10 serve it, more is noise"))
    }
}

/// Defining KPIs.
#[derive(Default)]
pub struct KpiDefinitionMutation;

#[Object]
impl KpiDefinitionMutation {
    /// Proposes a KPI, or a new version of one that the relationship has by this code. Needs a metric charter in
    /// effect (T3). It takes the place of a proposal that is still open; proposing the open proposal, or the version
    /// that stands, again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn propose_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeKpiDefinitionInput,
    ) -> Field<ProposeKpiDefinitionPayload> {
        done(propose::propose(ctx.writer(), input), ProposeKpiDefinitionPayload).await
    }

    /// Agrees to a proposed version for the caller's party. It takes effect when both parties have agreed; until
    /// then the version before stands (T3). Nobody agrees for both parties (T7).
    #[graphql(
        directive = requires_scopes::apply(permit::AGREE_KPI_DEFINITION.scopes.alternatives())
    )]
    async fn agree_kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement.")] input: AgreeKpiDefinitionInput,
    ) -> Field<AgreeKpiDefinitionPayload> {
        done(agree::agree(ctx.writer(), input), AgreeKpiDefinitionPayload).await
    }
}
