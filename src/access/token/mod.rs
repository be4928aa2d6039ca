//! Access tokens: JWTs by RFC 9068, verified as RFC 8725 asks.
//!
//! `jsonwebtoken` verifies signatures; everything that it leaves open is decided here. The header
//! chooses nothing: the issuer's settings say which algorithms and types are accepted and which
//! organizations it may speak for (T2), and a key verifies only what its own type can.
//! Time is the given clock's, so that a test can set it.

mod claims;
mod development;
mod error;
mod issuer;
mod keys;
#[cfg(test)]
mod tests;
mod trust;

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{EncodingKey, crypto};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::claims::RawClaims;
use self::keys::Key;
use self::trust::TrustedIssuer;
use crate::access::scope::Scopes;

pub use self::development::{DEVELOPMENT_ISSUER, sign_development_token};
pub use self::error::TokenError;
pub use self::issuer::{Algorithm, Issuer, KeySource};

/// Access tokens are one or two KiB; what is far longer is not read at all.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

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
    /// Loads the keys of all issuers, and of the development issuer in development mode.
    pub fn new(issuers: &[Issuer], development: bool) -> Result<Self, KeyError> {
        test_signatures()?;
        let mut trusted = Vec::new();
        let mut problems = Vec::new();
        for issuer in issuers {
            match keys::load(issuer) {
                Ok(keys) => trusted.push(TrustedIssuer::new(issuer, keys)),
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

    /// Verifies a bearer token at the time `now`.
    pub fn verify(&self, bearer: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if bearer.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong { bytes: bearer.len() });
        }
        let parts = Parts::split(bearer)?;
        let header: Header = decode(parts.header, "the header is no base64url of a JSON object with alg")?;
        if header.crit.is_some() {
            return Err(TokenError::CriticalExtension);
        }
        let claims: Map<String, Value> = decode(parts.payload, "the payload is no base64url of a JSON object")?;
        let claims = RawClaims(claims);
        // Not believed yet: it only chooses whose keys and settings the token is held against.
        let issuer = self.issuer(claims.required_text("iss")?)?;
        issuer.check_signature(&parts, &header)?;
        issuer.read(&claims, now)
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

/// A build without a working signature backend must not get as far as its first request.
fn test_signatures() -> Result<(), KeyError> {
    let algorithm = jsonwebtoken::Algorithm::HS256;
    let signed = crypto::sign(b"test", &EncodingKey::from_secret(development::KEY), algorithm);
    let key = Key::secret(development::KEY);
    let works = signed.is_ok_and(|signature| {
        key.verifies("test", &signature, algorithm) && !key.verifies("tess", &signature, algorithm)
    });
    if works { Ok(()) } else { Err(KeyError(vec!["the signature backend of this build does not work".to_owned()])) }
}

/// The parts of a JWT in compact form.
struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    /// What is signed: header and payload as they were sent.
    message: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, TokenError> {
        let malformed = || TokenError::Malformed("it is not three parts with dots between");
        let (message, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = message.split_once('.').ok_or_else(malformed)?;
        if payload.contains('.') {
            return Err(malformed());
        }
        Ok(Self { header, payload, message, signature })
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
