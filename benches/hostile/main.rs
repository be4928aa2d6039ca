//! What it costs to refuse requests that are made to hurt: the service as a process of its own gets each of them over
//! HTTP, and the table tells the answer's code, the processor time of one, and by how much the memory peaked.

#[path = "../../tests/it/hostile/documents.rs"]
mod documents;
mod process;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use guidepost::clock::Clock;
use serde_json::{Value, json};

use process::Server;

/// How often each request is sent.
const TIMES: u32 = 20;

#[expect(clippy::disallowed_macros, reason = "this is what the command is for")]
fn main() {
    let server = Server::start();
    let token = sign_development_token(None, "bench", "admin", Clock::system().now(), TimeDelta::hours(1));
    // What is done once, and what is kept, is no refusal's cost.
    send(&server, &token, &json!({ "query": "{ viewer { subject } }" }));
    println!("{:<52} {:<18} {:>10} {:>12}", "request", "code", "CPU ms", "peak MB");
    for case in documents::all() {
        let body = json!({ "query": case.query, "variables": case.variables });
        let memory = server.watch_memory();
        let before = server.processor_time();
        let mut code = String::new();
        for _ in 0..TIMES {
            code = send(&server, &token, &body);
        }
        let spent = server.processor_time().saturating_sub(before) / TIMES;
        assert_eq!(code, case.code, "{}", case.name);
        let milliseconds = spent.as_secs_f64() * 1_000.0;
        println!("{:<52} {:<18} {milliseconds:>10.2} {:>12.1}", case.name, code, server.peak_since(memory));
    }
    println!("idle: {:.1} MB", server.resident());
}

/// Sends a request over a connection of its own; the code of the first error.
fn send(server: &Server, token: &str, body: &Value) -> String {
    let body = body.to_string();
    let mut stream = TcpStream::connect(server.address).expect("the service listens");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         accept: application/json\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("the service reads");
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    while answer.read_line(&mut line).expect("the service answers") > 2 {
        line.clear();
    }
    let mut body = Vec::new();
    answer.read_to_end(&mut body).expect("the whole answer");
    let answer: Value = serde_json::from_slice(&body).expect("answers are JSON");
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
}
