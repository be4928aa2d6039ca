//! Whatever is changed in the database behind the service's back is named.

use guidepost::db::verify::{EntryProblem, Finding, Place, RowProblem};
use serde_json::json;

use crate::harness::{App, Caller, World, on_both_databases};

/// A relationship with 4 entries: proposed, accepted, described twice.
async fn described(app: &App) -> World {
    let world = World::new(app).await;
    for version in 2..4 {
        let input = json!({ "relationshipId": world.relationship, "expectedVersion": version, "name": format!("Name {version}") });
        world.cdmo.mutate("describeRelationship", "relationship { id }", input).await;
    }
    world
}

/// The number and problem of the first thing that is found, which is a broken entry and the only one.
async fn broken(app: &App) -> (i64, EntryProblem) {
    let (summary, findings) = app.verify().await;
    assert_eq!(summary.findings, findings.len() as u64);
    let entries = findings.iter().filter(|finding| matches!(finding, Finding::Entry { .. })).count();
    assert_eq!(entries, 1, "{findings:?}");
    match findings.into_iter().next() {
        Some(Finding::Entry { place, problem }) => (place.number, problem),
        other => panic!("{other:?} is no broken entry"),
    }
}

/// The one row that does not match: table, id, problem, and the entry that recorded it last.
async fn changed(app: &App) -> (&'static str, String, RowProblem, Option<Place>) {
    let (_, mut findings) = app.verify().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    match findings.remove(0) {
        Finding::Row { table, id, problem, last } => (table, id, problem, last),
        other @ Finding::Entry { .. } => panic!("{other:?} is no row"),
    }
}

