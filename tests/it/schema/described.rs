//! Every element of the schema has a description, as a client's tools get it: by introspection.

use serde_json::{Value, json};

use crate::harness::{App, Kind};

const INTROSPECTION: &str = "{ __schema {
    types {
        name description
        fields(includeDeprecated: true) { name description args { name description } }
        inputFields { name description }
        enumValues(includeDeprecated: true) { name description }
    }
    directives { name description args { name description } }
} }";

/// What the GraphQL specification defines, and describes, itself.
const STANDARD: &[&str] = &["ID", "include", "skip", "deprecated", "specifiedBy", "oneOf"];

#[tokio::test]
async fn every_element_is_described() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let schema = app.operator().ok(INTROSPECTION, json!({})).await["__schema"].take();
    let mut bare = Vec::new();
    for ty in elements(&schema, "types").filter(|ty| !name(ty).starts_with("__") && !STANDARD.contains(&name(ty))) {
        look_at(&mut bare, "", ty);
        for field in elements(ty, "fields") {
            look_at(&mut bare, name(ty), field);
            for argument in elements(field, "args") {
                look_at(&mut bare, &format!("{}.{}", name(ty), name(field)), argument);
            }
        }
        for element in elements(ty, "inputFields").chain(elements(ty, "enumValues")) {
            look_at(&mut bare, name(ty), element);
        }
    }
    for directive in elements(&schema, "directives").filter(|directive| !STANDARD.contains(&name(directive))) {
        look_at(&mut bare, "@", directive);
        for argument in elements(directive, "args") {
            look_at(&mut bare, name(directive), argument);
        }
    }
    assert!(bare.is_empty(), "describe, so that a newcomer understands it, with units:\n{}", bare.join("\n"));
}

/// Notes an element without a sentence.
fn look_at(bare: &mut Vec<String>, of: &str, element: &Value) {
    let description = element["description"].as_str().unwrap_or_default().trim();
    if description.len() < 5 {
        bare.push(format!("  {of}{}{}", if of.is_empty() { "" } else { "." }, name(element)));
    }
}

fn elements<'v>(of: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    of[list].as_array().into_iter().flatten()
}

fn name(element: &Value) -> &str {
    element["name"].as_str().expect("everything has a name")
}
