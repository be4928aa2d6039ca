//! Release: both parties' leadership reads a dataset, from the same moment (T6).

use async_graphql::{ID, InputObject};
use chrono::{DateTime, TimeDelta, Utc};

use super::align::reading;
use super::share::revision;
use super::target::Target;
use crate::access::dataset_rules;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::Check;
use crate::domain::kpi::signature;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::kpi_dataset_revision;
use crate::entity::party::{Parties, Party};
use crate::error::{Error, Result, Rule};
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
    let mut operation = writer.begin(dataset_rules::RELEASE.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &dataset_rules::RELEASE).await?;
    target.expect_version(expected_version)?;
    let number = target.dataset.revision;
    let shared = revision(&operation, id, number).await?;
    if target.dataset.stage == KpiDatasetStage::Shared {
        without_both_alignments(&operation, &target, shared.shared_at).await?;
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

/// T6's second way: silence delays, it is no veto.
async fn without_both_alignments(operation: &Operation, target: &Target, shared_at: DateTime<Utc>) -> Result<()> {
    let notice_days = target.definition.notice_days;
    let from = shared_at + TimeDelta::days(i64::from(notice_days));
    if operation.at() < from {
        let message = format!(
            "both parties have not aligned on this revision; without that it can be released from {}, {notice_days} days after it was shared",
            from.format("%Y-%m-%d %H:%M UTC")
        );
        return Err(Error::precondition(Rule::T6, message));
    }
    if reading(operation, target.dataset.id, target.dataset.revision, target.party).await?.is_none() {
        let message =
            "to release without both parties' alignment, give your party's interpretation of this revision first";
        return Err(Error::precondition(Rule::T6, message));
    }
    Ok(())
}
