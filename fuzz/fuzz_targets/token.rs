//! Access tokens: nothing that the fuzzer makes is signed by an issuer that is trusted.

#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta};
use guidepost::access::token::{Algorithm, ClaimPath, Issuer, KeyFile, KeySource, TokenVerifier};
use guidepost::clock::Clock;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime of one thread"));

/// The trusted issuers by their names: one with a key for each algorithm, so that a signature of any is verified.
const ISSUERS: [(&str, Algorithm, &str); 4] = [
    ("https://eddsa.acme.example", Algorithm::EdDsa, "ed25519"),
    ("https://es256.acme.example", Algorithm::Es256, "p256"),
    ("https://rs256.acme.example", Algorithm::Rs256, "rsa"),
    ("https://ps256.acme.example", Algorithm::Ps256, "rsa"),
];

static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
    let claim = ClaimPath::top;
    let issuers = ISSUERS.map(|(name, algorithm, key)| Issuer {
        issuer: name.to_owned(),
        audiences: vec!["https://guidepost.example".to_owned()],
        algorithms: vec![algorithm],
        keys: KeySource::File(KeyFile::Pem {
            file: PathBuf::from(format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys/{}.public.pem"), key)),
            kid: None,
        }),
        refresh_after: TimeDelta::minutes(15),
        accepted_types: vec!["at+jwt".to_owned(), "JWT".to_owned()],
        subject_claim: claim("sub"),
        organization_claim: claim("organization"),
        scope_claims: vec![claim("scope")],
        scope_values: BTreeMap::new(),
        organizations: BTreeMap::from([("acme".to_owned(), "acme".to_owned())]),
        operator: true,
        listed: true,
    });
    TokenVerifier::new(&issuers, false).expect("the keys are good ones")
});

fuzz_target!(|token: &str| {
    let clock = Clock::set_to(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
    let refused = RUNTIME.block_on(VERIFIER.verify(token, &clock)).expect_err("it is not signed");
    assert!(!refused.description().is_empty());
});
