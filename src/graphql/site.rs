//! Sites of an organization, and those that are in play for a relationship.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::organization::{Organization, organization_by_id};
use super::reference::{self, ExternalReference};
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit;
use crate::domain::organization::site::{self as sites, CreateSiteInput, UpdateSiteInput};
use crate::entity::relationship_site;
use crate::entity::site::{self, Holiday, WorkingPeriod};
use crate::id::SiteId;
use crate::scalar::TimeZone;

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

/// A site that its organization named as in play for a relationship.
pub struct SiteInPlay(pub relationship_site::Model);

/// A site that its organization named as in play for a relationship.
#[Object]
impl SiteInPlay {
    /// The site.
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        nullable(async move { site_by_id(ctx, self.0.site_id).await }).await
    }

    /// The site's id.
    async fn site_id(&self) -> ID {
        self.0.site_id.into()
    }

    /// Since when it is in play.
    async fn since(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// The site with an id, if the caller may see it.
pub async fn site_by_id(ctx: &Context<'_>, id: SiteId) -> Result<Option<Site>> {
    Ok(ctx.reads().by_id::<site::Entity, _>(id).await?.map(Site))
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

/// Writes to sites.
#[derive(Default)]
pub struct SiteMutation;

#[Object]
impl SiteMutation {
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
}
