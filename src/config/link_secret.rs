//! The secret that links are signed with.

use secrecy::{ExposeSecret, SecretString};

use super::check::Check;
use super::settings::Raw;

/// Whoever can guess it reads whatever anyone reads.
const FEWEST_CHARACTERS: usize = 32;

/// A secret text. `Debug` leaves it out.
#[derive(Clone, Debug)]
pub struct LinkSecret(SecretString);

impl LinkSecret {
    /// The secret itself: for the key alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

pub(super) fn check(raw: Option<Raw>, check: &mut Check) -> Option<LinkSecret> {
    let Raw(text) = raw?;
    if text == "none" {
        return None;
    }
    let characters = text.chars().count();
    if characters < FEWEST_CHARACTERS {
        let expected = "32 random characters or more, such as `openssl rand -base64 32` prints, or none";
        check.wrong("link_secret", &format!("{characters} characters"), expected);
    }
    Some(LinkSecret(SecretString::from(text)))
}
