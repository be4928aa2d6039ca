use chrono::{DateTime, TimeDelta};
use serde_json::json;

use super::*;
use crate::access::scope::Scopes;

const LIMITS: Limits =
    Limits { bytes: 65_536, tokens: 8_000, depth: 16, aliases: 30, root_fields: 50, directives: 50, cost: 50_000 };

fn documents(rules: Rules) -> Documents {
    Documents::new(LIMITS, rules).expect("no trusted document is wrong")
}

fn open() -> Documents {
    documents(Rules { open_schema: true, ..Rules::default() })
}

fn viewer(scope: &str) -> Viewer {
    Viewer {
        issuer: "tests".into(),
        subject: "tester".to_owned(),
        organization: None,
        scopes: Scopes::parse(scope),
        token_id: None,
        issued_at: None,
        expires_at: DateTime::UNIX_EPOCH + TimeDelta::days(30_000),
    }
}

fn asked(document: &str, variables: Json) -> Asked {
    let Json::Object(variables) = variables else { panic!("variables are an object") };
    Asked { document: Source::Text(document.to_owned()), operation_name: None, variables }
}

/// How far a document comes, and what is said of it.
fn refusal(document: &str, variables: Json) -> Option<(Stage, Vec<String>)> {
    refused(&open(), document, variables)
}

fn refused(documents: &Documents, document: &str, variables: Json) -> Option<(Stage, Vec<String>)> {
    let refusal = documents.prepare(asked(document, variables), &viewer("")).err()?;
    let told = refusal.errors.iter().map(|error| match error.source::<Error>() {
        Some(cause) => format!("{}: {cause}", cause.code()),
        None => error.message.clone(),
    });
    Some((refusal.stage, told.collect()))
}

fn cost_of(document: &str, variables: Json) -> u64 {
    open().prepare(asked(document, variables), &viewer("")).expect("a good document").cost
}

#[test]
fn usual_documents_pass() {
    let document = "query Q($id: ID!, $n: Int) { node(id: $id) { ...n } relationships(first: $n) { nodes { id } } }
        fragment n on Node { id ... on Relationship { name } }";
    assert_eq!(refusal(document, json!({"id": "rel_1"})), None);
    assert_eq!(refusal("{ viewer { subject } __schema { types { name } } }", json!({})), None);
}

#[test]
fn what_is_wrong_with_variables_is_told_at_once_and_with_its_path() {
    let document = "mutation($input: CreateActionItemInput!) { createActionItem(input: $input) { actionItem { id } } }";
    let sent =
        json!({"input": {"relationshipId": 7.5, "owner": "NOBODY", "title": null, "dueOn": "soon", "colour": 1}});
    let (stage, told) = refusal(document, sent).expect("a refusal");
    assert_eq!(stage, Stage::Variables);
    let told = told.join("\n");
    for expected in [
        "input.relationshipId: must be an id, which is a text",
        "input.owner: must be one of CDMO, SPONSOR",
        "input.title: is null, but must be of the type String!",
        "input.dueOn: must be a calendar date, as 2026-03-02",
        "input.colour: is no field of CreateActionItemInput",
    ] {
        assert!(told.contains(expected), "{expected} is not in {told}");
    }
    let (_, told) = refusal(document, json!({})).expect("a refusal");
    assert_eq!(told, ["BAD_USER_INPUT: input: is missing: the document wants it, of the type CreateActionItemInput!"]);
}

#[test]
fn who_may_not_read_the_schema_is_not_told_what_else_could_be_sent() {
    let document = "mutation($input: CreateActionItemInput!) { createActionItem(input: $input) { actionItem { id } } }";
    let sent = json!({"input": {"relationshipId": "rel_1", "owner": "NOBODY", "dueOn": "2026-04-01", "titel": "t"}});
    let told = |documents: &Documents| {
        let refusal = documents.prepare(asked(document, sent.clone()), &viewer("")).expect_err("it is wrong");
        refusal.to_string()
    };
    let (open, closed) = (told(&open()), told(&documents(Rules::default())));
    assert!(open.contains("one of CDMO, SPONSOR") && open.contains("did you mean title?"), "{open}");
    assert!(closed.contains("input.owner: must be a value of Party") && closed.contains("input.titel: is no field of"));
    assert!(!closed.contains("SPONSOR") && !closed.contains("did you mean"), "{closed}");
    // Without the name of what is missing nobody could send it; the specification's errors have it, too.
    assert!(closed.contains("input.title: is missing: it must be of the type String!"), "{closed}");
}

