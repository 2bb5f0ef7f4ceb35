//! Passes over a host whose scheduler is in memory and whose files are real.

mod kills;
mod passes;
mod policies;
mod reports;

use std::collections::BTreeMap;

use crontopus_clock::MockClock;
use crontopus_manifest::Repository;
use crontopus_plan::DriftMode;
use crontopus_schedule::Profile;
use crontopus_schedulers::Fake;

use super::*;
use crate::desired::{Host, Sources, desire};
use crate::native::Native;
use crate::report::{self, Known};
use crate::repository::Snapshot;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

struct Rig {
    _dir: tempfile::TempDir,
    layout: Layout,
    scheduler: Fake,
    state: State,
    drift: DriftMode,
    job_user: String,
    zone: &'static str,
    signed: bool,
    /// The host's own policies, as the text of its file.
    local: String,
}

impl Rig {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        spec_files::prepare(&layout).unwrap();
        let mut state = State::default();
        state.inventory.installation = "agt_1".into();
        Self {
            layout,
            scheduler: Fake::new("agt_1"),
            state,
            drift: DriftMode::Enforce,
            job_user: crate::host::current_user().unwrap(),
            zone: "UTC",
            signed: false,
            local: String::new(),
            _dir: dir,
        }
    }

    /// A host that holds what these manifests say.
    fn settled(manifests: &str) -> Self {
        let mut rig = Self::new();
        let desired = rig.desired(manifests);
        assert!(rig.pass(&desired).held.is_none());
        rig
    }

    fn desired(&self, manifests: &str) -> Desired {
        let repository = Repository::assemble([("ops/jobs.yaml".to_owned(), manifests.as_bytes().to_vec())]);
        assert!(repository.is_valid(), "{:?}", repository.diagnostics);
        self.desire(&Snapshot {
            jobs: repository.jobs.into_values().map(|declared| declared.body).collect(),
            policies: repository.policies.into_values().map(|declared| declared.body).collect(),
            signed: self.signed,
            ..Snapshot::default()
        })
    }

    fn desire(&self, snapshot: &Snapshot) -> Desired {
        let labels = BTreeMap::from([("role".to_owned(), "db".to_owned())]);
        let host = Host {
            id: "agt_1",
            name: "db-01",
            labels: &labels,
            placements: &["ops/here".to_owned()],
            job_user: &self.job_user,
            zone: self.zone,
            profile: Profile::DebianCron,
            drift: self.drift,
        };
        let (local, problems) = crontopus_manifest::policy::parse_local("policy.yaml", self.local.as_bytes());
        assert_eq!(problems, []);
        let sources = Sources { snapshot, local: &local, inventory: &self.state.inventory };
        desire(&host, &self.scheduler, &sources, NOW)
    }

    fn plan(&mut self, desired: &Desired) -> Plan {
        let observed = observe(&self.layout, &mut self.scheduler);
        make_plan(desired, &observed, &self.state, false, NOW)
    }

    fn pass(&mut self, desired: &Desired) -> Plan {
        let observed = observe(&self.layout, &mut self.scheduler);
        recover(&self.layout, &observed, &mut self.state, NOW).unwrap();
        let plan = self.plan(desired);
        let applied =
            apply(&self.layout, &mut self.scheduler, &mut self.state, desired, &plan, &MockClock::at(NOW))
                .unwrap();
        assert_eq!(applied.failures, BTreeMap::new());
        plan
    }

    fn jobs(&self) -> Vec<String> {
        spec_files::list(&self.layout).unwrap()
    }

    fn report(&self, desired: &Desired, plan: &Plan) -> crontopus_api::agent_v1::Report {
        let native = Native {
            profile: Profile::DebianCron,
            running: true,
            evidence: "it runs".into(),
            reads_cron_d: true,
        };
        let known = Known {
            layout: &self.layout,
            native: &native,
            state: &self.state,
            desired,
            commit: "c0ffee",
            signers: None,
            trouble: None,
            hindrance: None,
        };
        let view = report::view(plan, None, &BTreeMap::new(), NOW);
        report::report(known, Some(view), &|_| Some("tomorrow".to_owned()))
    }
}

fn job(name: &str, rest: &str) -> String {
    job_of(name, "/bin/true", rest)
}

fn job_of(name: &str, command: &str, rest: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"0 1 * * *\"\n  \
         command: {command}\n  {rest}\n---\n"
    )
}

fn policy(rules: &str) -> String {
    format!("apiVersion: v1\nkind: Policy\nmetadata: {{name: rules}}\nspec: {{rules: {{{rules}}}}}\n---\n")
}

/// What is said of a job, as `kind: reason`, refusals alone.
fn refusals(desired: &Desired, job: &str) -> Vec<String> {
    let of_job = desired.conditions.iter().filter(|c| c.job.as_deref() == Some(job) && !c.ok);
    of_job.map(|c| format!("{:?}: {}", c.kind, c.reason)).collect()
}

const HERE: &str = "host: {selector: {}}";
