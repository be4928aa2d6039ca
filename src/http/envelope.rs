//! What a request asks for: the members of its JSON body, or the parameters of its URL.
//!
//! Members that GraphQL over HTTP does not know are left alone, as it wants. Those that it knows are there once at
//! most: of two, another program on the way might have looked at the one that is not run.

#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::{Map, Value};

use self::values::{Budget, Kept};
use super::status::Outcome;
use crate::graphql::document::{Asked, Source};

/// How deep JSON may nest: what the parser allows.
const DEEPEST: usize = 127;

/// What a body asks for.
#[derive(PartialEq, Debug)]
pub(super) enum Asking {
    One(Asked),
    /// In the order in which they are answered.
    Batch(Vec<Asked>),
}

/// A body or a URL that is no GraphQL request.
#[derive(PartialEq, Debug)]
pub(super) struct Malformed {
    pub(super) outcome: Outcome,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Malformed {
    fn unreadable(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Unreadable, code: "BAD_USER_INPUT", message: message.into() }
    }

    fn misshapen(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Misshapen, ..Self::unreadable(message) }
    }

    fn over_limit(self) -> Self {
        Self { code: "LIMIT_EXCEEDED", ..self }
    }

    fn from_json_error(error: &serde_json::Error, budget: &Budget) -> Self {
        let place = format!("(line {}, column {})", error.line(), error.column());
        let said = error.to_string();
        if error.classify() == Category::Data {
            let wrong = said.split(" at line ").next().unwrap_or_default();
            let misshapen = Self::misshapen(format!("{wrong} {place}"));
            if budget.is_exceeded() { misshapen.over_limit() } else { misshapen }
        } else if said.starts_with("recursion limit exceeded") {
            Self::unreadable(format!("the JSON nests deeper than {DEEPEST} levels {place}")).over_limit()
        } else if said.starts_with("number out of range") {
            let message = "the body has a number out of range: a Float holds at most about 1.8e308";
            Self::unreadable(format!("{message} {place}"))
        } else {
            Self::unreadable(format!("the body is not JSON: {EXPECTED} {place}"))
        }
    }
}

const EXPECTED: &str = "send one JSON object with query and, where needed, operationName and variables";

/// Reads a body. A list of requests may have `most_in_batch`; of one there is no list.
pub(super) fn from_body(body: &[u8], most_in_batch: usize) -> Result<Asking, Malformed> {
    let text = std::str::from_utf8(body).map_err(|error| {
        Malformed::unreadable(format!("the body must be UTF-8, but byte {} is not", error.valid_up_to() + 1))
    })?;
    let budget = Budget::new();
    let read = whole(text, BodyVisitor { most_in_batch, budget: &budget });
    match read.map_err(|error| Malformed::from_json_error(&error, &budget))? {
        Body::One(members) => Ok(Asking::One(members.check("")?)),
        Body::Batch(batch) if batch.is_empty() => Err(Malformed::misshapen("the batch is empty: send a request in it")),
        Body::Batch(batch) => {
            let numbered = batch.into_iter().enumerate();
            let checked = numbered.map(|(index, members)| members.check(&format!("[{index}].")));
            Ok(Asking::Batch(checked.collect::<Result<_, _>>()?))
        }
    }
}

/// Reads a text that is one JSON value and nothing else.
fn whole<'t, S: DeserializeSeed<'t>>(text: &'t str, seed: S) -> serde_json::Result<S::Value> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = seed.deserialize(&mut json)?;
    json.end().map(|()| read)
}

/// Reads the part of a URL behind its question mark.
pub(super) fn from_url(query: &str) -> Result<Asked, Malformed> {
    let mut members = Members::default();
    let budget = Budget::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(slot) = members.slot(&name) else { continue };
        // What is left empty is left out.
        let value = match &*name {
            "query" => Some(Value::String(value.into_owned())),
            _ if value.is_empty() => None,
            "variables" | "extensions" => Some(whole(&value, kept(&name, &budget)).map_err(|error| {
                if budget.is_exceeded() {
                    return Malformed::from_json_error(&error, &budget);
                }
                Malformed::misshapen(format!("{name}: must be a JSON object in the URL's encoding ({error})"))
            })?),
            _ => Some(Value::String(value.into_owned())),
        };
        if slot.replace(value.unwrap_or(Value::Null)).is_some() {
            return Err(Malformed::misshapen(twice(&name)));
        }
    }
    members.check("")
}

