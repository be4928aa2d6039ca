//! Access tokens: nothing that the fuzzer makes is signed by the one issuer that is trusted.

#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta};
use guidepost::access::token::{Algorithm, ClaimPath, Issuer, KeyFile, KeySource, TokenVerifier};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime of one thread"));

static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
    let claim = ClaimPath::top;
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys/ed25519.public.pem"));
    let issuer = Issuer {
        issuer: "https://id.acme.example".to_owned(),
        audiences: vec!["https://guidepost.example".to_owned()],
        algorithms: Algorithm::ALL.to_vec(),
        keys: KeySource::File(KeyFile::Pem { file, kid: None }),
        refresh_after: TimeDelta::minutes(15),
        accepted_types: vec!["at+jwt".to_owned(), "JWT".to_owned()],
        subject_claim: claim("sub"),
        organization_claim: claim("organization"),
        scope_claims: vec![claim("scope")],
        scope_values: BTreeMap::new(),
        organizations: BTreeMap::from([("acme".to_owned(), "acme".to_owned())]),
        operator: true,
        listed: true,
    };
    TokenVerifier::new(&[issuer], false).expect("the key is a good one")
});

fuzz_target!(|token: &str| {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let refused = RUNTIME.block_on(VERIFIER.verify(token, now)).expect_err("it is not signed");
    assert!(!refused.description().is_empty());
});
