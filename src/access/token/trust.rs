//! One trusted issuer: holds a token's signature and claims against the issuer's settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::claims::RawClaims;
use super::error::TokenError;
use super::issuer::Issuer;
use super::keys::Key;
use super::{Claims, Header, Parts, development};
use crate::access::scope::Scope;

/// The organizations that an issuer may speak for.
enum Organizations {
    /// The development issuer's: whatever the token says.
    Any,
    /// From the claim's value to the handle.
    Only(BTreeMap<String, String>),
}

pub(super) struct TrustedIssuer {
    pub(super) name: Arc<str>,
    audiences: Vec<String>,
    accepted_types: Vec<String>,
    algorithms: Vec<(&'static str, jsonwebtoken::Algorithm)>,
    keys: Vec<Key>,
    organization_claim: String,
    scope_claims: Vec<String>,
    organizations: Organizations,
    operator: bool,
}

impl TrustedIssuer {
    pub(super) fn new(issuer: &Issuer, keys: Vec<Key>) -> Self {
        Self {
            name: Arc::from(issuer.issuer.as_str()),
            audiences: issuer.audiences.clone(),
            accepted_types: issuer.accepted_types.clone(),
            algorithms: issuer.algorithms.iter().map(|a| (a.name(), (*a).into())).collect(),
            keys,
            organization_claim: issuer.organization_claim.clone(),
            scope_claims: issuer.scope_claims.clone(),
            organizations: Organizations::Only(issuer.organizations.clone()),
            operator: issuer.operator,
        }
    }

    pub(super) fn development() -> Self {
        Self {
            name: Arc::from(development::DEVELOPMENT_ISSUER),
            audiences: vec![development::AUDIENCE.to_owned()],
            accepted_types: vec![development::TYPE.to_owned()],
            algorithms: vec![("HS256", jsonwebtoken::Algorithm::HS256)],
            keys: vec![Key::secret(development::KEY)],
            organization_claim: development::ORGANIZATION_CLAIM.to_owned(),
            scope_claims: vec![development::SCOPE_CLAIM.to_owned()],
            organizations: Organizations::Any,
            operator: true,
        }
    }

    /// Whether one of the issuer's keys signed this, in a way that the issuer may sign.
    pub(super) fn check_signature(&self, parts: &Parts<'_>, header: &Header) -> Result<(), TokenError> {
        if !header.typ.as_deref().is_some_and(|typ| self.accepts_type(typ)) {
            return Err(TokenError::WrongType { issuer: self.name(), accepted: self.accepted_types.join(" or ") });
        }
        let allowed = self.algorithms.iter().find(|(name, _)| *name == header.alg);
        let Some((_, algorithm)) = allowed else {
            let names: Vec<_> = self.algorithms.iter().map(|(name, _)| *name).collect();
            return Err(TokenError::WrongAlgorithm { issuer: self.name(), allowed: names.join(" or ") });
        };
        let key = self.key(header.kid.as_deref(), *algorithm)?;
        if key.verifies(parts.message, parts.signature, *algorithm) {
            Ok(())
        } else {
            Err(TokenError::WrongSignature { issuer: self.name() })
        }
    }

    /// Media types are compared without case, and `application/` may be left out (RFC 9068, 4).
    fn accepts_type(&self, typ: &str) -> bool {
        let typ = typ.to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ);
        self.accepted_types.iter().any(|accepted| accepted.eq_ignore_ascii_case(typ))
    }

    /// The one key that can have signed: by `kid` where the token and the keys have one.
    fn key(&self, kid: Option<&str>, algorithm: jsonwebtoken::Algorithm) -> Result<&Key, TokenError> {
        let fitting = || self.keys.iter().filter(move |key| key.fits(algorithm));
        let candidates: Vec<&Key> = match kid {
            None => fitting().collect(),
            Some(kid) => {
                let named: Vec<_> = fitting().filter(|key| key.has_kid(kid)).collect();
                if named.is_empty() { fitting().filter(|key| key.is_nameless()).collect() } else { named }
            }
        };
        match candidates[..] {
            [key] => Ok(key),
            [] => Err(TokenError::UnknownKey { issuer: self.name() }),
            _ => Err(TokenError::AmbiguousKey { issuer: self.name() }),
        }
    }

    /// Reads the claims of a token whose signature has been checked.
    pub(super) fn read(&self, claims: &RawClaims, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if !claims.is_for(&self.audiences)? {
            return Err(TokenError::WrongAudience { issuer: self.name(), audiences: self.audiences.join(" or ") });
        }
        let expires_at = claims.expiry(now)?;
        let subject = claims.subject()?.to_owned();
        let mut scopes = claims.scopes(&self.scope_claims)?;
        if !self.operator {
            scopes = scopes.without(Scope::Admin);
        }
        let organization_handle = self.organization(claims)?;
        if organization_handle.is_none() && !scopes.contains(Scope::Admin) {
            return Err(TokenError::NoOrganization { issuer: self.name(), claim: self.organization_claim.clone() });
        }
        Ok(Claims { issuer: Arc::clone(&self.name), subject, organization_handle, scopes, expires_at })
    }

    /// The handle of the organization that the token names, if the issuer may speak for it (T2).
    fn organization(&self, claims: &RawClaims) -> Result<Option<String>, TokenError> {
        let Some(value) = claims.text(&self.organization_claim)? else { return Ok(None) };
        match &self.organizations {
            Organizations::Any => Ok(Some(value.to_owned())),
            Organizations::Only(handles) => match handles.get(value) {
                Some(handle) => Ok(Some(handle.clone())),
                None => {
                    Err(TokenError::ForeignOrganization { issuer: self.name(), claim: self.organization_claim.clone() })
                }
            },
        }
    }

    fn name(&self) -> String {
        self.name.as_ref().to_owned()
    }
}
