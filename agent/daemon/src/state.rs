//! What the agent remembers between passes: `state.json`, mode 0600.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use crontopus_api::agent_v1::AgentConfig;
use crontopus_manifest::spec::Layout;
use crontopus_plan::Inventory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files;

/// Everything that is remembered. A lost file costs one full pass and nothing else: entries with our marker
/// are taken back into the inventory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// What the agent has written on this host.
    pub(crate) inventory: Inventory,
    /// The commit that stands on the host.
    pub(crate) applied_commit: Option<String>,
    /// The commit that was taken last: the applied one, or one of which something waits or fails.
    pub(crate) taken_commit: Option<String>,
    /// Commits of an older form kept for jobs whose newest one has errors are in the configuration too.
    pub(crate) config: Option<AgentConfig>,
    /// `ETag` of that configuration.
    pub(crate) config_etag: Option<String>,
    /// The value the last report's answer gave.
    pub(crate) rolling: Option<String>,
    /// Milliseconds to add to the host's clock to have the server's.
    pub(crate) clock_offset_ms: i64,
    /// Sequence of the last signed request that was surely sent.
    pub(crate) seq: u64,
    /// When the native scheduler has to be made to look once more at what was written; an agent that was
    /// killed in between still does it.
    pub(crate) settle_due: Option<Timestamp>,
}

impl State {
    /// Reads what is remembered; nothing when the host was just enrolled.
    pub(crate) fn load(layout: &Layout) -> anyhow::Result<Self> {
        let path = path(layout);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| {
                format!(
                    "{} is damaged\nhint: remove it; entries with the agent's marker are taken back at the next pass",
                    path.display()
                )
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Writes it, whole or not at all.
    pub(crate) fn save(&self, layout: &Layout) -> anyhow::Result<()> {
        files::replace(&path(layout), &serde_json::to_vec(self)?, 0o600)
    }
}

fn path(layout: &Layout) -> PathBuf {
    layout.root().join("state.json")
}
