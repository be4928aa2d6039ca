//! What the parties of the whole world ask of each other: an action item for each state that something can be done in.

use serde_json::{Value, json};

use super::{Shared, text};

/// What is needed to go on with an item.
const ITEM: &str = "actionItem { id version }";

impl Shared {
    /// Items that the sponsor asks of the CDMO, in all states, and one that the CDMO asks of itself.
    pub(super) async fn action_items(&mut self, mark: &str) {
        let (sponsor, cdmo) = (self.sponsor.author.clone(), self.cdmo.author.clone());
        for (name, moves) in [
            ("action item, proposed", [].as_slice()),
            ("action item, open", &["accept"]),
            ("action item, another date asked for", &["accept"]),
            ("action item, in progress", &["accept", "start"]),
            ("action item, done", &["accept", "complete"]),
        ] {
            let input = json!({
                "relationshipId": self.id("relationship"), "title": format!("{name} {mark}"), "description": mark,
                "owner": "CDMO", "dueOn": "2026-05-01", "labels": [mark], "assigneeContactId": self.id("CDMO's contact"),
                "subjectId": self.id("dataset, SHARED"),
            });
            let mut item = sponsor.mutate("createActionItem", ITEM, input).await["actionItem"].take();
            self.ids.insert(name, text(&item["id"]));
            for step in moves {
                let input = json!({ "actionItemId": item["id"], "expectedVersion": item["version"] });
                item = cdmo.mutate(&format!("{step}ActionItem"), ITEM, input).await["actionItem"].take();
            }
            if item["version"] == 2 {
                self.discuss(&item, mark).await;
            }
            if name == "action item, another date asked for" {
                let input = json!({ "actionItemId": item["id"], "expectedVersion": item["version"], "dueOn": "2026-06-01", "reason": mark });
                let asked = cdmo.mutate("proposeActionItemDueDate", "dueDateChange { id }", input).await;
                self.ids.insert("another date", text(&asked["dueDateChange"]["id"]));
            }
        }
        let own = json!({ "relationshipId": self.id("relationship"), "title": format!("Own {mark}"), "owner": "CDMO", "dueOn": "2026-05-01" });
        let own = cdmo.mutate("createActionItem", ITEM, own).await;
        self.ids.insert("action item, the CDMO's own", text(&own["actionItem"]["id"]));
    }

    /// Has it spoken of.
    async fn discuss(&mut self, item: &Value, mark: &str) {
        let comment = json!({ "actionItemId": item["id"], "body": format!("As agreed {mark}") });
        let said = self.cdmo.author.mutate("addActionItemComment", "comment { id }", comment).await;
        self.ids.insert("comment", text(&said["comment"]["id"]));
    }
}
