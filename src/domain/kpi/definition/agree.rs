//! Agreeing to a definition version: both parties sign it, and then it is valid from the day that it names.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use crate::access::permit;
use crate::access::writer::{Operation, UnderRelationship, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::version::sign_open;
use crate::entity::kpi;
use crate::entity::kpi_definition::{Column, Entity, KpiDefinitionState as State, Model};
use crate::error::Result;
use crate::id::{KpiDefinitionId, RelationshipId};

/// What a signature under a definition version says.
const MEANING: &str = "We agree to measure this KPI by this definition, for this purpose.";

/// As many KPIs serve a relationship; more is noise.
const ENOUGH: u64 = 10;

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
    /// The KPIs that the relationship now has, if that is more than serve it.
    pub too_many: Option<u64>,
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
    let too_many = if by_both {
        take_effect(&mut operation, version).await?;
        let agreed = count_agreed(&operation, relationship_id).await?;
        (agreed > ENOUGH).then_some(agreed)
    } else {
        None
    };
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(Agreement { id, too_many })
}

async fn take_effect(operation: &mut Operation, version: Model) -> Result<()> {
    let select =
        operation.find::<Entity>().filter(Column::KpiId.eq(version.kpi_id)).filter(Column::State.eq(State::Agreed));
    let before = select.one(operation.transaction()).await?;
    // First the one before: a KPI has one version at most that both parties agreed last.
    if let Some(before) = &before {
        operation.update(before, Model { state: State::Superseded, ..before.clone() }).await?;
    }
    // Versions follow one another: one that is agreed later never begins earlier.
    let proposed = version.valid_from.unwrap_or_else(|| operation.at().date_naive());
    let effective_on = Some(before.and_then(|before| before.effective()).map_or(proposed, |from| proposed.max(from)));
    let kpi = operation.one::<kpi::Entity, _>(version.kpi_id).await?;
    let agreed_number = Some(version.number);
    operation.update(&kpi, kpi::Model { agreed_number, version: kpi.version + 1, ..kpi.clone() }).await?;
    let agreed_at = Some(operation.at());
    operation.update(&version, Model { state: State::Agreed, agreed_at, effective_on, ..version.clone() }).await
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
