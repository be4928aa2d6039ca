//! Bodies and URLs, good and bad.

use serde_json::json;

use super::values::{MOST_ELEMENTS, MOST_MEMBERS, MOST_VALUES, MOST_VARIABLES};
use super::*;

fn asked(text: &str) -> Asked {
    Asked { document: Source::Text(text.to_owned()), operation_name: None, variables: Map::new() }
}

fn read(body: &str) -> Result<Asking, Malformed> {
    from_body(body.as_bytes(), 2)
}

fn refused(body: impl AsRef<[u8]>) -> (Outcome, &'static str, String) {
    let Malformed { outcome, code, message } = from_body(body.as_ref(), 2).unwrap_err();
    (outcome, code, message)
}

#[test]
fn a_request_is_read() {
    let whole = r#" {"query":"{a}","operationName":"A","variables":{"b":[1]},"extensions":{"c":1},"d":[{}]} "#;
    let Value::Object(variables) = json!({ "b": [1] }) else { unreachable!() };
    let expected = Asked { operation_name: Some("A".to_owned()), variables, ..asked("{a}") };
    assert_eq!(read(whole), Ok(Asking::One(expected)));
    let nulls = r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null,"documentId":null}"#;
    assert_eq!(read(nulls), Ok(Asking::One(asked("{a}"))));
    assert_eq!(read(r#"{"query":""}"#), Ok(Asking::One(asked(""))), "it is for the parser to tell");
    let by_id = Asked { document: Source::Hash("x".to_owned()), ..asked("") };
    assert_eq!(read(r#"{"documentId":"x"}"#), Ok(Asking::One(by_id)));
}

#[test]
fn a_wrong_member_is_named() {
    for (body, message) in [
        ("{}", "query: is missing; send the GraphQL document in it"),
        (r#"{"qeury":"{a}"}"#, "query: is missing; send the GraphQL document in it"),
        (r#"{"query":null}"#, "query: must be a string, not null; send the GraphQL document in it"),
        (
            r#"{"query":0,"operationName":false,"extensions":"x","documentId":{}}"#,
            "query: must be a string, not a number; documentId: must be a string, not an object; \
             operationName: must be a string, not a boolean; extensions: must be an object, not a string",
        ),
        (r#"{"query":"{a}","variables":[7]}"#, "variables: must be an object, not a list"),
        (r#"{"query":"{a}","extensions":[{"b":7}]}"#, "extensions: must be an object, not a list"),
        (r#"{"query":"{a}","documentId":"x"}"#, "query: comes with documentId; send one of the two"),
        (r#"{"query":"{a}","query":"{b}"}"#, "query: is there twice; send it once (line 1, column 29)"),
        (r#"{"variables":null,"variables":{}}"#, "variables: is there twice; send it once (line 1, column 33)"),
    ] {
        assert_eq!(refused(body), (Outcome::Misshapen, "BAD_USER_INPUT", message.to_owned()), "{body}");
    }
    let (outcome, _, message) = refused("7");
    assert_eq!(outcome, Outcome::Misshapen);
    assert!(message.starts_with("invalid type: integer `7`, expected a JSON object with query"), "{message}");
}

#[test]
fn what_is_no_json_is_told_from_what_is_no_request() {
    for body in ["", "{", "{]", "NONSENSE", "{} {}", "\u{feff}{}", r#"{"query":"\ud800"}"#] {
        let (outcome, code, message) = refused(body);
        assert_eq!((outcome, code), (Outcome::Unreadable, "BAD_USER_INPUT"), "{body}");
        assert!(message.starts_with("the body is not JSON: send one JSON object"), "{message}");
    }
    let (outcome, _, message) = refused(b"{\"query\":\"\xff\"}");
    assert_eq!((outcome, &*message), (Outcome::Unreadable, "the body must be UTF-8, but byte 11 is not"));
    let (_, _, message) = refused(r#"{"variables":{"v":1e999}}"#);
    assert!(message.starts_with("the body has a number out of range: "), "{message}");
}

#[test]
fn json_nests_only_so_deep() {
    // The body and `variables` are two levels themselves.
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 2), "]".repeat(levels - 2));
        format!(r#"{{"query":"","variables":{{"v":{open}{close}}}}}"#)
    };
    assert!(read(&nested(DEEPEST)).is_ok());
    let (outcome, code, message) = refused(nested(DEEPEST + 1));
    assert_eq!((outcome, code), (Outcome::Unreadable, "LIMIT_EXCEEDED"));
    assert!(message.starts_with("the JSON nests deeper than 127 levels (line 1"), "{message}");
}

#[test]
fn objects_are_read_up_to_a_limit() {
    let object = |count: usize| -> Map<_, _> { (0..count).map(|number| (format!("v{number}"), Value::Null)).collect() };
    let as_variables = |count| json!({ "query": "", "variables": object(count) }).to_string();
    let inside = |count| json!({ "query": "", "variables": { "of": [object(count)] } }).to_string();
    for (body, most) in [(&as_variables as &dyn Fn(usize) -> String, MOST_VARIABLES), (&inside, MOST_MEMBERS)] {
        assert!(read(&body(most)).is_ok());
        let (outcome, code, message) = refused(body(most + 1));
        assert_eq!((outcome, code), (Outcome::Misshapen, "LIMIT_EXCEEDED"));
        let expected = format!("variables: an object has more than {most} members (line 1");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn lists_are_read_up_to_a_limit() {
    let list = |count| json!({ "query": "", "variables": { "of": vec![0; count] } }).to_string();
    assert!(read(&list(MOST_ELEMENTS)).is_ok());
    let (outcome, code, message) = refused(list(MOST_ELEMENTS + 1));
    assert_eq!((outcome, code), (Outcome::Misshapen, "LIMIT_EXCEEDED"));
    assert!(message.starts_with("variables: a list has more than 6000 elements; send them in several"), "{message}");
}

/// A body whose variables have so many values, an even number: an object and two members, and the elements of lists in a
/// list.
fn of_values(count: usize) -> String {
    let left = (count - 6) / 2;
    let (full, rest) = ((left - 1) / (MOST_ELEMENTS + 1), (left - 1) % (MOST_ELEMENTS + 1));
    let list = |length: usize| format!("[{}]", vec!["0"; length].join(","));
    let lists: Vec<_> = std::iter::repeat_n(list(MOST_ELEMENTS), full).chain([list(rest)]).collect();
    format!(r#"{{"query":"","variables":{{"w":0,"v":[{}]}}}}"#, lists.join(","))
}

#[test]
fn values_are_counted_while_they_are_read() {
    assert!(read(&of_values(MOST_VALUES)).is_ok());
    let (outcome, code, message) = refused(of_values(MOST_VALUES + 2));
    assert_eq!((outcome, code), (Outcome::Misshapen, "LIMIT_EXCEEDED"));
    assert!(message.starts_with("variables: have more than 112000 values, where"), "{message}");
    // Each element is an object of one member, which counts 7 together.
    let list = format!("[{}]", vec![r#"{"a":1}"#; MOST_ELEMENTS].join(","));
    let objects = |lists: usize| format!(r#"{{"variables":{{"v":[{}]}}}}"#, vec![list.as_str(); lists].join(","));
    assert!(refused(objects(3)).2.starts_with("variables: have more than"), "an object counts as several");
    assert!(refused(objects(1)).2.starts_with("query: is missing"));
}

#[test]
fn the_requests_of_a_batch_have_their_values_in_common() {
    let half = of_values(MOST_VALUES / 2);
    assert!(read(&format!("[{half},{half}]")).is_ok());
    let more = of_values(MOST_VALUES / 2 + 2);
    assert_eq!(refused(format!("[{half},{more}]")).1, "LIMIT_EXCEEDED");
}

#[test]
fn a_full_bulk_of_source_records_is_read() {
    let row: Map<_, _> = (0..16).map(|field| (format!("field{field}"), json!("x"))).collect();
    let input = json!({ "kpiDatasetId": "kds_1", "records": vec![row; 5_000] });
    assert!(read(&json!({ "query": "", "variables": { "input": input } }).to_string()).is_ok());
}

/// However much there is in it.
#[test]
fn what_nobody_asks_for_is_passed_over() {
    let many = vec![r#"{"a":1}"#; 10 * MOST_ELEMENTS].join(",");
    let body = format!(r#"{{"query":"{{a}}","extensions":{{"v":[{many}]}},"unknown":[{many}]}}"#);
    assert_eq!(read(&body), Ok(Asking::One(asked("{a}"))));
    assert_eq!(refused(format!(r#"{{"query":[{many}]}}"#)).2, "query: must be a string, not a list");
}

#[test]
fn a_batch_has_its_limit() {
    let batch = r#"[{"query":"a"},{"query":"b"}]"#;
    assert_eq!(read(batch), Ok(Asking::Batch(vec![asked("a"), asked("b")])));
    let message = from_body(batch.as_bytes(), 1).unwrap_err().message;
    assert!(message.starts_with("the body is a list, and batches are not answered here"), "{message}");
    let (_, code, message) = refused(r#"[{"query":"a"},{"query":"b"},{"query":"c"}]"#);
    assert_eq!(code, "LIMIT_EXCEEDED");
    assert!(message.starts_with("the batch has more than 2 requests: send fewer at once"), "{message}");
    assert_eq!(refused(r#"[{"query":"a"},{"query":1}]"#).2, "[1].query: must be a string, not a number");
    assert_eq!(refused("[]").2, "the batch is empty: send a request in it");
    assert!(refused("[[]]").2.starts_with("invalid type: sequence, expected a JSON object with query"));
}

#[test]
fn a_url_is_read() {
    let Value::Object(variables) = json!({ "b": "ü" }) else { unreachable!() };
    let expected = Asked { operation_name: Some("null".to_owned()), variables, ..asked("query null {a +}") };
    let url = "query=query+null+%7Ba%20%2B%7D&operationName=null&variables=%7B%22b%22%3A%22%C3%BC%22%7D&x=1&x=2";
    assert_eq!(from_url(url), Ok(expected));
    assert_eq!(from_url("query={a}&operationName=&variables=&extensions="), Ok(asked("{a}")));
    for (url, message) in [
        ("", "query: is missing; send the GraphQL document in it"),
        ("query=a&query=a", "query: is there twice; send it once"),
        ("query=a&variables=&variables=%7B%7D", "variables: is there twice; send it once"),
        ("query=a&variables=[7]", "variables: must be an object, not a list"),
        ("query=a&extensions=1", "extensions: must be an object, not a number"),
    ] {
        let malformed = from_url(url).unwrap_err();
        assert_eq!((malformed.outcome, malformed.message), (Outcome::Misshapen, message.to_owned()), "{url}");
    }
    let message = from_url("query=a&variables={").unwrap_err().message;
    assert!(message.starts_with("variables: must be a JSON object in the URL's encoding ("), "{message}");
    let many: Vec<_> = (0..=MOST_VARIABLES).map(|number| format!("%22v{number}%22:1")).collect();
    let malformed = from_url(&format!("query=a&variables={{{}}}", many.join(","))).unwrap_err();
    assert_eq!(malformed.code, "LIMIT_EXCEEDED");
    assert!(malformed.message.starts_with("variables: an object has more than 1000 members"), "{}", malformed.message);
}
