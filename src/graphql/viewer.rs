//! The caller, as the service understands its token.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};

use super::context::ContextExt;
use super::organization::{Organization, organization_by_id};
use super::scopes::{Field, nullable};

/// The caller, as the service understands its token.
pub struct Viewer;

/// The caller, as the service understands its token.
#[Object]
impl Viewer {
    /// Who issued the token.
    async fn issuer(&self, ctx: &Context<'_>) -> String {
        ctx.viewer().issuer.to_string()
    }

    /// The token's subject: who the caller is, in the issuer's words.
    async fn subject(&self, ctx: &Context<'_>) -> String {
        ctx.viewer().subject.clone()
    }

    /// The id of the organization that the caller acts for; null for the service's operator.
    async fn organization_id(&self, ctx: &Context<'_>) -> Option<ID> {
        ctx.viewer().organization.map(Into::into)
    }

    /// The organization that the caller acts for; null for the service's operator, and without
    /// `relationships:read`.
    async fn organization(&self, ctx: &Context<'_>) -> Field<Organization> {
        nullable(async move {
            match ctx.viewer().organization {
                Some(id) => organization_by_id(ctx, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// What the token lets the caller do, of what this service knows.
    async fn scopes(&self, ctx: &Context<'_>) -> Vec<&'static str> {
        ctx.viewer().scopes.iter().map(crate::access::scope::Scope::as_str).collect()
    }

    /// When the token ends.
    async fn expires_at(&self, ctx: &Context<'_>) -> DateTime<Utc> {
        ctx.viewer().expires_at
    }
}

/// Who am I?
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The caller.
    async fn viewer(&self) -> Viewer {
        Viewer
    }
}
