//! From the repository at one commit to what this host is to hold.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_api::{Condition, ConditionKind};
use crontopus_manifest::policy::Context;
use crontopus_manifest::spec::SpecFile;
use crontopus_manifest::{Drift, HostFacts, Job, Placement, Policy, Scheduler as Wish};
use crontopus_plan::{ContentHash, DesiredJob, DriftMode, Form, Inventory, JobKey};
use crontopus_schedule::{Profile, firing_profile, render};
use crontopus_schedulers::{EntryRequest, Scheduler};
use jiff::Timestamp;

use crate::host::{self, User};
use crate::judge::{Judge, Verdict};
use crate::repository::Snapshot;
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
    /// What happens when somebody edits the entry of a job that does not say itself.
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

/// What the repository and the host say of jobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'a> {
    /// The commit in force.
    pub(crate) snapshot: &'a Snapshot,
    /// The host's own policies.
    pub(crate) local: &'a [Policy],
    /// What stands on the host.
    pub(crate) inventory: &'a Inventory,
}

/// Makes the desired state.
pub(crate) fn desire(
    host: &Host<'_>,
    scheduler: &dyn Scheduler,
    sources: &Sources<'_>,
    now: Timestamp,
) -> Desired {
    let Sources { snapshot, local, inventory } = sources;
    let mut desired = Desired {
        repository_jobs: snapshot.jobs.len() + snapshot.kept.len() + snapshot.lacking.len(),
        ..Desired::default()
    };
    for (job, reason) in &snapshot.lacking {
        desired.keep_what_stands(host, job, reason, inventory);
    }
    let invalid: BTreeSet<&str> = snapshot.kept.iter().map(|(job, _)| job.key().as_str()).collect();
    let kept = snapshot.kept.iter().map(|(job, reason)| (job, Some(reason)));
    let newest = snapshot.jobs.iter().filter(|job| !invalid.contains(job.key().as_str()));
    let mut here: Vec<(&Job, Option<&String>)> =
        kept.chain(newest.map(|job| (job, None))).filter(|(job, _)| place(host, job)).collect();
    // What stands keeps its place before what is new.
    let stands =
        |job: &Job| job.key().as_str().parse().is_ok_and(|key: JobKey| inventory.jobs.contains_key(&key));
    here.sort_by_key(|(job, _)| !stands(job));
    let jobs: Vec<&Job> = here.iter().map(|(job, _)| *job).collect();
    let context = Context { host_zone: Some(host.zone), job_user: Some(host.job_user) };
    let judge = Judge::new(&snapshot.policies, local, context, snapshot.signed, &jobs);
    for (job, reason) in here {
        if let Some(reason) = reason {
            desired.say(job.key().as_str(), ConditionKind::Verified, false, reason.clone());
        }
        desired.add(host, scheduler, job, judge.verdict(job), now);
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
        verdict: Verdict,
        now: Timestamp,
    ) {
        let Ok(key) = job.key().as_str().parse::<JobKey>() else { return };
        for note in crontopus_manifest::scheduling_notes(job) {
            self.say(key.as_str(), ConditionKind::Rendered, true, note);
        }
        for note in verdict.notes {
            self.say(key.as_str(), ConditionKind::PolicyPassed, true, note);
        }
        let made = match verdict.refusal {
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
        let drift = match job.drift {
            None => host.drift,
            Some(Drift::Enforce) => DriftMode::Enforce,
            Some(Drift::Warn) => DriftMode::Warn,
            Some(Drift::Off) => DriftMode::Off,
        };
        self.jobs.push(DesiredJob { job: key, form, drift });
    }

    /// A job of which no form can be believed: what stands of it stays, and nothing new is made of it.
    fn keep_what_stands(&mut self, host: &Host<'_>, job: &str, reason: &str, inventory: &Inventory) {
        let Ok(key) = job.parse::<JobKey>() else { return };
        if !inventory.jobs.contains_key(&key) {
            return;
        }
        self.say(job, ConditionKind::Verified, false, reason.to_owned());
        let form = Form::KeepLast { reason: reason.to_owned() };
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
    match job.scheduler {
        Wish::Auto | Wish::Cron => {}
        other => {
            return Err(cannot(format!("this agent installs cron entries only, and the job wants {other}")));
        }
    }
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
