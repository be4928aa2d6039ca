//! External references: one organization's names for things, which nobody else reads or is hindered by.

use serde_json::{Value, json};

use super::{create, fields, read, unknown};
use crate::harness::{App, Caller, World, name_sites, on_both_databases, text};

const REFERENCE: &str = "externalReferenceId externalReference { system externalId objectId }";
const OF_OBJECT: &str = "externalReferences { totalCount nodes { system externalId } }";

fn reference(object: &str, id: &str) -> Value {
    json!({ "objectId": object, "system": "SAP", "externalId": id })
}

/// The id of the object that the caller's SAP calls so.
async fn look_up(caller: &Caller, id: &str) -> Value {
    let query = "query($id: String!) { objectByReference(system: \"SAP\", externalId: $id) { id __typename } }";
    caller.ok(query, json!({ "id": id })).await["objectByReference"].take()
}

async fn entries(app: &App) -> i64 {
    app.count("SELECT COUNT(*) FROM journal_entry").await
}

on_both_databases! {
    async fn setting_the_same_twice_changes_nothing(app: App) {
        let world = World::new(&app).await;
        let input = reference(&world.relationship, " 4711 ");
        let first = world.sponsor.mutate("setExternalReference", REFERENCE, input.clone()).await;
        let shown = json!({ "system": "SAP", "externalId": "4711", "objectId": world.relationship });
        assert_eq!(first["externalReference"], shown);
        let before = entries(&app).await;
        let again = world.sponsor.mutate("setExternalReference", REFERENCE, input).await;
        assert_eq!((again, entries(&app).await), (first.clone(), before));
        // One name stands for one object, and one object may have many names.
        let other = world.sponsor.mutation_refused("setExternalReference", reference(&world.sponsor_site, "4711")).await;
        assert_eq!(other.code, "CONFLICT");
        assert!(other.message.contains(&world.relationship), "{}", other.message);
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.relationship, "4712")).await;
        let seen = read(&world.sponsor, "Relationship", &world.relationship, OF_OBJECT).await;
        let names = json!([{ "system": "SAP", "externalId": "4711" }, { "system": "SAP", "externalId": "4712" }]);
        assert_eq!(seen["externalReferences"], json!({ "totalCount": 2, "nodes": names }));
    }

    async fn the_counterparty_neither_reads_nor_meets_them(app: App) {
        let world = World::new(&app).await;
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.relationship, "4711")).await;
        for caller in [&world.cdmo, &world.stranger] {
            assert_eq!(look_up(caller, "4711").await, Value::Null);
        }
        let seen = read(&world.cdmo, "Relationship", &world.relationship, OF_OBJECT).await;
        assert_eq!(seen["externalReferences"], json!({ "totalCount": 0, "nodes": [] }));
        let remove = json!({ "system": "SAP", "externalId": "4711" });
        assert_eq!(world.cdmo.mutation_refused("removeExternalReference", remove).await.code, "NOT_FOUND");
        // The same name of the same system stands for something else in another organization.
        world.cdmo.mutate("setExternalReference", REFERENCE, reference(&world.cdmo_site, "4711")).await;
        let found = |id: &str, ty: &str| json!({ "id": id, "__typename": ty });
        assert_eq!(look_up(&world.cdmo, "4711").await, found(&world.cdmo_site, "Site"));
        assert_eq!(look_up(&world.sponsor, "4711").await, found(&world.relationship, "Relationship"));
    }

    async fn a_removed_name_is_free_again(app: App) {
        let world = World::new(&app).await;
        let first = world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.relationship, "4711")).await;
        let remove = json!({ "system": "SAP", "externalId": "4711" });
        let removed = world.sponsor.mutate("removeExternalReference", REFERENCE, remove.clone()).await;
        assert_eq!(removed, json!({ "externalReferenceId": first["externalReferenceId"], "externalReference": null }));
        assert_eq!(look_up(&world.sponsor, "4711").await, Value::Null);
        assert_eq!(world.sponsor.mutation_refused("removeExternalReference", remove).await.code, "NOT_FOUND");
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.sponsor_site, "4711")).await;
        assert_eq!(look_up(&world.sponsor, "4711").await["id"], world.sponsor_site);
    }

    async fn a_name_of_what_is_no_longer_seen_can_be_given_anew(app: App) {
        let world = World::new(&app).await;
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.cdmo_site, "tuas")).await;
        name_sites(&world.cdmo, &world.relationship, &[]).await;
        let refusal = world.sponsor.mutation_refused("setExternalReference", reference(&world.sponsor_site, "tuas")).await;
        assert_eq!(refusal.code, "CONFLICT");
        assert!(!refusal.message.contains(&world.cdmo_site), "{}", refusal.message);
        world.sponsor.mutate("removeExternalReference", "externalReferenceId", json!({ "system": "SAP", "externalId": "tuas" })).await;
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.sponsor_site, "tuas")).await;
        assert_eq!(look_up(&world.sponsor, "tuas").await["id"], world.sponsor_site);
    }

    async fn a_colleagues_name_for_what_the_caller_does_not_read_stays(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "SPONSOR", "dueOn": "2026-04-01" });
        let item = world.sponsor.mutate("createActionItem", "actionItemId", item).await["actionItemId"].take();
        let kpi = world.agreed_kpi(json!({})).await;
        for (object, scopes) in [(text(&item), "relationships:write kpis:write"), (kpi.id, "relationships:write actions:write")] {
            world.sponsor.mutate("setExternalReference", REFERENCE, reference(&object, &object)).await;
            let remove = json!({ "system": "SAP", "externalId": object });
            let colleague = app.caller("acme", "carla", scopes);
            assert_eq!(colleague.mutation_refused("removeExternalReference", remove.clone()).await.code, "NOT_FOUND");
            world.sponsor.mutate("removeExternalReference", "externalReferenceId", remove).await;
        }
    }

    async fn what_a_caller_cannot_see_it_cannot_name(app: App) {
        let world = World::new(&app).await;
        let hidden = json!({ "name": "Secret", "country": "SG", "timeZone": "Asia/Singapore" });
        let hidden = create(&world.cdmo, "createSite", "site", hidden).await;
        let refusal = world.sponsor.mutation_refused("setExternalReference", reference(&hidden, "4711")).await;
        assert_eq!(refusal.code, "NOT_FOUND");
        let never = world.sponsor.mutation_refused("setExternalReference", reference(&unknown("site"), "4711")).await;
        assert_eq!(refusal, never);
        let wrong = json!({ "objectId": "4711", "system": "", "externalId": "x".repeat(201) });
        let mut refusals = world.sponsor.mutation_refusals("setExternalReference", wrong).await;
        refusals.sort_by_key(|refusal| refusal.field.clone());
        assert_eq!(fields(&refusals), ["input.externalId", "input.objectId", "input.system"]);
        // A name outlives the sight of its object, and then leads nowhere.
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.cdmo_site, "tuas")).await;
        name_sites(&world.cdmo, &world.relationship, &[]).await;
        assert_eq!(look_up(&world.sponsor, "tuas").await, Value::Null);
        // The look-up wants the scope that reading the object wants.
        world.sponsor.mutate("setExternalReference", REFERENCE, reference(&world.relationship, "4711")).await;
        let query = "{ objectByReference(system: \"SAP\", externalId: \"4711\") { id } }";
        let refusal = app.caller("acme", "robot", "kpis:collect").refused(query, json!({})).await;
        assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("relationships:read")));
    }
}
