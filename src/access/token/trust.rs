//! One trusted issuer: holds a token's signature and claims against the issuer's settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::claim_path::ClaimPath;
use super::claims::RawClaims;
use super::error::TokenError;
use super::issuer::Issuer;
use super::key_store::KeyStore;
use super::keys::Key;
use super::source::Source;
use super::{Claims, Header, Token, development};
use crate::access::scope::{Scope, Scopes};
use crate::clock::Clock;

/// What RFC 9068 calls an access token.
const ACCESS_TOKEN: &str = "at+jwt";

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
    keys: Arc<KeyStore>,
    subject_claim: ClaimPath,
    organization_claim: ClaimPath,
    scope_claims: Vec<ClaimPath>,
    scope_values: BTreeMap<String, Scopes>,
    organizations: Organizations,
    operator: bool,
    listed: bool,
}

impl TrustedIssuer {
    /// The issuer with its keys, as far as they are in files; the error says what to change.
    pub(super) fn new(issuer: &Issuer, source: Source) -> Result<Self, String> {
        let name: Arc<str> = Arc::from(issuer.issuer.as_str());
        let keys = KeyStore::open(Arc::clone(&name), source)?;
        Ok(Self {
            name,
            audiences: issuer.audiences.clone(),
            accepted_types: issuer.accepted_types.clone(),
            algorithms: issuer.algorithms.iter().map(|a| (a.name(), (*a).into())).collect(),
            keys: Arc::new(keys),
            subject_claim: issuer.subject_claim.clone(),
            organization_claim: issuer.organization_claim.clone(),
            scope_claims: issuer.scope_claims.clone(),
            scope_values: issuer.scope_values.clone(),
            organizations: Organizations::Only(issuer.organizations.clone()),
            operator: issuer.operator,
            listed: issuer.listed,
        })
    }

    pub(super) fn development() -> Self {
        let name: Arc<str> = Arc::from(development::DEVELOPMENT_ISSUER);
        let keys = KeyStore::fixed(Arc::clone(&name), vec![Key::secret(development::KEY)]);
        Self {
            name,
            audiences: vec![development::AUDIENCE.to_owned()],
            accepted_types: vec![development::TYPE.to_owned()],
            algorithms: vec![("HS256", jsonwebtoken::Algorithm::HS256)],
            keys: Arc::new(keys),
            subject_claim: ClaimPath::top("sub"),
            organization_claim: ClaimPath::top(development::ORGANIZATION_CLAIM),
            scope_claims: vec![ClaimPath::top(development::SCOPE_CLAIM)],
            scope_values: BTreeMap::new(),
            organizations: Organizations::Any,
            operator: true,
            listed: true,
        }
    }

    /// Reads the keys anew if it is time.
    pub(super) async fn refresh_keys(&self, now: DateTime<Utc>) {
        self.keys.refresh(now).await;
    }

    /// Verifies a token that says it is this issuer's. Who cannot show one is not told of an issuer that is not listed.
    pub(super) async fn verify(&self, token: &Token<'_>, clock: &Clock) -> Result<Claims, TokenError> {
        match self.check_signed(token, clock).await {
            Err(error) if !self.listed => return Err(TokenError::Unlisted(Box::new(error))),
            checked => checked?,
        }
        self.check_kind(token)?;
        self.read(&token.claims, clock.now())
    }

    /// Whether this issuer signed the token. A key that is not known may have been published since.
    async fn check_signed(&self, token: &Token<'_>, clock: &Clock) -> Result<(), TokenError> {
        let algorithm = self.check_header(&token.header)?;
        let begun = self.keys.begun();
        let check = |keys: Option<&[Key]>| self.check_signature(token, algorithm, keys);
        let mut known = self.keys.current();
        let mut checked = check(known.as_deref());
        // Twice, since what was being read when the token came tells nothing of its key.
        for _ in 0..2 {
            if !matches!(checked, Err(TokenError::UnknownKey { .. } | TokenError::KeysUnavailable { .. })) {
                return checked;
            }
            let issued_at = token.claims.issued_at()?;
            self.keys.ask_anew(known, issued_at, clock).await;
            known = self.keys.current();
            checked = check(known.as_deref()).map_err(|error| match error {
                // A valid token must not be called invalid.
                TokenError::UnknownKey { issuer }
                    if !self.keys.are_of_later_than(begun) && self.keys.may_lack_key_of(issued_at) =>
                {
                    TokenError::KeysUnavailable { issuer }
                }
                error => error,
            });
            if self.keys.were_asked_for_later_than(begun) {
                break;
            }
        }
        checked
    }

