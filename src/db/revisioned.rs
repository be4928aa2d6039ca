//! Rows that belong to a revision of a dataset: what is the same for observations and for source records.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, Iterable, QueryFilter, QuerySelect};

use super::write::Write;
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, SiteId};

/// A table of such rows.
pub trait Revisioned: EntityTrait<Column: Copy> {
    /// The column with the dataset's id.
    const DATASET: Self::Column;
    /// The column with the number of the revision.
    const REVISION: Self::Column;
    /// The column with the site.
    const SITE: Self::Column;
}

/// The sites that a revision's rows are of, each once.
#[expect(clippy::disallowed_methods, reason = "callers hold the dataset, which decides who sees these")]
pub async fn sites_of<E: Revisioned>(
    connection: &impl ConnectionTrait,
    dataset: KpiDatasetId,
    revision: i32,
) -> Result<Vec<SiteId>> {
    let select = E::find().filter(E::DATASET.eq(dataset)).filter(E::REVISION.eq(revision));
    Ok(select.select_only().column(E::SITE).distinct().into_tuple().all(connection).await?)
}

/// Copies a revision's rows into the next one.
pub async fn copy<E: Revisioned>(write: &mut Write, dataset: KpiDatasetId, from: i32, to: i32) -> Result<()> {
    let columns = E::Column::iter();
    let select = Query::select()
        .exprs(
            columns
                .clone()
                .map(|column| if column.as_str() == E::REVISION.as_str() { Expr::val(to) } else { Expr::col(column) }),
        )
        .from(E::default())
        .and_where(E::DATASET.eq(dataset))
        .and_where(E::REVISION.eq(from))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(E::default()).columns(columns).select_from(select).map_err(Error::internal)?;
    write.transaction().execute(&insert).await?;
    Ok(())
}
