//! The check of an `[[issuers]]` table: whose tokens are trusted, and for which organizations.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;

use super::check::Check;
use super::settings::{Claim, IssuerSettings};
use crate::access::directory::{HANDLE, is_handle};
use crate::access::scope::{Scope, Scopes};
use crate::access::token::{Algorithm, ClaimPath, DEVELOPMENT_ISSUER, Issuer, KeyFile, KeySource, PlainHttp};

/// Shown by `--help`, as an example to start from.
pub(super) const EXAMPLE: &str = r#"[[issuers]]
issuer = "https://id.acme.example"              # the tokens' iss
audiences = ["https://guidepost.example"]       # their aud: one of these
algorithms = ["EdDSA", "ES256"]                 # also RS256, PS256
discovery = true                                # or jwks_url = "https://…", jwks_file = "acme.jwks.json",
                                                # pem_file = "acme.pem" (and kid = "…")
refresh = "15m"                                 # the default: how long its keys are used, from 10m to 1h
organization_claim = "organization"             # the default
organizations = ["acme"]                        # the handles it may speak for
scope_claims = ["scope", "scp", "roles"]        # the default; one inside another as ["realm_access", "roles"]
subject_claim = "sub"                           # the default: who the caller is
accepted_types = ["at+jwt"]                     # the default; add "JWT" for an issuer that sends that
operator = false                                # true: its tokens may carry the scope admin
listed = true                                   # false: not named to clients without a token (resource_url)

[issuers.organization_values]                   # where the claim holds no handle
"tenant-4711" = "acme"

[issuers.scope_values]                          # where the values are no scopes by themselves
"Guidepost KPI reader" = "relationships:read kpis:read"
"#;

/// Checks all issuers; paths are relative to `folder`, where the file is.
pub(super) fn check(issuers: Vec<IssuerSettings>, folder: &Path, development: bool, check: &mut Check) -> Vec<Issuer> {
    let mut checked: Vec<Issuer> = Vec::new();
    for (index, settings) in issuers.into_iter().enumerate() {
        let name = settings.issuer.clone();
        let place = if name.is_empty() { format!("issuers[{index}]") } else { format!("issuers[{index}] ({name})") };
        let mut problems = Vec::new();
        if checked.iter().any(|other| other.issuer == name) {
            problems.push("issuer: is configured twice; put all its settings into one table".to_owned());
        }
        let issuer = check_one(settings, folder, development, &mut problems);
        for problem in problems {
            check.problem(format!("{place}: {problem}"));
        }
        checked.push(issuer);
    }
    checked
}

fn check_one(settings: IssuerSettings, folder: &Path, development: bool, problems: &mut Vec<String>) -> Issuer {
    let IssuerSettings {
        issuer,
        audiences,
        algorithms,
        jwks_file,
        pem_file,
        kid,
        jwks_url,
        discovery,
        allow_http,
        refresh,
        subject_claim,
        organization_claim,
        organizations,
        scope_claims,
        accepted_types,
        operator,
        listed,
        organization_values,
        scope_values,
    } = settings;

    if issuer.is_empty() {
        problems.push("issuer: is missing; give the iss of its tokens".to_owned());
    } else if issuer == DEVELOPMENT_ISSUER {
        problems.push("issuer: this name is kept for development tokens; --development trusts them".to_owned());
    }
    if audiences.is_empty() || audiences.iter().any(String::is_empty) {
        problems.push("audiences: found none or an empty one; list what its tokens have in aud".to_owned());
    }
    let plain_http = match (allow_http, development) {
        (true, _) => PlainHttp::Allowed,
        (false, true) => PlainHttp::Loopback,
        (false, false) => PlainHttp::Refused,
    };
    let places = KeyPlaces { jwks_file, pem_file, kid, jwks_url, discovery };
    Issuer {
        keys: places.check(&issuer, folder, plain_http, problems),
        refresh_after: check_refresh(refresh.as_deref(), problems),
        algorithms: check_algorithms(&algorithms, problems),
        accepted_types: accepted_types.map_or_else(|| vec!["at+jwt".to_owned()], |types| check_types(&types, problems)),
        subject_claim: check_claim("subject_claim", subject_claim, "sub", problems),
        organization_claim: check_claim("organization_claim", organization_claim, "organization", problems),
        scope_claims: match scope_claims {
            None => ["scope", "scp", "roles"].map(ClaimPath::top).to_vec(),
            Some(claims) => {
                claims.into_iter().map(|claim| check_claim("scope_claims", Some(claim), "scope", problems)).collect()
            }
        },
        scope_values: check_scope_values(scope_values, problems),
        organizations: check_organizations(organizations, organization_values, operator, problems),
        issuer,
        audiences,
        operator,
        listed: listed.unwrap_or(true),
    }
}

