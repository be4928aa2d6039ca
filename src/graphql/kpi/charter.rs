//! The metric charter of a relationship.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::signature::{Signature, signatures_of};
use crate::access::permit;
use crate::domain::kpi::charter::{self as charters, CharterOf, ProposeMetricCharterInput, SignMetricCharterInput};
use crate::entity::metric_charter::{self, MetricCharterState};
use crate::entity::party::Party;
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{TEXT, cost};
use crate::graphql::relationship::{Relationship, relationship_by_id};
use crate::graphql::scopes::{Field, done, nullable, one, requires_scopes};
use crate::id::{MetricCharterId, RelationshipId};

/// What both parties sign before anything is measured.
pub struct MetricCharter(pub metric_charter::Model);

/// What both parties sign before anything is measured (T3): why they measure, and how often they look at the
/// results together.
#[Object]
impl MetricCharter {
    /// Its id, `cha_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The relationship it belongs to.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        one(ctx, permit::READ_RELATIONSHIPS, async move { relationship_by_id(ctx, self.0.relationship_id).await }).await
    }

    /// Why the parties measure, and what they will not use it for.
    #[graphql(directive = cost::apply(TEXT))]
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// How often they look at the results together, in words.
    async fn review_cadence(&self) -> Option<&str> {
        self.0.review_cadence.as_deref()
    }

    /// Whether it is in effect.
    async fn state(&self) -> MetricCharterState {
        self.0.state
    }

    /// The party that proposed it.
    async fn proposed_by(&self) -> Party {
        self.0.proposed_by
    }

    /// SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of an object of `relationshipId`, `purpose` and
    /// `reviewCadence` (null where there is none). A signature names it.
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

    /// When the second party signed and it came into effect.
    async fn effective_at(&self) -> Option<DateTime<Utc>> {
        self.0.effective_at
    }

    /// 1 when new, one more with each change of its state.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The charter with an id, if the caller may see it.
pub async fn metric_charter_by_id(ctx: &Context<'_>, id: MetricCharterId) -> Result<Option<MetricCharter>> {
    Ok(ctx.reads().by_id::<metric_charter::Entity, _>(id).await?.map(MetricCharter))
}

/// The charter of a relationship that is in effect, or proposed, if the caller may see it.
pub async fn metric_charter_of(
    ctx: &Context<'_>,
    relationship: RelationshipId,
    state: MetricCharterState,
) -> Result<Option<MetricCharter>> {
    Ok(ctx.reads().load(CharterOf { relationship, state }).await?.map(MetricCharter))
}

/// A proposed or signed metric charter.
pub struct MetricCharterPayload(MetricCharterId);

/// A proposed or signed metric charter.
#[Object]
impl MetricCharterPayload {
    /// The charter's id.
    async fn metric_charter_id(&self) -> ID {
        self.0.into()
    }

    /// The charter, if the caller's scopes let it be read.
    async fn metric_charter(&self, ctx: &Context<'_>) -> Field<MetricCharter> {
        nullable(async move { metric_charter_by_id(ctx, self.0).await }).await
    }
}

/// Opting in to KPIs.
#[derive(Default)]
pub struct MetricCharterMutation;

#[Object]
impl MetricCharterMutation {
    /// Proposes the metric charter that opts in to KPIs (T3). It takes the place of one that is not in effect yet;
    /// proposing the same again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::PROPOSE_METRIC_CHARTER.scopes.alternatives())
    )]
    async fn propose_metric_charter(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: ProposeMetricCharterInput,
    ) -> Field<MetricCharterPayload> {
        done(charters::propose(ctx.writer(), input), MetricCharterPayload).await
    }

    /// Signs a metric charter for the caller's party. With both signatures it is in effect, and the one before no
    /// longer is. Nobody signs for both parties (T7).
    #[graphql(
        directive = requires_scopes::apply(permit::SIGN_METRIC_CHARTER.scopes.alternatives())
    )]
    async fn sign_metric_charter(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The signature.")] input: SignMetricCharterInput,
    ) -> Field<MetricCharterPayload> {
        done(charters::sign_charter(ctx.writer(), input), MetricCharterPayload).await
    }
}
