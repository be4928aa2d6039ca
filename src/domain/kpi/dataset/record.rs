//! Recording source records into a draft: its observations are counted from them.

use async_graphql::{ID, InputObject};

use super::recount::{Recounted, Sent, recount};
use super::share::Numbers;
use super::source::SourceRecordInput;
use super::target::Target;
use crate::access::permit::dataset as permits;
use crate::access::writer::Writer;
use crate::domain::check::Check;
use crate::entity::kpi_dataset;
use crate::error::Result;
use crate::id::KpiDatasetId;
use crate::scalar::Date;

/// Source records for a draft.
#[derive(Debug, InputObject)]
pub struct RecordSourceRecordsInput {
    /// The dataset: a draft of the caller's own party, of a definition with a counting rule.
    kpi_dataset_id: ID,
    /// The version of the dataset that the caller has read; left out, the records are written whatever it is.
    expected_version: Option<i32>,
    /// The day that all records of the dataset are as of, these and those recorded before: what is due later is pending.
    /// Left out, today in UTC.
    data_as_of: Option<Date>,
    /// Up to 5,000; a dataset holds 20,000. One with the id of a recorded one takes its place; all are written or none.
    #[graphql(default)]
    records: Vec<SourceRecordInput>,
    /// The ids of records to take out again, up to 5,000.
    #[graphql(default)]
    remove: Vec<String>,
}

/// What recording did.
pub struct Recorded {
    /// The dataset.
    pub dataset: KpiDatasetId,
    /// The records, and what was counted from them.
    pub recounted: Recounted,
}

/// Records source records, and counts all observations of the draft anew.
pub async fn record(writer: &Writer, input: RecordSourceRecordsInput) -> Result<Recorded> {
    let RecordSourceRecordsInput { kpi_dataset_id, expected_version, data_as_of, records, remove } = input;
    let mut operation = writer.begin(permits::RECORD_SOURCE.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let target = Target::draft(&mut operation, check.needed(id)?, &permits::RECORD_SOURCE).await?;
    target.expect_version_that_stood()?;
    if let Some(expected) = expected_version {
        target.expect_version(expected)?;
    }
    let sent = Sent { data_as_of, records, remove, remove_field: "remove" };
    let recounted = recount(&mut operation, check, &target, target.dataset.revision, sent).await?;
    if recounted.changed {
        let numbers = Numbers::of(&recounted.observations, Some((recounted.data_as_of, &recounted.records)))?;
        let before = target.dataset;
        let after = kpi_dataset::Model {
            draft_digest: Some(numbers.digest),
            data_as_of: Some(recounted.data_as_of),
            version: before.version + 1,
            updated_at: operation.at(),
            ..before.clone()
        };
        operation.touch(&before, after).await?;
    }
    operation.commit_private(id, None).await?;
    Ok(Recorded { dataset: id, recounted })
}
