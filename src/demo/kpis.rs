//! What the demo's relationships agree before they measure: the metric charter, and the definitions of eight KPIs.

use serde_json::json;

use super::cast::{Cast, Part};
use super::catalog::Kpi;
use super::relationships::{PROGRAMS, Program};
use crate::domain::kpi::{charter, definition};
use crate::entity::{kpi_definition, metric_charter};
use crate::error::Result;
use crate::id::{KpiId, RelationshipId};

const PURPOSE: &str = "We measure to find what to improve together, in both directions: the sponsor's forecasts and \
    reviews count as much as the CDMO's deliveries. No payment, penalty or sourcing decision depends on these numbers \
    alone. Nobody's leadership sees a number that the other party has not seen first.";

/// How many KPIs each relationship measures.
pub(super) const EACH: usize = 8;

/// A KPI that a relationship measures.
pub(super) struct Measured {
    pub(super) program: &'static Program,
    pub(super) kpi: &'static Kpi,
    pub(super) id: KpiId,
    /// Its place among the KPIs of its relationship.
    pub(super) index: usize,
    pub(super) seed: u64,
}

/// Both parties sign the charter and the definitions of each relationship.
pub(super) async fn build(cast: &Cast, relationships: &[RelationshipId]) -> Result<Vec<Measured>> {
    let mut measured = Vec::new();
    for (program, relationship) in PROGRAMS.iter().zip(relationships) {
        sign_charter(cast, program, *relationship).await?;
        for (index, kpi) in program.kpis.iter().copied().enumerate() {
            let id = agree(cast, program, *relationship, kpi).await?;
            measured.push(Measured { program, kpi, id, index, seed: measured.len() as u64 });
        }
    }
    Ok(measured)
}

async fn sign_charter(cast: &Cast, program: &'static Program, relationship: RelationshipId) -> Result<()> {
    let proposer = (program.sponsor, Part::Working);
    let proposal = json!({
        "relationshipId": relationship.to_string(), "purpose": PURPOSE,
        "reviewCadence": "every quarter, two weeks after its last day",
    });
    let id = cast.act(proposer, charter::propose, proposal).await?;
    let digest = cast.read::<metric_charter::Entity, _>(proposer, id).await?.digest;
    let signature = json!({ "metricCharterId": id.to_string(), "digest": digest });
    for company in [program.sponsor, program.cdmo] {
        cast.act((company, Part::Approver), charter::sign_charter, signature.clone()).await?;
    }
    Ok(())
}

async fn agree(cast: &Cast, program: &'static Program, relationship: RelationshipId, kpi: &Kpi) -> Result<KpiId> {
    let proposer = (program.company(kpi.collector), Part::Working);
    let id = cast.act(proposer, definition::propose::propose, kpi.proposal(&relationship.to_string())).await?;
    let version = cast.read::<kpi_definition::Entity, _>(proposer, id).await?;
    let agreement = json!({ "kpiDefinitionId": id.to_string(), "digest": version.digest });
    for company in [program.sponsor, program.cdmo] {
        cast.act((company, Part::Approver), definition::agree::agree, agreement.clone()).await?;
    }
    Ok(version.kpi_id)
}