#[test]
fn values_in_the_document_are_held_against_their_scalars() {
    let document = r#"mutation { createActionItem(input: {relationshipId: "rel_1", owner: CDMO, title: "t", dueOn: "soon"}) { actionItem { id } } }"#;
    let (stage, told) = refusal(document, json!({})).expect("a refusal");
    assert_eq!(stage, Stage::Validation);
    assert_eq!(told, ["BAD_USER_INPUT: input.dueOn: must be a calendar date, as 2026-03-02"]);
}

#[test]
fn a_page_costs_what_is_in_it_as_often_as_it_is_long() {
    assert_eq!(cost_of("{ viewer { subject } }", json!({})), 2);
    assert_eq!(cost_of("{ relationships(first: 5) { nodes { id name } } }", json!({})), 1 + 1 + 5 * 2);
    assert_eq!(cost_of("{ relationships { nodes { id name } } }", json!({})), 1 + 1 + 20 * 2);
    assert_eq!(cost_of("{ relationships(last: 7) { edges { node { id } cursor } } }", json!({})), 1 + 1 + 7 * 3);
    let by_variable = "query($n: Int) { relationships(first: $n) { nodes { id } totalCount } }";
    assert_eq!(cost_of(by_variable, json!({"n": 9})), 1 + 1 + 1 + 9);
    assert_eq!(cost_of(by_variable, json!({})), 1 + 1 + 1 + 20);
    assert_eq!(cost_of(r#"{ nodes(ids: ["a", "b", "c"]) { id } }"#, json!({})), 1 + 3 + 3);
}

#[test]
fn fragments_cost_where_they_are_spread() {
    let document = "{ a: relationships(first: 2) { ...r } b: relationships(first: 3) { ...r } } fragment r on RelationshipConnection { nodes { id } }";
    assert_eq!(cost_of(document, json!({})), (1 + 1 + 2) + (1 + 1 + 3));
}

#[test]
fn what_is_skipped_costs_nothing() {
    let document = "query($no: Boolean!) { viewer { subject issuer @skip(if: true) scopes @include(if: $no) } }";
    assert_eq!(cost_of(document, json!({"no": false})), 2);
    assert_eq!(cost_of(document, json!({"no": true})), 3);
}

#[test]
fn a_change_costs_more_than_its_answer_and_elements_of_its_input_cost_too() {
    let document =
        "mutation($input: SetRelationshipSitesInput!) { setRelationshipSites(input: $input) { relationship { id } } }";
    let sites = |ids: &[&str]| json!({"input": {"relationshipId": "r", "expectedVersion": 1, "siteIds": ids}});
    assert_eq!(cost_of(document, sites(&[])), 10 + 3);
    assert_eq!(cost_of(document, sites(&["a", "b"])), 10 + 3 + 2);
}

#[test]
fn costs_beyond_the_limit_are_refused_with_both_numbers() {
    let page = "first: 100) { nodes { id";
    let document = format!("{{ relationships({page} kpis({page} datasets({page} }} }} }} }} }} }} }}");
    let (stage, told) = refusal(&document, json!({})).expect("a refusal");
    assert_eq!(stage, Stage::Limit);
    let cost = 2 + 100 * (1 + 2 + 100 * (1 + 2 + 100));
    assert!(told[0].starts_with(&format!("LIMIT_EXCEEDED: the request costs {cost}, more than 50000:")), "{told:?}");
}

#[test]
fn the_schema_is_told_in_the_open_or_to_its_scope() {
    let ask = |documents: &Documents, scope| {
        let refused = documents.prepare(asked("{ __schema { types { name } } }", json!({})), &viewer(scope)).err();
        refused.map(|refusal| refusal.to_string())
    };
    assert_eq!(ask(&open(), ""), None);
    let closed = documents(Rules::default());
    assert!(ask(&closed, "relationships:read").expect("a refusal").contains("the schema is not told here"));
    assert_eq!(ask(&closed, "schema:read"), None);
    assert!(closed.prepare(asked("{ __typename }", json!({})), &viewer("")).is_ok());
}

#[test]
fn misspelt_names_are_corrected_for_who_may_read_the_schema() {
    let told = |documents: &Documents| {
        documents
            .prepare(asked("{ viewr { subject } }", json!({})), &viewer(""))
            .expect_err("no such field")
            .to_string()
    };
    assert_eq!(told(&open()), "type `Query` does not have a field `viewr`: did you mean viewer?");
    assert_eq!(told(&documents(Rules::default())), "type `Query` does not have a field `viewr`");
}

#[test]
fn introspection_is_free_of_depth_but_not_of_repeating_itself() {
    let usual = include_str!("../../../tests/documents/introspection.graphql");
    assert_eq!(refusal(usual, json!({})), None);
    let deep = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(refusal(deep, json!({})).expect("a refusal").0, Stage::Limit);
    let often = ["a", "b", "c", "d", "e"].map(|name| format!("{name}: __schema {{ types {{ name }} }}")).join(" ");
    assert_eq!(refusal(&format!("{{ {often} }}"), json!({})).expect("a refusal").0, Stage::Limit);
}

#[test]
fn introspection_costs_what_it_asks_for() {
    assert_eq!(cost_of("{ __schema { types { name } } }", json!({})), 1 + 2 * 100);
    let in_fragments = "{ __type(name: \"Site\") { ...t fields { name } } } fragment t on __Type { kind name }";
    assert_eq!(cost_of(in_fragments, json!({})), 1 + 4 * 100);
    let usual = cost_of(include_str!("../../../tests/documents/introspection.graphql"), json!({}));
    assert!((20_000..30_000).contains(&usual), "{usual}");
    let all = "name description type { name kind ofType { name kind ofType { name kind } } } ".repeat(2);
    let aliases: Vec<_> = (0..25).map(|n| format!("f{n}: fields {{ name description args {{ {all} }} }}")).collect();
    let often = format!("{{ __schema {{ types {{ {} }} }} }}", aliases.join(" "));
    let (stage, told) = refusal(&often, json!({})).expect("a refusal");
    assert_eq!(stage, Stage::Limit);
    assert!(told[0].contains("the request costs "), "{told:?}");
}

#[test]
fn the_schema_alone_is_told_whatever_the_limit_of_cost_is() {
    let rules = Rules { open_schema: true, ..Rules::default() };
    let strict = Documents::new(Limits { cost: 10, ..LIMITS }, rules).unwrap();
    let told = |document: &str| refused(&strict, document, json!({})).map(|(stage, _)| stage);
    let usual = include_str!("../../../tests/documents/introspection.graphql");
    assert_eq!(told(usual), None);
    assert_eq!(told("{ __typename __schema { types { name } } }"), None);
    assert_eq!(told("{ __schema { types { name } } viewer { subject } }"), Some(Stage::Limit));
    assert_eq!(told("{ relationships(first: 50) { nodes { name } } }"), Some(Stage::Limit));
}

#[test]
fn long_texts_cost_more_than_short_ones() {
    assert_eq!(cost_of("{ relationships(first: 5) { nodes { name description } } }", json!({})), 1 + 1 + 5 * (1 + 40));
    assert_eq!(cost_of("{ relationships(first: 5) { nodes { name stateReason } } }", json!({})), 1 + 1 + 5 * (1 + 8));
}

/// All that there is of an observation itself, with the names of what it belongs to.
#[test]
fn a_whole_page_of_observations_is_affordable() {
    let document = "query($filter: KpiObservationFilter!) { kpiObservations(filter: $filter, first: 1000) { nodes {
        datasetId denominator note numerator periodEnd periodStart reason recordedAt revision siteId sourceRecord
        sourceSystem status unit value site { name } definition { name }
    } } }";
    let cost = cost_of(document, json!({ "filter": { "relationshipId": "rel_1" } }));
    assert!((30_000..40_000).contains(&cost), "{cost}");
}

