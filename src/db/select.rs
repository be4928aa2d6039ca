//! Pieces of statements: columns of a joined table, lists of ids.

use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{EntityTrait, IdenStatic, Iterable, QuerySelect, Select};
use uuid::Uuid;

/// Adds all columns of `E`, joined under the alias `prefix`, so that `from_query_result(row, prefix)` finds them.
#[must_use]
pub fn with_columns_of<S: EntityTrait, E: EntityTrait>(select: Select<S>, prefix: &'static str) -> Select<S> {
    E::Column::iter().fold(select, |select, column| {
        select.expr_as(Expr::col((Alias::new(prefix), column)), format!("{prefix}{}", column.as_str()))
    })
}

/// Ids for a list in a statement, filled up with one that nothing has. The statements for many ids come in a few
/// lengths then, so that databases find most of them prepared.
#[must_use]
pub fn padded(ids: &[Uuid]) -> Vec<Uuid> {
    let mut padded = ids.to_vec();
    padded.resize(ids.len().next_power_of_two(), Uuid::nil());
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_few_lengths() {
        let id = Uuid::from_u128(7);
        assert_eq!(padded(&[id]), [id]);
        assert_eq!(padded(&[id; 3]), [id, id, id, Uuid::nil()]);
        assert_eq!(padded(&[id; 160]).len(), 256);
    }
}
