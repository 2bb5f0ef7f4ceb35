//! `up`: the whole product on this machine, with demo data, until Ctrl-C.

mod agent;
mod console;
mod cron;
mod demo;
mod state;
mod welcome;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::debian::{self, Need};
use crate::progress::{self, human, note, step};
use crate::server::{Server, Start};
use crate::{interrupt, process, repository};

const NEEDS: [Need; 1] = [Need { program: "git", package: "git" }];
const NEEDS_OF_AGENT: [Need; 2] =
    [Need { program: "cron", package: "cron" }, Need { program: "crontab", package: "cron" }];

/// How to start.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do not enrol this machine; no crontab is touched
    #[arg(long)]
    no_agent: bool,
    /// The port to listen on at 127.0.0.1; the next free one when it is taken
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build and run what is shipped instead of what builds fastest
    #[arg(long)]
    release: bool,
}

/// The built programs.
struct Programs {
    server: PathBuf,
    agent: PathBuf,
    run: PathBuf,
    cli: PathBuf,
}

/// Starts everything, waits for Ctrl-C, and takes away what it added to the machine.
pub(crate) fn run(options: &Options) -> Result<()> {
    let start = Instant::now();
    let root = repository::root();
    debian::ensure(&NEEDS)?;
    if !options.no_agent {
        debian::ensure(&NEEDS_OF_AGENT)?;
    }
    let state = state::State::open(&root.join(".crontopus"))?;
    let console = console::build(&root)?;
    let programs = build(&root, options.release, console)?;

    let server = Server::start(&Start {
        program: &programs.server,
        data: &state.path("server"),
        log: &state.log_path("server"),
        port: options.port,
        arguments: &[],
        environment: &[],
    })?;
    let demo = demo::prepare(&server, &state, &root)?;
    let mut services: Vec<Box<dyn Service>> = vec![Box::new(server)];
    if !options.no_agent {
        if let Some(cron) = cron::Cron::start_if_none_runs()? {
            services.push(Box::new(cron));
        }
        services.push(Box::new(agent::Agent::start(&programs, &state, &demo)?));
    }
    note(format!("ready after {}", human(start.elapsed())));
    welcome::print(&programs, &demo, !options.no_agent);
    let outcome = watch(&mut services);
    step("stopping");
    // The agent goes before the server, so that nobody sees it fail to reach one.
    while let Some(service) = services.pop() {
        drop(service);
    }
    outcome
}

/// Something that runs beside this task and stops when it is dropped.
trait Service {
    /// An error when it has ended by itself.
    fn check(&mut self) -> Result<()>;
}

impl Service for Server {
    fn check(&mut self) -> Result<()> {
        Server::check(self)
    }
}

fn watch(services: &mut [Box<dyn Service>]) -> Result<()> {
    while !interrupt::requested() {
        for service in services.iter_mut() {
            service.check()?;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Builds the programs; with `console` the built console is part of the server, as in what is shipped.
fn build(root: &Path, release: bool, console: bool) -> Result<Programs> {
    step("building; the first time this takes minutes");
    let mut cargo = process::cargo();
    cargo.current_dir(root).arg("build");
    for package in ["crontopus-server", "crontopus-agent", "crontopus-run", "crontopus"] {
        cargo.args(["--package", package]);
    }
    if release {
        cargo.arg("--release");
    }
    if console {
        cargo.args(["--features", "crontopus-server/embed-console"]);
    }
    process::run(&mut cargo).map_err(|error| match interrupt::requested() {
        true => error,
        false => progress::fail(format!("{error}"), "mend what the compiler says above, then start again"),
    })?;
    let folder = repository::target_dir(root)?.join(if release { "release" } else { "debug" });
    let program = |name: &str| folder.join(name);
    Ok(Programs {
        server: program("crontopus-server"),
        agent: program("crontopus-agent"),
        run: program("crontopus-run"),
        cli: program("crontopus"),
    })
}