#[test]
fn a_representation_is_a_type_and_an_id() {
    let document = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Node { id } } }";
    let told = |of: Json| refusal(document, json!({ "of": of })).map(|(stage, told)| (stage, told.join("; ")));
    assert_eq!(told(json!([{ "__typename": "Site", "id": "site_1" }])), None);
    let many: Map<_, _> = (0..1_000).map(|n| (format!("m{n}"), json!({ "a": n }))).collect();
    for wrong in [
        json!("rel_1"),
        json!([{ "__typename": "Site", "id": "site_1" }]),
        json!({ "id": "site_1" }),
        json!({ "__typename": "Site", "id": 7 }),
        json!({ "__typename": "Site", "id": "site_1", "name": "Basel" }),
        json!(many),
    ] {
        let message =
            "BAD_USER_INPUT: of[0]: must be an object of __typename and id, which are texts, and of nothing else";
        assert_eq!(told(json!([wrong])), Some((Stage::Variables, message.to_owned())), "{wrong}");
    }
}

#[test]
fn a_validated_document_is_kept_and_an_invalid_one_is_not() {
    let documents = open();
    for document in ["{ viewer { subject } }", "{ viewer { subject } }", "{ nothing }", "{ viewer { issuer } }"] {
        _ = documents.prepare(asked(document, json!({})), &viewer(""));
    }
    assert_eq!(documents.validated.len(), 2);
}

