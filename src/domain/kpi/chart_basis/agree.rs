//! Agreeing to a basis: both parties sign it, and then the chart's limits rest on it.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::version::sign_open;
use crate::entity::kpi_chart_basis::{Column, Entity, Model};
use crate::entity::kpi_definition::KpiDefinitionState as State;
use crate::error::Result;
use crate::id::KpiChartBasisId;

/// What a signature under a basis says.
const MEANING: &str = "We agree that the limits of this KPI's control chart rest on this.";

/// A party's agreement to a basis.
#[derive(Debug, InputObject)]
pub struct AgreeKpiChartBasisInput {
    /// The basis.
    kpi_chart_basis_id: ID,
    /// The digest of the basis that the caller has read: the signature is bound to it.
    digest: String,
}

/// Agrees for the caller's party. With both signatures the basis takes the place of the one before.
pub async fn agree(writer: &Writer, input: AgreeKpiChartBasisInput) -> Result<KpiChartBasisId> {
    let AgreeKpiChartBasisInput { kpi_chart_basis_id, digest } = input;
    let mut operation = writer.begin(permit::AGREE_KPI_CHART_BASIS).await?;
    let mut check = Check::new();
    let id = check.id("kpiChartBasisId", &kpi_chart_basis_id);
    check.finish()?;
    let (relationship, version) = operation.under::<Entity, _>(id).await?;
    if sign_open(&mut operation, &relationship, (id, &version), MEANING, &digest).await? {
        take_effect(&mut operation, version).await?;
    }
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

async fn take_effect(operation: &mut Operation, version: Model) -> Result<()> {
    let select =
        operation.find::<Entity>().filter(Column::KpiId.eq(version.kpi_id)).filter(Column::State.eq(State::Agreed));
    // First the one before: a KPI has one basis at most that both parties agreed last.
    if let Some(before) = select.one(operation.transaction()).await? {
        operation.update(&before, Model { state: State::Superseded, ..before.clone() }).await?;
    }
    let agreed_at = Some(operation.at());
    operation.update(&version, Model { state: State::Agreed, agreed_at, ..version.clone() }).await
}