    /// The algorithm of a header that an access token of this issuer may have.
    fn check_header(&self, header: &Header) -> Result<jsonwebtoken::Algorithm, TokenError> {
        // That it is a JWT need not be said.
        if !self.accepts_type(header.typ.as_deref().unwrap_or("JWT")) {
            return Err(TokenError::WrongType { issuer: self.name(), accepted: self.accepted_types.join(" or ") });
        }
        let allowed = self.algorithms.iter().find(|(name, _)| *name == header.alg);
        allowed.map(|(_, algorithm)| *algorithm).ok_or_else(|| {
            let names: Vec<_> = self.algorithms.iter().map(|(name, _)| *name).collect();
            TokenError::WrongAlgorithm { issuer: self.name(), allowed: names.join(" or ") }
        })
    }

    /// Whether one of these keys signed the token.
    fn check_signature(
        &self,
        token: &Token<'_>,
        algorithm: jsonwebtoken::Algorithm,
        keys: Option<&[Key]>,
    ) -> Result<(), TokenError> {
        let keys = keys.ok_or_else(|| TokenError::KeysUnavailable { issuer: self.name() })?;
        let key = self.choose(keys, token.header.kid.as_deref(), algorithm)?;
        if key.verifies(token.message, token.signature, algorithm) {
            Ok(())
        } else {
            Err(TokenError::WrongSignature { issuer: self.name() })
        }
    }

    fn accepts_type(&self, typ: &str) -> bool {
        let typ = media_type(typ);
        self.accepted_types.iter().any(|accepted| accepted.eq_ignore_ascii_case(&typ))
    }

    /// Whether it is an access token: by its type, and where that is any JWT's, by its claims.
    fn check_kind(&self, token: &Token<'_>) -> Result<(), TokenError> {
        let says_so = token.header.typ.as_deref().is_some_and(|typ| media_type(typ) == ACCESS_TOKEN);
        match token.claims.other_kind() {
            Some(claim) if !says_so => Err(TokenError::NotAnAccessToken { issuer: self.name(), claim }),
            _ => Ok(()),
        }
    }

    /// The one key that can have signed: by `kid` where the token and the keys have one.
    fn choose<'k>(
        &self,
        keys: &'k [Key],
        kid: Option<&str>,
        algorithm: jsonwebtoken::Algorithm,
    ) -> Result<&'k Key, TokenError> {
        let fitting = || keys.iter().filter(move |key| key.fits(algorithm));
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
    fn read(&self, claims: &RawClaims, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if !claims.is_for(&self.audiences)? {
            return Err(TokenError::WrongAudience { issuer: self.name(), audiences: self.audiences.join(" or ") });
        }
        let expires_at = claims.expiry(now)?;
        let issued_at = claims.issued_until(now)?;
        let token_id = claims.token_id()?.map(str::to_owned);
        let subject = claims.subject(&self.subject_claim)?.to_owned();
        let mut scopes = claims.scopes(&self.scope_claims, &self.scope_values)?;
        if !self.operator {
            scopes = scopes.without(Scope::Admin);
        }
        let organization_handle = self.organization(claims)?;
        if organization_handle.is_none() && !scopes.contains(Scope::Admin) {
            return Err(TokenError::NoOrganization { issuer: self.name(), claim: self.organization_claim.to_string() });
        }
        let issuer = Arc::clone(&self.name);
        Ok(Claims { issuer, subject, organization_handle, scopes, token_id, issued_at, expires_at })
    }

    /// The handle of the organization that the token names, if the issuer may speak for it (T2).
    fn organization(&self, claims: &RawClaims) -> Result<Option<String>, TokenError> {
        let Some(value) = claims.text(&self.organization_claim)? else { return Ok(None) };
        match &self.organizations {
            Organizations::Any => Ok(Some(value.to_owned())),
            Organizations::Only(handles) => match handles.get(value) {
                Some(handle) => Ok(Some(handle.clone())),
                None => Err(TokenError::ForeignOrganization {
                    issuer: self.name(),
                    claim: self.organization_claim.to_string(),
                }),
            },
        }
    }

    fn name(&self) -> String {
        self.name.as_ref().to_owned()
    }
}

/// Media types are compared without case, and `application/` may be left out (RFC 9068, 4).
fn media_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ)
}
