//! Relay connections: every list of the API, with its arguments, its pages and its total.

use std::borrow::Cow;
use std::pin::Pin;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use uuid::Uuid;

use super::context::ContextExt;
use crate::access::reader::Reads;
use crate::access::visibility::Visible;
use crate::db::page::{self, List, Listed, Page, Place, Window};
use crate::error::{Error, FieldError, Result};

/// The page size where none is asked for.
pub const DEFAULT_PAGE: i32 = 20;
/// The largest page.
pub const LARGEST_PAGE: i32 = 100;
/// The largest page of observations.
pub const LARGEST_PAGE_OF_OBSERVATIONS: i32 = 1_000;

/// The paging arguments of a list.
#[derive(Debug)]
pub struct Paging {
    /// Take this many from the beginning, or after `after`.
    pub first: Option<i32>,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// Take this many from the end, or before `before`.
    pub last: Option<i32>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
}

impl Paging {
    /// The list that the arguments describe, if they are right.
    pub fn list<E: Listed>(self, filter: E::Filter, order: E::Order) -> Result<List<E>> {
        self.list_up_to(LARGEST_PAGE, filter, order)
    }

    /// The same, for pages of up to `largest`.
    pub fn list_up_to<E: Listed>(self, largest: i32, filter: E::Filter, order: E::Order) -> Result<List<E>> {
        let key = E::sort_key(order);
        let window = self.window(largest, |cursor| page::decode(cursor, &key).is_some())?;
        Ok(List { filter, order, window })
    }

    /// The window that the arguments describe. `readable` tells whether a cursor is one of this list.
    pub fn window(self, largest: i32, readable: impl Fn(&str) -> bool) -> Result<Window> {
        let mut fields = Vec::new();
        let mut wrong = |field: &str, message: String| fields.push(FieldError { field: field.to_owned(), message });
        for (name, size) in [("first", self.first), ("last", self.last)] {
            if size.is_some_and(|size| !(0..=largest).contains(&size)) {
                wrong(name, format!("a page holds 0 to {largest}"));
            }
        }
        for (name, cursor) in [("after", &self.after), ("before", &self.before)] {
            if cursor.as_deref().is_some_and(|cursor| !readable(cursor)) {
                wrong(
                    name,
                    "not a cursor of this list: use one that a page of the same list and order gave".to_owned(),
                );
            }
        }
        let backward = self.last.is_some() || (self.before.is_some() && self.first.is_none());
        if self.first.is_some() && self.last.is_some() {
            wrong("last", "`first` and `last` exclude each other: leave one out".to_owned());
        } else if backward && self.after.is_some() {
            wrong("after", "`after` goes with `first`, `before` with `last`".to_owned());
        } else if !backward && self.before.is_some() {
            wrong("before", "`after` goes with `first`, `before` with `last`".to_owned());
        }
        if !fields.is_empty() {
            return Err(Error::BadInput { fields });
        }
        let limit = u64::try_from(self.first.or(self.last).unwrap_or(DEFAULT_PAGE)).unwrap_or_default();
        Ok(Window { limit, cursor: if backward { self.before } else { self.after }, backward })
    }
}

/// The number of a list's elements, on its way.
pub type Counting<'r> = Pin<Box<dyn Future<Output = Result<i64>> + Send + 'r>>;

type Count = Box<dyn for<'r> Fn(&'r Reads) -> Counting<'r> + Send + Sync>;

/// One page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_previous: bool,
    has_next: bool,
    count: Count,
}

/// One element of a page.
pub struct Edge<T> {
    at: At,
    node: T,
}

impl<T> Edge<T> {
    /// An element by itself, outside of a page.
    pub const fn new(at: At, node: T) -> Self {
        Self { at, node }
    }
}

/// Where an element lies in its list.
pub enum At {
    /// By the sort key of its row.
    Place(Place),
    /// By a text of its own.
    Text(String),
}

