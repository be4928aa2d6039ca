//! `@requiresScopes` says what is enforced: each field that carries it refuses a caller without the scopes, and
//! each root field without it has its reason here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{App, Caller, Field, Kind, Refusal, Sdl, Whole};

/// Root fields that any caller may ask for, and why that gives nothing away.
const OPEN: &[(&str, &str)] = &[
    ("viewer", "it tells the caller what its own token says"),
    ("node", "each kind of object wants the scopes that its own root field wants"),
    ("nodes", "as node"),
    ("_entities", "as node"),
    ("_service", "it tells the published schema, and only to whom introspection does"),
    ("objectByReference", "it finds what the caller's own organization named, and wants the scopes of its kind"),
];

#[test]
fn every_root_field_names_its_scopes_or_has_a_reason() {
    let sdl = Sdl::of_service();
    let open: Vec<&str> = OPEN.iter().map(|(name, _)| *name).collect();
    let bare = |fields: &'static [Field]| fields.iter().filter(|f| f.scopes.is_none()).map(|f| f.name.as_str());
    let queries: BTreeSet<&str> = bare(sdl.queries()).collect();
    assert_eq!(queries, open.iter().copied().collect(), "query fields without @requiresScopes");
    let others: Vec<&str> = bare(sdl.mutations()).chain(bare(sdl.subscriptions())).collect();
    assert!(others.is_empty(), "mutations and subscriptions without @requiresScopes: {others:?}");
}

/// Each alternative is one scope, which the service knows.
#[test]
fn the_directive_names_known_scopes() {
    let known: Vec<&str> = guidepost::access::scope::Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    for name in Sdl::of_service().types.keys() {
        for field in Sdl::of_service().fields(name) {
            for alternative in field.scopes.iter().flatten() {
                assert_eq!(alternative.len(), 1, "{name}.{}", field.name);
                assert!(known.contains(&alternative[0].as_str()), "{name}.{}: {alternative:?}", field.name);
            }
        }
    }
}

#[tokio::test]
async fn root_fields_refuse_a_caller_without_their_scopes() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let world = Whole::new(&app).await;
    let sdl = Sdl::of_service();
    let nobody = app.caller(world.parties.sponsor.handle, "nobody", "");
    for (operation, fields) in [("query", sdl.queries()), ("mutation", sdl.mutations())] {
        for field in fields {
            let Some(scopes) = &field.scopes else { continue };
            let (document, variables) = sdl.document(operation, field, "__typename");
            must_be_forbidden(&nobody, &document, variables, &field.name, scopes).await;
        }
    }
    for field in sdl.subscriptions() {
        let (document, variables) = sdl.document("subscription", field, "__typename");
        let refusal = nobody.listen(&document, variables).await.answer().await.refusals().remove(0);
        is_forbidden(refusal, &field.name, field.scopes.as_deref().unwrap_or_default());
    }
}

/// The caller has every scope but those of the field: it can reach the object that the field is on.
#[tokio::test]
async fn fields_of_objects_refuse_a_caller_without_their_scopes() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let world = Whole::new(&app).await;
    let sdl = Sdl::of_service();
    let types = sdl.types.keys().filter(|name| !matches!(name.as_str(), "Query" | "Mutation" | "Subscription"));
    for (ty, field) in types.flat_map(|ty| sdl.fields(ty).iter().map(move |field| (ty, field))) {
        let Some(scopes) = &field.scopes else { continue };
        if ["KpiObservation", "KpiSiteTotal", "KpiSourceRecord"].contains(&ty.as_str()) {
            // No nodes: the access matrix asks for their fields through the dataset, or the KPI.
            continue;
        }
        let others: Vec<&str> = guidepost::access::scope::Scope::ALL
            .iter()
            .map(|scope| scope.as_str())
            .filter(|scope| !scopes.iter().any(|alternative| alternative.iter().any(|needed| needed == scope)))
            .collect();
        let callers = [world.parties.sponsor.handle, world.parties.cdmo.handle]
            .map(|handle| app.caller(handle, "somebody", &others.join(" ")));
        let (caller, id) = match one_seen(&callers, &world.parties.all(ty).collect::<Vec<_>>()).await {
            Some(found) => found,
            // Where the field's scopes are those of its object, it cannot be reached, and is refused there.
            None => (&callers[0], world.parties.some(ty).unwrap_or_else(|| panic!("say where a {ty} is"))),
        };
        let (call, definitions, mut variables) = sdl.call(field, "__typename");
        let definitions =
            format!("($node: ID!{}", definitions.strip_prefix('(').map_or(")".to_owned(), |more| format!(", {more}")));
        variables["node"] = json!(id);
        let document = format!("query{definitions} {{ node(id: $node) {{ ... on {ty} {{ {call} }} }} }}");
        must_be_forbidden(caller, &document, variables, &format!("{ty}.{}", field.name), scopes).await;
    }
}

/// The first of these objects that one of the callers sees.
async fn one_seen<'i>(callers: &'i [Caller], ids: &[&'i str]) -> Option<(&'i Caller, &'i str)> {
    for caller in callers {
        for id in ids {
            let found = caller.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            if !found.body["data"]["node"].is_null() {
                return Some((caller, id));
            }
        }
    }
    None
}

async fn must_be_forbidden(caller: &Caller, document: &str, variables: Value, what: &str, scopes: &[Vec<String>]) {
    is_forbidden(caller.refused(document, variables).await, what, scopes);
}

fn is_forbidden(refusal: Refusal, what: &str, scopes: &[Vec<String>]) {
    assert_eq!(refusal.code, "FORBIDDEN", "{what}: {refusal:?}");
    let named = refusal.scope.unwrap_or_default();
    let needed: Vec<&String> = scopes.iter().flatten().collect();
    let is_named = |scope: &&String| named.split(" or ").any(|named| named == scope.as_str());
    assert!(needed.iter().all(is_named), "{what} names {named:?} of {needed:?}");
    assert!(needed.iter().any(|scope| refusal.message.contains(scope.as_str())), "{what}: {}", refusal.message);
}
