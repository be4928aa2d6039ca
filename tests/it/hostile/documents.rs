//! Documents and variables that are made to hurt, and what each must be answered with. The benchmark `hostile` sends
//! the same ones to measure what a refusal costs.

use serde_json::{Map, Value, json};

/// One request made to hurt.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) query: String,
    pub(crate) variables: Value,
    /// `extensions.code` of its first error.
    pub(crate) code: &'static str,
}

fn case(name: &'static str, code: &'static str, query: impl Into<String>) -> Hostile {
    Hostile { name, query: query.into(), variables: json!({}), code }
}

fn with(name: &'static str, code: &'static str, query: &str, variables: Value) -> Hostile {
    Hostile { variables, ..case(name, code, query) }
}

fn nested(open: &str, inside: &str, close: &str, levels: usize) -> String {
    format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// Fragments that each spread the next one twice.
fn doubling(levels: usize) -> String {
    let last = format!("fragment f{levels} on Query {{ viewer {{ subject }} }}");
    repeated(levels, |n| format!("fragment f{n} on Query {{ ...f{0} ...f{0} }} ", n + 1)) + &last
}

fn deep_json(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

const LIMIT: &str = "LIMIT_EXCEEDED";
const WRONG: &str = "BAD_USER_INPUT";

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    [sizes(), nesting(), fragments(), repetition(), introspection(), syntax(), validation(), variables()]
        .into_iter()
        .flatten()
        .collect()
}

fn sizes() -> Vec<Hostile> {
    let comment = |bytes: usize| format!("{{ viewer {{ subject }} }} # {}", "x".repeat(bytes));
    vec![
        case("a document of 1 MB", LIMIT, comment(1_000_000)),
        case("a document of 64 KB of commas", LIMIT, format!("{{ viewer {{ subject{} }} }}", ",".repeat(64_000))),
        case("20,000 tokens", LIMIT, format!("{{ {} }}", "a ".repeat(10_000))),
        case("a name of 60 KB", WRONG, format!("{{ {} }}", "a".repeat(60_000))),
        case(
            "a string of 60 KB",
            WRONG,
            format!("{{ relationships(first: \"{}\") {{ totalCount }} }}", "a".repeat(60_000)),
        ),
        case("a number of 60,000 digits", WRONG, format!("{{ node(id: {}) {{ id }} }}", "1".repeat(60_000))),
        case("30,000 quotes", WRONG, "\"".repeat(30_000)),
        case("a block string that never ends", WRONG, format!("{{ node(id: \"\"\"{}", " \\\"\"\"".repeat(10_000))),
    ]
}

fn nesting() -> Vec<Hostile> {
    let node = |value: String| format!("{{ node(id: {value}) {{ id }} }}");
    vec![
        case("selections nested 5,000 deep", LIMIT, nested("{ viewer ", "{ id }", "}", 5_000)),
        case("lists nested 10,000 deep", LIMIT, node(nested("[", "1", "]", 10_000))),
        case("lists nested and not closed", LIMIT, node("[".repeat(14_000))),
        case("objects nested 5,000 deep", LIMIT, node(nested("{a:", "1", "}", 5_000))),
        case(
            "types nested 5,000 deep",
            LIMIT,
            format!("query($a: {}) {{ viewer {{ id }} }}", nested("[", "Int", "]", 5_000)),
        ),
        case(
            "inline fragments nested 3,000 deep",
            LIMIT,
            format!("{{ {} }}", nested("... {", "viewer { id }", "}", 3_000)),
        ),
        case(
            "fields nested 17 deep",
            LIMIT,
            format!(
                "{{ relationships {{ nodes {{ {} }} }} }}",
                nested("sponsor { relationships { nodes {", "id", "}}}", 5)
            ),
        ),
        case(
            "a value nested behind an open block string",
            WRONG,
            node(format!("[\"\"\" \"x {}]", nested("{a:", "1", "}", 2_000))),
        ),
    ]
}

fn fragments() -> Vec<Hostile> {
    let chain = repeated(1_500, |n| format!("fragment f{n} on Query {{ ...f{} }} ", n + 1));
    let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
    let nested_chain = repeated(40, |n| {
        format!("fragment f{n} on Query {{ {} }} ", nested("... {", &format!("...f{}", n + 1), "}", 40))
    });
    vec![
        case("fragments that double 60 times", LIMIT, format!("{{ ...f0 }} {}", doubling(60))),
        case("fragments that double 13 times", LIMIT, format!("{{ ...f0 }} {}", doubling(13))),
        case("a chain of 1,500 fragments", LIMIT, format!("{{ ...f0 }} {chain}")),
        case("a chain of nested fragments", LIMIT, format!("{{ ...f0 }} {nested_chain}")),
        case("fragments in a circle", WRONG, circle),
        case("a fragment inside itself", WRONG, "{ ...a } fragment a on Query { viewer { subject } ...a }"),
        case(
            "one fragment spread 3,000 times",
            LIMIT,
            format!("{{ {} }} fragment a on Query {{ unknown }}", "...a ".repeat(3_000)),
        ),
        case(
            "300 fragments that are not used",
            WRONG,
            format!(
                "{{ viewer {{ subject }} }} {}",
                repeated(300, |n| format!("fragment f{n} on Query {{ viewer {{ subject }} }} "))
            ),
        ),
    ]
}

fn repetition() -> Vec<Hostile> {
    let aliases = repeated(1_000, |n| format!("a{n}: viewer {{ subject }} "));
    let operations = repeated(150, |n| format!("query q{n} {{ {} }} ", "viewer { subject } ".repeat(5)));
    let arguments = repeated(1_000, |n| format!("a{n}: 1 "));
    let variables = repeated(1_000, |n| format!("$v{n}: Int "));
    let page = "first: 100) { nodes { id";
    vec![
        case("1,000 aliases", LIMIT, format!("{{ {aliases} }}")),
        case("1,000 fields on the first level", LIMIT, format!("{{ {} }}", "viewer { subject } ".repeat(1_000))),
        case("1,000 directives", LIMIT, format!("{{ viewer {{ subject {} }} }}", "@skip(if: false) ".repeat(1_000))),
        case("3,000 times the same field", WRONG, format!("{{ viewer {{ {} }} }}", "nothing ".repeat(3_000))),
        case("150 operations", WRONG, operations),
        case("1,000 arguments", WRONG, format!("{{ node({arguments}) {{ id }} }}")),
        case("1,000 variables", WRONG, format!("query({variables}) {{ viewer {{ subject }} }}")),
        case(
            "pages of pages of pages",
            LIMIT,
            format!("{{ relationships({page} kpis({page} datasets({page} }} }} }} }} }} }} }}"),
        ),
        with(
            "a page of two thousand million",
            LIMIT,
            "query($n: Int) { relationships(first: $n) { nodes { id } } }",
            json!({ "n": i32::MAX }),
        ),
    ]
}

fn introspection() -> Vec<Hostile> {
    let deep = nested("fields { type {", "name", "}}", 6);
    let often = repeated(20, |n| format!("s{n}: __schema {{ types {{ name fields {{ name }} }} }} "));
    vec![
        case("introspection of fields of fields", LIMIT, format!("{{ __schema {{ types {{ {deep} }} }} }}")),
        case("introspection 20 times", LIMIT, format!("{{ {often} }}")),
        case(
            "introspection beside data",
            LIMIT,
            format!("{{ viewer {{ subject }} __type(name: \"Query\") {{ {deep} }} }}"),
        ),
    ]
}

fn syntax() -> Vec<Hostile> {
    vec![
        case("nothing but spaces", WRONG, " ".repeat(10_000)),
        case("text that is no GraphQL", WRONG, "<script>alert(1)</script>"),
        case("14,000 braces that open", LIMIT, "{".repeat(14_000)),
        case("7,000 braces that open", WRONG, "{".repeat(7_000)),
        case("14,000 braces that close", LIMIT, "}".repeat(14_000)),
        case("7,000 braces that close", WRONG, "}".repeat(7_000)),
        case("a type in the place of an operation", WRONG, "type Query { a: Int }"),
        case("control characters", WRONG, "{ viewer { \u{0}subject\u{7} } }"),
        case("a surrogate by escape", WRONG, r#"{ node(id: "\uD800") { id } }"#),
        case("right-to-left and zero-width characters", WRONG, "{ viewer\u{202e} { sub\u{200b}ject } }"),
    ]
}

fn validation() -> Vec<Hostile> {
    let clash = repeated(300, |n| format!("... on Query {{ x: node(id: \"{n}\") {{ id }} }} "));
    vec![
        case("3,500 unknown fields", WRONG, format!("{{ viewer {{ {} }} }}", repeated(3_500, |n| format!("a{n} ")))),
        case("fields that do not merge", LIMIT, format!("{{ {clash} }}")),
        case("a mutation without its input", WRONG, "mutation { createActionItem { actionItem { id } } }"),
        case(
            "a list of 1,000 wrong dates",
            WRONG,
            format!(
                "mutation {{ recordObservations(input: {{kpiDatasetId: \"x\", observations: [{}]}}) {{ dataset {{ id }} }} }}",
                "{periodStart: \"x\"}".repeat(1_000)
            ),
        ),
    ]
}

fn variables() -> Vec<Hostile> {
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let record = "mutation($input: RecordObservationsInput!) { recordObservations(input: $input) { kpiDatasetId } }";
    let entities = "query($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    let members = |count| -> Map<String, Value> { (0..count).map(|n| (format!("m{n}"), json!(1))).collect() };
    vec![
        case("a required variable that is not sent", WRONG, node),
        with("a variable nested 100 deep", WRONG, node, json!({ "id": deep_json(100) })),
        with("100,000 ids", LIMIT, nodes, json!({ "ids": vec!["rel_1"; 100_000] })),
        with("54,000 ids in lists", WRONG, nodes, json!({ "ids": vec![vec!["rel_1"; 6_000]; 9] })),
        with("a representation of 120,000 members", LIMIT, entities, json!({ "of": [members(120_000)] })),
        with("100 representations of 64 members", WRONG, entities, json!({ "of": vec![members(64); 100] })),
        with(
            "6,000 representations with a tree in them",
            WRONG,
            entities,
            json!({ "of": vec![json!({ "a": {} }); 6_000] }),
        ),
        with("6,000 ids of the wrong type", WRONG, nodes, json!({ "ids": vec![json!({}); 6_000] })),
        with("75,000 unknown fields of an input", LIMIT, record, json!({ "input": members(75_000) })),
        with("64 unknown fields of an input", WRONG, record, json!({ "input": members(64) })),
        with(
            "16,000 wrong observations",
            LIMIT,
            record,
            json!({ "input": { "kpiDatasetId": "x", "observations": vec![json!({ "periodStart": 1 }); 16_000] } }),
        ),
        with(
            "6,000 wrong observations",
            WRONG,
            record,
            json!({ "input": { "kpiDatasetId": "x", "observations": vec![json!({ "periodStart": 1 }); 6_000] } }),
        ),
        with(
            "a text of 1 MB in the place of a number",
            WRONG,
            "query($n: Int) { relationships(first: $n) { nodes { id } } }",
            json!({ "n": "9".repeat(1_000_000) }),
        ),
    ]
}
