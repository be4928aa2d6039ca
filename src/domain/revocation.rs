//! Revoking tokens before they end: one, those of a subject, or those of an organization.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, QuerySelect};

use super::check::{self, Check};
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::db::page::{Listed, SortKey};
use crate::entity::token_revocation::{Column, Entity, Model, TokenRevocationKind};
use crate::error::{Error, Result};
use crate::id::OrganizationId;

/// The longest issuer, subject or `jti` that a token may have.
const IDENTIFIER: usize = 255;

/// A token that is to be revoked.
#[derive(Debug, InputObject)]
pub struct RevokeTokenInput {
    /// The token's `iss`, exactly.
    issuer: String,
    /// The token's `jti`. Of a token that has none, revoke the subject's.
    token_id: String,
    /// The token's `exp`, or a later time where it is not known. The revocation is forgotten then.
    expires_at: DateTime<Utc>,
    /// The handle of the organization that the token speaks for, which reads the revocation in its journal. Left out
    /// for an operator's token.
    organization: Option<String>,
    /// Why, up to 2,000 characters.
    reason: String,
}

/// Revokes one token.
pub async fn revoke_token(writer: &Writer, input: RevokeTokenInput) -> Result<Model> {
    let RevokeTokenInput { issuer, token_id, expires_at, organization, reason } = input;
    let mut operation = writer.begin(permit::REVOKE_TOKEN).await?;
    let mut check = Check::new();
    let issuer = check.exact("issuer", &issuer, IDENTIFIER);
    let token_id = check.exact("tokenId", &token_id, IDENTIFIER);
    let reason = check.text("reason", &reason, check::NOTE);
    let over = "lies in the past: the token has ended by itself, or this is not its exp";
    check.that(expires_at > operation.at(), "expiresAt", over);
    check.finish()?;
    let organization_id = found(&operation, organization).await?;
    let new = next(&mut operation, TokenRevocationKind::Token, organization_id, reason).await?;
    let row = Model { issuer: Some(issuer), token_id: Some(token_id), expires_at: Some(expires_at), ..new };
    add(operation, row).await
}

/// A subject whose tokens are to be revoked.
#[derive(Debug, InputObject)]
pub struct RevokeSubjectTokensInput {
    /// The tokens' `iss`, exactly.
    issuer: String,
    /// The subject, as `viewer { subject }` tells it.
    subject: String,
    /// Tokens issued up to 30 seconds after this are revoked, since clocks differ: now if left out, and not later.
    valid_after: Option<DateTime<Utc>>,
    /// The handle of the organization that the subject speaks for, which reads the revocation in its journal. Left out
    /// for an operator. All of the subject's tokens are revoked either way.
    organization: Option<String>,
    /// Why, up to 2,000 characters.
    reason: String,
}

/// Revokes what was issued to one subject.
pub async fn revoke_subject_tokens(writer: &Writer, input: RevokeSubjectTokensInput) -> Result<Model> {
    let RevokeSubjectTokensInput { issuer, subject, valid_after, organization, reason } = input;
    let mut operation = writer.begin(permit::REVOKE_SUBJECT_TOKENS).await?;
    let mut check = Check::new();
    let issuer = check.exact("issuer", &issuer, IDENTIFIER);
    let subject = check.exact("subject", &subject, IDENTIFIER);
    let reason = check.text("reason", &reason, check::NOTE);
    let valid_after = checked_valid_after(&mut check, valid_after, operation.at());
    check.finish()?;
    let organization_id = found(&operation, organization).await?;
    let new = next(&mut operation, TokenRevocationKind::Subject, organization_id, reason).await?;
    let row = Model { issuer: Some(issuer), subject: Some(subject), valid_after: Some(valid_after), ..new };
    add(operation, row).await
}

/// An organization whose tokens are to be revoked.
#[derive(Debug, InputObject)]
pub struct RevokeOrganizationTokensInput {
    /// The organization's handle.
    organization: String,
    /// Tokens issued up to 30 seconds after this are revoked, since clocks differ: now if left out, and not later.
    valid_after: Option<DateTime<Utc>>,
    /// Why, up to 2,000 characters.
    reason: String,
}

/// Revokes what was issued for one organization, by whichever issuer.
pub async fn revoke_organization_tokens(writer: &Writer, input: RevokeOrganizationTokensInput) -> Result<Model> {
    let RevokeOrganizationTokensInput { organization, valid_after, reason } = input;
    let mut operation = writer.begin(permit::REVOKE_ORGANIZATION_TOKENS).await?;
    let mut check = Check::new();
    let reason = check.text("reason", &reason, check::NOTE);
    let valid_after = checked_valid_after(&mut check, valid_after, operation.at());
    check.finish()?;
    let organization_id = found(&operation, Some(organization)).await?;
    let new = next(&mut operation, TokenRevocationKind::Organization, organization_id, reason).await?;
    add(operation, Model { valid_after: Some(valid_after), ..new }).await
}

/// Nobody is locked out for good by a slip: whoever gets a new token half a minute later is let in again.
fn checked_valid_after(check: &mut Check, asked: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let valid_after = asked.unwrap_or(now);
    check.that(valid_after <= now, "validAfter", "must not lie in the future: leave it out for now");
    valid_after
}

async fn found(operation: &Operation, handle: Option<String>) -> Result<Option<OrganizationId>> {
    let Some(handle) = handle else { return Ok(None) };
    let id = operation.organization_by_handle(&handle).await?;
    id.map(Some).ok_or_else(|| Error::not_found("organization"))
}

/// The next revocation, of nothing yet. From here to the commit nobody else revokes, so that revocations are numbered
/// in the order in which they are committed.
async fn next(
    operation: &mut Operation,
    kind: TokenRevocationKind,
    organization_id: Option<OrganizationId>,
    reason: String,
) -> Result<Model> {
    operation.lock_operator().await?;
    let last = operation.find::<Entity>().select_only().column_as(Column::Number.max(), "last");
    let last: Option<Option<i64>> = last.into_tuple().one(operation.transaction()).await?;
    Ok(Model {
        id: operation.new_id(),
        number: last.flatten().unwrap_or(0) + 1,
        kind,
        organization_id,
        issuer: None,
        subject: None,
        token_id: None,
        valid_after: None,
        expires_at: None,
        reason,
        created_at: operation.at(),
    })
}

async fn add(mut operation: Operation, row: Model) -> Result<Model> {
    operation.insert(row.clone()).await?;
    operation.commit_for(row.organization_id, row.id, Some(row.reason.clone())).await?;
    Ok(row)
}

impl Listed for Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    /// The newest first.
    fn sort_key((): ()) -> SortKey<Column> {
        SortKey::descending([Column::Number])
    }
}
