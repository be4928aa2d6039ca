//! The service as a part of a supergraph: entities under the same rules as every other read.

use guidepost::graphql::federation::federation_sdl;
use serde_json::{Value, json};

use crate::harness::{Caller, Sdl, World, on_both_databases};

const ENTITIES: &str = "query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Relationship { name } ... on Organization { name } } }";

async fn entities(caller: &Caller, representations: Value) -> Value {
    caller.ok(ENTITIES, json!({ "of": representations })).await["_entities"].clone()
}

fn of(type_name: &str, id: &Value) -> Value {
    json!({ "__typename": type_name, "id": id })
}

on_both_databases! {
    async fn entities_are_seen_by_who_sees_the_objects(app: App) {
        let world = World::new(&app).await;
        let relationship = of("Relationship", &json!(world.relationship));
        let found = entities(&world.sponsor, json!([relationship, relationship])).await;
        assert_eq!(found[0]["__typename"], "Relationship");
        assert_eq!(found[0], found[1]);
        assert_eq!(entities(&world.cdmo, json!([relationship])).await, json!([found[0]]));
        assert_eq!(entities(&world.stranger, json!([relationship])).await, json!([null]));
        let without_scope = app.caller("acme", "robot", "kpis:collect");
        let refusal = without_scope.refused(ENTITIES, json!({ "of": [relationship] })).await;
        assert_eq!(refusal.code, "FORBIDDEN");
    }

    async fn many_entities_are_one_statement(app: App) {
        let world = World::new(&app).await;
        let relationship = of("Relationship", &json!(world.relationship));
        app.statements();
        entities(&world.sponsor, json!([relationship])).await;
        let one = app.statements();
        entities(&world.sponsor, json!(vec![relationship; 20])).await;
        assert_eq!(app.statements(), one);
    }

    async fn what_represents_nothing_is_named(app: App) {
        let world = World::new(&app).await;
        let cases = [
            (json!({ "__typename": "Nothing", "id": world.relationship }), "representations[0].__typename"),
            (of("ActionItem", &json!(world.relationship)), "representations[0].id"),
            (of("Relationship", &json!("7")), "representations[0].id"),
            (json!({ "id": world.relationship }), "of[0]"),
            (json!("rel_1"), "of[0]"),
        ];
        for (representation, field) in cases {
            let refusal = world.sponsor.refused(ENTITIES, json!({ "of": [representation] })).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some(field)));
        }
        let relationship = of("Relationship", &json!(world.relationship));
        let refusal = world.sponsor.refused(ENTITIES, json!({ "of": vec![relationship; 101] })).await;
        assert_eq!(refusal.field.as_deref(), Some("representations"));
    }

    async fn one_bad_reference_leaves_the_others(app: App) {
        let world = World::new(&app).await;
        let good = of("Relationship", &json!(world.relationship));
        let stale = of("Relationship", &json!("rel_1"));
        let answer = world.sponsor.send(ENTITIES, json!({ "of": [good, stale, good] })).await;
        let found = &answer.body["data"]["_entities"];
        assert_eq!(found[0]["__typename"], "Relationship", "{}", answer.body);
        assert_eq!((&found[1], &found[2]), (&json!(null), &found[0]));
        assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(1));
        assert_eq!(answer.body["errors"][0]["path"], json!(["_entities", 1]));
        assert_eq!(answer.body["errors"][0]["extensions"]["field"], "representations[1].id");
    }

    async fn the_service_tells_the_schema_that_a_supergraph_is_composed_of(app: App) {
        let world = World::new(&app).await;
        let told = world.sponsor.ok("{ _service { sdl } }", json!({})).await;
        assert_eq!(told["_service"]["sdl"], federation_sdl());
    }
}

#[test]
fn every_node_is_an_entity_and_what_the_router_adds_is_left_to_it() {
    let sdl = federation_sdl();
    assert!(sdl.starts_with("extend schema @link(url: \"https://specs.apollo.dev/federation/v2."));
    for node in Sdl::of_service().nodes() {
        assert!(sdl.contains(&format!("type {node} implements Node @key(fields: \"id\") {{")), "{node}");
    }
    for name in ["_entities", "_service", "_Any", "_Entity", "_Service", "directive @key", "directive @cost"] {
        assert!(!sdl.contains(name), "{name}");
    }
}
