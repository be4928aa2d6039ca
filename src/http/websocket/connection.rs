//! One socket, from the handshake to its end: a single task, which does one thing after the other.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::http::StatusCode;
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, interval, sleep_until, timeout};
use tracing::info;

use super::LARGEST_MESSAGE;
use super::operations::{Operations, Outcome};
use super::protocol::{Action, Close, Protocol, ServerMessage};
use crate::access::viewer::Viewer;
use crate::graphql::document::Asked;
use crate::graphql::errors::RequestId;
use crate::http::answer::{Failure, is_refused, write};
use crate::http::app::App;
use crate::http::auth::{bearer_of, identify};
use crate::http::operation::{look_at, pay, run};
use crate::http::session::{End, Session};

/// How often the client is asked whether it is still there.
const BEAT: Duration = Duration::from_secs(12);

/// After how many unanswered questions it is taken for gone.
const MISSED: u32 = 2;

/// How long a client may take to read a message, and to answer the end.
const PATIENCE: Duration = Duration::from_secs(30);
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(2);

/// The longest ping that is answered.
const LARGEST_PING: usize = 1_024;

/// The key of the token in the payload of `connection_init`. As with the header, its case does not matter.
const AUTHORIZATION: &str = "authorization";

/// A socket's state.
pub(super) struct Connection {
    app: Arc<App>,
    session: Session,
    /// The token of the handshake.
    token: Option<String>,
    id: RequestId,
    protocol: Protocol,
    operations: Operations,
    /// When it must have begun.
    deadline: Instant,
    beat: Interval,
    /// How many beats ago anything was heard.
    silence: u32,
}

/// How a socket ends.
enum Ended {
    /// The service ends it.
    By(Close),
    /// The client has, or is gone.
    Gone,
}

impl From<Close> for Ended {
    fn from(close: Close) -> Self {
        Self::By(close)
    }
}

/// What happens next on a socket.
enum Happening {
    End(End),
    Late,
    Beat,
    Message(Option<Result<Message, axum::Error>>),
    Outcome(String, Outcome),
}

impl Connection {
    pub(super) fn new(app: Arc<App>, session: Session, token: Option<String>, id: RequestId) -> Self {
        Self {
            deadline: Instant::now() + app.config.live.socket_init_timeout,
            app,
            session,
            token,
            id,
            protocol: Protocol::default(),
            operations: Operations::default(),
            beat: interval(BEAT),
            silence: 0,
        }
    }

    /// Serves the socket to its end.
    pub(super) async fn serve(mut self, mut socket: WebSocket) {
        let ended = match socket.protocol() {
            Some(_) => self.run(&mut socket).await,
            None => Close::other_subprotocol().into(),
        };
        // What still runs is given up before the client is told.
        self.operations = Operations::default();
        let Ended::By(Close { code, reason }) = ended else { return info!("socket closed by its client") };
        info!(code, reason, "socket closed");
        let farewell = async {
            let frame = CloseFrame { code, reason: reason.into() };
            socket.send(Message::Close(Some(frame))).await.ok()?;
            // Until the client has answered: what it sent before would otherwise break off the connection.
            while socket.recv().await?.is_ok() {}
            Some(())
        };
        _ = timeout(PATIENCE_AT_THE_END, farewell).await;
    }

    async fn run(&mut self, socket: &mut WebSocket) -> Ended {
        loop {
            let happening = tokio::select! {
                end = self.session.ended() => Happening::End(end),
                () = sleep_until(self.deadline), if !self.protocol.is_initialised() => Happening::Late,
                _ = self.beat.tick() => Happening::Beat,
                message = socket.recv() => Happening::Message(message),
                (id, outcome) = self.operations.next() => Happening::Outcome(id, outcome),
            };
            // Whatever happens: once it is to end, nothing more is done or told.
            if let Some(end) = self.session.end() {
                return close_of(end).into();
            }
            let done = match happening {
                Happening::End(end) => Err(close_of(end).into()),
                Happening::Late => Err(Close::init_timeout().into()),
                Happening::Beat => self.ask_for_life(socket).await,
                Happening::Message(message) => self.receive(socket, message).await,
                Happening::Outcome(id, outcome) => self.tell(socket, &id, &outcome).await,
            };
            if let Err(ended) = done {
                return ended;
            }
        }
    }

    async fn ask_for_life(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        if self.silence > MISSED {
            return Err(Ended::Gone);
        }
        self.silence += 1;
        send(socket, Message::Ping(Vec::new().into())).await
    }

