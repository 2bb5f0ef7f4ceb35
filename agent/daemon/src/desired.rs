//! From the repository at one commit to what this host is to hold.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_api::{Condition, ConditionKind};
use crontopus_manifest::spec::SpecFile;
use crontopus_manifest::{HostFacts, Job, Placement};
use crontopus_plan::{ContentHash, DesiredJob, DriftMode, Form, JobKey};
use crontopus_schedule::{Profile, firing_profile, render};
use crontopus_schedulers::{EntryRequest, Scheduler};
use jiff::Timestamp;

use crate::host::{self, User};
use crate::spec_files;

/// What of the host decides.
#[derive(Debug)]
pub(crate) struct Host<'a> {
    /// The agent's id: seed of the jitter.
    pub(crate) id: &'a str,
    /// The host's name in the tenant.
    pub(crate) name: &'a str,
    /// Its labels.
    pub(crate) labels: &'a BTreeMap<String, String>,
    /// Jobs with `placement: one` that the server has placed here.
    pub(crate) placements: &'a [String],
    /// Who runs jobs that name no user.
    pub(crate) job_user: &'a str,
    /// IANA zone of the host.
    pub(crate) zone: &'a str,
    /// Whose rules the native scheduler follows.
    pub(crate) profile: Profile,
    /// What happens when somebody edits our entries.
    pub(crate) drift: DriftMode,
}

/// What this host is to hold, and what is to be said of it.
#[derive(Debug, Default)]
pub(crate) struct Desired {
    /// For the planner.
    pub(crate) jobs: Vec<DesiredJob>,
    /// What each wanted job was made into.
    pub(crate) made: BTreeMap<JobKey, Made>,
    /// What keeps a job from the host, or is worth knowing.
    pub(crate) conditions: Vec<Condition>,
    /// Jobs of the commit on any host.
    pub(crate) repository_jobs: usize,
}

/// One wanted job, rendered.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// The job as in Git.
    pub(crate) job: Job,
    /// What the wrapper reads.
    pub(crate) spec: SpecFile,
    /// Who runs it.
    pub(crate) user: User,
    /// Whose firing rules it follows on this host.
    pub(crate) profile: Profile,
}

/// Why a job is not made into anything.
struct Refusal {
    kind: ConditionKind,
    reason: String,
}

/// Makes the desired state. `jobs` are the valid ones at the commit, `kept` those whose newest form has
/// errors, in their last valid form, each with the reason; `refuse` is the host's own policy.
pub(crate) fn desire(
    host: &Host<'_>,
    scheduler: &dyn Scheduler,
    jobs: &[Job],
    kept: &[(Job, String)],
    refuse: &dyn Fn(&Job) -> Option<String>,
    now: Timestamp,
) -> Desired {
    let mut desired = Desired { repository_jobs: jobs.len() + kept.len(), ..Desired::default() };
    let invalid: BTreeSet<&str> = kept.iter().map(|(job, _)| job.key().as_str()).collect();
    for (job, reason) in kept {
        if place(host, job) {
            desired.say(job.key().as_str(), ConditionKind::Verified, false, reason.clone());
            desired.add(host, scheduler, job, refuse, now);
        }
    }
    for job in jobs.iter().filter(|job| !invalid.contains(job.key().as_str())) {
        if place(host, job) {
            desired.add(host, scheduler, job, refuse, now);
        }
    }
    desired
}

/// Whether the job belongs here.
fn place(host: &Host<'_>, job: &Job) -> bool {
    let facts = HostFacts { name: host.name, labels: host.labels };
    let one = job.host.as_ref().is_some_and(|wanted| wanted.placement == Placement::One);
    job.selects(&facts) && (!one || host.placements.iter().any(|placed| placed == job.key().as_str()))
}

impl Desired {
    fn add(
        &mut self,
        host: &Host<'_>,
        scheduler: &dyn Scheduler,
        job: &Job,
        refuse: &dyn Fn(&Job) -> Option<String>,
        now: Timestamp,
    ) {
        let Ok(key) = job.key().as_str().parse::<JobKey>() else { return };
        for note in crontopus_manifest::scheduling_notes(job) {
            self.say(key.as_str(), ConditionKind::Rendered, true, note);
        }
        let made = match refuse(job) {
            Some(reason) => Err(Refusal { kind: ConditionKind::PolicyPassed, reason }),
            None => make(host, scheduler, job, &key, now),
        };
        let form = match made {
            Ok((made, entry, why)) => {
                if let Some(why) = why {
                    self.say(key.as_str(), ConditionKind::Rendered, true, why);
                }
                let spec = ContentHash::of(&spec_files::bytes(&made.spec));
                self.made.insert(key.clone(), made);
                Form::Wanted { entry, spec }
            }
            Err(Refusal { kind, reason }) => {
                self.say(key.as_str(), kind, false, reason.clone());
                Form::KeepLast { reason }
            }
        };
        self.jobs.push(DesiredJob { job: key, form, drift: host.drift });
    }

    fn say(&mut self, job: &str, kind: ConditionKind, ok: bool, reason: String) {
        self.conditions.push(Condition { job: Some(job.to_owned()), kind, ok, reason });
    }
}

type Rendered = (Made, crontopus_plan::Entry, Option<String>);

fn make(
    host: &Host<'_>,
    scheduler: &dyn Scheduler,
    job: &Job,
    key: &JobKey,
    now: Timestamp,
) -> Result<Rendered, Refusal> {
    let cannot = |reason: String| Refusal { kind: ConditionKind::Rendered, reason };
    let user_name = job.user.as_deref().unwrap_or(host.job_user);
    let user = host::user(user_name)
        .ok_or_else(|| cannot(format!("there is no user `{user_name}` on this host")))?;
    let zone = job.timezone.as_deref().unwrap_or(host.zone);
    let rendering =
        render(&job.schedule, zone, host.zone, host.profile, now).map_err(|e| cannot(e.to_string()))?;
    let request =
        EntryRequest { job: key, user: user_name, schedules: &rendering.entries, enabled: !job.paused };
    let entry = scheduler.entry(&request).map_err(|e| cannot(e.to_string()))?;
    let profile = firing_profile(host.profile, rendering.guard.is_some());
    let mut spec = job.to_spec(host.id, rendering.guard);
    spec.user = Some(user_name.to_owned());
    Ok((Made { job: job.clone(), spec, user, profile }, entry, rendering.why))
}
