use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::{Agent, Api, Checkout, Host, Server, program, until};

/// Far above what is usual, far below a poll's pause: what a story waits for comes by a signal.
const SOON: Duration = Duration::from_secs(45);

/// What most stories of hosts begin with: a server, a tenant with a repository, and a host with an agent.
#[derive(Debug)]
pub struct Scene {
    /// The host's agent; first, so that it ends before what it speaks to.
    pub agent: Agent,
    /// The host.
    pub host: Host,
    /// A clone of the tenant's repository.
    pub checkout: Checkout,
    /// The tenant's owner.
    pub api: Api,
    /// The server.
    pub server: Server,
    home: tempfile::TempDir,
}

impl Scene {
    /// Sets it, with entries in `/etc/cron.d` and the daemon at work.
    pub fn set() -> anyhow::Result<Self> {
        let mut scene = Self::set_idle()?;
        scene.agent.run(&scene.host)?;
        Ok(scene)
    }

    /// The same with an agent that is enrolled and does nothing yet.
    pub fn set_idle() -> anyhow::Result<Self> {
        let server = Server::start()?;
        let api = Api::sign_up(&server, "acme")?;
        let checkout = Checkout::clone(&api.repository("jobs")?)?;
        let host = Host::start()?;
        let agent = Agent::enroll(&host, &server, &api, "cron-d")?;
        Ok(Self { agent, host, checkout, api, server, home: tempfile::tempdir()? })
    }

    /// A manifest that lets the host hold `ops/<name>`.
    pub fn job(name: &str) -> String {
        format!(
            "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"0 1 * * *\"\n  \
             command: /bin/true\n  host: {{selector: {{role: db}}}}\n"
        )
    }

    /// Writes [`Scene::job`] for each name.
    pub fn write_jobs(&self, names: &[&str]) -> anyhow::Result<()> {
        names.iter().try_for_each(|name| self.checkout.write(&format!("ops/{name}.yaml"), &Self::job(name)))
    }

    /// Waits until `probe` has something; on failure shows what the agent said.
    pub fn soon<T>(&self, what: &str, probe: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
        until(what, SOON, probe).map_err(|e| e.context(self.agent.log()))
    }

    /// Waits until exactly these jobs of `ops` have an entry.
    pub fn entries(&self, names: &[&str]) -> anyhow::Result<()> {
        let mut wanted: Vec<String> = names.iter().map(|name| format!("crontopus-ops_{name}")).collect();
        wanted.sort();
        self.soon(&format!("the entries {names:?}"), || {
            let listed = self.host.sh("ls /etc/cron.d")?.stdout;
            let listed = String::from_utf8_lossy(&listed);
            Ok((listed.lines().eq(wanted.iter().map(String::as_str))).then_some(()))
        })
    }

    /// The agent as the API shows it.
    pub fn shown(&self) -> anyhow::Result<Value> {
        let agents = self.api.read("/agents")?;
        let id = agents["items"][0]["id"].as_str().context("there is an agent")?.to_owned();
        self.api.read(&format!("/agents/{id}"))
    }

    /// Waits until the agent's plan waits for a human; why it does.
    pub fn held(&self) -> anyhow::Result<String> {
        self.soon("a plan that waits", || Ok(self.shown()?["plan"]["held"].as_str().map(str::to_owned)))
    }

    /// Waits until the agent reports this commit as the one that stands.
    pub fn applied(&self, commit: &str) -> anyhow::Result<()> {
        self.soon("the commit to stand", || Ok((self.shown()?["applied_commit"] == commit).then_some(())))
    }

    /// Confirms on the command line, as the agent's plan says.
    pub fn confirm(&self) -> anyhow::Result<()> {
        let name = self.shown()?["name"].as_str().context("it has a name")?.to_owned();
        self.command_line(&["agents", "confirm", &name]).map(drop)
    }

    /// Gives the host other labels.
    pub fn relabel(&self, labels: &[&str]) -> anyhow::Result<()> {
        let name = self.shown()?["name"].as_str().context("it has a name")?.to_owned();
        self.command_line(&[&["agents", "label", &name], labels].concat()).map(drop)
    }

    /// Runs a line of the command line that must succeed; what it wrote.
    pub fn command_line(&self, line: &[&str]) -> anyhow::Result<String> {
        let done = program("crontopus")
            .args(line)
            .env("CRONTOPUS_URL", &self.server.url)
            .env("CRONTOPUS_TOKEN", &self.api.token)
            .env("CRONTOPUS_CONFIG_DIR", self.home.path())
            .output()?;
        let said =
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        ensure!(done.status.success(), "crontopus {line:?}: {said}");
        Ok(said)
    }

    /// A command of the agent's program that must succeed; what it wrote.
    pub fn agent(&self, line: &[&str]) -> anyhow::Result<String> {
        let done = self.agent.command(&self.host).args(line).output()?;
        let said =
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        ensure!(done.status.success(), "crontopus-agent {line:?}: {said}");
        Ok(said)
    }
}
