//! A database of the first version is brought to the last, and serves.

use guidepost::db::Database;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::harness::{App, Kind, TestDatabase};

/// The id of the organization that is there before the upgrade.
const ORGANIZATION: &str = "org_01h455vb4pex5vsknk084sn02q";

#[tokio::test]
async fn sqlite_from_the_first_migration_opens_after_the_last() {
    upgrade(TestDatabase::create_empty(Kind::Sqlite).expect("SQLite is always there")).await;
}

#[tokio::test]
async fn postgres_from_the_first_migration_opens_after_the_last() {
    if let Some(files) = TestDatabase::create_empty(Kind::Postgres) {
        upgrade(files).await;
    }
}

async fn upgrade(files: TestDatabase) {
    let database = Database::connect(&files.url, 1).await.expect("a new database");
    Migrator::up(database.reader(), Some(1)).await.expect("the first migration applies");
    insert_organization(&database).await;
    let steps = Migrator::migrations().len();
    assert_eq!(database.pending_migrations().await.expect("they can be read").len(), steps - 1);

    database.migrate().await.expect("the others apply");
    assert_eq!(database.pending_migrations().await.expect("they can be read"), [""; 0]);
    let applied = applied(&database).await;
    assert_eq!(applied.len(), steps);

    // A second start of the same version finds nothing to do.
    database.migrate().await.expect("there is nothing to apply");
    assert_eq!(self::applied(&database).await, applied);
    database.close().await.expect("it is not in use");

    let app = App::on(files).await;
    let caller = app.caller("acme", "anna", "relationships:read");
    let query = "query($id: ID!) { viewer { organization { id } } organization(id: $id) { handle name version createdAt sites { totalCount } } }";
    let seen = caller.ok(query, json!({ "id": ORGANIZATION })).await;
    assert_eq!(
        seen,
        json!({
            "viewer": { "organization": { "id": ORGANIZATION } },
            "organization": {
                "handle": "acme", "name": "Acme Therapeutics", "version": 3, "createdAt": "2026-01-05T08:30:00+00:00",
                "sites": { "totalCount": 0 },
            },
        })
    );
}

/// As the version of the first migration wrote it: with its columns, and without today's entities.
async fn insert_organization(database: &Database) {
    let (_, id) = guidepost::id::parse_any(ORGANIZATION).expect("an id");
    let at = "2026-01-05T08:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time");
    let insert = Statement::from_sql_and_values(
        database.backend(),
        "INSERT INTO organization (id, handle, name, version, created_at) VALUES ($1, 'acme', 'Acme Therapeutics', 3, $2)",
        [id.into(), at.into()],
    );
    database.reader().execute_raw(insert).await.expect("a row of the first migration");
}

/// The migrations that the database has, and when each was applied.
async fn applied(database: &Database) -> Vec<(String, i64)> {
    let sql = "SELECT version, applied_at FROM seaql_migrations ORDER BY version";
    let rows = database.reader().query_all_raw(Statement::from_string(database.backend(), sql)).await;
    let rows = rows.expect("the migrations are kept there");
    rows.iter()
        .map(|row| (row.try_get("", "version").expect("a name"), row.try_get("", "applied_at").expect("a time")))
        .collect()
}
