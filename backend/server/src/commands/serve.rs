use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use crontopus_http::git_host::GitHost;
use crontopus_http::{Serving, internal_router, router};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::listen::{self, Limits};
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
    // Before anybody learns the address: who starts the service may end it as soon as it speaks.
    let ends = Ends::listen()?;
    announce(&running.app.settings().public_url, address);
    let router = router(serving).merge(git.router());
    let work = async {
        listen::serve(listener, router, limits(&config), running.app.tasks(), shutdown.clone()).await;
        running.finish().await;
    };
    tokio::select! {
        () = work => Ok(()),
        signal = ends.twice(shutdown.clone()) => end_at_once(signal),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        connections: config.max_connections as usize,
        head: Duration::from_secs(config.head_seconds.into()),
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Says where the service listens, on one line that people and programs read.
fn announce(public_url: &str, address: SocketAddr) {
    println!("listening on http://{address}");
    tracing::info!(%address, public_url, "listening");
}

/// The signals that end the service, heard from when this is made.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Ends the service at the first one; answers the number of the second one.
    async fn twice(mut self, shutdown: CancellationToken) -> SignalKind {
        self.next().await;
        tracing::info!(
            "ending: no new connections, what is going on is finished; a second signal ends at once"
        );
        shutdown.cancel();
        self.next().await
    }

    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        }
    }
}

/// Ends the process without waiting for anybody: what was answered is on disk.
fn end_at_once(signal: SignalKind) -> ! {
    tracing::warn!("ended by a second signal");
    std::process::exit(128 + signal.as_raw_value());
}
