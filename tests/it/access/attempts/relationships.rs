//! Attempts on relationships and what is agreed to be done in them. The sponsor has proposed the relationship; while
//! it is paused, the CDMO has paused it.

use serde_json::json;

use super::{Attempt, with};

pub const ATTEMPTS: &[Attempt] = &[
    Attempt {
        mutation: "proposeRelationship",
        on: "to an organization that all know by its handle",
        input: |aim| json!({ "counterparty": "farfill", "ourParty": "SPONSOR", "name": "New", "siteIds": [aim.own("site")] }),
    },
    Attempt {
        mutation: "describeRelationship",
        on: "the relationship",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "description": "Said anew" })),
    },
    Attempt {
        mutation: "acceptRelationship",
        on: "the sponsor's proposal",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "siteIds": [aim.own("private site")] })),
    },
    Attempt {
        mutation: "declineRelationship",
        on: "the sponsor's proposal",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "reason": "No capacity" })),
    },
    Attempt {
        mutation: "withdrawRelationship",
        on: "the sponsor's proposal",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "reason": "Too early" })),
    },
    Attempt {
        mutation: "pauseRelationship",
        on: "the relationship",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "reason": "Shutdown" })),
    },
    Attempt {
        mutation: "resumeRelationship",
        on: "the relationship",
        input: |aim| aim.at("relationshipId", "relationship"),
    },
    Attempt {
        mutation: "endRelationship",
        on: "the relationship",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "reason": "Done" })),
    },
    Attempt {
        mutation: "setRelationshipSites",
        on: "a site of the caller's own",
        input: |aim| with(aim.at("relationshipId", "relationship"), json!({ "siteIds": [aim.own("private site")] })),
    },
    Attempt {
        mutation: "setRelationshipContacts",
        on: "a contact of the caller's own",
        input: |aim| {
            with(aim.at("relationshipId", "relationship"), json!({ "contactIds": [aim.own("private contact")] }))
        },
    },
    Attempt {
        mutation: "proposeScopeOfWork",
        on: "the relationship",
        input: |aim| json!({ "relationshipId": aim.id("relationship"), "name": "New" }),
    },
    Attempt {
        mutation: "agreeScopeOfWork",
        on: "what the sponsor proposed",
        input: |aim| aim.at("scopeOfWorkId", "scope of work, proposed by the sponsor"),
    },
    Attempt {
        mutation: "declineScopeOfWork",
        on: "what the sponsor proposed",
        input: |aim| {
            with(aim.at("scopeOfWorkId", "scope of work, proposed by the sponsor"), json!({ "reason": "Too much" }))
        },
    },
    Attempt {
        mutation: "createMilestone",
        on: "what the sponsor proposed",
        input: |aim| {
            let scope = aim.id("scope of work, proposed by the sponsor");
            json!({ "scopeOfWorkId": scope, "name": "New", "plannedOn": "2026-08-01" })
        },
    },
    Attempt {
        mutation: "updateMilestone",
        on: "an agreed scope of work's",
        input: |aim| with(aim.at("milestoneId", "milestone"), json!({ "forecastOn": "2026-07-01" })),
    },
];
