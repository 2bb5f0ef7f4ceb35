//! Plans carried out on a simulated host: whatever stands there, one plan is enough and nothing foreign
//! is touched.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected is to fail")]

use std::collections::BTreeMap;

use crontopus_plan::*;
use jiff::Timestamp;
use proptest::prelude::*;

const INSTALLATION: &str = "ins_own";

/// Files by path, and spec hashes by job.
#[derive(Debug, Clone, Default, PartialEq)]
struct Host {
    files: BTreeMap<String, String>,
    specs: BTreeMap<JobKey, ContentHash>,
}

impl Host {
    fn observe(&self) -> Observed {
        let entries =
            self.files.iter().map(|(path, text)| ObservedEntry::read(path, text.as_bytes())).collect();
        Observed::Read(Sight { entries, specs: self.specs.clone() })
    }

    fn apply(&mut self, step: &Step) {
        match (&step.after, &step.spec) {
            (Some(entry), Some(spec)) => {
                self.files.insert(entry.path.clone(), entry.text.clone());
                self.specs.insert(step.job.clone(), spec.clone());
            }
            _ => {
                // As an adapter does: only what still carries our marker here is deleted.
                let ours =
                    self.files.get(&step.path).and_then(|text| Marker::find(text)).is_some_and(|marker| {
                        marker.installation == INSTALLATION
                            && marker.job == step.job
                            && marker.path == step.path
                    });
                if ours {
                    self.files.remove(&step.path);
                }
                self.specs.remove(&step.job);
            }
        }
    }
}

fn key(n: u8) -> JobKey {
    format!("ns/job-{n}").parse().unwrap()
}

fn path(n: u8) -> String {
    format!("/etc/cron.d/crontopus-ns_job-{n}")
}

fn desired(n: u8, minute: u8, enabled: bool) -> DesiredJob {
    let comment = if enabled { "" } else { "# " };
    let line = format!("{comment}{minute} * * * * root run ns/job-{n}\n");
    let text = Marker::seal(INSTALLATION, &key(n), &path(n), "", &line);
    let entry = Entry { path: path(n), text, enabled };
    let spec = ContentHash::of(format!("spec {minute}").as_bytes());
    DesiredJob { job: key(n), form: Form::Wanted { entry, spec }, drift: DriftMode::Enforce }
}

fn rules(now: Timestamp, jobs: usize) -> Rules {
    Rules::new(now, jobs)
}

/// What somebody else does to the host between two plans.
#[derive(Debug, Clone)]
enum Meddling {
    Edit(u8),
    Delete(u8),
    EditSpec(u8),
    DropSpec(u8),
    Unmark(u8),
    Foreign(u8, String),
    OtherInstallation(u8),
    Copy(u8, u8),
}

fn meddle(host: &mut Host, what: &Meddling) {
    match what {
        Meddling::Edit(n) => {
            if let Some(text) = host.files.get_mut(&path(*n)) {
                text.push_str("* * * * * root evil\n");
            }
        }
        Meddling::Delete(n) => {
            host.files.remove(&path(*n));
        }
        Meddling::EditSpec(n) => {
            host.specs.insert(key(*n), ContentHash::of(b"edited"));
        }
        Meddling::DropSpec(n) => {
            host.specs.remove(&key(*n));
        }
        Meddling::Unmark(n) => {
            if let Some(text) = host.files.get_mut(&path(*n)) {
                *text = text.replace("# crontopus ", "# ");
            }
        }
        Meddling::Foreign(n, text) => {
            host.files.insert(path(*n), text.clone());
        }
        Meddling::OtherInstallation(n) => {
            let text = Marker::seal("ins_other", &key(*n), &path(*n), "", "1 1 * * * root other\n");
            host.files.insert(path(*n), text);
        }
        Meddling::Copy(from, to) => {
            if let Some(text) = host.files.get(&path(*from)).cloned() {
                host.files.insert(path(*to), text);
            }
        }
    }
}

