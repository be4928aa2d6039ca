//! The database that the benchmarks run on: believable rows, written straight into the tables. Nothing is random,
//! so every run on one scale has the same rows. There are no journal entries for them, only the chains to go on from.

mod kpis;
mod people;
pub(crate) mod place;
pub(crate) mod shape;

use guidepost::db::Database;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IntoActiveModel, Iterable,
};

use shape::Shape;

/// The values that SQLite lets one statement have.
const MOST_VALUES: usize = 32_766;

/// Fills an empty database, its tables included.
pub(crate) async fn fill(database: &Database, shape: Shape) -> Result<(), DbErr> {
    database.migrate().await?;
    let transaction = database.begin().await?;
    insert(&transaction, people::organizations(shape)).await?;
    insert(&transaction, people::relationships(shape)).await?;
    insert(&transaction, people::chains(shape)).await?;
    insert(&transaction, people::action_items(shape)).await?;
    insert(&transaction, kpis::kpis(shape)).await?;
    insert(&transaction, kpis::definitions(shape)).await?;
    insert(&transaction, kpis::datasets(shape)).await?;
    insert(&transaction, kpis::revisions(shape)).await?;
    insert(&transaction, kpis::observations(shape)).await?;
    transaction.commit().await?;
    // What PostgreSQL does by itself within minutes, and SQLite at the next checkpoint.
    let settle = match database.backend() {
        DbBackend::Postgres => "VACUUM ANALYZE",
        _ => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    database.reader().execute_unprepared(settle).await?;
    Ok(())
}

async fn insert<M>(transaction: &DatabaseTransaction, rows: impl Iterator<Item = M>) -> Result<(), DbErr>
where
    M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let batch = MOST_VALUES / <M::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.map(M::into_active_model).peekable();
    while rows.peek().is_some() {
        M::Entity::insert_many(rows.by_ref().take(batch)).exec_without_returning(transaction).await?;
    }
    Ok(())
}
