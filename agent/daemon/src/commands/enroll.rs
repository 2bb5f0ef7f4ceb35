use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use crontopus_api::signature::SecretKey;
use crontopus_client::Connection;
use crontopus_client::agent::Enroller;
use crontopus_clock::{Entropy as _, SystemEntropy};
use crontopus_manifest::spec::Layout;

use crate::identity::{Identity, SchedulerKind};
use crate::key as keys;
use crate::native::{self, Native};
use crate::server::user_agent;
use crate::{files, host, spec_files};

/// Joins a tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The enrolment token, `cte_…`; `-` reads it from standard input.
    #[arg(long, env = "CRONTOPUS_ENROLL_TOKEN", hide_env_values = true)]
    token: String,
    /// Which native scheduler holds the entries; without it, the one that suits the host.
    #[arg(long)]
    scheduler: Option<SchedulerKind>,
    /// User who runs jobs that name none; needs an agent that runs as root.
    #[arg(long)]
    job_user: Option<String>,
    /// The wrapper; without it, `crontopus-run` beside this program.
    #[arg(long)]
    wrapper: Option<PathBuf>,
}

/// Makes a key, proves it to the server, and keeps what the server says. Nothing is touched when the
/// server refuses.
pub(crate) fn run(layout: &Layout, args: &Args) -> anyhow::Result<ExitCode> {
    if layout.identity().exists() {
        bail!(
            "this host is enrolled already: {}\nhint: crontopus-agent uninstall --remove first",
            layout.identity().display()
        );
    }
    let native = Native::detect()?;
    let scheduler = args.scheduler.unwrap_or_else(|| native::choose(&native));
    check_user(scheduler, args.job_user.as_deref())?;
    let wrapper = match &args.wrapper {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("crontopus-run"),
    };
    spec_files::prepare(layout)?;
    spec_files::install_wrapper(layout, &wrapper)?;

    let key = SecretKey::from_bytes(&SystemEntropy.bytes());
    let token = token(&args.token)?;
    let enroller = Enroller::new(&token, |server| Connection::new(server, user_agent()))
        .context("the enrolment token cannot be used")?;
    let enrolment = enroller
        .enroll(&key, host::facts(native.profile))
        .context("this host was not enrolled\nhint: a token is good for a short time; make a new one with `crontopus agents enroll-token`")?;

    let server = enroller.base_url().to_string().trim_end_matches('/').to_owned();
    let mut identity = Identity::new(server, &enrolment.server_key, enrolment.enrolled.agent_id, scheduler);
    identity.tenant = enrolment.enrolled.tenant;
    identity.name = enrolment.enrolled.name;
    identity.job_user.clone_from(&args.job_user);
    // The key first: an identity without its key would be a host that cannot speak.
    keys::save(&layout.key(), &key)?;
    if let Err(e) = identity.save(layout) {
        files::remove(&layout.key())?;
        return Err(e);
    }
    anstream::println!("enrolled as {} in {} ({})", identity.name, identity.tenant, identity.agent_id);
    anstream::println!(
        "entries go to {}",
        match scheduler {
            SchedulerKind::CronD => "/etc/cron.d, one file for each job",
            SchedulerKind::UserCrontab => "a marked block of this user's crontab",
        }
    );
    if enrolment.enrolled.pending {
        anstream::println!("an admin has to approve this host: crontopus agents approve {}", identity.name);
    }
    if !native.running {
        anstream::println!("warning: {}; nothing will start until cron runs", native.evidence);
    }
    anstream::println!("next: crontopus-agent run");
    Ok(ExitCode::SUCCESS)
}

fn check_user(scheduler: SchedulerKind, job_user: Option<&str>) -> anyhow::Result<()> {
    let root = rustix::process::geteuid().is_root();
    if scheduler == SchedulerKind::CronD && !root {
        bail!("/etc/cron.d needs root\nhint: run it as root, or take --scheduler user-crontab");
    }
    match job_user {
        Some(user) if host::user(user).is_none() => bail!("there is no user `{user}` on this host"),
        Some(_) if scheduler == SchedulerKind::UserCrontab => {
            bail!("a user's crontab runs everything as that user; --job-user needs --scheduler cron-d")
        }
        _ => Ok(()),
    }
}

fn token(text: &str) -> anyhow::Result<String> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .context("cannot read the token from standard input")?;
    Ok(text.trim().to_owned())
}
