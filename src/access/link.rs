//! Signed links: a short-lived stand-in for a caller's token, good for one thing to read.
//!
//! A link carries who it reads for and until when, and a signature (HMAC-SHA256) over that and over what is read. It is no
//! grant of its own: whoever uses it sees what its caller sees at that moment, as long as the token that it was made with
//! is not revoked. Of the token's scopes it keeps those that read KPIs and the
//! names of sites.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::permit::{READ_RELATIONSHIPS, READ_REVISIONS};
use super::scope::{Scope, Scopes};
use super::viewer::Viewer;
use crate::error::{Error, Result};
use crate::id::OrganizationId;

/// What signatures are about, so that none is good for anything else.
const PURPOSE: &[u8] = b"guidepost link 1";

/// Longer ones are none of ours, and not looked at.
const MAX_BYTES: usize = 4_096;

/// What links are signed with.
#[derive(Clone)]
pub struct LinkKey(Hmac<Sha256>);

impl LinkKey {
    /// The key of a secret, which other services of the same data know, too.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("a key of any length is good"))
    }

    /// A key that nobody else knows, and that is gone when the service ends.
    pub fn random() -> Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self::of(&secret))
    }

    /// A link for a caller to what is at `target`.
    #[must_use]
    pub fn sign(&self, target: &str, viewer: &Viewer, until: DateTime<Utc>) -> String {
        let Viewer { issuer, subject, organization, scopes, token_id, issued_at, expires_at: _ } = viewer;
        let is_kept = |scope: &Scope| READ_REVISIONS.0.contains(scope) || READ_RELATIONSHIPS.0.contains(scope);
        let reader = Reader {
            issuer: issuer.to_string(),
            subject: subject.clone(),
            organization: organization.map(|id| id.to_string()),
            scopes: scopes.iter().filter(is_kept).collect::<Scopes>().to_string(),
            token_id: token_id.clone(),
            issued_at: *issued_at,
            until,
        };
        let reader = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&reader).expect("texts and times can be written"));
        let signature = URL_SAFE_NO_PAD.encode(self.mac(target, &reader).finalize().into_bytes());
        format!("{reader}.{signature}")
    }

    /// Whom a link to `target` reads for, if it is one of ours and still good.
    #[must_use]
    pub fn open(&self, target: &str, link: &str, now: DateTime<Utc>) -> Option<Viewer> {
        let (reader, signature) = Some(link).filter(|link| link.len() <= MAX_BYTES)?.split_once('.')?;
        // In constant time.
        self.mac(target, reader).verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        let reader: Reader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(reader).ok()?).ok()?;
        let organization: Option<OrganizationId> = reader.organization.map(|id| id.parse()).transpose().ok()?;
        (now < reader.until).then(|| Viewer {
            issuer: Arc::from(reader.issuer),
            subject: reader.subject,
            organization,
            scopes: Scopes::parse(&reader.scopes),
            token_id: reader.token_id,
            issued_at: reader.issued_at,
            expires_at: reader.until,
        })
    }

    fn mac(&self, target: &str, reader: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in [PURPOSE, target.as_bytes(), reader.as_bytes()] {
            // Where a part ends is signed, too: no other parts can be read into the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

/// Who a link reads for, and until when.
#[derive(Serialize, Deserialize)]
struct Reader {
    #[serde(rename = "iss")]
    issuer: String,
    #[serde(rename = "sub")]
    subject: String,
    #[serde(rename = "org", skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(rename = "scope")]
    scopes: String,
    #[serde(rename = "jti", skip_serializing_if = "Option::is_none")]
    token_id: Option<String>,
    #[serde(rename = "iat", skip_serializing_if = "Option::is_none")]
    issued_at: Option<DateTime<Utc>>,
    #[serde(rename = "exp")]
    until: DateTime<Utc>,
}

/// How links are made: with which key, if there is one, and to which address.
#[derive(Clone)]
pub struct Links {
    /// The key; without one there are no links.
    pub key: Option<LinkKey>,
    /// What stands before a path: nothing where it is not known how clients reach the service.
    pub base: String,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    const TARGET: &str = "/charts/kpi_1.svg?width=960";

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn anna() -> Viewer {
        Viewer {
            issuer: "https://id.example".into(),
            subject: "anna".to_owned(),
            organization: Some(OrganizationId::new(Uuid::from_u128(7))),
            scopes: Scopes::from([Scope::KpisRead, Scope::KpisWrite, Scope::KpisApprove, Scope::ActionsRead]),
            token_id: Some("t1".to_owned()),
            issued_at: Some(now() - TimeDelta::minutes(5)),
            expires_at: now() + TimeDelta::hours(8),
        }
    }

    #[test]
    fn a_link_reads_for_who_made_it_and_can_do_nothing_else() {
        let (key, until) = (LinkKey::of(b"secret"), now() + TimeDelta::hours(1));
        let link = key.sign(TARGET, &anna(), until);
        let expected = Viewer { scopes: Scopes::from([Scope::KpisRead]), expires_at: until, ..anna() };
        assert_eq!(key.open(TARGET, &link, now()), Some(expected));
        let operator = Viewer { organization: None, token_id: None, issued_at: None, ..anna() };
        let opened = key.open(TARGET, &key.sign(TARGET, &operator, until), now()).unwrap();
        assert_eq!((opened.organization, opened.token_id, opened.issued_at), (None, None, None));
    }

    #[test]
    fn a_link_ends() {
        let (key, until) = (LinkKey::of(b"secret"), now() + TimeDelta::hours(1));
        let link = key.sign(TARGET, &anna(), until);
        assert!(key.open(TARGET, &link, until - TimeDelta::milliseconds(1)).is_some());
        assert_eq!(key.open(TARGET, &link, until), None);
    }

    #[test]
    fn nothing_in_a_link_can_be_changed() {
        let key = LinkKey::of(b"secret");
        let link = key.sign(TARGET, &anna(), now() + TimeDelta::hours(1));
        assert_eq!(key.open("/charts/kpi_2.svg?width=960", &link, now()), None, "to another picture");
        assert_eq!(LinkKey::of(b"other").open(TARGET, &link, now()), None, "with another key");
        assert_eq!(LinkKey::random().unwrap().open(TARGET, &link, now()), None, "with a random key");
        for (place, c) in link.char_indices() {
            let other = if c == 'A' { 'B' } else { 'A' };
            let mut changed = link.clone();
            changed.replace_range(place..=place, &other.to_string());
            assert_eq!(key.open(TARGET, &changed, now()), None, "{changed}");
        }
        assert_eq!(key.open("/charts/kpi_1.svg", &link, now()), None, "to a part of it");
        for none in ["", ".", "a", "a.b", &"a".repeat(MAX_BYTES + 1), &link[..link.len() - 1]] {
            assert_eq!(key.open(TARGET, none, now()), None, "{none}");
        }
    }

    #[test]
    fn what_is_signed_is_a_link_to_one_thing_and_nothing_else() {
        let (key, until) = (LinkKey::of(b"secret"), now() + TimeDelta::hours(1));
        // Blanks before JSON say nothing: four characters of what is read could be moved to who reads it.
        let (blanks, rest) = ("ICAg", "/charts/kpi_1.svg?x=");
        let link = key.sign(&format!("{rest}{blanks}"), &anna(), until);
        assert_eq!(key.open(rest, &format!("{blanks}{link}"), now()), None);
        // The secret may sign other things, too.
        let link = key.sign(TARGET, &anna(), until);
        let (reader, _) = link.split_once('.').unwrap();
        let mut mac = key.0.clone();
        for part in ["", TARGET, reader] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let without_purpose = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        assert_eq!(key.open(TARGET, &format!("{reader}.{without_purpose}"), now()), None);
        let long = Viewer { subject: "a".repeat(MAX_BYTES), ..anna() };
        assert_eq!(key.open(TARGET, &key.sign(TARGET, &long, until), now()), None, "none of ours is so long");
    }
}
