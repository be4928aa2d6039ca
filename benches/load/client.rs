//! Callers over HTTP: a few connections that are kept alive, each asking for the next thing when it is answered.
//!
//! As little of HTTP as the service's answers need, so that the client leaves the processors to the service.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::workload::{Request, Requests, Workload, expect_answered};

/// What the callers were answered.
#[derive(Default)]
pub(crate) struct Answered {
    /// How long each answer took, the shortest first.
    pub(crate) latencies: Vec<Duration>,
    /// The bytes of all bodies.
    pub(crate) bytes: usize,
}

/// Asks for a while over this many connections.
pub(crate) fn drive(
    address: SocketAddr,
    connections: usize,
    requests: &Requests,
    (workload, next): (Workload, &AtomicUsize),
    time: Duration,
) -> Answered {
    let end = Instant::now() + time;
    let one = || {
        let mut connection = Connection::open(address);
        let mut answered = Answered::default();
        while Instant::now() < end {
            let request = requests.request(workload, next.fetch_add(1, Ordering::Relaxed));
            let sent = Instant::now();
            let body = connection.post(&request);
            answered.latencies.push(sent.elapsed());
            answered.bytes += body.len();
            expect_answered(workload, &body);
        }
        answered
    };
    let mut all = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("the service answers")).fold(
            Answered::default(),
            |mut all, one| {
                all.latencies.extend(one.latencies);
                all.bytes += one.bytes;
                all
            },
        )
    });
    all.latencies.sort_unstable();
    all
}

/// Whether the service is ready.
pub(crate) fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the service listens");
        stream.set_nodelay(true).expect("a socket takes its options");
        Self { stream: BufReader::with_capacity(64 * 1024, stream) }
    }

    fn post(&mut self, request: &Request) -> Vec<u8> {
        let Request { token, body } = request;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.stream.get_mut().write_all(&[head.as_bytes(), body.as_bytes()].concat()).expect("the service reads");
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("the service answers");
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the whole answer");
        body
    }
}
