//! Statements over many source records at once. Like observations they grow without bound, are written in bulk and
//! journaled as a count and a digest; nothing else changes them.

use chrono::NaiveDate;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, IntoActiveModel, Iterable, QueryFilter, QueryOrder,
};
use serde::Serialize;

use super::journal::{self, Rows};
use super::observations::Digester;
use super::revisioned::Revisioned;
use super::write::Write;
use crate::entity::observation::NO_SITE;
use crate::entity::site;
use crate::entity::source_record::{Column, Entity, Model, RecordVerdict};
use crate::error::Result;
use crate::id::{KpiDatasetId, SiteId};

const TABLE: &str = "source_record";

/// Rows in one statement: what SQLite's 32,766 bound values allow.
const BATCH: usize = 1_000;

impl Revisioned for Entity {
    const DATASET: Column = Column::DatasetId;
    const REVISION: Column = Column::Revision;
    const SITE: Column = Column::SiteId;
}

/// The records of a revision in the order of their ids.
#[expect(clippy::disallowed_methods, reason = "callers hold the dataset, which decides who sees these")]
pub async fn of_revision(
    connection: &impl ConnectionTrait,
    dataset: KpiDatasetId,
    revision: i32,
) -> Result<Vec<Model>> {
    let select = Entity::find().filter(Column::DatasetId.eq(dataset)).filter(Column::Revision.eq(revision));
    Ok(select.order_by_asc(Column::RecordId).all(connection).await?)
}

/// The sites that records are of, for the days on which they work. A site that is no longer in play is among them.
#[expect(clippy::disallowed_methods, reason = "callers hold the dataset, whose records name these sites")]
pub async fn sites(connection: &impl ConnectionTrait, ids: &[SiteId]) -> Result<Vec<site::Model>> {
    let ids = ids.iter().map(|id| id.uuid()).collect::<Vec<_>>();
    Ok(site::Entity::find().filter(site::Column::Id.is_in(super::select::padded(&ids))).all(connection).await?)
}

/// Inserts rows, or overwrites those with the same key. The rows are those that are new or different.
pub async fn upsert(write: &mut Write, dataset: KpiDatasetId, rows: &[Model]) -> Result<()> {
    let key = [Column::DatasetId, Column::Revision, Column::RecordId];
    let is_key = |column: &Column| key.iter().any(|of_key| of_key.as_str() == column.as_str());
    let content: Vec<Column> = Column::iter().filter(|column| !is_key(column)).collect();
    for batch in rows.chunks(BATCH) {
        let batch = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        let overwrite = OnConflict::columns(key).update_columns(content.clone()).to_owned();
        Entity::insert_many(batch).on_conflict(overwrite).exec_without_returning(write.transaction()).await?;
    }
    if !rows.is_empty() {
        let digest = digest(rows)?;
        write.record_rows(Rows { table: TABLE, of: dataset.to_string(), count: rows.len(), removed: false, digest });
    }
    Ok(())
}

/// Removes the records with these ids.
pub async fn remove(write: &mut Write, dataset: KpiDatasetId, revision: i32, ids: &[&str]) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let delete = Entity::delete_many()
            .filter(Column::DatasetId.eq(dataset))
            .filter(Column::Revision.eq(revision))
            .filter(Column::RecordId.is_in(batch.iter().copied()));
        delete.exec(write.transaction()).await?;
    }
    if !ids.is_empty() {
        let digest = journal::digest(&ids)?;
        write.record_rows(Rows { table: TABLE, of: dataset.to_string(), count: ids.len(), removed: true, digest });
    }
    Ok(())
}

/// Removes all records of a draft that is thrown away.
pub async fn discard(write: &mut Write, dataset: KpiDatasetId, revision: i32) -> Result<()> {
    let rows = of_revision(write.transaction(), dataset, revision).await?;
    let ids: Vec<&str> = rows.iter().map(|row| &*row.record_id).collect();
    remove(write, dataset, revision, &ids).await
}

/// SHA-256 over the canonical form (RFC 8785) of the records in the order given. Each is an object of `recordId`,
/// `siteId` (null where it names none) and the other fields of the API's `KpiSourceRecord`, with the reasons by their
/// codes, and `periodStart`, `verdict`, `numerator`, `denominator` and `recordedAt`.
pub fn digest(rows: &[Model]) -> Result<String> {
    let mut digester = Digester::default();
    rows.iter().try_for_each(|row| add(&mut digester, row))?;
    Ok(digester.finish())
}

