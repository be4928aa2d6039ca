//! The settings of the HTTP interface that are more than a number.

use std::net::SocketAddr;

use axum::http::HeaderValue;

use super::check::Check;
use super::settings::Raw;

/// Which statuses GraphQL answers have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusProfile {
    /// What clients of all ages expect, and the audits of `graphql-http` ask for.
    Compatible,
    /// What the edition of September 2026 asks for, with 422 and 294.
    September2026,
}

pub(super) fn listen(raw: Option<Raw>, check: &mut Check) -> SocketAddr {
    let usual = SocketAddr::from(([127, 0, 0, 1], 4000));
    check.value("listen", raw, usual, "an IP address and a port, such as 127.0.0.1:4000 or [::]:4000", |text| {
        text.parse().ok()
    })
}

pub(super) fn status_profile(raw: Option<Raw>, check: &mut Check) -> StatusProfile {
    check.value("status_profile", raw, StatusProfile::Compatible, "compatible or september-2026", |text| match text {
        "compatible" => Some(StatusProfile::Compatible),
        "september-2026" => Some(StatusProfile::September2026),
        _ => None,
    })
}

pub(super) fn cors_origins(raw: Option<Raw>, check: &mut Check) -> Vec<HeaderValue> {
    let expected = "none, or origins as browsers send them, such as https://portal.example,https://portal.example:8443";
    check.value("cors_origins", raw, Vec::new(), expected, |text| match text {
        "none" => Some(Vec::new()),
        text => text.split(',').map(|part| origin(part.trim())).collect(),
    })
}

/// As browsers write it, so that it can be compared: scheme, host and port, in lower case, with nothing behind.
fn origin(text: &str) -> Option<HeaderValue> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.bytes().all(plain)).then(|| HeaderValue::from_str(text).ok())?
}
