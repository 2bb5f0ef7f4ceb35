//! The native scheduler of this host, as the identity names it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use crontopus_manifest::spec::Layout;
use crontopus_schedule::Profile;
use crontopus_schedulers::cron_d::CRON_D;
use crontopus_schedulers::{CronD, Scheduler, UserCrontab, detect, user_crontab};

use crate::host;
use crate::identity::{Identity, SchedulerKind};

/// What is known of the native scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Native {
    /// Whose firing rules it follows.
    pub(crate) profile: Profile,
    /// Whether its daemon runs: without it nothing will fire.
    pub(crate) running: bool,
    /// How that was found out.
    pub(crate) evidence: String,
    /// Whether it reads `/etc/cron.d`.
    pub(crate) reads_cron_d: bool,
}

impl Native {
    /// Looks at the host.
    pub(crate) fn detect() -> anyhow::Result<Self> {
        let found = detect(Path::new("/"));
        let Some(profile) = found.profile else {
            bail!(
                "no cron that is known was found: {}\nhint: install cron (Debian: apt-get install cron)",
                found.evidence
            );
        };
        Ok(Self {
            profile,
            running: found.daemon.is_some(),
            evidence: found.evidence,
            reads_cron_d: found.reads_cron_d,
        })
    }
}

/// The kind this host can hold best.
pub(crate) fn choose(native: &Native) -> SchedulerKind {
    let root = rustix::process::geteuid().is_root();
    if root && native.reads_cron_d { SchedulerKind::CronD } else { SchedulerKind::UserCrontab }
}

/// The adapter.
pub(crate) fn open(layout: &Layout, identity: &Identity) -> anyhow::Result<Box<dyn Scheduler + Send>> {
    let (wrapper, installation) = (layout.wrapper(), identity.agent_id.to_string());
    Ok(match identity.scheduler {
        SchedulerKind::CronD => Box::new(CronD::new(CRON_D, wrapper, installation)),
        SchedulerKind::UserCrontab => {
            let user = host::current_user().context("this process's user is not in /etc/passwd")?;
            let state_dir = layout.root().join("backup");
            if let Err(e) = crate::files::directory(&state_dir, 0o700) {
                // Without it no tab is changed, and that is said where it is tried.
                tracing::warn!("no backup can be kept: {e:#}");
            }
            Box::new(UserCrontab::new(user_crontab::Settings {
                program: crontab()?,
                user,
                pass_user: false,
                wrapper,
                installation,
                state_dir,
            }))
        }
    })
}

fn crontab() -> anyhow::Result<PathBuf> {
    ["/usr/bin/crontab", "/bin/crontab", "/usr/local/bin/crontab"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .context("there is no crontab program\nhint: install cron (Debian: apt-get install cron)")
}
