//! The development issuer: a key that everyone can read here, so that a newcomer has a token in one
//! command. It speaks for any organization, and is trusted in development mode alone.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;

/// The `iss` of development tokens; no configured issuer may take this name.
pub const DEVELOPMENT_ISSUER: &str = "guidepost-development";

/// The `aud` of development tokens.
pub(super) const AUDIENCE: &str = "guidepost";

/// The `typ` of development tokens.
pub(super) const TYPE: &str = "at+jwt";

/// The claim that holds the organization's handle.
pub(super) const ORGANIZATION_CLAIM: &str = "organization";

/// The claim that holds the scopes.
pub(super) const SCOPE_CLAIM: &str = "scope";

/// Not a secret: whoever has the program has it.
pub(super) const KEY: &[u8] = b"guidepost development key: known to everyone, trusted in development mode alone";

/// Signs a development token for `subject`, acting for `organization` (none for an operator).
#[must_use]
pub fn sign_development_token(
    organization: Option<&str>,
    subject: &str,
    scope: &str,
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> String {
    let mut header = Header::new(jsonwebtoken::Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    let mut claims = json!({
        "iss": DEVELOPMENT_ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "client_id": "guidepost",
        "iat": now.timestamp(),
        "exp": (now + lifetime).timestamp(),
        SCOPE_CLAIM: scope,
    });
    if let Some(handle) = organization {
        claims[ORGANIZATION_CLAIM] = handle.into();
    }
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(KEY))
        .expect("JSON can be written and HS256 can sign anything")
}
