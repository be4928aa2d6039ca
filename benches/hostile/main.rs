//! What it costs to refuse requests that are made to hurt: the service as a process of its own gets each of them over
//! HTTP, and the table tells the answer's status and code, the processor time of one, and by how much the memory peaked.

#[path = "../../tests/it/hostile/bodies.rs"]
mod bodies;
mod client;
#[path = "../../tests/it/hostile/documents.rs"]
mod documents;
#[expect(dead_code, reason = "the tests hold each refusal's reason against this")]
#[path = "../../tests/it/tokens/forgeries.rs"]
mod forgeries;
mod process;
mod request;
#[expect(dead_code, reason = "other tests sign with it too")]
#[path = "../../tests/it/tokens/signing.rs"]
mod signing;

use std::process::ExitCode;

use guidepost::clock::Clock;

use client::Answer;
use forgeries::Forger;
use process::Server;
use request::Request;

/// How often each request is sent.
const TIMES: u32 = 20;

/// What one may cost.
const MOST_MILLISECONDS: f64 = 10.0;
const MOST_MEGABYTES: f64 = 64.0;

#[expect(clippy::disallowed_macros, reason = "this is what the command is for")]
fn main() -> ExitCode {
    let forger = Forger { now: Clock::system().now().timestamp() };
    println!("{:<56} {:>6}  {:<18} {:>8} {:>8}", "request", "status", "code", "CPU ms", "peak MB");
    let requests = Request::all(&forger);
    let (mut wrong, mut dear) = (0, 0);
    for request in &requests {
        let Measured { answer, milliseconds, megabytes } = measure(&forger, request);
        let as_expected = request.expects(&answer);
        let affordable = milliseconds < MOST_MILLISECONDS && megabytes < MOST_MEGABYTES;
        let remark = match (as_expected, affordable) {
            (false, _) => format!("  expected {} {}", request.status, request.code),
            (true, false) => "  too much".to_owned(),
            (true, true) => String::new(),
        };
        wrong += u32::from(!as_expected);
        dear += u32::from(!affordable);
        let Answer { status, code } = answer;
        println!("{:<56} {status:>6}  {code:<18} {milliseconds:>8.2} {megabytes:>8.1}{remark}", request.name);
    }
    println!(
        "{} requests: {wrong} answered otherwise than expected, {dear} for {MOST_MILLISECONDS} ms or \
         {MOST_MEGABYTES} MB or more",
        requests.len(),
    );
    if wrong + dear == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one request costs.
struct Measured {
    answer: Answer,
    milliseconds: f64,
    megabytes: f64,
}

/// Each has a process of its own: what an earlier one took, and the allocator kept, would hide what this one takes.
fn measure(forger: &Forger, request: &Request) -> Measured {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&forgeries::issuers(folder.path()), folder.path());
    let registered = client::send(server.address, &Request::registration(forger));
    assert_eq!((&*registered.status, &*registered.code), ("200", ""));
    // What is done once, and what is kept, is no refusal's cost.
    let good = Request::good(forger);
    assert_eq!(client::send(server.address, &good).status, "200", "before {}", request.name);
    let memory = server.watch_memory();
    let before = server.processor_time();
    for _ in 1..TIMES {
        client::send(server.address, request);
    }
    let answer = client::send(server.address, request);
    let spent = server.processor_time().saturating_sub(before) / TIMES;
    let megabytes = server.peak_since(memory);
    assert_eq!(client::send(server.address, &good).status, "200", "after {}", request.name);
    Measured { answer, milliseconds: spent.as_secs_f64() * 1_000.0, megabytes }
}
