//! Observe, plan, apply: one pass over the host.

use std::collections::BTreeMap;

use anyhow::Context as _;
use crontopus_clock::Clock;
use crontopus_manifest::spec::Layout;
use crontopus_plan::{Action, ContentHash, JobKey, Observed, Plan, RepairPace, Rules, Sight, Step, plan};
use crontopus_schedulers::{Scheduler, settle_time};
use jiff::Timestamp;

use crate::desired::Desired;
use crate::state::State;
use crate::{journal, spec_files};

/// What an apply did.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Applied {
    /// Why a step failed, by its position among the plan's steps.
    pub(crate) failures: BTreeMap<usize, String>,
}

/// Everything that stands on the host and could be ours.
pub(crate) fn observe(layout: &Layout, scheduler: &mut dyn Scheduler) -> Observed {
    let mut sight = || -> anyhow::Result<Sight> {
        let entries = scheduler.observe()?;
        let mut specs = BTreeMap::new();
        for job in spec_files::list(layout)? {
            let path = layout.spec(&job);
            let bytes = match std::fs::read(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                read => read.with_context(|| format!("cannot read {}", path.display()))?,
            };
            if let Ok(key) = job.parse::<JobKey>() {
                specs.insert(key, ContentHash::of(&bytes));
            }
        }
        Ok(Sight { entries, specs })
    };
    match sight() {
        Ok(sight) => Observed::Read(sight),
        Err(e) => Observed::Unreadable { reason: format!("{e:#}") },
    }
}

/// Takes up an apply that was cut short: what it did is noted, what it did not do the next plan finds.
pub(crate) fn recover(
    layout: &Layout,
    observed: &Observed,
    state: &mut State,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (Some(steps), Observed::Read(sight)) = (journal::unfinished(layout)?, observed) else {
        return Ok(());
    };
    let done = journal::recover(&steps, sight, &mut state.inventory, now);
    state.settle_due = Some(settle_time(now));
    tracing::info!(steps = steps.len(), done, "an apply was cut short and is taken up");
    state.save(layout)?;
    journal::end(layout)
}

/// What there is to do.
pub(crate) fn make_plan(
    desired: &Desired,
    observed: &Observed,
    state: &State,
    confirmed: bool,
    now: Timestamp,
) -> Plan {
    let mut rules = Rules::new(now, desired.repository_jobs);
    rules.brakes.confirmed = confirmed;
    plan(&desired.jobs, observed, &state.inventory, &rules)
}

/// Does it: spec files before entries, entries before the removal of spec files. Each step stands on its
/// own.
pub(crate) fn apply(
    layout: &Layout,
    scheduler: &mut dyn Scheduler,
    state: &mut State,
    desired: &Desired,
    plan: &Plan,
    clock: &dyn Clock,
) -> anyhow::Result<Applied> {
    let mut applied = Applied::default();
    if plan.changes().next().is_none() {
        return Ok(applied);
    }
    journal::begin(layout, &plan.steps)?;
    let mut sent = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        match write_spec(layout, desired, step) {
            Ok(()) => sent.push((at, step.clone())),
            Err(e) => {
                applied.failures.insert(at, format!("{e:#}"));
            }
        }
    }
    let steps: Vec<Step> = sent.iter().map(|(_, step)| step.clone()).collect();
    let outcome = scheduler.apply(&steps);
    let now = clock.now();
    if outcome.settle {
        state.settle_due = Some(settle_time(now));
    }
    for ((at, step), result) in sent.into_iter().zip(outcome.results) {
        match result {
            Ok(()) => {
                state.inventory.record(now, &step, &RepairPace::default());
                let gone = step.action == Action::Remove && !desired.made.contains_key(&step.job);
                if gone && let Err(e) = spec_files::remove(layout, step.job.as_str()) {
                    applied.failures.insert(at, format!("{e:#}"));
                }
            }
            Err(e) => {
                applied.failures.insert(at, format!("{:#}", anyhow::Error::from(e)));
            }
        }
    }
    state.save(layout)?;
    journal::end(layout)?;
    Ok(applied)
}

