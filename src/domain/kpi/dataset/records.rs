//! Loading the records that numbers are counted from: of whole revisions or of single observations, for all of a page
//! at once.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Enum;
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use crate::access::reader::{Reader, together};
use crate::db::children::{PARENTS, page_of_each};
use crate::db::page::{List, Listed, Page, SortKey};
use crate::domain::kpi::counting::RecordCounts;
use crate::entity::observation::{self, NO_SITE};
use crate::entity::source_record::{Column, Entity, Model, RecordVerdict};
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, SiteId};

/// What records are behind: a revision, or one observation of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Behind {
    dataset: KpiDatasetId,
    revision: i32,
    period_start: Option<NaiveDate>,
    /// Where sites are counted apart.
    site: Option<SiteId>,
}

impl Behind {
    /// All of a revision.
    #[must_use]
    pub const fn revision(dataset: KpiDatasetId, revision: i32) -> Self {
        Self { dataset, revision, period_start: None, site: None }
    }

    /// Those of an observation.
    #[must_use]
    pub fn observation(row: &observation::Model) -> Self {
        let site = (row.site_id != NO_SITE).then_some(row.site_id);
        Self { dataset: row.dataset_id, revision: row.revision, period_start: Some(row.period_start), site }
    }

    const fn narrowed_by(self) -> (bool, bool) {
        (self.period_start.is_some(), self.site.is_some())
    }
}

/// A part of the records that are behind something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
#[graphql(name = "KpiRecordPart")]
pub enum Part {
    /// Those behind the numerator.
    Numerator,
    /// Those behind the denominator.
    Denominator,
    /// Those in the denominator that missed the numerator.
    Missed,
    /// Those that cannot be told yet.
    Pending,
    /// Those that are left out, with a reason.
    Excluded,
    /// Those that the rule is not about.
    NotCounted,
}

impl Listed for Entity {
    type Filter = Option<Part>;
    type Order = ();

    fn matching(filter: &Option<Part>) -> Condition {
        let part = filter.map(|part| match part {
            Part::Numerator => Column::Numerator.is_not_null(),
            Part::Denominator => Column::Denominator.is_not_null(),
            Part::Missed => Column::Verdict.eq(RecordVerdict::Missed),
            Part::Pending => Column::Verdict.eq(RecordVerdict::Pending),
            Part::Excluded => Column::Verdict.eq(RecordVerdict::Excluded),
            Part::NotCounted => Column::Verdict.eq(RecordVerdict::NotCounted),
        });
        Condition::all().add_option(part)
    }

    /// By period; it names one record within a revision.
    fn sort_key((): ()) -> SortKey<Column> {
        SortKey::ascending([Column::PeriodStart, Column::RecordId])
    }
}

/// What is asked of records. What is narrowed alike is read together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Asked {
    narrowed_by: (bool, bool),
    list: List<Entity>,
}

/// The key of a page of records.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RecordsOf {
    behind: Behind,
    asked: Arc<Asked>,
}

impl RecordsOf {
    /// A page of what is behind something.
    #[must_use]
    pub fn new(behind: Behind, list: List<Entity>) -> Self {
        Self { behind, asked: Arc::new(Asked { narrowed_by: behind.narrowed_by(), list }) }
    }
}

/// The key of the number of records in all pages.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountOf(pub RecordsOf);

/// The key of how records were judged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountsOf(pub Behind);

/// What the place of a parent among the parents is called in a row.
const PLACE: &str = "parent_place";

fn of_parent(column: &'static str) -> Expr {
    Expr::col((Alias::new(PARENTS), Alias::new(column)))
}

/// The parents, numbered, as a list of values. The list is filled up, so that such statements come in few lengths.
fn values(behind: &[Behind]) -> Vec<(i32, Uuid, i32, NaiveDate, Uuid)> {
    let nothing = (-1, Uuid::nil(), 0, NaiveDate::default(), Uuid::nil());
    let value = |(place, behind): (i32, &Behind)| {
        let (start, site) = (behind.period_start.unwrap_or_default(), behind.site.unwrap_or(NO_SITE));
        (place, behind.dataset.uuid(), behind.revision, start, site.uuid())
    };
    let mut values: Vec<_> = (0..).zip(behind).map(value).collect();
    values.resize(behind.len().next_power_of_two(), nothing);
    values
}