/// Small documents too, of which each takes far more memory than its text.
#[test]
fn only_so_many_validated_documents_are_kept() {
    let documents = open();
    for n in 0..10_000 {
        _ = documents.prepare(asked(&format!("{{ a{n}: __typename }}"), json!({})), &viewer(""));
    }
    let kept = documents.validated.len();
    assert!((1_000..6_000).contains(&kept), "{kept}");
    let small = documents.document(&Source::Text("{ viewer { subject } }".to_owned()), true).expect("a good document");
    let fields = "subject ".repeat(1_000);
    let large = documents.document(&Source::Text(format!("{{ viewer {{ {fields} }} }}")), true).expect("a good one");
    assert!(large.memory() > 100 * small.memory() && small.memory() > 4_096, "{}", large.memory());
}

#[test]
fn the_operation_to_run_must_be_clear() {
    let two = "query a { viewer { subject } } query b { viewer { issuer } }";
    let prepare = |name: Option<&str>| {
        let asked = Asked { operation_name: name.map(str::to_owned), ..asked(two, json!({})) };
        open().prepare(asked, &viewer("")).map_err(|refusal| (refusal.stage, refusal.to_string()))
    };
    assert!(prepare(Some("b")).is_ok());
    let wanted = "operationName: must name the operation of the document that is to be run, which can be: a, b";
    assert_eq!(prepare(None).expect_err("two operations"), (Stage::Operation, wanted.to_owned()));
    assert_eq!(prepare(Some("c")).expect_err("no such operation"), (Stage::Operation, wanted.to_owned()));
}

#[test]
fn trusted_documents_are_found_by_their_hash_and_can_be_the_only_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "query { viewer { subject } }";
    std::fs::write(folder.path().join("viewer.graphql"), text).expect("a file");
    let trusted = TrustedDocuments::load(folder.path()).expect("good documents");
    let documents = documents(Rules { trusted, trusted_only: true, ..Rules::default() });
    let run = |document| {
        let asked = Asked { document, operation_name: None, variables: Map::new() };
        documents.prepare(asked, &viewer("")).map_err(|refusal| refusal.stage).map(|prepared| prepared.kind)
    };
    let hash = hex::encode(Sha256::digest(text));
    assert_eq!(run(Source::Hash(hash.clone())), Ok(OperationKind::Query));
    assert_eq!(run(Source::Hash(format!("sha256:{hash}"))), Ok(OperationKind::Query));
    assert_eq!(run(Source::Text(text.to_owned())), Ok(OperationKind::Query));
    assert_eq!(run(Source::Text("{ viewer { issuer } }".to_owned())), Err(Stage::Operation));
    assert_eq!(run(Source::Hash("00".repeat(32))), Err(Stage::Operation));
}

#[test]
fn a_manifest_must_name_each_document_by_its_hash_and_fit_the_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("manifest.json");
    let load = |manifest: &Json| {
        std::fs::write(&file, manifest.to_string()).expect("a file");
        let trusted = TrustedDocuments::load(&file)?;
        Documents::new(LIMITS, Rules { trusted, ..Rules::default() })
    };
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    let (good, outdated) = ("{ viewer { subject } }", "{ gone }");
    assert!(load(&json!({ hash(good): good })).is_ok());
    let problem = load(&json!({ hash(good): good.to_uppercase() })).err().expect("a wrong hash").to_string();
    assert!(problem.contains("is not the SHA-256 of its document"), "{problem}");
    let problem = load(&json!({ hash(outdated): outdated })).err().expect("no such field").to_string();
    assert!(problem.ends_with("does not have a field `gone`"), "{problem}");
}
