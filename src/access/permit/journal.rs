//! T13: who reads the content of a journal entry. Its frame (number, time, hashes) is read by all who see the chain.

use super::{AnyOf, READ_ACTIONS, READ_DRAFTS, READ_JOURNAL, READ_KPIS_WORKING, READ_RELATIONSHIPS};
use crate::access::viewer::Viewer;
use crate::db::journaled;
use crate::db::recorded::Recorded;

/// Whose chain an entry of the journal is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChainOf {
    /// The relationship's, which both parties read.
    Relationship,
    /// The caller's own organization's.
    OwnOrganization,
}

/// The scopes that read what the journal says of a table's rows.
#[must_use]
pub fn read_recorded(table: &str, chain: ChainOf) -> Option<AnyOf> {
    match table {
        "organization"
        | "site"
        | "contact"
        | "relationship"
        | "relationship_site"
        | "relationship_contact"
        | "scope_of_work"
        | "milestone"
        | "token_revocation" => Some(READ_RELATIONSHIPS),
        "action_item" | "due_date_change" | "action_item_comment" => Some(READ_ACTIONS),
        // What is on the own chain was recorded while the dataset was a draft, for its collector to read.
        "kpi_dataset" | "observation" | "source_record" if chain == ChainOf::OwnOrganization => Some(READ_DRAFTS),
        "metric_charter"
        | "kpi"
        | "kpi_chart_basis"
        | "kpi_definition"
        | "kpi_dataset"
        | "kpi_dataset_revision"
        | "kpi_signal"
        | "observation"
        | "source_record"
        | "interpretation"
        | "signature" => Some(READ_KPIS_WORKING),
        // Each is read with what it names.
        "external_reference" => Some(READ_JOURNAL),
        _ => None,
    }
}

/// Whether a caller who sees an entry may read its content: all that it tells something of must be of a
/// kind that the caller reads.
#[must_use]
pub fn reads_content(viewer: &Viewer, chain: ChainOf, recorded: &Recorded) -> bool {
    let reads = |table: &str| read_recorded(table, chain).is_some_and(|scopes| scopes.allows(viewer));
    recorded.tables().all(reads) && recorded.kinds().all(|prefix| journaled::table_of(prefix).is_some_and(reads))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::journaled::JOURNALED;

    #[test]
    fn of_every_journaled_table_it_is_known_who_reads_its_history() {
        for table in JOURNALED.iter().map(|journaled| journaled.table).chain(["observation", "source_record"]) {
            for chain in [ChainOf::Relationship, ChainOf::OwnOrganization] {
                assert!(read_recorded(table, chain).is_some(), "{table}");
            }
        }
        assert_eq!(read_recorded("journal_entry", ChainOf::Relationship), None);
    }
}
