//! Attempts on organizations, their sites and contacts, and the names that other systems give.

use serde_json::json;

use super::{Attempt, with};

pub const ATTEMPTS: &[Attempt] = &[
    Attempt {
        mutation: "registerOrganization",
        on: "a new organization",
        input: |_| json!({ "handle": "newcomer", "name": "Newcomer" }),
    },
    Attempt {
        mutation: "revokeToken",
        on: "one of an operator",
        input: |_| json!({ "issuer": "https://id.example", "tokenId": "4711", "expiresAt": "2036-01-01T00:00:00Z", "reason": "It was lost" }),
    },
    Attempt {
        mutation: "revokeSubjectTokens",
        on: "somebody of the CDMO",
        input: |aim| {
            let handle = aim.world.parties.cdmo.handle;
            json!({ "issuer": "https://id.example", "subject": "eve", "organization": handle, "reason": "She left" })
        },
    },
    Attempt {
        mutation: "revokeOrganizationTokens",
        on: "the CDMO's",
        input: |aim| json!({ "organization": aim.world.parties.cdmo.handle, "reason": "A leak" }),
    },
    Attempt {
        mutation: "updateOrganization",
        on: "the caller's own",
        input: |aim| json!({ "expectedVersion": aim.versions.of(aim.own_organization()), "name": "New name" }),
    },
    Attempt {
        mutation: "createSite",
        on: "the caller's own organization",
        input: |_| json!({ "name": "New site", "country": "IE", "timeZone": "Europe/Dublin" }),
    },
    Attempt {
        mutation: "updateSite",
        on: "the CDMO's site in play",
        input: |aim| with(aim.at("siteId", "CDMO's site"), json!({ "name": "New name" })),
    },
    Attempt {
        mutation: "createContact",
        on: "the caller's own organization",
        input: |aim| json!({ "name": "Max", "role": "buyer", "siteId": aim.own("site"), "backupContactId": aim.own("contact") }),
    },
    Attempt {
        mutation: "updateContact",
        on: "the CDMO's contact for the relationship",
        input: |aim| {
            let change = json!({ "role": "seller", "siteId": aim.own("private site"), "backupContactId": aim.own("private contact") });
            with(aim.at("contactId", "CDMO's contact"), change)
        },
    },
    Attempt {
        mutation: "setExternalReference",
        on: "the relationship",
        input: |aim| json!({ "objectId": aim.id("relationship"), "system": "QMS", "externalId": "4711" }),
    },
    Attempt {
        mutation: "removeExternalReference",
        on: "the CDMO's own",
        input: |_| json!({ "system": "ERP kestrel", "externalId": "brightfill" }),
    },
];
