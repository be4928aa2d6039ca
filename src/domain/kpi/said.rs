//! What something that both parties sign says, in the API's words: its digest, and how one version differs from another.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::db::journal;
use crate::error::{Error, Result};

/// What is signed: the canonical form (RFC 8785).
pub fn canonical(content: &impl Serialize) -> Result<String> {
    journal::canonical(&fields(content)?)
}

/// What a signature is bound to: SHA-256 over the canonical form.
pub fn digest(content: &impl Serialize) -> Result<String> {
    Ok(journal::digest_of_text(&canonical(content)?))
}

/// What is signed, if that is what a digest was made over. A version from before the service left out what is null was
/// signed in another form, of which only the digest is kept.
pub fn signed(content: &impl Serialize, digest: &str) -> Result<Option<String>> {
    let canonical = canonical(content)?;
    Ok((journal::digest_of_text(&canonical) == digest).then_some(canonical))
}

/// What it says, by field. What was left out is not there, so that a field that comes to the API later changes no
/// digest.
fn fields(content: &impl Serialize) -> Result<Map<String, Value>> {
    match said(serde_json::to_value(content).map_err(Error::internal)?) {
        Value::Object(fields) => Ok(fields),
        other => Err(Error::internal(format!("what is signed is an object, not {other}"))),
    }
}

/// A value without the members of its objects that are null.
fn said(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, said(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(said).collect(),
        other => other,
    }
}

/// A field in which one version differs from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field's name, as the mutation that proposes a version takes it.
    pub field: String,
    /// What the earlier version says: a text as it is, anything else as JSON. Null where it says nothing.
    pub before: Option<String>,
    /// What the later version says.
    pub after: Option<String>,
}

/// The fields in which `after` differs from `before`, in the order of their names.
pub fn changes<T: Serialize>(before: &T, after: &T) -> Result<Vec<Change>> {
    let (before, after) = (fields(before)?, fields(after)?);
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let different = fields.into_iter().map(|field| (field, before.get(field), after.get(field)));
    let different = different.filter(|(_, before, after)| before != after).map(|(field, before, after)| Change {
        field: field.clone(),
        before: before.map(words),
        after: after.map(words),
    });
    Ok(different.collect())
}
