//! Serving over a real connection, and stopping with a request under way.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

/// A service that has read half of a request when it is told to stop.
struct Stopping {
    server: JoinHandle<std::io::Result<()>>,
    connection: TcpStream,
    app: Arc<App>,
}

impl Stopping {
    async fn within(grace: Duration) -> Self {
        let mut service = Service::start().await;
        Arc::get_mut(&mut service.app).unwrap().config.shutdown_grace = grace;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut connection = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stop, told) = oneshot::channel::<()>();
        let app = Arc::clone(&service.app);
        let server = tokio::spawn(serve(Arc::clone(&app), listener, async { told.await.unwrap() }));

        begin(&mut connection, &service).await;
        stop.send(()).unwrap();
        while !app.is_stopping() {
            tokio::task::yield_now().await;
        }
        Self { server, connection, app }
    }
}

/// Sends the head of a request, and waits until its handler wants the body: the request is under way.
async fn begin(connection: &mut TcpStream, service: &Service) {
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        service.token(Some("acme"), TimeDelta::hours(1)),
        QUERY.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    connection.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
}

#[tokio::test]
async fn what_is_under_way_may_finish() {
    let Stopping { server, mut connection, app } = Stopping::within(Duration::from_mins(1)).await;
    connection.write_all(QUERY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"ada\""), "{answer}");
    server.await.unwrap().unwrap();
    assert!(app.is_stopping());
}

#[tokio::test]
async fn nothing_holds_the_end_up_for_longer_than_the_grace() {
    let stopping = Stopping::within(Duration::from_millis(20)).await;
    let started = Instant::now();
    stopping.server.await.unwrap().unwrap();
    assert!(started.elapsed() < Duration::from_secs(30), "the request was never finished");
    drop(stopping.connection);
}

/// A service that works on one request at a time.
async fn served() -> (Service, std::net::SocketAddr) {
    let service = Service::start_with(|config| config.load.max_concurrent_requests = 1).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(Arc::clone(&service.app), listener, std::future::pending()));
    (service, address)
}

/// Sends one request and gives the head of the answer.
async fn ask(address: std::net::SocketAddr, request: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

const LIVEZ: &str = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// A good request, in which one header more stands.
fn post(service: &Service, header: &str) -> String {
    let (token, length) = (service.token(Some("acme"), TimeDelta::hours(1)), QUERY.len());
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\ncontent-length: {length}\r\n{header}\r\n{QUERY}"
    )
}

#[tokio::test]
async fn what_is_too_much_is_told_to_come_back_until_there_is_a_place() {
    let (service, address) = served().await;
    let place = service.app.work.enter(None).unwrap();
    let shed = ask(address, &post(&service, "")).await;
    assert!(shed.starts_with("HTTP/1.1 503 ") && shed.contains("\r\nretry-after: 1\r\n"), "{shed}");
    assert!(shed.contains("\"UNAVAILABLE\"") && shed.contains("\"retryAfterSeconds\":1"), "{shed}");
    let streamed = post(&service, "accept: text/event-stream\r\n").replace("/graphql", "/graphql/stream");
    assert!(ask(address, &streamed).await.contains("\"UNAVAILABLE\""), "nor is it by a stream");
    assert!(ask(address, LIVEZ).await.starts_with("HTTP/1.1 200 "), "health is asked for all the same");
    drop(place);
    assert!(ask(address, &post(&service, "")).await.starts_with("HTTP/1.1 200 "));
}

/// Lets everything else go on until it is so. The time stands still meanwhile, so that nothing ends by being late.
async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..1_000_000 {
        if is_so() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to that");
}

