//! Changing the records of a dataset, and counting all of its observations anew from them. Nothing is written before
//! all of it is known to be right.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Days, NaiveDate};
use sea_orm::{ColumnTrait, Condition};

use super::draft::{LARGEST, too_large};
use super::elsewhere::standing_elsewhere;
use super::input::MOST;
use super::source::{self, SourceRecordInput, path};
use super::target::Target;
use super::work_weeks::work_weeks;
use crate::access::permit::dataset::takes_records;
use crate::access::writer::Operation;
use crate::db::observations::{self, Key};
use crate::db::source_records;
use crate::domain::check::Check;
use crate::domain::kpi::counting::{
    Counting, Judgement, Lack, Observed, RecordCounts, WorkWeek, check_reasons, contradictions, observe,
};
use crate::entity::kpi_dataset::KpiDatasetStage;
use crate::entity::observation;
use crate::entity::source_record::{Column, Model};
use crate::error::{Error, Result};
use crate::id::SiteId;
use crate::scalar::Date;

/// What is sent of a dataset's records.
pub(super) struct Sent {
    /// The day that all of them are as of; left out, today in UTC, or that of the revision which is corrected.
    pub data_as_of: Option<Date>,
    /// Records that are new, or take the place of those with the same id.
    pub records: Vec<SourceRecordInput>,
    /// The ids of records to take out.
    pub remove: Vec<String>,
    /// What the argument calls those ids.
    pub remove_field: &'static str,
}

/// What became of them.
pub struct Recounted {
    /// Whether anything is different now.
    pub changed: bool,
    /// How many of the records sent were new or different.
    pub recorded: u64,
    /// How many of them were there already, just so.
    pub unchanged: u64,
    /// How many records were taken out.
    pub removed: u64,
    /// How many of the records sent say what cannot be so.
    pub contradictory: u64,
    /// How all records of the dataset were judged.
    pub counts: RecordCounts,
    /// The day that they are as of.
    pub data_as_of: NaiveDate,
    /// All of them, by id.
    pub records: Vec<Model>,
    /// The observations that they make.
    pub observations: Vec<observation::Model>,
}

/// Changes the records of a revision that nobody else reads yet, and counts its observations.
pub(super) async fn recount(
    operation: &mut Operation,
    mut check: Check,
    target: &Target,
    revision: i32,
    sent: Sent,
) -> Result<Recounted> {
    takes_records(&target.definition)?;
    let id = target.dataset.id;
    let data_as_of = data_as_of(&mut check, operation, target, sent.data_as_of);
    let Some(counting) = Counting::of(&target.definition, data_as_of) else {
        return Err(Error::internal("a definition that takes records has a rule"));
    };
    let remove = removals(&mut check, sent.remove_field, sent.remove);
    let rows = source::rows(&mut check, target, revision, sent.records, operation.at());
    let rows = each_once(&mut check, sent.remove_field, rows, &remove);
    counted_elsewhere(&mut check, operation, target, &rows).await?;
    let stored = source_records::of_revision(operation.transaction(), id, revision).await?;
    let mut stored: BTreeMap<String, Model> = stored.into_iter().map(|row| (row.record_id.clone(), row)).collect();
    let gone: Vec<String> = remove.into_iter().filter(|id| stored.remove(id).is_some()).collect();
    let total = rows.iter().filter(|(_, row)| !stored.contains_key(&row.record_id)).count() + stored.len();
    let message = format!("would make {total} records in this dataset; it holds {LARGEST} at most: open shorter ones");
    check.that(total <= LARGEST, "records", message);
    let work_weeks =
        work_weeks(operation.transaction(), &counting, stored.values().chain(rows.iter().map(|(_, row)| row))).await?;
    let judging = Judging { counting: &counting, target, work_weeks };
    let sent: HashSet<String> = rows.iter().map(|(_, row)| row.record_id.clone()).collect();
    let mut changed = Vec::new();
    let mut all: BTreeMap<String, Model> = BTreeMap::new();
    let mut contradictory = 0;
    for (index, row) in rows {
        let Some(row) = judging.of_sent(&mut check, index, row) else { continue };
        contradictory += u64::from(!contradictions(&row, data_as_of).is_empty());
        let row = match stored.remove(&row.record_id) {
            Some(before) if source_records::says_the_same(&before, &row) => before,
            _ => {
                changed.push(row.clone());
                row
            }
        };
        all.insert(row.record_id.clone(), row);
    }
    let recorded = changed.len() as u64;
    for (record_id, before) in stored.into_iter().filter(|(record_id, _)| !sent.contains(record_id)) {
        let Some(after) = judging.of_stored(&mut check, before.clone()) else { continue };
        if Judgement::of(&before) != Judgement::of(&after) {
            changed.push(after.clone());
        }
        all.insert(record_id, after);
    }
    let before = observations::of_revision(operation.transaction(), id, revision).await?;
    let mut sites = sites_told_of(target, &before);
    sites.extend(all.values().map(|record| counting.site_of(record)));
    let (from, to) = (target.dataset.period_start, target.dataset.period_end);
    let places = if counting.by_site { sites.len() } else { 1 };
    if let Some(message) = too_large(counting.periods, from, to, places) {
        check.wrong("kpiDatasetId", message);
    }
    check.finish()?;

    let gone_ids: Vec<&str> = gone.iter().map(String::as_str).collect();
    source_records::remove(operation, id, revision, &gone_ids).await?;
    source_records::upsert(operation, id, &changed).await?;
    let records: Vec<Model> = all.into_values().collect();
    let judged = records.iter().map(|record| (counting.site_of(record), Judgement::of(record)));
    let (changed_observations, observations) =
        write_observations(operation, target, revision, before, observe(&counting, (from, to), sites, judged)).await?;
    Ok(Recounted {
        changed: !changed.is_empty()
            || !gone.is_empty()
            || changed_observations
            || target.dataset.data_as_of != Some(data_as_of),
        recorded,
        unchanged: (sent.len() as u64).saturating_sub(recorded),
        removed: gone.len() as u64,
        contradictory,
        counts: counts_of(&records),
        data_as_of,
        records,
        observations,
    })
}

