//! Drafts: opening a dataset, recording ready-made observations into it, throwing it away. The collecting party's own
//! affair (T4): all of it is on that organization's own chain.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::input::{self, ObservationInput, ObservationKeyInput};
use super::target::Target;
use crate::access::permit::dataset::{self as permits, takes_observations};
use crate::access::permit::{self, only};
use crate::access::visibility::KpiLevel;
use crate::access::writer::{Operation, Writer};
use crate::db::{observations, source_records};
use crate::domain::check::{self, Check};
use crate::domain::kpi::definition::list::agreed_versions;
use crate::domain::kpi::definition::validity::valid_for;
use crate::domain::kpi::period::Periods;
use crate::domain::organization::reference;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::{kpi, kpi_definition, relationship, relationship_site};
use crate::error::{Error, Result, Rule};
use crate::id::{KpiDatasetId, KpiId};
use crate::scalar::Date;

/// A new dataset.
#[derive(Debug, InputObject)]
pub struct OpenKpiDatasetInput {
    /// The KPI.
    kpi_id: ID,
    /// The first day of the reporting period: it must begin a period of the definition's frequency and calendar.
    period_start: Date,
    /// The last day of the reporting period: it must end a period of the definition's frequency and calendar. The version
    /// of the definition that is valid on this day is the one that it is measured by.
    period_end: Date,
}

