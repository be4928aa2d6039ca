//! The one way to sign: a party's hand under exactly what it has read.
//!
//! A signature is bound to the digest of what it signs (T13), a party signs only for itself, and one person
//! never signs for both (T7). A charter, a definition version and a revision of a dataset are signed alike.

use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::access::writer::Operation;
use crate::db::page::{Listed, SortKey};
use crate::entity::party::Party;
use crate::entity::signature::{self, Column, Entity, Model};
use crate::error::{Error, Result, Rule};
use crate::id::{Id, Kind, RelationshipId};

/// Something that both parties sign.
#[derive(Clone, Copy, Debug)]
pub struct Signable<'a, K> {
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// What is signed.
    pub id: Id<K>,
    /// Its revision, or 0 where it has none.
    pub revision: i32,
    /// What the signature says.
    pub meaning: &'a str,
    /// The digest of what it says now.
    pub digest: &'a str,
}

/// Signs for the caller's party. `read` is the digest of what the caller has read. Gives the signatures that
/// stand now; a party that has signed already signs no second time.
pub async fn sign<K: Kind>(
    operation: &mut Operation,
    object: Signable<'_, K>,
    party: Party,
    read: &str,
) -> Result<Vec<Model>> {
    if read.trim() != object.digest {
        return Err(Error::Outdated(format!(
            "the digest is not that of this {}: read it again and sign the digest of what you see",
            K::NAME
        )));
    }
    let given = given(operation, object.id.uuid(), object.revision).await?;
    let mut standing: Vec<Model> = given.iter().filter(|signature| signature.withdrawn_at.is_none()).cloned().collect();
    if signed_by(&standing, party) {
        return Ok(standing);
    }
    let author = operation.author();
    let (issuer, subject) = (author.issuer.clone(), author.subject.clone());
    // A signature that was taken back counts too: else one person could sign for each party in turn.
    let by_author = |other: &Model| (&other.issuer, &other.subject) == (&issuer, &subject);
    if given.iter().any(|other| other.party != party && by_author(other)) {
        return Err(Error::precondition(
            Rule::T7,
            "you have signed this for the other party: someone else must sign it for yours",
        ));
    }
    let row = signature::Model {
        id: operation.new_id(),
        relationship_id: object.relationship_id,
        object_kind: K::PREFIX.to_owned(),
        object_id: object.id.uuid(),
        revision: object.revision,
        party,
        issuer,
        subject,
        meaning: object.meaning.to_owned(),
        digest: object.digest.to_owned(),
        created_at: operation.at(),
        withdrawn_at: None,
        withdraw_reason: None,
    };
    operation.insert(row.clone()).await?;
    standing.push(row);
    Ok(standing)
}

/// The signatures that stand under one revision of a thing, in the order in which they were given.
pub async fn standing(operation: &Operation, object: Uuid, revision: i32) -> Result<Vec<Model>> {
    let mut given = given(operation, object, revision).await?;
    given.retain(|signature| signature.withdrawn_at.is_none());
    Ok(given)
}

/// All signatures under one revision of a thing, withdrawn ones included, in the order in which they were given.
async fn given(operation: &Operation, object: Uuid, revision: i32) -> Result<Vec<Model>> {
    let select = operation
        .find::<Entity>()
        .filter(Column::ObjectId.eq(object))
        .filter(Column::Revision.eq(revision))
        .order_by_asc(Column::Id);
    Ok(select.all(operation.transaction()).await?)
}

/// Whether a party's signature is among these.
#[must_use]
pub fn signed_by(standing: &[Model], party: Party) -> bool {
    standing.iter().any(|signature| signature.party == party)
}

/// Whether both parties' signatures are among these.
#[must_use]
pub fn signed_by_both(standing: &[Model]) -> bool {
    signed_by(standing, Party::Sponsor) && signed_by(standing, Party::Cdmo)
}

/// Takes a signature back; the row stays, with the reason.
pub async fn withdraw(operation: &mut Operation, signature: &Model, reason: &str) -> Result<()> {
    let withdrawn_at = Some(operation.at());
    let after = Model { withdrawn_at, withdraw_reason: Some(reason.to_owned()), ..signature.clone() };
    operation.update(signature, after).await
}

impl Listed for Entity {
    /// The revision.
    type Filter = i32;
    type Order = ();

    fn matching(revision: &i32) -> Condition {
        Condition::all().add(Column::Revision.eq(*revision))
    }

    fn sort_key((): ()) -> SortKey<Column> {
        SortKey::ascending([Column::Id])
    }
}
