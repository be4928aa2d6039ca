//! Whatever is changed in the database behind the service's back is named.

use guidepost::db::verify::{EntryProblem, Finding, Place, RowProblem};
use serde_json::json;

use crate::harness::{App, World, on_both_databases};

/// A relationship with 4 entries: proposed, accepted, described twice.
async fn described(app: &App) -> World {
    let world = World::new(app).await;
    for version in 2..4 {
        let input = json!({ "relationshipId": world.relationship, "expectedVersion": version, "name": format!("Name {version}") });
        world.cdmo.mutate("describeRelationship", "relationship { id }", input).await;
    }
    world
}

/// The number and problem of the first broken entry of the relationship's chain; it is the only broken one.
async fn broken(app: &App, world: &World) -> (i64, EntryProblem) {
    let (summary, findings) = app.verify().await;
    assert_eq!(summary.findings, findings.len() as u64);
    let entries = findings.iter().filter(|finding| matches!(finding, Finding::Entry { .. })).count();
    assert_eq!(entries, 1, "{findings:?}");
    match findings.into_iter().next() {
        Some(Finding::Entry { place: Place { chain, number }, problem }) => {
            assert_eq!(chain, world.relationship);
            (number, problem)
        }
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

    async fn a_changed_content_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_entry SET content = replace(content, 'Name 2', 'Name X') WHERE chain_id = {chain} AND number = 3")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 3 && matches!(problem, EntryProblem::ContentDigest { .. }), "{number} {problem}");
    }

    async fn a_changed_content_with_its_digest_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_entry SET content_digest = '{}' WHERE chain_id = {chain} AND number = 3", guidepost::db::journal::digest_of_text("{}"))).await;
        app.by_hand(&format!("UPDATE journal_entry SET content = '{{}}' WHERE chain_id = {chain} AND number = 3")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 3 && matches!(problem, EntryProblem::Hash { .. }), "{number} {problem}");
    }

    async fn a_changed_hash_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_entry SET hash = previous_hash WHERE chain_id = {chain} AND number = 2")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 2 && matches!(problem, EntryProblem::Hash { .. }), "{number} {problem}");
    }

    async fn a_changed_link_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_entry SET previous_hash = hash WHERE chain_id = {chain} AND number = 2")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 2 && matches!(problem, EntryProblem::PreviousHash { .. }), "{number} {problem}");
    }

    async fn a_changed_time_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_entry SET at = '2020-01-01T00:00:00+00:00' WHERE chain_id = {chain} AND number = 4")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 4 && matches!(problem, EntryProblem::Hash { .. }), "{number} {problem}");
    }

    async fn a_missing_last_entry_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("DELETE FROM journal_entry WHERE chain_id = {chain} AND number = 4")).await;
        assert_eq!(broken(&app, &world).await, (4, EntryProblem::Missing));
    }

    async fn a_missing_entry_in_the_middle_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("DELETE FROM journal_entry WHERE chain_id = {chain} AND number IN (2, 3)")).await;
        assert_eq!(broken(&app, &world).await, (2, EntryProblem::Missing));
    }

    async fn an_entry_that_the_head_does_not_know_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_chain SET number = 2 WHERE id = {chain}")).await;
        assert_eq!(broken(&app, &world).await, (3, EntryProblem::BeyondHead { head: 2 }));
    }

    async fn a_changed_head_is_named(app: App) {
        let world = described(&app).await;
        let chain = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE journal_chain SET hash = '0' WHERE id = {chain}")).await;
        let (number, problem) = broken(&app, &world).await;
        assert!(number == 4 && matches!(problem, EntryProblem::Head { .. }), "{number} {problem}");
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

    async fn a_row_changed_by_hand_is_named_with_the_entry_that_recorded_it(app: App) {
        let world = described(&app).await;
        let id = app.sql_id(&world.relationship);
        app.by_hand(&format!("UPDATE relationship SET name = 'Ours' WHERE id = {id}")).await;
        let (table, row, problem, last) = changed(&app).await;
        assert_eq!((table, row.as_str()), ("relationship", world.relationship.as_str()));
        assert_eq!(problem, RowProblem::Changed(vec!["name".to_owned()]));
        assert_eq!(last, Some(Place { chain: world.relationship.clone(), number: 4 }));
        let (_, findings) = app.verify().await;
        assert_eq!(
            findings[0].to_string(),
            format!("relationship {0}: name changed, and no entry says so (entry 4 of {0} recorded it last)", world.relationship)
        );
    }

    async fn a_row_added_by_hand_is_named(app: App) {
        let world = described(&app).await;
        let (contact, organization) = ("con_01h455vb4pex5vsknk084sn02q", own_organization(&world).await);
        let (id, organization) = (app.sql_id(contact), app.sql_id(&organization));
        app.by_hand(&format!("INSERT INTO contact (id, organization_id, name, role, away, version, created_at) VALUES ({id}, {organization}, 'Mallory', 'QA', '[]', 1, '2026-01-01T00:00:00+00:00')")).await;
        assert_eq!(changed(&app).await, ("contact", contact.to_owned(), RowProblem::Added, None));
    }

    async fn a_row_removed_by_hand_is_named(app: App) {
        let world = described(&app).await;
        let site = app.sql_id(&world.cdmo_site);
        app.by_hand(&format!("DELETE FROM relationship_site WHERE site_id = {site}")).await;
        let (table, _, problem, last) = changed(&app).await;
        assert_eq!((table, problem), ("relationship_site", RowProblem::Removed));
        assert_eq!(last, Some(Place { chain: world.relationship, number: 2 }));
    }

    async fn a_json_column_changed_by_hand_is_named(app: App) {
        let world = described(&app).await;
        let site = app.sql_id(&world.cdmo_site);
        app.by_hand(&format!("UPDATE site SET languages = '[\"en\"]' WHERE id = {site}")).await;
        let (table, id, problem, _) = changed(&app).await;
        assert_eq!((table, id), ("site", world.cdmo_site));
        assert_eq!(problem, RowProblem::Changed(vec!["languages".to_owned()]));
    }

    async fn a_row_in_no_form_of_ours_is_named(app: App) {
        let world = described(&app).await;
        let site = app.sql_id(&world.cdmo_site);
        app.by_hand(&format!("UPDATE site SET working_hours = '\"always\"' WHERE id = {site}")).await;
        let (table, id, problem, last) = changed(&app).await;
        assert_eq!((table, id, problem), ("site", world.cdmo_site, RowProblem::Unreadable));
        assert!(last.is_some());
    }
}

async fn own_organization(world: &World) -> String {
    let data = world.sponsor.ok("{ viewer { organization { id } } }", json!(null)).await;
    data["viewer"]["organization"]["id"].as_str().expect("an id").to_owned()
}
