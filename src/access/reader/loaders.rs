//! Loading rows by their keys, many in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter};
use uuid::Uuid;

use super::Reader;
use super::keys::{ById, ChildrenOf, CountOf, together};
use crate::access::visibility::Visible;
use crate::db::children::{counts_of, pages_of};
use crate::db::page::{Listed, Page};
use crate::db::select::padded;
use crate::error::{Error, Result};

impl<E> Loader<ById<E>> for Reader
where
    E: Visible + 'static,
    E::Model: Clone + Send + Sync + 'static,
{
    type Value = E::Model;
    type Error = Error;

    async fn load(&self, keys: &[ById<E>]) -> Result<HashMap<ById<E>, E::Model>> {
        let Some(column) = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column) else {
            return Err(Error::internal("a table without a primary key"));
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = self.find::<E>().filter(column.is_in(padded(&ids))).all(&self.connection).await?;
        rows.into_iter()
            .map(|row| match row.get(column) {
                sea_orm::Value::Uuid(Some(id)) => Ok((ById::new(id), row)),
                other => Err(Error::internal(format!("{other:?} is no id"))),
            })
            .collect()
    }
}

impl<E> Loader<ChildrenOf<E>> for Reader
where
    E: Visible + Listed + 'static,
    E::Model: Clone + Send + Sync + 'static,
{
    type Value = Arc<Page<E::Model>>;
    type Error = Error;

    async fn load(&self, keys: &[ChildrenOf<E>]) -> Result<HashMap<ChildrenOf<E>, Arc<Page<E::Model>>>> {
        let mut pages = HashMap::new();
        for (list, parents) in together(keys.iter().map(|key| (&key.list, key.parent))) {
            for (parent, page) in pages_of(&self.connection, self.find::<E>(), list.column, parents, &list.list).await?
            {
                pages.insert(ChildrenOf { parent, list: Arc::clone(list) }, Arc::new(page));
            }
        }
        Ok(pages)
    }
}

impl<E> Loader<CountOf<E>> for Reader
where
    E: Visible + Listed + 'static,
{
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf<E>]) -> Result<HashMap<CountOf<E>, i64>> {
        let mut counts = HashMap::new();
        for (list, parents) in together(keys.iter().map(|CountOf(key)| (&key.list, key.parent))) {
            for (parent, count) in
                counts_of(&self.connection, self.find::<E>(), list.column, &parents, &list.list.filter).await?
            {
                counts.insert(CountOf(ChildrenOf { parent, list: Arc::clone(list) }), count);
            }
        }
        Ok(counts)
    }
}