/// How records are judged when they are counted anew.
struct Judging<'t> {
    counting: &'t Counting<'t>,
    target: &'t Target,
    work_weeks: HashMap<SiteId, WorkWeek>,
}

impl Judging<'_> {
    /// A record that was sent, judged; what is wrong with it is told.
    fn of_sent(&self, check: &mut Check, index: usize, row: Model) -> Option<Model> {
        let reasons = self.target.definition.reason_codes.as_ref().map_or(&[][..], |codes| &codes.0);
        let mut wrong = check_reasons(reasons, &row);
        wrong.extend(outside(self.counting, self.target, &row));
        let judgement = self.counting.judge(&row, &self.work_weeks).map_err(|lacks| wrong.extend(lacks)).ok();
        told(check, index, wrong);
        judgement.map(|judgement| judgement.on(row))
    }

    /// A record that was there before, judged anew. What was judged by the days on which its site worked then stays so in a
    /// correction, which is of something else.
    fn of_stored(&self, check: &mut Check, row: Model) -> Option<Model> {
        if self.counting.needs_work_weeks() && self.target.dataset.stage != KpiDatasetStage::Draft {
            return Some(row);
        }
        match self.counting.judge(&row, &self.work_weeks) {
            Ok(judgement) => Some(judgement.on(row)),
            Err(lacks) => {
                for Lack { field, message } in lacks {
                    let record = &row.record_id;
                    let message = format!("{record}, recorded before, can no longer be judged: {field} {message}");
                    check.wrong("records", message);
                }
                None
            }
        }
    }
}

/// The sites that observations tell of: a draft's of those in play, a correction's of those that the revision before told
/// of, whichever are in play today.
fn sites_told_of(target: &Target, before: &[observation::Model]) -> HashSet<SiteId> {
    match target.dataset.stage {
        KpiDatasetStage::Draft => target.sites.iter().copied().collect(),
        _ => before.iter().map(|row| row.site_id).collect(),
    }
}

fn counts_of(records: &[Model]) -> RecordCounts {
    let mut counts = RecordCounts::default();
    for record in records {
        counts.add(record.verdict, 1);
    }
    counts
}

/// The day that the data is as of.
fn data_as_of(check: &mut Check, operation: &Operation, target: &Target, sent: Option<Date>) -> NaiveDate {
    let today = operation.at().date_naive();
    let usual = match target.dataset.stage {
        KpiDatasetStage::Draft => today,
        _ => target.dataset.data_as_of.unwrap_or(today),
    };
    let day = check.date("dataAsOf", sent.map_or(usual, NaiveDate::from));
    // It is tomorrow already in the places that are ahead of UTC.
    check.that(day <= today + Days::new(1), "dataAsOf", format!("{day} is still to come: no data is as of that day"));
    day
}

