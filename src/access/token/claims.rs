//! Reading the claims of a token: each either has the form its RFC gives it, or the token is refused.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::claim_path::ClaimPath;
use super::error::TokenError;
use crate::access::scope::Scopes;

/// How far the clocks of an issuer and of this machine may differ.
pub(in crate::access) const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// Whether a token that ends at `expires_at` is over for this service.
#[must_use]
pub fn has_expired(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now >= expires_at + LEEWAY
}

/// The limit of OIDC for `sub`, which the journal keeps with every write; also for `jti`.
const MAX_IDENTIFIER_BYTES: usize = 255;

/// The claims that OIDC puts into ID tokens alone.
const OF_ID_TOKENS: [&str; 3] = ["nonce", "at_hash", "c_hash"];

/// The claims of one token, not yet believed.
pub(super) struct RawClaims(pub(super) Map<String, Value>);

impl RawClaims {
    /// The claim, where null counts as absent.
    fn get(&self, claim: &str) -> Option<&Value> {
        self.0.get(claim).filter(|value| !value.is_null())
    }

    /// The claim that a path leads to. What is not inside an object is absent.
    fn at(&self, path: &ClaimPath) -> Option<&Value> {
        let mut names = path.names();
        let outermost = names.next().and_then(|name| self.0.get(name));
        names.fold(outermost, |value, name| value?.get(name)).filter(|value| !value.is_null())
    }

    /// A claim that is one text, if it is there.
    pub(super) fn text(&self, claim: &ClaimPath) -> Result<Option<&str>, TokenError> {
        self.at(claim).map(|value| text(claim, value)).transpose()
    }

    /// `iss`, which says whose settings the token is held against.
    pub(super) fn issuer(&self) -> Result<&str, TokenError> {
        let value = self.get("iss").ok_or_else(|| TokenError::MissingClaim("iss".to_owned()))?;
        text("iss", value)
    }

    /// Who the caller is, fit to be kept and logged.
    pub(super) fn subject(&self, claim: &ClaimPath) -> Result<&str, TokenError> {
        let value = self.at(claim).ok_or_else(|| TokenError::MissingClaim(claim.to_string()))?;
        identifier(claim, value)
    }

    /// `jti`, the token's own name, if it has one.
    pub(super) fn token_id(&self) -> Result<Option<&str>, TokenError> {
        self.get("jti").map(|value| identifier("jti", value)).transpose()
    }

    /// What shows that this is no access token, where the header does not say what it is. Keycloak says it in a claim;
    /// where nothing does, the claims of an ID token tell.
    pub(super) fn other_kind(&self) -> Option<&'static str> {
        match self.get("typ") {
            Some(Value::String(typ)) if typ == "Bearer" => None,
            Some(_) => Some("typ"),
            None => OF_ID_TOKENS.into_iter().find(|claim| self.get(claim).is_some()),
        }
    }

    /// Whether `aud` names one of these.
    pub(super) fn is_for(&self, audiences: &[String]) -> Result<bool, TokenError> {
        let is_ours = |value: &Value| value.as_str().is_some_and(|text| audiences.iter().any(|a| a == text));
        match self.get("aud") {
            None => Err(TokenError::MissingClaim("aud".to_owned())),
            Some(Value::Array(values)) if values.iter().all(Value::is_string) => Ok(values.iter().any(is_ours)),
            Some(value @ Value::String(_)) => Ok(is_ours(value)),
            Some(_) => Err(invalid("aud", "a text or a list of texts")),
        }
    }

    /// `exp`, once `exp` and `nbf` are seen to hold `now`.
    pub(super) fn expiry(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, TokenError> {
        let expires_at = self.time("exp")?.ok_or_else(|| TokenError::MissingClaim("exp".to_owned()))?;
        if has_expired(expires_at, now) {
            return Err(TokenError::Expired { seconds: (now - expires_at).num_seconds() });
        }
        if let Some(not_before) = self.time("nbf")?
            && now + LEEWAY < not_before
        {
            return Err(TokenError::NotYetValid { seconds: (not_before - now).num_seconds() });
        }
        Ok(expires_at)
    }

    /// `iat`, if it is there.
    pub(super) fn issued_at(&self) -> Result<Option<DateTime<Utc>>, TokenError> {
        self.time("iat")
    }

    /// The same, once it is seen not to lie in the future: no revocation of what was issued until now would cover it.
    pub(super) fn issued_until(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, TokenError> {
        match self.issued_at()? {
            Some(issued_at) if now + LEEWAY < issued_at => {
                Err(TokenError::NotYetValid { seconds: (issued_at - now).num_seconds() })
            }
            issued_at => Ok(issued_at),
        }
    }

    /// A `NumericDate` (RFC 7519): seconds since 1970, possibly with a fraction.
    fn time(&self, claim: &str) -> Result<Option<DateTime<Utc>>, TokenError> {
        let Some(value) = self.get(claim) else { return Ok(None) };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "cut to whole seconds; what is out of range saturates and is refused below"
        )]
        let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64));
        seconds
            // Room for leeway on either side.
            .filter(|seconds| (0..=253_402_300_000).contains(seconds))
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map(Some)
            .ok_or_else(|| invalid(claim, "a number of seconds since 1970, before the year 10000"))
    }

    /// The scopes of all the given claims, each a space-separated text or a list of texts. `values` has what the
    /// issuer's own values stand for; other values are scopes by their own names, or of other services.
    pub(super) fn scopes(&self, claims: &[ClaimPath], values: &BTreeMap<String, Scopes>) -> Result<Scopes, TokenError> {
        let of_word = |word: &str| values.get(word).copied().unwrap_or_else(|| Scopes::parse(word));
        // A role's name may have spaces in it.
        let of_text = |text: &str| {
            let whole = values.get(text).copied();
            whole.unwrap_or_else(|| text.split_ascii_whitespace().map(of_word).fold(Scopes::NONE, Scopes::union))
        };
        let mut scopes = Scopes::NONE;
        for claim in claims {
            let found = match self.at(claim) {
                None => Scopes::NONE,
                Some(Value::String(text)) => of_text(text),
                Some(Value::Array(values)) if values.iter().all(Value::is_string) => {
                    values.iter().filter_map(Value::as_str).map(of_text).fold(Scopes::NONE, Scopes::union)
                }
                Some(_) => return Err(invalid(claim, "a space-separated text or a list of texts")),
            };
            scopes = scopes.union(found);
        }
        Ok(scopes)
    }
}

fn text(claim: impl ToString, value: &Value) -> Result<&str, TokenError> {
    value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| invalid(claim, "a text that is not empty"))
}

/// A text that is fit to be kept, compared and logged.
fn identifier(claim: impl ToString, value: &Value) -> Result<&str, TokenError> {
    let fits =
        |text: &&str| !text.is_empty() && text.len() <= MAX_IDENTIFIER_BYTES && !text.chars().any(char::is_control);
    value.as_str().filter(fits).ok_or_else(|| invalid(claim, "a text of 1 to 255 bytes without control characters"))
}

#[expect(clippy::needless_pass_by_value, reason = "a name or a path, by reference either way")]
fn invalid(claim: impl ToString, expected: &'static str) -> TokenError {
    TokenError::InvalidClaim { claim: claim.to_string(), expected }
}
