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

        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
            service.token(Some("acme"), TimeDelta::hours(1)),
            QUERY.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        // Asked for once the handler wants the body: the request is under way.
        let mut interim = [0; 25];
        connection.read_exact(&mut interim).await.unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        stop.send(()).unwrap();
        while !app.is_stopping() {
            tokio::task::yield_now().await;
        }
        Self { server, connection, app }
    }
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
