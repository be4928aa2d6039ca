//! Serving until told to stop, and stopping without breaking off what is under way.

use std::io;
use std::sync::Arc;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;
use tracing::{info, warn};

use super::{App, router};

/// Answers requests on `listener` until `stop` is done: then readiness goes off, nothing new is accepted,
/// and what is under way may finish within the grace of the settings.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Answers are written at once; waiting to fill a packet would only delay them.
    let listener = listener.tap_io(|connection| _ = connection.set_nodelay(true));
    let grace = app.config.shutdown_grace;
    let router = router(Arc::clone(&app));
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        info!("stopping: requests under way may finish");
        app.stop();
        _ = stopping.send(());
    });
    let deadline = async {
        match stopped.await {
            Ok(()) => sleep(grace).await,
            // The server has ended by itself.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => ended,
        () = deadline => {
            warn!("stopped with requests still under way: they had {}", humantime::format_duration(grace));
            Ok(())
        }
    }
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
