//! The database as one caller sees it. Everything that a request reads goes through here, so nothing
//! can be read that [`Visible`] does not show, and equal needs of one request become one statement.

mod batches;
mod keys;
mod loaders;

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::Stream;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use self::batches::Batches;
pub use self::keys::{ById, ChildrenOf, CountOf, together};
use super::viewer::Viewer;
use super::visibility::{RevisionRead, Visible, bases_of_charts, own_relationships};
use crate::clock::Clock;
use crate::db::page::{self, List, Listed, Page};
use crate::entity::{kpi_chart_basis, kpi_dataset, observation, relationship};
use crate::error::{Error, Result};
use crate::id::{Id, Kind};

/// Reads for one caller. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    viewer: Arc<Viewer>,
    connection: DatabaseConnection,
    clock: Clock,
}

impl Reader {
    /// A reader for one request.
    #[must_use]
    pub const fn new(viewer: Arc<Viewer>, connection: DatabaseConnection, clock: Clock) -> Self {
        Self { viewer, connection, clock }
    }

    /// Who reads.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The time now, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today's date, in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
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

    /// Begins a query of the sides of relationships, whose rows the caller's scopes need not let it read.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "who sees a signature sees for which organization it was given")]
    pub fn own_relationships(&self) -> Select<relationship::Entity> {
        relationship::Entity::find().filter(own_relationships(&self.viewer))
    }

    /// Begins a query of the agreed bases of the charts that the caller sees: of each, a chart shows what concerns the
    /// points that the caller sees.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "who sees a chart sees it with the limits that both parties agreed")]
    pub fn chart_bases_in_force(&self) -> Select<kpi_chart_basis::Entity> {
        kpi_chart_basis::Entity::find().filter(bases_of_charts(&self.viewer))
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

/// A reader that gathers what one request needs into few statements. Made anew for each request, with
/// the caller inside: one that outlived a request could hand one party's rows to the other.
pub struct Reads {
    loader: DataLoader<Reader, HashMapCache>,
    batches: Batches,
}

impl Reads {
    /// The reads of one request.
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        let batches = Batches::default();
        let loader = DataLoader::with_cache(reader, batches.clone(), batches.clone(), HashMapCache::default());
        Self { loader, batches }
    }

    /// Runs the request. Outside of this nothing is loaded.
    pub async fn serve<T>(&self, request: impl Future<Output = T>) -> T {
        self.batches.run(request).await
    }

    /// Runs a stream of answers. Each is read anew: what was read for one is not remembered for the next.
    pub fn serve_each<S: Stream>(&self, answers: S) -> impl Stream<Item = S::Item> + use<S> {
        self.forget();
        self.batches.clone().run_each(answers)
    }

    /// The reader itself.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        self.loader.loader()
    }

    /// Stops remembering what was read, since it may have changed: by a write of this request, or with time.
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
        self.load(ById::<E>::new(id.uuid())).await
    }

    /// A page of one parent's children.
    pub async fn children<E>(&self, column: E::Column, parent: Uuid, list: List<E>) -> Result<Page<E::Model>>
    where
        E: Visible + Listed + 'static,
        E::Model: Clone + Send + Sync + 'static,
    {
        let page = self.load(ChildrenOf::new(parent, column, list)).await?;
        Ok(page.map(Arc::unwrap_or_clone).unwrap_or_default())
    }

    /// How many children one parent has.
    pub async fn count<E>(&self, column: E::Column, parent: Uuid, list: List<E>) -> Result<i64>
    where
        E: Visible + Listed + 'static,
    {
        let key = CountOf(ChildrenOf::new(parent, column, list));
        Ok(self.load(key).await?.unwrap_or(0))
    }
}
