//! Definition versions of KPIs.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::kpi::{Kpi, kpi_by_id};
use super::review::Review;
use super::signature::{Signature, signatures_of};
use crate::access::permit;
use crate::domain::kpi::definition::content::Content;
use crate::domain::kpi::definition::list::{AgreedVersionsOf, VersionBefore};
use crate::domain::kpi::definition::validity::Validity;
use crate::domain::kpi::said::{Change, changes, signed};
use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi;
use crate::entity::kpi_definition::{
    self, KpiAggregation, KpiAggregationOverTime, KpiCalendar, KpiDataKind, KpiDefinitionState as State, KpiDirection,
    KpiFrequency, ProposalClosed,
};
use crate::entity::party::Party;
use crate::entity::reason_code::ReasonCode;
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, SIGNED, TEXT, cost};
use crate::graphql::reference::{self, ExternalReference};
use crate::graphql::scopes::{Field, nullable, one, requires_scopes};
use crate::id::KpiDefinitionId;
use crate::scalar::Date;

/// How far a version of a KPI's definition has come.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum KpiDefinitionState {
    /// Not signed by both parties yet; nothing is measured by it.
    Proposed,
    /// Signed by both parties, and no later version is: it has no last day of validity.
    Agreed,
    /// Signed by both parties, and so is a later version: it is valid until the day before that one is. Datasets that were
    /// measured by it go on naming it.
    Superseded,
    /// Never agreed: a later proposal took its place.
    Replaced,
    /// Never agreed: the party that had proposed it took it back.
    Withdrawn,
    /// Never agreed: the other party rejected it.
    Rejected,
}

/// A field in which one version of a definition, or of a chart's basis, differs from another.
#[derive(SimpleObject)]
pub struct KpiDefinitionChange {
    /// The field's name, as the mutation that proposes a version takes it.
    field: String,
    /// What the earlier version says: a text as it is, anything else as JSON. Null where it says nothing.
    #[graphql(directive = cost::apply(TEXT))]
    before: Option<String>,
    /// What the later version says.
    #[graphql(directive = cost::apply(TEXT))]
    after: Option<String>,
}

impl From<Change> for KpiDefinitionChange {
    fn from(Change { field, before, after }: Change) -> Self {
        Self { field, before, after }
    }
}

/// What one KPI means, in one version.
pub struct KpiDefinition(pub Box<kpi_definition::Model>);

impl KpiDefinition {
    /// A version as it is read.
    #[must_use]
    pub fn new(version: kpi_definition::Model) -> Self {
        Self(Box::new(version))
    }

    /// The versions that were agreed, as far as the caller sees them.
    async fn agreed(&self, ctx: &Context<'_>) -> Result<Vec<kpi_definition::Model>> {
        Ok(ctx.reads().load(AgreedVersionsOf(self.0.kpi_id)).await?.unwrap_or_default())
    }

