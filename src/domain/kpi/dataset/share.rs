//! Sharing a dataset with the counterparty, and the counterparty's word that it has seen it.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait};

use super::elsewhere::standing_elsewhere;
use super::target::Target;
use crate::access::permit::dataset as permits;
use crate::access::writer::{Operation, Writer};
use crate::db::{observations, source_records};
use crate::domain::check::Check;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::{kpi_dataset_revision, observation, source_record};
use crate::error::{Error, Result, Rule};
use crate::id::KpiDatasetId;

/// A dataset to share.
#[derive(Debug, InputObject)]
pub struct ShareKpiDatasetInput {
    /// The dataset: a draft of the caller's own party with at least one observation.
    kpi_dataset_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
}

/// Shares a draft: from now on both parties' working level reads the same observations.
pub async fn share(writer: &Writer, input: ShareKpiDatasetInput) -> Result<KpiDatasetId> {
    let ShareKpiDatasetInput { kpi_dataset_id, expected_version } = input;
    let mut operation = writer.begin(permits::SHARE.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::SHARE).await?;
    target.expect_version(expected_version)?;
    target.expect_version_that_stood()?;
    let draft = target.dataset;
    counted_once(&operation, &draft).await?;
    let rows = observations::of_revision(operation.transaction(), id, draft.revision).await?;
    if rows.is_empty() {
        return Err(Error::precondition(Rule::T5, "this draft has no observation: record some first"));
    }
    let records = match draft.data_as_of {
        None => None,
        Some(day) => {
            records_counted_once(&operation, &draft).await?;
            Some((day, source_records::of_revision(operation.transaction(), id, draft.revision).await?))
        }
    };
    let numbers = Numbers::of(&rows, records.as_ref().map(|(day, records)| (*day, &**records)))?;
    let revision = revision_of(&operation, &draft, draft.revision, None, numbers);
    operation.insert(revision).await?;
    // The count of a draft's versions is its party's own affair: what both see starts at 1.
    let at = operation.at();
    let shared = kpi_dataset::Model {
        stage: KpiDatasetStage::Shared,
        draft_digest: None,
        version: 1,
        updated_at: at,
        ..draft.clone()
    };
    operation.disclose(&draft, shared).await?;
    operation.commit_shared(draft.relationship_id, id, None).await?;
    Ok(id)
}

/// Two shared datasets of one KPI never cover the same day.
async fn counted_once(operation: &Operation, draft: &kpi_dataset::Model) -> Result<()> {
    use kpi_dataset::{Column, Entity};
    let same_days = Condition::all()
        .add(Column::KpiId.eq(draft.kpi_id))
        .add(Column::Id.ne(draft.id))
        .add(Column::Stage.ne(KpiDatasetStage::Draft))
        .add(Column::PeriodStart.lte(draft.period_end))
        .add(Column::PeriodEnd.gte(draft.period_start));
    match operation.find::<Entity>().filter(same_days).one(operation.transaction()).await? {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "{} covers {} to {} already, and a day's numbers stand in one shared dataset only: correct that one, or discard this draft",
                other.id, other.period_start, other.period_end
            );
            Err(Error::precondition(Rule::T5, message))
        }
    }
}

/// A record is counted in one shared dataset of a KPI. The counterparty's drafts, which this party does not see, and what
/// was shared since the draft was recorded can have it, too.
async fn records_counted_once(operation: &Operation, draft: &kpi_dataset::Model) -> Result<()> {
    use source_record::{Column, Entity};
    let own = operation
        .find::<Entity>()
        .filter(Column::DatasetId.eq(draft.id))
        .filter(Column::Revision.eq(draft.revision))
        .select_only()
        .column(Column::RecordId)
        .into_query();
    let shared = Condition::all().add(kpi_dataset::Column::Stage.ne(KpiDatasetStage::Draft));
    let found = standing_elsewhere(operation, draft, shared, Column::RecordId.in_subquery(own)).await?;
    match &*found {
        [] => Ok(()),
        [first, ..] => Err(Error::precondition(
            Rule::T5,
            format!(
                "{} records, {first} among them, stand in shared datasets of this KPI already, and a record is counted once: take them out of this draft, or out of these by a correction",
                found.len()
            ),
        )),
    }
}

/// What a revision says of its numbers.
pub struct Numbers {
    observation_count: i32,
    record_count: Option<i32>,
    data_as_of: Option<NaiveDate>,
    /// The digest of all of them.
    pub digest: String,
}

impl Numbers {
    /// Of these observations, and of the records that they were counted from as of a day.
    pub fn of(
        observations: &[observation::Model],
        counted: Option<(NaiveDate, &[source_record::Model])>,
    ) -> Result<Self> {
        let length = |length: usize| i32::try_from(length).map_err(Error::internal);
        let records = counted.map(|(day, records)| Ok::<_, Error>((day, source_records::digest(records)?)));
        Ok(Self {
            observation_count: length(observations.len())?,
            record_count: counted.map(|(_, records)| length(records.len())).transpose()?,
            data_as_of: counted.map(|(day, _)| day),
            digest: observations::digest_of(observations::digest(observations)?, records.transpose()?)?,
        })
    }
}

/// A revision as it is shared now.
#[must_use]
pub fn revision_of(
    operation: &Operation,
    dataset: &kpi_dataset::Model,
    number: i32,
    reason: Option<String>,
    numbers: Numbers,
) -> kpi_dataset_revision::Model {
    let Numbers { observation_count, record_count, data_as_of, digest } = numbers;
    kpi_dataset_revision::Model {
        id: operation.new_id(),
        dataset_id: dataset.id,
        relationship_id: dataset.relationship_id,
        number,
        reason,
        observation_count,
        record_count,
        data_as_of,
        digest,
        shared_at: operation.at(),
        shared_by_subject: operation.author().subject.clone(),
        acknowledged_at: None,
        released_at: None,
        released_by: None,
        released_without: None,
        created_at: operation.at(),
    }
}

/// The revision of a dataset with a number.
pub async fn revision(
    operation: &Operation,
    dataset: KpiDatasetId,
    number: i32,
) -> Result<kpi_dataset_revision::Model> {
    use kpi_dataset_revision::{Column, Entity};
    let select = operation.find::<Entity>().filter(Column::DatasetId.eq(dataset)).filter(Column::Number.eq(number));
    select.one(operation.transaction()).await?.ok_or_else(|| Error::not_found("revision of this dataset"))
}

/// A dataset that was seen.
#[derive(Debug, InputObject)]
pub struct AcknowledgeKpiDatasetInput {
    /// The dataset, shared by the counterparty.
    kpi_dataset_id: ID,
    /// The number of the revision that was seen.
    revision: i32,
}

/// Says for the caller's party that it has seen a revision. Saying so again changes nothing.
pub async fn acknowledge(writer: &Writer, input: AcknowledgeKpiDatasetInput) -> Result<KpiDatasetId> {
    let AcknowledgeKpiDatasetInput { kpi_dataset_id, revision: number } = input;
    let mut operation = writer.begin(permits::ACKNOWLEDGE.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::ACKNOWLEDGE).await?;
    target.expect_revision(number)?;
    let before = revision(&operation, id, number).await?;
    let acknowledged_at = before.acknowledged_at.or(Some(operation.at()));
    operation.update(&before, kpi_dataset_revision::Model { acknowledged_at, ..before.clone() }).await?;
    operation.commit_shared(target.dataset.relationship_id, id, None).await?;
    Ok(id)
}
