//! Not visible is not found (T1, T4): wherever an id can be sent, one that is hidden from the caller gets exactly the
//! answer, message included, that an id gets which was never given out.

use std::collections::BTreeMap;

use guidepost::id::{format_any, parse_any};
use serde_json::{Value, json};
use uuid::Uuid;

use super::attempts::{self, Aim};
use super::people::Of;
use super::stage::Stage;
use crate::harness::{Answer, Caller, Field, Sdl, TypeOf, TypeRef, Whole, mutation_document, type_of};

/// Somebody who tries ids that are hidden from them in place of their own.
pub struct Prober<'a> {
    pub words: String,
    pub caller: Caller,
    /// Whose world is the caller's own, and on which side of it.
    pub aim: Aim<'a>,
    /// The hidden ids, by what they are.
    pub hidden: Vec<(&'a str, &'a str)>,
}

/// One place where an id can be sent, in a request that is otherwise right.
struct Place {
    what: String,
    document: String,
    variables: Value,
    /// Where in the variables the id stands.
    pointer: String,
}

impl Place {
    /// The request with an id in its place.
    fn with(&self, id: &str) -> Value {
        let mut variables = self.variables.clone();
        *variables.pointer_mut(&self.pointer).expect("it is there") = id.into();
        variables
    }

    /// Whether an id of this kind belongs there, or any.
    fn takes(&self, id: &str) -> bool {
        let own = self.variables.pointer(&self.pointer).and_then(Value::as_str).expect("an id");
        let any = ["/id", "/ids/0", "/input/objectId", "/input/subjectId"].contains(&self.pointer.as_str());
        any || type_of(own) == type_of(id)
    }
}

impl Prober<'_> {
    /// Tries every hidden id in every place.
    pub async fn probe(&self, stage: &Stage<'_>) {
        let places: Vec<Place> = self.mutations().into_iter().chain(self.queries()).collect();
        for place in &places {
            let mut unknown: BTreeMap<&str, String> = BTreeMap::new();
            for (name, id) in self.hidden.iter().filter(|(_, id)| place.takes(id)) {
                let ty = type_of(id).expect("a type");
                if !unknown.contains_key(ty) {
                    let never = never_given_out(id);
                    let answer = self.caller.send(&place.document, place.with(&never)).await;
                    unknown.insert(ty, told(&answer, &never));
                }
                let answer = self.caller.send(&place.document, place.with(id)).await;
                stage.must_be_unchanged(&format!("{} with {name}, by {}", place.what, self.words)).await;
                assert_eq!(
                    told(&answer, id),
                    unknown[ty],
                    "{} by {} tells “{name}” from an id that was never given out\n{}",
                    place.what,
                    self.words,
                    place.with(id)
                );
            }
        }
    }

    /// The ids in the inputs of all mutations.
    fn mutations(&self) -> Vec<Place> {
        let sdl = Sdl::of_service();
        let mut places = Vec::new();
        for attempt in attempts::all() {
            let mut variables = json!({ "input": (attempt.input)(&self.aim) });
            let ty = sdl.mutation(attempt.mutation).argument("input");
            let mut pointers = Vec::new();
            self.ids_in(ty, &mut variables["input"], "/input", &mut pointers);
            for pointer in pointers {
                places.push(Place {
                    what: format!("{} at {pointer}", attempt.name()),
                    document: mutation_document(attempt.mutation, "__typename"),
                    variables: variables.clone(),
                    pointer,
                });
            }
        }
        places
    }

    /// The ids in the arguments of all fields: of the root, and of the caller's own objects.
    fn queries(&self) -> Vec<Place> {
        let sdl = Sdl::of_service();
        let roots = sdl.queries().iter().map(|field| (None, field));
        let parts = sdl.nodes().flat_map(|node| sdl.fields(node).iter().map(move |field| (Some(node), field)));
        let mut places = Vec::new();
        for (node, field) in roots.chain(parts) {
            for argument in &field.arguments {
                let mut variables = sdl.document("query", field, "").1;
                self.own_ids(field, &mut variables);
                if variables[&argument.name].is_null() {
                    variables[&argument.name] = sdl.sample(&argument.ty);
                }
                let mut pointers = Vec::new();
                let mut value = variables[&argument.name].take();
                self.ids_in(&argument.ty, &mut value, &format!("/{}", argument.name), &mut pointers);
                variables[&argument.name] = value;
                for pointer in pointers {
                    let document = document(sdl, node, field, &variables);
                    let mut variables = variables.clone();
                    if let Some(node) = node {
                        variables["node"] = self.own(node).into();
                    }
                    let what = format!("{}.{} at {pointer}", node.unwrap_or("Query"), field.name);
                    places.push(Place { what, document, variables, pointer });
                }
            }
        }
        places
    }

    /// Puts the caller's own ids where samples of other arguments are.
    fn own_ids(&self, field: &Field, variables: &mut Value) {
        for argument in &field.arguments {
            if let Some(value) = variables.get_mut(&argument.name) {
                self.ids_in(&argument.ty, value, &format!("/{}", argument.name), &mut Vec::new());
            }
        }
    }

    /// Finds the places of ids in a value, and fills in those that could be there: with ids of the caller's own.
    fn ids_in(&self, ty: &TypeRef, value: &mut Value, pointer: &str, found: &mut Vec<String>) {
        let sdl = Sdl::of_service();
        if let Value::Array(elements) = value {
            let element = TypeRef { is_list: false, ..ty.clone() };
            for (index, value) in elements.iter_mut().enumerate() {
                self.ids_in(&element, value, &format!("{pointer}/{index}"), found);
            }
            return;
        }
        match (sdl.get(&ty.name), ty.name.as_str()) {
            (_, "ID") => {
                let field = pointer.rsplit('/').find(|step| step.parse::<usize>().is_err()).unwrap_or_default();
                let is_sample = value.as_str().is_none_or(|id| type_of(id).is_none() || !self.is_own(id));
                if is_sample {
                    *value = self.own_for(field).into();
                }
                found.push(pointer.to_owned());
            }
            (TypeOf::Input { fields }, _) => {
                for field in fields {
                    if value[&field.name].is_null() && holds_ids(&field.ty.name) {
                        value[&field.name] = sdl.sample(&field.ty);
                    }
                    if !value[&field.name].is_null() {
                        let mut inner = value[&field.name].take();
                        self.ids_in(&field.ty, &mut inner, &format!("{pointer}/{}", field.name), found);
                        value[&field.name] = inner;
                    }
                }
            }
            _ => {}
        }
    }

    fn is_own(&self, id: &str) -> bool {
        self.aim.world.parties.ids.values().any(|own| own == id)
    }

    /// An id of the caller's own world that fits a field of this name.
    fn own_for(&self, field: &str) -> &str {
        let name = match field {
            "siteId" | "siteIds" => "CDMO's site",
            "contactId" | "contactIds" | "assigneeContactId" | "backupContactId" => "CDMO's contact",
            "relationshipId" | "id" | "ids" | "objectId" => "relationship",
            "counterpartyId" => "CDMO",
            "subjectId" => "milestone",
            "kpiId" => "KPI, measured",
            "kpiDatasetId" | "kpiDatasetIds" => "dataset, SHARED",
            other => panic!("say here which id stands for {other}"),
        };
        self.aim.id(name)
    }

    /// An object of the caller's own world.
    fn own(&self, ty: &str) -> &str {
        let shown = ["relationship", "KPI, measured", "dataset, RELEASED"];
        let ids =
            shown.iter().map(|name| self.aim.id(name)).chain(self.aim.world.parties.ids.values().map(String::as_str));
        ids.into_iter()
            .find(|id| type_of(id) == Some(ty))
            .unwrap_or_else(|| panic!("say in harness/whole where there is a {ty}"))
    }
}

