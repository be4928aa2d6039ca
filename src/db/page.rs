//! Pages of a list by keyset: the page after a cursor starts at that row's sort key, so pages stay
//! stable while rows are inserted, and the hundredth page costs what the first one does.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sea_orm::sea_query::{ColumnType, Expr, ExprTrait, Order};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    Value,
};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Result;

/// A table that is listed in pages.
pub trait Listed: EntityTrait<Column: Copy + Send + Sync> {
    /// What a list may be narrowed by.
    type Filter: Clone + Debug + Default + Eq + Hash + Send + Sync + 'static;
    /// What a list may be sorted by.
    type Order: Copy + Debug + Default + Eq + Hash + Send + Sync + 'static;

    /// The condition of a filter.
    fn matching(filter: &Self::Filter) -> Condition;

    /// The sort key, most significant column first. All columns are not null, and together they are unique.
    fn sort_key(order: Self::Order) -> SortKey<Self::Column>;
}

/// The columns of an order, all in one direction.
#[derive(Clone, Debug)]
pub struct SortKey<C> {
    /// Most significant first.
    pub columns: Vec<C>,
    /// Largest first.
    pub descending: bool,
}

impl<C> SortKey<C> {
    /// Smallest first.
    pub fn ascending(columns: impl Into<Vec<C>>) -> Self {
        Self { columns: columns.into(), descending: false }
    }

    /// Largest first.
    pub fn descending(columns: impl Into<Vec<C>>) -> Self {
        Self { columns: columns.into(), descending: true }
    }
}

/// The direction that a list is read in, and where from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    /// The most rows that the page holds.
    pub limit: u64,
    /// The cursor that the page starts after (or, backward, ends before).
    pub cursor: Option<String>,
    /// From the end of the list toward its beginning.
    pub backward: bool,
}

/// One list: what is asked for, apart from whose it is.
#[derive(Debug)]
pub struct List<E: Listed> {
    /// The filter.
    pub filter: E::Filter,
    /// The order.
    pub order: E::Order,
    /// The page.
    pub window: Window,
}

impl<E: Listed> Clone for List<E> {
    fn clone(&self) -> Self {
        Self { filter: self.filter.clone(), order: self.order, window: self.window.clone() }
    }
}

impl<E: Listed> PartialEq for List<E> {
    fn eq(&self, other: &Self) -> bool {
        self.filter == other.filter && self.order == other.order && self.window == other.window
    }
}

impl<E: Listed> Eq for List<E> {}

impl<E: Listed> Hash for List<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.filter.hash(state);
        self.order.hash(state);
        self.window.hash(state);
    }
}

/// The rows of one page in the list's order, and whether the list goes on in either direction.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// The rows.
    pub rows: Vec<M>,
    /// There are rows before the first.
    pub has_previous: bool,
    /// There are rows after the last.
    pub has_next: bool,
}

impl<M> Default for Page<M> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false }
    }
}

impl<M> Page<M> {
    /// Cuts the extra row that was read to learn whether the list goes on, and puts a backward page in order.
    #[must_use]
    pub fn from_rows(mut rows: Vec<M>, window: &Window) -> Self {
        let more = rows.len() as u64 > window.limit;
        rows.truncate(usize::try_from(window.limit).unwrap_or(usize::MAX));
        if window.backward {
            rows.reverse();
            Self { rows, has_previous: more, has_next: window.cursor.is_some() }
        } else {
            Self { rows, has_previous: window.cursor.is_some(), has_next: more }
        }
    }
}

/// Where a row lies in its list: a cursor before it is written, which most never are.
#[derive(Clone, Debug)]
pub struct Place {
    mark: Arc<str>,
    key: Vec<Value>,
}

impl Place {
    /// The cursor: which list it is of, and the sort key there.
    #[must_use]
    pub fn cursor(&self) -> String {
        let parts: Vec<Json> = std::iter::once((*self.mark).into()).chain(self.key.iter().map(to_json)).collect();
        URL_SAFE_NO_PAD.encode(Json::Array(parts).to_string())
    }
}

/// Where the rows of a page lie.
pub fn places<M>(rows: &[M], key: &SortKey<<M::Entity as EntityTrait>::Column>) -> Vec<Place>
where
    M: ModelTrait,
    <M::Entity as EntityTrait>::Column: Copy,
{
    places_of(key, rows.iter().map(|row| key.columns.iter().map(|column| row.get(*column)).collect()))
}

