//! The same page of many parents' children, in one statement that reads no rows but those of the pages.

use std::collections::HashMap;
use std::hash::Hash;

use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, FromQueryResult, IdenStatic, Iterable, JoinType, PrimaryKeyToColumn,
    QueryFilter, QuerySelect, QueryTrait, Select, TryGetable,
};
use uuid::Uuid;

use super::page::{self, List, Listed, Page};
use super::select::padded;
use crate::error::Result;

/// What the parents are called in the statement.
pub const PARENTS: &str = "parents";

/// The page of each parent's children.
pub async fn pages_of<E: Listed>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    parent: E::Column,
    parents: Vec<Uuid>,
    list: &List<E>,
) -> Result<Vec<(Uuid, Page<E::Model>)>>
where
    E::Model: FromQueryResult,
{
    if let [parent_id] = parents[..] {
        let children = select.filter(parent.eq(parent_id));
        return Ok(vec![(parent_id, page::page(connection, children, list).await?)]);
    }
    // What the columns of a list of values are called in both databases.
    let parent_id = Expr::col((Alias::new(PARENTS), Alias::new("column1")));
    let children = select.filter(Expr::col(parent.as_column_ref()).eq(parent_id));
    let values = Query::select().from_values(padded(&parents), Alias::new(PARENTS)).to_owned();
    page_of_each(connection, values, children, parent.as_str(), parents, list).await
}

/// The page of each parent's children, where `from` selects from the parents and `children` are those of one of them.
/// `parent` is the column that tells of a row which parent it belongs to.
pub async fn page_of_each<E: Listed, K: TryGetable + Eq + Hash>(
    connection: &impl ConnectionTrait,
    from: SelectStatement,
    children: Select<E>,
    parent: &str,
    parents: Vec<K>,
    list: &List<E>,
) -> Result<Vec<(K, Page<E::Model>)>>
where
    E::Model: FromQueryResult,
{
    let statement = statement(connection.get_database_backend(), from, children, list);
    let mut found: HashMap<K, Vec<E::Model>> = HashMap::new();
    for row in connection.query_all(&statement).await? {
        let id: K = row.try_get("", parent)?;
        found.entry(id).or_default().push(E::Model::from_query_result(&row, "")?);
    }
    let page = |id| {
        let rows = found.remove(&id).unwrap_or_default();
        (id, Page::from_rows(rows, &list.window))
    };
    Ok(parents.into_iter().map(page).collect())
}

fn statement<E: Listed>(
    backend: DbBackend,
    mut from: SelectStatement,
    children: Select<E>,
    list: &List<E>,
) -> SelectStatement {
    let key = E::sort_key(list.order);
    let children = children.filter(E::matching(&list.filter));
    let children = page::sorted(children, &key, &list.window).limit(list.window.limit + 1);
    let table = Alias::new(E::default().table_name());
    from.column((table.clone(), Asterisk));
    if backend == DbBackend::Postgres {
        from.join_lateral(JoinType::InnerJoin, children.into_query(), table, Expr::val(true));
    } else {
        // SQLite has no lateral join: it finds the keys of each page, and reads their rows.
        let columns: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let outer = Expr::tuple(columns.iter().map(|column| Expr::col(column.as_column_ref())));
        let keys = children.select_only().columns(columns).into_query();
        from.cross_join(table).and_where(outer.in_subquery(keys));
    }
    for column in &key.columns {
        from.order_by(column.as_column_ref(), page::direction(&key, &list.window));
    }
    from
}

/// How many rows each parent has.
pub async fn counts_of<E: Listed>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    parent: E::Column,
    parents: &[Uuid],
    filter: &E::Filter,
) -> Result<Vec<(Uuid, i64)>> {
    let counted = select
        .filter(E::matching(filter))
        .filter(Expr::col(parent.as_column_ref()).is_in(padded(parents)))
        .select_only()
        .column(parent)
        .expr_as(Expr::cust("COUNT(*)"), "rows")
        .group_by(parent);
    Ok(counted.into_tuple::<(Uuid, i64)>().all(connection).await?)
}
