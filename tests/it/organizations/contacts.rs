//! Contacts: what may be said of one, by whom, and what the counterparty reads of it.

use serde_json::{Value, json};

use super::{create, fields, read, unknown};
use crate::harness::{Caller, World, name_contacts, on_both_databases};

const CONTACT: &str =
    "name role email phone subject site { id } backup { id } validFrom validTo away { from to } version";

/// A contact with nothing but what must be there.
async fn plain(caller: &Caller, name: &str) -> String {
    create(caller, "createContact", "contact", json!({ "name": name, "role": "planner" })).await
}

/// A contact with all there is to say.
async fn full(world: &World, backup: &str) -> (String, Value) {
    let (valid, away) = (["2026-01-01", "2027-12-31"], json!([{ "from": "2026-07-06", "to": "2026-07-24" }]));
    let input = json!({
        "name": "Anna Keller", "role": "head of quality", "email": "anna@acme.example", "phone": "+41 61 555 01 01",
        "subject": "anna", "siteId": world.sponsor_site, "backupContactId": backup,
        "validFrom": valid[0], "validTo": valid[1], "away": away,
    });
    let contact = create(&world.sponsor, "createContact", "contact", input).await;
    let seen = json!({
        "name": "Anna Keller", "role": "head of quality", "email": "anna@acme.example", "phone": "+41 61 555 01 01",
        "subject": "anna", "site": { "id": world.sponsor_site }, "backup": { "id": backup },
        "validFrom": valid[0], "validTo": valid[1], "away": away, "version": 1,
    });
    (contact, seen)
}

