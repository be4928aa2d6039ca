//! Reading the claims of a token: each either has the form its RFC gives it, or the token is refused.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::error::TokenError;
use crate::access::scope::Scopes;

/// How far the clocks of an issuer and of this machine may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The limit of OIDC for `sub`; the journal keeps it with every write.
const MAX_SUBJECT_BYTES: usize = 255;

/// The claims of one token, not yet believed.
pub(super) struct RawClaims(pub(super) Map<String, Value>);

impl RawClaims {
    /// The claim, where null counts as absent.
    fn get(&self, claim: &str) -> Option<&Value> {
        self.0.get(claim).filter(|value| !value.is_null())
    }

    /// A claim that is one text, if it is there.
    pub(super) fn text(&self, claim: &str) -> Result<Option<&str>, TokenError> {
        match self.get(claim) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(invalid(claim, "a text that is not empty")),
        }
    }

    /// A claim that is one text and must be there.
    pub(super) fn required_text(&self, claim: &str) -> Result<&str, TokenError> {
        self.text(claim)?.ok_or_else(|| TokenError::MissingClaim(claim.to_owned()))
    }

    /// `sub`, fit to be kept and logged.
    pub(super) fn subject(&self) -> Result<&str, TokenError> {
        let subject = self.required_text("sub")?;
        if subject.len() > MAX_SUBJECT_BYTES || subject.chars().any(char::is_control) {
            return Err(invalid("sub", "at most 255 bytes without control characters"));
        }
        Ok(subject)
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
        if now >= expires_at + LEEWAY {
            return Err(TokenError::Expired { seconds: (now - expires_at).num_seconds() });
        }
        if let Some(not_before) = self.time("nbf")?
            && now + LEEWAY < not_before
        {
            return Err(TokenError::NotYetValid { seconds: (not_before - now).num_seconds() });
        }
        Ok(expires_at)
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

    /// The scopes of all the given claims, each a space-separated text or a list of texts.
    pub(super) fn scopes(&self, claims: &[String]) -> Result<Scopes, TokenError> {
        let mut scopes = Scopes::NONE;
        for claim in claims {
            let found = match self.get(claim) {
                None => Scopes::NONE,
                Some(Value::String(text)) => Scopes::parse(text),
                Some(Value::Array(values)) if values.iter().all(Value::is_string) => {
                    values.iter().filter_map(Value::as_str).map(Scopes::parse).fold(Scopes::NONE, Scopes::union)
                }
                Some(_) => return Err(invalid(claim, "a space-separated text or a list of texts")),
            };
            scopes = scopes.union(found);
        }
        Ok(scopes)
    }
}

fn invalid(claim: &str, expected: &'static str) -> TokenError {
    TokenError::InvalidClaim { claim: claim.to_owned(), expected }
}