fn removals(check: &mut Check, field: &str, remove: Vec<String>) -> HashSet<String> {
    check.up_to(field, remove, MOST, |_, _, id| id.trim().to_owned()).into_iter().collect()
}

/// Each record with its place in the list, once: what is sent twice must say the same, and what is taken out is not sent.
fn each_once(check: &mut Check, remove_field: &str, rows: Vec<Model>, remove: &HashSet<String>) -> Vec<(usize, Model)> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut once: Vec<(usize, Model)> = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let field = format!("{}.recordId", path(index));
        if remove.contains(&row.record_id) {
            check.wrong(&field, format!("is in {remove_field}, too: send it or take it out"));
        }
        match first.get(&row.record_id) {
            None => {
                first.insert(row.record_id.clone(), once.len());
                once.push((index, row));
            }
            Some(at) if once.get(*at).is_some_and(|(_, other)| *other == row) => {}
            Some(at) => {
                let other = once.get(*at).map_or_else(String::new, |(index, _)| path(*index));
                check.wrong(
                    &field,
                    format!("is that of {other}, too, which says something else: send each record once"),
                );
            }
        }
    }
    once
}

/// A record is counted once: its id stands in no other dataset of the KPI that the caller's party sees.
async fn counted_elsewhere(
    check: &mut Check,
    operation: &Operation,
    target: &Target,
    rows: &[(usize, Model)],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = Column::RecordId.is_in(rows.iter().map(|(_, row)| &*row.record_id));
    let others = Condition::all();
    let found = standing_elsewhere(operation, &target.dataset, others, ids).await?;
    let found: HashSet<String> = found.into_iter().collect();
    for (index, _) in rows.iter().filter(|(_, row)| found.contains(&row.record_id)) {
        let message = "stands in another dataset of this KPI already: a record is counted once";
        check.wrong(&format!("{}.recordId", path(*index)), message);
    }
    Ok(())
}

/// What is wrong with the date that places a record, if that is outside of the dataset's period.
fn outside(counting: &Counting<'_>, target: &Target, row: &Model) -> Option<Lack> {
    let (from, to) = (target.dataset.period_start, target.dataset.period_end);
    let (field, day) = counting.placed_by(row);
    let day = day.filter(|day| !(from..=to).contains(day))?;
    let field = if Some(day) == row.revised_on && field == "agreedOn" { "revisedOn" } else { field };
    let message = format!("{day} places it outside of the dataset's period, {from} to {to}");
    Some(Lack { field, message })
}

fn told(check: &mut Check, index: usize, wrong: Vec<Lack>) {
    let mut fields = HashSet::new();
    for Lack { field, message } in wrong {
        if fields.insert(field) {
            check.wrong(&format!("{}.{field}", path(index)), message);
        }
    }
}

/// Writes what the records make, and takes away what they no longer make. Whether any observation is different, and all
/// of them as they stand.
async fn write_observations(
    operation: &mut Operation,
    target: &Target,
    revision: i32,
    before: Vec<observation::Model>,
    observed: Vec<Observed>,
) -> Result<(bool, Vec<observation::Model>)> {
    let id = target.dataset.id;
    let rows: Vec<observation::Model> =
        observed.into_iter().map(|observed| observation_of(operation, target, revision, observed)).collect();
    let keys: HashSet<Key> = rows.iter().map(|row| (row.period_start, row.site_id)).collect();
    let gone = before.iter().map(|row| (row.period_start, row.site_id)).filter(|key| !keys.contains(key));
    let gone: Vec<Key> = gone.collect();
    let removed = observations::remove(operation, id, revision, &gone).await?;
    let changed = observations::upsert(operation, id, &rows).await?;
    Ok((removed + changed > 0, observations::of_revision(operation.transaction(), id, revision).await?))
}

fn observation_of(operation: &Operation, target: &Target, revision: i32, observed: Observed) -> observation::Model {
    let Observed { period_start, period_end, site_id, numerator, denominator, value, status, reason, .. } = observed;
    observation::Model {
        dataset_id: target.dataset.id,
        revision,
        period_start,
        site_id,
        period_end,
        numerator,
        denominator,
        value,
        status,
        reason,
        source_system: target.definition.source_system.clone(),
        source_record: None,
        note: None,
        recorded_at: operation.at(),
    }
}
