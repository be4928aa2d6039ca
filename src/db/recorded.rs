//! What an entry of the journal recorded, read back from its canonical text.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The content of an entry; [`super::journal::Content`] is the same being written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Random text.
    pub salt: String,
    /// The name of the mutation.
    pub action: String,
    /// Who did it.
    pub actor: RecordedActor,
    /// The id of what it was done to.
    pub subject: String,
    /// Why, where a rule wants a reason.
    pub reason: Option<String>,
    /// Each changed row.
    pub changes: Vec<RecordedChange>,
    /// Rows written or removed in bulk.
    pub rows: Vec<RecordedRows>,
}

/// Who wrote.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordedActor {
    /// The issuer of the token.
    pub issuer: String,
    /// The subject of the token.
    pub subject: String,
    /// The id of the organization it acted for; none for the service's operator.
    pub organization: Option<String>,
}

/// One row before and after.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordedChange {
    /// The table's name.
    pub table: String,
    /// The row's id.
    pub id: String,
    /// The changed columns before; none for a new row.
    pub before: Option<Map<String, Value>>,
    /// The changed columns after; none for a removed row.
    pub after: Option<Map<String, Value>>,
}

/// Many rows that were written or removed at once.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordedRows {
    /// The table's name.
    pub table: String,
    /// The id of what the rows belong to.
    pub of: String,
    /// How many rows.
    pub count: i64,
    /// They were removed; the digest is of their keys.
    pub removed: bool,
    /// The digest of the rows in order.
    pub digest: String,
}

impl Recorded {
    /// Reads the text of an entry.
    pub fn read(content: &str) -> Result<Self> {
        serde_json::from_str(content).map_err(Error::internal)
    }

    /// The tables of which it tells something.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        let changed = self.changes.iter().map(|change| change.table.as_str());
        changed.chain(self.rows.iter().map(|rows| rows.table.as_str()))
    }

    /// The id prefixes of the kinds of things that it tells something of without changing them: what it was done
    /// to, what a reference names or a signature stands under, and what an action item is about.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        let subject = self.subject.split_once('_').map_or("", |(prefix, _)| prefix);
        std::iter::once(subject).chain(self.changes.iter().filter_map(RecordedChange::object_kind))
    }
}

impl RecordedChange {
    fn object_kind(&self) -> Option<&str> {
        let image = self.after.as_ref().or(self.before.as_ref())?;
        image.get("object_kind").or_else(|| image.get("subject_kind"))?.as_str()
    }
}
