//! The records that a definition is tried on: each dataset's at the revision that the caller reads.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::compare::{Judged, Measure};
use crate::access::reader::Reader;
use crate::access::visibility::Visible;
use crate::db::source_records;
use crate::domain::kpi::counting::WorkWeek;
use crate::domain::kpi::definition::content::Content;
use crate::entity::observation::NO_SITE;
use crate::entity::{kpi, kpi_dataset, kpi_definition, source_record};
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, RelationshipId, SiteId};

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

/// The datasets with their records, in the order of time.
pub(super) async fn datasets(reader: &Reader, which: Which) -> Result<Vec<Judged>> {
    let found = match &which.named {
        Some(ids) => named(reader, which.relationship, ids).await?,
        None => in_range(reader, &which).await?,
    };
    let mut records = records(reader, &found).await?;
    let judged = found.into_iter().filter_map(|(dataset, definition)| {
        let measure = Measure::of(Content::of("", &definition))?;
        Some(Judged {
            range: (dataset.period_start, dataset.period_end),
            data_as_of: dataset.data_as_of?,
            measure,
            records: records.remove(&dataset.id).unwrap_or_default(),
        })
    });
    Ok(judged.collect())
}

type Found = Vec<(kpi_dataset::Model, kpi_definition::Model)>;

/// Datasets of one KPI; drafts too, where the caller sees them.
async fn named(reader: &Reader, relationship: RelationshipId, ids: &[KpiDatasetId]) -> Result<Found> {
    use kpi_dataset::Column::{Id, RelationshipId};
    let condition = Condition::all().add(RelationshipId.eq(relationship)).add(Id.is_in(ids.iter().copied()));
    let found = find(reader, condition).await?;
    if found.len() < ids.len() {
        return Err(Error::not_found("KPI dataset"));
    }
    let kpis: BTreeSet<_> = found.iter().map(|(dataset, _)| dataset.kpi_id).collect();
    if kpis.len() > 1 {
        let message = format!("are of {} KPIs: a definition is tried on the records of one", kpis.len());
        return Err(Error::field("input.kpiDatasetIds", message));
    }
    Ok(found)
}

/// The shared datasets of the KPI with the definition's code.
async fn in_range(reader: &Reader, which: &Which) -> Result<Found> {
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
    find(reader, condition).await
}

async fn find(reader: &Reader, condition: Condition) -> Result<Found> {
    let definition = kpi_dataset::Entity::belongs_to(kpi_definition::Entity)
        .from(kpi_dataset::Column::DefinitionId)
        .to(kpi_definition::Column::Id)
        .into();
    let rows = reader
        .find::<kpi_dataset::Entity>()
        .filter(condition)
        .join(JoinType::InnerJoin, definition)
        .select_also(kpi_definition::Entity)
        .order_by_asc(kpi_dataset::Column::PeriodStart)
        .all(reader.connection())
        .await?;
    Ok(rows.into_iter().filter_map(|(dataset, definition)| Some((dataset, definition?))).collect())
}

/// The records of the revisions that the caller reads, in the order of their ids. The working level reads the current one
/// of each dataset.
async fn records(reader: &Reader, datasets: &Found) -> Result<HashMap<KpiDatasetId, Vec<source_record::Model>>> {
    use source_record::Column::{DatasetId, RecordId, Revision};
    let read = reader
        .find::<kpi_dataset::Entity>()
        .filter(kpi_dataset::Column::Id.is_in(datasets.iter().map(|(dataset, _)| dataset.id)))
        .select_only()
        .columns([kpi_dataset::Column::Id, kpi_dataset::Column::Revision])
        .into_query();
    let select = reader
        .find::<source_record::Entity>()
        .filter(Expr::tuple([Expr::col(DatasetId), Expr::col(Revision)]).in_subquery(read))
        .order_by_asc(DatasetId)
        .order_by_asc(RecordId);
    let most = u64::try_from(MOST_RECORDS).unwrap_or(u64::MAX);
    let rows = select.limit(most + 1).all(reader.connection()).await?;
    if rows.len() > MOST_RECORDS {
        let message = format!("hold more than {MOST_RECORDS} records: try the definition on fewer at once");
        return Err(Error::field("input.kpiDatasetIds", message));
    }
    let mut records: HashMap<KpiDatasetId, Vec<source_record::Model>> = HashMap::new();
    for row in rows {
        records.entry(row.dataset_id).or_default().push(row);
    }
    Ok(records)
}

/// The days on which the records' sites work, where the definition counts them.
pub(super) async fn work_weeks(
    reader: &Reader,
    measure: &Measure,
    datasets: &[Judged],
) -> Result<HashMap<SiteId, WorkWeek>> {
    if !measure.counting(NaiveDate::default()).needs_work_weeks() {
        return Ok(HashMap::new());
    }
    let records = datasets.iter().flat_map(|dataset| &dataset.records);
    let ids: BTreeSet<SiteId> = records.map(|record| record.site_id).filter(|id| *id != NO_SITE).collect();
    let sites = source_records::sites(reader.connection(), &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(sites.iter().filter_map(|site| Some((site.id, WorkWeek::of(site)?))).collect())
}
