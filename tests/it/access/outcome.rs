//! What came of a request, in the words that the tables print.

use std::fmt;

use serde_json::Value;

use crate::harness::Answer;

/// The mutations after which there is nothing left to read.
const GONE: [&str; 2] = ["removeExternalReference", "discardKpiDataset"];

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Written.
    Done,
    /// Written; the scopes let the caller read nothing of it.
    DoneUnread,
    /// As it was already.
    Same,
    /// Read: there is something.
    Reads,
    /// Read: this many, or this value.
    Value(String),
    /// Read: as if nothing were there.
    Nothing,
    /// `FORBIDDEN`, with the scopes that would let it.
    NoScope,
    /// `FORBIDDEN`, since the caller acts for no organization.
    NoOrganization,
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
            Self::Nothing | Self::NotFound => f.write_str("–"),
            Self::NoScope => f.write_str("scope"),
            Self::NoOrganization => f.write_str("org"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

impl Outcome {
    /// What came of a mutation.
    pub fn of_mutation(answer: &Answer, mutation: &str, what: &str) -> Self {
        if let Some(refused) = Self::refusal(answer, what) {
            return refused;
        }
        let payload = answer.body["data"][mutation].as_object().expect("a payload");
        let gone = GONE.contains(&mutation);
        if payload.values().any(Value::is_null) && !gone { Self::DoneUnread } else { Self::Done }
    }

    /// What came of reading one value, at `path` in the data.
    pub fn of_value<'v>(answer: &'v Answer, path: &[&str], what: &str) -> Self {
        if let Some(refused) = Self::refusal(answer, what) {
            return refused;
        }
        let step = |value: &'v Value, key: &&str| key.parse::<usize>().map_or(&value[*key], |index| &value[index]);
        Self::of(path.iter().fold(&answer.body["data"], step))
    }

    /// What was read.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) | Value::Number(_) => Self::Value(value.to_string()),
            Value::Array(elements) if elements.is_empty() => Self::Nothing,
            Value::Array(elements) => Self::Value(elements.len().to_string()),
            Value::String(text) if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
                Self::Value(text.clone())
            }
            Value::String(_) | Value::Object(_) => Self::Reads,
        }
    }

    /// The refusal, if the answer is one that has a place in the tables. Any other means that the request was wrong,
    /// and a wrong request proves nothing.
    pub fn refusal(answer: &Answer, what: &str) -> Option<Self> {
        let refusal = answer.refusals().into_iter().next()?;
        Some(match (refusal.code.as_str(), refusal.rule.clone()) {
            ("FORBIDDEN", _) if refusal.scope.is_some() => Self::NoScope,
            ("FORBIDDEN", _) => Self::NoOrganization,
            ("NOT_FOUND", _) => Self::NotFound,
            ("FAILED_PRECONDITION", Some(rule)) => Self::Rule(rule),
            _ => panic!("{what}: {refusal:?}"),
        })
    }
}
