//! Access tokens: JWTs by RFC 9068, verified as RFC 8725 asks.
//!
//! `jsonwebtoken` verifies signatures; everything that it leaves open is decided here. The header
//! chooses nothing: the issuer's settings say which algorithms and types are accepted and which
//! organizations it may speak for (T2), and a key verifies only what its own type can.
//! Time is the given clock's, so that a test can set it. Verifying waits for the network only where a token names a
//! key that is not known.

mod claim_path;
mod claims;
mod client;
mod development;
mod error;
mod issuer;
mod key_store;
mod keys;
mod self_test;
mod source;
#[cfg(test)]
mod tests;
mod trust;

use std::cell::LazyCell;
use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::claims::RawClaims;
use self::client::KeyClient;
use self::source::Source;
use self::trust::TrustedIssuer;
use crate::access::scope::Scopes;
use crate::clock::Clock;

pub(super) use self::claims::LEEWAY;

pub use self::claim_path::ClaimPath;
pub use self::claims::has_expired;
pub use self::development::{DEVELOPMENT_ISSUER, sign_development_token};
pub use self::error::TokenError;
pub use self::issuer::{Algorithm, Issuer, KeyFile, KeySource, PlainHttp};

/// Access tokens are one or two KiB; what is far longer is not read at all.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// After so many seconds keys that could not be read are asked for again.
pub const RETRY_AFTER_SECONDS: u64 = key_store::RETRY.num_seconds().unsigned_abs();

/// Who a token says its bearer is, once it is verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The configured issuer.
    pub issuer: Arc<str>,
    /// The caller, in the issuer's words.
    pub subject: String,
    /// The handle of the organization the caller acts for; none for an operator's token.
    pub organization_handle: Option<String>,
    /// What the caller may do.
    pub scopes: Scopes,
    /// The token's own name (`jti`), if it has one.
    pub token_id: Option<String>,
    /// When the token was issued (`iat`), if it says so.
    pub issued_at: Option<DateTime<Utc>>,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

/// Verifies tokens against the configured issuers, whose keys it holds.
pub struct TokenVerifier {
    issuers: HashMap<Arc<str>, TrustedIssuer>,
}

/// Keys that cannot be used; every problem at once, a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct KeyError(Vec<String>);

impl TokenVerifier {
    /// Loads the keys of all issuers that have them in files, and of the development issuer in development mode.
    /// Those that issuers serve are fetched by [`TokenVerifier::refresh_keys`].
    pub fn new(issuers: &[Issuer], development: bool) -> Result<Self, KeyError> {
        self_test::run().map_err(|problem| KeyError(vec![problem]))?;
        let client = LazyCell::new(KeyClient::new);
        let mut trusted = Vec::new();
        let mut problems = Vec::new();
        for issuer in issuers {
            match Source::new(issuer, || client.clone()).and_then(|source| TrustedIssuer::new(issuer, source)) {
                Ok(issuer) => trusted.push(issuer),
                Err(problem) => problems.push(format!("issuer {}: {problem}", issuer.issuer)),
            }
        }
        if !problems.is_empty() {
            return Err(KeyError(problems));
        }
        if development {
            trusted.push(TrustedIssuer::development());
        }
        Ok(Self { issuers: trusted.into_iter().map(|issuer| (Arc::clone(&issuer.name), issuer)).collect() })
    }

    /// Reads the keys of each issuer anew for which it is time, all at once. To be called every second or so.
    pub async fn refresh_keys(&self, now: DateTime<Utc>) {
        join_all(self.issuers.values().map(|issuer| issuer.refresh_keys(now))).await;
    }

    /// Verifies a bearer token at the clock's time.
    pub async fn verify(&self, bearer: &str, clock: &Clock) -> Result<Claims, TokenError> {
        let token = Token::read(bearer)?;
        // Not believed yet: it only chooses whose keys and settings the token is held against.
        let issuer = self.issuer(token.claims.issuer()?)?;
        issuer.verify(&token, clock).await
    }

    /// Whether tokens of this issuer are taken.
    #[must_use]
    pub fn trusts(&self, issuer: &str) -> bool {
        self.issuers.contains_key(issuer)
    }

    fn issuer(&self, name: &str) -> Result<&TrustedIssuer, TokenError> {
        self.issuers.get(name).ok_or_else(|| {
            if name == DEVELOPMENT_ISSUER {
                return TokenError::DevelopmentToken;
            }
            let mut configured: Vec<&str> = self.issuers.keys().map(AsRef::as_ref).collect();
            configured.sort_unstable();
            let configured = if configured.is_empty() { "none".to_owned() } else { configured.join(", ") };
            TokenError::UnknownIssuer { configured }
        })
    }
}

/// A token that is well-formed. Nothing that it says is believed yet.
struct Token<'a> {
    header: Header,
    claims: RawClaims,
    /// What is signed: header and payload as they were sent.
    message: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    fn read(bearer: &'a str) -> Result<Self, TokenError> {
        if bearer.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong { bytes: bearer.len() });
        }
        let malformed = || TokenError::Malformed("it is not three parts with dots between");
        let (message, signature) = bearer.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = message.split_once('.').ok_or_else(malformed)?;
        if payload.contains('.') {
            return Err(malformed());
        }
        let header: Header = decode(header, "the header is no base64url of a JSON object with alg")?;
        if header.crit.is_some() {
            return Err(TokenError::CriticalExtension);
        }
        let claims: Map<String, Value> = decode(payload, "the payload is no base64url of a JSON object")?;
        Ok(Self { header, claims: RawClaims(claims), message, signature })
    }
}

fn decode<T: DeserializeOwned>(part: &str, what: &'static str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed(what))?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed(what))
}

/// What is read of a token's header. Keys that the token brings along (`jwk`, `jku`, `x5c`) are not.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}
