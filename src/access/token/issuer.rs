//! An issuer of tokens as the configuration trusts it: its keys, and what its tokens may say.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use http::Uri;

use super::claim_path::ClaimPath;
use crate::access::scope::Scopes;

/// An issuer whose tokens the service accepts.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The `iss` claim of its tokens.
    pub issuer: String,
    /// Its tokens must name one of these in `aud`.
    pub audiences: Vec<String>,
    /// What its tokens may be signed with. A token's header cannot widen this.
    pub algorithms: Vec<Algorithm>,
    /// Where its public keys are.
    pub keys: KeySource,
    /// How long its keys are used before they are read anew.
    pub refresh_after: TimeDelta,
    /// The media types its access tokens may have in `typ`, without `application/`.
    pub accepted_types: Vec<String>,
    /// The claim that tells who the caller is.
    pub subject_claim: ClaimPath,
    /// The claim that tells the organization a caller acts for.
    pub organization_claim: ClaimPath,
    /// The claims that scopes are read from.
    pub scope_claims: Vec<ClaimPath>,
    /// What values of these claims stand for, where they are no scopes by themselves.
    pub scope_values: BTreeMap<String, Scopes>,
    /// The organizations it may speak for (T2): from a value of the organization claim to a handle.
    pub organizations: BTreeMap<String, String>,
    /// Whether its tokens may carry `admin`.
    pub operator: bool,
    /// Whether those who look for a token are told of it.
    pub listed: bool,
}

/// Where an issuer's public keys are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeySource {
    /// In a file of this machine.
    File(KeyFile),
    /// In a JSON Web Key Set that the issuer serves here.
    Url(Uri),
    /// Where the issuer's metadata says: by OpenID Connect Discovery, or RFC 8414.
    Discovery(PlainHttp),
}

/// A file with public keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyFile {
    /// A JSON Web Key Set.
    Jwks(PathBuf),
    /// One public key in PEM form.
    Pem {
        /// The file.
        file: PathBuf,
        /// The `kid` that its tokens name, if they do.
        kid: Option<String>,
    },
}

/// From where keys may be fetched without TLS. Whoever is on the way could put in keys of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlainHttp {
    /// From nowhere.
    Refused,
    /// From this machine: in development mode.
    Loopback,
    /// From anywhere: in a network whose every member is trusted.
    Allowed,
}

impl PlainHttp {
    /// The address, if keys may be fetched from it; else a sentence that says what to change.
    pub fn check(self, address: &str) -> Result<Uri, String> {
        let url: Uri = address.parse().map_err(|_| "is no URL".to_owned())?;
        let Some(host) = url.host().filter(|host| !host.is_empty()) else {
            return Err("is no URL with a host".to_owned());
        };
        if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("holds a user or password; keys are public and are fetched without".to_owned());
        }
        let allowed = match url.scheme_str() {
            Some("https") => true,
            Some("http") => match self {
                Self::Refused => false,
                Self::Loopback => is_loopback(host),
                Self::Allowed => true,
            },
            _ => false,
        };
        if allowed { Ok(url) } else { Err("must begin with https:// (or allow_http = true be set)".to_owned()) }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The signatures that are accepted: asymmetric ones, so that nobody who can verify a token can make one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Every accepted algorithm.
    pub const ALL: &[Self] = &[Self::EdDsa, Self::Es256, Self::Ps256, Self::Rs256];

    /// The name in a token's header and in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::EdDsa => Self::EdDSA,
            Algorithm::Es256 => Self::ES256,
            Algorithm::Ps256 => Self::PS256,
            Algorithm::Rs256 => Self::RS256,
        }
    }
}
