use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use clap::Args;
use crontopus_http::git_host::GitHost;
use crontopus_http::{Serving, internal_router, router};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::{logs, wiring};

/// Answers requests until it is told to end.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    options: Options,
}

impl Serve {
    /// Serves; the exit status is 0 after a graceful end.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.options)?;
        let traces = logs::start(&config)?;
        let data = DataDir::open(&config.data)?;
        let served = block_on(serve(config, data));
        // After everything that makes spans, also when it failed.
        if let Some(traces) = traces {
            traces.finish();
        }
        served.map(|()| ExitCode::SUCCESS)
    }
}

async fn serve(config: Config, data: DataDir) -> anyhow::Result<()> {
    let listener = bind(config.listen).await?;
    let address = listener.local_addr()?;
    let internal = match config.internal_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let mail = match config.smtp_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let running = wiring::start(&config, &data, address).await?;
    let shutdown = running.app.shutdown().clone();
    running.app.tasks().spawn(end_on_signal(shutdown.clone()));
    let serving = Serving::new(running.app.clone(), wiring::http_settings(&config, address)?);
    if let Some(listener) = internal {
        let address = listener.local_addr()?;
        let service = internal_router(serving.clone()).into_make_service();
        let ends = shutdown.clone().cancelled_owned();
        running.app.tasks().spawn(async move {
            if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(ends).await {
                tracing::error!(%error, "the internal listener ended");
            }
        });
        tracing::info!(%address, "internal listener");
    }
    if let Some(listener) = mail {
        let (address, settings) = (listener.local_addr()?, wiring::smtp_settings(&config, &running.app));
        tracing::info!(%address, domain = settings.domain, "listener for mail");
        let receiver = crontopus_smtp::serve(running.app.clone(), listener, settings, shutdown.clone());
        running.app.tasks().spawn(receiver);
    }
    let program = std::env::current_exe().context("the program does not know where it is")?;
    let git = GitHost::start(serving.clone(), data.path(), &program).context("cannot start the Git host")?;
    running.app.start_tasks().await.context("cannot start what runs in the background")?;
    running.watch(&config);
    announce(&running.app.settings().public_url, address);
    let service = router(serving).merge(git.router()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener.tap_io(without_delay), service)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await?;
    running.finish().await;
    Ok(())
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Says where the service listens, on one line that people and programs read.
fn announce(public_url: &str, address: SocketAddr) {
    println!("listening on http://{address}");
    tracing::info!(%address, public_url, "listening");
}

/// Ends the service on SIGTERM and SIGINT; a second one ends the process at once.
async fn end_on_signal(shutdown: CancellationToken) {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be received; end the service with SIGKILL");
        return;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = shutdown.cancelled() => return,
    }
    tracing::info!("ending: no new connections, what is going on is finished");
    shutdown.cancel();
}

/// What is written is sent without waiting for more.
fn without_delay(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without TCP_NODELAY");
    }
}
