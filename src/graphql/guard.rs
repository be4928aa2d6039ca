//! What is looked at before the framework may see a document: it parses values without a limit to their nesting,
//! and expands fragments before it counts anything. Either takes a small document to bring the service down.

use std::collections::HashMap;

use async_graphql::Request;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::error::{Error, Result};

/// The deepest nesting of brackets: far more than any document of the depth that is allowed.
const DEEPEST: usize = 64;

/// The most fields that a document may have once its fragments are put in place.
const MOST_FIELDS: u64 = 20_000;

/// Refuses a document that would cost too much to even look at. One that cannot be parsed is left to the framework.
pub fn check(request: &mut Request) -> Result<()> {
    match nesting(&request.query) {
        Some(depth) if depth <= DEEPEST => {}
        Some(_) => {
            let message = format!("the document nests its brackets deeper than {DEEPEST} levels");
            return Err(Error::LimitExceeded(message));
        }
        None => return Err(Error::field("query", "has a block string that is not closed: end it with \"\"\"")),
    }
    let Ok(document) = request.parsed_query() else { return Ok(()) };
    match fields_of(document) {
        Some(fields) if fields <= MOST_FIELDS => Ok(()),
        Some(_) => Err(Error::LimitExceeded(format!(
            "the document has more than {MOST_FIELDS} fields, counting each fragment where it is used"
        ))),
        None => Err(Error::field("query", "has a fragment that spreads itself")),
    }
}

/// How deep brackets of any kind are nested, outside strings and comments; none for a block string that is not closed.
/// The framework would take the quotes that begin one for an empty string and read what comes after as syntax,
/// and, where many follow, look for the end of each.
fn nesting(text: &str) -> Option<usize> {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' => rest = after_first(after, |byte| byte == b'\n' || byte == b'\r'),
            b'"' if after.starts_with(b"\"\"") => rest = after_block_string(&after[2..])?,
            b'"' => rest = after_string(after),
            _ => {}
        }
    }
    Some(deepest)
}

fn after_first(text: &[u8], is_end: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| is_end(*byte)).map_or(text.len(), |end| end + 1);
    &text[end..]
}

/// A line break ends a string too: the framework reads nothing behind a string that is not closed on its line.
fn after_string(mut text: &[u8]) -> &[u8] {
    loop {
        match text {
            [b'"' | b'\n' | b'\r', after @ ..] => return after,
            [b'\\', b'"' | b'\\', after @ ..] | [_, after @ ..] => text = after,
            [] => return text,
        }
    }
}

fn after_block_string(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        match text {
            [b'"', b'"', b'"', after @ ..] => return Some(after),
            [b'\\', b'"', b'"', b'"', after @ ..] | [_, after @ ..] => text = after,
            [] => return None,
        }
    }
}

/// How many fields the largest operation has, each fragment counted where it is spread; none for a fragment that
/// spreads itself. Each fragment is looked at once.
fn fields_of(document: &ExecutableDocument) -> Option<u64> {
    let mut counts = HashMap::new();
    let operations = document.operations.iter();
    let counted = operations.map(|(_, operation)| count(document, &operation.node.selection_set.node, &mut counts));
    counted.collect::<Option<Vec<_>>>().map(|counts| counts.into_iter().max().unwrap_or_default())
}

/// What is known of a fragment.
#[derive(Clone, Copy)]
enum Count {
    /// It is being counted: who meets it now is inside it.
    Begun,
    Known(u64),
}

fn count<'d>(
    document: &'d ExecutableDocument,
    selections: &'d SelectionSet,
    counts: &mut HashMap<&'d str, Count>,
) -> Option<u64> {
    let mut total = 0_u64;
    for selection in &selections.items {
        let fields = match &selection.node {
            Selection::Field(field) => count(document, &field.node.selection_set.node, counts)?.saturating_add(1),
            Selection::InlineFragment(inline) => count(document, &inline.node.selection_set.node, counts)?,
            Selection::FragmentSpread(spread) => fragment(document, spread.node.fragment_name.node.as_str(), counts)?,
        };
        total = total.saturating_add(fields);
    }
    Some(total)
}

