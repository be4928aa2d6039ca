//! The database as one caller sees it. Everything that a request reads goes through here, so nothing
//! can be read that [`Visible`] does not show, and equal needs of one request become one statement.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, IdenStatic, Iterable, JoinType, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use super::viewer::Viewer;
use super::visibility::{RevisionRead, Visible};
use crate::db::children::{counts_of, pages_of};
use crate::db::page::{self, List, Listed, Page};
use crate::db::select::padded;
use crate::entity::{kpi_dataset, observation};
use crate::error::{Error, Result};
use crate::id::{Id, Kind};

/// Reads for one caller. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    viewer: Arc<Viewer>,
    connection: DatabaseConnection,
    today: NaiveDate,
}

impl Reader {
    /// A reader for one request.
    #[must_use]
    pub fn new(viewer: Arc<Viewer>, connection: DatabaseConnection, today: NaiveDate) -> Self {
        Self { viewer, connection, today }
    }

    /// Who reads.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Today's date, in UTC.
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// The connection, for running what [`Reader::find`] began.
    #[must_use]
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Begins a query of the rows that the caller sees.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where a query begins with what the caller may see")]
    pub fn find<E: Visible>(&self) -> Select<E> {
        E::find().filter(E::seen_by(&self.viewer))
    }

    /// Begins a query of the datasets that the caller sees at a revision: the numbered one, or the one that it reads
    /// where it names none. Beside it the number of that revision.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where a query begins with what the caller may see")]
    pub fn datasets_at(&self, revision: Option<i32>) -> (Select<kpi_dataset::Entity>, Expr) {
        let (seen, number) = self.seen_at(revision);
        (kpi_dataset::Entity::find().filter(seen), number)
    }

    /// Begins a query of the observations of the datasets that the caller sees at a revision, each dataset joined.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "who sees a dataset sees all observations of the revision it reads")]
    pub fn observations_at(&self, revision: Option<i32>) -> Select<observation::Entity> {
        let (seen, number) = self.seen_at(revision);
        observation::Entity::find()
            .join(JoinType::InnerJoin, observation::Relation::Dataset.def())
            .filter(Expr::col(observation::Column::Revision.as_column_ref()).eq(number))
            .filter(seen)
    }

    /// Begins a query of observations inside a statement that selects from the datasets of [`Reader::datasets_at`].
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "who sees a dataset sees all observations of the revision it reads")]
    pub fn observations_of_seen(&self) -> Select<observation::Entity> {
        observation::Entity::find()
    }

    fn seen_at(&self, revision: Option<i32>) -> (Condition, Expr) {
        let (seen, read) = (kpi_dataset::Entity::seen_by(&self.viewer), RevisionRead::by(&self.viewer));
        match revision {
            None => (seen, Expr::col(read.column().as_column_ref())),
            Some(number) => (Condition::all().add(seen).add(read.reaches(number)), Expr::val(number)),
        }
    }

    /// A page of all that the caller sees.
    pub async fn page<E: Visible + Listed>(&self, list: &List<E>) -> Result<Page<E::Model>> {
        page::page(&self.connection, self.find::<E>(), list).await
    }
}

/// The key of one row by its id.
#[derive(Debug)]
pub struct ById<E>(Uuid, PhantomData<fn() -> E>);

impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for ById<E> {}

impl<E> Hash for ById<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The key of a page of one parent's children. Keys that differ only in the parent are read together.
#[derive(Debug)]
pub struct ChildrenOf<E: Listed> {
    parent: Uuid,
    list: Arc<Children<E>>,
}

#[derive(Debug)]
struct Children<E: Listed> {
    column: E::Column,
    list: List<E>,
}

impl<E: Listed> PartialEq for Children<E> {
    fn eq(&self, other: &Self) -> bool {
        self.column.as_str() == other.column.as_str() && self.list == other.list
    }
}

impl<E: Listed> Eq for Children<E> {}

impl<E: Listed> Hash for Children<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.as_str().hash(state);
        self.list.hash(state);
    }
}

impl<E: Listed> Clone for ChildrenOf<E> {
    fn clone(&self) -> Self {
        Self { parent: self.parent, list: Arc::clone(&self.list) }
    }
}

