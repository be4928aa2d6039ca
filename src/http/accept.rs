//! Which form of answer a client prefers (`Accept`, RFC 9110), of those that there are.

use std::cmp::Reverse;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::answer::GraphqlType;
use super::media_type::MediaType;

/// What `/graphql` can answer with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Offer {
    /// A GraphQL response.
    Graphql(GraphqlType),
    /// GraphiQL.
    Page,
    /// A stream of GraphQL responses.
    Events,
}

impl Offer {
    /// A request that does not care gets the first. GraphQL over HTTP would have it be the second by now, but what
    /// clients sent no `Accept` for was `application/json`, and they still rely on its status 200.
    pub(super) const RESPONSES: &[Self] =
        &[Self::Graphql(GraphqlType::Json), Self::Graphql(GraphqlType::GraphqlResponse)];

    /// Where there is a page too, it comes last.
    pub(super) const RESPONSES_AND_PAGE: &[Self] =
        &[Self::Graphql(GraphqlType::Json), Self::Graphql(GraphqlType::GraphqlResponse), Self::Page];

    const fn name(self) -> &'static str {
        match self {
            Self::Graphql(media_type) => media_type.name(),
            Self::Page => "text/html",
            Self::Events => "text/event-stream",
        }
    }
}

/// The best of `offers` for a request with these headers; none if it accepts none of them.
pub(super) fn negotiate(headers: &HeaderMap, offers: &[Offer]) -> Option<Offer> {
    // What is no text names no media type, but it says that not just anything will do.
    let accepted = || headers.get_all(ACCEPT).iter().map(|value| value.to_str().unwrap_or("?"));
    if accepted().all(|value| value.trim().is_empty()) {
        return offers.first().copied();
    }
    preferred(accepted(), offers)
}

/// The offer with the highest quality; among equals the one that is named most closely, then the one that is named
/// first, then the one that is offered first.
fn preferred<'a>(accepted: impl Iterator<Item = &'a str>, offers: &[Offer]) -> Option<Offer> {
    let ranges: Vec<Range> = accepted.flat_map(MediaType::list).filter_map(Range::from_media_type).collect();
    let ranked = offers.iter().filter_map(|offer| Some((rank(&ranges, offer.name())?, *offer)));
    let best = ranked.rev().max_by_key(|(rank, _)| *rank)?;
    Some(best.1)
}

/// Quality, specificity and place of the range that decides on a name; none if the name is not accepted.
fn rank(ranges: &[Range], name: &str) -> Option<(u16, u8, Reverse<usize>)> {
    let fitting = ranges.iter().enumerate().filter(|(_, range)| range.has(name));
    let (place, range) = fitting.max_by_key(|(place, range)| (range.specificity, Reverse(*place)))?;
    (range.quality > 0).then_some((range.quality, range.specificity, Reverse(place)))
}

/// Media types that a client accepts alike.
struct Range {
    name: String,
    /// In thousandths.
    quality: u16,
    /// A name with parameters goes before one without, and that before a wildcard.
    specificity: u8,
}

impl Range {
    /// None for a range that no answer can be in, or whose quality is no number.
    fn from_media_type(media_type: MediaType) -> Option<Self> {
        let is_quality = |(name, _): &(String, String)| name == "q";
        let quality = match media_type.parameters.iter().find(|parameter| is_quality(parameter)) {
            Some((_, text)) => thousandths(text)?,
            None => 1_000,
        };
        let bare = media_type.parameters.iter().all(is_quality);
        let specificity = match &*media_type.name {
            "*/*" => 0,
            name if name.ends_with("/*") => 1,
            _ if bare => 2,
            _ => 3,
        };
        media_type.is_utf8().then_some(Self { name: media_type.name, quality, specificity })
    }

    fn has(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some("*/") => true,
            Some(kind) => name.starts_with(kind),
            None => self.name == name,
        }
    }
}

/// A quality from 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let well_formed = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "0" if well_formed => format!("{decimals:0<3}").parse().ok(),
        "1" if well_formed && decimals.bytes().all(|byte| byte == b'0') => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<Offer> = Some(Offer::Graphql(GraphqlType::Json));
    const RESPONSE: Option<Offer> = Some(Offer::Graphql(GraphqlType::GraphqlResponse));
    const PAGE: Option<Offer> = Some(Offer::Page);

    fn headers(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (ACCEPT, (*value).try_into().unwrap())).collect()
    }

    #[test]
    fn the_best_offer_is_taken() {
        for (accept, expected) in [
            ("", JSON),
            (" ", JSON),
            ("*/*", JSON),
            ("application/*", JSON),
            ("application/json", JSON),
            ("APPLICATION/JSON", JSON),
            ("application/json; charset=utf-8", JSON),
            ("application/json; version=1", JSON),
            ("application/graphql-response+json", RESPONSE),
            ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE),
            ("application/graphql-response+json, application/json;q=0.9", RESPONSE),
            ("application/json, application/graphql-response+json", JSON),
            ("application/json;q=0.5, application/graphql-response+json;q=0.501", RESPONSE),
            ("application/json;q=0.999, */*", RESPONSE),
            ("*/*;q=0.1, application/graphql-response+json;q=0.2", RESPONSE),
            ("*/*, application/graphql-response+json", RESPONSE),
            ("application/json;q=0, */*", RESPONSE),
            ("application/*;q=0.2, application/graphql-response+json;q=0.1", JSON),
            ("text/html;q=0.9, application/*;q=0.8", PAGE),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", PAGE),
            ("text/*, application/json", JSON),
            ("text/csv, application/json;q=0.001", JSON),
            ("nonsense, application/json;q=x, application/graphql-response+json", RESPONSE),
            ("application/json;charset=utf-16, application/graphql-response+json;q=0.1", RESPONSE),
            ("application/json;q=0.1, application/json;charset=utf-8;q=0.9, */*;q=0.5", JSON),
        ] {
            assert_eq!(negotiate(&headers(&[accept.as_bytes()]), Offer::RESPONSES_AND_PAGE), expected, "{accept}");
        }
        assert_eq!(negotiate(&HeaderMap::new(), Offer::RESPONSES_AND_PAGE), JSON);
        let in_two = headers(&[b"application/json;q=0.1", b"application/graphql-response+json"]);
        assert_eq!(negotiate(&in_two, Offer::RESPONSES), RESPONSE);
    }

    #[test]
    fn a_client_that_accepts_none_gets_none() {
        for accept in [
            "text/html",
            "text/plain, image/*",
            "application/json;q=0",
            "application/json;q=0, application/graphql-response+json;q=0.000, */*;q=0",
            "*/*;q=0",
            "application/json;charset=latin1",
            "application/json;q=1.1",
            "application/json;q=0.1234",
            "application/json;q=-1",
            "json",
            ",",
            "\u{ff}",
        ] {
            assert_eq!(negotiate(&headers(&[accept.as_bytes()]), Offer::RESPONSES), None, "{accept}");
        }
    }
}
