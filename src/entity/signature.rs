//! Signatures: a party's hand under exactly what it signed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{RelationshipId, SignatureId};

/// One signature; each party has at most one that stands under one revision of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "signature")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignatureId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The id prefix of the kind of thing that is signed.
    pub object_kind: String,
    /// The thing that is signed.
    pub object_id: Uuid,
    /// The revision of the thing, or 0 where it has none.
    pub revision: i32,
    /// The party that signs.
    pub party: Party,
    /// The issuer of the signer's token.
    pub issuer: String,
    /// The subject of the signer's token.
    pub subject: String,
    /// What the signature says.
    pub meaning: String,
    /// The digest of exactly what was signed.
    pub digest: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was taken back.
    pub withdraw_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
