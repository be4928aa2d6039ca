//! How much a document may be, before anything of it is run.

/// The limits of a document. Each that is passed is told with its number.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Tokens: names, values and punctuators.
    pub tokens: usize,
    /// Levels of nested fields.
    pub depth: usize,
    /// Aliases, counting those of a fragment each time that it is spread.
    pub aliases: usize,
    /// Fields of the query or mutation itself.
    pub root_fields: usize,
    /// Directives, counting those of a fragment each time that it is spread.
    pub directives: usize,
    /// Fields, multiplied by the sizes of the pages that they are in.
    pub cost: u64,
}

/// Levels of nested selections and of nested values. Far more than any document of the depth that is allowed, and far
/// less than a thread's stack holds.
pub(super) const NESTING: usize = 64;

/// Fields that a document may have, counting those of a fragment each time that it is spread.
pub(super) const FIELDS: u64 = 20_000;

/// Fields of introspection that one document may ask for: each answers with the whole schema if it is asked to.
pub(super) const INTROSPECTIONS: u64 = 4;

/// What a document may cost that asks for the schema and nothing else, whatever the limit of others is: twice what
/// clients usually send.
pub(super) const INTROSPECTION_COST: u64 = 50_000;
