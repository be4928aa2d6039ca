//! Observations and the source records that they are counted from: those of each shared revision against the digest that
//! was shared with it, and those of each draft against the digest that was noted when something was last recorded into it.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Verification;
use super::finding::{Finding, RowProblem};
use super::source_records::{self, Records};
use crate::db::observations::{self, Digester};
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::{kpi_dataset_revision, observation};
use crate::error::Result;
use crate::id::{KpiDatasetId, KpiDatasetRevisionId, SiteId};

/// Observations in one statement.
const PAGE: u64 = 2_000;

/// A dataset and the number of one of its revisions.
pub(super) type Revision = (KpiDatasetId, i32);

/// What was shared.
struct Shared {
    id: KpiDatasetRevisionId,
    count: i32,
    record_count: Option<i32>,
    data_as_of: Option<NaiveDate>,
    digest: String,
}

/// The columns of a revision that say so.
type SharedRow = (Uuid, Uuid, i32, i32, Option<i32>, Option<NaiveDate>, String);

/// What a draft holds.
struct Draft {
    revision: i32,
    /// Not known of one that is older than the column.
    digest: Option<String>,
    data_as_of: Option<NaiveDate>,
}

/// What the observations are compared with; each is taken out when it was.
struct Recorded {
    records: HashMap<Revision, Records>,
    shared: HashMap<Revision, Shared>,
    drafts: HashMap<KpiDatasetId, Draft>,
}

