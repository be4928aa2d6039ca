//! What this service relies on in async-graphql, pinned exactly: its version is a release candidate, and an update that
//! changes any of this shows here first. Where it departs from the GraphQL specification, the test says so.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{
    Context, EmptyMutation, EmptySubscription, ID, InputObject, Interface, MaybeUndefined, Object, Request, Result,
    Schema, SimpleObject, Variables,
};
use serde_json::{Value, json};

/// An error with a type of its own, as the service has one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("typed: {0}")]
struct Typed(&'static str);

struct Query;

#[Object]
impl Query {
    async fn fine(&self) -> i32 {
        1
    }

    async fn parent(&self) -> Option<Parent> {
        Some(Parent)
    }

    async fn parents(&self) -> Vec<Option<Parent>> {
        vec![Some(Parent), None]
    }

    async fn strict_parents(&self) -> Vec<Parent> {
        vec![Parent, Parent]
    }

    async fn elements(&self) -> Vec<Option<Result<i32>>> {
        vec![Some(Ok(1)), None, Some(Err("broken".into()))]
    }

    async fn echo(&self, value: Option<i32>) -> Option<i32> {
        value
    }

    async fn with_default(&self, #[graphql(default = 7)] value: i32) -> i32 {
        value
    }

    async fn told_apart(&self, value: MaybeUndefined<i32>) -> String {
        tell(value)
    }

    async fn patch(&self, input: Patch) -> String {
        format!("{}, {:?}", tell(input.change), input.list)
    }

    async fn id(&self, id: ID) -> String {
        id.to_string()
    }

    async fn float(&self, value: f64) -> f64 {
        value
    }

    async fn found(&self) -> Thing {
        Thing::Stone(Stone { id: "s".into(), weight: 3 })
    }
}

struct Parent;

#[Object]
impl Parent {
    async fn fine(&self) -> i32 {
        1
    }

    #[expect(clippy::unused_async, reason = "as resolvers are written")]
    async fn strict(&self) -> Result<i32> {
        Err("broken".into())
    }

    #[expect(clippy::unused_async, reason = "as resolvers are written")]
    async fn option_in_result(&self) -> Result<Option<i32>> {
        Err("broken".into())
    }

    async fn result_in_option(&self) -> Option<Result<i32>> {
        Some(Err("broken".into()))
    }

    async fn typed(&self) -> Option<Result<i32>> {
        Some(Err(Typed("kept").into()))
    }

    async fn child(&self) -> Option<Parent> {
        Some(Parent)
    }
}

#[derive(InputObject)]
struct Patch {
    #[graphql(default)]
    list: Vec<i32>,
    change: MaybeUndefined<i32>,
}

fn tell(value: MaybeUndefined<i32>) -> String {
    match value {
        MaybeUndefined::Undefined => "left out".to_owned(),
        MaybeUndefined::Null => "null".to_owned(),
        MaybeUndefined::Value(value) => value.to_string(),
    }
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "&ID"))]
enum Thing {
    Stone(Stone),
    Feather(Feather),
}

#[derive(SimpleObject)]
struct Stone {
    id: ID,
    weight: i32,
}

#[derive(SimpleObject)]
struct Feather {
    id: ID,
    color: String,
}

fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::new(Query, EmptyMutation, EmptySubscription)
}

/// The data, and each error's path and message.
async fn ask(document: &str, variables: Value) -> (Value, Vec<(String, String)>) {
    let response = schema().execute(Request::new(document).variables(Variables::from_json(variables))).await;
    shown(response)
}

fn shown(response: async_graphql::Response) -> (Value, Vec<(String, String)>) {
    let path = |error: &async_graphql::ServerError| serde_json::to_string(&error.path).expect("a path is JSON");
    let errors = response.errors.iter().map(|error| (path(error), error.message.clone())).collect();
    (response.data.into_json().expect("data is JSON"), errors)
}

