//! A table with its keys and indexes, described in one place and created in one go.
//!
//! References never cascade: a row that went away by itself would be missing from the journal.

use sea_orm_migration::prelude::*;

/// A table that is yet to be created.
pub(crate) struct NewTable {
    name: &'static str,
    table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

impl NewTable {
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, table: Table::create().table(name).take(), indexes: Vec::new() }
    }

    /// Adds a column.
    pub(crate) fn column(mut self, column: ColumnDef) -> Self {
        self.table.col(column);
        self
    }

    /// A key of several columns, for a table whose rows have no id of their own.
    pub(crate) fn primary_key(mut self, columns: &[&'static str]) -> Self {
        self.table.primary_key(&mut over(&mut Index::create(), columns));
        self
    }

    /// A column that holds the id of a row of another table.
    pub(crate) fn refers(mut self, column: &'static str, parent: &'static str) -> Self {
        self.table.foreign_key(ForeignKey::create().from_col(column).to(parent, "id"));
        self
    }

    /// A condition, in SQL that both databases read alike, which holds for every row.
    pub(crate) fn check(mut self, name: &'static str, condition: &'static str) -> Self {
        self.table.check(Check::named(name, Expr::cust(condition)));
        self
    }

    /// No two rows have the same values in these columns.
    pub(crate) fn unique(self, columns: &[&'static str]) -> Self {
        let index = over(Index::create().unique(), columns);
        self.with_index("unique", columns, index)
    }

    /// No two of the rows that meet the condition have the same values in these columns.
    pub(crate) fn unique_where(self, condition: &'static str, columns: &[&'static str]) -> Self {
        let index = over(Index::create().unique(), columns).cond_where(Expr::cust(condition)).take();
        self.with_index("unique_where", columns, index)
    }

    /// A way to find rows by these columns, and to read them in this order.
    pub(crate) fn index(self, columns: &[&'static str]) -> Self {
        let index = over(&mut Index::create(), columns);
        self.with_index("by", columns, index)
    }

    /// SQLite alone: keeps the rows in the order of the primary key, with no second copy of it. Good for many
    /// small rows under a key of several columns.
    pub(crate) fn ordered_by_key(mut self, backend: sea_orm::DbBackend) -> Self {
        if backend == sea_orm::DbBackend::Sqlite {
            self.table.extra("WITHOUT ROWID");
        }
        self
    }

    /// Creates the table, then its indexes.
    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.create_table(self.table).await?;
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn with_index(mut self, kind: &str, columns: &[&str], mut index: IndexCreateStatement) -> Self {
        let name = format!("{}_{kind}_{}", self.name, columns.join("_"));
        self.indexes.push(index.name(name).table(self.name).take());
        self
    }
}

fn over(index: &mut IndexCreateStatement, columns: &[&'static str]) -> IndexCreateStatement {
    for column in columns {
        index.col(*column);
    }
    index.take()
}
