//! Statements over many observations at once. Observations are the one table that grows without bound, so
//! they are written in bulk and journaled as a count and a digest; nothing else changes them.

use chrono::NaiveDate;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::journal::{self, Rows};
use super::revisioned::Revisioned;
use super::write::Write;
use crate::entity::observation::{Column, Entity, Model, NO_SITE};
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, SiteId};

const TABLE: &str = "observation";

/// Rows in one statement: what SQLite's 32,766 bound values allow.
const BATCH: usize = 2_000;

impl Revisioned for Entity {
    const DATASET: Column = Column::DatasetId;
    const REVISION: Column = Column::Revision;
    const SITE: Column = Column::SiteId;
}

/// The key of an observation inside a revision.
pub type Key = (NaiveDate, SiteId);

/// The observations of a revision in the order of their keys.
#[expect(clippy::disallowed_methods, reason = "callers hold the dataset, which decides who sees these")]
pub async fn of_revision(
    connection: &impl ConnectionTrait,
    dataset: KpiDatasetId,
    revision: i32,
) -> Result<Vec<Model>> {
    let select = Entity::find().filter(Column::DatasetId.eq(dataset)).filter(Column::Revision.eq(revision));
    Ok(select.order_by_asc(Column::PeriodStart).order_by_asc(Column::SiteId).all(connection).await?)
}

/// Inserts rows, or overwrites those with the same key that differ. How many were new or different.
pub async fn upsert(write: &mut Write, dataset: KpiDatasetId, rows: &[Model]) -> Result<u64> {
    let mut changed = 0;
    for batch in rows.chunks(BATCH) {
        let batch = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        let insert = Entity::insert_many(batch).on_conflict(overwrite_if_different());
        changed += insert.exec_without_returning(write.transaction()).await?;
    }
    if changed > 0 {
        write.record_rows(Rows {
            table: TABLE,
            of: dataset.to_string(),
            count: rows.len(),
            removed: false,
            digest: digest(rows)?,
        });
    }
    Ok(changed)
}

/// The columns that say what was observed; the others say when it was recorded, or are the key.
const CONTENT: [Column; 9] = [
    Column::PeriodEnd,
    Column::Numerator,
    Column::Denominator,
    Column::Value,
    Column::Status,
    Column::Reason,
    Column::SourceSystem,
    Column::SourceRecord,
    Column::Note,
];

fn overwrite_if_different() -> OnConflict {
    let excluded = |column: Column| Expr::col((Alias::new("excluded"), column));
    let differs = CONTENT.iter().fold(sea_orm::Condition::any(), |any, column| {
        any.add(
            Expr::col((Entity, *column))
                .binary(sea_orm::sea_query::BinOper::Custom("IS DISTINCT FROM"), excluded(*column)),
        )
    });
    OnConflict::columns([Column::DatasetId, Column::Revision, Column::PeriodStart, Column::SiteId])
        .update_columns(CONTENT.into_iter().chain([Column::RecordedAt]))
        .action_cond_where(differs)
        .to_owned()
}

/// Removes the rows with these keys. How many there were.
pub async fn remove(write: &mut Write, dataset: KpiDatasetId, revision: i32, keys: &[Key]) -> Result<u64> {
    let mut removed = 0;
    for batch in keys.chunks(BATCH) {
        let keys = batch.iter().map(|(start, site)| Expr::tuple([Expr::val(*start), Expr::val(*site)]));
        let key = Expr::tuple([Expr::col(Column::PeriodStart), Expr::col(Column::SiteId)]);
        let delete = Entity::delete_many()
            .filter(Column::DatasetId.eq(dataset))
            .filter(Column::Revision.eq(revision))
            .filter(key.is_in(keys));
        removed += delete.exec(write.transaction()).await?.rows_affected;
    }
    if removed > 0 {
        let keys: Vec<_> = keys.iter().map(|(start, site)| (start, (*site != NO_SITE).then_some(site))).collect();
        let digest = journal::digest(&keys)?;
        write.record_rows(Rows { table: TABLE, of: dataset.to_string(), count: keys.len(), removed: true, digest });
    }
    Ok(removed)
}

/// Removes all rows of a draft that is thrown away.
pub async fn discard(write: &mut Write, dataset: KpiDatasetId, revision: i32) -> Result<()> {
    let rows = of_revision(write.transaction(), dataset, revision).await?;
    let keys: Vec<Key> = rows.into_iter().map(|row| (row.period_start, row.site_id)).collect();
    remove(write, dataset, revision, &keys).await?;
    Ok(())
}

