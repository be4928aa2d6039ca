//! The metric charter: both parties opt in to measuring, and say what for (T3).

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::Serialize;

use super::signature::{Signable, sign, signed_by_both};
use crate::access::permit;
use crate::access::reader::Reader;
use crate::access::writer::{Operation, UnderRelationship, Writer};
use crate::db::journal;
use crate::domain::check::{self, Check};
use crate::entity::metric_charter::{Column, Entity, MetricCharterState as State, Model};
use crate::error::{Error, Result, Rule};
use crate::id::{MetricCharterId, RelationshipId};

/// What a signature under a charter says.
const MEANING: &str = "We measure KPIs in this relationship, for this purpose.";

/// A proposed metric charter.
#[derive(Debug, InputObject)]
pub struct ProposeMetricCharterInput {
    /// The relationship.
    relationship_id: ID,
    /// Why the parties would measure, and what they would not use it for, up to 10,000 characters.
    purpose: String,
    /// How often they would look at the results together, in words, as `the first Tuesday of each month`, up to
    /// 200 characters.
    review_cadence: Option<String>,
}

/// What both parties sign, in the API's words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Canonical<'c> {
    relationship_id: RelationshipId,
    purpose: &'c str,
    review_cadence: Option<&'c str>,
}

/// Proposes a charter. It takes the place of one that is not in effect yet.
pub async fn propose(writer: &Writer, input: ProposeMetricCharterInput) -> Result<MetricCharterId> {
    let ProposeMetricCharterInput { relationship_id, purpose, review_cadence } = input;
    let mut operation = writer.begin(permit::PROPOSE_METRIC_CHARTER).await?;
    let mut check = Check::new();
    let relationship_id: RelationshipId = check.id("relationshipId", &relationship_id);
    let purpose = check.text("purpose", &purpose, check::TEXT);
    let review_cadence = check.optional_text("reviewCadence", review_cadence.as_deref(), check::NAME);
    check.finish()?;
    let relationship = operation.relationship(relationship_id).await?;
    let content = Canonical { relationship_id, purpose: &purpose, review_cadence: review_cadence.as_deref() };
    let digest = journal::digest(&content)?;
    if let Some(open) = in_state(&operation, relationship_id, State::Proposed).await? {
        if open.digest == digest {
            return Ok(open.id);
        }
        supersede(&mut operation, &open).await?;
    }
    let id = operation.new_id();
    let row = Model {
        id,
        relationship_id,
        purpose,
        review_cadence,
        state: State::Proposed,
        proposed_by: operation.party(&relationship)?,
        digest,
        version: 1,
        created_at: operation.at(),
        effective_at: None,
    };
    operation.insert(row).await?;
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(id)
}

/// A party's signature under a metric charter.
#[derive(Debug, InputObject)]
pub struct SignMetricCharterInput {
    /// The charter.
    metric_charter_id: ID,
    /// The digest of the charter that the caller has read: the signature is bound to it.
    digest: String,
}

/// Signs for the caller's party. With both signatures the charter is in effect.
pub async fn sign_charter(writer: &Writer, input: SignMetricCharterInput) -> Result<MetricCharterId> {
    let SignMetricCharterInput { metric_charter_id, digest } = input;
    let mut operation = writer.begin(permit::SIGN_METRIC_CHARTER).await?;
    let mut check = Check::new();
    let id = check.id("metricCharterId", &metric_charter_id);
    check.finish()?;
    let (relationship, charter) = operation.under::<Entity, _>(id).await?;
    let party = operation.party(&relationship)?;
    let why_not = match charter.state {
        State::Proposed => None,
        State::InEffect => Some("this charter is signed by both parties and in effect: there is nothing left to sign"),
        State::Superseded => Some("another charter took this one's place: read the proposed one and sign that"),
    };
    if let Some(message) = why_not {
        return Err(Error::precondition(Rule::T3, message));
    }
    let relationship_id = relationship.id;
    let object = Signable { relationship_id, id, revision: 0, meaning: MEANING, digest: &charter.digest };
    let standing = sign(&mut operation, object, party, &digest).await?;
    if signed_by_both(&standing) {
        // First the one before: a relationship has one in effect at most.
        if let Some(before) = in_state(&operation, relationship_id, State::InEffect).await? {
            supersede(&mut operation, &before).await?;
        }
        let (effective_at, version) = (Some(operation.at()), charter.version + 1);
        let after = Model { state: State::InEffect, effective_at, version, ..charter.clone() };
        operation.update(&charter, after).await?;
    }
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(id)
}

/// T3: refuses what needs the parties' opt-in, in a relationship without it.
pub async fn needed(operation: &Operation, relationship: RelationshipId) -> Result<()> {
    match in_state(operation, relationship, State::InEffect).await? {
        Some(_) => Ok(()),
        None => Err(Error::precondition(
            Rule::T3,
            "this relationship has no metric charter in effect: propose one, and let both parties sign it first",
        )),
    }
}

async fn in_state(operation: &Operation, relationship: RelationshipId, state: State) -> Result<Option<Model>> {
    let select =
        operation.find::<Entity>().filter(Column::RelationshipId.eq(relationship)).filter(Column::State.eq(state));
    Ok(select.one(operation.transaction()).await?)
}

async fn supersede(operation: &mut Operation, charter: &Model) -> Result<()> {
    let after = Model { state: State::Superseded, version: charter.version + 1, ..charter.clone() };
    operation.update(charter, after).await
}

impl UnderRelationship for Entity {
    const RELATIONSHIP: Column = Column::RelationshipId;
}

/// The key of the one charter of a relationship that is in effect, or proposed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CharterOf {
    /// The relationship.
    pub relationship: RelationshipId,
    /// In effect, or proposed; of the superseded there can be many.
    pub state: State,
}

impl Loader<CharterOf> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[CharterOf]) -> Result<HashMap<CharterOf, Model>> {
        let select = self
            .find::<Entity>()
            .filter(Column::RelationshipId.is_in(keys.iter().map(|key| key.relationship)))
            .filter(Column::State.is_in(keys.iter().map(|key| key.state)));
        let rows = select.all(self.connection()).await?;
        Ok(rows
            .into_iter()
            .map(|row| (CharterOf { relationship: row.relationship_id, state: row.state }, row))
            .collect())
    }
}