    async fn validity(&self, ctx: &Context<'_>) -> Result<Option<Validity>> {
        Ok(Validity::of(&self.0, &self.agreed(ctx).await?))
    }
}

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

    /// How far it has come, among the versions that the caller sees.
    async fn state(&self, ctx: &Context<'_>) -> Result<KpiDefinitionState> {
        Ok(match (self.0.state, self.0.closed_as) {
            (State::Proposed, _) => KpiDefinitionState::Proposed,
            (State::Agreed, _) => KpiDefinitionState::Agreed,
            (State::Replaced, None) => KpiDefinitionState::Replaced,
            (State::Replaced, Some(ProposalClosed::Withdrawn)) => KpiDefinitionState::Withdrawn,
            (State::Replaced, Some(ProposalClosed::Rejected)) => KpiDefinitionState::Rejected,
            // What superseded it may be a version that the caller does not see yet.
            (State::Superseded, _) if self.agreed(ctx).await?.iter().all(|other| other.number <= self.0.number) => {
                KpiDefinitionState::Agreed
            }
            (State::Superseded, _) => KpiDefinitionState::Superseded,
        })
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

    /// The first day of its validity that was proposed; null where it was left out.
    async fn proposed_valid_from(&self) -> Option<Date> {
        self.0.valid_from.map(Date)
    }

    /// The first day of its validity: datasets that end on that day or later are measured by it, until a later version is
    /// valid. As proposed, or else the day on which both parties agreed (or, if its periods are others than those of the
    /// version before, the next day on which periods of both begin); a first version for which none was proposed measures
    /// what ended before, too. Null unless both parties agreed, and where a later version took its place before it began.
    async fn valid_from(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.validity(ctx).await?.map(|valid| Date(valid.from)))
    }

    /// The last day of its validity: the day before a later version, of those that the caller sees, is valid. Null where
    /// none follows.
    async fn valid_until(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.validity(ctx).await?.and_then(|valid| valid.until).map(Date))
    }

    /// What it changes: the fields in which it differs from the version with the number before its own, whatever became of
    /// that, in the order of their names. Null for the first version, and where the caller does not see the one before.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Option<Vec<KpiDefinitionChange>>> {
        let before = ctx.reads().load(VersionBefore { kpi: self.0.kpi_id, number: self.0.number }).await?;
        // The code is the KPI's, and the same in all versions.
        let says = |version: &kpi_definition::Model| Content::of("", version);
        let Some(before) = before else { return Ok(None) };
        let changes = changes(&says(&before), &says(&self.0))?;
        Ok(Some(changes.into_iter().map(KpiDefinitionChange::from).collect()))
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

    /// The code of the catalog's template that it started from.
    async fn template(&self) -> Option<&str> {
        self.0.template.as_deref()
    }

    /// How the value is made, in words.
    #[graphql(directive = cost::apply(NOTE))]
    async fn formula(&self) -> Option<&str> {
        self.0.formula.as_deref()
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

    /// What kind of data it is: it decides which control chart fits. Null where the parties did not say.
    async fn data_kind(&self) -> Option<KpiDataKind> {
        self.0.data_kind
    }

    /// How values of several sites make one.
    async fn aggregation(&self) -> KpiAggregation {
        self.0.aggregation
    }

    /// How values of several periods make one.
    async fn aggregation_over_time(&self) -> KpiAggregationOverTime {
        self.0.aggregation_over_time.unwrap_or_else(|| self.0.aggregation.into())
    }

    /// Which way is better.
    async fn direction(&self) -> KpiDirection {
        self.0.direction
    }

    /// The value that the parties aim at, in the unit.
    async fn target(&self) -> Option<f64> {
        self.0.target
    }

    /// The value from which on the parties look into it; with `NEAR_TARGET`, the distance from the target.
    async fn attention_threshold(&self) -> Option<f64> {
        self.0.attention_threshold
    }

    /// The value from which on they act at once; with `NEAR_TARGET`, the distance from the target.
    async fn critical_threshold(&self) -> Option<f64> {
        self.0.critical_threshold
    }

    /// Whose calendar quarters and years are of.
    async fn calendar(&self) -> KpiCalendar {
        self.0.calendar.unwrap_or(KpiCalendar::Gregorian)
    }

    /// The month in which a year of that calendar begins, from 1.
    async fn year_start_month(&self) -> i32 {
        self.0.year_start_month.unwrap_or(1)
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

    /// How the data is collected.
    #[graphql(directive = cost::apply(NOTE))]
    async fn collection_method(&self) -> Option<&str> {
        self.0.collection_method.as_deref()
    }

    /// How source records are counted; null where observations are recorded ready-made.
    async fn counting_rule(&self) -> Option<CountingRule> {
        self.0.counting_rule.clone()
    }

    /// The policy by which records are excluded.
    #[graphql(directive = cost::apply(NOTE))]
    async fn exclusions(&self) -> Option<&str> {
        self.0.exclusions.as_deref()
    }

    /// The reasons that records name, retired ones included.
    async fn reason_codes(&self) -> &[ReasonCode] {
        self.0.reason_codes.as_ref().map_or(&[], |codes| &codes.0)
    }

    /// When it is reviewed, and by whom; null where the parties agreed on no schedule.
    async fn review(&self, ctx: &Context<'_>) -> Result<Option<Review>> {
        let Some(agreed) = self.0.review.clone() else { return Ok(None) };
        if self.0.state == State::Proposed {
            return Ok(Some(Review::until(agreed, None)));
        }
        Ok(Some(match self.validity(ctx).await? {
            Some(valid) => Review::until(agreed, valid.until),
            None => Review::never(agreed),
        }))
    }

    /// The days after sharing from which a party may release a dataset without the other's alignment (T6).
    async fn notice_days(&self) -> i32 {
        self.0.notice_days
    }

    /// What the parties sign: an object of the fields that `proposeKpiDefinition` takes, as canonical JSON (RFC 8785). What
    /// was left out is not there. Null for a version that was proposed before the service kept this form.
    #[graphql(directive = cost::apply(SIGNED))]
    async fn signed_content(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(kpi) = ctx.reads().by_id::<kpi::Entity, _>(self.0.kpi_id).await? else { return Ok(None) };
        Ok(signed(&Content::of(&kpi.code, &self.0), &self.0.digest)?)
    }

    /// SHA-256 of `signedContent`, in hexadecimal. A signature names it.
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

    /// When the second party signed.
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
    Ok(ctx.reads().by_id::<kpi_definition::Entity, _>(id).await?.map(KpiDefinition::new))
}
