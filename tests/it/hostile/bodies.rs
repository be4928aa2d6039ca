//! Bodies and headers that are made to do harm, or by programs that are, and what each must be answered with. The
//! benchmark `hostile` sends the same ones to measure what a refusal costs.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

/// What a body with nothing wrong in it has.
pub(crate) const QUERY: &str = r#"{"query":"{ viewer { subject } }"}"#;

const MANY: usize = 100_000;

/// What is sent in which headers, beside or in the place of a good client's; the status and code of the answer, and no
/// code for what does no harm.
pub(crate) type Body = (&'static str, &'static [(&'static str, &'static str)], Vec<u8>, u16, &'static str);

const GZIP: &[(&str, &str)] = &[("content-encoding", "gzip")];
const ZSTD: &[(&str, &str)] = &[("content-encoding", "zstd")];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes it all");
    encoder.finish().expect("a vector takes it all")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("a vector takes it all")
}

/// `{"query":…, <member>: <value>}`.
fn with(member: &str, value: &str) -> Vec<u8> {
    format!(r#"{{"query":"{{ viewer {{ subject }} }}","{member}":{value}}}"#).into_bytes()
}

/// An object with a list of many times the same.
fn list_of(count: usize, element: &str) -> String {
    format!("{{\"list\":[{}]}}", vec![element; count].join(","))
}

fn asking(document: &str) -> Vec<u8> {
    json!({ "query": document }).to_string().into_bytes()
}

/// All of them.
#[rustfmt::skip]
pub(crate) fn all() -> Vec<Body> {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let query = QUERY.as_bytes().to_vec();
    let utf_16: Vec<u8> = QUERY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let objects = with("variables", &list_of(260_000, r#"{"a":1}"#));
    let variables: Vec<_> = (0..MANY).map(|number| format!("\"v{number}\":{number}")).collect();
    vec![
        ("nothing", &[], Vec::new(), 400, "BAD_USER_INPUT"),
        ("truncated JSON", &[], query[..query.len() - 1].to_vec(), 400, "BAD_USER_INPUT"),
        ("two values", &[], [&*query, b"{}"].concat(), 400, "BAD_USER_INPUT"),
        ("deep JSON in variables", &[], with("variables", &format!("{{\"v\":{}}}", nested(MANY))), 400, "LIMIT_EXCEEDED"),
        ("deep JSON in what nobody reads", &[], with("unknown", &nested(MANY)), 200, ""),
        ("deep JSON that is not closed", &[], b"[".repeat(MANY), 400, "BAD_USER_INPUT"),
        ("deep objects", &[], b"{\"variables\":".repeat(MANY), 400, "LIMIT_EXCEEDED"),
        ("a number out of range", &[], with("variables", "{\"v\":1e999}"), 400, "BAD_USER_INPUT"),
        ("a number of many digits", &[], with("variables", &format!("{{\"v\":{}}}", "9".repeat(MANY))), 400, "BAD_USER_INPUT"),
        ("a lone surrogate", &[], with("operationName", r#""\ud800""#), 400, "BAD_USER_INPUT"),
        ("NUL in a document", &[], asking("{ viewer { subject } }\0"), 400, "BAD_USER_INPUT"),
        ("NUL between members", &[], b"{\"query\":\0\"{a}\"}".to_vec(), 400, "BAD_USER_INPUT"),
        ("a byte order mark", &[], [b"\xef\xbb\xbf", &*query].concat(), 400, "BAD_USER_INPUT"),
        ("UTF-16", &[], utf_16, 400, "BAD_USER_INPUT"),
        ("invalid UTF-8", &[], b"{\"query\":\"{ a \xc3( }\"}".to_vec(), 400, "BAD_USER_INPUT"),
        ("overlong UTF-8", &[], b"{\"query\":\"\xc0\xaf\"}".to_vec(), 400, "BAD_USER_INPUT"),
        ("a member twice", &[], with("query", "\"{ a }\""), 400, "BAD_USER_INPUT"),
        ("a list", &[], [b"[", &*query, b"]"].concat(), 400, "BAD_USER_INPUT"),
        ("a long list", &[], [b"[", &*b"{},".repeat(MANY), b"{}]"].concat(), 400, "BAD_USER_INPUT"),
        ("a text", &[], b"\"{ viewer { subject } }\"".to_vec(), 400, "BAD_USER_INPUT"),
        ("ten megabytes of spaces", &[], b" ".repeat(10 << 20), 413, "LIMIT_EXCEEDED"),
        ("spaces up to the limit", &[], b" ".repeat(2 << 20), 400, "BAD_USER_INPUT"),
        ("a huge operation name", &[], with("operationName", &format!("\"{}\"", "a".repeat(1 << 20))), 400, "BAD_USER_INPUT"),
        ("an operation name of another type", &[], with("operationName", "[]"), 400, "BAD_USER_INPUT"),
        ("variables of another type", &[], with("variables", "[1]"), 400, "BAD_USER_INPUT"),
        ("a hundred thousand variables", &[], with("variables", &format!("{{{}}}", variables.join(","))), 400, "LIMIT_EXCEEDED"),
        ("260,000 objects in a variable that is not declared", &[], objects.clone(), 400, "LIMIT_EXCEEDED"),
        ("the same by gzip", GZIP, gzip(&objects), 400, "LIMIT_EXCEEDED"),
        ("as many objects as are read", &[], with("variables", &list_of(6_000, r#"{"a":1}"#)), 200, ""),
        ("as many lists as are read", &[], with("variables", &list_of(6_000, "[[0],[0],[0],[0]]")), 200, ""),
        ("as many texts as are read", &[], with("variables", &list_of(9, &format!("[{}]", vec![r#""seventeen letters""#; 6_000].join(",")))), 200, ""),
        ("260,000 objects in extensions", &[], with("extensions", &list_of(260_000, r#"{"a":1}"#)), 200, ""),
        ("260,000 objects in the place of a document", &[], format!("{{\"query\":{}}}", list_of(260_000, r#"{"a":1}"#)).into_bytes(), 400, "BAD_USER_INPUT"),
        ("extensions of another type", &[], with("extensions", "0"), 400, "BAD_USER_INPUT"),
        ("a document by two ways", &[], with("documentId", "\"a\""), 400, "BAD_USER_INPUT"),
        ("a document of nothing but brackets", &[], asking(&"{".repeat(MANY)), 400, "LIMIT_EXCEEDED"),
        ("a document of nothing but quotes", &[], asking(&"\"".repeat(10_000)), 400, "BAD_USER_INPUT"),
        ("a bomb of gzip", GZIP, gzip(&b" ".repeat(16 << 20)), 413, "LIMIT_EXCEEDED"),
        ("a bomb of zstd", ZSTD, zstd(&b" ".repeat(16 << 20)), 413, "LIMIT_EXCEEDED"),
        ("many members of gzip with nothing in them", GZIP, gzip(b"").repeat(MANY), 400, "BAD_USER_INPUT"),
        ("many frames of zstd with nothing in them", ZSTD, zstd(b"").repeat(MANY), 400, "BAD_USER_INPUT"),
        ("gzip in gzip", GZIP, gzip(&gzip(&query)), 400, "BAD_USER_INPUT"),
        ("gzip in gzip, as it says", &[("content-encoding", "gzip, gzip")], gzip(&gzip(&query)), 415, "BAD_USER_INPUT"),
        ("truncated gzip", GZIP, gzip(&query)[..30].to_vec(), 400, "BAD_USER_INPUT"),
        ("gzip with a wrong checksum", GZIP, { let mut packed = gzip(&query); *packed.iter_mut().nth_back(6).expect("it is longer") ^= 1; packed }, 400, "BAD_USER_INPUT"),
        ("no gzip", GZIP, query.clone(), 400, "BAD_USER_INPUT"),
        ("no zstd", ZSTD, query.clone(), 400, "BAD_USER_INPUT"),
        ("an unknown packing", &[("content-encoding", "br")], query.clone(), 415, "BAD_USER_INPUT"),
        ("a form", &[("content-type", "application/x-www-form-urlencoded")], b"query={viewer{subject}}".to_vec(), 415, "BAD_USER_INPUT"),
        ("another charset", &[("content-type", "application/json; charset=utf-7")], query.clone(), 415, "BAD_USER_INPUT"),
        ("two charsets", &[("content-type", "application/json; charset=utf-8; charset=utf-16")], query.clone(), 415, "BAD_USER_INPUT"),
        ("a parameter that is none", &[("content-type", "application/json; charset")], query.clone(), 415, "BAD_USER_INPUT"),
        ("two types in one", &[("content-type", "text/plain, application/json")], query.clone(), 415, "BAD_USER_INPUT"),
        ("a type with a quote that is not closed", &[("content-type", "application/json; a=\"b")], query.clone(), 415, "BAD_USER_INPUT"),
        ("gzip that is right", GZIP, gzip(&query), 200, ""),
        ("zstd that is right", ZSTD, zstd(&query), 200, ""),
    ]
}
