//! Relationships: both parties, and the lists of all that is under them.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::action_item::{ActionItem, action_items_of};
use super::connection::{Connection, Paging};
use super::contact::NamedContact;
use super::context::ContextExt;
use super::cost::{NOTE, TEXT, cost};
use super::journal::{JournalEntry, journal_of};
use super::kpi::charter::{MetricCharter, metric_charter_of};
use super::kpi::dataset::{KpiDataset, datasets_of};
use super::kpi::kpi::Kpi;
use super::kpi::review::{KpiNextReview, SEARCH_ALL, reviews_of};
use super::kpi::signal::{KpiCurrentSignal, SIGNALS, current_signals_of};
use super::organization::{Organization, organization_by_id};
use super::reference::{self, ExternalReference};
use super::scope_of_work::ScopeOfWork;
use super::scopes::{Field, list, nullable, one, requires_scopes};
use super::site::SiteInPlay;
use crate::access::permit;
use crate::domain::action_item::filter::ActionItemFilter;
use crate::domain::action_item::list::ActionItemOrder;
use crate::domain::journal::JournalOrder;
use crate::domain::kpi::dataset::{KpiDatasetFilter, KpiDatasetOrder};
use crate::domain::kpi::definition::list::{KpiOrder, Narrowing};
use crate::domain::relationship::parties::{PartiesOf, RelationshipWithParties};
use crate::domain::relationship::{RelationshipFilter, RelationshipOrder};
use crate::entity::kpi_dataset;
use crate::entity::metric_charter::MetricCharterState;
use crate::entity::party::Party;
use crate::entity::relationship::{Model, RelationshipState};
use crate::entity::{kpi, organization, relationship, relationship_contact, relationship_site, scope_of_work};
use crate::id::{OrganizationId, RelationshipId};

/// One sponsor and one CDMO working together.
pub struct Relationship {
    /// The relationship.
    pub row: Model,
    parties: Option<(organization::Model, organization::Model)>,
}

impl From<Model> for Relationship {
    fn from(row: Model) -> Self {
        Self { row, parties: None }
    }
}

impl From<RelationshipWithParties> for Relationship {
    fn from(found: RelationshipWithParties) -> Self {
        Self { row: found.relationship, parties: Some((found.sponsor, found.cdmo)) }
    }
}

impl Relationship {
    async fn organization(&self, ctx: &Context<'_>, party: Party) -> Result<Option<Organization>> {
        match (&self.parties, party) {
            (Some((sponsor, _)), Party::Sponsor) => Ok(Some(Organization(sponsor.clone()))),
            (Some((_, cdmo)), Party::Cdmo) => Ok(Some(Organization(cdmo.clone()))),
            (None, party) => organization_by_id(ctx, self.organization_id(party)).await,
        }
    }

    const fn organization_id(&self, party: Party) -> OrganizationId {
        match party {
            Party::Sponsor => self.row.sponsor_id,
            Party::Cdmo => self.row.cdmo_id,
        }
    }
}

/// One sponsor and one CDMO working together.
#[Object]
impl Relationship {
    /// Its id, `rel_…`.
    pub async fn id(&self) -> ID {
        self.row.id.into()
    }

    /// The name that both parties know it by.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What it is about.
    #[graphql(directive = cost::apply(TEXT))]
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// Whether it is proposed, active, paused or over.
    async fn state(&self) -> RelationshipState {
        self.row.state
    }

    /// Why it is in this state, where a reason was given.
    #[graphql(directive = cost::apply(NOTE))]
    async fn state_reason(&self) -> Option<&str> {
        self.row.state_reason.as_deref()
    }

