//! In which order fields run, and how their loads are put together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Result, Schema};
use serde_json::{Value, json};

use super::{Query, Typed, data, one, schema, shown};

#[tokio::test]
async fn answers_keep_the_order_of_the_document() {
    let response = schema().execute("{ b: fine parent { fine } a: fine }").await;
    let text = serde_json::to_string(&response.data).expect("JSON");
    assert_eq!(text, r#"{"b":1,"parent":{"fine":1},"a":1}"#);
}

#[tokio::test]
async fn objects_of_an_interface_are_told_apart() {
    let found = data("{ found { __typename id ... on Stone { weight } ... on Feather { color } } }").await;
    assert_eq!(found, json!({ "found": { "__typename": "Stone", "id": "s", "weight": 3 } }));
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
/// does not, and there is no data to tell so. The service holds variables against their types before the framework sees
/// a request (`whole_or_nothing` shows it); this is why it must.
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
