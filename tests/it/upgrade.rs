//! A database of an earlier version is brought to the last, and serves.

use guidepost::db::Database;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::harness::{App, Kind, TestDatabase};

/// The id of the organization that is there before the upgrade.
const ORGANIZATION: &str = "org_01h455vb4pex5vsknk084sn02q";

/// The action item that is there before the upgrade.
const ACTION_ITEM: &str = "act_01h455vb4pex5vsknk084sn02q";

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

#[tokio::test]
async fn sqlite_goes_on_with_what_was_asked_before_the_upgrade() {
    go_on(TestDatabase::create_empty(Kind::Sqlite).expect("SQLite is always there")).await;
}

#[tokio::test]
async fn postgres_goes_on_with_what_was_asked_before_the_upgrade() {
    if let Some(files) = TestDatabase::create_empty(Kind::Postgres) {
        go_on(files).await;
    }
}

/// Who asked for an action item is known since the sixth migration. What was asked before can still be accepted.
async fn go_on(files: TestDatabase) {
    let database = Database::connect(&files.url, 1).await.expect("a new database");
    Migrator::up(database.reader(), Some(5)).await.expect("the first five migrations apply");
    for row in [
        "INSERT INTO organization (id, handle, name, version, created_at) VALUES ($1, 'acme', 'Acme', 1, $5)",
        "INSERT INTO organization (id, handle, name, version, created_at) VALUES ($2, 'brightfill', 'Brightfill', 1, $5)",
        "INSERT INTO journal_chain (id, kind, number, hash) VALUES ($3, 'RELATIONSHIP', 0, '')",
        "INSERT INTO relationship (id, sponsor_id, cdmo_id, name, description, state, proposed_by, proposer_issuer, \
         proposer_subject, version, created_at) \
         VALUES ($3, $1, $2, 'Fill-finish', '', 'ACTIVE', 'SPONSOR', 'acme', 'anna', 1, $5)",
        "INSERT INTO action_item (id, relationship_id, title, description, search_text, priority, requested_by, owner, \
         due_on, labels, state, version, created_at, updated_at) \
         VALUES ($4, $3, 'Send the forecast', '', '', 3, 'SPONSOR', 'CDMO', '2026-04-01', '[]', 'PROPOSED', 1, $5, $5)",
    ] {
        insert(&database, row).await;
    }
    database.migrate().await.expect("the others apply");
    database.close().await.expect("it is not in use");

    let app = App::on(files).await;
    let caller = app.caller("brightfill", "ben", "actions:read actions:write");
    let accept = json!({ "actionItemId": ACTION_ITEM, "expectedVersion": 1 });
    let accepted = caller.mutate("acceptActionItem", "actionItem { state version }", accept).await;
    assert_eq!(accepted["actionItem"], json!({ "state": "OPEN", "version": 2 }));
}

async fn upgrade(files: TestDatabase) {
    let database = Database::connect(&files.url, 1).await.expect("a new database");
    Migrator::up(database.reader(), Some(1)).await.expect("the first migration applies");
    let organization = "INSERT INTO organization (id, handle, name, version, created_at) VALUES ($1, 'acme', 'Acme Therapeutics', 3, $5)";
    insert(&database, organization).await;
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

/// Inserts a row as an earlier version wrote it: with its columns, and without today's entities. `$1` and `$2` are
/// organizations, `$3` is a relationship, `$4` an action item, `$5` a time.
async fn insert(database: &Database, sql: &str) {
    let ids = [ORGANIZATION, "org_01h455vb4pex5vsknk084sn02r", "rel_01h455vb4pex5vsknk084sn02q", ACTION_ITEM];
    let ids = ids.map(|id| guidepost::id::parse_any(id).expect("an id").1.into());
    let at = "2026-01-05T08:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time");
    let values = (1..).zip(ids.into_iter().chain([at.into()]));
    // Each database wants as many values as the statement names, by numbers without gaps.
    let (mut text, mut given) = (sql.to_owned(), Vec::new());
    for (number, value) in values {
        let name = format!("${number}");
        if text.contains(&name) {
            given.push(value);
            text = text.replace(&name, &format!("${}", given.len()));
        }
    }
    let insert = Statement::from_sql_and_values(database.backend(), text, given);
    database.reader().execute_raw(insert).await.expect("a row of an earlier version");
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
