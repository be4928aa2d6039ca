//! Documents, variables and values: what is taken, and how what is wrong is told.

use async_graphql::{EmptyMutation, EmptySubscription, Schema};
use serde_json::{Value, json};

use super::{Query, ask, data, one, shown};

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
