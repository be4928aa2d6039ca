//! Who is calling: from the bearer token (RFC 6750) to the viewer.

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use tracing::{error, info};

use super::answer::Failure;
use super::app::App;
use crate::access::token::{RETRY_AFTER_SECONDS, TokenError, has_expired};
use crate::access::viewer::Viewer;

/// The caller of a request with these headers; else the 401 to answer.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Viewer, Failure> {
    let Some(token) = bearer(headers) else { return Err(no_token(app)) };
    identify(app, token).await
}

/// Whose token this is; else the 401 to answer.
pub(super) async fn identify(app: &App, token: &str) -> Result<Viewer, Failure> {
    let claims = app.verifier.verify(token, &app.clock).await.map_err(|reason| {
        info!(%reason, "token refused");
        match reason {
            TokenError::KeysUnavailable { .. } => try_again(reason.description()),
            _ => invalid_token(app, reason.description()),
        }
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
                invalid_token(app, "the token's organization is not registered here")
            })?)
        }
    };
    let viewer = Viewer {
        issuer: claims.issuer,
        subject: claims.subject,
        organization,
        scopes: claims.scopes,
        token_id: claims.token_id,
        issued_at: claims.issued_at,
        expires_at: claims.expires_at,
    };
    refuse_revoked(app, &viewer).await?;
    Ok(viewer)
}

/// The caller that a link to `target` reads for; else the 401 to answer. What has become of its token since then counts.
pub(super) async fn follow(app: &App, target: &str, link: &str) -> Result<Viewer, Failure> {
    let key = app.links.key.as_ref();
    let viewer = key.and_then(|key| key.open(target, link, app.clock.now()));
    let viewer = viewer.filter(|viewer| app.verifier.trusts(&viewer.issuer)).ok_or_else(|| {
        let message = "the link is not good, or no longer: ask for a new one, and use its URL as it is";
        unauthenticated(app, message, Vec::new())
    })?;
    refuse_revoked(app, &viewer).await?;
    Ok(viewer)
}

async fn refuse_revoked(app: &App, viewer: &Viewer) -> Result<(), Failure> {
    app.revocations.ensure_read(app.database.reader(), app.clock.now()).await.map_err(|failure| {
        error!(error = ?failure, "revocations could not be read");
        Failure::from(failure)
    })?;
    if app.is_revoked(viewer) {
        info!(issuer = %viewer.issuer, "token refused: it is revoked");
        return Err(invalid_token(app, "the token has been revoked"));
    }
    Ok(())
}

/// Why the token of a caller who stays connected is no longer good, if so: the one place where that is decided.
pub(super) fn end_of_token(app: &App, viewer: &Viewer) -> Option<&'static str> {
    if has_expired(viewer.expires_at, app.clock.now()) {
        Some("the token has expired")
    } else {
        app.is_revoked(viewer).then_some("the token has been revoked")
    }
}

/// The token of the one Authorization header, if that is what it holds.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    bearer_of(value.to_str().ok()?)
}

/// The token in the value of an Authorization header, if that is what it holds.
pub(super) fn bearer_of(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Without a token there is nothing to explain but that one is needed.
fn no_token(app: &App) -> Failure {
    let message = "no access token was sent: send the header Authorization: Bearer <token>";
    unauthenticated(app, message, Vec::new())
}

/// Nothing is wrong with the token as far as anyone can tell.
fn try_again(description: &str) -> Failure {
    Failure::unavailable(format!("{description}: try again in a while")).after(RETRY_AFTER_SECONDS)
}

/// `description` is a fixed sentence in the characters that RFC 6750 allows.
fn invalid_token(app: &App, description: &str) -> Failure {
    let explained = vec![r#"error="invalid_token""#.to_owned(), format!(r#"error_description="{description}""#)];
    unauthenticated(app, description, explained)
}

/// The challenge of RFC 6750, with RFC 9728's way to a token where the settings name it.
fn unauthenticated(app: &App, message: &str, mut challenge: Vec<String>) -> Failure {
    if let Some(resource) = &app.protected_resource {
        challenge.push(format!(r#"resource_metadata="{}""#, resource.metadata_url));
    }
    let challenge = format!("Bearer {}", challenge.join(", "));
    let challenge = HeaderValue::from_str(challenge.trim_end()).expect("challenges are plain ASCII");
    Failure::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message).with_header(WWW_AUTHENTICATE, challenge)
}
