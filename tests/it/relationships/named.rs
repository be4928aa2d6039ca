//! T1: of the other organization a party reads the sites in play and the contacts that are named, while they are.

use serde_json::{Value, json};

use crate::harness::{Caller, World, name_contacts, name_sites, on_both_databases, text};

/// How a caller reads the CDMO's sites and contacts: by the organization, by the relationship, and by their ids.
async fn seen(caller: &Caller, world: &World, ids: &[&String]) -> Value {
    let query = "query($id: ID!, $ids: [ID!]!) {
        relationship(id: $id) {
            cdmo { sites { totalCount nodes { name } } contacts { totalCount nodes { name } } }
            sites { nodes { site { name } } }
            contacts { nodes { contact { name } } }
        }
        nodes(ids: $ids) { ... on Site { name } ... on Contact { name } }
    }";
    caller.ok(query, json!({ "id": world.relationship, "ids": ids })).await
}

async fn site(caller: &Caller, name: &str) -> String {
    let input = json!({ "name": name, "country": "SG", "timeZone": "Asia/Singapore" });
    text(&caller.mutate("createSite", "site { id }", input).await["site"]["id"])
}

async fn contact(caller: &Caller, name: &str, site: &str) -> String {
    let input = json!({ "name": name, "role": "planner", "siteId": site });
    text(&caller.mutate("createContact", "contact { id }", input).await["contact"]["id"])
}

on_both_databases! {
    async fn a_site_is_seen_while_it_is_in_play(app: App) {
        let world = World::new(&app).await;
        let hidden = site(&world.cdmo, "Jurong").await;
        let ids = [&world.cdmo_site, &hidden];
        let tuas = json!({ "name": "Tuas" });
        let before = seen(&world.sponsor, &world, &ids).await;
        assert_eq!(before["nodes"], json!([tuas, null]));
        assert_eq!(before["relationship"]["cdmo"]["sites"], json!({ "totalCount": 1, "nodes": [tuas] }));
        let own = seen(&world.cdmo, &world, &ids).await;
        assert_eq!(own["relationship"]["cdmo"]["sites"]["totalCount"], 2);

        // Naming the other instead hides the first again. The sponsor's own stays in play.
        name_sites(&world.cdmo, &world.relationship, &[&hidden]).await;
        let jurong = json!({ "name": "Jurong" });
        let after = seen(&world.sponsor, &world, &ids).await;
        assert_eq!(after["nodes"], json!([null, jurong]));
        assert_eq!(after["relationship"]["cdmo"]["sites"], json!({ "totalCount": 1, "nodes": [jurong] }));
        assert_eq!(after["relationship"]["sites"]["nodes"], json!([{ "site": { "name": "Basel" } }, { "site": jurong }]));

        // What another relationship puts in play is not the sponsor's affair.
        let proposal = json!({ "counterparty": "stranger", "ourParty": "CDMO", "name": "Toll filling", "siteIds": [world.cdmo_site] });
        world.cdmo.mutate("proposeRelationship", "relationship { id }", proposal).await;
        assert_eq!(seen(&world.sponsor, &world, &ids).await["nodes"], json!([null, jurong]));
        let stranger = world.stranger.ok("query($ids: [ID!]!) { nodes(ids: $ids) { ... on Site { name } } }", json!({ "ids": ids })).await;
        assert_eq!(stranger["nodes"], json!([tuas, null]));
    }

    async fn a_contact_is_seen_while_it_is_named(app: App) {
        let world = World::new(&app).await;
        let hidden_site = site(&world.cdmo, "Jurong").await;
        let mei = contact(&world.cdmo, "Mei", &hidden_site).await;
        let raj = contact(&world.cdmo, "Raj", &world.cdmo_site).await;
        let ids = [&mei, &raj];
        let none = seen(&world.sponsor, &world, &ids).await;
        assert_eq!(none["nodes"], json!([null, null]));
        assert_eq!(none["relationship"]["cdmo"]["contacts"], json!({ "totalCount": 0, "nodes": [] }));
        let name = async |contacts: &[&String]| name_contacts(&world.cdmo, &world.relationship, contacts).await;
        name(&[&mei]).await;
        let one = seen(&world.sponsor, &world, &ids).await;
        assert_eq!(one["nodes"], json!([{ "name": "Mei" }, null]));
        assert_eq!(one["relationship"]["contacts"]["nodes"], json!([{ "contact": { "name": "Mei" } }]));
        // A contact's site is no more visible for that.
        let query = "query($id: ID!) { node(id: $id) { ... on Contact { name site { name } organization { handle } } } }";
        let read = world.sponsor.ok(query, json!({ "id": mei })).await;
        assert_eq!(read["node"], json!({ "name": "Mei", "site": null, "organization": { "handle": "brightfill" } }));
        name(&[&raj]).await;
        assert_eq!(seen(&world.sponsor, &world, &ids).await["nodes"], json!([null, { "name": "Raj" }]));
        name(&[]).await;
        assert_eq!(seen(&world.sponsor, &world, &ids).await["nodes"], json!([null, null]));
    }

    async fn of_two_that_have_read_the_same_only_the_first_names(app: App) {
        let world = World::new(&app).await;
        let mei = contact(&world.cdmo, "Mei", &world.cdmo_site).await;
        let read = |field: &str, ids: Value| json!({ "relationshipId": world.relationship, "expectedVersion": 2, field: ids });
        let named = world.cdmo.mutate("setRelationshipContacts", "relationship { version }", read("contactIds", json!([mei, mei]))).await;
        assert_eq!(named["relationship"]["version"], 3);
        for (mutation, input) in [
            ("setRelationshipContacts", read("contactIds", json!([]))),
            ("setRelationshipSites", read("siteIds", json!([]))),
            ("describeRelationship", read("name", json!("Another"))),
        ] {
            let stale = world.cdmo.mutation_refused(mutation, input).await;
            assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(3)), "{mutation}");
        }
        // What is named already is no change.
        let again = json!({ "relationshipId": world.relationship, "expectedVersion": 3, "contactIds": [mei] });
        let again = world.cdmo.mutate("setRelationshipContacts", "relationship { version contacts { totalCount } }", again).await;
        assert_eq!(again["relationship"], json!({ "version": 3, "contacts": { "totalCount": 1 } }));
    }

    async fn a_party_names_its_own_alone(app: App) {
        let world = World::new(&app).await;
        let hidden = site(&world.cdmo, "Jurong").await;
        let unknown = "site_01h455vb4pex5vsknk084sn02q";
        let input = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "siteIds": [world.sponsor_site, world.sponsor_site, hidden, world.cdmo_site, unknown] });
        let refusals = world.sponsor.mutation_refusals("setRelationshipSites", input).await;
        let fields: Vec<_> = refusals.iter().map(|refusal| refusal.field.as_deref().unwrap_or_default()).collect();
        assert_eq!(fields, ["input.siteIds[2]", "input.siteIds[3]", "input.siteIds[4]"]);
        for refusal in &refusals {
            assert!(refusal.message.ends_with(": is no site of your own organization"), "{refusal:?}");
        }
        let ben = contact(&world.cdmo, "Ben", &hidden).await;
        let input = json!({ "relationshipId": world.relationship, "expectedVersion": 2, "contactIds": [ben] });
        let refusal = world.sponsor.mutation_refused("setRelationshipContacts", input).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.contactIds[0]")));
        let acceptance = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": "Second", "siteIds": [hidden] });
        let refusal = world.sponsor.mutation_refused("proposeRelationship", acceptance).await;
        assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.siteIds[0]")));
    }
}
