//! A made-up host: a directory for files, and a `crontab` program that misbehaves when told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crontopus_plan::{
    ContentHash, DesiredJob, DriftMode, Form, Inventory, JobKey, Observed, Plan, Rules, Sight, plan,
};
use crontopus_schedulers::{ApplyError, CronD, EntryRequest, Scheduler, UserCrontab, user_crontab};
use jiff::Timestamp;

pub(crate) const INSTALLATION: &str = "ins_01";
pub(crate) const WRAPPER: &str = "/opt/crontopus/bin/crontopus-run";

/// The program's tab is the file `tab` beside it, its calls are logged in `calls`. The file `mode` says
/// how it misbehaves.
const FAKE_CRONTAB: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 9
echo "$*" >> calls
if [ "$1" = -u ]; then shift 2; fi
mode=$(cat mode 2>/dev/null)
case "$1" in
-l)
    case "$mode" in
    fail) echo "crontab: cannot open spool" >&2; exit 1 ;;
    silent) exit 1 ;;
    partial) head -c 20 tab; exit 1 ;;
    status) echo "no crontab for app" >&2; exit 2 ;;
    die) kill -SEGV $$ ;;
    esac
    if [ "$mode" = escape ] && [ -e tab ]; then sed 's/\r/\\r/g' tab; exit; fi
    if [ -e tab ]; then cat tab; else echo "no crontab for app" >&2; exit 1; fi ;;
-r) rm tab ;;
-e) "$VISUAL" tab ;;
-h) echo 'usage: crontab [-u user] [-n] file' >&2 ;;
-n) if grep -q REFUSED "$2"; then echo 'bad minute' >&2; exit 1; fi ;;
-)
    case "$mode" in
    refuse) echo "disk full" >&2; exit 1 ;;
    kill-parent) kill -9 $PPID; sleep 0.05 ;;
    mangle) sed s/root/toor/ > tab; exit 0 ;;
    esac
    cat > tab.new && mv tab.new tab ;;
esac
"#;

pub(crate) struct Host {
    pub(crate) dir: PathBuf,
    _guard: Option<tempfile::TempDir>,
}

impl Host {
    pub(crate) fn new() -> Self {
        let guard = tempfile::tempdir().unwrap();
        let host = Self { dir: guard.path().to_owned(), _guard: Some(guard) };
        for dir in ["cron.d", "state", "bin"] {
            fs::create_dir(host.dir.join(dir)).unwrap();
        }
        fs::write(host.program(), FAKE_CRONTAB).unwrap();
        fs::set_permissions(host.program(), fs::Permissions::from_mode(0o755)).unwrap();
        host
    }

    /// A host somebody else made.
    pub(crate) fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), _guard: None }
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.dir.join("bin/crontab")
    }

    pub(crate) fn cron_d(&self) -> CronD {
        CronD::new(self.dir.join("cron.d"), WRAPPER, INSTALLATION).with_users(|user| user != "nobody-at-all")
    }

    pub(crate) fn crontab(&self) -> UserCrontab {
        UserCrontab::new(self.settings())
    }

    pub(crate) fn settings(&self) -> user_crontab::Settings {
        user_crontab::Settings {
            program: self.program(),
            user: "app".into(),
            pass_user: false,
            wrapper: WRAPPER.into(),
            installation: INSTALLATION.into(),
            state_dir: self.dir.join("state"),
        }
    }

    pub(crate) fn mode(&self, mode: &str) {
        fs::write(self.dir.join("bin/mode"), mode).unwrap();
    }

    pub(crate) fn tab(&self) -> Option<Vec<u8>> {
        fs::read(self.dir.join("bin/tab")).ok()
    }

    pub(crate) fn set_tab(&self, tab: &[u8]) {
        fs::write(self.dir.join("bin/tab"), tab).unwrap();
    }

    /// How often the program was called with this option.
    pub(crate) fn calls(&self, option: &str) -> usize {
        let calls = fs::read_to_string(self.dir.join("bin/calls")).unwrap_or_default();
        calls.lines().filter(|call| call.split(' ').any(|word| word == option)).count()
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-03-01T00:00:30Z".parse().unwrap()
}

pub(crate) fn key(name: &str) -> JobKey {
    format!("prod/{name}").parse().unwrap()
}

/// Jobs by name with their schedules.
pub(crate) fn desired(scheduler: &dyn Scheduler, jobs: &[(&str, &str)]) -> Vec<DesiredJob> {
    let job = |(name, schedule): &(&str, &str)| {
        let (job, schedules) = (key(name), [(*schedule).to_owned()]);
        let request = EntryRequest { job: &job, user: "app", schedules: &schedules, enabled: true };
        let form = Form::Wanted {
            entry: scheduler.entry(&request).unwrap(),
            spec: ContentHash::of(schedule.as_bytes()),
        };
        DesiredJob { job, form, drift: DriftMode::Enforce }
    };
    jobs.iter().map(job).collect()
}

/// What the agent knows beside the host.
pub(crate) struct Agent {
    pub(crate) inventory: Inventory,
    specs: Sight,
}

impl Agent {
    pub(crate) fn new() -> Self {
        Self { inventory: Inventory::new(INSTALLATION), specs: Sight::default() }
    }

    pub(crate) fn plan(&self, scheduler: &mut dyn Scheduler, jobs: &[(&str, &str)]) -> Plan {
        let observed = match scheduler.observe() {
            Ok(entries) => Observed::Read(Sight { entries, specs: self.specs.specs.clone() }),
            Err(error) => Observed::Unreadable { reason: error.to_string() },
        };
        let mut rules = Rules::new(now(), 1);
        rules.brakes.confirmed = true;
        plan(&desired(scheduler, jobs), &observed, &self.inventory, &rules)
    }

    /// Plans, applies and records; the errors of the steps that failed.
    pub(crate) fn reconcile(
        &mut self,
        scheduler: &mut dyn Scheduler,
        jobs: &[(&str, &str)],
    ) -> Vec<ApplyError> {
        let plan = self.plan(scheduler, jobs);
        let applied = scheduler.apply(&plan.steps);
        let mut errors = Vec::new();
        for (step, result) in plan.steps.iter().zip(applied.results) {
            match result {
                Ok(()) => {
                    self.inventory.record(now(), step, &Default::default());
                    match &step.spec {
                        Some(spec) => drop(self.specs.specs.insert(step.job.clone(), spec.clone())),
                        None => drop(self.specs.specs.remove(&step.job)),
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        errors
    }
}

pub(crate) fn file_names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[expect(clippy::disallowed_methods, reason = "the tests' one function that starts processes")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// This test program, to run one ignored test of it.
pub(crate) fn this_test(name: &str) -> Command {
    let mut command = command(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
    command
}

/// What the parent of an ignored test told it; `None` when somebody runs the ignored tests by hand.
#[expect(clippy::disallowed_methods, reason = "how a test tells the process it starts what to do")]
pub(crate) fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
