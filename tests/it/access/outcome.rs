//! What came of a request, in the words that the tables print.

use std::fmt;

use serde_json::Value;

use crate::harness::{Answer, Refusal};

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Written.
    Done,
    /// Written; the scopes let the caller read nothing of it.
    DoneUnread,
    /// It was so already, and nothing was written.
    Same,
    /// Read: there is something.
    Reads,
    /// Read: this many, or this value.
    Value(String),
    /// Read: a part of it, as this word says.
    Part(&'static str),
    /// Read: as if nothing were there.
    Nothing,
    /// `FORBIDDEN`, with the scopes that would let it.
    NoScope,
    /// `NOT_FOUND`.
    NotFound,
    /// `FAILED_PRECONDITION`, with the rule.
    Rule(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done | Self::Reads => f.write_str("yes"),
            Self::DoneUnread => f.write_str("yes*"),
            Self::Same => f.write_str("same"),
            Self::Value(value) => f.write_str(value),
            Self::Part(word) => f.write_str(word),
            Self::Nothing | Self::NotFound => f.write_str("–"),
            Self::NoScope => f.write_str("scope"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

/// The mutations after which there is nothing left to read.
const GONE: [&str; 2] = ["removeExternalReference", "discardKpiDataset"];

/// What a payload has when there is something to say, and none is said here.
const REMARKS: [&str; 1] = ["advice"];

impl Outcome {
    /// What came of a mutation.
    pub fn of_mutation(answer: &Answer, mutation: &str, what: &str) -> Self {
        if let Some(refusal) = answer.refusals().first() {
            return Self::of_refusal(refusal, what);
        }
        let payload = answer.body["data"][mutation].as_object().expect("a payload");
        let unread = payload.iter().any(|(field, value)| value.is_null() && !REMARKS.contains(&field.as_str()));
        if unread && !GONE.contains(&mutation) { Self::DoneUnread } else { Self::Done }
    }

    /// What came of asking for the value at `path`. Of a list on the way, the first element that has one stands for all.
    pub fn at(answer: &Answer, path: &[&str], what: &str) -> Self {
        let refusals = answer.body["errors"].as_array().into_iter().flatten();
        for (error, refusal) in refusals.zip(answer.refusals()) {
            let refused: Vec<&str> = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            assert!(!refused.is_empty(), "{what}: {refusal:?}");
            if path.starts_with(&refused) {
                return Self::of_refusal(&refusal, what);
            }
        }
        Self::of(found(&answer.body["data"], path))
    }

    /// What was read.
    pub fn of(value: &Value) -> Self {
        let several = |number: usize| if number == 0 { Self::Nothing } else { Self::Value(number.to_string()) };
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) | Value::Number(_) => Self::Value(value.to_string()),
            Value::Array(elements) => several(elements.len()),
            Value::Object(of) => match of.get("totalCount").and_then(Value::as_u64) {
                Some(total) => several(usize::try_from(total).expect("a small world")),
                None => Self::Reads,
            },
            Value::String(text) if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
                Self::Value(text.clone())
            }
            Value::String(_) => Self::Reads,
        }
    }

    /// The refusal, if it is one that has a place in the tables. Any other means that the request was wrong, and a wrong
    /// request proves nothing.
    pub fn of_refusal(refusal: &Refusal, what: &str) -> Self {
        match (refusal.code.as_str(), &refusal.rule) {
            ("FORBIDDEN", _) if refusal.scope.is_some() => Self::NoScope,
            ("NOT_FOUND", _) => Self::NotFound,
            ("FAILED_PRECONDITION", Some(rule)) => Self::Rule(rule.clone()),
            _ => panic!("{what}: {refusal:?}"),
        }
    }
}

/// The value at a path.
fn found<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    match (value, path) {
        (_, []) => value,
        (Value::Array(elements), _) => {
            let mut values = elements.iter().map(|element| found(element, path));
            values
                .find(|value| !matches!(value, Value::Null) && value.as_array().is_none_or(|list| !list.is_empty()))
                .unwrap_or(&Value::Null)
        }
        (_, [key, rest @ ..]) => found(&value[*key], rest),
    }
}
