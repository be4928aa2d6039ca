//! The check of an `[[issuers]]` table: whose tokens are trusted, and for which organizations.

use std::collections::BTreeMap;
use std::path::Path;

use super::check::Check;
use super::settings::IssuerSettings;
use crate::access::directory::{HANDLE, is_handle};
use crate::access::token::{Algorithm, DEVELOPMENT_ISSUER, Issuer, KeySource};

/// Shown by `--help`, as an example to start from.
pub(super) const EXAMPLE: &str = r#"[[issuers]]
issuer = "https://id.acme.example"              # the tokens' iss
audiences = ["https://guidepost.example"]       # their aud: one of these
algorithms = ["EdDSA", "ES256"]                 # also RS256, PS256
jwks_file = "acme.jwks.json"                    # or pem_file = "acme.pem" (and kid = "…")
organization_claim = "organization"             # the default
organizations = ["acme"]                        # the handles it may speak for
scope_claims = ["scope", "scp", "roles"]        # the default
accepted_types = ["at+jwt"]                     # the default; add "JWT" for an issuer that sends that
operator = false                                # true: its tokens may carry the scope admin

[issuers.organization_values]                   # where the claim holds no handle
"tenant-4711" = "acme"
"#;

/// Checks all issuers; paths are relative to `folder`, where the file is.
pub(super) fn check(issuers: Vec<IssuerSettings>, folder: &Path, check: &mut Check) -> Vec<Issuer> {
    let mut checked: Vec<Issuer> = Vec::new();
    for (index, settings) in issuers.into_iter().enumerate() {
        let name = settings.issuer.clone();
        let place = if name.is_empty() { format!("issuers[{index}]") } else { format!("issuers[{index}] ({name})") };
        let mut problems = Vec::new();
        if checked.iter().any(|other| other.issuer == name) {
            problems.push("issuer: is configured twice; put all its settings into one table".to_owned());
        }
        let issuer = check_one(settings, folder, &mut problems);
        for problem in problems {
            check.problem(format!("{place}: {problem}"));
        }
        checked.push(issuer);
    }
    checked
}

fn check_one(settings: IssuerSettings, folder: &Path, problems: &mut Vec<String>) -> Issuer {
    let IssuerSettings {
        issuer,
        audiences,
        algorithms,
        jwks_file,
        pem_file,
        kid,
        organization_claim,
        organizations,
        scope_claims,
        accepted_types,
        operator,
        organization_values,
    } = settings;

    if issuer.is_empty() {
        problems.push("issuer: is missing; give the iss of its tokens".to_owned());
    } else if issuer == DEVELOPMENT_ISSUER {
        problems.push("issuer: this name is kept for development tokens; --development trusts them".to_owned());
    }
    if audiences.is_empty() || audiences.iter().any(String::is_empty) {
        problems.push("audiences: found none or an empty one; list what its tokens have in aud".to_owned());
    }
    let keys = match (jwks_file, pem_file) {
        (Some(file), None) => KeySource::Jwks(folder.join(file)),
        (None, Some(file)) => KeySource::Pem { file: folder.join(file), kid: kid.clone() },
        (found, _) => {
            let found = if found.is_some() { "both" } else { "neither" };
            problems.push(format!("jwks_file, pem_file: found {found}; give one, the file with its public keys"));
            KeySource::Jwks(folder.to_owned())
        }
    };
    if kid.is_some() && matches!(keys, KeySource::Jwks(_)) {
        problems.push("kid: belongs to a pem_file; a JWK set has its own".to_owned());
    }
    Issuer {
        algorithms: check_algorithms(&algorithms, problems),
        accepted_types: accepted_types.map_or_else(|| vec!["at+jwt".to_owned()], |types| check_types(&types, problems)),
        organization_claim: organization_claim.unwrap_or_else(|| "organization".to_owned()),
        scope_claims: scope_claims.unwrap_or_else(|| ["scope", "scp", "roles"].map(str::to_owned).to_vec()),
        organizations: check_organizations(organizations, organization_values, operator, problems),
        issuer,
        audiences,
        keys,
        operator,
    }
}

fn check_algorithms(names: &[String], problems: &mut Vec<String>) -> Vec<Algorithm> {
    let expected = || Algorithm::ALL.iter().map(|a| a.name()).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        problems.push(format!("algorithms: found none; list what its tokens are signed with, of {}", expected()));
    }
    let mut algorithms = Vec::new();
    for name in names {
        match Algorithm::parse(name) {
            Some(algorithm) => algorithms.push(algorithm),
            None => problems.push(format!("algorithms: found {name:?}; use {}", expected())),
        }
    }
    algorithms
}

fn check_types(types: &[String], problems: &mut Vec<String>) -> Vec<String> {
    if types.is_empty() || types.iter().any(String::is_empty) {
        problems.push(r#"accepted_types: found none or an empty one; leave it out for "at+jwt""#.to_owned());
    }
    types.iter().map(|typ| typ.strip_prefix("application/").unwrap_or(typ).to_owned()).collect()
}

/// From each value of the organization claim to the handle it stands for; a handle stands for itself.
fn check_organizations(
    handles: Vec<String>,
    mut values: BTreeMap<String, String>,
    operator: bool,
    problems: &mut Vec<String>,
) -> BTreeMap<String, String> {
    if handles.is_empty() && values.is_empty() && !operator {
        problems.push("organizations: found none; list the handles of the organizations it may speak for".to_owned());
    }
    for handle in handles.iter().chain(values.values()) {
        if !is_handle(handle) {
            problems.push(format!("organizations: found {handle:?}; a handle is {HANDLE}, as in \"acme-biologics\""));
        }
    }
    for handle in handles {
        match values.get(&handle) {
            Some(other) if *other != handle => problems.push(format!(
                "organization_values: {handle:?} stands for {other:?}, but organizations lists it too; remove one"
            )),
            _ => _ = values.insert(handle.clone(), handle),
        }
    }
    values
}