fn meddling() -> impl Strategy<Value = Meddling> {
    let n = 0..8u8;
    prop_oneof![
        n.clone().prop_map(Meddling::Edit),
        n.clone().prop_map(Meddling::Delete),
        n.clone().prop_map(Meddling::EditSpec),
        n.clone().prop_map(Meddling::DropSpec),
        n.clone().prop_map(Meddling::Unmark),
        (n.clone(), "[a-z# \n\r\u{0}]{0,30}").prop_map(|(n, text)| Meddling::Foreign(n, text)),
        n.clone().prop_map(Meddling::OtherInstallation),
        (n.clone(), n).prop_map(|(from, to)| Meddling::Copy(from, to)),
    ]
}

fn wanted() -> impl Strategy<Value = Vec<DesiredJob>> {
    let job = (any::<bool>(), 0..3u8, any::<bool>());
    proptest::collection::vec(proptest::option::of(job), 8).prop_map(|jobs| {
        let jobs = jobs.into_iter().zip(0..).filter_map(|(job, n)| Some((job?, n)));
        jobs.map(|((_, minute, enabled), n)| desired(n, minute, enabled)).collect()
    })
}

fn foreign_files(host: &Host) -> BTreeMap<String, String> {
    let ours = |path: &str, text: &str| {
        Marker::find(text).is_some_and(|marker| marker.installation == INSTALLATION && marker.path == path)
    };
    host.files.iter().filter(|(p, t)| !ours(p, t)).map(|(p, t)| (p.clone(), t.clone())).collect()
}

proptest! {
    #[test]
    fn one_plan_is_enough_and_foreign_entries_stay(
        rounds in proptest::collection::vec((wanted(), proptest::collection::vec(meddling(), 0..6)), 1..5),
    ) {
        let mut host = Host::default();
        let mut inventory = Inventory::new(INSTALLATION);
        let mut now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        for (wanted, meddlings) in rounds {
            for what in &meddlings {
                meddle(&mut host, what);
            }
            now += jiff::SignedDuration::from_hours(12);
            let mut rules = rules(now, 8);
            rules.brakes.confirmed = true;
            let foreign = foreign_files(&host);

            let first = plan(&wanted, &host.observe(), &inventory, &rules);
            let last_other = first.steps.iter().rposition(|step| step.action != Action::Remove);
            let first_removal = first.steps.iter().position(|step| step.action == Action::Remove);
            if let (Some(other), Some(removal)) = (last_other, first_removal) {
                prop_assert!(other < removal, "removals come last");
            }
            for step in first.changes() {
                if foreign.contains_key(&step.path) {
                    prop_assert_eq!(step.action, Action::Remove);
                    prop_assert_eq!(&step.before, &None, "a foreign entry is forgotten, not removed");
                }
                host.apply(step);
                inventory.record(now, step, &rules.repairs);
            }
            prop_assert_eq!(foreign_files(&host), foreign, "foreign entries are as they were");

            let second = plan(&wanted, &host.observe(), &inventory, &rules);
            prop_assert_eq!(second.changes().next(), None, "nothing is left to do");
            for job in &wanted {
                let Form::Wanted { entry, .. } = &job.form else { continue };
                let aside = second.steps.iter().any(|step| step.job == job.job);
                prop_assert!(aside || host.files.get(&entry.path) == Some(&entry.text));
            }
        }
    }

    #[test]
    fn an_unreadable_host_is_left_alone(wanted in wanted()) {
        let mut inventory = Inventory::new(INSTALLATION);
        for job in &wanted {
            let Form::Wanted { entry, spec } = &job.form else { continue };
            let owned = Owned { entry: entry.clone(), spec: spec.clone(), repairs: 0, repaired_at: None };
            inventory.jobs.insert(job.job.clone(), owned);
        }
        let observed = Observed::Unreadable { reason: "crontab: died".into() };
        let plan = plan(&[], &observed, &inventory, &rules(Timestamp::UNIX_EPOCH, 0));
        prop_assert!(plan.steps.is_empty() && plan.held.is_none() && !plan.is_settled());
    }
}
