//! Reading a request's body: its encoding, and its size once it is unpacked.

use std::io::{self, Read};

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use flate2::bufread::GzDecoder;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::answer::Failure;
use super::app::App;
use super::media_type::MediaType;
use super::places::Place;
use crate::access::viewer::Viewer;

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    Gzip,
    Zstd,
}

/// What `Accept-Encoding` says of the encodings that are understood.
const UNDERSTOOD: HeaderValue = HeaderValue::from_static("gzip, zstd");

/// Window of zstd: the 8 MiB that it has at most in HTTP (RFC 9659). More would be memory for the asking.
const MOST_WINDOW_LOG: u32 = 23;

impl Encoding {
    /// The one encoding of a body with these headers.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let mut sent = headers.get_all(CONTENT_ENCODING).iter();
        let encoding = match (sent.next(), sent.next()) {
            (None, _) => Some(Self::Identity),
            (Some(value), None) => match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
                "identity" => Some(Self::Identity),
                "gzip" | "x-gzip" => Some(Self::Gzip),
                "zstd" => Some(Self::Zstd),
                _ => None,
            },
            (Some(_), Some(_)) => None,
        };
        encoding.ok_or_else(|| {
            let message =
                "the body's Content-Encoding is not understood: send it as it is, or packed once by gzip or zstd";
            unsupported(message).with_header(ACCEPT_ENCODING, UNDERSTOOD)
        })
    }
}

/// Refuses a body that is not declared as JSON in UTF-8. A form of another site, which a browser would send unasked,
/// is none.
pub(super) fn expect_json(headers: &HeaderMap) -> Result<(), Failure> {
    let mut sent = headers.get_all(CONTENT_TYPE).iter();
    let one = match (sent.next(), sent.next()) {
        (Some(value), None) => value.to_str().ok().and_then(MediaType::parse),
        _ => None,
    };
    match one {
        Some(media_type) if media_type.name != "application/json" => Err(unsupported(JSON_EXPECTED)),
        Some(media_type) if media_type.is_utf8() => Ok(()),
        Some(_) => Err(unsupported("the body must be UTF-8: send the header Content-Type: application/json")),
        None => Err(unsupported(JSON_EXPECTED)),
    }
}

const JSON_EXPECTED: &str = "the body must be JSON: send the header Content-Type: application/json";

fn unsupported(message: &str) -> Failure {
    Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message)
}

/// A body, and its part of the memory that there is for bodies.
pub(super) struct Sent {
    pub(super) bytes: Bytes,
    _place: Place,
}

/// The whole body, unpacked: neither that nor what was sent may have more bytes than the settings allow. What it may
/// come to is set aside before any of it is read.
pub(super) async fn read(app: &App, viewer: &Viewer, body: Body, encoding: Encoding) -> Result<Sent, Failure> {
    let limit = app.config.body_limit;
    let set_aside = |bytes: usize| app.bodies.take(Some(viewer), bytes.div_ceil(1_024));
    let said = body.size_hint().upper().and_then(|most| usize::try_from(most).ok());
    let place = set_aside(said.map_or(limit, |said| said.min(limit)))?;
    let bytes = read_up_to(limit, body, encoding).await?;
    drop(place);
    Ok(Sent { _place: set_aside(bytes.len())?, bytes })
}

async fn read_up_to(limit: usize, body: Body, encoding: Encoding) -> Result<Bytes, Failure> {
    let sent = Limited::new(body, limit)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { too_long(limit) } else { bad("the body broke off") })?;
    let sent = sent.to_bytes();
    if encoding == Encoding::Identity {
        return Ok(sent);
    }
    match unpack(&sent, encoding, limit) {
        Ok(Some(unpacked)) => Ok(unpacked.into()),
        Ok(None) => Err(too_long(limit)),
        Err(_) => Err(bad("the body cannot be unpacked: its Content-Encoding does not fit, or it broke off")),
    }
}

fn too_long(limit: usize) -> Failure {
    let message = format!("the body has more than {limit} bytes: send less at once");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
}

fn bad(message: &str) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
}

/// What was packed; none if it is more than `limit` bytes, of which no more are unpacked then. It is packed in one
/// piece: of empty ones a body could have a hundred thousand, and each makes the decoder begin anew.
fn unpack(packed: &[u8], encoding: Encoding, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let rest = match encoding {
        Encoding::Identity => {
            unpacked.extend_from_slice(packed);
            &[]
        }
        Encoding::Gzip => {
            let mut decoder = GzDecoder::new(packed);
            decoder.by_ref().take(most).read_to_end(&mut unpacked)?;
            decoder.into_inner()
        }
        Encoding::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(packed)?.single_frame();
            decoder.window_log_max(MOST_WINDOW_LOG)?;
            decoder.by_ref().take(most).read_to_end(&mut unpacked)?;
            decoder.finish()
        }
    };
    match unpacked.len() {
        length if length > limit => Ok(None),
        _ if !rest.is_empty() => Err(io::ErrorKind::InvalidData.into()),
        _ => Ok(Some(unpacked)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use axum::http::HeaderName;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn one_known_encoding_is_understood() {
        for (values, expected) in [
            (&[][..], Some(Encoding::Identity)),
            (&["identity"], Some(Encoding::Identity)),
            (&["gzip"], Some(Encoding::Gzip)),
            (&[" GZip "], Some(Encoding::Gzip)),
            (&["zstd"], Some(Encoding::Zstd)),
            (&["br"], None),
            (&["gzip, gzip"], None),
            (&["gzip", "gzip"], None),
            (&[""], None),
        ] {
            assert_eq!(Encoding::of(&headers(&CONTENT_ENCODING, values)).ok(), expected, "{values:?}");
        }
    }

    #[test]
    fn a_body_is_declared_as_json_in_utf_8() {
        for (values, expected) in [
            (&["application/json"][..], true),
            (&["Application/JSON; charset=\"UTF-8\"; x=y"], true),
            (&["application/json; charset=utf-16"], false),
            (&["application/json; charset="], false),
            (&["application/json, application/json"], false),
            (&["application/json", "application/json"], false),
            (&["application/graphql"], false),
            (&["text/plain"], false),
            (&["*/*"], false),
            (&[], false),
        ] {
            assert_eq!(expect_json(&headers(&CONTENT_TYPE, values)).is_ok(), expected, "{values:?}");
        }
    }

    #[test]
    fn what_was_packed_comes_back() {
        let text = b"{\"query\":\"{ viewer { subject } }\"}".repeat(100);
        for (packed, encoding, expected) in [
            (gzip(&text), Encoding::Gzip, text.clone()),
            (zstd::encode_all(&*text, 1).unwrap(), Encoding::Zstd, text.clone()),
        ] {
            assert_eq!(unpack(&packed, encoding, expected.len()).unwrap(), Some(expected.clone()));
            assert_eq!(unpack(&packed, encoding, expected.len() - 1).unwrap(), None);
            assert!(unpack(&packed[..packed.len() - 1], encoding, expected.len()).is_err(), "it broke off");
            assert!(unpack(&packed.repeat(2), encoding, expected.len()).is_err(), "more follows");
        }
        assert!(unpack(b"{}", Encoding::Gzip, 10).is_err() && unpack(b"{}", Encoding::Zstd, 10).is_err());
    }

    #[test]
    fn a_window_for_which_much_memory_would_be_needed_is_refused() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(MOST_WINDOW_LOG + 1).unwrap();
        encoder.include_contentsize(false).unwrap();
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(unpack(&packed, Encoding::Zstd, usize::MAX).is_err());
    }
}