    async fn receive(
        &mut self,
        socket: &mut WebSocket,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), Ended> {
        self.silence = 0;
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(_))) | None => return Err(Ended::Gone),
            Some(Ok(Message::Binary(_))) => return Err(Close::invalid_message("only text is read").into()),
            Some(Err(_)) => {
                let message = format!("only text of up to {LARGEST_MESSAGE} bytes is read");
                return Err(Close::invalid_message(&message).into());
            }
        };
        match self.protocol.receive(&text)? {
            Action::Init(payload) => {
                self.identify(&payload).await?;
                tell(socket, &ServerMessage::ConnectionAck).await
            }
            Action::Pong(_) if text.len() > LARGEST_PING => {
                let message = format!("a ping has at most {LARGEST_PING} bytes, since all of it is sent back");
                Err(Close::invalid_message(&message).into())
            }
            Action::Pong(payload) => tell(socket, &ServerMessage::Pong { payload }).await,
            Action::Run(id, asked) => self.begin(socket, &id, asked, text.len()).await,
            Action::Stop(id) => {
                self.operations.stop(&id);
                Ok(())
            }
            Action::Nothing => Ok(()),
        }
    }

    /// Learns from `connection_init` whose socket this is, where the handshake did not say. Both must not differ.
    async fn identify(&mut self, payload: &Map<String, Value>) -> Result<(), Close> {
        let mut named = payload.iter().filter(|(key, _)| key.eq_ignore_ascii_case(AUTHORIZATION));
        let sent = match (named.next(), named.next()) {
            (None, _) => None,
            (Some((_, Value::String(value))), None) => Some(bearer_of(value).unwrap_or_default()),
            _ => return Err(Close::forbidden("authorization is one text: Bearer <token>")),
        };
        match (sent, &self.token) {
            (None, Some(_)) => Ok(()),
            (Some(sent), Some(token)) if sent == token => Ok(()),
            (Some(_), Some(_)) => Err(Close::forbidden("the header Authorization and connection_init differ")),
            (None, None) => Err(Close::forbidden("connection_init has no authorization in its payload")),
            (Some(sent), None) => {
                let viewer = identify(&self.app, sent).await.map_err(|failure| refusal(&failure))?;
                self.session.identify(viewer).map_err(|full| Close::try_again_later(Failure::from(full).message()))
            }
        }
    }

    async fn begin(&mut self, socket: &mut WebSocket, id: &str, asked: Asked, bytes: usize) -> Result<(), Ended> {
        let viewer = self.viewer()?;
        let most = self.app.config.live.max_operations_per_socket;
        let prepared = if self.protocol.running() > most {
            Err(Box::new(too_many(most)))
        } else {
            pay(&self.app, &viewer)
                .map_err(|failure| Box::new(failure.into_response()))
                .and_then(|()| look_at(&self.app, &viewer, asked, bytes, &self.id))
        };
        match prepared {
            Ok(accepted) => {
                self.operations.run(id, run(&self.app, viewer, accepted, &self.id));
                Ok(())
            }
            Err(refused) => self.tell(socket, id, &Outcome::Answer(refused)).await,
        }
    }

    /// Who runs an operation: known since `connection_init`, without which none is run.
    fn viewer(&self) -> Result<Viewer, Close> {
        self.session.viewer().cloned().ok_or_else(|| Close::forbidden("it is not known who is connected"))
    }

    /// Tells what came of an operation. One that was refused ends with its error.
    async fn tell(&mut self, socket: &mut WebSocket, id: &str, outcome: &Outcome) -> Result<(), Ended> {
        let message = match outcome {
            Outcome::Answer(answer) if is_refused(answer) => {
                self.forget(id);
                ServerMessage::Error { id, payload: &answer.errors }
            }
            Outcome::Answer(answer) => ServerMessage::Next { id, payload: answer },
            Outcome::End => {
                self.forget(id);
                ServerMessage::Complete { id }
            }
        };
        tell(socket, &message).await
    }

    fn forget(&mut self, id: &str) {
        self.operations.stop(id);
        self.protocol.ended(id);
    }
}

fn close_of(end: End) -> Close {
    match end {
        End::Token(reason) => Close::forbidden(reason),
        End::Stopping => Close::going_away(),
    }
}

/// Why a token of `connection_init` is not taken. Where the service could not find out, the client may try again.
fn refusal(failure: &Failure) -> Close {
    if failure.is_of_caller() { Close::forbidden(failure.message()) } else { Close::try_again_later(failure.message()) }
}

fn too_many(most: usize) -> async_graphql::Response {
    let message = format!("{most} operations run on this socket, which is the most: complete one first");
    Failure::new(StatusCode::TOO_MANY_REQUESTS, "LIMIT_EXCEEDED", message).into_response()
}

async fn tell(socket: &mut WebSocket, message: &ServerMessage<'_>) -> Result<(), Ended> {
    send(socket, Message::Text(write(message).into())).await
}

/// Sends a message to its last byte. Nothing else is done meanwhile, so that no more than this one waits for a client
/// that reads slowly; one that does not read at all is given up.
async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Ended> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Ended::Gone),
    }
}
