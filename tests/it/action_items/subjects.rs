//! What an item is about, where that is a KPI or its data: a draft is named to nobody (T4), and who may not read a
//! dataset yet is not told by an item that it exists (T6).

use serde_json::{Value, json};

use super::{create_id, item_input};
use crate::datasets::{Scene, align, release};
use crate::harness::{Caller, on_both_databases};

/// What a caller learns of an item's subject: the subject, its id, and how many items are about it.
async fn learned(caller: &Caller, item: &str, subject: &str) -> (Value, Value, i64) {
    let query = "query($id: ID!, $subject: ID!) {
        actionItem(id: $id) { subject { __typename id } subjectId } actionItems(filter: { subjectId: $subject }) { totalCount }
    }";
    let data = caller.ok(query, json!({ "id": item, "subject": subject })).await;
    let count = data["actionItems"]["totalCount"].as_i64().expect("a count");
    (data["actionItem"]["subject"].clone(), data["actionItem"]["subjectId"].clone(), count)
}

on_both_databases! {
    async fn a_draft_is_named_to_nobody(app: App) {
        let scene = Scene::new(&app).await;
        let world = &scene.world;
        let draft = scene.filled().await;
        for caller in [&world.cdmo, &world.sponsor] {
            let input = item_input(world, &json!({ "subjectId": draft }));
            let refused = caller.mutation_refused("createActionItem", input).await;
            assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_USER_INPUT", Some("input.subjectId")));
            let unknown = item_input(world, &json!({ "subjectId": "set_01h455vb4pex5vsknk084sn02q" }));
            assert_eq!(refused, caller.mutation_refused("createActionItem", unknown).await);
        }
        let version = crate::datasets::version_of(&world.cdmo, &draft).await;
        let share = json!({ "kpiDatasetId": draft, "expectedVersion": version });
        world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", share).await;
        for caller in [&world.cdmo, &world.sponsor] {
            create_id(caller, world, json!({ "subjectId": draft })).await;
            create_id(caller, world, json!({ "subjectId": scene.kpi })).await;
        }
    }

    async fn a_caller_points_only_to_what_its_own_scopes_read(app: App) {
        let scene = Scene::new(&app).await;
        let shared = scene.shared().await;
        for scopes in ["actions:write", "actions:write kpis:read-released", "actions:write kpis:collect"] {
            let caller = app.caller("brightfill", "bo", scopes);
            let input = item_input(&scene.world, &json!({ "subjectId": shared }));
            let refused = caller.mutation_refused("createActionItem", input).await;
            assert_eq!(refused.field.as_deref(), Some("input.subjectId"), "{scopes}");
        }
    }

    async fn leadership_is_not_told_of_a_dataset_before_its_release(app: App) {
        let scene = Scene::new(&app).await;
        let shared = scene.shared().await;
        let item = create_id(&scene.world.cdmo, &scene.world, json!({ "subjectId": shared })).await;
        let told = (json!({ "__typename": "KpiDataset", "id": shared }), json!(shared), 1);
        let untold = (Value::Null, Value::Null, 0);
        for organization in ["acme", "brightfill"] {
            let working = app.caller(organization, "w", "actions:read kpis:read");
            assert_eq!(learned(&working, &item, &shared).await, told);
            for scopes in ["actions:read kpis:read-released", "actions:read kpis:collect", "actions:read"] {
                let other = app.caller(organization, "o", scopes);
                assert_eq!(learned(&other, &item, &shared).await, untold, "{organization} {scopes}");
            }
        }
        align(&scene.world.sponsor, &shared).await;
        align(&scene.world.cdmo, &shared).await;
        release(&scene.world.sponsor, &shared).await;
        let leader = app.caller("acme", "l", "actions:read kpis:read-released");
        assert_eq!(learned(&leader, &item, &shared).await, told);
    }
    async fn nor_does_the_journal_tell_of_it(app: App) {
        let scene = Scene::new(&app).await;
        let shared = scene.shared().await;
        create_id(&scene.world.cdmo, &scene.world, json!({ "subjectId": shared })).await;
        create_id(&scene.world.cdmo, &scene.world, json!({})).await;
        let query = "query($id: ID!) { relationship(id: $id) { journal(last: 2) { nodes { content { action } } } } }";
        let read = json!({ "content": { "action": "createActionItem" } });
        let hidden = json!({ "content": null });
        for (scopes, about_shared) in [("kpis:read", &read), ("kpis:read-released", &hidden), ("", &hidden)] {
            let caller = app.caller("acme", "w", &format!("relationships:read actions:read journal:read {scopes}"));
            let data = caller.ok(query, json!({ "id": scene.world.relationship })).await;
            assert_eq!(data["relationship"]["journal"]["nodes"], json!([about_shared, read]), "{scopes}");
        }
    }
}
