//! The URL under which clients reach the API: what access tokens are asked for.

use http::Uri;

use super::check::Check;
use super::settings::Raw;

/// Where the API is in this service.
const API: &str = "/graphql";

/// A resource identifier (RFC 9728): a URL without query and fragment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResourceUrl {
    text: String,
    /// Where the path begins in the text.
    path: usize,
}

pub(super) fn check(raw: Option<Raw>, check: &mut Check) -> Option<ResourceUrl> {
    let expected =
        "the https:// URL of the API as clients reach it, such as https://guidepost.example/graphql, or none";
    check.value("resource_url", raw, None, expected, |text| match text {
        "none" => Some(None),
        url => ResourceUrl::parse(url).map(Some),
    })
}

impl ResourceUrl {
    /// The URL that a text is, if it is a good one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches('/');
        let uri: Uri = text.parse().ok()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%:/[]".contains(c);
        let is_web = matches!(uri.scheme_str(), Some("https" | "http"));
        if !is_web || uri.host().is_none_or(str::is_empty) || !text.chars().all(plain) {
            return None;
        }
        let authority = text.find("://")? + 3;
        let path = text[authority..].find('/').map_or(text.len(), |at| authority + at);
        Some(Self { text: text.to_owned(), path })
    }

    /// All of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the service's own paths: the URL without the path of the API itself.
    #[must_use]
    pub fn base(&self) -> &str {
        self.text.strip_suffix(API).unwrap_or(&self.text)
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.text[..self.path]
    }

    /// The path; empty if there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.text[self.path..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_has_an_origin_and_perhaps_a_path() {
        for (text, origin, path, base) in [
            ("https://guidepost.example/graphql", "https://guidepost.example", "/graphql", "https://guidepost.example"),
            ("https://guidepost.example:8443/", "https://guidepost.example:8443", "", "https://guidepost.example:8443"),
            ("http://[::1]:4000/a/b/", "http://[::1]:4000", "/a/b", "http://[::1]:4000/a/b"),
            ("https://x/a/graphql", "https://x", "/a/graphql", "https://x/a"),
        ] {
            let url = ResourceUrl::parse(text).unwrap();
            assert_eq!((url.origin(), url.path(), url.base()), (origin, path, base));
        }
        for text in [
            "",
            "/graphql",
            "guidepost.example",
            "ftp://x",
            "https://",
            "https://x/?a",
            "https://x/#a",
            "https://a@x",
            "https://x/\"",
            "https://é",
        ] {
            assert_eq!(ResourceUrl::parse(text), None, "{text}");
        }
    }
}