/// Whether a value of this type has ids in it.
fn holds_ids(ty: &str) -> bool {
    match Sdl::of_service().get(ty) {
        TypeOf::Input { fields } => fields.iter().any(|field| holds_ids(&field.ty.name)),
        _ => ty == "ID",
    }
}

/// A query of one field, of the root or of a node, with its arguments as variables.
fn document(sdl: &Sdl, node: Option<&str>, field: &Field, variables: &Value) -> String {
    let given: Vec<_> = field.arguments.iter().filter(|argument| !variables[&argument.name].is_null()).collect();
    let definitions: Vec<String> = given.iter().map(|a| format!("${}: {}", a.name, a.ty.text)).collect();
    let arguments: Vec<String> = given.iter().map(|a| format!("{0}: ${0}", a.name)).collect();
    let selection = match &field.ty.name {
        ty if sdl.is_leaf(ty) => "",
        ty if ty.ends_with("Connection") => {
            "{ totalCount pageInfo { hasNextPage hasPreviousPage } nodes { __typename } }"
        }
        _ => "{ __typename }",
    };
    let call = format!("{}({}) {selection}", field.name, arguments.join(", "));
    let definitions = definitions.join(", ");
    match node {
        None => format!("query({definitions}) {{ {call} }}"),
        Some(node) => {
            format!("query($node: ID!, {definitions}) {{ node(id: $node) {{ ... on {node} {{ {call} }} }} }}")
        }
    }
}

/// An id of the same kind that was never given out.
fn never_given_out(id: &str) -> String {
    let (prefix, _) = parse_any(id).expect("an id");
    format_any(&prefix, Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

/// All that an answer tells, but for the id itself and the id of the request.
fn told(answer: &Answer, id: &str) -> String {
    let mut body = answer.body.clone();
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["requestId"] = Value::Null;
    }
    format!("{} {body:#}", answer.status).replace(id, "<id>")
}

/// The probers: strangers to the relationship, on both sides of one of their own, with every scope; and each party,
/// with what the other keeps to itself.
pub fn probers<'a>(stage: &'a Stage<'_>, strangers: &'a Whole) -> Vec<Prober<'a>> {
    let (parties, others) = (&stage.world.parties, &stage.world.strangers);
    let all: Vec<(&str, &str)> = parties.ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let only =
        |names: &[&str]| all.iter().copied().filter(|(name, _)| names.iter().any(|part| name.contains(part))).collect();
    let prober = |words: &str, caller: &Caller, world: &'a Whole, of: Of, hidden| Prober {
        words: words.to_owned(),
        caller: caller.clone(),
        aim: Aim { world, versions: stage.versions(), of },
        hidden,
    };
    vec![
        prober("a stranger, who is a sponsor", &others.sponsor.author, strangers, Of::Sponsor, all.clone()),
        prober("a stranger, who is a CDMO", &others.cdmo.author, strangers, Of::Cdmo, all.clone()),
        prober("the sponsor", &parties.sponsor.author, stage.world, Of::Sponsor, only(&["CDMO's private", "DRAFT"])),
        prober("the CDMO", &parties.cdmo.author, stage.world, Of::Cdmo, only(&["sponsor's private"])),
    ]
}
