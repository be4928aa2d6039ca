//! Loading revisions and both parties' readings of them, for all datasets of a page at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::QueryFilter;
use sea_orm::sea_query::{Expr, ExprTrait};

use crate::access::reader::Reader;
use crate::entity::{interpretation, kpi_dataset_revision};
use crate::error::{Error, Result};
use crate::id::KpiDatasetId;

/// The key of one revision of a dataset, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RevisionOf(pub KpiDatasetId, pub i32);

impl Loader<RevisionOf> for Reader {
    type Value = kpi_dataset_revision::Model;
    type Error = Error;

    async fn load(&self, keys: &[RevisionOf]) -> Result<HashMap<RevisionOf, kpi_dataset_revision::Model>> {
        use kpi_dataset_revision::{Column, Entity};
        let key = Expr::tuple([Expr::col(Column::DatasetId), Expr::col(Column::Number)]);
        let wanted =
            keys.iter().map(|RevisionOf(dataset, number)| Expr::tuple([Expr::val(*dataset), Expr::val(*number)]));
        let rows = self.find::<Entity>().filter(key.is_in(wanted)).all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (RevisionOf(row.dataset_id, row.number), row)).collect())
    }
}

/// The key of both parties' readings of one revision of a dataset.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReadingsOf(pub KpiDatasetId, pub i32);

impl Loader<ReadingsOf> for Reader {
    type Value = Vec<interpretation::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ReadingsOf]) -> Result<HashMap<ReadingsOf, Vec<interpretation::Model>>> {
        use interpretation::{Column, Entity};
        let key = Expr::tuple([Expr::col(Column::DatasetId), Expr::col(Column::Revision)]);
        let wanted =
            keys.iter().map(|ReadingsOf(dataset, number)| Expr::tuple([Expr::val(*dataset), Expr::val(*number)]));
        let rows = self.find::<Entity>().filter(key.is_in(wanted)).all(self.connection()).await?;
        let mut readings: HashMap<ReadingsOf, Vec<interpretation::Model>> = HashMap::new();
        for row in rows {
            readings.entry(ReadingsOf(row.dataset_id, row.revision)).or_default().push(row);
        }
        Ok(readings)
    }
}
