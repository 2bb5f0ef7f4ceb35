//! One block in a user's crontab, beside whatever else stands there.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crontopus_schedulers::{
    ApplyError, EntryRequest, FailPoints, ObserveError, Refused, Scheduler, UserCrontab,
};

use crate::support::{Agent, Host, file_names, key};

const JOBS: [(&str, &str); 2] = [("a", "0 2 * * *"), ("b", "*/5 * * * *")];

/// Foreign tabs of every shape.
const FOREIGN: [&[u8]; 9] = [
    b"",
    b"\n",
    b"5 5 * * * mine",
    b"MAILTO=me@x\nSHELL=/bin/bash\n# a comment\n\n5 5 * * * mine % stdin\\%\n",
    b"1 1 * * * dos\r\n2 2 * * * line\r\n",
    b"\xff\xfe caf\xe9\n\t 3 3 * * * x\x1b[31m\n",
    b"# BEGIN ANSIBLE MANAGED BLOCK\n1 1 * * * x\n# END ANSIBLE MANAGED BLOCK\n",
    b"# BEGIN crontopus ins_99 sha256=00\n1 1 * * * /opt/crontopus/bin/crontopus-run prod/a\n# END crontopus ins_99\n",
    b"# Puppet Name: x\n1 1 * * * x\n#Ansible: y\n2 2 * * * y\n@reboot z",
];

#[test]
fn foreign_bytes_stay_as_they_are() {
    for foreign in FOREIGN {
        let host = Host::new();
        host.set_tab(foreign);
        let mut agent = Agent::new();
        for jobs in [&JOBS[..], &JOBS[1..], &[("a", "9 9 * * *")], &JOBS] {
            assert!(agent.reconcile(&mut host.crontab(), jobs).is_empty());
            let tab = host.tab().unwrap();
            assert!(tab.ends_with(foreign), "{}", String::from_utf8_lossy(&tab));
            let block = String::from_utf8(tab[..tab.len() - foreign.len()].to_vec()).unwrap();
            assert!(block.starts_with("# BEGIN crontopus ins_01 sha256="));
            assert!(block.ends_with("# END crontopus ins_01\n"));
        }
        assert!(agent.reconcile(&mut host.crontab(), &[]).is_empty());
        assert_eq!(host.tab().unwrap_or_default(), foreign);
    }
}

#[test]
fn carriage_returns_survive_a_listing_that_hides_them() {
    for foreign in
        [&b"1 1 * * * dos\r\n2 2 * * * tr -d '\\r'\r\n"[..], b"2 2 * * * tr -d '\\r'\n", b"1 1 * * * dos\r\n"]
    {
        let host = Host::new();
        host.mode("escape");
        host.set_tab(foreign);
        let mut agent = Agent::new();
        assert!(agent.reconcile(&mut host.crontab(), &JOBS).is_empty());
        assert!(host.tab().unwrap().ends_with(foreign));
        assert!(agent.reconcile(&mut host.crontab(), &[]).is_empty());
        assert_eq!(host.tab().unwrap(), foreign);
    }
}

#[test]
fn a_failure_to_read_is_never_empty() {
    let foreign = b"5 5 * * * mine\n";
    let host = Host::new();
    host.set_tab(foreign);
    let mut agent = Agent::new();
    agent.reconcile(&mut host.crontab(), &JOBS);
    let tab = host.tab().unwrap();
    let installs = host.calls("-");
    let plan = agent.plan(&mut host.crontab(), &[]);
    for mode in ["fail", "silent", "partial", "status", "die"] {
        host.mode(mode);
        assert!(matches!(host.crontab().observe(), Err(ObserveError::Program { .. })), "{mode}");
        let blind = agent.plan(&mut host.crontab(), &[]);
        assert!(blind.steps.is_empty() && blind.unreadable.is_some(), "{mode}");
        // Even with a plan made before: nothing is written blindly.
        let applied = host.crontab().apply(&plan.steps);
        assert!(applied.results.iter().all(|result| matches!(result, Err(ApplyError::Observe(_)))), "{mode}");
    }
    assert_eq!((host.tab().unwrap(), host.calls("-"), host.calls("-r")), (tab, installs, 0));
    let missing = UserCrontab::new(crontopus_schedulers::user_crontab::Settings {
        program: host.dir.join("bin/none"),
        ..host.settings()
    });
    assert!(matches!({ missing }.observe(), Err(ObserveError::Program { .. })));
}

#[test]
fn a_refused_tab_changes_nothing() {
    let host = Host::new();
    host.set_tab(b"5 5 * * * mine\n");
    host.mode("refuse");
    let errors = Agent::new().reconcile(&mut host.crontab(), &JOBS);
    assert!(
        matches!(&errors[..], [ApplyError::Program { said, .. }, _] if said.contains("disk full")),
        "{errors:?}"
    );
    assert_eq!(host.tab().unwrap(), b"5 5 * * * mine\n");

    // The dry run refuses before anything is installed, here because of a foreign line.
    let host = Host::new();
    host.set_tab(b"REFUSED\n");
    let errors = Agent::new().reconcile(&mut host.crontab(), &JOBS);
    assert!(
        matches!(&errors[0], ApplyError::Program { said, .. } if said.contains("bad minute")),
        "{errors:?}"
    );
    assert_eq!((host.tab().unwrap().as_slice(), host.calls("-")), (&b"REFUSED\n"[..], 0));
}