/// Of the records that the caller sees, those behind a parent.
fn of_parents(reader: &Reader, (by_period, by_site): (bool, bool)) -> Select<Entity> {
    let same = |column: Column, of: &'static str| Expr::col(column.as_column_ref()).eq(of_parent(of));
    let narrowed = Condition::all()
        .add(same(Column::DatasetId, "column2"))
        .add(same(Column::Revision, "column3"))
        .add_option(by_period.then(|| same(Column::PeriodStart, "column4")))
        .add_option(by_site.then(|| same(Column::SiteId, "column5")));
    reader.find::<Entity>().filter(narrowed)
}

fn at<T: Copy>(all: &[T], place: i32) -> Option<T> {
    usize::try_from(place).ok().and_then(|place| all.get(place)).copied()
}

impl Loader<RecordsOf> for Reader {
    type Value = Arc<Page<Model>>;
    type Error = Error;

    async fn load(&self, keys: &[RecordsOf]) -> Result<HashMap<RecordsOf, Arc<Page<Model>>>> {
        let mut pages = HashMap::new();
        for (asked, behind) in together(keys.iter().map(|key| (&key.asked, key.behind))) {
            let mut from = Query::select().from_values(values(&behind), Alias::new(PARENTS)).to_owned();
            from.expr_as(of_parent("column1"), Alias::new(PLACE));
            let children = of_parents(self, asked.narrowed_by);
            let places = (0..).take(behind.len()).collect::<Vec<i32>>();
            let found = page_of_each(self.connection(), from, children, PLACE, places, &asked.list).await?;
            for (place, page) in found {
                let key = |behind| RecordsOf { behind, asked: Arc::clone(asked) };
                pages.extend(at(&behind, place).map(|behind| (key(behind), Arc::new(page))));
            }
        }
        Ok(pages)
    }
}

impl Loader<CountOf> for Reader {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>> {
        let mut counts = HashMap::new();
        for (asked, behind) in together(keys.iter().map(|CountOf(key)| (&key.asked, key.behind))) {
            let select = of_parents(self, asked.narrowed_by).filter(Entity::matching(&asked.list.filter));
            let mut select = select.select_only().expr_as(of_parent("column1"), PLACE).expr_as(rows(), "rows");
            QueryTrait::query(&mut select)
                .from_values(values(&behind), Alias::new(PARENTS))
                .add_group_by([of_parent("column1")]);
            for (place, count) in select.into_tuple::<(i32, i64)>().all(self.connection()).await? {
                let key = |behind| CountOf(RecordsOf { behind, asked: Arc::clone(asked) });
                counts.extend(at(&behind, place).map(|behind| (key(behind), count)));
            }
        }
        Ok(counts)
    }
}

impl Loader<CountsOf> for Reader {
    type Value = RecordCounts;
    type Error = Error;

    async fn load(&self, keys: &[CountsOf]) -> Result<HashMap<CountsOf, RecordCounts>> {
        let mut counts: HashMap<CountsOf, RecordCounts> = HashMap::new();
        let mut alike: HashMap<(bool, bool), Vec<Behind>> = HashMap::new();
        for CountsOf(behind) in keys {
            alike.entry(behind.narrowed_by()).or_default().push(*behind);
        }
        for (narrowed_by, behind) in alike {
            let select = of_parents(self, narrowed_by).select_only();
            let select = select.expr_as(of_parent("column1"), PLACE).column(Column::Verdict);
            let mut select = select.expr_as(rows(), "rows");
            QueryTrait::query(&mut select)
                .from_values(values(&behind), Alias::new(PARENTS))
                .add_group_by([of_parent("column1"), Expr::col(Column::Verdict.as_column_ref())]);
            for (place, verdict, count) in
                select.into_tuple::<(i32, RecordVerdict, i64)>().all(self.connection()).await?
            {
                let Some(behind) = at(&behind, place) else { continue };
                let count = i32::try_from(count).unwrap_or(i32::MAX);
                counts.entry(CountsOf(behind)).or_default().add(verdict, count);
            }
        }
        Ok(counts)
    }
}

fn rows() -> Expr {
    Expr::cust("COUNT(*)")
}
