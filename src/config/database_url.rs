//! The database's URL, which may hold a password: it is shown without it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What a database URL may look like, for messages.
pub(super) const EXPECTED: &str = "sqlite://<file>, sqlite::memory: or postgres://<user>:<password>@<host>/<name>";

/// Where the data is. `Display` and `Debug` leave out the password.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Accepts the URL of a database that the service can use.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = ["sqlite:", "postgres://", "postgresql://"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
        (!rest.trim_start_matches('/').is_empty()).then(|| Self(SecretString::from(text)))
    }

    /// The whole URL, password included: for the database driver alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Any text that was meant to be a database URL, without what may be secret in it.
    pub(super) fn redact(text: &str) -> String {
        let Some((scheme, rest)) = text.split_once("://") else {
            return match text.split_once(':') {
                Some(("sqlite", _)) => text.to_owned(),
                Some((scheme, _)) => format!("{scheme}:…"),
                None => "…".to_owned(),
            };
        };
        // The last @: whatever a password is made of, nothing of it is shown.
        match rest.rsplit_once('@') {
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:…@{}", without_query(place))
            }
            None if scheme == "sqlite" => text.to_owned(),
            None => format!("{scheme}://{}", without_query(rest)),
        }
    }
}

/// A query can hold a password too.
fn without_query(place: &str) -> String {
    match place.split_once('?') {
        Some((place, _)) => format!("{place}?…"),
        None => place.to_owned(),
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::redact(self.expose()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://ada:s3cret@db.example:5432/guidepost", "postgres://ada:…@db.example:5432/guidepost"),
            ("postgresql://ada:s3/c@r?et@db/g", "postgresql://ada:…@db/g"),
            ("postgres://db/guidepost?user=ada&password=s3cret", "postgres://db/guidepost?…"),
            ("postgres:ada:s3cret", "postgres:…"),
            ("s3cret", "…"),
            ("mysql://root:s3cret@db/g", "mysql://root:…@db/g"),
            ("sqlite://guidepost.db?mode=ro", "sqlite://guidepost.db?mode=ro"),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            assert_eq!(DatabaseUrl::redact(url), shown);
            let parsed = DatabaseUrl::parse(url).map(|url| format!("{url} {url:?}"));
            assert!(!parsed.unwrap_or_default().contains("s3c"), "{url}");
        }
    }

    #[test]
    fn only_known_databases_are_accepted() {
        for good in
            ["sqlite://guidepost.db", "sqlite::memory:", "sqlite:data/g.db", "postgres://db/g", "postgresql://db/g"]
        {
            assert_eq!(DatabaseUrl::parse(good).unwrap().expose(), good);
        }
        for bad in ["", "guidepost.db", "mysql://db/g", "sqlite://", "postgres://", "postgres:db", " sqlite://g.db"] {
            assert!(DatabaseUrl::parse(bad).is_none(), "{bad}");
        }
    }
}