async fn data(document: &str) -> Value {
    let (data, errors) = ask(document, json!({})).await;
    assert_eq!(errors, [], "{document}");
    data
}

fn one(path: &str, message: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), message.to_owned())]
}

#[tokio::test]
async fn an_error_in_a_nullable_field_nulls_it_and_keeps_its_siblings() {
    let (data, errors) = ask("{ parent { fine resultInOption } }", json!({})).await;
    assert_eq!(data, json!({ "parent": { "fine": 1, "resultInOption": null } }));
    assert_eq!(errors, one(r#"["parent","resultInOption"]"#, "broken"));
}

#[tokio::test]
async fn an_error_in_a_non_null_field_nulls_the_nearest_nullable_parent_and_keeps_its_key() {
    let (data, errors) = ask("{ fine parent { fine child { strict } } }", json!({})).await;
    assert_eq!(data, json!({ "fine": 1, "parent": { "fine": 1, "child": null } }));
    assert_eq!(errors, one(r#"["parent","child","strict"]"#, "broken"));
    let (data, _) = ask("{ fine parents { strict } }", json!({})).await;
    assert_eq!(data, json!({ "fine": 1, "parents": [null, null] }));
    let (data, _) = ask("{ fine strictParents { strict } }", json!({})).await;
    assert_eq!(data, json!(null), "nothing above is nullable");
}

/// Not what the specification says: the field is nullable, and its error nulls the parent all the same. Fields that can
/// fail are therefore `Option<Result<T>>` here.
#[tokio::test]
async fn an_error_in_a_result_of_an_option_nulls_the_parent() {
    let (data, errors) = ask("{ fine parent { fine optionInResult } }", json!({})).await;
    assert_eq!(data, json!({ "fine": 1, "parent": null }));
    assert_eq!(errors, one(r#"["parent","optionInResult"]"#, "broken"));
    assert!(schema().sdl().contains("optionInResult: Int\n"));
    assert!(schema().sdl().contains("resultInOption: Int\n"));
}

#[tokio::test]
async fn elements_of_a_list_fail_one_by_one() {
    let (data, errors) = ask("{ elements }", json!({})).await;
    assert_eq!(data, json!({ "elements": [1, null, null] }));
    assert_eq!(errors, one(r#"["elements",2]"#, "broken"));
}

#[tokio::test]
async fn an_error_keeps_its_type() {
    let response = schema().execute("{ parent { typed } }").await;
    let source = response.errors[0].source.as_ref().expect("a source");
    assert_eq!(source.downcast_ref::<Typed>().expect("the type it was made from").0, "kept");
    assert_eq!(response.errors[0].message, "typed: kept");
}

#[tokio::test]
async fn answers_keep_the_order_of_the_document() {
    let response = schema().execute("{ b: fine parent { fine } a: fine }").await;
    let text = serde_json::to_string(&response.data).expect("JSON");
    assert_eq!(text, r#"{"b":1,"parent":{"fine":1},"a":1}"#);
}

#[tokio::test]
async fn an_omitted_variable_is_not_null() {
    let told = "query($v: Int) { toldApart(value: $v) }";
    assert_eq!(ask(told, json!({})).await.0, json!({ "toldApart": "left out" }));
    assert_eq!(ask(told, json!({ "v": null })).await.0, json!({ "toldApart": "null" }));
    assert_eq!(ask(told, json!({ "v": 3 })).await.0, json!({ "toldApart": "3" }));
    let inside = "query($v: Int) { patch(input: { change: $v }) }";
    assert_eq!(ask(inside, json!({})).await.0, json!({ "patch": "left out, []" }));
    assert_eq!(ask(inside, json!({ "v": null })).await.0, json!({ "patch": "null, []" }));
    let whole = "query($input: Patch!) { patch(input: $input) }";
    assert_eq!(ask(whole, json!({ "input": {} })).await.0, json!({ "patch": "left out, []" }));
    assert_eq!(
        ask(whole, json!({ "input": { "change": null, "list": [1] } })).await.0,
        json!({ "patch": "null, [1]" })
    );
}

#[tokio::test]
async fn a_default_stands_in_for_what_is_left_out() {
    assert_eq!(data("{ withDefault }").await, json!({ "withDefault": 7 }));
    let (answer, _) = ask("query($v: Int = 9) { withDefault(value: $v) }", json!({})).await;
    assert_eq!(answer, json!({ "withDefault": 9 }));
    let (answer, _) = ask("query($v: Int!) { withDefault(value: $v) }", json!({ "v": 1 })).await;
    assert_eq!(answer, json!({ "withDefault": 1 }));
}

/// The field that a message names is told to the client as `extensions.field`: `graphql::errors` reads these texts.
#[tokio::test]
async fn values_that_do_not_fit_are_named() {
    let message = async |document: &str, variables: Value| {
        let (_, errors) = ask(document, variables).await;
        assert_eq!(errors.len(), 1, "{document}: {errors:?}");
        errors.into_iter().next().expect("one error").1
    };
    assert_eq!(
        message("{ withDefault(value: \"x\") }", json!({})).await,
        "Invalid value for argument \"value\", expected type \"Int\""
    );
    assert_eq!(
        message("query($input: Patch!) { patch(input: $input) }", json!({ "input": { "change": "x" } })).await,
        "Invalid value for argument \"input.change\", expected type \"Int\""
    );
    assert_eq!(
        message("query($input: Patch!) { patch(input: $input) }", json!({ "input": { "unknown": 1 } })).await,
        "Invalid value for argument \"input\", unknown field \"unknown\" of type \"Patch\""
    );
    // This one names nothing.
    assert_eq!(
        message("query($v: Int!) { withDefault(value: $v) }", json!({})).await,
        "Expected input type \"Int\", found null."
    );
}

#[tokio::test]
async fn scalars_are_coerced_as_the_specification_says() {
    assert_eq!(data("{ id(id: 17) }").await, json!({ "id": "17" }));
    assert_eq!(data("{ float(value: 3) }").await, json!({ "float": 3.0 }));
    let (answer, errors) = ask("query($v: Int) { echo(value: $v) }", json!({ "v": 3_000_000_000_u64 })).await;
    assert_eq!((answer, errors.len()), (Value::Null, 1));
    let (answer, _) = ask("query($v: [Int!]!) { patch(input: { list: $v }) }", json!({ "v": 5 })).await;
    assert_eq!(answer, json!({ "patch": "left out, [5]" }), "one value stands for a list of one");
}

#[tokio::test]
async fn objects_of_an_interface_are_told_apart() {
    let found = data("{ found { __typename id ... on Stone { weight } ... on Feather { color } } }").await;
    assert_eq!(found, json!({ "found": { "__typename": "Stone", "id": "s", "weight": 3 } }));
}

#[tokio::test]
async fn a_document_is_validated_as_a_whole() {
    for (document, wrong) in [
        ("{ nothing }", r#"Unknown field "nothing" on type "Query"."#),
        ("{ parent }", r#"Field "parent" of type "Parent" must have a selection of subfields"#),
        ("query($v: Int!) { fine }", r#"Variable "$v" is not used"#),
        (
            "{ a: fine a: withDefault }",
            r#"Fields "a" conflict because "fine" and "withDefault" are different fields. Use different aliases on the fields to fetch both if this was intentional."#,
        ),
    ] {
        let (data, errors) = ask(document, json!({ "v": 1 })).await;
        assert_eq!((data, errors), (Value::Null, one("[]", wrong)), "{document}");
    }
}

#[tokio::test]
async fn limits_are_told_by_these_messages() {
    let limited = |document: &'static str| async move {
        let schema = Schema::build(Query, EmptyMutation, EmptySubscription);
        shown(schema.limit_depth(3).limit_complexity(5).limit_aliases(2).finish().execute(document).await)
    };
    let refused = |message: &str| (Value::Null, one("[]", message));
    assert_eq!(limited("{ parent { child { fine } } }").await.1, []);
    assert_eq!(limited("{ parent { child { child { fine } } } }").await, refused("Query is nested too deep."));
    assert_eq!(limited("{ parent { fine child { fine } } fine echo }").await, refused("Query is too complex."));
    let aliases = "The amount of aliases of the query cannot be greater than `2`";
    assert_eq!(limited("{ a: fine b: fine c: fine }").await, refused(aliases));
}

struct Mutation(Arc<Mutex<Vec<i32>>>);

#[Object]
impl Mutation {
    async fn add(&self, number: i32) -> Option<Result<i32>> {
        tokio::time::sleep(Duration::from_millis(if number == 1 { 20 } else { 0 })).await;
        if number < 0 {
            return Some(Err("negative".into()));
        }
        self.0.lock().expect("no panic").push(number);
        Some(Ok(number))
    }
}

#[tokio::test]
async fn mutations_run_one_after_another_and_a_failed_one_stops_nothing() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let schema = Schema::new(Query, Mutation(Arc::clone(&done)), EmptySubscription);
    let document = "mutation { a: add(number: 1) b: add(number: -1) c: add(number: 2) }";
    let (data, errors) = shown(schema.execute(document).await);
    assert_eq!(data, json!({ "a": 1, "b": null, "c": 2 }));
    assert_eq!(errors, one(r#"["b"]"#, "negative"));
    assert_eq!(*done.lock().expect("no panic"), [1, 2]);
}

/// Not what the specification says, which wants the whole request refused: what comes before runs, what comes after
/// does not, and there is no data to tell so. Clients send one mutation at a time, until variables are checked before
/// anything is run.
#[tokio::test]
async fn a_missing_variable_is_found_when_its_field_runs() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let schema = Schema::new(Query, Mutation(Arc::clone(&done)), EmptySubscription);
    let document = "mutation($missing: Int!) { a: add(number: 1) b: add(number: $missing) c: add(number: 2) }";
    let (data, errors) = shown(schema.execute(document).await);
    assert_eq!((data, errors), (Value::Null, one(r#"["b"]"#, r#"Expected input type "Int", found null."#)));
    assert_eq!(*done.lock().expect("no panic"), [1]);
}

/// Doubles numbers, and counts how often it was asked.
struct Doubles(Arc<AtomicUsize>);

impl Loader<i32> for Doubles {
    type Value = i32;
    type Error = Typed;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, i32>, Typed> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(keys.iter().map(|key| (*key, key * 2)).collect())
    }
}

struct Level(i32);

#[Object]
impl Level {
    async fn double(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        let loader = ctx.data_unchecked::<DataLoader<Doubles, HashMapCache>>();
        loader.load_one(self.0).await.map_err(Into::into).transpose()
    }
}

struct Levels;

#[Object]
impl Levels {
    async fn levels(&self) -> Vec<Level> {
        (0..50).map(Level).collect()
    }
}

/// With no delay at all: a list of objects, whatever its length, is one load of each kind.
#[tokio::test]
async fn siblings_are_loaded_together() {
    let asked = Arc::new(AtomicUsize::new(0));
    let loader = DataLoader::with_cache(
        Doubles(Arc::clone(&asked)),
        TokioSpawner::current(),
        TokioTimer::default(),
        HashMapCache::default(),
    )
    .delay(Duration::ZERO);
    let schema = Schema::build(Levels, EmptyMutation, EmptySubscription).data(loader).finish();
    let (data, errors) = shown(schema.execute("{ levels { double again: double } }").await);
    assert_eq!(errors, []);
    assert_eq!(data["levels"][49], json!({ "double": 98, "again": 98 }));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    schema.execute("{ levels { double } }").await;
    assert_eq!(asked.load(Ordering::Relaxed), 1, "what was loaded is kept as long as the loader");
}
