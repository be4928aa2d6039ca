//! What is recorded: an entry for each write, none where nothing changed, on the chain where it belongs.

use serde_json::json;

use super::{actions, assert_chain, of_own_organization, of_relationship};
use crate::harness::{World, name_sites, on_both_databases};

on_both_databases! {
    async fn each_write_makes_one_entry_and_a_write_that_changes_nothing_makes_none(app: App) {
        let world = World::new(&app).await;
        let id = &world.relationship;
        let describe = |version: i32, name: &str| json!({ "relationshipId": id, "expectedVersion": version, "name": name });
        world.sponsor.mutate("describeRelationship", "relationship { version }", describe(2, "Fill-finish of ACM-102")).await;
        world.cdmo.mutate("describeRelationship", "relationship { version }", describe(3, "Fill-finish of ACM-102")).await;
        name_sites(&world.sponsor, id, &[&world.sponsor_site]).await;
        name_sites(&world.sponsor, id, &[]).await;
        let pause = json!({ "relationshipId": id, "expectedVersion": 4, "reason": "annual shutdown" });
        world.cdmo.mutate("pauseRelationship", "relationship { id }", pause).await;
        let entries = of_relationship(&world.sponsor, id).await;
        assert_eq!(
            actions(&entries),
            ["proposeRelationship", "acceptRelationship", "describeRelationship", "setRelationshipSites", "pauseRelationship"]
        );
        let described = &entries[2]["content"];
        assert_eq!(described["actorSubject"], "anna");
        assert_eq!(described["actorOrganization"]["handle"], "acme");
        assert_eq!(described["subject"]["id"], *id);
        assert_eq!(described["changes"], json!([{
            "table": "relationship",
            "rowId": id,
            "before": { "name": "Fill-finish of ACM-101", "version": 2 },
            "after": { "name": "Fill-finish of ACM-102", "version": 3 },
        }]));
        let unnamed = &entries[3]["content"]["changes"][0];
        assert_eq!((&unnamed["before"]["site_id"], &unnamed["after"]), (&json!(world.sponsor_site), &json!(null)));
        assert_eq!(entries[3]["content"]["changes"][1]["after"], json!({ "version": 4 }));
        assert_eq!((&entries[4]["content"]["reason"], &entries[4]["content"]["actorSubject"]), (&json!("annual shutdown"), &json!("ben")));
    }

    async fn a_refused_write_leaves_no_entry_and_no_row(app: App) {
        let world = World::new(&app).await;
        let before = (of_relationship(&world.sponsor, &world.relationship).await, app.verify().await.0);
        let id = &world.relationship;
        let stale = json!({ "relationshipId": id, "expectedVersion": 1, "name": "Another" });
        let wrong_name = json!({ "relationshipId": id, "expectedVersion": 2, "name": "" });
        let foreign_site = json!({ "relationshipId": id, "expectedVersion": 2, "siteIds": [world.sponsor_site, world.cdmo_site] });
        let milestone = json!({ "scopeOfWorkId": "sow_01h455vb4pex5vsknk084sn02q", "name": "Kick-off", "plannedOn": "2026-04-01" });
        for (mutation, input, code) in [
            ("describeRelationship", stale, "CONFLICT"),
            ("describeRelationship", wrong_name, "BAD_USER_INPUT"),
            ("setRelationshipSites", foreign_site, "BAD_USER_INPUT"),
            ("createMilestone", milestone, "NOT_FOUND"),
            ("acceptRelationship", json!({ "relationshipId": id, "expectedVersion": 2 }), "FAILED_PRECONDITION"),
        ] {
            assert_eq!(world.sponsor.mutation_refused(mutation, input).await.code, code, "{mutation}");
        }
        let after = (of_relationship(&world.sponsor, &world.relationship).await, app.verify().await.0);
        assert_eq!(before, after);
    }

    async fn what_is_private_is_on_the_own_chain_and_the_shared_chain_does_not_tell_of_it(app: App) {
        let world = World::new(&app).await;
        let secret = json!({ "name": "Secret annex", "country": "CH", "timeZone": "Europe/Zurich" });
        world.sponsor.mutate("createSite", "site { id }", secret).await;
        let contact = json!({ "name": "Carla Geheim", "role": "QA", "email": "carla@acme.example" });
        world.sponsor.mutate("createContact", "contact { id }", contact).await;
        let reference = json!({ "objectId": world.relationship, "system": "SAP-EU1", "externalId": "4711" });
        world.sponsor.mutate("setExternalReference", "externalReference { id }", reference).await;
        let (organization, own) = of_own_organization(&world.sponsor).await;
        assert_chain(&organization, &own);
        assert_eq!(
            actions(&own),
            ["registerOrganization", "createSite", "createSite", "createContact", "setExternalReference"]
        );
        assert_eq!(own[0]["content"]["actorOrganizationId"], json!(null));
        let shared = of_relationship(&world.cdmo, &world.relationship).await;
        assert_eq!(actions(&shared), ["proposeRelationship", "acceptRelationship"]);
        let told = serde_json::to_string(&shared).expect("it is JSON");
        for private in ["Secret annex", "Carla", "SAP-EU1", "4711", "Basel", "Tuas"] {
            assert!(!told.contains(private), "the relationship's chain tells of {private}");
        }
    }

    async fn what_is_recorded_of_a_row_is_what_is_read_back(app: App) {
        let world = World::new(&app).await;
        let site = json!({
            "name": "Zürich 😀 \u{2028} \"A\\B\"", "country": "CH", "timeZone": "Europe/Zurich", "languages": ["de-CH", "en"],
            "workingHours": [{ "weekday": "MONDAY", "opens": "00:00:00", "closes": "23:59:59" }, { "weekday": "SUNDAY", "opens": "08:30:15", "closes": "12:00:00" }],
            "holidays": [{ "date": "2026-12-25", "name": "Weihnachten" }], "capabilities": ["lyophilization"],
        });
        world.sponsor.mutate("createSite", "site { id }", site).await;
        let contact = json!({ "name": "Carla", "role": "QA", "validFrom": "2026-01-01", "away": [{ "from": "2026-07-01", "to": "2026-07-14" }] });
        world.sponsor.mutate("createContact", "contact { id }", contact).await;
        let scope = json!({ "relationshipId": world.relationship, "name": "Scale-up", "startsOn": "2026-04-01" });
        world.sponsor.mutate("proposeScopeOfWork", "scopeOfWork { id }", scope).await;
        // Doubles at the edges: no short form, far from 1, beyond 2^53.
        world.sign_charter().await;
        for (code, target) in [("A", 0.1 + 0.2), ("B", 5e-324), ("C", f64::MAX), ("D", -0.0), ("E", 9_007_199_254_740_993.0), ("F", 1.0 / 3.0)] {
            world.agree_definition(world.definition(code, json!({ "target": target }))).await;
        }
        // That no row differs from its record is checked at the end of every test.
    }
}
