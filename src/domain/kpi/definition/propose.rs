//! Proposing a definition: a KPI that is new to the relationship, or a new version of one that it has.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, QueryFilter};

use super::content::Content;
use super::input::ProposeKpiDefinitionInput;
use super::proposal::content_of;
use super::{parts, validity};
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::charter;
use crate::domain::kpi::period::Periods;
use crate::domain::kpi::version::{followed, in_state};
use crate::entity::kpi_definition::{Entity, KpiDefinitionState as State, Model};
use crate::entity::{kpi, relationship};
use crate::error::Result;
use crate::id::{KpiDefinitionId, RelationshipId};

/// Proposes a definition. It takes the place of a proposal that is still open; proposing the open proposal, or
/// what is agreed already, changes nothing.
pub async fn propose(writer: &Writer, input: ProposeKpiDefinitionInput) -> Result<KpiDefinitionId> {
    let mut operation = writer.begin(permit::PROPOSE_KPI_DEFINITION).await?;
    let mut check = Check::new();
    let names_relationship = input.relationship_id.parse::<RelationshipId>().is_ok();
    let content = content_of(&mut check, input);
    if !names_relationship {
        check.needed(content.relationship_id)?;
    }
    let relationship = operation.relationship(content.relationship_id).await?;
    let kpi = kpi_with_code(&operation, relationship.id, &content.code).await?;
    let versions = match &kpi {
        Some(kpi) => followed::<Entity>(&operation, kpi.id).await?,
        None => Vec::new(),
    };
    follow(&mut check, &content, &versions, operation.at().date_naive());
    check.finish()?;
    charter::needed(&operation, relationship.id).await?;
    let digest = content.digest()?;
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

/// Refuses what does not follow on the versions before: reason codes that records name must not go, and what is agreed
/// later takes the place of what stands on a day on which it can.
fn follow(check: &mut Check, content: &Content, versions: &[Model], today: NaiveDate) {
    let standing = in_state(versions, State::Agreed).and_then(|agreed| agreed.reason_codes.as_ref());
    parts::keep_reasons(check, standing, content.reason_codes.as_ref());
    let agreed: Vec<Model> = versions.iter().rev().filter(|version| version.is_agreed()).cloned().collect();
    let periods = Periods::new(content.frequency, content.year_start_month);
    if let Err(message) = validity::follows(content.valid_from, periods, &agreed, today) {
        check.wrong("validFrom", message);
    }
}

async fn kpi_with_code(operation: &Operation, relationship: RelationshipId, code: &str) -> Result<Option<kpi::Model>> {
    let select = operation
        .find::<kpi::Entity>()
        .filter(kpi::Column::RelationshipId.eq(relationship))
        .filter(kpi::Column::Code.eq(code));
    Ok(select.one(operation.transaction()).await?)
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
