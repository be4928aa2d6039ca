//! What this service relies on in async-graphql, pinned exactly: its version is a release candidate, and an update that
//! changes any of this shows here first. Where it departs from the GraphQL specification, the test says so.

mod errors;
mod inputs;
mod running;

use async_graphql::{
    EmptyMutation, EmptySubscription, ID, InputObject, Interface, MaybeUndefined, Object, Request, Result, Schema,
    SimpleObject, Variables,
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
