//! The settings of GraphQL documents: how large they may be, and whose are run.

use std::path::PathBuf;

use super::check::Check;
use super::settings::Raw;

/// The settings of GraphQL documents.
#[derive(Clone, Debug)]
pub struct Documents {
    /// How many bytes one may have.
    pub max_bytes: usize,
    /// How many tokens it may have.
    pub max_tokens: usize,
    /// How deep it may nest.
    pub max_depth: usize,
    /// How much it may cost.
    pub max_cost: usize,
    /// How many aliases it may use.
    pub max_aliases: usize,
    /// How many fields it may have on its first level.
    pub max_root_fields: usize,
    /// How many directives it may use.
    pub max_directives: usize,
    /// Whether everyone is told the schema, as in development mode.
    pub introspection: bool,
    /// Where those are that can be asked for by their hash.
    pub trusted: Option<PathBuf>,
    /// Whether only those are run.
    pub trusted_only: bool,
}

/// The same as they are given.
pub(super) struct Given {
    pub(super) max_document_bytes: Option<Raw>,
    pub(super) max_tokens: Option<Raw>,
    pub(super) max_depth: Option<Raw>,
    pub(super) max_cost: Option<Raw>,
    pub(super) max_aliases: Option<Raw>,
    pub(super) max_root_fields: Option<Raw>,
    pub(super) max_directives: Option<Raw>,
    pub(super) introspection: Option<Raw>,
    pub(super) trusted_documents: Option<PathBuf>,
    pub(super) trusted_documents_only: Option<Raw>,
}

pub(super) fn check(given: Given, check: &mut Check) -> Documents {
    let documents = Documents {
        max_bytes: check.number("max_document_bytes", given.max_document_bytes, 65_536, 100..=16 * 1024 * 1024),
        max_tokens: check.number("max_tokens", given.max_tokens, 8_000, 10..=1_000_000),
        max_depth: check.number("max_depth", given.max_depth, 16, 1..=50),
        max_cost: check.number("max_cost", given.max_cost, 50_000, 1..=1_000_000_000),
        max_aliases: check.number("max_aliases", given.max_aliases, 30, 0..=10_000),
        max_root_fields: check.number("max_root_fields", given.max_root_fields, 50, 1..=10_000),
        max_directives: check.number("max_directives", given.max_directives, 50, 0..=10_000),
        introspection: check.flag("introspection", given.introspection, false),
        trusted: given.trusted_documents,
        trusted_only: check.flag("trusted_documents_only", given.trusted_documents_only, false),
    };
    if documents.trusted_only && documents.trusted.is_none() {
        check.wrong("trusted_documents_only", "true", "trusted_documents a path too, or leave this out");
    }
    documents
}
