//! What does not match, in words. Values stay out of them: a draft's numbers are nobody's to read here.

use std::fmt;

/// Something that is not as it was recorded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Finding {
    /// An entry; of a broken chain the first one.
    #[error("{place}: {problem}")]
    Entry {
        /// Which entry.
        place: Place,
        /// What is wrong with it.
        problem: EntryProblem,
    },
    /// A row.
    #[error("{table} {id}: {problem}{}", Recorder(last.as_ref()))]
    Row {
        /// Its table.
        table: &'static str,
        /// Its id.
        id: String,
        /// What is wrong with it.
        problem: RowProblem,
        /// The entry that recorded it last.
        last: Option<Place>,
    },
}

/// An entry of a chain.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The id of the chain: `rel_…` or `org_…`.
    pub chain: String,
    /// The entry's number.
    pub number: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} of {}", self.number, self.chain)
    }
}

struct Recorder<'p>(Option<&'p Place>);

impl fmt::Display for Recorder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |place| write!(f, " ({place} recorded it last)"))
    }
}

/// What is wrong with an entry.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EntryProblem {
    /// It is not there, though later ones are or the chain's head says so.
    #[error("it is missing")]
    Missing,
    /// It is there, though the chain's head does not know it.
    #[error("it lies beyond the head of its chain, which is entry {head}")]
    BeyondHead {
        /// The number in the head.
        head: i64,
    },
    /// The chain's head is at this entry but has another hash.
    #[error("the head of its chain has the hash {head}, and it has {entry}")]
    Head {
        /// The hash in the head.
        head: String,
        /// The hash in the entry.
        entry: String,
    },
    /// The chain that it is on is gone.
    #[error("its chain is missing")]
    NoChain,
    /// It is not linked to the entry before.
    #[error("it follows the hash {recorded}, and the entry before it has {before}")]
    PreviousHash {
        /// What it says.
        recorded: String,
        /// The hash of the entry before.
        before: String,
    },
    /// Its content is not what was recorded.
    #[error("it has the content digest {recorded}, and its content gives {computed}")]
    ContentDigest {
        /// What it says.
        recorded: String,
        /// What its content gives.
        computed: String,
    },
    /// Its number, time, content digest or link is not what was recorded.
    #[error("it has the hash {recorded}, and its frame gives {computed}")]
    Hash {
        /// What it says.
        recorded: String,
        /// What its frame gives.
        computed: String,
    },
    /// It is in no form that the service writes.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It changes a row from a state that no entry before it recorded.
    #[error("it changes {0} from another state than the entries before it recorded")]
    History(String),
}

/// What is wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RowProblem {
    /// These columns are not as recorded.
    #[error("{} changed, and no entry says so", .0.join(", "))]
    Changed(Vec<String>),
    /// It is there, and no entry made it.
    #[error("it is there, and no entry says so")]
    Added,
    /// It is not there, and no entry removed it.
    #[error("it is gone, and no entry says so")]
    Removed,
    /// It is in no form that the service writes.
    #[error("it cannot be read: this service did not write it")]
    Unreadable,
    /// The observations of a revision are not those that were shared.
    #[error(
        "its {count} observations, with the source records that they are counted from, give the digest {computed}, and {recorded_count} with the digest {recorded} were shared"
    )]
    Observations {
        /// How many there are.
        count: i32,
        /// What they give.
        computed: String,
        /// How many were shared.
        recorded_count: i32,
        /// What those gave.
        recorded: String,
    },
    /// The source records of a revision are not as many as those that were shared.
    #[error("it has {count} source records, and {recorded_count} were shared")]
    Records {
        /// How many there are.
        count: i32,
        /// How many were shared.
        recorded_count: i32,
    },
    /// The observations of a draft are not those that were recorded into it.
    #[error(
        "its observations, or the source records that they are counted from, are not those that were recorded into it"
    )]
    Draft,
}
