//! Where an error lands in an answer, and what it keeps.

use serde_json::json;

use super::{Typed, ask, one, schema};

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
