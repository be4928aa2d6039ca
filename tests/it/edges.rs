//! Inputs at the edges of what can be meant: whatever a client sends, it is told what is wrong with it, briefly, and
//! nothing of it is a fault of the service.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{Caller, Refusal, World, on_both_databases, text};

/// As many values as a list may have.
const MANY: usize = 6_000;

/// A text that JSON and GraphQL can hold, and PostgreSQL cannot.
const NUL: &str = "a\0b";

fn told(refusal: &Refusal) -> (&str, Option<&str>) {
    (&refusal.code, refusal.field.as_deref())
}

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
        assert_eq!(count(&world.sponsor, "relationships", "RelationshipFilter", "states", "ACTIVE").await, 1);
        assert_eq!(count(&world.sponsor, "kpiDatasets", "KpiDatasetFilter", "stages", "SHARED").await, 0);
    }

    async fn a_text_that_no_database_can_hold_is_named(app: App) {
        let world = World::new(&app).await;
        let look_up = "query($system: String!, $externalId: String!) { objectByReference(system: $system, externalId: $externalId) { id } }";
        for (field, other) in [("system", "externalId"), ("externalId", "system")] {
            let refusal = world.sponsor.refused(look_up, json!({ field: NUL, other: "x" })).await;
            assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some(field)));
            let refusal = world.sponsor.mutation_refused("removeExternalReference", json!({ field: NUL, other: "x" })).await;
            assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some(&*format!("input.{field}"))));
        }
        let proposal = json!({ "counterparty": NUL, "ourParty": "SPONSOR", "name": "Another" });
        let refusal = world.sponsor.mutation_refused("proposeRelationship", proposal).await;
        assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some("input.counterparty")));
    }

    async fn a_cursor_with_a_text_that_no_database_can_hold_is_none(app: App) {
        let world = World::new(&app).await;
        world.agreed_kpi(json!({})).await;
        let page = world.sponsor.ok("{ kpis(first: 1) { pageInfo { endCursor } } }", json!({})).await;
        let cursor = URL_SAFE_NO_PAD.decode(text(&page["kpis"]["pageInfo"]["endCursor"])).expect("Base64");
        let cursor = String::from_utf8(cursor).expect("text");
        assert!(cursor.contains("OTD"), "{cursor}");
        let forged = URL_SAFE_NO_PAD.encode(cursor.replace("OTD", "O\\u0000D"));
        let document = "query($after: String!) { kpis(first: 1, after: $after) { totalCount } }";
        let refusal = world.sponsor.refused(document, json!({ "after": forged })).await;
        assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some("after")));
    }

    async fn an_organization_that_cannot_be_is_not_registered(app: App) {
        for handle in [NUL, "", "Acme", "a"] {
            let answer = app.caller(handle, "anna", "relationships:read").send("{ viewer { subject } }", json!({})).await;
            assert_eq!(answer.status, 401, "{handle:?}: {}", answer.body);
        }
    }

    async fn many_mistakes_are_told_briefly(app: App) {
        let world = World::new(&app).await;
        let long = "x".repeat(900);
        let unknown: Vec<_> = (0..60).map(|number| format!("unknown{number}{long}")).collect();
        let refusals = world.sponsor.send(&format!("{{ viewer {{ subject {} }} }}", unknown.join(" ")), json!({})).await.refusals();
        assert_eq!(refusals.len(), 51);
        assert!(refusals.iter().all(|refusal| refusal.code == "BAD_USER_INPUT"));
        assert!(refusals.iter().all(|refusal| refusal.message.chars().count() <= 401));
        assert_eq!(refusals[50].message, "10 more errors; see to those that are told first");
        // Nobody reads, and the service does not even collect, more than a thousand of them.
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let refusals = world.sponsor.send(document, json!({ "ids": vec![json!({}); 2_000] })).await.refusals();
        assert_eq!(refusals.len(), 51);
        assert_eq!(refusals[50].message, "at least 950 more errors; see to those that are told first");
        // A message that repeats characters of several bytes.
        let input = json!({ "objectId": world.relationship, "system": "SAP", "externalId": "4711", "é".repeat(1_000): 1 });
        let refusal = world.sponsor.mutation_refused("setExternalReference", input).await;
        assert!(refusal.message.ends_with("éé…") && refusal.message.chars().count() == 401, "{}", refusal.message);
    }

    async fn a_number_out_of_range_is_named(app: App) {
        let world = World::new(&app).await;
        let expected = "must be a whole number from -2147483648 to 2147483647";
        let update = |version: Value| json!({ "expectedVersion": version, "name": "Acme" });
        for version in [json!(2_147_483_648_i64), json!(-2_147_483_649_i64), json!(u64::MAX), json!(1.5), json!("1")] {
            let refusal = world.sponsor.mutation_refused("updateOrganization", update(version.clone())).await;
            assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some("input.expectedVersion")), "{version}");
            assert_eq!(refusal.message, format!("input.expectedVersion: {expected}"), "{version}");
        }
        let literal = "mutation { updateOrganization(input: { expectedVersion: 2147483648, name: \"Acme\" }) { __typename } }";
        assert_eq!(told(&world.sponsor.refused(literal, json!({})).await), ("BAD_USER_INPUT", Some("input.expectedVersion")));
        let edge = world.sponsor.mutation_refused("updateOrganization", update(json!(2_147_483_647))).await;
        assert_eq!(edge.code, "CONFLICT");
        for page in ["first: 2147483648", "first: -2147483649"] {
            let refusal = world.sponsor.refused(&format!("{{ relationships({page}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some("first")));
            assert_eq!(refusal.message, format!("first: {expected}"));
        }
        let literal = "mutation { recordObservations(input: { kpiDatasetId: \"x\", observations: [{ periodStart: \"2026-03-01\", value: 1e999 }] }) { __typename } }";
        let refusal = world.sponsor.refused(literal, json!({})).await;
        assert_eq!(told(&refusal), ("BAD_USER_INPUT", Some("input.observations[0].value")));
        assert_eq!(refusal.message, "input.observations[0].value: must be a number, of at most about 1.8e308");
    }
}
