//! One file per job in a directory.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use crontopus_schedulers::{
    ApplyError, EntryRequest, FailPoints, ObserveError, Refused, Scheduler, settle_time,
};

use crate::support::{Agent, Host, file_names, key};

const JOBS: [(&str, &str); 1] = [("backup", "0 2 * * *")];

#[test]
fn the_file_is_as_every_cron_wants_it() {
    let host = Host::new();
    Agent::new().reconcile(&mut host.cron_d(), &JOBS);
    let file = host.dir.join("cron.d/crontopus-prod_backup");
    let text = fs::read_to_string(&file).unwrap().replace(host.dir.to_str().unwrap(), "/etc");
    let text: Vec<&str> = text.lines().map(|line| line.split(" sha256=").next().unwrap()).collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    # Managed by Crontopus: change the manifest of prod/backup, not this file.
    # crontopus installation=ins_01 job=prod/backup path=/etc/cron.d/crontopus-prod_backup
    0 2 * * * app /opt/crontopus/bin/crontopus-run prod/backup
    "#);
    let found = fs::metadata(&file).unwrap();
    assert_eq!((found.permissions().mode() & 0o7777, found.nlink()), (0o644, 1));
    assert_eq!(file_names(&host.dir.join("cron.d")), ["crontopus-prod_backup"]);
}

#[test]
fn jobs_it_cannot_hold() {
    let host = Host::new();
    let cron = host.cron_d();
    let (job, schedules) = (key("a"), ["0 2 * * *".to_owned()]);
    for user in ["nobody-at-all", "app root", "", "a\nb"] {
        let request = EntryRequest { job: &job, user, schedules: &schedules, enabled: true };
        assert_eq!(cron.entry(&request), Err(Refused::UnknownUser(user.into())));
    }
    let real = crontopus_schedulers::CronD::new("/etc/cron.d", "/x", "ins_1");
    let request = |user| EntryRequest { job: &job, user, schedules: &schedules, enabled: true };
    assert!(real.entry(&request("root")).is_ok());
    assert!(matches!(real.entry(&request("no-such-user")), Err(Refused::UnknownUser(_))));
}

#[test]
fn what_is_not_ours_stays() {
    for foreign in [&b"0 2 * * * root backup"[..], b"", b"\xff\xfe\0", &[b'#'; 100_000]] {
        let host = Host::new();
        let file = host.dir.join("cron.d/crontopus-prod_backup");
        fs::write(&file, foreign).unwrap();
        let mut agent = Agent::new();
        agent.reconcile(&mut host.cron_d(), &JOBS);
        agent.reconcile(&mut host.cron_d(), &[]);
        assert_eq!(fs::read(&file).unwrap(), foreign);
    }
    let host = Host::new();
    fs::write(host.dir.join("real"), "x").unwrap();
    symlink(host.dir.join("real"), host.dir.join("cron.d/crontopus-prod_backup")).unwrap();
    fs::create_dir(host.dir.join("cron.d/crontopus-prod_dir")).unwrap();
    let mut agent = Agent::new();
    agent.reconcile(&mut host.cron_d(), &[JOBS[0], ("dir", "1 1 * * *")]);
    assert_eq!(fs::read_to_string(host.dir.join("real")).unwrap(), "x");
    assert_eq!(file_names(&host.dir.join("cron.d")), ["crontopus-prod_backup", "crontopus-prod_dir"]);
}

