//! Release: both parties' leadership reads a dataset, from the same moment (T6).

use async_graphql::{ID, InputObject};

use super::align::reading;
use super::share::revision;
use super::target::Target;
use crate::access::permit::dataset as permits;
use crate::access::writer::Writer;
use crate::domain::check::Check;
use crate::domain::kpi::signature;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::kpi_dataset_revision;
use crate::entity::party::{Parties, Party};
use crate::error::Result;
use crate::id::KpiDatasetId;

/// A dataset to release.
#[derive(Debug, InputObject)]
pub struct ReleaseKpiDatasetInput {
    /// The dataset: aligned by both parties; or shared for the notice period that the definition names, with the
    /// releasing party's own interpretation given.
    kpi_dataset_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
}

/// Releases the current revision.
pub async fn release(writer: &Writer, input: ReleaseKpiDatasetInput) -> Result<KpiDatasetId> {
    let ReleaseKpiDatasetInput { kpi_dataset_id, expected_version } = input;
    let mut operation = writer.begin(permits::RELEASE.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::RELEASE).await?;
    target.expect_version(expected_version)?;
    let number = target.dataset.revision;
    let shared = revision(&operation, id, number).await?;
    if target.dataset.stage == KpiDatasetStage::Shared {
        let own = reading(&operation, id, number, target.party).await?;
        permits::release_without_both_alignments(&target.definition, shared.shared_at, operation.at(), own.as_ref())?;
    }
    let standing = signature::standing(&operation, id.uuid(), number).await?;
    let missing = [Party::Sponsor, Party::Cdmo].into_iter().filter(|party| !signature::signed_by(&standing, *party));
    let released = kpi_dataset_revision::Model {
        released_at: Some(operation.at()),
        released_by: Some(target.party),
        released_without: Some(Parties(missing.collect())),
        ..shared.clone()
    };
    operation.update(&shared, released).await?;
    let before = target.dataset;
    let after = kpi_dataset::Model {
        stage: KpiDatasetStage::Released,
        released_revision: Some(number),
        version: before.version + 1,
        updated_at: operation.at(),
        ..before.clone()
    };
    operation.update(&before, after).await?;
    operation.commit_shared(before.relationship_id, id, None).await?;
    Ok(id)
}
