//! Reading rows of several tables in one statement: each table's columns under a prefix of their own.

use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{EntityTrait, IdenStatic, Iterable, QuerySelect, Select};

/// Adds all columns of `E`, joined under the alias `prefix`, so that `from_query_result(row, prefix)` finds them.
#[must_use]
pub fn with_columns_of<S: EntityTrait, E: EntityTrait>(select: Select<S>, prefix: &'static str) -> Select<S> {
    E::Column::iter().fold(select, |select, column| {
        select.expr_as(Expr::col((Alias::new(prefix), column)), format!("{prefix}{}", column.as_str()))
    })
}