#[test]
fn what_is_read_back_must_be_what_was_written() {
    let host = Host::new();
    host.set_tab(b"5 5 * * * root\n");
    host.mode("mangle");
    let errors = Agent::new().reconcile(&mut host.crontab(), &JOBS[..1]);
    assert!(matches!(errors[..], [ApplyError::ReadBack]), "{errors:?}");
}

#[test]
fn a_tab_with_nul_is_left_alone() {
    let host = Host::new();
    host.set_tab(b"5 5 * * * a\0b\n");
    let errors = Agent::new().reconcile(&mut host.crontab(), &JOBS[..1]);
    assert!(matches!(errors[..], [ApplyError::Nul]), "{errors:?}");
    assert_eq!(host.tab().unwrap(), b"5 5 * * * a\0b\n");
}

/// An adapter in whose writes somebody else edits the tab, so many times.
fn with_rival(host: &Host, times: usize) -> UserCrontab {
    let tab = host.dir.join("bin/tab");
    let count = Arc::new(AtomicUsize::new(0));
    host.crontab().with_fail_points(FailPoints::new(move |point| {
        if point == "checked the new tab" && count.fetch_add(1, Ordering::Relaxed) < times {
            let n = count.load(Ordering::Relaxed);
            let old = fs::read(&tab).unwrap_or_default();
            fs::write(&tab, [&old[..], format!("{n} 1 * * * rival\n").as_bytes()].concat()).unwrap();
        }
    }))
}

#[test]
fn somebody_elses_edit_in_between_is_kept() {
    let host = Host::new();
    host.set_tab(b"5 5 * * * mine\n");
    let mut agent = Agent::new();
    assert!(agent.reconcile(&mut with_rival(&host, 2), &JOBS).is_empty());
    assert!(host.tab().unwrap().ends_with(b"5 5 * * * mine\n1 1 * * * rival\n2 1 * * * rival\n"));
    assert!(agent.plan(&mut host.crontab(), &JOBS).is_settled());

    let errors = agent.reconcile(&mut with_rival(&host, usize::MAX), &JOBS[..1]);
    assert!(matches!(errors[..], [ApplyError::Changed { .. }]), "{errors:?}");
    assert!(
        host.tab()
            .unwrap()
            .ends_with(b"1 1 * * * rival\n2 1 * * * rival\n3 1 * * * rival\n4 1 * * * rival\n"),
        "four edits, and none was lost"
    );
}

#[test]
fn the_previous_tab_is_kept() {
    let host = Host::new();
    host.set_tab(b"5 5 * * * mine\n");
    let mut agent = Agent::new();
    agent.reconcile(&mut host.crontab(), &JOBS);
    let first = host.tab().unwrap();
    agent.reconcile(&mut host.crontab(), &[]);
    assert_eq!(file_names(&host.dir.join("state")), ["crontab-app.1", "crontab-app.2"]);
    assert_eq!(fs::read(host.dir.join("state/crontab-app.1")).unwrap(), b"5 5 * * * mine\n");
    assert_eq!(fs::read(host.dir.join("state/crontab-app.2")).unwrap(), first);
}

#[test]
fn ten_changes_are_one_write() {
    let host = Host::new();
    let names: Vec<String> = (0..10).map(|n| format!("job-{n}")).collect();
    let jobs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0 2 * * *")).collect();
    assert!(Agent::new().reconcile(&mut host.crontab(), &jobs).is_empty());
    assert_eq!(host.calls("-"), 1);
}

#[test]
fn other_users_jobs_are_refused() {
    let host = Host::new();
    let (job, schedules) = (key("a"), ["0 2 * * *".to_owned()]);
    let request = EntryRequest { job: &job, user: "root", schedules: &schedules, enabled: true };
    let refused = Refused::OtherUser { tab: "app".into(), wanted: "root".into() };
    assert_eq!(host.crontab().entry(&request), Err(refused));
}

#[test]
fn the_user_is_named_when_told() {
    let host = Host::new();
    let settings = crontopus_schedulers::user_crontab::Settings { pass_user: true, ..host.settings() };
    let mut crontab = UserCrontab::new(settings);
    assert!(Agent::new().reconcile(&mut crontab, &JOBS).is_empty());
    let calls = fs::read_to_string(host.dir.join("bin/calls")).unwrap();
    assert!(calls.lines().all(|call| call.starts_with("-u app -")), "{calls}");
}

#[test]
fn what_was_written_is_installed_once_more() {
    let host = Host::new();
    let foreign = b"# mine\n17 3 * * * /bin/true\n";
    host.set_tab(foreign);
    let mut agent = Agent::new();
    let mut crontab = host.crontab();
    assert!(agent.reconcile(&mut crontab, &JOBS).is_empty());
    let tab = host.tab().unwrap();
    assert_eq!(host.calls("-"), 1);
    crontab.settle().unwrap();
    assert_eq!((host.calls("-"), host.tab().unwrap()), (2, tab), "the same bytes");

    // A removal has to be seen, too.
    let plan = agent.plan(&mut crontab, &[]);
    assert!(crontab.apply(&plan.steps).settle);
    crontab.settle().unwrap();
    assert_eq!((host.calls("-"), host.tab().unwrap()), (4, foreign.to_vec()));
    assert!(!crontab.apply(&[]).settle, "nothing was written");

    // Without a tab there is nothing to install.
    host.mode("");
    std::fs::remove_file(host.dir.join("bin/tab")).unwrap();
    crontab.settle().unwrap();
    assert_eq!((host.calls("-"), host.tab()), (4, None));
}
