//! Definitions of KPIs: agreed before measured, in versions, by both parties (T3, T7, T10, T13, T14).

mod agreeing;
mod closing;
mod fields;
mod proposing;
mod reading;
mod reviews;
mod validity;

use serde_json::{Value, json};

use crate::harness::{Caller, Refusal, World};

/// What most tests look at.
const DEFINITION: &str =
    "kpiDefinition { id number state digest agreedAt signatures { nodes { party } } kpi { id version } }";

/// A KPI and its versions.
const KPI: &str = "query($id: ID!) { kpi(id: $id) { code version definition { number state } proposal { number } definitions { nodes { number state } totalCount } } }";

async fn propose(caller: &Caller, input: Value) -> Value {
    caller.mutate("proposeKpiDefinition", DEFINITION, input).await["kpiDefinition"].clone()
}

/// The fields that are refused, without `input.`, each with what is said of it.
async fn refused_fields(caller: &Caller, input: Value) -> Vec<(String, String)> {
    let refusals = caller.mutation_refusals("proposeKpiDefinition", input).await;
    let named = |Refusal { code, field, message, .. }: Refusal| {
        assert_eq!(code, "BAD_USER_INPUT", "{message}");
        (field.expect("a field").trim_start_matches("input.").to_owned(), message)
    };
    refusals.into_iter().map(named).collect()
}

/// Asserts that just this field is refused, and what is said of it.
async fn assert_refused(world: &World, changes: Value, field: &str, words: &str) {
    let refused = refused_fields(&world.sponsor, world.definition("OTD", changes.clone())).await;
    assert!(
        matches!(&*refused, [(named, message)] if named == field && message.contains(words)),
        "{changes} is refused with {refused:?}, not of {field} with “{words}”"
    );
}

fn agreement(definition: &Value) -> Value {
    json!({ "kpiDefinitionId": definition["id"], "digest": definition["digest"] })
}

/// Both parties agree.
async fn agree(world: &World, definition: &Value) -> Value {
    world.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement(definition)).await;
    world.cdmo.mutate("agreeKpiDefinition", DEFINITION, agreement(definition)).await["kpiDefinition"].clone()
}

/// A version as a caller reads it; null if it does not see it.
async fn read(caller: &Caller, definition: &Value, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ kpiDefinition(id: $id) {{ {selection} }} }}");
    caller.ok(&query, json!({ "id": definition["id"] })).await["kpiDefinition"].clone()
}
