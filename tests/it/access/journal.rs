//! Who reads what the journal records (T13): the content of each entry, by what was done.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::people::Person;
use crate::harness::{Caller, Whole};

/// The chains of the matrix: the field that leads to each, and whose it is.
pub const CHAINS: [(&str, &str); 2] = [("relationship", "relationship"), ("organization", "CDMO")];

/// What was done, by the number of its entry.
type Actions = BTreeMap<i64, String>;

/// All entries of a chain, with the content where the caller reads it; none if it does not see the chain.
async fn entries(caller: &Caller, field: &str, id: &str) -> Option<Vec<Value>> {
    let document = format!(
        "query($id: ID!, $after: String) {{ {field}(id: $id) {{ journal(first: 100, after: $after) {{
            pageInfo {{ hasNextPage endCursor }} nodes {{ number hash content {{ action }} }} }} }} }}"
    );
    let mut entries = Vec::new();
    let mut after = Value::Null;
    loop {
        let answer = caller.send(&document, json!({ "id": id, "after": after })).await;
        for refusal in answer.refusals() {
            assert_eq!(refusal.code, "FORBIDDEN", "{refusal:?}");
        }
        let page = &answer.body["data"][field]["journal"];
        entries.extend(page["nodes"].as_array()?.iter().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            return Some(entries);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// For each thing that was done under a chain, what each person reads of it.
pub async fn contents(world: &Whole, people: &[Person], (field, chain): (&str, &str)) -> Vec<(String, Vec<Outcome>)> {
    let parties = &world.parties;
    let id = parties.id(chain);
    let all = entries(&parties.cdmo.author, field, id).await.expect("who may read everything sees the chain");
    let action = |entry: &Value| entry["content"]["action"].as_str().expect("the CDMO reads it all").to_owned();
    let number = |entry: &Value| entry["number"].as_i64().expect("a number");
    let actions: Actions = all.iter().map(|entry| (number(entry), action(entry))).collect();
    let mut table: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for person in people {
        let seen = entries(&person.caller, field, id).await;
        let frames =
            |entries: &[Value]| entries.iter().map(|entry| (number(entry), entry["hash"].clone())).collect::<Vec<_>>();
        if let Some(seen) = seen.as_deref().filter(|seen| !seen.is_empty()) {
            assert_eq!(frames(seen), frames(&all), "whoever sees a chain sees all of it: {}", person.words);
        }
        for done in actions.values().collect::<std::collections::BTreeSet<_>>() {
            let of_it = seen.iter().flatten().filter(|entry| actions[&number(entry)] == *done);
            let read: Vec<bool> = of_it.map(|entry| !entry["content"].is_null()).collect();
            let outcome = match (&seen, read.iter().all(|read| *read), read.iter().any(|read| *read)) {
                (None, ..) => Outcome::Nothing,
                (Some(seen), ..) if seen.is_empty() => Outcome::Nothing,
                (_, true, _) => Outcome::Reads,
                (_, false, true) => Outcome::Part("some"),
                (_, false, false) => Outcome::Part("frame"),
            };
            table.entry(done.clone()).or_default().push(outcome);
        }
    }
    table.into_iter().collect()
}
