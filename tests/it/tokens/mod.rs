//! Tokens of identity providers: what is accepted, what is refused, and where their keys come from.

mod discovery;
mod forged;
mod forgeries;
mod links;
mod metadata;
mod provider;
mod providers;
mod revocation;
mod rotation;
mod signing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use clap::{Args as _, Command, FromArgMatches as _};
use guidepost::access::token::{Algorithm, ClaimPath, Issuer, KeyFile, KeySource};
use guidepost::config::{Config, ConfigArgs};
use serde_json::json;

use crate::harness::{App, development};

/// The `aud` of the tests' tokens.
const AUDIENCE: &str = "https://guidepost.example";

/// An issuer that may speak for `acme`, with what the settings leave out at its defaults.
fn issuer(name: &str, algorithms: &[Algorithm], keys: KeySource) -> Issuer {
    Issuer {
        issuer: name.to_owned(),
        audiences: vec![AUDIENCE.to_owned()],
        algorithms: algorithms.to_vec(),
        keys,
        refresh_after: TimeDelta::minutes(15),
        accepted_types: vec!["at+jwt".to_owned()],
        subject_claim: ClaimPath::top("sub"),
        organization_claim: ClaimPath::top("organization"),
        scope_claims: ["scope"].map(ClaimPath::top).to_vec(),
        scope_values: BTreeMap::new(),
        organizations: [("acme".to_owned(), "acme".to_owned())].into(),
        operator: false,
        listed: true,
    }
}

/// One public key of `tests/keys`.
fn pem(name: &str) -> KeySource {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/keys/{name}.public.pem"));
    KeySource::File(KeyFile::Pem { file, kid: None })
}

/// What a service that is started with this file is told.
fn settings(file: &Path) -> Config {
    let line = ["guidepost", "--config", file.to_str().expect("a plain path")];
    let matches = ConfigArgs::augment_args(Command::new("guidepost")).try_get_matches_from(line);
    let args = ConfigArgs::from_arg_matches(&matches.expect("good arguments")).expect("good arguments");
    args.load().unwrap_or_else(|error| panic!("{error}"))
}

/// A service that trusts these issuers, and where `acme` and `globex` are registered.
async fn service_with(issuers: Vec<Issuer>) -> App {
    let app = App::configured(Config { issuers, ..development() }).await;
    for handle in ["acme", "globex"] {
        let input = json!({ "handle": handle, "name": handle });
        app.operator().mutate("registerOrganization", "organizationId", input).await;
    }
    app
}
