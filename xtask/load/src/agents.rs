//! Many hosts on one server, as far as a server notices: each with a key and a clone of its own, an event stream that
//! is open, signed requests. What an agent does on its host, planning and writing entries, is left out.

use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use crontopus_api::agent_v1::{AgentConfig, AgentEventKind, HostFacts, Report};
use crontopus_api::signature::{SecretKey, Signer};
use crontopus_client::agent::{AgentClient, AgentClientConfig, ConfigAnswer, Enroller, Stamps};
use crontopus_client::{BaseUrl, Connection};
use crontopus_clock::{Entropy as _, SystemClock, SystemEntropy};
use crontopus_gitrepo::fetch::{Credentials, FetchOptions, Remote, RequestHeaders, RequestToSign};
use crontopus_gitrepo::{Branch, CommitId, Repo};

/// Hosts that join at the same time; any more would only wait for each other.
const JOINING: usize = 16;
/// How long a host waits after an answer that says to come again.
const AGAIN: Duration = Duration::from_secs(2);
/// A host that has not got a commit after this has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// Many agents.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many
    #[arg(long, default_value_t = 1_000)]
    count: usize,
    /// Enrolment token that is good for all of them
    #[arg(long, env = "CRONTOPUS_ENROLL_TOKEN", hide_env_values = true)]
    token: String,
    /// Directory for their clones
    #[arg(long)]
    dir: PathBuf,
}

/// Says `ready` when every host stands at the present commit and listens. Then, for each line of standard input, a
/// commit: says `all` when every host has reported it, or ends with what went wrong.
pub(crate) fn run(options: &Options) -> Result<()> {
    let agents = join(options)?;
    let (arrived, arrivals) = channel();
    let listening = Arc::new(AtomicUsize::new(0));
    for agent in agents {
        let (arrived, listening) = (arrived.clone(), Arc::clone(&listening));
        thread::Builder::new().stack_size(512 << 10).spawn(move || {
            let ended = agent.live(&arrived, &listening).unwrap_or_else(|error| error);
            arrived.send(Err(ended)).ok();
        })?;
    }
    let all = |wanted: Option<&str>| -> Result<()> {
        let (start, mut count) = (Instant::now(), 0);
        while count < options.count {
            let left = PATIENCE.saturating_sub(start.elapsed());
            let commit: String = arrivals
                .recv_timeout(left)
                .with_context(|| format!("{count} of {} hosts arrived in time", options.count))??;
            count += usize::from(wanted.is_none_or(|wanted| wanted == commit));
        }
        Ok(())
    };
    all(None)?;
    while listening.load(Ordering::Relaxed) < options.count {
        thread::sleep(Duration::from_millis(10));
    }
    println!("ready");
    for commit in io::stdin().lock().lines() {
        all(Some(commit?.trim()))?;
        println!("all");
    }
    Ok(())
}

