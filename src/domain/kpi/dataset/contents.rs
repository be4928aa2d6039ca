//! Loading the observations of a revision, for all datasets of a page at once.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, IdenStatic, QueryFilter, QuerySelect, QueryTrait};

use crate::access::reader::{Reader, together};
use crate::db::children::{PARENTS, counts_of, page_of_each};
use crate::db::page::{List, Page};
use crate::db::select::padded;
use crate::entity::kpi_dataset;
use crate::entity::observation::{Column, Entity, Model};
use crate::error::{Error, Result};
use crate::id::KpiDatasetId;

/// What is asked of a dataset's observations.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Asked {
    /// The number of a revision; none for the one that the caller reads where it names none.
    pub revision: Option<i32>,
    /// Which of its observations.
    pub list: List<Entity>,
}

/// The key of a page of a dataset's observations. Those that differ only in the dataset are read together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ContentsOf {
    /// The dataset.
    pub dataset: KpiDatasetId,
    /// What is asked of it.
    pub asked: Arc<Asked>,
}

/// The key of the number of a dataset's observations.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountOf(pub ContentsOf);

impl Loader<ContentsOf> for Reader {
    type Value = Arc<Page<Model>>;
    type Error = Error;

    async fn load(&self, keys: &[ContentsOf]) -> Result<HashMap<ContentsOf, Arc<Page<Model>>>> {
        const READ: &str = "revision_read";
        let of_parent = |column: &'static str| Expr::col((Alias::new(PARENTS), Alias::new(column)));
        let mut contents = HashMap::new();
        for (asked, datasets) in together(keys.iter().map(|key| (&key.asked, key.dataset.uuid()))) {
            let (seen, revision) = self.datasets_at(asked.revision);
            let parents = seen
                .filter(kpi_dataset::Column::Id.is_in(padded(&datasets)))
                .select_only()
                .column(kpi_dataset::Column::Id)
                .expr_as(revision, READ)
                .into_query();
            let from = Query::select().from_subquery(parents, Alias::new(PARENTS)).to_owned();
            let children = self
                .observations_of_seen()
                .filter(Expr::col(Column::DatasetId.as_column_ref()).eq(of_parent("id")))
                .filter(Expr::col(Column::Revision.as_column_ref()).eq(of_parent(READ)));
            let connection = self.connection();
            for (id, page) in
                page_of_each(connection, from, children, Column::DatasetId.as_str(), datasets, &asked.list).await?
            {
                contents
                    .insert(ContentsOf { dataset: KpiDatasetId::new(id), asked: Arc::clone(asked) }, Arc::new(page));
            }
        }
        Ok(contents)
    }
}

impl Loader<CountOf> for Reader {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>> {
        let mut counts = HashMap::new();
        for (asked, datasets) in together(keys.iter().map(|CountOf(key)| (&key.asked, key.dataset.uuid()))) {
            let select = self.observations_at(asked.revision);
            for (id, count) in
                counts_of(self.connection(), select, Column::DatasetId, &datasets, &asked.list.filter).await?
            {
                let of = ContentsOf { dataset: KpiDatasetId::new(id), asked: Arc::clone(asked) };
                counts.insert(CountOf(of), count);
            }
        }
        Ok(counts)
    }
}