on_both_databases! {
    async fn an_untouched_database_verifies(app: App) {
        described(&app).await;
        let (summary, findings) = app.verify().await;
        assert_eq!(findings, []);
        // Three organizations and the relationship; registrations, sites, and the four of the relationship.
        assert_eq!((summary.chains, summary.entries), (4, 9));
        // Organizations, sites, the relationship and its sites in play.
        assert_eq!(summary.rows, 8);
    }

    async fn whatever_is_done_to_a_chain_the_first_broken_entry_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        let empty = guidepost::db::journal::digest_of_text("{}");
        app.by_hand("CREATE TABLE saved_chain AS SELECT * FROM journal_chain").await;
        app.by_hand("CREATE TABLE saved_entry AS SELECT * FROM journal_entry").await;
        for (done, entry, named) in [
            ("UPDATE journal_entry SET content = replace(content, 'Name 2', 'Name X')", "AND number = 3", (3, "ContentDigest")),
            (&format!("UPDATE journal_entry SET content = '{{}}', content_digest = '{empty}'"), "AND number = 3", (3, "Hash")),
            ("UPDATE journal_entry SET content_digest = hash", "AND number = 1", (1, "ContentDigest")),
            ("UPDATE journal_entry SET hash = previous_hash", "AND number = 2", (2, "Hash")),
            ("UPDATE journal_entry SET previous_hash = hash", "AND number = 2", (2, "PreviousHash")),
            ("UPDATE journal_entry SET at = '2020-01-01T00:00:00+00:00'", "AND number = 4", (4, "Hash")),
            ("UPDATE journal_entry SET number = 5", "AND number = 4", (4, "Missing")),
            ("DELETE FROM journal_entry", "AND number = 4", (4, "Missing")),
            ("DELETE FROM journal_entry", "AND number IN (2, 3)", (2, "Missing")),
            ("DELETE FROM journal_entry", "", (1, "Missing")),
            ("UPDATE journal_chain SET number = 2", "", (3, "BeyondHead")),
            ("UPDATE journal_chain SET number = 9", "", (5, "Missing")),
            ("UPDATE journal_chain SET hash = 'ab'", "", (4, "Head")),
            ("UPDATE journal_chain SET kind = 'ORGANIZATION'", "", (1, "Hash")),
        ] {
            let key = if done.contains("journal_chain") { "id" } else { "chain_id" };
            let done = format!("{done} WHERE {key} = {chain} {entry}");
            app.by_hand(&done).await;
            let (number, problem) = broken(&app).await;
            let problem = format!("{problem:?}");
            assert_eq!((number, problem.split([' ', '(']).next()), (named.0, Some(named.1)), "{done}");
            app.by_hand("DELETE FROM journal_entry").await;
            app.by_hand("DELETE FROM journal_chain").await;
            app.by_hand("INSERT INTO journal_chain SELECT * FROM saved_chain").await;
            app.by_hand("INSERT INTO journal_entry SELECT * FROM saved_entry").await;
            assert_eq!(app.verify().await.1, []);
        }
    }

    async fn a_chain_cut_short_with_its_head_leaves_a_row_that_nothing_recorded(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("DELETE FROM journal_entry WHERE chain_id = {chain} AND number = 4")).await;
        app.by_hand(&format!("UPDATE journal_chain SET number = 3, hash = (SELECT hash FROM journal_entry WHERE chain_id = {chain} AND number = 3) WHERE id = {chain}")).await;
        let (table, id, problem, last) = changed(&app).await;
        assert_eq!((table, id), ("relationship", world.relationship.clone()));
        assert_eq!(problem, RowProblem::Changed(vec!["name".to_owned(), "version".to_owned()]));
        assert_eq!(last, Some(Place { chain: world.relationship, number: 3 }));
    }

    async fn a_row_changed_added_or_removed_by_hand_is_named_with_the_entry_that_recorded_it(app: App) {
        let world = described(&app).await;
        let last = |chain: &str, number| Some(Place { chain: chain.to_owned(), number });
        let columns = |names: &[&str]| RowProblem::Changed(names.iter().map(|name| (*name).to_owned()).collect());
        let (own, theirs) = (organization_of(&world.sponsor).await, organization_of(&world.cdmo).await);
        let relationship = app.sql_id(&world.relationship);
        let site = app.sql_id(&world.cdmo_site);
        let contact = "con_01h455vb4pex5vsknk084sn02q";
        let added = format!(
            "INSERT INTO contact (id, organization_id, name, role, away, version, created_at)
             VALUES ({}, {}, 'Mallory', 'QA', '[]', 1, '2026-01-01T00:00:00+00:00')",
            app.sql_id(contact),
            app.sql_id(&own),
        );
        app.by_hand("CREATE TABLE saved_link AS SELECT * FROM relationship_site").await;
        for (done, undone, named) in [
            (
                format!("UPDATE relationship SET name = 'Ours' WHERE id = {relationship}"),
                "UPDATE relationship SET name = 'Name 3'",
                ("relationship", Some(world.relationship.as_str()), columns(&["name"]), last(&world.relationship, 4)),
            ),
            (
                format!("UPDATE relationship SET accepted_at = NULL, version = 9 WHERE id = {relationship}"),
                "UPDATE relationship SET accepted_at = created_at, version = 4",
                ("relationship", Some(&world.relationship), columns(&["accepted_at", "version"]), last(&world.relationship, 4)),
            ),
            (
                format!("UPDATE site SET languages = '[\"en\"]' WHERE id = {site}"),
                "UPDATE site SET languages = '[]'",
                ("site", Some(&world.cdmo_site), columns(&["languages"]), last(&theirs, 2)),
            ),
            (
                format!("UPDATE site SET working_hours = '\"always\"' WHERE id = {site}"),
                "UPDATE site SET working_hours = '[]'",
                ("site", Some(&world.cdmo_site), RowProblem::Unreadable, last(&theirs, 2)),
            ),
            (added, "DELETE FROM contact", ("contact", Some(contact), RowProblem::Added, None)),
            (
                format!("DELETE FROM relationship_site WHERE site_id = {site}"),
                "DELETE FROM relationship_site; INSERT INTO relationship_site SELECT * FROM saved_link",
                ("relationship_site", None, RowProblem::Removed, last(&world.relationship, 2)),
            ),
        ] {
            app.by_hand(&done).await;
            let (table, id, problem, recorded) = changed(&app).await;
            let id = named.1.map(|_| id.as_str());
            assert_eq!((table, id, problem, recorded), named, "{done}");
            app.by_hand(undone).await;
            assert_eq!(app.verify().await.1, [], "{undone}");
        }
    }

    async fn a_finding_is_a_sentence(app: App) {
        let world = described(&app).await;
        app.by_hand("UPDATE relationship SET name = 'Ours'").await;
        let said: Vec<String> = app.verify().await.1.iter().map(ToString::to_string).collect();
        let id = &world.relationship;
        assert_eq!(said, [format!("relationship {id}: name changed, and no entry says so (entry 4 of {id} recorded it last)")]);
    }
}

async fn organization_of(caller: &Caller) -> String {
    let data = caller.ok("{ viewer { organization { id } } }", json!(null)).await;
    data["viewer"]["organization"]["id"].as_str().expect("an id").to_owned()
}
