//! The public listener: as many connections as there is room for, and none that only sits there.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a listener that has no file descriptors left waits before it tries again.
const PAUSE: Duration = Duration::from_millis(500);

/// What one listener bears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once; others wait in the kernel's queue until one ends.
    pub(crate) connections: usize,
    /// How long the head of a request may take, and how long a connection may be idle between two.
    pub(crate) head: Duration,
}

/// Answers by `router` until `shutdown`; then takes no more connections, finishes what is going on, and returns.
/// A client that sends its head too slowly, or nothing at all, is cut off; how long a body may take is the
/// router's to say.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tasks: &TaskTracker,
    shutdown: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(limits.head);
    while let Some(next) = shutdown.run_until_cancelled(accept(&listener, &slots)).await {
        let (stream, address, slot) = match next {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::error!(%error, "a connection could not be taken");
                if shutdown.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                    break;
                }
                continue;
            }
        };
        let service = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            service.call(request)
        });
        let connection = graceful.watch(protocol.serve_connection(TokioIo::new(stream), service));
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %address, "a connection broke");
            }
            drop(slot);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, when there is room for one. What is the connection's own fault is passed over.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    let slot = Arc::clone(slots).acquire_owned().await.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // What is written is sent without waiting for more.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection without TCP_NODELAY");
                }
                return Ok((stream, address, slot));
            }
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {
            }
            Err(error) => return Err(error),
        }
    }
}
