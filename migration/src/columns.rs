//! The columns that many tables share, and the kinds of columns that the two databases spell differently.

pub(crate) use sea_orm_migration::schema::{
    big_integer, boolean, date, double, integer, json_binary, text, timestamp_with_time_zone, uuid,
};

use sea_orm_migration::prelude::{ColumnDef, Expr, ExprTrait};
use sea_orm_migration::schema::pk_uuid;
use sea_orm_migration::sea_orm::DbBackend;

/// The key of a table's rows: a UUIDv7 that the service makes.
pub(crate) fn id() -> ColumnDef {
    pk_uuid("id")
}

/// How often a row was written, for `expectedVersion`: 1 when new, one more with each update.
pub(crate) fn version() -> ColumnDef {
    counted_from_one("version")
}

/// When a row was made.
pub(crate) fn created_at() -> ColumnDef {
    timestamp_with_time_zone("created_at")
}

/// A number that starts at 1: a version, a revision, a place in a sequence.
pub(crate) fn counted_from_one(name: &'static str) -> ColumnDef {
    integer(name).check(Expr::col(name).gte(1)).take()
}

/// A text that identifies or sorts: compared byte by byte on both databases, so that an order, and a cursor
/// into it, does not depend on the locale that a PostgreSQL server was set up with.
pub(crate) fn key(backend: DbBackend, name: &'static str) -> ColumnDef {
    let mut column = text(name);
    if backend == DbBackend::Postgres {
        column.extra(r#"COLLATE "C""#);
    }
    column
}

/// A text that is one of a few.
pub(crate) fn one_of(backend: DbBackend, name: &'static str, values: &[&'static str]) -> ColumnDef {
    key(backend, name).check(Expr::col(name).is_in(values.iter().copied())).take()
}

/// A side of a relationship.
pub(crate) fn party(backend: DbBackend, name: &'static str) -> ColumnDef {
    one_of(backend, name, &["SPONSOR", "CDMO"])
}

/// The same column, which may be empty.
pub(crate) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}
