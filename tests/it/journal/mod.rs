//! The journal: what is recorded, who reads it, that it verifies, and that nothing is changed behind its back.

mod concurrency;
mod datasets;
mod reading;
mod recording;
mod tampering;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::Caller;

/// The frames of a chain, and the contents that the caller may read.
pub const ENTRY: &str = "number at hash previousHash contentDigest \
    content { action actorIssuer actorSubject actorOrganizationId actorOrganization { handle } subjectId subject { id } \
    reason salt changes { table rowId before after } rows { table of count removed digest } text }";

/// All entries of a relationship's chain, in pages of 7.
pub async fn of_relationship(caller: &Caller, id: &str) -> Vec<Value> {
    let query = format!(
        "query($id: ID!, $after: String) {{ it: relationship(id: $id) {{ journal(first: 7, after: $after) {{ nodes {{ {ENTRY} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }} }}"
    );
    pages(caller, &query, id).await
}

/// All entries of the chain of the caller's own organization.
pub async fn of_own_organization(caller: &Caller) -> (String, Vec<Value>) {
    let id = caller.ok("{ viewer { organization { id } } }", Value::Null).await["viewer"]["organization"]["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    let query = format!(
        "query($id: ID!, $after: String) {{ it: organization(id: $id) {{ journal(first: 7, after: $after) {{ nodes {{ {ENTRY} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }} }}"
    );
    let entries = pages(caller, &query, &id).await;
    (id, entries)
}

async fn pages(caller: &Caller, query: &str, id: &str) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut after = Value::Null;
    loop {
        let data = caller.ok(query, json!({ "id": id, "after": after })).await;
        let page = &data["it"]["journal"];
        entries.extend(page["nodes"].as_array().expect("a list").iter().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            assert_eq!(page["totalCount"], entries.len());
            return entries;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Verifies a chain from what the API gives, with nothing of the service's own code: the frames, and the contents
/// where they are shown.
pub fn assert_chain(chain: &str, entries: &[Value]) {
    let mut previous = "0".repeat(64);
    for (index, entry) in entries.iter().enumerate() {
        let text = |field: &str| entry[field].as_str().expect("a text").to_owned();
        assert_eq!(entry["number"], index + 1);
        assert_eq!(text("previousHash"), previous);
        let at: chrono::DateTime<chrono::Utc> = text("at").parse().expect("a time");
        let frame = format!(
            r#"{{"at":"{}","chain":"{chain}","contentDigest":"{}","number":{},"previousHash":"{previous}"}}"#,
            at.format("%Y-%m-%dT%H:%M:%S%.6fZ"),
            text("contentDigest"),
            index + 1,
        );
        previous = sha256(&frame);
        assert_eq!(text("hash"), previous, "entry {} of {chain}", index + 1);
        if let Some(content) = entry["content"]["text"].as_str() {
            assert_eq!(text("contentDigest"), sha256(content), "entry {} of {chain}", index + 1);
        }
    }
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// The names of the mutations, in order.
pub fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["content"]["action"].as_str().unwrap_or("hidden")).collect()
}