#[tokio::test]
async fn who_goes_away_leaves_its_place() {
    let (service, address) = served().await;
    // What is looked up once, is.
    assert!(ask(address, &post(&service, "")).await.starts_with("HTTP/1.1 200 "));
    let is_free = || service.app.work.enter(None).is_ok();
    let (query, reading) = (QUERY, r#"{"query":"{ relationships(first: 1) { nodes { id } } }"}"#);
    let head = post(&service, "").replace(query, "").replace(&query.len().to_string(), &reading.len().to_string());
    // The one connection to the database is taken, so who reads must wait.
    let transaction = service.app.database.begin().await.unwrap();
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(format!("{head}{reading}").as_bytes()).await.unwrap();
    tokio::time::pause();
    until(|| !is_free()).await;
    drop(client);
    until(is_free).await;
    tokio::time::resume();
    drop(transaction);
    assert!(ask(address, &post(&service, "")).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn who_sends_slowly_keeps_nobody_out() {
    let (service, address) = served().await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    begin(&mut slow, &service).await;
    assert!(ask(address, &post(&service, "")).await.starts_with("HTTP/1.1 200 "));
    slow.write_all(QUERY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn one_caller_has_a_part_of_what_may_be_read_at_once() {
    let service = Service::start_with(|config| config.body_limit = 1_024).await;
    let most = service.app.bodies.take(Some(&service.viewer("ada")), 16).unwrap();
    let refused = service.post(&[], QUERY).await;
    assert_eq!((refused.status, refused.error_code().as_str()), (429, "LIMIT_EXCEEDED"));
    drop(most);
    assert_eq!(service.post(&[], QUERY).await.status, 200);
}

#[tokio::test]
async fn an_answer_that_is_not_read_keeps_its_place() {
    let service = Service::start_with(|config| config.load.max_concurrent_requests = 1).await;
    let request = |service: &Service| {
        let bearer = format!("Bearer {}", service.token(Some("acme"), TimeDelta::hours(1)));
        let request = Request::post(GRAPHQL).header("authorization", bearer).header("content-type", "application/json");
        router(Arc::clone(&service.app)).oneshot(request.body(Body::from(QUERY)).unwrap())
    };
    let unread = request(&service).await.unwrap();
    assert_eq!(request(&service).await.unwrap().status(), 503);
    drop(unread);
    assert_eq!(request(&service).await.unwrap().status(), 200);
}

#[tokio::test]
async fn who_connects_and_says_nothing_is_hung_up_on() {
    let (_service, address) = served().await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    // From here on the clock jumps to whatever is waited for.
    tokio::time::pause();
    let hung_up = tokio::time::timeout(PATIENCE_WITH_THE_SILENT, silent.read_to_end(&mut Vec::new())).await;
    assert!(hung_up.is_ok());
}

/// Longer than the service has, and shorter than it has for the rest of a head.
const PATIENCE_WITH_THE_SILENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_head_has_its_limits() {
    let (_service, address) = served().await;
    let long =
        format!("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept: {}\r\n\r\n", "a".repeat(128 * 1024));
    let answer = ask(address, &long).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let many = format!("GET /livez HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert!(ask(address, &many).await.starts_with("HTTP/1.1 431 "));
    assert!(ask(address, "GET /livez HTTP/1.1\r\nhost: x\r\nhost\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    assert!(ask(address, LIVEZ).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn who_never_ends_its_head_is_hung_up_on() {
    let (_service, address) = served().await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /livez HTTP/1.1\r\nhost: ").await.unwrap();
    // From here on the clock jumps to whatever is waited for.
    tokio::time::pause();
    let mut answer = Vec::new();
    let hung_up = tokio::time::timeout(Duration::from_mins(5), slow.read_to_end(&mut answer)).await;
    assert!(hung_up.is_ok() && answer.is_empty(), "{answer:?}");
}

#[tokio::test]
async fn no_more_connections_are_open_than_may_be() {
    let mut service = Service::start().await;
    Arc::get_mut(&mut service.app).unwrap().config.load.max_connections = 1;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(Arc::clone(&service.app), listener, std::future::pending()));
    let mut first = TcpStream::connect(address).await.unwrap();
    begin(&mut first, &service).await;
    let second = tokio::spawn(ask(address, LIVEZ));
    // While the first one is open, the service answers that one alone.
    first.write_all(QUERY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    assert!(!second.is_finished());
    first.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200 "));
}
