//! A service on a port of its own, and sockets to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use futures_util::{SinkExt as _, StreamExt as _};
use guidepost::http::{App, serve};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// By then a test has failed: nothing that it waits for takes so long.
const HANGS: Duration = Duration::from_mins(1);

/// A service that answers on a port.
pub struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// A socket to it.
pub struct Socket(WebSocketStream<TcpStream>);

/// What a service says on a socket.
#[derive(Debug, PartialEq)]
pub enum Said {
    Message(Value),
    Close(u16, String),
}

impl Served {
    pub async fn new(app: Arc<App>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (stop, told) = oneshot::channel();
        let stopped = async { _ = told.await };
        Self { address, stop, server: tokio::spawn(serve(app, listener, stopped)) }
    }

    /// Connects with these headers; else the status of what was answered instead.
    pub async fn try_connect(&self, headers: &[(&'static str, &str)]) -> Result<Socket, StatusCode> {
        let connection = TcpStream::connect(self.address).await.expect("the service listens");
        let mut request = format!("ws://{}/graphql/ws", self.address).into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a value"));
        }
        match client_async(request, connection).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Connects by the protocol.
    pub async fn connect(&self) -> Socket {
        self.try_connect(&[PROTOCOL]).await.expect("a socket")
    }

    /// Connects and says who it is.
    pub async fn connect_as(&self, token: &str) -> Socket {
        let mut socket = self.connect().await;
        socket.init(&format!("Bearer {token}")).await;
        socket.must_say(json!({ "type": "connection_ack" })).await;
        socket
    }

    /// Tells the service to stop.
    pub fn stop(self) -> JoinHandle<std::io::Result<()>> {
        self.stop.send(()).expect("it was not told before");
        self.server
    }
}

/// The header that names the protocol.
pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

impl Socket {
    /// Says who is connected.
    pub async fn init(&mut self, authorization: &str) {
        self.say(json!({ "type": "connection_init", "payload": { "authorization": authorization } })).await;
    }

    /// Asks for an operation.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("the socket is open");
    }

    /// What the service says next.
    pub async fn next(&mut self) -> Said {
        tokio::time::timeout(HANGS, self.hear()).await.expect("nothing was said")
    }

    async fn hear(&mut self) -> Said {
        loop {
            match self.0.next().await.expect("the socket ends with a close").expect("the socket does not break off") {
                Message::Text(text) => return Said::Message(serde_json::from_str(&text).expect("JSON")),
                Message::Close(Some(frame)) => return Said::Close(frame.code.into(), frame.reason.to_string()),
                Message::Ping(_) => {}
                other => panic!("{other:?} is not said by a service"),
            }
        }
    }

    /// What the service says next must be a message of an operation; its payload.
    pub async fn payload(&mut self, kind: &str, id: &str) -> Value {
        match self.next().await {
            Said::Message(mut message) if message["type"] == kind && message["id"] == id => message["payload"].take(),
            other => panic!("{other:?} instead of {kind} of {id}"),
        }
    }

    pub async fn must_say(&mut self, message: Value) {
        assert_eq!(self.next().await, Said::Message(message));
    }

    /// All that was said before has been heard, and nothing more was said.
    pub async fn must_answer(&mut self) {
        self.say(json!({ "type": "ping", "payload": { "still": "there" } })).await;
        self.must_say(json!({ "type": "pong", "payload": { "still": "there" } })).await;
    }

    /// The socket must be closed next, with this code; the reason.
    pub async fn must_close(&mut self, code: u16) -> String {
        match self.next().await {
            Said::Close(found, reason) if found == code => reason,
            other => panic!("{other:?} instead of {code}"),
        }
    }
}
