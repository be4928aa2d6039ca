//! A record is counted once: in which other datasets of a KPI records stand.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait};

use crate::access::writer::Operation;
use crate::entity::kpi_dataset;
use crate::entity::source_record::{Column, Entity};
use crate::error::Result;

/// Of some records, by a condition on their ids, those that stand in the current revision of another dataset of the KPI.
/// The others are those that the caller's party sees, and of which a condition holds.
pub(super) async fn standing_elsewhere(
    operation: &Operation,
    dataset: &kpi_dataset::Model,
    others: Condition,
    ids: Expr,
) -> Result<Vec<String>> {
    use kpi_dataset::Column as Dataset;
    let others = operation
        .find_for_party::<kpi_dataset::Entity>()
        .filter(Dataset::KpiId.eq(dataset.kpi_id))
        .filter(Dataset::Id.ne(dataset.id))
        .filter(others)
        .select_only()
        .columns([Dataset::Id, Dataset::Revision])
        .into_query();
    let of = Expr::tuple([Expr::col(Column::DatasetId), Expr::col(Column::Revision)]);
    let select = operation
        .find_for_party::<Entity>()
        .filter(of.in_subquery(others))
        .filter(ids)
        .select_only()
        .column(Column::RecordId)
        .distinct();
    Ok(select.into_tuple().all(operation.transaction()).await?)
}
