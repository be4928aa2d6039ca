//! Going wherever an answer leads: whatever a caller asks for, nothing that is hidden from it is in the answer, neither
//! its id nor a word of it.

use serde_json::{Value, json};

use super::fields::PLACES;
use super::outcome::Outcome;
use super::people::{Of, Person};
use super::reads;
use super::stage::Stage;
use crate::harness::{Field, Sdl, type_of};

/// Words that stand in every text of what is private, what is a draft, and what is not released; and in all others.
const PRIVATE: &str = "Secret";
const DRAFT: &str = "draft kestrel";
const UNRELEASED: &str = "unreleased kestrel";
const ANY: &str = "kestrel";

/// Follows every way from every object, as every caller.
pub async fn everywhere(stage: &Stage<'_>, people: &[Person]) {
    let mut told = Vec::new();
    for person in people {
        let hidden = hidden_from(stage, person).await;
        for place in PLACES {
            let id = stage.world.parties.id(place.node);
            let node = type_of(id).expect("a node");
            let way = place.way.replace('*', &everything_of(place.ty));
            let document = format!("query($id: ID!) {{ node(id: $id) {{ __typename ... on {node} {{ {way} }} }} }}");
            let answer = person.caller.send(&document, json!({ "id": id })).await;
            for refusal in answer.refusals() {
                assert_eq!(refusal.code, "FORBIDDEN", "{refusal:?} for {document}");
            }
            let what = format!("{} of {} to {}", place.ty, place.node, person.words);
            look_for(&hidden, &answer.body["data"], "data", &what, &mut told);
        }
    }
    assert!(told.is_empty(), "hidden things are told:\n{}", told.join("\n"));
}

/// Words and ids that no answer to a person may hold, each with what it is.
async fn hidden_from(stage: &Stage<'_>, person: &Person) -> Vec<(String, String)> {
    let mut words = match person.of {
        Of::Stranger | Of::Operator => vec![ANY],
        Of::Cdmo if person.scopes.contains("kpis:read ") || person.scopes.contains("kpis:collect") => vec![],
        Of::Sponsor | Of::Cdmo => vec![DRAFT],
    };
    if person.scopes.contains("kpis:read-released") && person.of != Of::Stranger {
        words.push(UNRELEASED);
    }
    let mut hidden: Vec<(String, String)> =
        words.iter().map(|word| ((*word).to_owned(), "a word".to_owned())).collect();
    let nodes = reads::nodes(&stage.world.parties);
    let ids: Vec<&str> = nodes.iter().map(|(.., id)| *id).collect();
    for ((_, name, id), outcome) in nodes.iter().zip(reads::by_id(stage, person, &ids).await) {
        if outcome == Outcome::Nothing {
            hidden.push(((*id).to_owned(), (*name).to_owned()));
        }
    }
    // Each side's private things are called secret: whoever sees its own may read the word.
    if hidden.iter().filter(|(_, name)| name.contains("private")).count() == 4 {
        hidden.push((PRIVATE.to_owned(), "a word".to_owned()));
    }
    hidden
}

/// Notes what an answer tells of hidden things.
fn look_for(hidden: &[(String, String)], value: &Value, path: &str, what: &str, told: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let secrets = hidden.iter().filter(|(secret, _)| text.contains(secret.as_str()));
            told.extend(secrets.map(|(secret, name)| format!("{what}: {path} tells of {name} ({secret}): {text}")));
        }
        Value::Array(elements) => elements.iter().for_each(|element| look_for(hidden, element, path, what, told)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| look_for(hidden, value, &format!("{path}.{name}"), what, told));
        }
        _ => {}
    }
}

/// Every field of a type, those of the objects it leads to, and the ids of those that these lead to.
fn everything_of(ty: &str) -> String {
    let sdl = Sdl::of_service();
    fields(sdl, ty, &|field| {
        let parts = |of: &str| fields(sdl, of, &|field| select(sdl, field, 5, &ids_of(sdl, element_of(field))));
        let inner = |of: &str| match sdl.members(of) {
            [] => parts(of),
            members => {
                let part = |member: &String| format!(" ... on {member} {{ {} }}", parts(member));
                format!("__typename{}", members.iter().map(part).collect::<String>())
            }
        };
        let of = element_of(field);
        // Each KPI has a chart, which costs as much as many fields.
        let first = if of == "Kpi" { 10 } else { 20 };
        select(sdl, field, first, &if of == "Node" { ids_of(sdl, of) } else { inner(of) })
    })
}

fn fields(sdl: &Sdl, ty: &str, select: &dyn Fn(&Field) -> Option<String>) -> String {
    sdl.fields(ty).iter().filter_map(select).collect::<Vec<_>>().join(" ")
}

/// A field with a selection inside, `first` elements of a list. What needs arguments has a place of its own.
fn select(sdl: &Sdl, field: &Field, first: u32, inner: &str) -> Option<String> {
    let name = &field.name;
    if field.arguments.iter().any(|argument| !argument.ty.nullable && !argument.has_default) {
        return None;
    }
    Some(match &field.ty.name {
        ty if sdl.is_leaf(ty) => name.clone(),
        ty if ty.ends_with("Connection") => format!("{name}(first: {first}) {{ totalCount nodes {{ {inner} }} }}"),
        _ => format!("{name} {{ {inner} }}"),
    })
}

/// The type of an object, or of the elements of a list of them.
fn element_of(field: &Field) -> &str {
    field.ty.name.trim_end_matches("Connection")
}

/// The ids that an object tells: its own, and of others.
fn ids_of(sdl: &Sdl, ty: &str) -> String {
    let ids = sdl.fields(ty).iter().filter(|field| field.ty.name == "ID" && !field.ty.is_list);
    let ids: Vec<&str> = ids.map(|field| field.name.as_str()).chain(["__typename"]).collect();
    ids.join(" ")
}