on_both_databases! {
    async fn left_out_stays_and_null_clears(app: App) {
        let world = World::new(&app).await;
        let backup = plain(&world.sponsor, "Max").await;
        let (contact, mut seen) = full(&world, &backup).await;
        assert_eq!(read(&world.sponsor, "Contact", &contact, CONTACT).await, seen);
        let change = json!({ "contactId": contact, "expectedVersion": 1, "role": "site head" });
        world.sponsor.mutate("updateContact", "contact { id }", change.clone()).await;
        (seen["role"], seen["version"]) = ("site head".into(), 2.into());
        assert_eq!(read(&world.sponsor, "Contact", &contact, CONTACT).await, seen);
        let stale = world.sponsor.mutation_refused("updateContact", change).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(2)));
        let cleared = ["email", "phone", "subject", "siteId", "backupContactId", "validFrom", "validTo"];
        let mut clear = json!({ "contactId": contact, "expectedVersion": 2, "away": [] });
        for name in cleared {
            clear[name] = Value::Null;
            seen[name.trim_end_matches("Id").trim_end_matches("Contact")] = Value::Null;
        }
        world.sponsor.mutate("updateContact", "contact { id }", clear).await;
        (seen["away"], seen["version"]) = (json!([]), 3.into());
        assert_eq!(read(&world.sponsor, "Contact", &contact, CONTACT).await, seen);
        let kept = json!({ "contactId": contact, "expectedVersion": 3, "name": null, "role": null });
        assert_eq!(fields(&world.sponsor.mutation_refusals("updateContact", kept).await), ["input.name", "input.role"]);
    }

    async fn all_that_is_wrong_is_named_at_once(app: App) {
        let world = World::new(&app).await;
        let contact = plain(&world.sponsor, "Max").await;
        let mut wrong = json!({
            "name": " ", "role": "x".repeat(201), "email": "no address", "phone": "1".repeat(51), "subject": "x".repeat(256),
            "siteId": world.relationship, "backupContactId": "nobody", "validFrom": "1899-01-01", "validTo": "2500-01-01",
            "away": [{ "from": "2026-07-24", "to": "2026-07-06" }],
        });
        let create = fields_sorted(&world.sponsor, "createContact", &wrong).await;
        wrong["contactId"] = contact.clone().into();
        wrong["expectedVersion"] = 1.into();
        let update = fields_sorted(&world.sponsor, "updateContact", &wrong).await;
        let mut expected = [
            "name", "role", "email", "phone", "subject", "siteId", "backupContactId", "validFrom", "validTo", "away[0].to",
        ];
        expected.sort_unstable();
        assert_eq!(create, expected);
        assert_eq!(update, expected);
        for (change, field) in [
            (json!({ "validFrom": "2026-02-01", "validTo": "2026-01-31" }), "input.validTo"),
            (json!({ "backupContactId": contact }), "input.backupContactId"),
            (json!({ "email": "anna@localhost" }), "input.email"),
            (json!({ "away": [{ "from": "1899-07-06", "to": "2026-07-06" }] }), "input.away[0].from"),
        ] {
            let mut input = json!({ "contactId": contact, "expectedVersion": 1 });
            input.as_object_mut().expect("fields").extend(change.as_object().expect("fields").clone());
            assert_eq!(fields(&world.sponsor.mutation_refusals("updateContact", input).await), [field], "{change}");
        }
        let seen = read(&world.sponsor, "Contact", &contact, "name version").await;
        assert_eq!(seen, json!({ "name": "Max", "version": 1 }));
    }

    async fn links_to_what_another_organization_keeps_to_itself_are_refused_as_unknown(app: App) {
        let world = World::new(&app).await;
        let contact = plain(&world.sponsor, "Max").await;
        let hidden_contact = plain(&world.cdmo, "Ben").await;
        let hidden_site = json!({ "name": "Secret", "country": "SG", "timeZone": "Asia/Singapore" });
        let hidden_site = create(&world.cdmo, "createSite", "site", hidden_site).await;
        for (field, hidden, never) in
            [("siteId", hidden_site, unknown("site")), ("backupContactId", hidden_contact.clone(), unknown("con"))]
        {
            for (mutation, mut input) in [
                ("createContact", json!({ "name": "Eve", "role": "planner" })),
                ("updateContact", json!({ "contactId": contact, "expectedVersion": 1 })),
            ] {
                input[field] = hidden.clone().into();
                let refusal = world.sponsor.mutation_refused(mutation, input.clone()).await;
                assert_eq!(refusal.code, "NOT_FOUND", "{mutation} {field}");
                input[field] = never.clone().into();
                assert_eq!(refusal, world.sponsor.mutation_refused(mutation, input).await, "{mutation} {field}");
            }
        }
        // What the counterparty has put in play is known, and still not one's own.
        let theirs = json!({ "contactId": contact, "expectedVersion": 1, "siteId": world.cdmo_site });
        assert_eq!(fields(&world.sponsor.mutation_refusals("updateContact", theirs).await), ["input.siteId"]);
        let change = |id: &str| json!({ "contactId": id, "expectedVersion": 1, "name": "Ours" });
        let refusal = world.sponsor.mutation_refused("updateContact", change(&hidden_contact)).await;
        assert_eq!(refusal.code, "NOT_FOUND");
        assert_eq!(refusal, world.sponsor.mutation_refused("updateContact", change(&unknown("con"))).await);
    }

    async fn the_counterparty_reads_a_named_contact_without_its_subject_and_unnamed_links(app: App) {
        let world = World::new(&app).await;
        let backup = plain(&world.sponsor, "Max").await;
        let (contact, mut seen) = full(&world, &backup).await;
        assert_eq!(read(&world.cdmo, "Contact", &contact, CONTACT).await, Value::Null);
        name_contacts(&world.sponsor, &world.relationship, &[&contact]).await;
        (seen["subject"], seen["backup"]) = (Value::Null, Value::Null);
        assert_eq!(read(&world.cdmo, "Contact", &contact, CONTACT).await, seen);
        name_contacts(&world.sponsor, &world.relationship, &[&contact, &backup]).await;
        seen["backup"] = json!({ "id": backup });
        assert_eq!(read(&world.cdmo, "Contact", &contact, CONTACT).await, seen);
        assert_eq!(read(&world.stranger, "Contact", &contact, CONTACT).await, Value::Null);
        let theirs = json!({ "contactId": contact, "expectedVersion": 1, "subject": "ben" });
        assert_eq!(world.cdmo.mutation_refused("updateContact", theirs).await.code, "NOT_FOUND");
    }
}

/// The fields of the input that are refused, without `input.`, in the order of the alphabet.
async fn fields_sorted(caller: &Caller, mutation: &str, input: &Value) -> Vec<String> {
    let refusals = caller.mutation_refusals(mutation, input.clone()).await;
    let mut names: Vec<String> = fields(&refusals).iter().map(|name| name.replace("input.", "")).collect();
    names.sort_unstable();
    names
}