fn twice(name: &str) -> String {
    format!("{name}: is there twice; send it once")
}

/// How much of a member is read.
fn kept<'b>(name: &str, budget: &'b Budget) -> Kept<'b> {
    if name == "variables" { Kept::Variables(budget) } else { Kept::Outside }
}

/// What a body is made of.
enum Body {
    One(Members),
    Batch(Vec<Members>),
}

/// The members of a request, of whatever type they are.
#[derive(Default)]
pub(super) struct Members {
    query: Option<Value>,
    document_id: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl Members {
    fn slot(&mut self, name: &str) -> Option<&mut Option<Value>> {
        match name {
            "query" => Some(&mut self.query),
            "documentId" => Some(&mut self.document_id),
            "operationName" => Some(&mut self.operation_name),
            "variables" => Some(&mut self.variables),
            "extensions" => Some(&mut self.extensions),
            _ => None,
        }
    }

    /// Checks their types; all that are wrong are told. `place` stands before their names.
    pub(super) fn check(self, place: &str) -> Result<Asked, Malformed> {
        let mut wrong = Vec::new();
        let mut text = |name, value| match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                wrong.push(format!("{place}{name}: must be a string, not {}", kind(&other)));
                None
            }
        };
        let is_query = self.query.is_some();
        let query = text("query", self.query);
        let document_id = text("documentId", self.document_id);
        let operation_name = text("operationName", self.operation_name).filter(|name| !name.is_empty());
        let mut object = |name, value| match value {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(object)) => object,
            Some(other) => {
                wrong.push(format!("{place}{name}: must be an object, not {}", kind(&other)));
                Map::new()
            }
        };
        let variables = object("variables", self.variables);
        // Nothing is asked by them so far, and nothing in them was read.
        object("extensions", self.extensions);
        let source = match (query, document_id) {
            (Some(_), Some(_)) => {
                wrong.push(format!("{place}query: comes with documentId; send one of the two"));
                None
            }
            (Some(text), None) => Some(Source::Text(text)),
            (None, Some(hash)) => Some(Source::Hash(hash)),
            (None, None) => None,
        };
        match source {
            Some(document) if wrong.is_empty() => Ok(Asked { document, operation_name, variables }),
            None if wrong.is_empty() => {
                let missing = if is_query { "must be a string, not null" } else { "is missing" };
                Err(Malformed::misshapen(format!("{place}query: {missing}; send the GraphQL document in it")))
            }
            _ => Err(Malformed::misshapen(wrong.join("; "))),
        }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MembersVisitor { budget: &Budget::new() }.deserialize(deserializer)
    }
}

struct MembersVisitor<'b> {
    budget: &'b Budget,
}

impl<'de> DeserializeSeed<'de> for MembersVisitor<'_> {
    type Value = Members;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Members, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MembersVisitor<'_> {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with query")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match members.slot(&name) {
                Some(slot) => {
                    if slot.replace(map.next_value_seed(kept(&name, self.budget))?).is_some() {
                        return Err(A::Error::custom(twice(&name)));
                    }
                }
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(members)
    }
}

/// Reads no more of a batch than it may have.
struct BodyVisitor<'b> {
    most_in_batch: usize,
    /// What all its requests may have together.
    budget: &'b Budget,
}

impl<'de> DeserializeSeed<'de> for BodyVisitor<'_> {
    type Value = Body;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Body, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for BodyVisitor<'_> {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with query and, where needed, operationName and variables")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Body, A::Error> {
        MembersVisitor { budget: self.budget }.visit_map(map).map(Body::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut requests: A) -> Result<Body, A::Error> {
        if self.most_in_batch < 2 {
            return Err(A::Error::custom(format!("the body is a list, and batches are not answered here: {EXPECTED}")));
        }
        let mut batch = Vec::new();
        while let Some(members) = requests.next_element_seed(MembersVisitor { budget: self.budget })? {
            if batch.len() == self.most_in_batch {
                let most = self.most_in_batch;
                let message = format_args!("the batch has more than {most} requests: send fewer at once");
                return Err(self.budget.exceeded(message));
            }
            batch.push(members);
        }
        Ok(Body::Batch(batch))
    }
}
