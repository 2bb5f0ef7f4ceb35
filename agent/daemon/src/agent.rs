//! One agent: identity, state and native scheduler together, and what they do in one pass.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::Context as _;
use crontopus_api::PlanView;
use crontopus_api::agent_v1::{AgentConfig, Report};
use crontopus_clock::Clock;
use crontopus_gitrepo::fetch::Remote;
use crontopus_manifest::spec::Layout;
use crontopus_manifest::{Job, Policy, Severity, policy};
use crontopus_plan::Plan;
use crontopus_schedulers::Scheduler;

use crate::desired::{Desired, Host, desire};
use crate::identity::Identity;
use crate::native::{self, Native};
use crate::repository::{Clone, Snapshot};
use crate::settings::Settings;
use crate::state::State;
use crate::{host, reconcile, report};

/// A second touch is due a second after the write, or some more when cron loads just then.
const LONGEST_SETTLE: Duration = Duration::from_secs(5);

/// Everything one host's agent is.
pub(crate) struct Agent {
    /// Where its files are.
    pub(crate) layout: Layout,
    /// Who it is.
    pub(crate) identity: Identity,
    /// What the host decides.
    pub(crate) settings: Settings,
    /// What it remembers.
    pub(crate) state: State,
    /// What the native scheduler is.
    pub(crate) native: Native,
    scheduler: Box<dyn Scheduler + Send>,
    clock: Box<dyn Clock>,
    snapshot: Snapshot,
    desired: Desired,
    /// Why the newest commit is not in force, if it is not.
    trouble: Option<String>,
    last_plan: Option<PlanView>,
}

impl Agent {
    /// Reads everything below `layout`.
    pub(crate) fn open(layout: Layout, clock: Box<dyn Clock>) -> anyhow::Result<Self> {
        let identity = Identity::load(&layout)?;
        let settings = Settings::load(&layout)?;
        let mut state = State::load(&layout)?;
        state.inventory.installation = identity.agent_id.to_string();
        let native = Native::detect()?;
        let mut scheduler = native::open(&layout, &identity)?;
        let observed = reconcile::observe(&layout, scheduler.as_mut());
        reconcile::recover(&layout, &observed, &mut state, clock.now())?;
        let mut agent = Self {
            layout,
            identity,
            settings,
            state,
            native,
            scheduler,
            clock,
            snapshot: Snapshot::default(),
            desired: Desired::default(),
            trouble: None,
            last_plan: None,
        };
        agent.remember()?;
        Ok(agent)
    }

    /// Makes the desired state again from the commit that stands on the host: jobs and their repair do not
    /// depend on the server.
    fn remember(&mut self) -> anyhow::Result<()> {
        let (Some(config), Some(commit)) = (self.state.config.clone(), self.state.applied_commit.clone())
        else {
            return Ok(());
        };
        self.snapshot = Clone::open(&self.layout, &config.branch)?.read(None, &commit, &config.last_valid)?;
        self.make_desired(&config)
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
        self.trouble = taken.as_ref().err().map(|e| format!("{e:#}"));
        if let Ok(snapshot) = &taken {
            self.snapshot = snapshot.clone();
        }
        self.make_desired(&config)?;
        self.state.config = Some(config);
        // A configuration that could not be followed is read again at the next poll.
        self.state.config_etag = etag.filter(|_| taken.is_ok());
        taken.map(|_| ())
    }

    fn snapshot_of(&self, config: &AgentConfig, remote: Option<&Remote>) -> anyhow::Result<Snapshot> {
        let (Some(commit), Some(remote)) = (&config.commit, remote) else { return Ok(Snapshot::default()) };
        let mut clone = Clone::open(&self.layout, &config.branch)?;
        let confirmed = config.confirmed_commit.as_deref() == Some(commit);
        clone.bring(remote, commit, self.state.applied_commit.as_deref(), &self.settings, confirmed)?;
        clone.read(Some(remote), commit, &config.last_valid)
    }

    fn make_desired(&mut self, config: &AgentConfig) -> anyhow::Result<()> {
        let job_user = match self.settings.job_user.clone().or_else(|| self.identity.job_user.clone()) {
            Some(user) => user,
            None => host::current_user().context("this process's user is not in /etc/passwd")?,
        };
        let zone = host::timezone();
        let id = self.identity.agent_id.to_string();
        let on = Host {
            id: &id,
            name: &config.name,
            labels: &config.labels,
            placements: &config.placements,
            job_user: &job_user,
            zone: &zone,
            profile: self.native.profile,
            drift: self.settings.drift,
        };
        let policies = self.local_policies()?;
        let refuse = |job: &Job| {
            let context = policy::Context { host_zone: Some(&zone), job_user: Some(&job_user) };
            let findings = policy::check(job, &policies, &context);
            let refusal = findings.into_iter().find(|finding| finding.severity == Severity::Error);
            refusal.map(|finding| format!("the host's own policy {}: {}", finding.policy, finding.message))
        };
        let (jobs, kept) = (&self.snapshot.jobs, &self.snapshot.kept);
        self.desired = desire(&on, self.scheduler.as_ref(), jobs, kept, &refuse, self.clock.now());
        Ok(())
    }

    /// The host's own policies, which only tighten what Git allows.
    fn local_policies(&self) -> anyhow::Result<Vec<Policy>> {
        let Some(path) = &self.settings.policy_file else { return Ok(Vec::new()) };
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let (policies, diagnostics) = policy::parse_local(&path.to_string_lossy(), &text);
        if let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
            anyhow::bail!("{first}");
        }
        Ok(policies)
    }

    /// What there is to do; changes nothing.
    pub(crate) fn plan(&mut self) -> Plan {
        let observed = reconcile::observe(&self.layout, self.scheduler.as_mut());
        reconcile::make_plan(&self.desired, &observed, &self.state, self.confirmed(), self.clock.now())
    }

    /// Whether a human has confirmed the removals of the commit in force.
    fn confirmed(&self) -> bool {
        let config = self.state.config.as_ref();
        config.is_some_and(|config| {
            config.confirmed_commit.is_some() && config.confirmed_commit == config.commit
        })
    }

    /// Plans and does it; whether the server should hear of it.
    pub(crate) fn reconcile(&mut self) -> anyhow::Result<bool> {
        self.native = Native::detect()?;
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
        self.state.save(&self.layout)?;
        let view = report::view(&plan, commit.as_deref(), &applied.failures, now);
        let changed = advanced || plan.changes().next().is_some();
        let held = self.last_plan.as_ref().and_then(|plan| plan.held.clone());
        let report = changed || view.held != held;
        if changed || view.held.is_some() || self.last_plan.is_none() {
            self.last_plan = Some(view);
        }
        for step in plan.changes() {
            tracing::info!(job = %step.job, action = ?step.action, reason = %step.reason, "entry");
        }
        for failure in applied.failures.values() {
            tracing::warn!("a step failed: {failure}");
        }
        Ok(report)
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
        report::report(
            &self.native,
            &self.state,
            &self.desired,
            self.trouble.as_deref(),
            self.last_plan.clone(),
        )
    }

    /// The next starts of a job on this host, by the wall clock of its zone.
    pub(crate) fn next_runs(&self, job: &crontopus_plan::JobKey, count: usize) -> Vec<String> {
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
