//! The guard of documents: whatever is sent is refused or prepared, without a panic and within the limits. The first
//! line is JSON for the variables, the rest the document.

#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use guidepost::access::scope::Scopes;
use guidepost::access::viewer::Viewer;
use guidepost::graphql::document::{Asked, Documents, Limits, Rules, Source};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits =
    Limits { bytes: 65_536, tokens: 8_000, depth: 16, aliases: 30, root_fields: 50, directives: 50, cost: 50_000 };

static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| {
    let rules = Rules { open_schema: true, ..Rules::default() };
    Documents::new(LIMITS, rules).expect("there are no trusted documents")
});

fuzz_target!(|text: &str| {
    let (variables, document) = text.split_once('\n').unwrap_or(("{}", text));
    let asked = Asked {
        document: Source::Text(document.to_owned()),
        operation_name: None,
        variables: serde_json::from_str(variables).unwrap_or_default(),
    };
    let viewer = Viewer {
        issuer: "fuzzer".into(),
        subject: "fuzzer".to_owned(),
        organization: None,
        scopes: Scopes::NONE,
        token_id: None,
        issued_at: None,
        expires_at: DateTime::<Utc>::MAX_UTC,
    };
    match DOCUMENTS.prepare(asked, &viewer) {
        Ok(prepared) => assert!(prepared.cost <= LIMITS.cost),
        Err(refusal) => assert!(!refusal.errors.is_empty()),
    }
});
