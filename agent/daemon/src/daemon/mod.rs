//! The daemon: one thread reconciles; one each listens to the server, sends heartbeats, hears the
//! wrappers and delivers their records.
//!
//! They share nothing but the server's client, what is known of records beside the spool, and a channel of wake-ups. A wake-up carries no work: the
//! reconciling thread always looks for itself, so a lost or doubled one costs nothing.

mod deliver;
mod heartbeat;
mod listen;
mod socket;
mod stop;

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crontopus_client::ClientError;
use crontopus_manifest::spec::Layout;

use self::deliver::Delivery;
pub(crate) use self::stop::Stop;
use crate::agent::Agent;
use crate::key::{self, KeyKeeper};
use crate::server::Server;
use crate::spool::Memory;

/// Drift is looked for so often, whether the server is there or not.
const LOOK: Duration = Duration::from_secs(60);
/// And so often while something is in the way, so that all goes on in seconds when it is gone.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What wakes the reconciling thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Configuration or commit may have changed.
    Refresh,
    /// The server wants a report.
    Report,
    /// The server wants a new key.
    Rotate,
    /// The program is asked to end.
    Stop,
}

/// Runs until it is asked to stop, or the server says that this agent is revoked.
pub(crate) fn run(mut agent: Agent, server: Arc<Server>, stop: &Stop) -> anyhow::Result<()> {
    let (wake, woken) = mpsc::channel();
    stop.on_stop(wake.clone());
    // The listener waits inside a stream that only the server's silence ends; it dies with the process.
    spawn("events", {
        let (s, w, x) = (server.clone(), wake.clone(), stop.clone());
        move || listen::run(&s, &w, &x)
    })?;
    let memory = Arc::new(Mutex::new(Memory::default()));
    let (record, recorded) = mpsc::sync_channel(1);
    let threads = [
        spawn("heartbeat", {
            let (s, w, x, l) = (server.clone(), wake.clone(), stop.clone(), agent.layout.clone());
            let memory = memory.clone();
            move || heartbeat::run(&s, &l, &memory, &w, &x)
        })?,
        spawn("wrappers", {
            let (x, l, memory) = (stop.clone(), agent.layout.clone(), memory.clone());
            move || socket::run(&l, &memory, &record, &x)
        })?,
        spawn("records", {
            let (s, x, l) = (server.clone(), stop.clone(), agent.layout.clone());
            move || Delivery { server: &s, layout: &l, memory: &memory }.run(&recorded, &x)
        })?,
    ];
    // The server may be away: what stands in Git as last seen is put right first. The report comes after it.
    pass(&mut agent);
    let mut poll = Instant::now();
    let mut report = true;
    let mut settle_pause = Duration::ZERO;
    loop {
        let now = Instant::now();
        if poll <= now {
            report |= refresh(&mut agent, &server);
            report |= pass(&mut agent);
            if agent.key_is_due(server.now()) {
                rotate(&mut agent, &server, key::change);
            } else if key::is_half_changed(&agent.layout) {
                // Cut short, or under way at somebody's terminal.
                rotate(&mut agent, &server, key::finish);
            }
            poll = now + server.poll_pause();
        }
        if report {
            report = !send_report(&mut agent, &server);
        }
        let settle = agent.settle_in().map(|wait| Instant::now() + wait.max(settle_pause));
        let look = if agent.is_hindered() { LOOK_AGAIN } else { LOOK };
        let next = [Some(poll), settle, Some(now + look)].into_iter().flatten().min().unwrap_or(now + look);
        match woken.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Wake::Refresh) => poll = Instant::now(),
            Ok(Wake::Report) => report = true,
            Ok(Wake::Rotate) => rotate(&mut agent, &server, key::change),
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if settle.is_some_and(|due| due <= Instant::now()) {
                    settle_pause = second_touch(&mut agent);
                }
                let hindered = agent.is_hindered();
                report |= pass(&mut agent);
                if hindered && !agent.is_hindered() {
                    // What could not be fetched or followed meanwhile need not wait for its turn.
                    poll = Instant::now();
                }
            }
        }
        if server.is_revoked() {
            stop.stop();
            break;
        }
    }
    for thread in threads {
        thread.join().map_err(|_| anyhow::anyhow!("a thread of the agent panicked"))?;
    }
    if server.is_revoked() {
        anyhow::bail!(
            "the server says that this agent is revoked; its entries stand as they are\n\
             hint: crontopus-agent uninstall --remove, or enroll again"
        );
    }
    Ok(())
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> anyhow::Result<thread::JoinHandle<()>> {
    thread::Builder::new()
        .name(name.into())
        .spawn(body)
        .with_context(|| format!("cannot start the thread `{name}`"))
}

/// Reads configuration and repository; whether there is something to report.
fn refresh(agent: &mut Agent, server: &Arc<Server>) -> bool {
    let config = match server.config(agent.state.config_etag.as_deref()) {
        Ok(None) => return false,
        Ok(Some(config)) => config,
        Err(e) => {
            note_trouble("the configuration cannot be read; the last one stays in force", &e);
            return false;
        }
    };
    let (config, etag) = config;
    let remote = match server.remote(config.git_path.as_deref()) {
        Ok(remote) => remote,
        Err(e) => {
            tracing::warn!("the repository's address cannot be used: {e:#}");
            return true;
        }
    };
    server.set_pauses(&config);
    match agent.take(config, etag, remote.as_ref()) {
        Ok(()) => true,
        Err(e) => {
            tracing::warn!("the commit is not applied: {e:#}");
            true
        }
    }
}

/// One pass; whether there is something to report.
fn pass(agent: &mut Agent) -> bool {
    let before = agent.hindrance().map(str::to_owned);
    let report = agent.reconcile();
    match agent.hindrance() {
        now if now == before.as_deref() => {}
        Some(reason) => tracing::error!("something is in the way of this host's agent: {reason}"),
        None => tracing::info!("nothing is in the way any more"),
    }
    report
}

/// The second touch; how long to wait before the next one.
fn second_touch(agent: &mut Agent) -> Duration {
    match agent.settle() {
        Ok(()) => Duration::ZERO,
        Err(e) => {
            tracing::warn!("the scheduler's second touch failed: {e:#}");
            Duration::from_secs(5)
        }
    }
}

/// Whether the server has it.
fn send_report(agent: &mut Agent, server: &Server) -> bool {
    let report = agent.report();
    match server.report(&report) {
        Ok(answer) => {
            if let Err(e) = agent.was_reported(answer.rolling, server.seq()) {
                tracing::error!("the state cannot be saved: {e:#}");
            }
            true
        }
        Err(e) => {
            note_trouble("the report was not taken and is sent again", &e);
            false
        }
    }
}

fn rotate(agent: &mut Agent, server: &Server, change: fn(&Layout, &dyn KeyKeeper) -> anyhow::Result<()>) {
    match change(&agent.layout, server) {
        Ok(()) => {
            tracing::info!("the key was changed");
            agent.key_was_changed();
        }
        Err(e) => tracing::warn!("the key was not changed: {e:#}"),
    }
}

/// A server that is away is a fact of life: said once per occasion, without alarm.
fn note_trouble(what: &str, error: &ClientError) {
    tracing::warn!("{what}: {error}");
}

/// Wakes the reconciling thread; when it is gone there is nobody to wake.
fn ring(wake: &Sender<Wake>, what: Wake) {
    if wake.send(what).is_err() {
        tracing::debug!("nobody is there to be woken");
    }
}