/// Adds the next record to a digest that is made of them one by one.
pub fn add(digester: &mut Digester, row: &Model) -> Result<()> {
    digester.add_canonical(&Canonical::from(row))
}

/// Whether two rows say the same and are judged the same, apart from when and in which revision.
#[must_use]
pub fn says_the_same(one: &Model, other: &Model) -> bool {
    let content = |row| Canonical { recorded_at: String::new(), ..Canonical::from(row) };
    content(one) == content(other)
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Canonical<'r> {
    record_id: &'r str,
    site_id: Option<SiteId>,
    item: Option<&'r str>,
    opened_on: Option<NaiveDate>,
    agreed_on: Option<NaiveDate>,
    revised_on: Option<NaiveDate>,
    revision_reason: Option<&'r str>,
    revision_consent: Option<&'r str>,
    estimated_on: Option<NaiveDate>,
    actual_on: Option<NaiveDate>,
    recorded_on: Option<NaiveDate>,
    agreed_quantity: Option<f64>,
    actual_quantity: Option<f64>,
    outcome: Option<&'r str>,
    reason_code: Option<&'r str>,
    excluded_reason: Option<&'r str>,
    period_start: NaiveDate,
    verdict: RecordVerdict,
    numerator: Option<f64>,
    denominator: Option<f64>,
    recorded_at: String,
}

impl<'r> From<&'r Model> for Canonical<'r> {
    fn from(row: &'r Model) -> Self {
        Self {
            record_id: &row.record_id,
            site_id: (row.site_id != NO_SITE).then_some(row.site_id),
            item: row.item.as_deref(),
            opened_on: row.opened_on,
            agreed_on: row.agreed_on,
            revised_on: row.revised_on,
            revision_reason: row.revision_reason.as_deref(),
            revision_consent: row.revision_consent.as_deref(),
            estimated_on: row.estimated_on,
            actual_on: row.actual_on,
            recorded_on: row.recorded_on,
            agreed_quantity: row.agreed_quantity,
            actual_quantity: row.actual_quantity,
            outcome: row.outcome.as_deref(),
            reason_code: row.reason_code.as_deref(),
            excluded_reason: row.excluded_reason.as_deref(),
            period_start: row.period_start,
            verdict: row.verdict,
            numerator: row.numerator,
            denominator: row.denominator,
            recorded_at: journal::moment(row.recorded_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::observations;
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_canonical_list() {
        let first = Model {
            dataset_id: KpiDatasetId::new(Uuid::nil()),
            revision: 1,
            record_id: "A-1".to_owned(),
            site_id: NO_SITE,
            item: None,
            opened_on: None,
            agreed_on: "2026-03-02".parse().ok(),
            revised_on: None,
            revision_reason: None,
            revision_consent: None,
            estimated_on: None,
            actual_on: "2026-03-04".parse().ok(),
            recorded_on: None,
            agreed_quantity: None,
            actual_quantity: Some(12.5),
            outcome: None,
            reason_code: None,
            excluded_reason: None,
            period_start: "2026-03-01".parse().unwrap(),
            verdict: RecordVerdict::Met,
            numerator: Some(1.0),
            denominator: Some(1.0),
            recorded_at: "2026-03-09T08:00:00Z".parse().unwrap(),
        };
        let second = Model {
            record_id: "B-1".to_owned(),
            actual_on: None,
            actual_quantity: None,
            excluded_reason: Some("Muster".to_owned()),
            verdict: RecordVerdict::Excluded,
            numerator: None,
            denominator: None,
            ..first.clone()
        };
        // As computed by another program, as is what is signed with it.
        let records = digest(&[first, second]).unwrap();
        assert_eq!(records, "0caabf8f643af8d463f2205f773c6a50cb4af410c1385b47b970e7f0af4530e6");
        let counted = Some(("2026-03-31".parse().unwrap(), records));
        let none = observations::digest(&[]).unwrap();
        assert_eq!(
            observations::digest_of(none.clone(), counted).unwrap(),
            "39ff6e83043124de859f6b9e1d7a33ba58ef12ab06eee175605ea5307245eb7b"
        );
        assert_eq!(observations::digest_of(none.clone(), None).unwrap(), none);
    }
}
