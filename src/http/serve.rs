//! Serving until told to stop, and stopping without breaking off what is under way.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tracing::{debug, info, warn};

use super::lingering::Lingering;
use super::{App, router};

/// How long a client may take for the head of a request, and for thinking of the next one: longer than the minute
/// for which load balancers keep idle connections, so that it is they who close them.
const HEAD_PATIENCE: Duration = Duration::from_secs(75);

/// How long a client may take to begin.
const PATIENCE_AT_FIRST: Duration = Duration::from_secs(10);

/// How long a client may read nothing of an answer.
const PATIENCE_WITH_READERS: Duration = Duration::from_secs(30);

/// How many bytes the head of a request may have: a token of a talkative identity provider, and a document in a URL.
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// How many headers a request may have.
const MOST_HEADERS: usize = 100;

/// How long to wait for the system to have room for another connection.
const RECOVERY: Duration = Duration::from_secs(1);

/// Answers requests on `listener` until `stop` is done: then readiness goes off, nothing new is accepted,
/// and what is under way may finish within the grace of the settings.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(app.config.load.max_connections));
    let service = TowerToHyperService::new(router(Arc::clone(&app)));
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS);
    let _upkeep = app.keep_up();
    let (stopping, stopped) = watch::channel(());
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        let (builder, service, mut stopped) = (builder.clone(), service.clone(), stopped.clone());
        tokio::spawn(async move {
            // Who connects has something to ask, or has come to keep others out.
            let mut first = [0];
            let begun = tokio::select! {
                begun = timeout(PATIENCE_AT_FIRST, stream.peek(&mut first)) => matches!(begun, Ok(Ok(1))),
                _ = stopped.changed() => false,
            };
            if !begun {
                return drop(place);
            }
            let mut stream = TimeoutStream::new(Lingering::new(stream));
            stream.set_write_timeout(Some(PATIENCE_WITH_READERS));
            let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service).with_upgrades();
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = &mut connection => ended,
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                debug!(%error, "a connection broke off");
            }
            drop((stopped, place));
        });
    }
    info!("stopping: requests under way may finish");
    app.stop();
    drop((listener, stopped));
    stopping.send_replace(());
    let grace = app.config.shutdown_grace;
    let all = async {
        stopping.closed().await;
        // Sockets have left their connections by then: they end on their own.
        app.live.emptied().await;
    };
    if timeout(grace, all).await.is_err() {
        warn!("stopped with requests still under way: they had {}", humantime::format_duration(grace));
    }
    Ok(())
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await.expect("it is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written at once; waiting to fill a packet would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    debug!(%error, "a connection was lost at once");
                }
                return (stream, place);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                warn!(%error, "no connection can be accepted");
                sleep(RECOVERY).await;
            }
        }
    }
}

/// Whether a connection failed that another one need not wait for.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Done when the process is asked to stop: by SIGTERM, or by Ctrl-C.
pub async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => _ = signals.recv().await,
        Err(error) => {
            warn!(%error, "SIGTERM cannot be listened for");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
