//! Who is calling: from the bearer token (RFC 6750) to the viewer.

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use tracing::{error, info};

use super::answer::Failure;
use super::app::App;
use crate::access::viewer::Viewer;

/// The caller of a request with these headers; else the 401 to answer.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Viewer, Failure> {
    let Some(token) = bearer(headers) else { return Err(no_token()) };
    let claims = app.verifier.verify(token, app.clock.now()).map_err(|reason| {
        info!(%reason, "token refused");
        invalid_token(reason.description())
    })?;
    let organization = match &claims.organization_handle {
        None => None,
        Some(handle) => {
            let found = app.organizations.find(app.database.reader(), handle).await.map_err(|failure| {
                error!(error = ?failure, "the caller's organization could not be looked up");
                Failure::from(failure)
            })?;
            Some(found.ok_or_else(|| {
                info!(issuer = %claims.issuer, "token refused: no organization with its handle is registered");
                invalid_token("the token's organization is not registered here")
            })?)
        }
    };
    Ok(Viewer {
        issuer: claims.issuer,
        subject: claims.subject,
        organization,
        scopes: claims.scopes,
        expires_at: claims.expires_at,
    })
}

/// The token of the one Authorization header, if that is what it holds.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Without a token there is nothing to explain but that one is needed.
fn no_token() -> Failure {
    unauthenticated("no access token was sent: send the header Authorization: Bearer <token>", "Bearer")
}

/// `description` is a fixed sentence in the characters that RFC 6750 allows.
fn invalid_token(description: &str) -> Failure {
    let challenge = format!(r#"Bearer error="invalid_token", error_description="{description}""#);
    unauthenticated(description, &challenge)
}

fn unauthenticated(message: &str, challenge: &str) -> Failure {
    let challenge = HeaderValue::from_str(challenge).expect("challenges are plain ASCII");
    Failure::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message).with_header(WWW_AUTHENTICATE, challenge)
}
