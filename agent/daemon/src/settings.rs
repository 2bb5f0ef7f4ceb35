//! `agent.toml`: what the host itself decides, whatever Git or the server say.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use crontopus_manifest::spec::Layout;
use crontopus_plan::DriftMode;
use serde::Deserialize;

/// The host's own settings. All have defaults; the file may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// What happens when somebody edits an entry of a job that does not say itself: `enforce`, `warn` or `off`.
    pub(crate) drift: DriftMode,
    /// Which commits are taken.
    pub(crate) trust: Trust,
    /// A file of `Policy` documents that only tightens what Git allows.
    pub(crate) policy_file: Option<PathBuf>,
    /// User who runs jobs that name none; root agents only.
    pub(crate) job_user: Option<String>,
}

/// Which commits are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Trust {
    /// A file in the `allowed_signers` format of ssh-keygen(1). When given, only commits signed by one of
    /// its keys are applied.
    pub(crate) signers: Option<PathBuf>,
    /// Whether a commit that does not descend from the applied one is taken.
    pub(crate) force_push: ForcePush,
}

/// What happens when history was rewritten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ForcePush {
    /// The applied commit stays in force until a human confirms.
    #[default]
    Refuse,
    /// The new one is applied.
    Accept,
}

impl Settings {
    /// Reads `agent.toml` below the state directory or, for the installed service, in `/etc/crontopus`.
    pub(crate) fn load(layout: &Layout) -> anyhow::Result<Self> {
        for path in [layout.root().join("agent.toml"), PathBuf::from("/etc/crontopus/agent.toml")] {
            match fs::read_to_string(&path) {
                Ok(text) => {
                    return toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()));
                }
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
            }
        }
        Ok(Self::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_may_be_absent_and_is_read_strictly() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let file = dir.path().join("agent.toml");
        fs::write(&file, "").unwrap();
        assert_eq!(Settings::load(&layout).unwrap(), Settings::default());
        fs::write(&file, "drift = \"warn\"\n[trust]\nforce_push = \"accept\"\n").unwrap();
        let settings = Settings::load(&layout).unwrap();
        assert_eq!((settings.drift, settings.trust.force_push), (DriftMode::Warn, ForcePush::Accept));
        for bad in ["drfit = \"warn\"", "drift = \"sometimes\"", "[trust]\nsigner = \"x\"", "= 1"] {
            fs::write(&file, bad).unwrap();
            let error = format!("{:#}", Settings::load(&layout).unwrap_err());
            assert!(error.contains("agent.toml is not valid"), "{bad}: {error}");
        }
    }
}
