//! The protocol `graphql-transport-ws`, as far as it is a matter of messages alone: what each message of the client
//! asks for in the order that they come, and what ends the socket. No socket and no clock.
//!
//! The protocol: <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::graphql::document::Asked;
use crate::http::envelope::Members;

/// The name of the protocol in the handshake.
pub(super) const SUBPROTOCOL: &str = "graphql-transport-ws";

/// The longest id of an operation, in bytes. Clients send UUIDs or numbers.
const LONGEST_ID: usize = 128;

/// What a client sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage {
    ConnectionInit { payload: Option<Map<String, Value>> },
    Ping { payload: Option<Map<String, Value>> },
    Pong {},
    Subscribe { id: String, payload: Members },
    Complete { id: String },
}

/// What the service sends. Answers are JSON already.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: &'a async_graphql::Response,
    },
    Error {
        id: &'a str,
        payload: &'a [async_graphql::ServerError],
    },
    Complete {
        id: &'a str,
    },
}

/// The end of a socket, with the code and the reason that the client is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: String,
}

impl Close {
    /// The longest reason, in bytes: a close frame has room for no more.
    const LONGEST_REASON: usize = 123;

    pub(super) fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        reason.truncate(reason.floor_char_boundary(Self::LONGEST_REASON));
        Self { code, reason }
    }

    /// The service stops. Clients connect again by themselves.
    pub(super) fn going_away() -> Self {
        Self::new(1001, "the service is stopping")
    }

    /// There is no place left. Clients try again by themselves, after a while.
    pub(super) fn try_again_later(reason: &str) -> Self {
        Self::new(1013, reason)
    }

    pub(super) fn invalid_message(what: &str) -> Self {
        Self::new(4400, format!("Invalid message: {what}"))
    }

    fn not_acknowledged() -> Self {
        Self::new(4401, "Unauthorized: send connection_init first")
    }

    /// The token is not, or no longer, accepted. Clients may connect again by themselves, with a new one.
    pub(super) fn forbidden(reason: &str) -> Self {
        Self::new(4403, format!("Forbidden: {reason}"))
    }

    pub(super) fn other_subprotocol() -> Self {
        Self::new(4406, format!("Subprotocol not acceptable: ask for {SUBPROTOCOL}"))
    }

    pub(super) fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    fn id_in_use(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    fn second_init() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }
}

/// What a message asks for.
#[derive(Debug)]
pub(super) enum Action {
    /// Begin, with what stands in the payload.
    Init(Map<String, Value>),
    /// Answer a ping.
    Pong(Option<Map<String, Value>>),
    /// Run an operation.
    Run(String, Asked),
    /// Stop an operation.
    Stop(String),
    Nothing,
}

/// What has been said on one socket.
#[derive(Debug, Default)]
pub(super) struct Protocol {
    is_initialised: bool,
    running: HashSet<String>,
}

impl Protocol {
    /// Whether the client has sent `connection_init`.
    pub(super) const fn is_initialised(&self) -> bool {
        self.is_initialised
    }

    /// How many operations are running.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// Takes a message of the client.
    pub(super) fn receive(&mut self, text: &str) -> Result<Action, Close> {
        let message = serde_json::from_str(text).map_err(|_| Close::invalid_message("not one of the protocol"))?;
        match message {
            ClientMessage::ConnectionInit { .. } if self.is_initialised => Err(Close::second_init()),
            ClientMessage::ConnectionInit { payload } => {
                self.is_initialised = true;
                Ok(Action::Init(payload.unwrap_or_default()))
            }
            ClientMessage::Ping { payload } => Ok(Action::Pong(payload)),
            ClientMessage::Subscribe { .. } if !self.is_initialised => Err(Close::not_acknowledged()),
            ClientMessage::Subscribe { id, payload } => {
                let asked =
                    payload.check("payload.").map_err(|malformed| Close::invalid_message(&malformed.message))?;
                self.subscribe(id, asked)
            }
            // Of one that has ended, or never was, there is nothing to stop.
            ClientMessage::Complete { id } if self.running.remove(&id) => Ok(Action::Stop(id)),
            ClientMessage::Complete { .. } | ClientMessage::Pong {} => Ok(Action::Nothing),
        }
    }

