//! The rows as the journal recorded them, replayed from all chains.
//!
//! Of each value it keeps 64 bits, keyed at random for each run so that nobody can prepare a value that goes
//! unnoticed: memory grows with the number of rows and not with what is in them.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::finding::{EntryProblem, Place, RowProblem};
use crate::db::journal::Chain;
use crate::db::journaled::{self, JOURNALED};
use crate::db::recorded::RecordedChange;
use crate::error::{Error, Result};
use crate::id;

/// What the entries that were recorded so far say of every row.
pub(super) struct Ledger {
    keys: RandomState,
    null: u64,
    chains: Vec<Chain>,
    columns: Vec<BTreeMap<String, usize>>,
    rows: HashMap<Key, Row>,
}

/// The place of the table in [`JOURNALED`], and the row's id.
type Key = (usize, Uuid);

/// The values of some columns, by their number in their table.
type Values = Vec<(usize, u64)>;

struct Row {
    /// By number of the column; what no entry ever named is null.
    values: Vec<u64>,
    /// The entry that recorded it last, by number of the chain.
    last: (usize, i64),
    /// The database has it.
    seen: bool,
}

impl Ledger {
    pub(super) fn new() -> Result<Self> {
        let keys = RandomState::new();
        let null = value_of(&keys, &Value::Null)?;
        let columns = JOURNALED.iter().map(|_| BTreeMap::new()).collect();
        Ok(Self { keys, null, chains: Vec::new(), columns, rows: HashMap::new() })
    }

    /// Starts with the entries of another chain. Organizations' chains come first: what is private there may be
    /// shared later, on the chain of a relationship, and never the other way round.
    pub(super) fn begin(&mut self, chain: Chain) {
        self.chains.push(chain);
    }

    /// Takes in a change that an entry of the present chain recorded, and says what is wrong with it.
    pub(super) fn record(&mut self, number: i64, change: &RecordedChange) -> Result<Option<EntryProblem>> {
        let row = format!("{} {}", change.table, change.id);
        let Some(key) = key(&change.table, &change.id) else {
            return Ok(Some(EntryProblem::Unreadable(format!("there is no such row as {row}"))));
        };
        let before = change.before.as_ref().map(|image| self.values(key.0, image)).transpose()?;
        let after = change.after.as_ref().map(|image| self.values(key.0, image)).transpose()?;
        let last = (self.chains.len().saturating_sub(1), number);
        let fits = self.fits(key, before.as_ref(), last.0);
        match after {
            Some(after) => self.set(key, after, change.before.is_none(), last),
            None => drop(self.rows.remove(&key)),
        }
        Ok((!fits).then_some(EntryProblem::History(row)))
    }

    /// Whether a row can be changed from a state. A row that is shared is told as if it were new; until then it
    /// was on an organization's chain alone.
    fn fits(&self, key: Key, before: Option<&Values>, chain: usize) -> bool {
        match (self.rows.get(&key), before) {
            (Some(row), Some(before)) => before.iter().all(|(column, value)| self.value(row, *column) == *value),
            (Some(row), None) => {
                let private = matches!(self.chains.get(row.last.0), Some(Chain::Organization(_)));
                private && row.last.0 != chain
            }
            (None, before) => before.is_none(),
        }
    }

    fn set(&mut self, key: Key, after: Values, whole: bool, last: (usize, i64)) {
        let null = self.null;
        let row = self.rows.entry(key).or_insert_with(|| Row { values: Vec::new(), last, seen: false });
        row.last = last;
        if whole {
            row.values.clear();
        }
        for (column, value) in after {
            if row.values.len() <= column {
                row.values.resize(column + 1, null);
            }
            row.values[column] = value;
        }
    }

    fn value(&self, row: &Row, column: usize) -> u64 {
        row.values.get(column).copied().unwrap_or(self.null)
    }

    fn values(&mut self, table: usize, image: &Map<String, Value>) -> Result<Values> {
        image.iter().map(|(name, value)| Ok((self.column(table, name), value_of(&self.keys, value)?))).collect()
    }

    fn column(&mut self, table: usize, name: &str) -> usize {
        let columns = &mut self.columns[table];
        if let Some(number) = columns.get(name) {
            return *number;
        }
        let number = columns.len();
        columns.insert(name.to_owned(), number);
        number
    }

    /// Compares a row of the database with what was recorded of it.
    pub(super) fn compare(
        &mut self,
        table: &str,
        id: Uuid,
        image: &Map<String, Value>,
    ) -> Result<Option<(RowProblem, Option<Place>)>> {
        let Some(table) = journaled::position(table) else {
            return Err(Error::internal(format!("{table} is not among the journaled tables")));
        };
        let found = self.values(table, image)?;
        let null = self.null;
        let Some(row) = self.rows.get_mut(&(table, id)) else { return Ok(Some((RowProblem::Added, None))) };
        row.seen = true;
        let differs = |(column, value): &&(usize, u64)| row.values.get(*column).unwrap_or(&null) != value;
        let changed: Vec<usize> = found.iter().filter(differs).map(|(column, _)| *column).collect();
        if changed.is_empty() {
            return Ok(None);
        }
        let last = row.last;
        let names = self.columns[table].iter().filter(|(_, number)| changed.contains(number));
        let names = names.map(|(name, _)| name.clone()).collect();
        Ok(Some((RowProblem::Changed(names), Some(self.place(last)))))
    }

    /// Notes that the database has a row, whatever it looks like. The entry that recorded it last.
    pub(super) fn see(&mut self, table: &str, id: Uuid) -> Option<Place> {
        let row = self.rows.get_mut(&(journaled::position(table)?, id))?;
        row.seen = true;
        let last = row.last;
        Some(self.place(last))
    }

    /// The rows that the database should have and that were not compared, each with the entry that recorded it
    /// last.
    pub(super) fn unseen(&self) -> Vec<(&'static str, String, Place)> {
        let mut unseen: Vec<_> = self.rows.iter().filter(|(_, row)| !row.seen).collect();
        unseen.sort_unstable_by_key(|(key, _)| **key);
        let named = |((table, id), row): (&Key, &Row)| {
            let journaled = JOURNALED[*table];
            (journaled.table, id::format_any(journaled.prefix, *id), self.place(row.last))
        };
        unseen.into_iter().map(named).collect()
    }

    fn place(&self, (chain, number): (usize, i64)) -> Place {
        Place { chain: self.chains[chain].to_string(), number }
    }
}

fn key(table: &str, text: &str) -> Option<Key> {
    let table = journaled::position(table)?;
    let (prefix, id) = id::parse_any(text)?;
    (prefix == JOURNALED[table].prefix).then_some((table, id))
}

fn value_of(keys: &RandomState, value: &Value) -> Result<u64> {
    Ok(keys.hash_one(serde_json_canonicalizer::to_vec(value).map_err(Error::internal)?))
}
