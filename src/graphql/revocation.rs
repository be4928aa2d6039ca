//! Revocations of tokens, for the operator of the service.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::cost::{NOTE, cost};
use super::scopes::{Field, done, list, requires_scopes};
use crate::access::permit;
use crate::domain::revocation::{
    self as revocations, RevokeOrganizationTokensInput, RevokeSubjectTokensInput, RevokeTokenInput,
};
use crate::entity::token_revocation::{self, TokenRevocationKind};

/// Tokens that are no longer accepted.
pub struct TokenRevocation(token_revocation::Model);

/// Tokens that are no longer accepted, though their issuer has signed them and they have not expired. It takes effect
/// within a few seconds, on every replica of the service.
#[Object]
impl TokenRevocation {
    /// Its id, `tkr_…`.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What is revoked.
    async fn kind(&self) -> TokenRevocationKind {
        self.0.kind
    }

    /// The id of the organization that the tokens speak for, which reads the revocation in its journal; null for an
    /// operator's.
    async fn organization_id(&self) -> Option<ID> {
        self.0.organization_id.map(Into::into)
    }

    /// The issuer of the token, or of the subject's tokens; null for those of an organization.
    async fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// The subject whose tokens are revoked; null where it is not those of a subject.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// The `jti` of the one token that is revoked; null where it is not one token.
    async fn token_id(&self) -> Option<&str> {
        self.0.token_id.as_deref()
    }

    /// Tokens issued up to 30 seconds after this, or that do not say when, are revoked; null for one token.
    async fn valid_after(&self) -> Option<DateTime<Utc>> {
        self.0.valid_after
    }

    /// When the one token ends, and with it its revocation; null where it is not one token.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// Why it was revoked.
    #[graphql(directive = cost::apply(NOTE))]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it was revoked.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A revocation.
#[derive(SimpleObject)]
pub struct TokenRevocationPayload {
    /// What is revoked from now on.
    token_revocation: TokenRevocation,
}

impl From<token_revocation::Model> for TokenRevocationPayload {
    fn from(row: token_revocation::Model) -> Self {
        Self { token_revocation: TokenRevocation(row) }
    }
}

/// Reading which tokens are revoked.
#[derive(Default)]
pub struct TokenRevocationQuery;

#[Object]
impl TokenRevocationQuery {
    /// All revocations, the newest first.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVOCATIONS.alternatives())
    )]
    async fn token_revocations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<TokenRevocation>> {
        let paging = Paging { first, after, last, before };
        list(ctx, permit::READ_REVOCATIONS, async move {
            let list = paging.list::<token_revocation::Entity>((), ())?;
            Ok(Connection::of_all(ctx, list, TokenRevocation).await?)
        })
        .await
    }
}

/// Revoking tokens.
#[derive(Default)]
pub struct TokenRevocationMutation;

#[Object]
impl TokenRevocationMutation {
    /// Revokes one token until it expires.
    #[graphql(
        directive = requires_scopes::apply(permit::REVOKE_TOKEN.scopes.alternatives())
    )]
    async fn revoke_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: RevokeTokenInput,
    ) -> Field<TokenRevocationPayload> {
        done(revocations::revoke_token(ctx.writer(), input), Into::into).await
    }

    /// Revokes all tokens that were issued to one subject so far. New ones are accepted: to keep the subject out, its
    /// identity provider must give it none.
    #[graphql(
        directive = requires_scopes::apply(permit::REVOKE_SUBJECT_TOKENS.scopes.alternatives())
    )]
    async fn revoke_subject_tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The subject.")] input: RevokeSubjectTokensInput,
    ) -> Field<TokenRevocationPayload> {
        done(revocations::revoke_subject_tokens(ctx.writer(), input), Into::into).await
    }

    /// Revokes all tokens that were issued for one organization so far, by whichever issuer. New ones are accepted.
    #[graphql(
        directive = requires_scopes::apply(permit::REVOKE_ORGANIZATION_TOKENS.scopes.alternatives())
    )]
    async fn revoke_organization_tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] input: RevokeOrganizationTokensInput,
    ) -> Field<TokenRevocationPayload> {
        done(revocations::revoke_organization_tokens(ctx.writer(), input), Into::into).await
    }
}