/// Checks all observations, in the order of their key.
pub(super) async fn check(verification: &mut Verification<'_>) -> Result<()> {
    let mut recorded = Recorded {
        records: source_records::all(verification).await?,
        shared: shared(verification).await?,
        drafts: drafts(verification).await?,
    };
    let mut under_way: Option<(Revision, i32, Digester)> = None;
    let mut after = None;
    loop {
        let rows = page(verification, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some((last.dataset_id, last.revision, last.period_start, last.site_id));
        for row in &rows {
            verification.summary.observations += 1;
            let revision = (row.dataset_id, row.revision);
            if under_way.as_ref().is_none_or(|(current, ..)| *current != revision) {
                let ended = under_way.replace((revision, 0, Digester::default()));
                end(verification, ended, &mut recorded)?;
            }
            if let Some((_, count, digester)) = &mut under_way {
                *count += 1;
                digester.add(row)?;
            }
        }
    }
    end(verification, under_way, &mut recorded)?;
    // What is left was recorded with observations that are gone, or with none.
    let drafts = recorded.drafts.iter().map(|(id, draft)| (*id, draft.revision));
    let mut left: Vec<Revision> = recorded.shared.keys().copied().chain(drafts).collect();
    left.sort_unstable();
    for revision in left {
        end(verification, Some((revision, 0, Digester::default())), &mut recorded)?;
    }
    let mut left: Vec<Revision> = recorded.records.into_keys().collect();
    left.sort_unstable();
    for (dataset, number) in left {
        let id = format!("of revision {number} of {dataset}");
        verification.report(Finding::Row { table: "source_record", id, problem: RowProblem::Added, last: None });
    }
    Ok(())
}

/// Compares a revision whose observations are all read.
fn end(
    verification: &mut Verification<'_>,
    ended: Option<(Revision, i32, Digester)>,
    recorded: &mut Recorded,
) -> Result<()> {
    let Some((revision, count, digester)) = ended else { return Ok(()) };
    let (dataset, number) = revision;
    let observations = digester.finish();
    if let Some(shared) = recorded.shared.remove(&revision) {
        let Shared { id, count: recorded_count, record_count, data_as_of, digest: recorded_digest } = shared;
        let records = recorded.records_of(revision, data_as_of)?;
        let computed = observations::digest_of(observations, data_as_of.zip(Some(records.digest)))?;
        let problem = if records.count != record_count.unwrap_or_default() {
            let (count, recorded_count) = (records.count, record_count.unwrap_or_default());
            Some(RowProblem::Records { count, recorded_count })
        } else if (count, &computed) != (recorded_count, &recorded_digest) {
            Some(RowProblem::Observations { count, computed, recorded_count, recorded: recorded_digest })
        } else {
            None
        };
        if let Some(problem) = problem {
            let last = verification.ledger.see("kpi_dataset_revision", id.uuid());
            verification.report(Finding::Row { table: "kpi_dataset_revision", id: id.to_string(), problem, last });
        }
        return Ok(());
    }
    match recorded.drafts.remove(&dataset) {
        Some(draft) if draft.revision == number => {
            let records = recorded.records_of(revision, draft.data_as_of)?;
            let computed = observations::digest_of(observations, draft.data_as_of.zip(Some(records.digest)))?;
            if draft.digest.is_some_and(|digest| digest != computed) {
                let last = verification.ledger.see("kpi_dataset", dataset.uuid());
                let problem = RowProblem::Draft;
                verification.report(Finding::Row { table: "kpi_dataset", id: dataset.to_string(), problem, last });
            }
        }
        other => {
            recorded.drafts.extend(other.map(|draft| (dataset, draft)));
            let id = format!("of revision {number} of {dataset}");
            verification.report(Finding::Row { table: "observation", id, problem: RowProblem::Added, last: None });
        }
    }
    Ok(())
}

impl Recorded {
    /// The records of a revision, taken out; those of one that is counted from none are left to be found.
    fn records_of(&mut self, revision: Revision, data_as_of: Option<NaiveDate>) -> Result<Records> {
        match data_as_of.and_then(|_| self.records.remove(&revision)) {
            Some(records) => Ok(records),
            None => Records::none(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn shared(verification: &Verification<'_>) -> Result<HashMap<Revision, Shared>> {
    use kpi_dataset_revision::{Column, Entity};
    let columns = [
        Column::Id,
        Column::DatasetId,
        Column::Number,
        Column::ObservationCount,
        Column::RecordCount,
        Column::DataAsOf,
        Column::Digest,
    ];
    let select = Entity::find().select_only().columns(columns);
    let rows: Vec<SharedRow> = select.into_tuple().all(&verification.snapshot).await?;
    let shared = |(id, dataset, number, count, record_count, data_as_of, digest)| {
        let id = KpiDatasetRevisionId::new(id);
        ((KpiDatasetId::new(dataset), number), Shared { id, count, record_count, data_as_of, digest })
    };
    Ok(rows.into_iter().map(shared).collect())
}

#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn drafts(verification: &Verification<'_>) -> Result<HashMap<KpiDatasetId, Draft>> {
    use kpi_dataset::{Column, Entity};
    let select = Entity::find().filter(Column::Stage.eq(KpiDatasetStage::Draft));
    let select = select.select_only().columns([Column::Id, Column::Revision, Column::DraftDigest, Column::DataAsOf]);
    let rows: Vec<(Uuid, i32, Option<String>, Option<NaiveDate>)> =
        select.into_tuple().all(&verification.snapshot).await?;
    let draft = |(id, revision, digest, data_as_of)| (KpiDatasetId::new(id), Draft { revision, digest, data_as_of });
    Ok(rows.into_iter().map(draft).collect())
}

#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn page(
    verification: &Verification<'_>,
    after: Option<(KpiDatasetId, i32, NaiveDate, SiteId)>,
) -> Result<Vec<observation::Model>> {
    use observation::{Column, Entity};
    let key = [Column::DatasetId, Column::Revision, Column::PeriodStart, Column::SiteId];
    let beyond = after.map(|(dataset, revision, start, site)| {
        let last = [Expr::val(dataset), Expr::val(revision), Expr::val(start), Expr::val(site)];
        Expr::tuple(key.map(Expr::col)).gt(Expr::tuple(last))
    });
    let select = Entity::find().filter(Condition::all().add_option(beyond));
    let select = key.into_iter().fold(select, QueryOrder::order_by_asc);
    Ok(select.limit(PAGE).all(&verification.snapshot).await?)
}
