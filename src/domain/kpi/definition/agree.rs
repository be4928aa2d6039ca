//! Agreeing to a definition version: both parties sign it, and then it is valid from the day that it names.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use super::list::agreed_versions;
use super::validity;
use crate::access::permit;
use crate::access::writer::{Operation, UnderRelationship, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::version::sign_open;
use crate::entity::kpi;
use crate::entity::kpi_definition::{Column, Entity, KpiDefinitionState as State, Model};
use crate::error::{Error, Result, Rule};
use crate::id::{KpiDefinitionId, RelationshipId};

/// What a signature under a definition version says.
const MEANING: &str = "We agree to measure this KPI by this definition, for this purpose.";

/// A party's agreement to a definition version.
#[derive(Debug, InputObject)]
pub struct AgreeKpiDefinitionInput {
    /// The definition version.
    kpi_definition_id: ID,
    /// The digest of the version that the caller has read: the signature is bound to it.
    digest: String,
}

/// An agreement that was given.
#[derive(Debug)]
pub struct Agreement {
    /// The version.
    pub id: KpiDefinitionId,
    /// What to think about, now that both parties have agreed.
    pub advice: Vec<String>,
}

/// Agrees for the caller's party. With both signatures the version is valid from the day that it names, and the one
/// before until then.
pub async fn agree(writer: &Writer, input: AgreeKpiDefinitionInput) -> Result<Agreement> {
    let AgreeKpiDefinitionInput { kpi_definition_id, digest } = input;
    let mut operation = writer.begin(permit::AGREE_KPI_DEFINITION).await?;
    let mut check = Check::new();
    let id = check.id("kpiDefinitionId", &kpi_definition_id);
    check.finish()?;
    let (relationship, version) = operation.under::<Entity, _>(id).await?;
    let relationship_id = relationship.id;
    let by_both = sign_open(&mut operation, &relationship, (id, &version), MEANING, &digest).await?;
    let agreed = agreed_versions(&operation, version.kpi_id).await?;
    let today = operation.at().date_naive();
    validity::follows(version.valid_from, Periods::of(&version), &agreed, today).map_err(|message| {
        Error::precondition(Rule::T3, format!("the day from which on this version is valid {message}; propose it anew"))
    })?;
    let advice = if by_both {
        let from = validity::first_day(&version, &agreed, today);
        let takes_place_of = agreed.last();
        take_effect(&mut operation, &version, takes_place_of, from).await?;
        let kpis = count_agreed(&operation, relationship_id).await?;
        [too_many(kpis), backdated(from, today, takes_place_of), cut_off(from, &version, &agreed)]
    } else {
        Default::default()
    };
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(Agreement { id, advice: advice.into_iter().flatten().collect() })
}

async fn take_effect(
    operation: &mut Operation,
    version: &Model,
    before: Option<&Model>,
    from: NaiveDate,
) -> Result<()> {
    // First the one before: a KPI has one version at most that both parties agreed last.
    if let Some(before) = before {
        operation.update(before, Model { state: State::Superseded, ..before.clone() }).await?;
    }
    let kpi = operation.one::<kpi::Entity, _>(version.kpi_id).await?;
    let agreed_number = Some(version.number);
    operation.update(&kpi, kpi::Model { agreed_number, version: kpi.version + 1, ..kpi.clone() }).await?;
    let (agreed_at, effective_on) = (Some(operation.at()), Some(from));
    operation.update(version, Model { state: State::Agreed, agreed_at, effective_on, ..version.clone() }).await
}

/// As many KPIs serve a relationship; more is noise.
const ENOUGH: u64 = 10;

fn too_many(kpis: u64) -> Option<String> {
    let more = kpis > ENOUGH;
    more.then(|| format!("the relationship now has {kpis} agreed KPIs: 5 to {ENOUGH} serve it, more is noise"))
}

/// What was measured stays as it was; what is measured from now on is not.
fn backdated(from: NaiveDate, today: NaiveDate, before: Option<&Model>) -> Option<String> {
    let backdated = before.is_some() && from < today;
    backdated.then(|| {
        format!(
            "this version is valid from {from}, which is past: it measures what ended since then and is not shared yet"
        )
    })
}

fn cut_off(from: NaiveDate, version: &Model, agreed: &[Model]) -> Option<String> {
    let old = validity::valid_before(from, agreed)?;
    let (first, last) = validity::unmeasured(old, Periods::of(version), from)?;
    Some(format!(
        "no version measures {first} to {last}: the periods of this one do not begin where those of the one before end"
    ))
}

async fn count_agreed(operation: &Operation, relationship: RelationshipId) -> Result<u64> {
    let select = operation
        .find::<kpi::Entity>()
        .filter(kpi::Column::RelationshipId.eq(relationship))
        .filter(kpi::Column::AgreedNumber.is_not_null());
    Ok(select.count(operation.transaction()).await?)
}

impl UnderRelationship for Entity {
    const RELATIONSHIP: Column = Column::RelationshipId;
}
