//! Who this host is to its server: `agent.json` (readable by all, nothing secret) and `agent.key`.

use std::fs;

use anyhow::{Context, bail};
use crontopus_api::signature::PublicKey;
use crontopus_ids::AgentId;
use crontopus_manifest::spec::Layout;
use serde::{Deserialize, Serialize};

use crate::files;

/// The version of [`Identity`] this build writes and the only one it reads.
const FORMAT: u32 = 1;

/// What enrolment settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    format: u32,
    /// The server's address, without a slash at its end.
    pub(crate) server: String,
    /// The server's Ed25519 key, base64, pinned at enrolment.
    pub(crate) server_key: String,
    /// The agent's id.
    pub(crate) agent_id: AgentId,
    /// The tenant's slug.
    pub(crate) tenant: String,
    /// The host's name in the tenant.
    pub(crate) name: String,
    /// Which native scheduler holds the entries.
    pub(crate) scheduler: SchedulerKind,
    /// User who runs jobs that name none; absent: the user the agent runs as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job_user: Option<String>,
}

/// The native schedulers this build drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SchedulerKind {
    /// One file for each job in `/etc/cron.d`; needs root.
    CronD,
    /// One marked block in the invoking user's crontab.
    UserCrontab,
}

impl Identity {
    /// The outcome of an enrolment.
    pub(crate) fn new(
        server: String,
        server_key: &PublicKey,
        agent_id: AgentId,
        scheduler: SchedulerKind,
    ) -> Self {
        Self {
            format: FORMAT,
            server,
            server_key: server_key.to_base64(),
            agent_id,
            tenant: String::new(),
            name: String::new(),
            scheduler,
            job_user: None,
        }
    }

    /// Reads the identity below a state directory.
    pub(crate) fn load(layout: &Layout) -> anyhow::Result<Self> {
        let path = layout.identity();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => bail!(
                "this host is not enrolled: there is no {}\nhint: crontopus-agent enroll --token cte_…",
                path.display()
            ),
            Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
        };
        let identity: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))?;
        if identity.format != FORMAT {
            bail!("{} has format {}, this agent reads {FORMAT}", path.display(), identity.format);
        }
        Ok(identity)
    }

    /// Writes it, whole or not at all.
    pub(crate) fn save(&self, layout: &Layout) -> anyhow::Result<()> {
        files::replace(&layout.identity(), &serde_json::to_vec_pretty(self)?, 0o644)
    }

    /// The pinned key of the server.
    pub(crate) fn server_key(&self) -> anyhow::Result<PublicKey> {
        PublicKey::from_base64(&self.server_key).context("the pinned key of the server is damaged")
    }
}