    fn subscribe(&mut self, id: String, asked: Asked) -> Result<Action, Close> {
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Close::invalid_message(&format!("an id has 1 to {LONGEST_ID} bytes")));
        }
        if !self.running.insert(id.clone()) {
            return Err(Close::id_in_use(&id));
        }
        Ok(Action::Run(id, asked))
    }

    /// An operation has ended by itself.
    pub(super) fn ended(&mut self, id: &str) {
        self.running.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const INIT: &str = r#"{"type":"connection_init"}"#;

    fn subscribe(id: &str) -> String {
        json!({ "type": "subscribe", "id": id, "payload": { "query": "{ a }", "variables": null } }).to_string()
    }

    fn initialised() -> Protocol {
        let mut protocol = Protocol::default();
        assert!(matches!(protocol.receive(INIT), Ok(Action::Init(payload)) if payload.is_empty()));
        protocol
    }

    #[test]
    fn it_begins_once() {
        let mut protocol = Protocol::default();
        let init = r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#;
        let Ok(Action::Init(payload)) = protocol.receive(init) else { panic!("it was not taken") };
        assert_eq!(payload["authorization"], "Bearer x");
        assert!(protocol.is_initialised());
        assert_eq!(protocol.receive(INIT).unwrap_err().code, 4429);
    }

    #[test]
    fn nothing_runs_before_the_beginning() {
        let mut protocol = Protocol::default();
        assert_eq!(protocol.receive(&subscribe("1")).unwrap_err().code, 4401);
        assert_eq!(protocol.running(), 0);
    }

    #[test]
    fn an_id_is_in_use_until_its_operation_has_ended() {
        let mut protocol = initialised();
        for _ in 0..2 {
            assert!(matches!(protocol.receive(&subscribe("1")), Ok(Action::Run(id, _)) if id == "1"));
            assert_eq!(protocol.running(), 1);
            protocol.ended("1");
        }
        assert!(protocol.receive(&subscribe("1")).is_ok());
        let complete = r#"{"type":"complete","id":"1"}"#;
        assert!(matches!(protocol.receive(complete), Ok(Action::Stop(id)) if id == "1"));
        assert!(matches!(protocol.receive(complete), Ok(Action::Nothing)));
        assert!(protocol.receive(&subscribe("1")).is_ok());
        let close = protocol.receive(&subscribe("1")).unwrap_err();
        assert_eq!(close, Close { code: 4409, reason: "Subscriber for 1 already exists".to_owned() });
    }

    #[test]
    fn pings_are_answered_at_any_time() {
        let mut protocol = Protocol::default();
        assert!(matches!(protocol.receive(r#"{"type":"ping"}"#), Ok(Action::Pong(None))));
        let ping = r#"{"type":"ping","payload":{"n":1}}"#;
        assert!(matches!(initialised().receive(ping), Ok(Action::Pong(Some(payload))) if payload["n"] == 1));
        assert!(matches!(protocol.receive(r#"{"type":"pong","payload":{}}"#), Ok(Action::Nothing)));
    }

    #[test]
    fn what_is_no_message_ends_the_socket() {
        let long = subscribe(&"x".repeat(129));
        for text in [
            "",
            "{",
            "[]",
            r#""ping""#,
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"ping","payload":7}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","id":7,"payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
            r#"{"type":"complete"}"#,
            &long,
        ] {
            let close = initialised().receive(text).unwrap_err();
            assert!(close.code == 4400 && close.reason.starts_with("Invalid message: "), "{text}: {close:?}");
        }
    }

    #[test]
    fn a_reason_fits_into_its_frame() {
        let close = Close::forbidden(&"ü".repeat(100));
        assert!((122..=123).contains(&close.reason.len()), "{}", close.reason.len());
    }

    #[test]
    fn messages_are_written_as_the_protocol_has_them() {
        let write = |message: &ServerMessage<'_>| serde_json::to_string(message).unwrap();
        assert_eq!(write(&ServerMessage::ConnectionAck), r#"{"type":"connection_ack"}"#);
        assert_eq!(write(&ServerMessage::Pong { payload: None }), r#"{"type":"pong"}"#);
        assert_eq!(write(&ServerMessage::Complete { id: "1" }), r#"{"type":"complete","id":"1"}"#);
        let errors = [async_graphql::ServerError::new("no", None)];
        let error = write(&ServerMessage::Error { id: "1", payload: &errors });
        assert_eq!(error, r#"{"type":"error","id":"1","payload":[{"message":"no"}]}"#);
    }
}
