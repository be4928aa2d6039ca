//! Corrections: once shared, observations never change in place (T8). A correction is a new revision, with a
//! reason; the earlier ones stay readable, and alignment is given anew.

use async_graphql::{ID, InputObject};

use super::input::{self, ObservationInput, ObservationKeyInput};
use super::share::{revision, revision_of};
use super::target::Target;
use crate::access::permit::dataset as permits;
use crate::access::writer::Writer;
use crate::db::observations;
use crate::domain::check::{self, Check};
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::error::{Error, Result, Rule};
use crate::id::KpiDatasetId;

/// A correction of a shared dataset.
#[derive(Debug, InputObject)]
pub struct CorrectKpiDatasetInput {
    /// The dataset, collected by the caller's own party.
    kpi_dataset_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
    /// The observations that were wrong or missing, as they should be: up to 5,000. The others stay as they are.
    #[graphql(default)]
    observations: Vec<ObservationInput>,
    /// Observations that should not be there, up to 5,000.
    #[graphql(default)]
    remove: Vec<ObservationKeyInput>,
}

const NO_CHANGE: &str = "changes nothing: a correction says what is different";

/// Makes a new revision, shared from now on.
pub async fn correct(writer: &Writer, input: CorrectKpiDatasetInput) -> Result<KpiDatasetId> {
    let CorrectKpiDatasetInput { kpi_dataset_id, expected_version, reason, observations, remove } = input;
    let mut operation = writer.begin(permits::CORRECT.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let reason = check.text("reason", &reason, check::NOTE);
    let target = Target::shared(&mut operation, check.needed(id)?, &permits::CORRECT).await?;
    let number = target.dataset.revision + 1;
    let rows = input::rows(&mut check, &target, number, &observations, operation.at());
    let keys = input::keys(&mut check, &target, &remove);
    check.finish()?;
    target.expect_version(expected_version)?;
    let before = target.dataset;
    observations::copy(&mut operation, id, before.revision, number).await?;
    let removed = observations::remove(&mut operation, id, number, &keys).await?;
    let changed = observations::upsert(&mut operation, id, &rows).await?;
    if removed + changed == 0 {
        return Err(Error::field("input.observations", NO_CHANGE));
    }
    let corrected = observations::of_revision(operation.transaction(), id, number).await?;
    if corrected.is_empty() {
        return Err(Error::precondition(Rule::T8, "a correction leaves at least one observation"));
    }
    let corrected_from = revision(&operation, id, before.revision).await?;
    let revision = revision_of(&operation, &before, number, Some(reason.clone()), &corrected)?;
    if revision.digest == corrected_from.digest {
        return Err(Error::field("input.observations", NO_CHANGE));
    }
    operation.insert(revision).await?;
    let after = kpi_dataset::Model {
        stage: KpiDatasetStage::Shared,
        revision: number,
        version: before.version + 1,
        updated_at: operation.at(),
        ..before.clone()
    };
    operation.update(&before, after).await?;
    operation.commit_shared(before.relationship_id, id, Some(reason)).await?;
    Ok(id)
}