fn fragment<'d>(document: &'d ExecutableDocument, name: &'d str, counts: &mut HashMap<&'d str, Count>) -> Option<u64> {
    match counts.get(name) {
        Some(Count::Known(fields)) => return Some(*fields),
        Some(Count::Begun) => return None,
        None => {}
    }
    // A fragment that is not there is for the framework to tell.
    let Some(definition) = document.fragments.get(name) else { return Some(0) };
    counts.insert(name, Count::Begun);
    let fields = count(document, &definition.node.selection_set.node, counts)?;
    counts.insert(name, Count::Known(fields));
    Some(fields)
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::Field;
    use proptest::prelude::*;

    use super::*;

    fn refusal(document: &str) -> Option<&'static str> {
        check(&mut Request::new(document)).err().map(|error| error.code())
    }

    #[test]
    fn brackets_count_where_they_are_syntax() {
        assert_eq!(nesting(r"{ a(b: [{c: 1}]) { d } }"), Some(4));
        assert_eq!(nesting("{ a # (((\n }"), Some(1));
        assert_eq!(nesting(r#"{ a(b: "((\"((") }"#), Some(2));
        assert_eq!(nesting(r#"{ a(b: """ (( " (( \""" (( """) { c } }"#), Some(2));
        assert_eq!(nesting("{ a(b: \"((\n[) }"), Some(3));
    }

    #[test]
    fn deep_values_are_refused_before_they_are_parsed() {
        let deep = format!("{{ node(id: {}{}) {{ id }} }}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refusal(&deep), Some("LIMIT_EXCEEDED"));
    }

    #[test]
    fn a_block_string_that_is_not_closed_hides_nothing() {
        let open = "\"\"\" \"x ";
        let deep = format!("{{ node(id: [{open}{}1{}]) {{ id }} }}", "{a:".repeat(2_000), "}".repeat(2_000));
        assert_eq!(refusal(&deep), Some("BAD_USER_INPUT"));
        // The framework would read this to its end once for each of the strings in it.
        let long = format!("{{ node(id: [\"\"\"{}]) {{ id }} }}", " \\\"\"\"\"\"".repeat(200_000));
        assert_eq!(refusal(&long), Some("BAD_USER_INPUT"));
    }

    #[test]
    fn fragments_that_multiply_are_refused_without_expanding_them() {
        let fragments = (0..60).map(|n| format!("fragment f{n} on Query {{ ...f{0} ...f{0} }}", n + 1));
        let fragments = fragments.collect::<Vec<_>>().join(" ");
        let bomb = format!("{{ ...f0 }} {fragments} fragment f60 on Query {{ viewer {{ subject }} }}");
        assert_eq!(refusal(&bomb), Some("LIMIT_EXCEEDED"));
    }

    #[test]
    fn a_fragment_inside_itself_is_refused() {
        let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(refusal(circle), Some("BAD_USER_INPUT"));
    }

    #[test]
    fn usual_documents_pass() {
        let document = "query($id: ID!) { node(id: $id) { ...n } } fragment n on Node { id }";
        assert_eq!(refusal(document), None);
        assert_eq!(refusal("{ what"), None, "the framework tells what is wrong with it");
    }

    /// What strings, comments and brackets are made of.
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "\"", "\"\"", "\"\"\"", "\\", "\\\"", "\\\"\"\"", "\n", "\r", "#", ",", " ", "a", "é", "[", "]", "[[1]]", "{a:{b:1}}",
    ];

    fn any_values() -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(PARTS), 0..12).prop_map(|parts| parts.concat())
    }

    /// How deep brackets are nested where the framework sees them.
    fn seen_in(selections: &SelectionSet) -> usize {
        let fields = selections.items.iter().map(|selection| match &selection.node {
            Selection::Field(field) => seen_in_field(&field.node),
            other => panic!("{other:?} is made of no part"),
        });
        fields.max().map_or(0, |deepest| deepest + 1)
    }

    fn seen_in_field(field: &Field) -> usize {
        let values = field.arguments.iter().map(|(_, value)| value.node.clone().into_const().expect("no variables"));
        let arguments = values.map(|value| seen_in_value(&value) + 1);
        arguments.max().unwrap_or_default().max(seen_in(&field.selection_set.node))
    }

    fn seen_in_value(value: &Value) -> usize {
        match value {
            Value::List(values) => values.iter().map(seen_in_value).max().unwrap_or_default() + 1,
            Value::Object(fields) => fields.values().map(seen_in_value).max().unwrap_or_default() + 1,
            _ => 0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn nothing_that_the_framework_reads_is_overlooked(values in any_values()) {
            let text = format!("{{ a(b: [{values}]) {{ c }} }}");
            if let (Some(found), Ok(document)) = (nesting(&text), parse_query(&text)) {
                let operations = document.operations.iter();
                let seen = operations.map(|(_, operation)| seen_in(&operation.node.selection_set.node)).max();
                prop_assert_eq!(Some(found), seen, "{}", text);
            }
        }
    }
}
