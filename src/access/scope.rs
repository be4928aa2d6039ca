//! Scopes: what a token lets its caller do. A scope lets, a rule limits: see `access::permit`.

use std::fmt;

macro_rules! scopes {
    ($($scope:ident = $text:literal, $description:literal;)*) => {
        /// One scope of an access token.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Scope {
            $(
                #[doc = $description]
                $scope,
            )*
        }

        impl Scope {
            /// Every scope, in the order in which documentation lists them.
            pub const ALL: &[Self] = &[$(Self::$scope),*];

            /// The scope as tokens and the schema spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$scope => $text,)*
                }
            }

            /// What the scope lets its caller do, within the relationships of its own organization.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$scope => $description,)*
                }
            }
        }
    };
}

scopes! {
    RelationshipsRead = "relationships:read", "Read organizations, sites, contacts and relationships.";
    RelationshipsWrite = "relationships:write",
        "Write its own organization, sites and contacts; propose and describe relationships.";
    RelationshipsApprove = "relationships:approve", "Accept, pause or end a relationship for its party.";
    ActionsRead = "actions:read", "Read action items.";
    ActionsWrite = "actions:write", "Ask for action items, answer the counterparty's, and work on them.";
    KpisRead = "kpis:read",
        "Working level: read definitions, datasets from SHARED on, and its own party's drafts.";
    KpisReadReleased = "kpis:read-released",
        "Leadership: read released revisions only, with both parties' interpretations.";
    KpisCollect = "kpis:collect",
        "Open its own party's drafts and record observations into them, and nothing else: the scope of an ERP or QMS robot.";
    KpisWrite = "kpis:write", "Propose, reject and withdraw definitions; share, correct, interpret and release datasets.";
    KpisApprove = "kpis:approve", "Sign for its party: agree a definition, align on a dataset.";
    JournalRead = "journal:read", "Read the audit trail.";
    SchemaRead = "schema:read",
        "Ask a service in production for its schema by introspection. It is the schema.graphql that is published.";
    Admin = "admin", "Operate the service: register organizations, revoke tokens. Reads no relationship's data.";
}

impl Scope {
    /// The scope of this text, if it is one that the service knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes, as small as a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u16);

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// The scopes named in a space-separated text. Unknown ones are left out: an issuer may have
    /// scopes for other services in the same token.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().filter_map(Scope::parse).collect()
    }

    /// Whether this scope is among them.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The same scopes and those of `other`.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The same scopes without this one.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl<const N: usize> From<[Scope; N]> for Scopes {
    fn from(scopes: [Scope; N]) -> Self {
        scopes.into_iter().collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { " " };
            write!(f, "{separator}{scope}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_found_by_its_text() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(*scope));
            assert!(scope.description().ends_with('.'), "{scope}");
        }
        assert_eq!(Scope::parse("kpis"), None);
    }

    #[test]
    fn unknown_scopes_are_left_out() {
        let scopes = Scopes::parse("  openid kpis:read\tadmin:all KPIS:WRITE actions:read kpis:read ");
        assert_eq!(scopes, Scopes::from([Scope::KpisRead, Scope::ActionsRead]));
        assert_eq!(scopes.to_string(), "actions:read kpis:read");
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let all: Scopes = Scope::ALL.iter().copied().collect();
        assert!(all.iter().eq(Scope::ALL.iter().copied()));
        let fewer = all.without(Scope::Admin);
        assert!(!fewer.contains(Scope::Admin) && fewer.contains(Scope::JournalRead));
        assert_eq!(fewer.union(Scopes::from([Scope::Admin])), all);
        assert!(Scopes::NONE.is_empty() && Scopes::default().to_string().is_empty());
    }
}
