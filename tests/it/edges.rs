//! Inputs at the edges of what can be meant: whatever a client sends, it is told what is wrong with it, briefly, and
//! nothing of it is a fault of the service.

use serde_json::{Value, json};

use crate::harness::{Caller, World, on_both_databases};

/// More values than either database takes in one statement.
const MANY: usize = 70_000;

/// How many things a list has, narrowed by a list of one value over and over.
async fn count(caller: &Caller, list: &str, filter: &str, field: &str, value: &str) -> Value {
    let document = format!("query($filter: {filter}) {{ {list}(filter: $filter) {{ totalCount }} }}");
    let data = caller.ok(&document, json!({ "filter": { field: vec![value; MANY] } })).await;
    data[list]["totalCount"].clone()
}

on_both_databases! {
    async fn a_filter_may_repeat_itself(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        world.sponsor.mutate("createActionItem", "actionItem { id }", item).await;
        assert_eq!(count(&world.sponsor, "actionItems", "ActionItemFilter", "states", "PROPOSED").await, 1);
        assert_eq!(count(&world.sponsor, "actionItems", "ActionItemFilter", "priorities", "HIGH").await, 0);
        assert_eq!(count(&world.sponsor, "kpiDatasets", "KpiDatasetFilter", "stages", "SHARED").await, 0);
    }
}
