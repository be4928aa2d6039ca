//! The deepest document that the limits allow is answered, in a build without optimization too.

use serde_json::json;

use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn the_deepest_document_is_answered(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        world.sponsor.mutate("createActionItem", "actionItem { id }", item).await;
        let mut document = "id".to_owned();
        for _ in 0..4 {
            document = format!("relationship {{ actionItems(first: 1) {{ nodes {{ {document} }} }} }}");
        }
        let document = format!("query($id: ID!) {{ {} }}", document.replacen("relationship", "relationship(id: $id)", 1));
        let answer = world.sponsor.ok(&document, json!({ "id": world.relationship })).await;
        let deepest = "/relationship/actionItems/nodes/0".repeat(4) + "/id";
        assert!(answer.pointer(&deepest).is_some_and(serde_json::Value::is_string), "{answer}");
    }
}
