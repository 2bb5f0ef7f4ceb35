//! Which commits this host believes: signed by its own signers, and grown out of what stands.

use std::fs;

use anyhow::{Context as _, bail};
use crontopus_gitrepo::{AllowedSigners, CommitId, Signature};

use super::{Clone, Standing, id};
use crate::settings::{ForcePush, Settings};

/// A line of a commit's message that says that its removals are meant.
const ALLOW_REMOVAL: &str = "crontopus-allow-removal: yes";

/// Why a commit that is here is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Distrust {
    /// None of the host's own signers has signed it.
    #[error("commit {commit} is not signed by a key of {signers}: {found}")]
    Unsigned {
        /// The commit.
        commit: CommitId,
        /// The file that names the signers.
        signers: String,
        /// What its signature is.
        found: String,
    },
    /// History was rewritten, and this host waits for a human's word on the new one.
    #[error(
        "commit {commit} does not descend from the applied {applied}: history was rewritten, so the applied one \
         stays in force\nhint: crontopus agents confirm <host> takes the new one with all it removes; \
         `force_push = \"accept\"` in agent.toml always does"
    )]
    Rewritten {
        /// The one that waits.
        commit: CommitId,
        /// The one in force.
        applied: String,
    },
}

impl Clone {
    /// Refuses a commit that none of the host's own signers has signed.
    pub(super) fn trust(&self, commit: CommitId, settings: &Settings) -> anyhow::Result<()> {
        let Some(path) = &settings.trust.signers else { return Ok(()) };
        match self.signature(commit, settings)? {
            Signature::Good(_) => Ok(()),
            other => {
                let (signers, found) = (path.display().to_string(), format!("{other:?}"));
                bail!(Distrust::Unsigned { commit, signers, found })
            }
        }
    }

    /// Whether the commit is signed: by the host's own signers when it names them, else by anybody, as the
    /// server judges it too.
    pub(super) fn is_signed(&self, commit: CommitId, settings: &Settings) -> anyhow::Result<bool> {
        Ok(match self.signature(commit, settings)? {
            Signature::Good(_) => true,
            Signature::Untrusted { .. } | Signature::Unsupported => settings.trust.signers.is_none(),
            Signature::None | Signature::Bad => false,
        })
    }

    fn signature(&self, commit: CommitId, settings: &Settings) -> anyhow::Result<Signature> {
        let signers = match &settings.trust.signers {
            None => AllowedSigners::default(),
            Some(path) => {
                let text =
                    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                AllowedSigners::parse(&text).with_context(|| format!("{} is not valid", path.display()))?
            }
        };
        Ok(self.repo.verify_signature(commit, &signers)?)
    }

    /// Refuses a commit that does not descend from the applied one, unless the host or a human wants it.
    pub(super) fn follows(&self, commit: CommitId, standing: &Standing<'_>) -> anyhow::Result<()> {
        let Some(applied) = standing.applied else { return Ok(()) };
        if standing.confirmed || standing.settings.trust.force_push == ForcePush::Accept {
            return Ok(());
        }
        if !self.repo.is_ancestor(id(applied)?, commit)? {
            bail!(Distrust::Rewritten { commit, applied: applied.to_owned() });
        }
        Ok(())
    }

    /// Whether a commit between the applied one and this one says in its message that its removals are
    /// meant. Without an applied one there is nothing to remove.
    pub(super) fn allows_removal(&self, commit: CommitId, applied: Option<&str>) -> anyhow::Result<bool> {
        /// Further back nobody looks: then the brakes ask a human.
        const LONGEST: usize = 1_000;
        let Some(applied) = applied.map(id).transpose()? else { return Ok(false) };
        for entry in self.repo.log(commit, 0, LONGEST)? {
            if entry.id == applied {
                return Ok(false);
            }
            if says_so(&entry.message) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A trailer stands in the last paragraph of a message.
fn says_so(message: &str) -> bool {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    last.lines().any(|line| line.trim().eq_ignore_ascii_case(ALLOW_REMOVAL))
}
