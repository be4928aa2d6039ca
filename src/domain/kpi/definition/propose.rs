//! Proposing a definition: a KPI that is new to the relationship, or a new version of one that it has.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::content::Content;
use super::input::ProposeKpiDefinitionInput;
use super::parts;
use super::proposal::checked;
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::charter;
use crate::domain::kpi::version::in_state;
use crate::entity::kpi_definition::{Column, Entity, KpiDefinitionState as State, Model};
use crate::entity::{kpi, relationship};
use crate::error::Result;
use crate::id::{KpiDefinitionId, RelationshipId};

/// Proposes a definition. It takes the place of a proposal that is still open; proposing the open proposal, or
/// what is agreed already, changes nothing.
pub async fn propose(writer: &Writer, input: ProposeKpiDefinitionInput) -> Result<KpiDefinitionId> {
    let mut operation = writer.begin(permit::PROPOSE_KPI_DEFINITION).await?;
    let content = checked(input)?;
    let relationship = operation.relationship(content.relationship_id).await?;
    charter::needed(&operation, relationship.id).await?;
    let digest = content.digest()?;
    let kpi = kpi_with_code(&operation, relationship.id, &content.code).await?;
    let versions = match &kpi {
        Some(kpi) => versions(&operation, kpi).await?,
        None => Vec::new(),
    };
    follow(&content, &versions)?;
    let open = in_state(&versions, State::Proposed);
    let standing = in_state(&versions, State::Agreed);
    if let Some(same) = open.into_iter().chain(standing).find(|version| version.digest == digest) {
        return Ok(same.id);
    }
    if let Some(open) = open {
        operation.update(open, Model { state: State::Replaced, ..open.clone() }).await?;
    }
    let kpi = match kpi {
        Some(kpi) => kpi,
        None => new_kpi(&mut operation, &relationship, content.code.clone()).await?,
    };
    let id = operation.new_id();
    let number = versions.first().map_or(0, |latest| latest.number) + 1;
    let row = content.into_row(id, &kpi, number, operation.party(&relationship)?, digest, operation.at());
    operation.insert(row).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

/// Refuses what does not follow on the version that both parties agreed last: reason codes that records name must not
/// go, and what is agreed later is not valid earlier.
fn follow(content: &Content, versions: &[Model]) -> Result<()> {
    let Some(agreed) = in_state(versions, State::Agreed) else { return Ok(()) };
    let mut check = Check::new();
    parts::keep_reasons(&mut check, agreed.reason_codes.as_ref(), content.reason_codes.as_ref());
    if let (Some(from), Some(before)) = (content.valid_from, agreed.effective()) {
        check.that(
            from >= before,
            "validFrom",
            format!("is before {before}, from which on the agreed version is valid: give that day or a later one"),
        );
    }
    check.finish()
}

async fn kpi_with_code(operation: &Operation, relationship: RelationshipId, code: &str) -> Result<Option<kpi::Model>> {
    let select = operation
        .find::<kpi::Entity>()
        .filter(kpi::Column::RelationshipId.eq(relationship))
        .filter(kpi::Column::Code.eq(code));
    Ok(select.one(operation.transaction()).await?)
}

/// The versions of a KPI's definition, the latest first.
async fn versions(operation: &Operation, kpi: &kpi::Model) -> Result<Vec<Model>> {
    let select = operation.find::<Entity>().filter(Column::KpiId.eq(kpi.id)).order_by_desc(Column::Number);
    Ok(select.all(operation.transaction()).await?)
}

async fn new_kpi(operation: &mut Operation, relationship: &relationship::Model, code: String) -> Result<kpi::Model> {
    let row = kpi::Model {
        id: operation.new_id(),
        relationship_id: relationship.id,
        code,
        agreed_number: None,
        version: 1,
        created_at: operation.at(),
    };
    operation.insert(row.clone()).await?;
    Ok(row)
}