impl At {
    fn cursor(&self) -> String {
        match self {
            Self::Place(place) => place.cursor(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether the list goes on before this page.
    has_previous_page: bool,
    /// Whether the list goes on after this page.
    has_next_page: bool,
    /// The cursor of the page's first element: `before` it lies the previous page.
    start_cursor: Option<String>,
    /// The cursor of the page's last element: `after` it lies the next page.
    end_cursor: Option<String>,
}

impl<T> Connection<T> {
    /// A page that was read elsewhere, of elements with their cursors.
    pub fn new(
        edges: impl IntoIterator<Item = (At, T)>,
        has_previous: bool,
        has_next: bool,
        count: impl for<'r> Fn(&'r Reads) -> Counting<'r> + Send + Sync + 'static,
    ) -> Self {
        let count: Count = Box::new(count);
        let edges = edges.into_iter().map(|(at, node)| Edge { at, node }).collect();
        Self { edges, has_previous, has_next, count }
    }

    /// A page of rows that were read elsewhere.
    pub fn of_page<E: Listed>(
        page: Page<E::Model>,
        order: E::Order,
        wrap: impl Fn(E::Model) -> T,
        count: impl for<'r> Fn(&'r Reads) -> Counting<'r> + Send + Sync + 'static,
    ) -> Self {
        let places = page::places(&page.rows, &E::sort_key(order)).into_iter().map(At::Place);
        let edges: Vec<_> = places.zip(page.rows.into_iter().map(wrap)).collect();
        Self::new(edges, page.has_previous, page.has_next, count)
    }

    /// A page of rows that are all at hand: `key` is unique among them, and `place` finds the one that has a key.
    pub fn of_rows<R>(
        paging: Paging,
        largest: i32,
        rows: &[R],
        key: impl Fn(&R) -> String,
        place: impl Fn(&str) -> Option<usize>,
        wrap: impl Fn(&R) -> T,
    ) -> Result<Self> {
        let place = |cursor: &str| place(std::str::from_utf8(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?);
        let window = paging.window(largest, |cursor| place(cursor).is_some())?;
        let at = window.cursor.as_deref().and_then(place);
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let (start, end) = if window.backward {
            let end = at.unwrap_or(rows.len());
            (end.saturating_sub(limit), end)
        } else {
            let start = at.map_or(0, |at| at + 1);
            (start, start.saturating_add(limit).min(rows.len()))
        };
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let edges = rows.iter().skip(start).take(end - start);
        let edges: Vec<_> = edges.map(|row| (At::Text(URL_SAFE_NO_PAD.encode(key(row))), wrap(row))).collect();
        Ok(Self::new(edges, start > 0, end < rows.len(), move |_| Box::pin(async move { Ok(total) })))
    }

    /// A page of all that the caller sees.
    pub async fn of_all<E>(ctx: &Context<'_>, list: List<E>, wrap: impl Fn(E::Model) -> T) -> Result<Self>
    where
        E: Visible + Listed + 'static,
        E::Model: Clone + Send + Sync + 'static,
    {
        let reader = ctx.reads().reader();
        let page = reader.page(&list).await?;
        let order = list.order;
        Ok(Self::of_page::<E>(page, order, wrap, move |reads| {
            let select = reads.reader().find::<E>().filter(E::matching(&list.filter));
            Box::pin(
                async move { Ok(i64::try_from(select.count(reads.reader().connection()).await?).unwrap_or(i64::MAX)) },
            )
        }))
    }

    /// A page of one parent's children; one statement for all parents of the same level.
    pub async fn of_children<E>(
        ctx: &Context<'_>,
        column: E::Column,
        parent: Uuid,
        list: List<E>,
        wrap: impl Fn(E::Model) -> T,
    ) -> Result<Self>
    where
        E: Visible + Listed + 'static,
        E::Model: Clone + Send + Sync + 'static,
    {
        let page = ctx.reads().children(column, parent, list.clone()).await?;
        let order = list.order;
        Ok(Self::of_page::<E>(page, order, wrap, move |reads| {
            let list = list.clone();
            Box::pin(reads.count(column, parent, list))
        }))
    }
}

/// One page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// Where the page lies in its list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.at.cursor()),
            end_cursor: self.edges.last().map(|edge| edge.at.cursor()),
        }
    }

    /// The elements of the page, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The elements of the page.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many elements the whole list has, as far as the caller may see it. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i64> {
        Ok((self.count)(ctx.reads()).await?)
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// One element of a page.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// Where the element lies in its list.
    async fn cursor(&self) -> String {
        self.at.cursor()
    }

    /// The element.
    async fn node(&self) -> &T {
        &self.node
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}