/// SHA-256 over the canonical form (RFC 8785) of the observations in the order given: what a party signs.
/// Each is an object of `periodStart`, `periodEnd`, `siteId` (null where the definition is not by site),
/// `numerator`, `denominator`, `value`, `status`, `reason`, `sourceSystem`, `sourceRecord`, `note` and `recordedAt`.
pub fn digest(rows: &[Model]) -> Result<String> {
    let mut digester = Digester::default();
    rows.iter().try_for_each(|row| digester.add(row))?;
    Ok(digester.finish())
}

/// Makes the same digest of observations that come one by one: the canonical form of a list is that of its
/// elements, with commas between.
#[derive(Debug, Default)]
pub struct Digester {
    hash: Sha256,
    begun: bool,
}

impl Digester {
    /// Adds the next.
    pub fn add(&mut self, row: &Model) -> Result<()> {
        self.add_canonical(&Canonical::from(row))
    }

    /// Adds a row of another table, in its canonical form.
    pub(super) fn add_canonical(&mut self, row: &impl Serialize) -> Result<()> {
        self.hash.update(if std::mem::replace(&mut self.begun, true) { "," } else { "[" });
        self.hash.update(serde_json_canonicalizer::to_vec(row).map_err(Error::internal)?);
        Ok(())
    }

    /// The digest of all that were added.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.hash.update(if self.begun { "]" } else { "[]" });
        hex::encode(self.hash.finalize())
    }
}

/// The digest of a revision or draft: that of its observations; where these are counted from records, one over both,
/// and over the day that the records are as of.
pub fn digest_of(observations: String, counted: Option<(NaiveDate, String)>) -> Result<String> {
    let Some((data_as_of, records)) = counted else { return Ok(observations) };
    journal::digest(&Counted { data_as_of, observations, records })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    data_as_of: NaiveDate,
    observations: String,
    records: String,
}

/// Whether two rows say the same, apart from when and in which revision.
#[must_use]
pub fn says_the_same(one: &Model, other: &Model) -> bool {
    let content = |row| Canonical { recorded_at: String::new(), ..Canonical::from(row) };
    content(one) == content(other)
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Canonical<'r> {
    period_start: NaiveDate,
    period_end: NaiveDate,
    site_id: Option<SiteId>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    status: crate::entity::observation::ObservationStatus,
    reason: Option<&'r str>,
    source_system: Option<&'r str>,
    source_record: Option<&'r str>,
    note: Option<&'r str>,
    recorded_at: String,
}

impl<'r> From<&'r Model> for Canonical<'r> {
    fn from(row: &'r Model) -> Self {
        Self {
            period_start: row.period_start,
            period_end: row.period_end,
            site_id: (row.site_id != NO_SITE).then_some(row.site_id),
            numerator: row.numerator,
            denominator: row.denominator,
            value: row.value,
            status: row.status,
            reason: row.reason.as_deref(),
            source_system: row.source_system.as_deref(),
            source_record: row.source_record.as_deref(),
            note: row.note.as_deref(),
            recorded_at: journal::moment(row.recorded_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::entity::observation::ObservationStatus;

    #[test]
    fn a_digest_is_that_of_the_canonical_list() {
        let site = SiteId::new(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881));
        let first = Model {
            dataset_id: KpiDatasetId::new(Uuid::nil()),
            revision: 1,
            period_start: "2026-03-02".parse().unwrap(),
            site_id: NO_SITE,
            period_end: "2026-03-08".parse().unwrap(),
            numerator: Some(9.0),
            denominator: Some(10.0),
            value: Some(90.0),
            status: ObservationStatus::Reported,
            reason: None,
            source_system: None,
            source_record: Some("r1".to_owned()),
            note: None,
            recorded_at: "2026-03-09T08:00:00Z".parse().unwrap(),
        };
        let second = Model {
            period_start: "2026-03-09".parse().unwrap(),
            site_id: site,
            period_end: "2026-03-15".parse().unwrap(),
            numerator: None,
            denominator: None,
            value: None,
            status: ObservationStatus::NoData,
            source_system: Some("SAP".to_owned()),
            source_record: None,
            note: Some("Montag".to_owned()),
            ..first.clone()
        };
        let rows = [first, second];
        let canonical: Vec<_> = rows.iter().map(Canonical::from).collect();
        assert_eq!(digest(&rows).unwrap(), super::super::journal::digest(&canonical).unwrap());
        // As computed by another program.
        assert_eq!(digest(&rows).unwrap(), "d3197b4e7fab17a0ffd45bdcee67f8219ef627ae043207196c4de4586b173c57");
        assert_eq!(digest(&[]).unwrap(), "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
    }
}
