//! GraphQL over WebSocket: `GET /graphql/ws`, by the protocol `graphql-transport-ws`.
//!
//! Browsers let any page open a socket to any service, and no CORS keeps them from it. That gives a foreign page
//! nothing here: the service knows no cookies, and a token is never sent by a browser on its own.

mod connection;
mod operations;
mod protocol;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::{AUTHORIZATION, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use tracing::{Instrument as _, Span};

use self::connection::Connection;
use self::protocol::SUBPROTOCOL;
use super::answer::{Failure, Shape};
use super::app::App;
use super::auth;
use super::cost::Telling;
use super::session::Session;
use crate::graphql::errors::RequestId;

/// The longest message that is read: room for a token or a subscription. What is larger is sent by POST, where it is
/// known before it is read who sends it.
const LARGEST_MESSAGE: usize = 64 * 1_024;

/// What an idle socket holds of memory, more or less.
const READ_AT_ONCE: usize = 4 * 1_024;

/// `GET /graphql/ws`. A token in the header Authorization is held to its word at once; without one the socket is told
/// whose it is in `connection_init`, since a browser cannot set that header.
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let message = format!("this path is a WebSocket of the protocol {SUBPROTOCOL}: connect to it as such");
        return Failure::new(StatusCode::UPGRADE_REQUIRED, "BAD_USER_INPUT", message)
            .with_header(UPGRADE, HeaderValue::from_static("websocket"))
            .answer(Shape::Problem, &id);
    };
    match begin(&app, &headers).await {
        Ok((session, token)) => {
            let connection = Connection::new(app, session, token, id);
            let upgrade = upgrade
                .protocols([SUBPROTOCOL])
                .max_message_size(LARGEST_MESSAGE)
                .max_frame_size(LARGEST_MESSAGE)
                .read_buffer_size(READ_AT_ONCE);
            upgrade.on_upgrade(move |socket| connection.serve(socket).instrument(Span::current()))
        }
        Err(failure) => failure.answer(Shape::Problem, &id),
    }
}

/// The session of a caller who sent its token in a header, with that token; or of one who is yet to send it.
async fn begin(app: &Arc<App>, headers: &HeaderMap) -> Result<(Session, Option<String>), Failure> {
    Telling::expect_nothing(headers)?;
    if !headers.contains_key(AUTHORIZATION) {
        return Ok((Session::begin(app, None)?, None));
    }
    let viewer = auth::authenticate(app, headers).await?;
    let token = auth::bearer(headers).map(str::to_owned);
    Ok((Session::begin(app, Some(viewer))?, token))
}
