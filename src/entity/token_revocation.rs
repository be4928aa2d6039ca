//! Revocations of tokens. Rows are only added.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{OrganizationId, TokenRevocationId};

/// One revocation.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "token_revocation")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenRevocationId,
    /// Its place in the order in which revocations were committed, from 1.
    pub number: i64,
    /// What is revoked.
    pub kind: TokenRevocationKind,
    /// The organization that the tokens speak for, on whose chain the revocation is recorded; none for an operator's.
    pub organization_id: Option<OrganizationId>,
    /// The issuer, of a token or a subject.
    pub issuer: Option<String>,
    /// The subject, of a subject's tokens.
    pub subject: Option<String>,
    /// The token's own name, of one token.
    pub token_id: Option<String>,
    /// Tokens issued before this are revoked, of a subject or an organization.
    pub valid_after: Option<DateTime<Utc>>,
    /// When the one token ends, and with it the revocation.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a revocation revokes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TokenRevocationKind {
    /// One token, by its `jti`.
    Token,
    /// What was issued to one subject before a moment.
    Subject,
    /// What was issued for one organization before a moment.
    Organization,
}
