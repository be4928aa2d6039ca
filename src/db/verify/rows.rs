//! The rows of every journaled table, each against what its entries say.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait,
};
use serde::Serialize;
use uuid::Uuid;

use super::Verification;
use super::finding::{Finding, RowProblem};
use crate::db::journal::image;
use crate::db::journaled::{JOURNALED, with_journaled_tables};
use crate::entity;
use crate::error::{Error, Result};
use crate::id::format_any;

/// Rows in one statement.
const PAGE: u64 = 1_000;

macro_rules! compare {
    ($($table:ident $kind:ident;)*) => {
        /// Compares all tables, and then tells which recorded rows were in none of them.
        pub(super) async fn compare_all(verification: &mut Verification<'_>) -> Result<()> {
            $(compare::<entity::$table::Entity>(verification).await?;)*
            for (table, id, last) in verification.ledger.unseen() {
                verification.report(Finding::Row { table, id, problem: RowProblem::Removed, last: Some(last) });
            }
            Ok(())
        }
    };
}
with_journaled_tables!(compare);

/// Compares one table. The largest ids come first: on SQLite a key that is no id at all sorts below all ids,
/// and so cannot keep the others from being read.
#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn compare<E>(verification: &mut Verification<'_>) -> Result<()>
where
    E: EntityTrait<Model: Serialize>,
{
    let key = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column);
    let key = key.ok_or_else(|| Error::internal("a table without a primary key"))?;
    let table = Table { name: E::default().table_name().to_owned(), key: key.as_str() };
    let mut after = None;
    loop {
        let select = E::find().filter(after.map_or_else(sea_orm::Condition::all, |id: Uuid| key.lt(id).into()));
        let select = select.order_by_desc(key).limit(PAGE).into_query();
        let rows = verification.snapshot.query_all(&select).await?;
        for row in &rows {
            verification.summary.rows += 1;
            table.compare(verification, row, E::Model::from_query_result(row, "").ok())?;
        }
        match rows.iter().rev().find_map(|row| table.id(row)) {
            Some(id) if rows.len() as u64 == PAGE => after = Some(id),
            _ => return Ok(()),
        }
    }
}

struct Table {
    name: String,
    key: &'static str,
}

impl Table {
    fn id(&self, row: &QueryResult) -> Option<Uuid> {
        row.try_get("", self.key).ok()
    }

    fn compare(
        &self,
        verification: &mut Verification<'_>,
        row: &QueryResult,
        model: Option<impl Serialize>,
    ) -> Result<()> {
        let found = match (self.id(row), model) {
            (Some(id), Some(model)) => verification
                .ledger
                .compare(&self.name, id, &image(&model)?)?
                .map(|(problem, last)| (Some(id), problem, last)),
            (id, _) => {
                let last = id.and_then(|id| verification.ledger.see(&self.name, id));
                Some((id, RowProblem::Unreadable, last))
            }
        };
        if let Some((id, problem, last)) = found {
            verification.report(self.finding(id, problem, last));
        }
        Ok(())
    }

    fn finding(&self, id: Option<Uuid>, problem: RowProblem, last: Option<super::Place>) -> Finding {
        let journaled = JOURNALED.iter().find(|journaled| journaled.table == self.name);
        let (table, prefix) = journaled.map_or(("", ""), |journaled| (journaled.table, journaled.prefix));
        let id = id.map_or_else(|| "without an id".to_owned(), |id| format_any(prefix, id));
        Finding::Row { table, id, problem, last }
    }
}