/// Lets every host join.
fn join(options: &Options) -> Result<Vec<Agent>> {
    let next = AtomicUsize::new(0);
    let joined = Mutex::new(Vec::with_capacity(options.count));
    thread::scope(|scope| {
        let joining: Vec<_> = (0..JOINING.min(options.count))
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= options.count {
                            return Ok(());
                        }
                        let agent = Agent::join(&options.token, number, &options.dir)?;
                        joined.lock().unwrap_or_else(PoisonError::into_inner).push(agent);
                    }
                })
            })
            .collect();
        joining.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread broke"))?)
    })?;
    Ok(joined.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// One host.
struct Agent {
    server: String,
    client: Arc<AgentClient>,
    clone: PathBuf,
}

/// What a host has reported last.
#[derive(Default)]
struct Standing {
    commit: Option<String>,
    rolling: Option<String>,
}

impl Agent {
    fn join(token: &str, number: usize, dir: &Path) -> Result<Self> {
        let key = SecretKey::from_bytes(&SystemEntropy.bytes());
        let connection = |server| Connection::new(server, "crontopus-load".to_owned());
        let enroller = Enroller::new(token, connection)?;
        let facts = HostFacts {
            hostname: format!("host-{number}"),
            machine: format!("{number:064x}"),
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scheduler: "debian-cron".to_owned(),
            timezone: "UTC".to_owned(),
        };
        let enrolment = enroller.enroll(&key, facts)?;
        let server = enroller.base_url().to_string();
        let base_url: BaseUrl = server.parse()?;
        let client = Arc::new(AgentClient::new(AgentClientConfig {
            connection: connection(base_url),
            signer: Signer { key, keyid: enrolment.enrolled.agent_id.to_string() },
            server_key: enrolment.server_key,
            stamper: Arc::new(Stamps::new(Arc::new(SystemClock), Arc::new(SystemEntropy), 0)),
        })?);
        Ok(Self { server, client, clone: dir.join(format!("host-{number}.git")) })
    }

    /// Follows the server until something breaks; says what.
    fn live(&self, arrived: &Sender<Result<String>>, listening: &AtomicUsize) -> Result<anyhow::Error> {
        let mut standing = Standing::default();
        let events = self.client.events()?;
        self.refresh(&mut standing, arrived)?;
        listening.fetch_add(1, Ordering::Relaxed);
        for event in events {
            if event?.kind == AgentEventKind::Refresh {
                self.refresh(&mut standing, arrived)?;
            }
        }
        bail!("the event stream ended")
    }

    fn refresh(&self, standing: &mut Standing, arrived: &Sender<Result<String>>) -> Result<()> {
        let ConfigAnswer::New { config, .. } = self.client.config(None)? else { return Ok(()) };
        let Some(commit) = config.commit.clone().filter(|commit| standing.commit.as_ref() != Some(commit))
        else {
            return Ok(());
        };
        self.bring(&config, &commit)?;
        let answer = self.client.report(&Report {
            commit: Some(commit.clone()),
            rolling: standing.rolling.take(),
            scheduler: "debian-cron".to_owned(),
            scheduler_running: true,
            timezone: "UTC".to_owned(),
            tzdata_version: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            jobs: Vec::new(),
            conditions: Vec::new(),
            plan: None,
            drift: 0,
        })?;
        *standing = Standing { commit: Some(commit.clone()), rolling: Some(answer.rolling) };
        arrived.send(Ok(commit)).ok();
        Ok(())
    }

    /// Fetches as the agent does, and again when the server has too much to do.
    fn bring(&self, config: &AgentConfig, commit: &str) -> Result<()> {
        let path = config.git_path.as_deref().context("the server names no repository")?;
        let credentials =
            Credentials::Headers(Arc::new(Signature(self.server.clone(), Arc::clone(&self.client))));
        let remote = Remote { url: format!("{}{path}", self.server).parse()?, credentials };
        let (branch, wanted): (Branch, CommitId) = (config.branch.parse()?, commit.parse()?);
        let start = Instant::now();
        loop {
            let repo = Repo::open_or_init(&self.clone, &branch)?;
            let fetched = repo.fetch(&remote, &branch, &FetchOptions::default());
            if Repo::open(&self.clone)?.has_commit(wanted) {
                return Ok(());
            }
            if let Err(error) = fetched
                && start.elapsed() > PATIENCE
            {
                return Err(error.into());
            }
            thread::sleep(AGAIN);
        }
    }
}

/// Signs the requests of a fetch.
struct Signature(String, Arc<AgentClient>);

impl RequestHeaders for Signature {
    fn headers(&self, request: &RequestToSign<'_>) -> io::Result<Vec<(String, String)>> {
        let query = request.query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{}{}{query}", self.0, request.path);
        let headers = self.1.signed_headers(request.method, &url, request.body);
        let headers = headers.ok_or_else(|| io::Error::other("the address is not the server's"))?;
        Ok(headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}