#[test]
fn what_changed_since_the_plan_is_planned_anew() {
    let host = Host::new();
    let mut cron = host.cron_d();
    let mut agent = Agent::new();
    agent.reconcile(&mut cron, &JOBS);
    let file = host.dir.join("cron.d/crontopus-prod_backup");
    let update = agent.plan(&mut cron, &[("backup", "5 5 * * *")]);
    let remove = agent.plan(&mut cron, &[]);
    let edited = fs::read_to_string(&file).unwrap() + "# a note\n";
    fs::write(&file, &edited).unwrap();
    for plan in [update, remove] {
        let applied = host.cron_d().apply(&plan.steps);
        assert!(matches!(applied.results[0], Err(ApplyError::Changed { .. })));
        assert!(!applied.settle);
        assert_eq!(fs::read_to_string(&file).unwrap(), edited);
    }
    // Unmarked meanwhile: whoever did that keeps it.
    let update = agent.plan(&mut cron, &[("backup", "5 5 * * *")]);
    fs::write(&file, "mine now\n").unwrap();
    let applied = cron.apply(&update.steps);
    assert!(matches!(applied.results[0], Err(ApplyError::NotOurs { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine now\n");
}

#[test]
fn a_step_elsewhere_is_refused() {
    let host = Host::new();
    let mut cron = host.cron_d();
    let mut plan = Agent::new().plan(&mut cron, &JOBS);
    for path in ["/etc/passwd", "../x", &format!("{}/cron.d/../x", host.dir.display())] {
        plan.steps[0].path = path.to_owned();
        let applied = cron.apply(&plan.steps);
        assert!(matches!(applied.results[0], Err(ApplyError::NotOurs { .. })), "{path}");
    }
}

#[test]
fn a_failed_step_does_not_stop_the_others() {
    let host = Host::new();
    let mut cron = host.cron_d();
    let mut agent = Agent::new();
    // A directory where the temporary would stand.
    let temporary = host.dir.join("cron.d/.crontopus-prod_bad.ins_01.tmp");
    let hook = move |point: &'static str| {
        if point == "renamed" {
            drop(fs::create_dir(&temporary));
        }
    };
    cron = cron.with_fail_points(FailPoints::new(hook));
    let errors = agent.reconcile(&mut cron, &[("a", "1 1 * * *"), ("bad", "2 2 * * *"), ("c", "3 3 * * *")]);
    assert!(matches!(errors[..], [ApplyError::Write { .. }]), "{errors:?}");
    assert!(
        host.dir.join("cron.d/crontopus-prod_a").exists()
            && host.dir.join("cron.d/crontopus-prod_c").exists()
    );
}

#[test]
fn a_directory_that_cannot_be_read_is_not_empty() {
    let host = Host::new();
    let mut agent = Agent::new();
    agent.reconcile(&mut host.cron_d(), &JOBS);
    fs::rename(host.dir.join("cron.d"), host.dir.join("away")).unwrap();
    assert!(matches!(host.cron_d().observe(), Err(ObserveError::Read { .. })));
    let plan = agent.plan(&mut host.cron_d(), &[]);
    assert!(plan.steps.is_empty() && plan.unreadable.is_some());
}

#[test]
fn leftovers_of_a_crash_are_swept_and_nothing_else() {
    let host = Host::new();
    let dir = host.dir.join("cron.d");
    let keep = [".placeholder", ".crontopus-prod_x.ins_02.tmp", "e2scrub_all", "crontopus-by-hand.tmp"];
    for name in keep.iter().chain(&[".crontopus-prod_x.ins_01.tmp"]) {
        fs::write(dir.join(name), "x").unwrap();
    }
    Agent::new().reconcile(&mut host.cron_d(), &JOBS);
    let mut expected = [&keep[..], &["crontopus-prod_backup"]].concat();
    expected.sort_unstable();
    assert_eq!(file_names(&dir), expected);
}

#[test]
fn the_settle_touch_comes_in_another_second() {
    let settles = |written: &str| settle_time(written.parse().unwrap()).to_string();
    assert_eq!(settles("2026-03-01T00:00:30.5Z"), "2026-03-01T00:00:31.6Z");
    assert_eq!(settles("2026-03-01T00:00:58.9Z"), "2026-03-01T00:01:03Z", "not while cron loads");
    assert_eq!(settles("2026-03-01T00:00:00.2Z"), "2026-03-01T00:00:03Z");
}

#[test]
fn what_was_written_wants_a_touch_and_what_was_not_does_not() {
    let host = Host::new();
    let dir = host.dir.join("cron.d");
    let mut cron = host.cron_d();
    let plan = Agent::new().plan(&mut cron, &JOBS);
    assert!(cron.apply(&plan.steps).settle);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::open(&dir).unwrap().set_modified(old).unwrap();
    cron.settle().unwrap();
    assert!(fs::metadata(&dir).unwrap().modified().unwrap() > old);
    assert!(!cron.apply(&[]).settle);
}
