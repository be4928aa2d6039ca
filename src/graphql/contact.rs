//! Contacts of an organization, and those that are named for a relationship.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::organization::{Organization, organization_by_id};
use super::reference::{self, ExternalReference};
use super::scopes::{Field, done, nullable, requires_scopes};
use super::site::{Site, site_by_id};
use crate::access::permit;
use crate::access::visibility::subject_shown;
use crate::domain::organization::contact::{self as contacts, CreateContactInput, UpdateContactInput};
use crate::entity::contact::{self, AwayPeriod};
use crate::entity::relationship_contact;
use crate::id::ContactId;
use crate::scalar::Date;

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
        subject_shown(ctx.viewer(), &self.0)
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

/// A contact that its organization named for a relationship.
pub struct NamedContact(pub relationship_contact::Model);

/// A contact that its organization named for a relationship.
#[Object]
impl NamedContact {
    /// The contact.
    async fn contact(&self, ctx: &Context<'_>) -> Field<Contact> {
        nullable(async move { contact_by_id(ctx, self.0.contact_id).await }).await
    }

    /// The contact's id.
    async fn contact_id(&self) -> ID {
        self.0.contact_id.into()
    }

    /// Since when it is named.
    async fn since(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// The contact with an id, if the caller may see it.
pub async fn contact_by_id(ctx: &Context<'_>, id: ContactId) -> Result<Option<Contact>> {
    Ok(ctx.reads().by_id::<contact::Entity, _>(id).await?.map(Contact))
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

/// Writes to contacts.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
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
