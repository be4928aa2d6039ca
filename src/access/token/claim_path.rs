//! Where a claim is: at the top of the token, or inside other claims.

use std::fmt;

/// The names that lead to a claim. A name may hold dots and slashes, as the names of claims that are URLs do, so a path
/// is a list of names and never one text that would have to be taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// The claim of this name at the top of the token.
    #[must_use]
    pub fn top(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// The claim that these names lead to, from the outside inwards; none if a name is missing.
    #[must_use]
    pub fn new(names: Vec<String>) -> Option<Self> {
        (!names.is_empty() && !names.iter().any(String::is_empty)).then_some(Self(names))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for ClaimPath {
    /// As in the settings, but a single name without quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [name] => f.write_str(name),
            names => write!(f, "{names:?}"),
        }
    }
}
