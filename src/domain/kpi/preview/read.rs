//! The records that a definition is tried on: each dataset's at the revision that the caller reads.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::MOST_DATASETS;
use super::compare::{Judged, Measure};
use crate::access::reader::Reader;
use crate::access::visibility::Visible;
use crate::domain::kpi::definition::content::Content;
use crate::entity::observation;
use crate::entity::{kpi, kpi_dataset, kpi_definition, source_record};
use crate::error::{Error, FieldError, Result};
use crate::id::{KpiDatasetId, KpiDefinitionId, RelationshipId, SiteId};

/// The most records that a definition is tried on at once.
const MOST_RECORDS: usize = 50_000;

/// Which datasets.
#[derive(Debug)]
pub(super) struct Which {
    /// All are under this relationship.
    pub relationship: RelationshipId,
    /// The code of the KPI, where none is named.
    pub code: String,
    /// These.
    pub named: Option<Vec<KpiDatasetId>>,
    /// Those that cover this day or a later one.
    pub from: Option<NaiveDate>,
    /// Those that cover this day or an earlier one.
    pub to: Option<NaiveDate>,
}

/// The datasets with their records, in the order of time; of a range, how many more have none.
pub(super) async fn datasets(reader: &Reader, which: Which) -> Result<(Vec<Judged>, usize)> {
    let found = match &which.named {
        Some(ids) => named(reader, which.relationship, ids).await?,
        None => in_range(reader, &which).await?,
    };
    let measures = measures(reader, &found).await?;
    let has_records =
        |dataset: &kpi_dataset::Model| dataset.data_as_of.is_some() && measures.contains_key(&dataset.definition_id);
    let (found, without): (Vec<_>, Vec<_>) = found.into_iter().partition(has_records);
    if let Some(ids) = &which.named {
        each_has_records(ids, &without, &measures)?;
    }
    let by_site = found.iter().filter(|dataset| measures[&dataset.definition_id].is_by_site());
    let mut sites = sites(reader, by_site.map(|dataset| dataset.id).collect()).await?;
    let mut records = records(reader, &found).await?;
    let judged = found.into_iter().filter_map(|dataset| {
        let (data_as_of, records) = match records.remove(&dataset.id) {
            Some(read) => read,
            None => (dataset.data_as_of?, Vec::new()),
        };
        Some(Judged {
            range: (dataset.period_start, dataset.period_end),
            data_as_of,
            measure: Arc::clone(&measures[&dataset.definition_id]),
            sites: sites.remove(&dataset.id).unwrap_or_default(),
            records,
        })
    });
    Ok((judged.collect(), without.len()))
}

/// Refuses datasets, named one by one, that there is nothing to try a definition on.
fn each_has_records(
    ids: &[KpiDatasetId],
    without: &[kpi_dataset::Model],
    measures: &HashMap<KpiDefinitionId, Arc<Measure>>,
) -> Result<()> {
    let mut fields = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let Some(dataset) = without.iter().find(|dataset| dataset.id == *id) else { continue };
        let message = if measures.contains_key(&dataset.definition_id) {
            "is a draft that no records were sent into yet"
        } else {
            "has no records: it is measured by a version without a counting rule"
        };
        fields.push(FieldError { field: format!("input.kpiDatasetIds[{index}]"), message: message.to_owned() });
    }
    if fields.is_empty() { Ok(()) } else { Err(Error::BadInput { fields }) }
}

/// Datasets of one KPI; drafts too, where the caller sees them.
async fn named(reader: &Reader, relationship: RelationshipId, ids: &[KpiDatasetId]) -> Result<Vec<kpi_dataset::Model>> {
    use kpi_dataset::Column::{Id, RelationshipId};
    let ids: BTreeSet<KpiDatasetId> = ids.iter().copied().collect();
    let count = ids.len();
    let found = find(reader, Condition::all().add(RelationshipId.eq(relationship)).add(Id.is_in(ids))).await?;
    if found.len() < count {
        return Err(Error::not_found("KPI dataset"));
    }
    let kpis: BTreeSet<_> = found.iter().map(|dataset| dataset.kpi_id).collect();
    if kpis.len() > 1 {
        let message = format!("are of {} KPIs: a definition is tried on the records of one", kpis.len());
        return Err(Error::field("input.kpiDatasetIds", message));
    }
    Ok(found)
}

