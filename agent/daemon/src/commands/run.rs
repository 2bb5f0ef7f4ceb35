use std::process::ExitCode;

use anyhow::Context as _;
use crontopus_manifest::spec::Layout;

use crate::daemon::{self, Stop};
use crate::spec_files;

/// Runs the daemon.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Writes the log as JSON lines.
    #[arg(long)]
    json: bool,
    /// What is logged, like `info` or `crontopus_agent=debug`.
    #[arg(long, env = "CRONTOPUS_LOG", default_value = "info")]
    log: String,
}

/// Runs until a signal or a revocation ends it. One daemon per state directory: the lock falls with the
/// process, however it ends.
pub(crate) fn run(layout: Layout, args: &Args) -> anyhow::Result<ExitCode> {
    start_log(args)?;
    if let Err(e) = spec_files::prepare(&layout) {
        // A disk that is full or read-only now may be good again in a moment: each pass tries it again.
        tracing::error!("the state directory cannot be put in order: {e:#}");
    }
    let lock = super::lock(&layout)?;
    let (agent, server) = super::open(layout, &lock)?;
    let stop = Stop::default();
    stop_on_signals(&stop)?;
    tracing::info!(
        host = agent.identity.name,
        tenant = agent.identity.tenant,
        server = agent.identity.server,
        scheduler = %agent.native.profile,
        "running"
    );
    daemon::run(agent, server, &stop)?;
    tracing::info!("stopped; entries stand and jobs go on");
    Ok(ExitCode::SUCCESS)
}

fn start_log(args: &Args) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&args.log).context("--log cannot be read")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if args.json {
        log.json().init()
    } else {
        log.with_target(false).init()
    }
    Ok(())
}

fn stop_on_signals(stop: &Stop) -> anyhow::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGHUP,
    ])
    .context("signals cannot be listened to")?;
    let stop = stop.clone();
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            if signals.forever().next().is_some() {
                stop.stop();
            }
        })
        .context("cannot start the thread `signals`")?;
    Ok(())
}
