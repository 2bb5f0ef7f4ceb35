//! The steps of `test`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Step, clients, console};
use crate::postgres::{self, Durability, Postgres};
use crate::progress::{fail, note, step};
use crate::{arrows, process, repository, tidy};

/// What the steps work in and share.
pub(super) struct Surroundings {
    root: PathBuf,
    fast: bool,
    filters: Vec<String>,
    /// Started by the first step that tests; stops when this is dropped.
    postgres: Option<Postgres>,
}

impl Surroundings {
    pub(super) fn new(fast: bool, filters: Vec<String>) -> Self {
        Self { root: repository::root(), fast, filters, postgres: None }
    }

    /// Where the repository is.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether what is missing may be installed.
    pub(super) fn installs(&self) -> bool {
        !self.fast
    }

    fn cargo(&self) -> Command {
        let mut cargo = process::cargo();
        cargo.current_dir(&self.root);
        cargo
    }

    /// A nextest run that knows the database and the built binaries.
    fn nextest(&mut self) -> Result<Command> {
        install(self.fast, "cargo-nextest")?;
        let url = match &self.postgres {
            Some(running) => running.url(),
            None => {
                let started = Postgres::start(Durability::None)?;
                note(format!("PostgreSQL from {}", postgres::binaries().unwrap_or_default().display()));
                self.postgres.insert(started).url()
            }
        };
        let binaries = repository::target_dir(&self.root)?.join("debug");
        let mut nextest = self.cargo();
        nextest
            .args(["nextest", "run", "--workspace", "--locked"])
            .env(postgres::URL_VARIABLE, url)
            .env("CRONTOPUS_BIN_DIR", binaries);
        Ok(nextest)
    }
}

/// The steps to take, in order.
pub(super) fn choose(fast: bool, filtered: bool) -> Vec<Step> {
    let build = Step { name: "build", work: build, remedy: "mend what the compiler says" };
    let tests = Step {
        name: "tests",
        work: tests,
        remedy: "cargo xtask test <part of a failed test's name> runs it alone, with its databases",
    };
    let e2e = Step { name: "e2e", work: e2e, remedy: "cargo xtask test <story> runs one story alone" };
    if filtered {
        return vec![build, Step { work: filtered_tests, ..tests }];
    }
    let mut steps = vec![
        Step { name: "fmt", work: fmt, remedy: "cargo fmt --all" },
        Step { name: "arrows", work: |_| arrows::run(), remedy: "cargo xtask arrows" },
        Step { name: "tidy", work: |_| tidy::run(), remedy: "cargo xtask tidy" },
        Step { name: "clippy", work: clippy, remedy: "cargo clippy --workspace --all-targets" },
        Step { name: "deny", work: deny, remedy: "cargo deny check licenses bans sources; see deny.toml" },
        build,
        tests,
    ];
    if !fast || crate::npm::is_installed(&crate::repository::root()) {
        steps.push(Step {
            name: "console",
            work: console::check,
            remedy: "npm run check, lint, test or build runs one of its parts alone",
        });
    }
    if !fast {
        steps.push(Step { name: "doctests", work: doctests, remedy: "cargo test --doc -p <crate>" });
        steps.push(e2e);
        steps.push(Step {
            name: "console stories",
            work: console::stories,
            remedy: "npm run e2e -- -g '<part of a story>' runs one story alone",
        });
    }
    steps
}

fn fmt(here: &mut Surroundings) -> Result<()> {
    process::run(here.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(here: &mut Surroundings) -> Result<()> {
    process::run(here.cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn deny(here: &mut Surroundings) -> Result<()> {
    install(here.fast, "cargo-deny")?;
    process::run(here.cargo().args(["deny", "--workspace", "check", "licenses", "bans", "sources"]))
}

/// The programs that stories start and all tests together: one set of features, so that every crate is compiled once.
fn build(here: &mut Surroundings) -> Result<()> {
    process::run(here.cargo().args(["build", "--workspace", "--all-targets", "--locked"]))
}

fn tests(here: &mut Surroundings) -> Result<()> {
    process::run(here.nextest()?.args(["--filterset", "not package(crontopus-e2e)"]))
}

fn filtered_tests(here: &mut Surroundings) -> Result<()> {
    let filters = here.filters.clone();
    let mut nextest = here.nextest()?;
    if here.fast {
        nextest.args(["--filterset", "not package(crontopus-e2e)"]);
    } else if let Some(place) = clients::install(&here.root)? {
        nextest.env("CRONTOPUS_CLIENTS", place);
    }
    process::run(nextest.args(filters))
}

fn doctests(here: &mut Surroundings) -> Result<()> {
    process::run(here.cargo().args(["test", "--doc", "--workspace", "--locked"]))
}

fn e2e(here: &mut Surroundings) -> Result<()> {
    let mut nextest = here.nextest()?;
    if process::is_root() {
        // The stories need root for their namespace; with it, what else they lack is an error.
        nextest.env("CRONTOPUS_E2E", "require");
    }
    if let Some(place) = clients::install(&here.root)? {
        nextest.env("CRONTOPUS_CLIENTS", place);
    }
    process::run(nextest.args(["--filterset", "package(crontopus-e2e)"]))
}

/// Makes sure of a cargo subcommand: installs it once into the cargo home, from its own lock file.
fn install(fast: bool, tool: &'static str) -> Result<()> {
    let is_there = process::find(tool).is_some() || cargo_home_bin(tool).is_some();
    if is_there {
        return Ok(());
    }
    let by_hand = format!("cargo install --locked {tool}");
    if fast {
        return Err(fail(format!("{tool} is not installed, and --fast installs nothing"), by_hand));
    }
    step(format!("installing {tool}; this happens once and takes minutes"));
    process::run(process::cargo().args(["install", "--locked", tool]))
        .with_context(|| format!("cannot install {tool}; with a network, `{by_hand}` does"))
}

fn cargo_home_bin(tool: &str) -> Option<PathBuf> {
    let home = process::environment("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = process::environment("HOME")?;
        Some(PathBuf::from(home).join(".cargo"))
    })?;
    Some(home.join("bin").join(tool)).filter(|path| path.is_file())
}