/// Opens a draft, measured by the agreed version that is valid on the last day of its period. Opening the same period
/// again gives the draft that is there, unless it was opened by a version that is no longer valid for the period.
pub async fn open(writer: &Writer, input: OpenKpiDatasetInput) -> Result<KpiDatasetId> {
    let OpenKpiDatasetInput { kpi_id, period_start, period_end } = input;
    let (period_start, period_end) = (NaiveDate::from(period_start), NaiveDate::from(period_end));
    let mut operation = writer.begin(permit::OPEN_KPI_DATASET).await?;
    let mut check = Check::new();
    let kpi_id: KpiId = check.id("kpiId", &kpi_id);
    check.range(("periodStart", period_start), ("periodEnd", period_end));
    check.finish()?;
    // The lock makes two that open the same period at once wait for each other.
    let kpi = operation.find::<kpi::Entity>().filter(kpi::Column::Id.eq(kpi_id)).lock(LockType::NoKeyUpdate);
    let kpi = kpi.one(operation.transaction()).await?.ok_or_else(|| Error::not_found("KPI"))?;
    let relationship: relationship::Model = operation.one::<relationship::Entity, _>(kpi.relationship_id).await?;
    operation.check_standing(&relationship)?;
    let definition = definition_for(&operation, &kpi, period_start, period_end).await?;
    let party = operation.party(&relationship)?;
    only(
        definition.collecting_party,
        party,
        Rule::T7,
        "the agreed definition names the counterparty as the collector of the data",
    )?;
    check_whole_periods(&definition, period_start, period_end)?;
    check_size(&operation, &definition, period_start, period_end).await?;
    if let Some(existing) = overlapping(&operation, kpi.id, period_start, period_end).await? {
        let id = same_draft(&operation, &existing, period_start, period_end)?;
        Target::draft(&mut operation, id, &permits::RECORD).await?.expect_version_that_stood()?;
        return Ok(id);
    }
    let id = operation.new_id();
    let row = kpi_dataset::Model {
        id,
        relationship_id: relationship.id,
        kpi_id: kpi.id,
        definition_id: definition.id,
        collecting_party: party,
        period_start,
        period_end,
        stage: KpiDatasetStage::Draft,
        revision: 1,
        released_revision: None,
        draft_digest: Some(observations::digest(&[])?),
        data_as_of: None,
        version: 1,
        created_at: operation.at(),
        updated_at: operation.at(),
    };
    operation.insert(row).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

/// T3: the version that both parties have agreed for a reporting period.
async fn definition_for(
    operation: &Operation,
    kpi: &kpi::Model,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<kpi_definition::Model> {
    let agreed = agreed_versions(operation, kpi.id).await?;
    valid_for(&agreed, from, to).cloned().map_err(|message| Error::precondition(Rule::T3, message))
}

fn check_whole_periods(definition: &kpi_definition::Model, from: NaiveDate, to: NaiveDate) -> Result<()> {
    let periods = Periods::of(definition);
    if periods.is_whole(from, to) {
        return Ok(());
    }
    let (start, end) = (periods.start_of(from), periods.end_of(periods.start_of(to)));
    let message = format!("{from} to {to} is not made of whole periods; each is {periods}: {start} to {end} would be");
    Err(Error::field("input.periodStart", message))
}

/// The most observations, and the most records, that a dataset can come to have: whole revisions are read, copied and
/// hashed at once.
pub const LARGEST: usize = 20_000;

async fn check_size(
    operation: &Operation,
    definition: &kpi_definition::Model,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<()> {
    use relationship_site::{Column, Entity};
    let sites = if definition.by_site {
        let in_play = operation.find::<Entity>().filter(Column::RelationshipId.eq(definition.relationship_id));
        usize::try_from(in_play.count(operation.transaction()).await?).unwrap_or(usize::MAX).max(1)
    } else {
        1
    };
    match too_large(Periods::of(definition), from, to, sites) {
        Some(message) => Err(Error::field("input.periodEnd", message)),
        None => Ok(()),
    }
}

/// Why a dataset cannot have an observation for each period of a range at so many sites.
pub(super) fn too_large(periods: Periods, from: NaiveDate, to: NaiveDate, sites: usize) -> Option<String> {
    let periods = periods.starts(from, to).take(LARGEST + 1).count();
    (periods.saturating_mul(sites) > LARGEST).then(|| {
        format!("{periods} periods at {sites} sites are more than the {LARGEST} observations that a dataset holds: open shorter ones")
    })
}

/// A dataset of the KPI that covers some of the same days: any that is shared, and the own party's drafts. The
/// counterparty's drafts are not there for this party (T4); sharing makes sure that none is counted twice.
async fn overlapping(
    operation: &Operation,
    kpi: KpiId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Option<kpi_dataset::Model>> {
    use kpi_dataset::{Column, Entity};
    // A collector must not open what its own party has shared already.
    let select = operation
        .find_for_party::<Entity>()
        .filter(Column::KpiId.eq(kpi))
        .filter(Column::PeriodStart.lte(to))
        .filter(Column::PeriodEnd.gte(from));
    Ok(select.one(operation.transaction()).await?)
}

/// The draft that is there, if it is of just this period. Who only collects is told no more of other datasets than
/// that its own party has some.
fn same_draft(
    operation: &Operation,
    existing: &kpi_dataset::Model,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<KpiDatasetId> {
    let is_draft = existing.stage == KpiDatasetStage::Draft;
    if is_draft && (existing.period_start, existing.period_end) == (from, to) {
        return Ok(existing.id);
    }
    let (from, to) = (existing.period_start, existing.period_end);
    Err(if is_draft {
        let message = format!(
            "a draft of this KPI covers {from} to {to}: a day's numbers stand in one dataset only; use or discard that one"
        );
        Error::precondition(Rule::T5, message)
    } else if KpiLevel::of(operation.viewer()) == KpiLevel::Working {
        let message = format!("a shared dataset of this KPI covers {from} to {to}: correct that one instead");
        Error::precondition(Rule::T8, message)
    } else {
        Error::precondition(
            Rule::T8,
            "numbers of this period are shared already: a correction is for the working level",
        )
    })
}

/// Observations for a draft.
#[derive(Debug, InputObject)]
pub struct RecordObservationsInput {
    /// The dataset: a draft of the caller's own party.
    kpi_dataset_id: ID,
    /// The version of the dataset that the caller has read; left out, the rows are written whatever it is.
    expected_version: Option<i32>,
    /// Up to 5,000. One with the same period and site as a recorded one takes its place; all are written or none.
    #[graphql(default)]
    observations: Vec<ObservationInput>,
    /// Observations to take out again, up to 5,000.
    #[graphql(default)]
    remove: Vec<ObservationKeyInput>,
}

/// What recording did.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The dataset.
    pub dataset: KpiDatasetId,
    /// Observations that were new or different.
    pub recorded: u64,
    /// Observations that were there already, just so.
    pub unchanged: u64,
    /// Observations that were taken out.
    pub removed: u64,
}

/// Records observations.
pub async fn record(writer: &Writer, input: RecordObservationsInput) -> Result<Recorded> {
    let RecordObservationsInput { kpi_dataset_id, expected_version, observations, remove } = input;
    let mut operation = writer.begin(permits::RECORD.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let target = Target::draft(&mut operation, check.needed(id)?, &permits::RECORD).await?;
    target.expect_version_that_stood()?;
    takes_observations(&target.definition)?;
    let revision = target.dataset.revision;
    let rows = input::rows(&mut check, &target, revision, &observations, operation.at());
    let keys = input::keys(&mut check, &target, &remove);
    check.finish()?;
    if let Some(expected) = expected_version {
        target.expect_version(expected)?;
    }
    let removed = observations::remove(&mut operation, id, revision, &keys).await?;
    let recorded = observations::upsert(&mut operation, id, &rows).await?;
    if recorded + removed > 0 {
        let all = observations::of_revision(operation.transaction(), id, revision).await?;
        let before = target.dataset;
        let after = kpi_dataset::Model {
            draft_digest: Some(observations::digest(&all)?),
            version: before.version + 1,
            updated_at: operation.at(),
            ..before.clone()
        };
        operation.touch(&before, after).await?;
    }
    operation.commit_private(id, None).await?;
    let unchanged = (rows.len() as u64).saturating_sub(recorded);
    Ok(Recorded { dataset: id, recorded, unchanged, removed })
}

/// A draft to throw away.
#[derive(Debug, InputObject)]
pub struct DiscardKpiDatasetInput {
    /// The dataset: a draft of the caller's own party.
    kpi_dataset_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// Why, for the own organization's journal, up to 2,000 characters.
    reason: Option<String>,
}

/// Throws a draft away with all its observations and records, and with what its organization's other systems call it.
pub async fn discard(writer: &Writer, input: DiscardKpiDatasetInput) -> Result<KpiDatasetId> {
    let DiscardKpiDatasetInput { kpi_dataset_id, expected_version, reason } = input;
    let mut operation = writer.begin(permits::DISCARD.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let reason = check.optional_text("reason", reason.as_deref(), check::NOTE);
    check.finish()?;
    let target = Target::draft(&mut operation, id, &permits::DISCARD).await?;
    target.expect_version(expected_version)?;
    observations::discard(&mut operation, id, target.dataset.revision).await?;
    source_records::discard(&mut operation, id, target.dataset.revision).await?;
    reference::forget(&mut operation, id).await?;
    operation.delete(target.dataset).await?;
    operation.commit_private(id, reason).await?;
    Ok(id)
}
