//! What definitions and the bases of charts have in common: one party proposes a version, both sign it, and until then
//! the one before stands (T3); the other party rejects what it does not agree to, and who proposed it may withdraw it.

use async_graphql::ID;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveModelBehavior, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use super::signature::{Signable, sign, signed_by_both};
use crate::access::permit::{self, Permit};
use crate::access::reader::Reader;
use crate::access::visibility::Visible;
use crate::access::writer::{Operation, UnderRelationship, Writer};
use crate::domain::check::{self, Check};
use crate::entity::kpi_definition::{KpiDefinitionState as State, ProposalClosed};
use crate::entity::party::Party;
use crate::entity::{kpi_chart_basis, kpi_definition, relationship};
use crate::error::{Error, Result, Rule};
use crate::id::{Id, Kind, KpiId};

/// The versions of something that a KPI has.
pub trait Versions: EntityTrait {
    /// The KPI.
    const KPI: Self::Column;
    /// The place among the versions of that.
    const NUMBER: Self::Column;
    /// How far a version has come.
    const STATE: Self::Column;
}

/// A version of something that both parties sign.
pub trait Version {
    /// How far it has come.
    fn state(&self) -> State;
    /// Who proposed it.
    fn proposed_by(&self) -> Party;
    /// The digest of what is signed.
    fn digest(&self) -> &str;
    /// The same, closed without an agreement.
    #[must_use]
    fn closed(&self, closing: Closing) -> Self;
}

/// How a proposal was closed.
#[derive(Debug)]
pub struct Closing {
    how: ProposalClosed,
    by: Party,
    reason: String,
    at: DateTime<Utc>,
}

macro_rules! versions {
    ($($table:ident),*) => { $(
        impl Versions for $table::Entity {
            const KPI: $table::Column = $table::Column::KpiId;
            const NUMBER: $table::Column = $table::Column::Number;
            const STATE: $table::Column = $table::Column::State;
        }

        impl Version for $table::Model {
            fn state(&self) -> State {
                self.state
            }

            fn proposed_by(&self) -> Party {
                self.proposed_by
            }

            fn digest(&self) -> &str {
                &self.digest
            }

            fn closed(&self, Closing { how, by, reason, at }: Closing) -> Self {
                Self {
                    state: State::Replaced,
                    closed_as: Some(how),
                    closed_by: Some(by),
                    closed_reason: Some(reason),
                    closed_at: Some(at),
                    ..self.clone()
                }
            }
        }
    )* };
}

versions!(kpi_chart_basis, kpi_definition);

/// Of some versions, the one in a state: there is one proposal at most that is open, and one version that both parties
/// agreed last.
pub fn in_state<V: Version>(versions: &[V], state: State) -> Option<&V> {
    versions.iter().find(|version| version.state() == state)
}

/// The versions with these KPIs and numbers that the caller may see.
pub async fn numbered<E: Versions + Visible>(
    reader: &Reader,
    keys: impl Iterator<Item = (KpiId, i32)>,
) -> Result<Vec<E::Model>> {
    let key = Expr::tuple([Expr::col(E::KPI.as_column_ref()), Expr::col(E::NUMBER.as_column_ref())]);
    let keys = keys.map(|(kpi, number)| Expr::tuple([Expr::val(kpi), Expr::val(number)]));
    Ok(reader.find::<E>().filter(key.is_in(keys)).all(reader.connection()).await?)
}

/// What a proposal follows on, the latest first: the versions of a KPI that were agreed, the one that is proposed, and the
/// last one whatever became of it.
pub async fn followed<E: Versions + Visible>(operation: &Operation, kpi: KpiId) -> Result<Vec<E::Model>> {
    let last = Query::select().expr(E::NUMBER.max()).from(E::default()).and_where(E::KPI.eq(kpi)).to_owned();
    let select = operation
        .find::<E>()
        .filter(E::KPI.eq(kpi))
        .filter(E::STATE.ne(State::Replaced).or(E::NUMBER.in_subquery(last)))
        .order_by_desc(E::NUMBER);
    Ok(select.all(operation.transaction()).await?)
}

/// Signs an open proposal for the caller's party. Whether both parties have signed it now.
pub async fn sign_open<K: Kind>(
    operation: &mut Operation,
    relationship: &relationship::Model,
    (id, version): (Id<K>, &impl Version),
    meaning: &str,
    read: &str,
) -> Result<bool> {
    let party = operation.party(relationship)?;
    if let Some(message) = why_not(version.state()) {
        return Err(Error::precondition(Rule::T3, message));
    }
    let object = Signable { relationship_id: relationship.id, id, revision: 0, meaning, digest: version.digest() };
    Ok(signed_by_both(&sign(operation, object, party, read).await?))
}

const fn why_not(state: State) -> Option<&'static str> {
    match state {
        State::Proposed => None,
        State::Agreed => Some("both parties have agreed to this version: it stands, and there is nothing left to sign"),
        State::Superseded => {
            Some("this version was agreed once and a later one took its place: propose it anew to go back to it")
        }
        State::Replaced => Some("this proposal is closed: read what is proposed now and agree to that"),
    }
}

/// Closes an open proposal with a reason: rejects that of the counterparty, or withdraws that of the caller's own party.
pub async fn close<M, K>(
    writer: &Writer,
    permit: Permit,
    how: ProposalClosed,
    (field, id): (&str, &ID),
    reason: &str,
) -> Result<Id<K>>
where
    M: Version + ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    M::Entity: UnderRelationship + EntityTrait<Model = M>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    K: Kind,
{
    let mut operation = writer.begin(permit).await?;
    let mut check = Check::new();
    let id = check.id(field, id);
    let reason = check.text("reason", reason, check::NOTE);
    check.finish()?;
    let (relationship, version) = operation.under::<M::Entity, K>(id).await?;
    let party = operation.party(&relationship)?;
    let (by, whose) = match how {
        ProposalClosed::Withdrawn => (version.proposed_by(), "the counterparty proposed this: reject it instead"),
        ProposalClosed::Rejected => {
            (version.proposed_by().other(), "your own party proposed this: withdraw it instead")
        }
    };
    permit::only(by, party, Rule::T7, whose)?;
    if version.state() != State::Proposed {
        return Err(Error::precondition(Rule::T3, "this version is no open proposal: propose a new one to change it"));
    }
    let closed = version.closed(Closing { how, by: party, reason: reason.clone(), at: operation.at() });
    operation.update(&version, closed).await?;
    operation.commit_shared(relationship.id, id, Some(reason)).await?;
    Ok(id)
}
