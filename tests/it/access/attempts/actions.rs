//! Attempts on action items. The sponsor has asked for each of them, and the CDMO owns it.

use serde_json::json;

use super::{Attempt, with};

pub const ATTEMPTS: &[Attempt] = &[
    Attempt {
        mutation: "createActionItem",
        on: "asked of the CDMO",
        input: |aim| {
            json!({
                "relationshipId": aim.id("relationship"), "title": "New", "owner": "CDMO", "dueOn": "2026-06-01",
                "assigneeContactId": aim.id("CDMO's contact"), "subjectId": aim.id("milestone"),
            })
        },
    },
    Attempt {
        mutation: "raiseImprovementAction",
        on: "a signal of a KPI that is not released",
        input: |aim| {
            json!({
                "kpiId": aim.id("KPI, not released"), "rule": "BEYOND_LIMITS", "part": "MOVING_RANGES",
                "lastPoint": "2025-12-01", "title": "New", "owner": "CDMO", "dueOn": "2026-06-01",
            })
        },
    },
    Attempt {
        mutation: "updateActionItem",
        on: "its wording, while it is proposed",
        input: |aim| with(aim.at("actionItemId", "action item, proposed"), json!({ "title": "Said anew" })),
    },
    Attempt {
        mutation: "updateActionItem",
        on: "its wording, once it is accepted",
        input: |aim| with(aim.at("actionItemId", "action item, in progress"), json!({ "title": "Said anew" })),
    },
    Attempt {
        mutation: "updateActionItem",
        on: "who does it",
        input: |aim| {
            let assignee = json!({ "assigneeContactId": null });
            with(aim.at("actionItemId", "action item, open"), assignee)
        },
    },
    Attempt {
        mutation: "acceptActionItem",
        on: "a proposed one",
        input: |aim| aim.at("actionItemId", "action item, proposed"),
    },
    Attempt {
        mutation: "declineActionItem",
        on: "a proposed one",
        input: |aim| with(aim.at("actionItemId", "action item, proposed"), json!({ "reason": "No time" })),
    },
    Attempt {
        mutation: "proposeActionItemDueDate",
        on: "an open one",
        input: |aim| {
            with(aim.at("actionItemId", "action item, open"), json!({ "dueOn": "2026-07-01", "reason": "Late" }))
        },
    },
    Attempt {
        mutation: "answerActionItemDueDate",
        on: "the CDMO's wish",
        input: |aim| json!({ "dueDateChangeId": aim.id("another date"), "agree": true }),
    },
    Attempt {
        mutation: "startActionItem",
        on: "an open one",
        input: |aim| aim.at("actionItemId", "action item, open"),
    },
    Attempt {
        mutation: "completeActionItem",
        on: "one in progress",
        input: |aim| aim.at("actionItemId", "action item, in progress"),
    },
    Attempt {
        mutation: "verifyActionItem",
        on: "a done one",
        input: |aim| aim.at("actionItemId", "action item, done"),
    },
    Attempt {
        mutation: "reopenActionItem",
        on: "a done one",
        input: |aim| with(aim.at("actionItemId", "action item, done"), json!({ "reason": "Not yet" })),
    },
    Attempt {
        mutation: "cancelActionItem",
        on: "an open one",
        input: |aim| with(aim.at("actionItemId", "action item, open"), json!({ "reason": "No more needed" })),
    },
    Attempt {
        mutation: "addActionItemComment",
        on: "an open one",
        input: |aim| json!({ "actionItemId": aim.id("action item, open"), "body": "Yes" }),
    },
];