/// The settings that say where the keys are, of which one is to be given.
struct KeyPlaces {
    jwks_file: Option<PathBuf>,
    pem_file: Option<PathBuf>,
    kid: Option<String>,
    jwks_url: Option<String>,
    discovery: bool,
}

impl KeyPlaces {
    fn check(self, issuer: &str, folder: &Path, plain_http: PlainHttp, problems: &mut Vec<String>) -> KeySource {
        let Self { jwks_file, pem_file, kid, jwks_url, discovery } = self;
        if kid.is_some() && pem_file.is_none() {
            problems.push("kid: belongs to a pem_file; a JWK set has its own".to_owned());
        }
        match (jwks_file, pem_file, jwks_url, discovery) {
            (Some(file), None, None, false) => KeySource::File(KeyFile::Jwks(folder.join(file))),
            (None, Some(file), None, false) => KeySource::File(KeyFile::Pem { file: folder.join(file), kid }),
            (None, None, Some(url), false) => match plain_http.check(&url) {
                Ok(url) => KeySource::Url(url),
                Err(why) => {
                    problems.push(format!("jwks_url: {why}"));
                    KeySource::Discovery(plain_http)
                }
            },
            (None, None, None, true) => {
                if let Err(why) = plain_http.check(issuer) {
                    problems.push(format!("discovery: the issuer's name {why}; else give jwks_url or a file"));
                }
                KeySource::Discovery(plain_http)
            }
            (jwks_file, pem_file, jwks_url, discovery) => {
                let found = [jwks_file.is_some(), pem_file.is_some(), jwks_url.is_some(), discovery];
                let found = if found.contains(&true) { "more than one" } else { "none" };
                problems.push(format!(
                    "discovery, jwks_url, jwks_file, pem_file: found {found}; give one, the place of its public keys"
                ));
                KeySource::Discovery(plain_http)
            }
        }
    }
}

fn check_refresh(text: Option<&str>, problems: &mut Vec<String>) -> TimeDelta {
    let Some(text) = text else { return TimeDelta::minutes(15) };
    let parsed = humantime::parse_duration(text).ok().and_then(|duration| TimeDelta::from_std(duration).ok());
    let bounds = TimeDelta::minutes(10)..=TimeDelta::hours(1);
    parsed.filter(|duration| bounds.contains(duration)).unwrap_or_else(|| {
        problems.push(format!("refresh: found {text:?}; give a duration from 10m to 1h, such as 15m"));
        TimeDelta::minutes(15)
    })
}

fn check_claim(setting: &str, claim: Option<Claim>, default: &str, problems: &mut Vec<String>) -> ClaimPath {
    let names = match claim {
        None => vec![default.to_owned()],
        Some(Claim::Top(name)) => vec![name],
        Some(Claim::Nested(names)) => names,
    };
    ClaimPath::new(names).unwrap_or_else(|| {
        problems.push(format!(
            "{setting}: found an empty name; give a claim's name, or for one inside others the list of names that lead to it"
        ));
        ClaimPath::top(default)
    })
}

/// From each value of the scope claims to the scopes it stands for.
fn check_scope_values(values: BTreeMap<String, String>, problems: &mut Vec<String>) -> BTreeMap<String, Scopes> {
    let mut checked = BTreeMap::new();
    for (value, scopes) in values {
        if let Some(unknown) = scopes.split_ascii_whitespace().find(|scope| Scope::parse(scope).is_none()) {
            let known: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
            problems.push(format!(
                "scope_values: {value:?} stands for {unknown:?}, which is no scope; use {}",
                known.join(", ")
            ));
        }
        checked.insert(value, Scopes::parse(&scopes));
    }
    checked
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