    /// The drug company.
    async fn sponsor(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { self.organization(ctx, Party::Sponsor).await }).await
    }

    /// The contract manufacturer.
    async fn cdmo(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { self.organization(ctx, Party::Cdmo).await }).await
    }

    /// The side that the caller's organization is on.
    fn our_party(&self, ctx: &Context<'_>) -> Result<Party> {
        Ok(permit::party_of(ctx.viewer(), &self.row)?)
    }

    /// The other organization, as the caller sees it.
    async fn counterparty(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { self.organization(ctx, permit::party_of(ctx.viewer(), &self.row)?.other()).await }).await
    }

    /// The party that proposed it.
    async fn proposed_by(&self) -> Party {
        self.row.proposed_by
    }

    /// The party that paused it, while it is paused.
    async fn paused_by(&self) -> Option<Party> {
        self.row.paused_by
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the counterparty accepted it.
    async fn accepted_at(&self) -> Option<DateTime<Utc>> {
        self.row.accepted_at
    }

    /// When it ended.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The sites in play, of both parties, in the order in which they were named.
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<SiteInPlay>> {
        let sites = Paging { first, after, last, before }.list::<relationship_site::Entity>((), ())?;
        let parent = relationship_site::Column::RelationshipId;
        Ok(Connection::of_children(ctx, parent, self.row.id.uuid(), sites, SiteInPlay).await?)
    }

    /// The contacts that the parties named for it, in the order in which they were named.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<NamedContact>> {
        let contacts = Paging { first, after, last, before }.list::<relationship_contact::Entity>((), ())?;
        let parent = relationship_contact::Column::RelationshipId;
        Ok(Connection::of_children(ctx, parent, self.row.id.uuid(), contacts, NamedContact).await?)
    }

    /// What the parties do together, oldest first.
    async fn scopes_of_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ScopeOfWork>> {
        let scopes = Paging { first, after, last, before }.list::<scope_of_work::Entity>((), ())?;
        let parent = scope_of_work::Column::RelationshipId;
        Ok(Connection::of_children(ctx, parent, self.row.id.uuid(), scopes, ScopeOfWork).await?)
    }

    /// The work that either party does for both.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_ACTIONS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn action_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which action items.")] filter: Option<ActionItemFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(ActionItemOrder::default())")] order_by: Option<
            ActionItemOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<ActionItem>> {
        let paging = Paging { first, after, last, before };
        list(ctx, permit::READ_ACTIONS, action_items_of(ctx, self.row.id, filter, order_by.unwrap_or_default(), paging))
            .await
    }

    /// The metric charter in effect: both parties have opted in to KPIs by it. Null where they have not.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn metric_charter(&self, ctx: &Context<'_>) -> Field<MetricCharter> {
        one(ctx, permit::READ_KPIS_WORKING, async move {
            metric_charter_of(ctx, self.row.id, MetricCharterState::InEffect).await
        })
        .await
    }

    /// The metric charter that is proposed and that both parties have not signed yet.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn proposed_metric_charter(&self, ctx: &Context<'_>) -> Field<MetricCharter> {
        one(ctx, permit::READ_KPIS_WORKING, async move {
            metric_charter_of(ctx, self.row.id, MetricCharterState::Proposed).await
        })
        .await
    }

    /// What is measured, as far as the caller may see it, by code.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<Kpi>> {
        one(ctx, permit::READ_KPIS, async move {
            let paging = Paging { first, after, last, before };
            let list = paging.list::<kpi::Entity>(Narrowing::default(), KpiOrder::CodeAsc)?;
            let parent = kpi::Column::RelationshipId;
            Ok(Some(Connection::of_children(ctx, parent, self.row.id.uuid(), list, Kpi).await?))
        })
        .await
    }

    /// The signals that there are now: of each KPI those that the latest judged point of its control chart is in, by code of
    /// the KPI. Of all sites together, and on what the caller sees: leadership on what is released. Of the first 30
    /// KPIs.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives()),
        directive = cost::apply(SIGNALS)
    )]
    async fn kpi_signals(&self, ctx: &Context<'_>) -> Field<Vec<KpiCurrentSignal>> {
        list(ctx, permit::READ_REVISIONS, current_signals_of(ctx, self.row.id)).await
    }

    /// Its KPI datasets, as far as the caller may see them.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn kpi_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which datasets.")] filter: Option<KpiDatasetFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(KpiDatasetOrder::default())")] order_by: Option<
            KpiDatasetOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiDataset>> {
        let paging = Paging { first, after, last, before };
        let column = kpi_dataset::Column::RelationshipId;
        list(
            ctx,
            permit::READ_KPIS,
            datasets_of(ctx, column, self.row.id.uuid(), filter, order_by.unwrap_or_default(), paging),
        )
        .await
    }

    /// The next reviews of its KPIs by their agreed schedules, the soonest first; for the working level.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives()),
        directive = cost::apply(SEARCH_ALL)
    )]
    async fn kpi_reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiNextReview>> {
        let paging = Paging { first, after, last, before };
        list(ctx, permit::READ_KPIS_WORKING, reviews_of(ctx, self.row.id, paging)).await
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
        reference::references_of(ctx, self.row.id.uuid(), Paging { first, after, last, before }).await
    }

    /// Every write under it, of both parties, by number. The same for both: what a party keeps to itself is on its own
    /// organization's journal.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_JOURNAL.alternatives())
    )]
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order.", default_with = "Some(JournalOrder::default())")] order_by: Option<
            JournalOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<JournalEntry>> {
        let page =
            journal_of(ctx, self.row.id.uuid(), order_by.unwrap_or_default(), Paging { first, after, last, before });
        list(ctx, permit::READ_JOURNAL, page).await
    }
}

/// The relationship with an id, if the caller is a party to it.
pub async fn relationship_by_id(ctx: &Context<'_>, id: RelationshipId) -> Result<Option<Relationship>> {
    Ok(ctx.reads().load(PartiesOf(id)).await?.map(Relationship::from))
}

/// Queries on relationships.
#[derive(Default)]
pub struct RelationshipQuery;

#[Object]
impl RelationshipQuery {
    /// A relationship; null if there is none with this id to which the caller's organization is a party.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The relationship's id, `rel_…`.")] id: ID,
    ) -> Field<Relationship> {
        one(
            ctx,
            permit::READ_RELATIONSHIPS,
            async move { relationship_by_id(ctx, super::node::argument("id", &id)?).await },
        )
        .await
    }

    /// The relationships of the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn relationships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which relationships.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(RelationshipOrder::default())")] order_by: Option<
            RelationshipOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<Relationship>> {
        list(ctx, permit::READ_RELATIONSHIPS, async move {
            let filter = filter.unwrap_or_default().resolve(ctx.reads().reader())?;
            let list = Paging { first, after, last, before }
                .list::<relationship::Entity>(filter, order_by.unwrap_or_default())?;
            Ok(Connection::of_all(ctx, list, Relationship::from).await?)
        })
        .await
    }
}
