//! Organizations, their sites and contacts.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::connection::{Connection, Paging, page_cost};
use super::context::ContextExt;
use super::journal::{JournalEntry, journal_of};
use super::reference::{self, ExternalReference};
use super::scopes::{Field, done, nullable, one, requires_scopes};
use crate::access::permit;
use crate::domain::journal::JournalOrder;
use crate::domain::organization::contact::{self as contacts, CreateContactInput, UpdateContactInput};
use crate::domain::organization::site::{self as sites, CreateSiteInput, UpdateSiteInput};
use crate::domain::organization::{self as organizations, RegisterOrganizationInput, UpdateOrganizationInput};
use crate::entity::contact::AwayPeriod;
use crate::entity::site::{Holiday, WorkingPeriod};
use crate::entity::{contact, organization, site};
use crate::id::{ContactId, OrganizationId, SiteId};
use crate::scalar::{Date, TimeZone};

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
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Site>> {
        let paging = Paging { first, after, last, before };
        Ok(Connection::of_children(
            ctx,
            site::Column::OrganizationId,
            self.0.id.uuid(),
            paging.list::<site::Entity>((), ())?,
            Site,
        )
        .await?)
    }

    /// Its contacts, as far as the caller may see them, oldest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Contact>> {
        let paging = Paging { first, after, last, before };
        Ok(Connection::of_children(
            ctx,
            contact::Column::OrganizationId,
            self.0.id.uuid(),
            paging.list::<contact::Entity>((), ())?,
            Contact,
        )
        .await?)
    }

    /// What the caller's other systems call it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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
        directive = requires_scopes::apply(permit::READ_JOURNAL.alternatives()),
        complexity = "page_cost(first, last, child_complexity)"
    )]
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order.", default)] order_by: JournalOrder,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<JournalEntry>> {
        let paging = Paging { first, after, last, before };
        one(ctx, permit::READ_JOURNAL, async move {
            if self.is_own(ctx) {
                journal_of(ctx, self.0.id.uuid(), order_by, paging).await.map(Some)
            } else {
                Ok(None)
            }
        })
        .await
    }
}

/// A place where an organization works.
pub struct Site(pub site::Model);

/// A place where an organization works.
#[Object]
impl Site {
    /// Its id, `site_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Whose site it is.
    async fn organization(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { organization_by_id(ctx, self.0.organization_id).await }).await
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The country, as two letters (ISO 3166-1 alpha-2).
    async fn country(&self) -> &str {
        &self.0.country
    }

    /// The IANA time zone, as `Europe/Dublin`.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// When work is done, in local time.
    async fn working_hours(&self) -> &[WorkingPeriod] {
        &self.0.working_hours.0
    }

    /// Days on which no work is done.
    async fn holidays(&self) -> &[Holiday] {
        &self.0.holidays.0
    }

    /// Languages spoken, as BCP 47 tags.
    async fn languages(&self) -> &[String] {
        &self.0.languages.0
    }

    /// What the site can do.
    async fn capabilities(&self) -> &[String] {
        &self.0.capabilities.0
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What the caller's other systems call it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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

/// A person or team of an organization.
pub struct Contact(pub contact::Model);

/// A person or team of an organization.
#[Object]
impl Contact {
    /// Its id, `con_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Whose contact it is.
    async fn organization(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move { organization_by_id(ctx, self.0.organization_id).await }).await
    }

    /// The person's or team's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they do.
    async fn role(&self) -> &str {
        &self.0.role
    }

    /// Their email address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Their telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The subject (`sub`) of their access tokens; null for another organization's contact.
    async fn subject(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.subject.as_deref().filter(|_| ctx.viewer().organization == Some(self.0.organization_id))
    }

    /// The site they work at, if the caller may see it.
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        nullable(async move {
            match self.0.site_id {
                Some(id) => site_by_id(ctx, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// Who stands in for them, if the caller may see them.
    async fn backup(&self, ctx: &Context<'_>) -> Field<Contact> {
        nullable(async move {
            match self.0.backup_contact_id {
                Some(id) => contact_by_id(ctx, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// The first day on which they are the contact.
    async fn valid_from(&self) -> Option<Date> {
        self.0.valid_from.map(Date)
    }

    /// The last day on which they are the contact.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// When they are away.
    async fn away(&self) -> &[AwayPeriod] {
        &self.0.away.0
    }

    /// The version to expect in an update.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What the caller's other systems call it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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

/// The organization with an id, if the caller may see it.
pub async fn organization_by_id(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(ctx.reads().by_id::<organization::Entity, _>(id).await?.map(Organization))
}

/// The site with an id, if the caller may see it.
pub async fn site_by_id(ctx: &Context<'_>, id: SiteId) -> Result<Option<Site>> {
    Ok(ctx.reads().by_id::<site::Entity, _>(id).await?.map(Site))
}

/// The contact with an id, if the caller may see it.
pub async fn contact_by_id(ctx: &Context<'_>, id: ContactId) -> Result<Option<Contact>> {
    Ok(ctx.reads().by_id::<contact::Entity, _>(id).await?.map(Contact))
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

/// A changed site.
pub struct SitePayload(SiteId);

/// A changed site.
#[Object]
impl SitePayload {
    /// The site's id.
    async fn site_id(&self) -> ID {
        self.0.into()
    }

    /// The site, if the caller's scopes let it be read.
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        nullable(async move { site_by_id(ctx, self.0).await }).await
    }
}

/// A changed contact.
pub struct ContactPayload(ContactId);

/// A changed contact.
#[Object]
impl ContactPayload {
    /// The contact's id.
    async fn contact_id(&self) -> ID {
        self.0.into()
    }

    /// The contact, if the caller's scopes let it be read.
    async fn contact(&self, ctx: &Context<'_>) -> Field<Contact> {
        nullable(async move { contact_by_id(ctx, self.0).await }).await
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

    /// Adds a site to the caller's organization. The counterparties see it once it is in play.
    #[graphql(
        directive = requires_scopes::apply(permit::CREATE_SITE.scopes.alternatives())
    )]
    async fn create_site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The site.")] input: CreateSiteInput,
    ) -> Field<SitePayload> {
        done(sites::create(ctx.writer(), input), SitePayload).await
    }

    /// Changes a site of the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_SITE.scopes.alternatives())
    )]
    async fn update_site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateSiteInput,
    ) -> Field<SitePayload> {
        done(sites::update(ctx.writer(), input), SitePayload).await
    }

    /// Adds a contact to the caller's organization. The counterparties see it once it is named for a relationship.
    #[graphql(
        directive = requires_scopes::apply(permit::CREATE_CONTACT.scopes.alternatives())
    )]
    async fn create_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] input: CreateContactInput,
    ) -> Field<ContactPayload> {
        done(contacts::create(ctx.writer(), input), ContactPayload).await
    }

    /// Changes a contact of the caller's organization.
    #[graphql(
        directive = requires_scopes::apply(permit::UPDATE_CONTACT.scopes.alternatives())
    )]
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateContactInput,
    ) -> Field<ContactPayload> {
        done(contacts::update(ctx.writer(), input), ContactPayload).await
    }
}
