//! The caller of a request, once its token is verified: whom everything is read and written for.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::scope::{Scope, Scopes};
use crate::id::OrganizationId;

/// A verified caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewer {
    /// Who issued the token.
    pub issuer: Arc<str>,
    /// Who the caller is, in the issuer's words. Unique together with the issuer.
    pub subject: String,
    /// The organization that the caller acts for. None for an operator of the service, who acts for none.
    pub organization: Option<OrganizationId>,
    /// What the token lets the caller do.
    pub scopes: Scopes,
    /// The token's own name (`jti`), if it has one.
    pub token_id: Option<String>,
    /// When the token was issued (`iat`), if it says so.
    pub issued_at: Option<DateTime<Utc>>,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

impl Viewer {
    /// Whether the token carries this scope.
    #[must_use]
    pub const fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether the token carries at least one of these scopes.
    #[must_use]
    pub fn has_any(&self, scopes: &[Scope]) -> bool {
        scopes.iter().any(|scope| self.has(*scope))
    }
}
