//! One agent: identity, state and native scheduler together, and what they do in one pass.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use crontopus_api::PlanView;
use crontopus_api::agent_v1::{AgentConfig, Report};
use crontopus_clock::Clock;
use crontopus_gitrepo::fetch::Remote;
use crontopus_manifest::spec::Layout;
use crontopus_plan::{JobKey, Plan};
use crontopus_schedulers::Scheduler;
use jiff::Timestamp;

use crate::commands::Lock;
use crate::desired::{Desired, Host, Sources, desire};
use crate::ground::Ground;
use crate::identity::Identity;
use crate::native::{self, Native};
use crate::repository::{Clone, Distrust, Snapshot, Standing};
use crate::state::State;
use crate::{host, reconcile, report, spec_files, storage};

/// A second touch is due a second after the write, or some more when cron loads just then.
const LONGEST_SETTLE: Duration = Duration::from_secs(5);

/// Everything one host's agent is.
pub(crate) struct Agent {
    /// Where its files are.
    pub(crate) layout: Layout,
    /// Who it is.
    pub(crate) identity: Identity,
    /// What of the host the desired state was made on.
    ground: Ground,
    /// What it remembers.
    pub(crate) state: State,
    /// What the native scheduler is.
    pub(crate) native: Native,
    scheduler: Box<dyn Scheduler + Send>,
    clock: Box<dyn Clock>,
    snapshot: Snapshot,
    desired: Desired,
    /// Why the newest commit is not in force, if it is not.
    trouble: Option<Trouble>,
    last_plan: Option<PlanView>,
    may_tidy: bool,
    /// What an apply that was cut short left is to be taken up before anything else.
    is_cut_short: bool,
    /// What kept the last pass from its end, or the disk from taking what has to be written.
    hindrance: Option<String>,
    /// Nothing is known of what is to stand here: neither is anything made nor removed.
    blind: bool,
}

/// Why a commit is not in force.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    /// In words for the report.
    pub(crate) reason: String,
    /// Whether it is here and not trusted.
    pub(crate) distrusted: bool,
    /// The commit, when a human's word would put it in force.
    waits: Option<String>,
}

impl Trouble {
    fn of(error: &anyhow::Error) -> Self {
        let distrust = error.downcast_ref::<Distrust>();
        let waits = match distrust {
            Some(Distrust::Rewritten { commit, .. }) => Some(commit.to_string()),
            _ => None,
        };
        Self { reason: format!("{error:#}"), distrusted: distrust.is_some(), waits }
    }
}

impl Agent {
    /// Reads everything below `layout` and changes nothing there: a daemon may be at work.
    pub(crate) fn look(layout: Layout, clock: Box<dyn Clock>) -> anyhow::Result<Self> {
        let mut agent = Self::read(layout, clock)?;
        agent.remember()?;
        Ok(agent)
    }

    /// Reads everything below `layout` and takes up what a crash left half done.
    pub(crate) fn open(layout: Layout, clock: Box<dyn Clock>, _lock: &Lock) -> anyhow::Result<Self> {
        let mut agent = Self { may_tidy: true, is_cut_short: true, ..Self::read(layout, clock)? };
        if let Err(e) = agent.recover() {
            // Jobs go on, and each pass tries it again before it does anything else.
            tracing::error!("what an earlier apply left cannot be taken up: {e:#}");
        }
        agent.remember()?;
        Ok(agent)
    }

    fn recover(&mut self) -> anyhow::Result<()> {
        if self.is_cut_short {
            let observed = reconcile::observe(&self.layout, self.scheduler.as_mut());
            reconcile::recover(&self.layout, &observed, &mut self.state, self.clock.now())?;
            self.is_cut_short = false;
        }
        Ok(())
    }

    fn read(layout: Layout, clock: Box<dyn Clock>) -> anyhow::Result<Self> {
        let identity = Identity::load(&layout)?;
        let native = Native::detect()?;
        let ground = Ground::of(&layout, native.profile, clock.now())?;
        let mut state = State::load(&layout)?;
        state.inventory.installation = identity.agent_id.to_string();
        let scheduler = native::open(&layout, &identity)?;
        Ok(Self {
            layout,
            identity,
            ground,
            state,
            native,
            scheduler,
            clock,
            snapshot: Snapshot::default(),
            desired: Desired::default(),
            trouble: None,
            last_plan: None,
            may_tidy: false,
            is_cut_short: false,
            hindrance: None,
            blind: false,
        })
    }

