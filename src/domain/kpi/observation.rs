//! Reading observations as they were recorded: of many datasets by date, or of one dataset's revision.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter};

use crate::access::reader::Reader;
use crate::access::visibility::RevisionRead;
use crate::db::observation_page;
use crate::db::page::{List, Listed, Page, SortKey};
use crate::domain::check::Check;
use crate::entity::kpi_dataset;
use crate::entity::observation::{Column, Entity, Model};
use crate::error::Result;
use crate::id::{KpiDatasetId, KpiId, RelationshipId, SiteId};
use crate::scalar::Date;

/// Narrows a list of observations.
#[derive(Debug, InputObject)]
pub struct KpiObservationFilter {
    /// The relationship.
    relationship_id: ID,
    /// Only those of this KPI.
    kpi_id: Option<ID>,
    /// Only those of this dataset.
    kpi_dataset_id: Option<ID>,
    /// Only those of periods that begin on this day or later.
    from: Option<Date>,
    /// Only those of periods that begin on this day or earlier.
    to: Option<Date>,
    /// Only those of this site.
    site_id: Option<ID>,
}

/// Which datasets a list of observations is of.
#[derive(Clone, Copy, Debug)]
pub struct Datasets {
    relationship: RelationshipId,
    kpi: Option<KpiId>,
    dataset: Option<KpiDatasetId>,
}

/// Which of their observations it lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// Of periods that begin on this day or later.
    pub from: Option<NaiveDate>,
    /// Of periods that begin on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Of this site.
    pub site: Option<SiteId>,
}

impl KpiObservationFilter {
    /// Checks the filter.
    pub fn resolve(self) -> Result<(Datasets, Narrowing)> {
        let Self { relationship_id, kpi_id, kpi_dataset_id, from, to, site_id } = self;
        let (from, to) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of("filter");
        let datasets = Datasets {
            relationship: check.id("relationshipId", &relationship_id),
            kpi: check.optional_id("kpiId", kpi_id.as_deref().map(String::as_str)),
            dataset: check.optional_id("kpiDatasetId", kpi_dataset_id.as_deref().map(String::as_str)),
        };
        let site = check.optional_id("siteId", site_id.as_deref().map(String::as_str));
        check.open_range(("from", from), ("to", to));
        check.finish()?;
        Ok((datasets, Narrowing { from, to, site }))
    }
}

/// One page of the observations of all datasets that the caller sees, each at the revision that it reads.
pub async fn page_of(reader: &Reader, datasets: Datasets, list: &List<Entity>) -> Result<Page<Model>> {
    let Narrowing { from, to, site } = list.filter;
    let mut whole = Condition::all()
        .add_option(from.map(|from| kpi_dataset::Column::PeriodStart.gte(from)))
        .add_option(to.map(|to| kpi_dataset::Column::PeriodEnd.lte(to)));
    if site.is_some() {
        whole = whole.add(Expr::val(1).eq(0));
    }
    let datasets = observation_page::Datasets {
        select: reader.find::<kpi_dataset::Entity>().filter(datasets.narrowed(&list.filter)),
        revision: RevisionRead::by(reader.viewer()).column(),
        whole,
    };
    observation_page::page_across(reader.connection(), datasets, list).await
}

/// How many there are in the whole list.
pub async fn count_of(reader: &Reader, datasets: Datasets, filter: &Narrowing) -> Result<i64> {
    let select = reader.observations_at(None).filter(datasets.narrowed(filter)).filter(Entity::matching(filter));
    Ok(i64::try_from(select.count(reader.connection()).await?).unwrap_or(i64::MAX))
}

impl Datasets {
    /// The datasets that can have an observation in the list.
    fn narrowed(self, filter: &Narrowing) -> Condition {
        use kpi_dataset::Column as Dataset;
        let Self { relationship, kpi, dataset } = self;
        Condition::all()
            .add(Dataset::RelationshipId.eq(relationship))
            .add_option(kpi.map(|id| Dataset::KpiId.eq(id)))
            .add_option(dataset.map(|id| Dataset::Id.eq(id)))
            .add_option(filter.from.map(|from| Dataset::PeriodEnd.gte(from)))
            .add_option(filter.to.map(|to| Dataset::PeriodStart.lte(to)))
    }
}

impl Listed for Entity {
    type Filter = Narrowing;
    type Order = ();

    fn matching(filter: &Narrowing) -> Condition {
        let Narrowing { from, to, site } = filter;
        Condition::all()
            .add_option(from.map(|from| Column::PeriodStart.gte(from)))
            .add_option(to.map(|to| Column::PeriodStart.lte(to)))
            .add_option(site.map(|site| Column::SiteId.eq(site)))
    }

    /// By date; it names one observation within any set of revisions with one of each dataset.
    fn sort_key((): ()) -> SortKey<Column> {
        SortKey::ascending([Column::PeriodStart, Column::DatasetId, Column::SiteId])
    }
}
