//! Organizations.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::connection::{Connection, Paging};
use super::contact::Contact;
use super::context::ContextExt;
use super::journal::{JournalEntry, journal_of};
use super::reference::{self, ExternalReference};
use super::scopes::{Field, done, nullable, one, requires_scopes};
use super::site::Site;
use crate::access::permit;
use crate::domain::journal::JournalOrder;
use crate::domain::organization::{self as organizations, RegisterOrganizationInput, UpdateOrganizationInput};
use crate::entity::{contact, organization, site};
use crate::id::OrganizationId;

/// A company. It may be a sponsor in one relationship and a CDMO in another.
pub struct Organization(pub organization::Model);

impl Organization {
    fn is_own(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().organization == Some(self.0.id)
    }
}

/// A company. It may be a sponsor in one relationship and a CDMO in another. Of another organization a caller
/// reads the name, the handle, and the sites and contacts that are named for a common relationship.
#[Object]
impl Organization {
    /// Its id, `org_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The stable slug by which tokens and proposals name it.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// The company's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The version to expect in an update; null for another organization.
    async fn version(&self, ctx: &Context<'_>) -> Option<i32> {
        self.is_own(ctx).then_some(self.0.version)
    }

    /// When it was registered; null for another organization.
    async fn created_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        self.is_own(ctx).then_some(self.0.created_at)
    }

    /// Its sites, as far as the caller may see them, oldest first.
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Site>> {
        let sites = Paging { first, after, last, before }.list::<site::Entity>((), ())?;
        Ok(Connection::of_children(ctx, site::Column::OrganizationId, self.0.id.uuid(), sites, Site).await?)
    }

    /// Its contacts, as far as the caller may see them, oldest first.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Contact>> {
        let contacts = Paging { first, after, last, before }.list::<contact::Entity>((), ())?;
        Ok(Connection::of_children(ctx, contact::Column::OrganizationId, self.0.id.uuid(), contacts, Contact).await?)
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

    /// Every write to what the organization keeps to itself (sites, contacts, references, drafts), by number; null for
    /// another organization.
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
        let paging = Paging { first, after, last, before };
        one(ctx, permit::READ_JOURNAL, async move {
            if self.is_own(ctx) {
                journal_of(ctx, self.0.id.uuid(), order_by.unwrap_or_default(), paging).await.map(Some)
            } else {
                Ok(None)
            }
        })
        .await
    }
}

/// The organization with an id, if the caller may see it.
pub async fn organization_by_id(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(ctx.reads().by_id::<organization::Entity, _>(id).await?.map(Organization))
}

/// A registered organization, as its operator sees it.
#[derive(SimpleObject)]
pub struct RegisterOrganizationPayload {
    /// The new organization's id, `org_…`.
    organization_id: ID,
}

/// A changed organization.
pub struct OrganizationPayload(OrganizationId);

/// A changed organization.
#[Object]
impl OrganizationPayload {
    /// The organization's id.
    async fn organization_id(&self) -> ID {
        self.0.into()
    }

    /// The organization, if the caller's scopes let it be read.
    async fn organization(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { organization_by_id(ctx, self.0).await }).await
    }
}

/// Queries on organizations.
#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// An organization: the caller's own, or the other party of one of its relationships. Null if there is none
    /// such that the caller may see.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization's id, `org_…`.")] id: ID,
    ) -> Field<Organization> {
        one(
            ctx,
            permit::READ_RELATIONSHIPS,
            async move { organization_by_id(ctx, super::node::argument("id", &id)?).await },
        )
        .await
    }
}

/// Writes to the caller's own organization.
#[derive(Default)]
pub struct OrganizationMutation;

#[Object]
impl OrganizationMutation {
    /// Registers an organization with the service, so that its tokens are accepted and others can propose
    /// relationships to it.
    #[graphql(
        directive = requires_scopes::apply(permit::REGISTER_ORGANIZATION.scopes.alternatives())
    )]
    async fn register_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] input: RegisterOrganizationInput,
    ) -> Field<RegisterOrganizationPayload> {
        let registered = organizations::register(ctx.writer(), input).await;
        Some(registered.map(|id| RegisterOrganizationPayload { organization_id: id.into() }).map_err(Into::into))
    }

    /// Renames the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_ORGANIZATION.scopes.alternatives())
    )]
    async fn update_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateOrganizationInput,
    ) -> Field<OrganizationPayload> {
        done(organizations::update(ctx.writer(), input), OrganizationPayload).await
    }
}