fn write_spec(layout: &Layout, desired: &Desired, step: &Step) -> anyhow::Result<()> {
    if matches!(step.action, Action::Leave | Action::Remove) {
        return Ok(());
    }
    match desired.made.get(&step.job) {
        Some(made) => spec_files::write(layout, &made.spec, &made.user),
        // A repair of the last good form: its spec is the one that is remembered, or there is none to mend.
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crontopus_clock::MockClock;
    use crontopus_manifest::{Body, Job, parse_file};
    use crontopus_plan::DriftMode;
    use crontopus_schedule::Profile;
    use crontopus_schedulers::Fake;

    use super::*;
    use crate::desired::{Host, desire};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    struct Rig {
        _dir: tempfile::TempDir,
        layout: Layout,
        scheduler: Fake,
        state: State,
    }

    impl Rig {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let layout = Layout::new(dir.path());
            spec_files::prepare(&layout).unwrap();
            let mut state = State::default();
            state.inventory.installation = "agt_1".into();
            Self { layout, scheduler: Fake::new("agt_1"), state, _dir: dir }
        }

        fn desired(&self, manifests: &str) -> Desired {
            let user = crate::host::current_user().unwrap();
            let jobs: Vec<Job> = parse_file("ops/jobs.yaml", manifests.as_bytes())
                .documents
                .into_iter()
                .filter_map(|document| match document.body {
                    Body::Job(job) => Some(job),
                    _ => None,
                })
                .collect();
            let labels = BTreeMap::from([("role".to_owned(), "db".to_owned())]);
            let host = Host {
                id: "agt_1",
                name: "db-01",
                labels: &labels,
                placements: &["ops/here".to_owned()],
                job_user: &user,
                zone: "UTC",
                profile: Profile::DebianCron,
                drift: DriftMode::Enforce,
            };
            let refuse = |job: &Job| (job.key().name() == "refused").then(|| "not here".to_owned());
            desire(&host, &self.scheduler, &jobs, &[], &refuse, NOW)
        }

        fn pass(&mut self, desired: &Desired) -> Plan {
            let observed = observe(&self.layout, &mut self.scheduler);
            recover(&self.layout, &observed, &mut self.state, NOW).unwrap();
            let plan = make_plan(desired, &observed, &self.state, false, NOW);
            let applied = apply(
                &self.layout,
                &mut self.scheduler,
                &mut self.state,
                desired,
                &plan,
                &MockClock::at(NOW),
            )
            .unwrap();
            assert_eq!(applied.failures, BTreeMap::new());
            plan
        }

        fn jobs(&self) -> Vec<String> {
            spec_files::list(&self.layout).unwrap()
        }
    }

    fn job(name: &str, rest: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"0 1 * * *\"\n  \
             command: /bin/true\n  {rest}\n---\n"
        )
    }

    #[test]
    fn only_what_is_meant_for_this_host_and_allowed() {
        let mut rig = Rig::new();
        let manifests = [
            job("mine", "host: {selector: {role: db}}"),
            job("other", "host: {selector: {role: web}}"),
            job("here", "host: {selector: {}, placement: one}"),
            job("elsewhere", "host: {selector: {}, placement: one}"),
            job("refused", "host: {selector: {}}"),
            job("off", "host: {selector: {}}\n  enabled: false"),
        ]
        .concat();
        let desired = rig.desired(&manifests);
        assert!(rig.pass(&desired).unreadable.is_none());
        assert_eq!(rig.jobs(), ["ops/here", "ops/mine"]);
        assert!(desired.conditions.iter().any(|c| c.job.as_deref() == Some("ops/refused") && !c.ok));
    }

    #[test]
    fn a_second_pass_has_nothing_to_do_and_a_removal_takes_everything_along() {
        let mut rig = Rig::new();
        let desired = rig.desired(&job("mine", "host: {selector: {}}"));
        assert_eq!(rig.pass(&desired).changes().count(), 1);
        assert_eq!(rig.pass(&desired).changes().count(), 0);
        assert!(rig.layout.lock("ops/mine").exists());
        // The repository holds another job, so that the removal is none of everything.
        let none = rig.desired(&job("other", "host: {names: [web-01]}"));
        assert_eq!(rig.pass(&none).changes().count(), 1);
        assert_eq!(rig.jobs(), Vec::<String>::new());
        assert!(!rig.layout.lock("ops/mine").exists());
    }

    #[test]
    fn an_edited_spec_file_is_put_right() {
        let mut rig = Rig::new();
        let desired = rig.desired(&job("mine", "host: {selector: {}}"));
        assert!(rig.pass(&desired).unreadable.is_none());
        let path = rig.layout.spec("ops/mine");
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, "{}").unwrap();
        assert_eq!(rig.pass(&desired).changes().next().map(|step| step.action), Some(Action::Repair));
        assert_eq!(std::fs::read(&path).unwrap(), good);
    }

    #[test]
    fn an_apply_that_was_cut_short_is_taken_up() {
        let mut rig = Rig::new();
        let desired = rig.desired(&job("mine", "host: {selector: {}}"));
        let observed = observe(&rig.layout, &mut rig.scheduler);
        let plan = make_plan(&desired, &observed, &rig.state, false, NOW);
        let forgotten = rig.state.clone();
        let applied =
            apply(&rig.layout, &mut rig.scheduler, &mut rig.state, &desired, &plan, &MockClock::at(NOW))
                .unwrap();
        assert!(applied.failures.is_empty());
        // Killed after the entry was written and before the inventory was saved.
        rig.state = forgotten;
        journal::begin(&rig.layout, &plan.steps).unwrap();
        assert_eq!(rig.pass(&desired).changes().count(), 0);
        assert_eq!(rig.state.inventory.jobs.len(), 1);
        assert_eq!(journal::unfinished(&rig.layout).unwrap(), None);
    }
}
