//! A client that sends what no good client would.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use serde_json::Value;

use crate::request::Request;

/// What came back.
pub(crate) struct Answer {
    /// The HTTP status; empty if the connection was closed without one.
    pub(crate) status: String,
    /// `extensions.code` of the first error.
    pub(crate) code: String,
}

/// Sends a request over a connection of its own.
pub(crate) fn send(address: SocketAddr, request: &Request) -> Answer {
    let mut head = format!(
        "POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         accept: application/graphql-response+json\r\ncontent-length: {}\r\n",
        request.token,
        request.body.len()
    );
    let json = [("content-type", "application/json")];
    let replaced = request.headers.iter().any(|(name, _)| *name == json[0].0);
    for (name, value) in request.headers.iter().chain(json.iter().filter(|_| !replaced)) {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(address).expect("the service listens");
    let mut sending = stream.try_clone().expect("a second handle");
    let answer = thread::scope(|scope| {
        // It may answer, and close, before it has read all of it.
        scope.spawn(move || _ = sending.write_all(head.as_bytes()).and_then(|()| sending.write_all(&request.body)));
        let mut answer = Vec::new();
        _ = stream.read_to_end(&mut answer);
        answer
    });
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    Answer {
        status: head.split(' ').nth(1).unwrap_or_default().to_owned(),
        code: body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned(),
    }
}