/// Where elements with these values of a sort key lie.
pub fn places_of<C: ColumnTrait>(key: &SortKey<C>, values: impl Iterator<Item = Vec<Value>>) -> Vec<Place> {
    let mark: Arc<str> = mark(key).into();
    values.map(|key| Place { mark: Arc::clone(&mark), key }).collect()
}

/// The sort key inside a cursor; none when it is malformed or comes from another kind of list or another order.
#[must_use]
pub fn decode<C: ColumnTrait>(cursor: &str, key: &SortKey<C>) -> Option<Vec<Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let parts: Vec<Json> = serde_json::from_slice(&bytes).ok()?;
    let (of, values) = parts.split_first()?;
    if of.as_str()? != mark(key) || values.len() != key.columns.len() {
        return None;
    }
    key.columns.iter().zip(values).map(|(column, value)| from_json(column.def().get_column_type(), value)).collect()
}

/// What tells the cursors of one list and order from those of another, whose keys may well be of the same types.
fn mark<C: ColumnTrait>(key: &SortKey<C>) -> String {
    let columns = key.columns.iter().map(|column| format!("{} {}", column.entity_name().inner(), column.as_str()));
    let list = format!("{} {}", columns.collect::<Vec<_>>().join(", "), if key.descending { "desc" } else { "asc" });
    hex::encode(&Sha256::digest(list)[..4])
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Uuid(Some(uuid)) => uuid.to_string().into(),
        Value::Int(Some(number)) => (*number).into(),
        Value::BigInt(Some(number)) => (*number).into(),
        Value::String(Some(text)) => text.as_str().into(),
        Value::ChronoDate(Some(date)) => date.to_string().into(),
        Value::ChronoDateTimeUtc(Some(time)) => time.to_rfc3339().into(),
        other => unreachable!("no list is sorted by {other:?}"),
    }
}

fn from_json(column: &ColumnType, value: &Json) -> Option<Value> {
    match column {
        ColumnType::Uuid => value.as_str()?.parse::<Uuid>().ok().map(Value::from),
        ColumnType::Integer => i32::try_from(value.as_i64()?).ok().map(Value::from),
        ColumnType::BigInteger => value.as_i64().map(Value::from),
        ColumnType::Date => value.as_str()?.parse().ok().filter(|date| is_of_our_eras(*date)).map(Value::from),
        ColumnType::TimestampWithTimeZone => {
            let time = value.as_str()?.parse::<DateTime<Utc>>().ok()?;
            is_of_our_eras(time.date_naive()).then(|| Value::from(time))
        }
        // PostgreSQL has no text with this character, and takes none.
        _ => value.as_str().filter(|text| !text.contains('\0')).map(Value::from),
    }
}

/// What both databases can hold, and what a step forward or back does not leave.
fn is_of_our_eras(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Sorts a select by a key and starts it after the window's cursor. A cursor that cannot be read selects
/// nothing; callers check cursors before they get here.
#[must_use]
pub fn sorted<E: Listed>(select: Select<E>, key: &SortKey<E::Column>, window: &Window) -> Select<E> {
    let mut select = select;
    if let Some(cursor) = &window.cursor {
        select = select.filter(beyond(key, cursor, window.backward));
    }
    let order = direction(key, window);
    for column in &key.columns {
        QueryTrait::query(&mut select).order_by(column.as_column_ref(), order.clone());
    }
    select
}

/// The direction that the rows of a window are read in.
#[must_use]
pub fn direction<C>(key: &SortKey<C>, window: &Window) -> Order {
    if key.descending == window.backward { Order::Asc } else { Order::Desc }
}

fn beyond<C: ColumnTrait + Copy>(key: &SortKey<C>, cursor: &str, backward: bool) -> Condition {
    let Some(values) = decode(cursor, key) else { return Condition::any() };
    let columns = Expr::tuple(key.columns.iter().map(|column| Expr::col(column.as_column_ref())));
    let values = Expr::tuple(values.into_iter().map(Expr::val));
    Condition::all().add(if key.descending == backward { columns.gt(values) } else { columns.lt(values) })
}

/// One page of a select.
pub async fn page<E: Listed>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    list: &List<E>,
) -> Result<Page<E::Model>> {
    let key = E::sort_key(list.order);
    let select = sorted(select.filter(E::matching(&list.filter)), &key, &list.window).limit(list.window.limit + 1);
    Ok(Page::from_rows(select.all(connection).await?, &list.window))
}
