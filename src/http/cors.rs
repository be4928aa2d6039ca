//! Pages of other sites that may call the API from a browser (CORS).

use std::time::Duration;

use axum::http::Method;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use tower_http::cors::{AllowHeaders, CorsLayer};

use super::observe::X_REQUEST_ID;
use super::rates;
use crate::config::Config;

/// How long a browser may remember what is allowed.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Lets the pages of the settings call, with a token that they hold: there are no cookies that a browser could add by
/// itself, so whatever other header a page sends does no harm. None if no page may.
pub(super) fn layer(config: &Config) -> Option<CorsLayer> {
    if config.cors_origins.is_empty() {
        return None;
    }
    let told = [X_REQUEST_ID, RETRY_AFTER, WWW_AUTHENTICATE].into_iter().chain(rates::HEADERS);
    Some(
        CorsLayer::new()
            .allow_origin(config.cors_origins.clone())
            .allow_methods([Method::GET, Method::POST])
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(told.collect::<Vec<_>>())
            .max_age(REMEMBERED),
    )
}