    /// Makes the desired state again from the commit that was taken last: jobs and their repair do not
    /// depend on the server.
    fn remember(&mut self) -> anyhow::Result<()> {
        let taken = self.state.taken_commit.clone().or_else(|| self.state.applied_commit.clone());
        let (Some(config), Some(commit)) = (self.state.config.clone(), taken) else {
            return Ok(());
        };
        let read = |mut clone: Clone| clone.read(None, &commit, &config.last_valid, &self.standing(&config));
        match self.clone_of(&config).and_then(read) {
            Ok(snapshot) => self.snapshot = snapshot,
            Err(e) => {
                tracing::warn!("the clone is of no use and is fetched again: {e:#}");
                self.state.config_etag = None;
                self.trouble = Some(Trouble::of(&e));
                self.blind = true;
                return Ok(());
            }
        }
        self.make_desired(&config)
    }

    fn clone_of(&self, config: &AgentConfig) -> anyhow::Result<Clone> {
        if self.may_tidy {
            Clone::open(&self.layout, &config.branch)
        } else {
            Clone::look(&self.layout, &config.branch)
        }
    }

    fn standing(&self, config: &AgentConfig) -> Standing<'_> {
        Standing {
            applied: self.state.applied_commit.as_deref(),
            settings: &self.ground.settings,
            confirmed: config.confirmed_commit.is_some() && config.confirmed_commit == config.commit,
        }
    }

    /// Takes a configuration: fetches its commit, and makes the desired state of it. When the commit cannot
    /// be had or is not trusted, the applied one stays in force and the report says why.
    pub(crate) fn take(
        &mut self,
        config: AgentConfig,
        etag: Option<String>,
        remote: Option<&Remote>,
    ) -> anyhow::Result<()> {
        let taken = self.snapshot_of(&config, remote);
        self.trouble = taken.as_ref().err().map(Trouble::of);
        if let Ok(snapshot) = &taken {
            self.snapshot = snapshot.clone();
            self.blind = false;
            self.state.taken_commit = Some(snapshot.commit.clone()).filter(|commit| !commit.is_empty());
        }
        if !self.blind {
            self.make_desired(&config)?;
        }
        self.state.config = Some(config);
        // A configuration that could not be followed is read again at the next poll.
        self.state.config_etag = etag.filter(|_| taken.is_ok());
        taken.map(|_| ())
    }

    fn snapshot_of(&self, config: &AgentConfig, remote: Option<&Remote>) -> anyhow::Result<Snapshot> {
        let (Some(commit), Some(remote)) = (&config.commit, remote) else { return Ok(Snapshot::default()) };
        let mut clone = self.clone_of(config)?;
        let standing = self.standing(config);
        clone.bring(remote, commit, &standing)?;
        if self.may_tidy {
            let applied = standing.applied.unwrap_or(commit);
            clone.tidy(remote, &[commit, applied, &self.snapshot.commit]);
        }
        clone.read(Some(remote), commit, &config.last_valid, &standing)
    }

    fn make_desired(&mut self, config: &AgentConfig) -> anyhow::Result<()> {
        let job_user = match self.ground.settings.job_user.clone().or_else(|| self.identity.job_user.clone())
        {
            Some(user) => user,
            None => host::current_user().context("this process's user is not in /etc/passwd")?,
        };
        let id = self.identity.agent_id.to_string();
        let on = Host {
            id: &id,
            name: &config.name,
            labels: &config.labels,
            placements: &config.placements,
            job_user: &job_user,
            zone: &self.ground.zone,
            profile: self.ground.profile,
            drift: self.ground.settings.drift,
        };
        let sources = Sources {
            snapshot: &self.snapshot,
            local: &self.ground.policies,
            inventory: &self.state.inventory,
        };
        self.desired = desire(&on, self.scheduler.as_ref(), &sources, self.clock.now());
        Ok(())
    }

    /// Looks at the host anew, and makes the desired state again when something it was made on has changed:
    /// zone, time zone data, scheduler, settings, policies, users, or the year.
    fn stand_on_present_ground(&mut self) -> anyhow::Result<()> {
        self.native = Native::detect()?;
        let ground = match Ground::of(&self.layout, self.native.profile, self.clock.now()) {
            Ok(ground) if ground == self.ground => return Ok(()),
            Ok(ground) => ground,
            Err(e) => {
                tracing::warn!("the host's own settings cannot be read; the last ones stay in force: {e:#}");
                return Ok(());
            }
        };
        tracing::info!("the host has changed; entries are made anew");
        jiff::tz::db().reset();
        self.ground = ground;
        match self.state.config.clone() {
            Some(config) if !self.blind => self.make_desired(&config),
            _ => Ok(()),
        }
    }

    /// What there is to do; changes nothing.
    pub(crate) fn plan(&mut self) -> Plan {
        let observed = reconcile::observe(&self.layout, self.scheduler.as_mut());
        reconcile::make_plan(&self.desired, &observed, &self.state, self.confirmed(), self.clock.now())
    }

    /// Whether a human has confirmed the removals of the commit in force, here or in its message.
    fn confirmed(&self) -> bool {
        let config = self.state.config.as_ref();
        let confirmed = config.and_then(|config| config.confirmed_commit.as_deref());
        self.snapshot.allows_removal || confirmed == Some(self.snapshot.commit.as_str())
    }

    /// What kept the last pass from its end, if anything did.
    pub(crate) fn hindrance(&self) -> Option<&str> {
        self.hindrance.as_deref()
    }

    /// Whether anything did.
    pub(crate) fn is_hindered(&self) -> bool {
        self.hindrance.is_some()
    }

    /// Plans and does it; whether the server should hear of it.
    pub(crate) fn reconcile(&mut self) -> bool {
        let passed = self.pass();
        let failed = passed.as_ref().err().map(|e| format!("{e:#}"));
        let hindrance = storage::trouble(&self.layout).or(failed);
        let news = hindrance != self.hindrance;
        self.hindrance = hindrance;
        news || passed.unwrap_or_default()
    }

    fn pass(&mut self) -> anyhow::Result<bool> {
        spec_files::prepare(&self.layout)?;
        self.recover()?;
        self.stand_on_present_ground()?;
        if self.blind {
            return Ok(false);
        }
        let plan = self.plan();
        let now = self.clock.now();
        let applied = reconcile::apply(
            &self.layout,
            self.scheduler.as_mut(),
            &mut self.state,
            &self.desired,
            &plan,
            self.clock.as_ref(),
        )?;
        let clean = applied.failures.is_empty() && plan.unreadable.is_none();
        let commit = Some(self.snapshot.commit.clone()).filter(|commit| !commit.is_empty());
        let advanced = clean && plan.held.is_none() && self.state.applied_commit != commit;
        if advanced {
            self.state.applied_commit.clone_from(&commit);
        }
        let saved = self.state.save(&self.layout);
        let view = report::view(&plan, commit.as_deref(), &applied.failures, now);
        let changed = advanced || plan.changes().next().is_some();
        let before = self.last_plan.as_ref();
        let waits = view.held != before.and_then(|plan| plan.held.clone());
        let left = report::left(&view).ne(before.into_iter().flat_map(report::left));
        let report = changed || waits || left;
        if report || view.held.is_some() || before.is_none() {
            self.last_plan = Some(view);
        }
        for step in plan.changes() {
            tracing::info!(job = %step.job, action = ?step.action, reason = %step.reason, "entry");
        }
        for failure in applied.failures.values() {
            tracing::warn!("a step failed: {failure}");
        }
        saved.map(|()| report)
    }

    /// The server has a report, and the next one is to carry `rolling`. A value that cannot be saved is not used: an
    /// agent that starts again with the one before it would be taken for a copy of this host.
    pub(crate) fn was_reported(&mut self, rolling: String, seq: u64) -> anyhow::Result<()> {
        let before = self.state.rolling.replace(rolling);
        self.state.seq = seq;
        let saved = self.state.save(&self.layout);
        if saved.is_err() {
            self.state.rolling = State::load(&self.layout).map_or(before, |on_disk| on_disk.rolling);
        }
        saved
    }

    /// Whether the key is so old that it has to be changed.
    pub(crate) fn key_is_due(&self, now: Timestamp) -> bool {
        let before = self.state.config.as_ref().and_then(|config| config.rotate_before);
        before.is_some_and(|before| before <= now)
    }

    /// Forgets when the former key was due; the next configuration says when the new one is.
    pub(crate) fn key_was_changed(&mut self) {
        if let Some(config) = &mut self.state.config {
            config.rotate_before = None;
        }
    }

    /// How long until [`Agent::settle`] is due; `None` when it is not needed.
    pub(crate) fn settle_in(&self) -> Option<Duration> {
        let due = self.state.settle_due?;
        // The clock may have been set back meanwhile; no write has to wait longer than this.
        Some(Duration::try_from(due.duration_since(self.clock.now())).unwrap_or_default().min(LONGEST_SETTLE))
    }

    /// The deferred second half of an apply.
    pub(crate) fn settle(&mut self) -> anyhow::Result<()> {
        self.scheduler.settle()?;
        self.state.settle_due = None;
        self.state.save(&self.layout)
    }

    /// Waits until the second touch is due, if it is needed, and does it.
    pub(crate) fn wait_and_settle(&mut self) -> anyhow::Result<()> {
        let Some(wait) = self.settle_in() else { return Ok(()) };
        std::thread::sleep(wait);
        self.settle()
    }

    /// What the agent says of itself.
    pub(crate) fn report(&self) -> Report {
        let mut plan = self.last_plan.clone();
        if let Some(Trouble { reason, waits: Some(commit), .. }) = &self.trouble {
            let now = self.clock.now();
            let steps = plan.map(|plan| plan.steps).unwrap_or_default();
            plan = Some(PlanView {
                commit: Some(commit.clone()),
                made_at: now,
                steps,
                held: Some(reason.clone()),
            });
        }
        let known = report::Known {
            layout: &self.layout,
            native: &self.native,
            state: &self.state,
            desired: &self.desired,
            commit: &self.snapshot.commit,
            signers: self.ground.settings.trust.signers.as_deref(),
            trouble: self.trouble.as_ref(),
            hindrance: self.hindrance(),
        };
        let next = |job: &JobKey| self.next_runs(job, 1).pop();
        report::report(known, plan, &next)
    }

    /// The next starts of a job on this host, by the wall clock of its zone.
    pub(crate) fn next_runs(&self, job: &JobKey, count: usize) -> Vec<String> {
        let Some(made) = self.desired.made.get(job) else { return Vec::new() };
        let own = host::timezone();
        let zone = made.job.timezone.as_deref().unwrap_or(&own);
        let Ok(zone) = jiff::tz::TimeZone::get(zone) else { return Vec::new() };
        made.job
            .schedule
            .upcoming(self.clock.now(), &zone, made.profile)
            .take(count)
            .map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string())
            .collect()
    }

    /// Removes every entry of ours from the host, spec files included; what failed, by job.
    pub(crate) fn remove_all(&mut self) -> anyhow::Result<BTreeMap<String, String>> {
        let observed = reconcile::observe(&self.layout, self.scheduler.as_mut());
        let nothing = Desired { repository_jobs: 1, ..Desired::default() };
        let plan = reconcile::make_plan(&nothing, &observed, &self.state, true, self.clock.now());
        if let Some(reason) = &plan.unreadable {
            anyhow::bail!("nothing was removed: {reason}");
        }
        let applied = reconcile::apply(
            &self.layout,
            self.scheduler.as_mut(),
            &mut self.state,
            &nothing,
            &plan,
            self.clock.as_ref(),
        )?;
        Ok(applied.failures.iter().map(|(at, why)| (plan.steps[*at].job.to_string(), why.clone())).collect())
    }
}
