//! Organizations, their sites and contacts, and what other systems call the things kept here.

mod contacts;
mod own;
mod references;
mod sites;

use serde_json::{Value, json};

use crate::harness::{Caller, Refusal, text};

/// An id that was never given out, of the kind with this prefix.
fn unknown(prefix: &str) -> String {
    format!("{prefix}_01h455vb4pex5vsknk084sn02q")
}

/// The fields that a refusal names, in their order.
fn fields(refusals: &[Refusal]) -> Vec<&str> {
    refusals
        .iter()
        .map(|refusal| {
            assert_eq!(refusal.code, "BAD_USER_INPUT", "{refusal:?}");
            refusal.field.as_deref().unwrap_or_default()
        })
        .collect()
}

/// Creates an object of the caller's organization; its id.
async fn create(caller: &Caller, mutation: &str, object: &str, input: Value) -> String {
    text(&caller.mutate(mutation, &format!("{object} {{ id }}"), input).await[object]["id"])
}

/// Any object as a caller reads it.
async fn read(caller: &Caller, ty: &str, id: &str, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {ty} {{ {selection} }} }} }}");
    caller.ok(&query, json!({ "id": id })).await["node"].take()
}
