//! Revisions of datasets: what was shared when, what each party says of it, and who has signed it.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::dataset::observations_of;
use super::observation::KpiObservation;
use super::signature::{Signature, signatures_of};
use super::source_record::{KpiSourceRecord, records_of};
use crate::domain::kpi::dataset::readings::{ReadingsOf, RevisionOf};
use crate::domain::kpi::dataset::records::{Behind, Part};
use crate::entity::kpi_dataset_revision::Model;
use crate::entity::party::Party;
use crate::entity::{interpretation, kpi_dataset_revision};
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, TEXT, cost};
use crate::graphql::scopes::{Field, nullable};
use crate::id::{KpiDatasetId, KpiDatasetRevisionId};
use crate::scalar::Date;

/// One revision of a dataset. It never changes; a correction makes another.
pub struct KpiDatasetRevision(pub Model);

impl KpiDatasetRevision {
    async fn reading(&self, ctx: &Context<'_>, party: Party) -> Result<Option<Interpretation>> {
        let readings = ctx.reads().load(ReadingsOf(self.0.dataset_id, self.0.number)).await?.unwrap_or_default();
        Ok(readings.into_iter().find(|reading| reading.party == party).map(Interpretation))
    }
}

/// One revision of a dataset, from the moment it was shared. Its observations never change; a correction makes
/// another revision.
#[Object]
impl KpiDatasetRevision {
    /// Its id, `rev_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the dataset it belongs to.
    async fn dataset_id(&self) -> ID {
        self.0.dataset_id.into()
    }

    /// Its place among the revisions of its dataset, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Why it corrects the one before; null for the first.
    #[graphql(directive = cost::apply(NOTE))]
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// How many observations it has.
    async fn observation_count(&self) -> i32 {
        self.0.observation_count
    }

    /// How many source records it was counted from; null where its observations were recorded ready-made.
    async fn record_count(&self) -> Option<i32> {
        self.0.record_count
    }

    /// The day that those records are as of.
    async fn data_as_of(&self) -> Option<Date> {
        self.0.data_as_of.map(Date)
    }

    /// SHA-256 over the canonical form (RFC 8785) of its observations, in hexadecimal: what an alignment signs. Where they
    /// are counted from source records, over an object of `dataAsOf` and the digests of both lists, `observations` and
    /// `records`.
    async fn digest(&self) -> &str {
        &self.0.digest
    }

    /// When it was shared; the notice period counts from here.
    async fn shared_at(&self) -> DateTime<Utc> {
        self.0.shared_at
    }

    /// The subject of the token that shared it.
    async fn shared_by_subject(&self) -> &str {
        &self.0.shared_by_subject
    }

    /// When the counterparty said that it has seen it.
    async fn acknowledged_at(&self) -> Option<DateTime<Utc>> {
        self.0.acknowledged_at
    }

    /// When it was released to both parties' leadership.
    async fn released_at(&self) -> Option<DateTime<Utc>> {
        self.0.released_at
    }

    /// The party that released it.
    async fn released_by(&self) -> Option<Party> {
        self.0.released_by
    }

    /// The parties that had not aligned when it was released: empty where both had, null before the release.
    async fn released_without_alignment_of(&self) -> Option<&[Party]> {
        self.0.released_without.as_ref().map(|parties| parties.0.as_slice())
    }

    /// The sponsor's reading; null while it is missing.
    async fn sponsor_interpretation(&self, ctx: &Context<'_>) -> Field<Interpretation> {
        nullable(async move { self.reading(ctx, Party::Sponsor).await }).await
    }

    /// The CDMO's reading; null while it is missing.
    async fn cdmo_interpretation(&self, ctx: &Context<'_>) -> Field<Interpretation> {
        nullable(async move { self.reading(ctx, Party::Cdmo).await }).await
    }

    /// The parties' signatures under it, withdrawn ones included, in the order in which they were given.
    async fn alignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Signature>> {
        let paging = Paging { first, after, last, before };
        signatures_of(ctx, self.0.dataset_id.uuid(), self.0.number, paging).await
    }

    /// The source records that it was counted from; none where its observations were recorded ready-made, by period and id.
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this part of them.")] part: Option<Part>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiSourceRecord>> {
        let behind = Behind::revision(self.0.dataset_id, self.0.number);
        records_of(ctx, behind, part, Paging { first, after, last, before }).await
    }

    /// Its observations, by period and site.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiObservation>> {
        let paging = Paging { first, after, last, before };
        observations_of(ctx, self.0.dataset_id, Some(self.0.number), paging).await
    }
}

/// A party's reading of a revision.
pub struct Interpretation(interpretation::Model);

/// A party's reading of a revision, in its own words. The other party neither edits nor hides it.
#[Object]
impl Interpretation {
    /// Its id, `int_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Whose reading it is.
    async fn party(&self) -> Party {
        self.0.party
    }

    /// What the numbers mean to that party.
    #[graphql(directive = cost::apply(TEXT))]
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The subject of the token that last wrote it.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was first given.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last written; the journal keeps what it said before.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// One revision of a dataset, if the caller may see it.
pub async fn revision_of(ctx: &Context<'_>, dataset: KpiDatasetId, number: i32) -> Result<Option<KpiDatasetRevision>> {
    Ok(ctx.reads().load(RevisionOf(dataset, number)).await?.map(KpiDatasetRevision))
}

/// The revision with an id, if the caller may see it.
pub async fn revision_by_id(ctx: &Context<'_>, id: KpiDatasetRevisionId) -> Result<Option<KpiDatasetRevision>> {
    Ok(ctx.reads().by_id::<kpi_dataset_revision::Entity, _>(id).await?.map(KpiDatasetRevision))
}
