//! Corrections: once shared, observations never change in place (T8). A correction is a new revision, with a
//! reason; the earlier ones stay readable, and alignment is given anew.

use async_graphql::{ID, InputObject};

use super::input::{self, ObservationInput, ObservationKeyInput};
use super::recount::{Sent, recount};
use super::share::{Numbers, revision, revision_of};
use super::source::SourceRecordInput;
use super::target::Target;
use crate::access::permit::dataset::{self as permits, takes_observations, takes_records};
use crate::access::writer::{Operation, Writer};
use crate::db::observations;
use crate::db::revisioned::copy;
use crate::domain::check::{self, Check};
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::{observation, source_record};
use crate::error::{Error, Result, Rule};
use crate::id::KpiDatasetId;
use crate::scalar::Date;

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
    /// Where the definition counts source records: those that were wrong or missing, as they should be, up to 5,000. All
    /// observations are counted anew.
    #[graphql(default)]
    records: Vec<SourceRecordInput>,
    /// The ids of records that should not be there, up to 5,000.
    #[graphql(default)]
    remove_records: Vec<String>,
    /// The day that all records are as of now. Left out, the day of the revision that is corrected.
    data_as_of: Option<Date>,
}

const NO_CHANGE: &str = "changes nothing: a correction says what is different";

/// Makes a new revision, shared from now on.
pub async fn correct(writer: &Writer, input: CorrectKpiDatasetInput) -> Result<KpiDatasetId> {
    let CorrectKpiDatasetInput { kpi_dataset_id, expected_version, reason, .. } = &input;
    let mut operation = writer.begin(permits::CORRECT.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", kpi_dataset_id);
    let reason = check.text("reason", reason, check::NOTE);
    let mut target = Target::shared(&mut operation, check.needed(id)?, &permits::CORRECT).await?;
    target.expect_version(*expected_version)?;
    target.sites_of_revision(&operation).await?;
    let number = target.dataset.revision + 1;
    let (changes, numbers) = if target.definition.counting_rule.is_some() {
        ("input.records", recounted(&mut operation, check, &target, input).await?)
    } else {
        ("input.observations", replaced(&mut operation, check, &target, &input).await?)
    };
    let before = target.dataset;
    let corrected_from = revision(&operation, id, before.revision).await?;
    let numbers = numbers.filter(|numbers| numbers.digest != corrected_from.digest);
    let Some(numbers) = numbers else { return Err(Error::field(changes, NO_CHANGE)) };
    let revision = revision_of(&operation, &before, number, Some(reason.clone()), numbers);
    let data_as_of = revision.data_as_of;
    operation.insert(revision).await?;
    let after = kpi_dataset::Model {
        stage: KpiDatasetStage::Shared,
        revision: number,
        data_as_of,
        version: before.version + 1,
        updated_at: operation.at(),
        ..before.clone()
    };
    operation.update(&before, after).await?;
    operation.commit_shared(before.relationship_id, id, Some(reason)).await?;
    Ok(id)
}

/// The next revision of ready-made observations; none if nothing in it is different.
async fn replaced(
    operation: &mut Operation,
    mut check: Check,
    target: &Target,
    input: &CorrectKpiDatasetInput,
) -> Result<Option<Numbers>> {
    let (id, before) = (target.dataset.id, target.dataset.revision);
    if !input.records.is_empty() || !input.remove_records.is_empty() || input.data_as_of.is_some() {
        takes_records(&target.definition)?;
    }
    let rows = input::rows(&mut check, target, before + 1, &input.observations, operation.at());
    let keys = input::keys(&mut check, target, &input.remove);
    check.finish()?;
    copy::<observation::Entity>(operation, id, before, before + 1).await?;
    let removed = observations::remove(operation, id, before + 1, &keys).await?;
    let changed = observations::upsert(operation, id, &rows).await?;
    let corrected = observations::of_revision(operation.transaction(), id, before + 1).await?;
    if corrected.is_empty() {
        return Err(Error::precondition(Rule::T8, "a correction leaves at least one observation"));
    }
    if removed + changed == 0 { Ok(None) } else { Numbers::of(&corrected, None).map(Some) }
}

/// The next revision of records, and what is counted from them; none if nothing in it is different.
async fn recounted(
    operation: &mut Operation,
    check: Check,
    target: &Target,
    input: CorrectKpiDatasetInput,
) -> Result<Option<Numbers>> {
    let (id, before) = (target.dataset.id, target.dataset.revision);
    let CorrectKpiDatasetInput { observations, remove, records, remove_records, data_as_of, .. } = input;
    if !observations.is_empty() || !remove.is_empty() {
        takes_observations(&target.definition)?;
    }
    copy::<observation::Entity>(operation, id, before, before + 1).await?;
    copy::<source_record::Entity>(operation, id, before, before + 1).await?;
    let sent = Sent { data_as_of, records, remove: remove_records, remove_field: "removeRecords" };
    let recounted = recount(operation, check, target, before + 1, sent).await?;
    if !recounted.changed {
        return Ok(None);
    }
    Numbers::of(&recounted.observations, Some((recounted.data_as_of, &recounted.records))).map(Some)
}
