//! Signatures, as charters, definition versions and revisions show them.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::relationship::parties::SidesOf;
use crate::entity::party::Party;
use crate::entity::signature::{self, Model};
use crate::error::Error;
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{NOTE, cost};

/// A party's hand under exactly what it had read.
pub struct Signature(Model);

/// A party's hand under exactly what it had read.
#[Object]
impl Signature {
    /// Its id, `sig_…`.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The party that signed.
    async fn party(&self) -> Party {
        self.0.party
    }

    /// The id of the organization that is that party.
    async fn organization_id(&self, ctx: &Context<'_>) -> Result<ID> {
        let sides = ctx.reads().load(SidesOf(self.0.relationship_id)).await?;
        let sides = sides.ok_or_else(|| Error::internal("a signature in a relationship of others"))?;
        Ok(sides.organization(self.0.party).into())
    }

    /// Who signed for it: the subject (`sub`) of the signer's token.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Who issued that token.
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// What the signature says.
    async fn meaning(&self) -> &str {
        &self.0.meaning
    }

    /// The digest of exactly what was signed.
    async fn digest(&self) -> &str {
        &self.0.digest
    }

    /// When it was given.
    async fn signed_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was taken back; null while it stands.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.withdrawn_at
    }

    /// Why it was taken back.
    #[graphql(directive = cost::apply(NOTE))]
    async fn withdraw_reason(&self) -> Option<&str> {
        self.0.withdraw_reason.as_deref()
    }
}

/// A page of the signatures under one revision of a thing; 0 is the revision of what has none.
pub async fn signatures_of(
    ctx: &Context<'_>,
    object: Uuid,
    revision: i32,
    paging: Paging,
) -> Result<Connection<Signature>> {
    let list = paging.list::<signature::Entity>(revision, ())?;
    Ok(Connection::of_children(ctx, signature::Column::ObjectId, object, list, Signature).await?)
}