impl<E: Listed> PartialEq for ChildrenOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.list == other.list
    }
}

impl<E: Listed> Eq for ChildrenOf<E> {}

impl<E: Listed> Hash for ChildrenOf<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.list.hash(state);
    }
}

/// The key of the number of one parent's children; of its list only the filter counts.
#[derive(Debug)]
pub struct CountOf<E: Listed>(ChildrenOf<E>);

impl<E: Listed> Clone for CountOf<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Listed> PartialEq for CountOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: Listed> Eq for CountOf<E> {}

impl<E: Listed> Hash for CountOf<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

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
                sea_orm::Value::Uuid(Some(id)) => Ok((ById(id, PhantomData), row)),
                other => Err(Error::internal(format!("{other:?} is no id"))),
            })
            .collect()
    }
}

/// The parents of the keys that ask for the same list.
type Together<'k, E> = HashMap<&'k Arc<Children<E>>, Vec<Uuid>>;

fn together<'k, E: Listed>(keys: impl Iterator<Item = &'k ChildrenOf<E>>) -> Together<'k, E> {
    let mut lists = Together::new();
    for key in keys {
        lists.entry(&key.list).or_default().push(key.parent);
    }
    lists
}

impl<E> Loader<ChildrenOf<E>> for Reader
where
    E: Visible + Listed + 'static,
    E::Model: Clone + Send + Sync + 'static,
{
    type Value = Page<E::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ChildrenOf<E>]) -> Result<HashMap<ChildrenOf<E>, Page<E::Model>>> {
        let mut pages = HashMap::new();
        for (list, parents) in together(keys.iter()) {
            for (parent, page) in pages_of(&self.connection, self.find::<E>(), list.column, parents, &list.list).await?
            {
                pages.insert(ChildrenOf { parent, list: Arc::clone(list) }, page);
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
        for (list, parents) in together(keys.iter().map(|key| &key.0)) {
            for (parent, count) in
                counts_of(&self.connection, self.find::<E>(), list.column, &parents, &list.list.filter).await?
            {
                counts.insert(CountOf(ChildrenOf { parent, list: Arc::clone(list) }), count);
            }
        }
        Ok(counts)
    }
}

/// A reader that gathers what one request needs into few statements. Made anew for each request, with
/// the caller inside: one that outlived a request could hand one party's rows to the other.
pub struct Reads {
    loader: DataLoader<Reader, HashMapCache>,
}

impl Reads {
    /// The reads of one request.
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        let loader =
            DataLoader::with_cache(reader, TokioSpawner::current(), TokioTimer::default(), HashMapCache::default());
        Self { loader: loader.delay(Duration::ZERO) }
    }

    /// The reader itself.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        self.loader.loader()
    }

    /// Stops remembering what was read, since a write of this request may have changed it.
    pub fn forget(&self) {
        self.loader.enable_all_cache(false);
    }

    /// Loads by a key of any kind.
    pub async fn load<K>(&self, key: K) -> Result<Option<<Reader as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>,
    {
        self.loader.load_one(key).await
    }

    /// The row with an id, if the caller sees it.
    pub async fn by_id<E, K>(&self, id: Id<K>) -> Result<Option<E::Model>>
    where
        K: Kind,
        E: Visible + 'static,
        E::Model: Clone + Send + Sync + 'static,
    {
        self.load(ById::<E>(id.uuid(), PhantomData)).await
    }

    /// A page of one parent's children.
    pub async fn children<E>(&self, column: E::Column, parent: Uuid, list: List<E>) -> Result<Page<E::Model>>
    where
        E: Visible + Listed + 'static,
        E::Model: Clone + Send + Sync + 'static,
    {
        let page = self.load(ChildrenOf { parent, list: Arc::new(Children { column, list }) }).await?;
        Ok(page.unwrap_or_default())
    }

    /// How many children one parent has.
    pub async fn count<E>(&self, column: E::Column, parent: Uuid, list: List<E>) -> Result<i64>
    where
        E: Visible + Listed + 'static,
    {
        let key = CountOf(ChildrenOf { parent, list: Arc::new(Children { column, list }) });
        Ok(self.load(key).await?.unwrap_or(0))
    }
}