/// The shared datasets of the KPI with the definition's code.
async fn in_range(reader: &Reader, which: &Which) -> Result<Vec<kpi_dataset::Model>> {
    let own = Condition::all()
        .add(kpi::Column::RelationshipId.eq(which.relationship))
        .add(kpi::Column::Code.eq(which.code.clone()));
    let kpi = reader.find::<kpi::Entity>().filter(own).one(reader.connection()).await?;
    let kpi = kpi.ok_or_else(|| Error::not_found("KPI"))?;
    let condition = Condition::all()
        .add(kpi_dataset::Entity::shared_with_both())
        .add(kpi_dataset::Column::KpiId.eq(kpi.id))
        .add_option(which.from.map(|from| kpi_dataset::Column::PeriodEnd.gte(from)))
        .add_option(which.to.map(|to| kpi_dataset::Column::PeriodStart.lte(to)));
    let found = find(reader, condition).await?;
    if found.len() > MOST_DATASETS {
        let field = if which.from.is_some() { "input.from" } else { "input.to" };
        let message = format!("begins a range of more than {MOST_DATASETS} datasets: narrow it");
        return Err(Error::field(field, message));
    }
    Ok(found)
}

/// One dataset more than a definition is tried on tells that there are too many.
async fn find(reader: &Reader, condition: Condition) -> Result<Vec<kpi_dataset::Model>> {
    let select = reader.find::<kpi_dataset::Entity>().filter(condition).order_by_asc(kpi_dataset::Column::PeriodStart);
    Ok(select.limit(one_more_than(MOST_DATASETS)).all(reader.connection()).await?)
}

fn one_more_than(most: usize) -> u64 {
    u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)
}

/// How the versions measure that datasets are measured by, of those that count records.
async fn measures(reader: &Reader, datasets: &[kpi_dataset::Model]) -> Result<HashMap<KpiDefinitionId, Arc<Measure>>> {
    let ids: BTreeSet<KpiDefinitionId> = datasets.iter().map(|dataset| dataset.definition_id).collect();
    let select = reader.find::<kpi_definition::Entity>().filter(kpi_definition::Column::Id.is_in(ids));
    let definitions = select.all(reader.connection()).await?;
    let measure = |definition| Some(Arc::new(Measure::of(Content::of("", definition))?));
    Ok(definitions.iter().filter_map(|definition| Some((definition.id, measure(definition)?))).collect())
}

/// The sites that datasets have observations of.
async fn sites(reader: &Reader, datasets: Vec<KpiDatasetId>) -> Result<HashMap<KpiDatasetId, Vec<SiteId>>> {
    use observation::Column::{DatasetId, SiteId as Site};
    if datasets.is_empty() {
        return Ok(HashMap::new());
    }
    let select = reader
        .observations_at(None)
        .filter(DatasetId.is_in(datasets))
        .select_only()
        .columns([DatasetId, Site])
        .distinct()
        .into_tuple::<(KpiDatasetId, SiteId)>();
    let mut sites: HashMap<KpiDatasetId, Vec<SiteId>> = HashMap::new();
    for (dataset, site) in select.all(reader.connection()).await? {
        sites.entry(dataset).or_default().push(site);
    }
    Ok(sites)
}

/// The records of the revisions that the caller reads, in the order of their ids, and the day that they are as of. The
/// working level reads the current one of each dataset. Both are read in one statement: between two, other records can be
/// sent that are as of another day.
async fn records(
    reader: &Reader,
    datasets: &[kpi_dataset::Model],
) -> Result<HashMap<KpiDatasetId, (NaiveDate, Vec<source_record::Model>)>> {
    use source_record::Column::{DatasetId, RecordId, Revision};
    const AS_OF: &str = "read_as_of";
    let current = source_record::Entity::belongs_to(kpi_dataset::Entity)
        .from((DatasetId, Revision))
        .to((kpi_dataset::Column::Id, kpi_dataset::Column::Revision))
        .into();
    let select = reader
        .find::<source_record::Entity>()
        .filter(DatasetId.is_in(datasets.iter().map(|dataset| dataset.id)))
        .join(JoinType::InnerJoin, current)
        .column_as(kpi_dataset::Column::DataAsOf, AS_OF)
        .order_by_asc(DatasetId)
        .order_by_asc(RecordId)
        .limit(one_more_than(MOST_RECORDS));
    let rows = reader.connection().query_all(&select.into_query()).await?;
    if rows.len() > MOST_RECORDS {
        let message = format!("hold more than {MOST_RECORDS} records: try the definition on fewer at once");
        return Err(Error::field("input.kpiDatasetIds", message));
    }
    let mut records: HashMap<KpiDatasetId, (NaiveDate, Vec<source_record::Model>)> = HashMap::new();
    for row in rows {
        let (record, as_of) = (source_record::Model::from_query_result(&row, "")?, row.try_get("", AS_OF)?);
        records.entry(record.dataset_id).or_insert_with(|| (as_of, Vec::new())).1.push(record);
    }
    Ok(records)
}
