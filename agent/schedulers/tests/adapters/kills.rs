//! The process dies at every point of a write: foreign bytes stay, no half entry remains, and the next
//! plan brings everything in order.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crontopus_schedulers::{FailPoints, Scheduler};
use rustix::process::{Signal, getpid, kill_process};

use crate::support::{Agent, Host, file_names, this_test, told};

const BEFORE: [(&str, &str); 3] = [("change", "0 2 * * *"), ("go", "1 1 * * *"), ("stay", "2 2 * * *")];
const AFTER: [(&str, &str); 3] = [("change", "9 9 * * *"), ("new", "3 3 * * *"), ("stay", "2 2 * * *")];

/// The agent that is killed: it brings the host from one state to the other.
#[test]
#[ignore = "started by the tests of this file"]
fn victim() {
    let Some(dir) = told("VICTIM_DIR") else { return };
    let last: usize = told("VICTIM_POINT").unwrap().parse().unwrap();
    let host = Host::at(dir);
    let reached = AtomicUsize::new(0);
    let points = FailPoints::new(move |_| {
        if reached.fetch_add(1, Ordering::Relaxed) == last {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
    });
    let mut cron_d = host.cron_d().with_fail_points(points.clone());
    let mut crontab = host.crontab().with_fail_points(points);
    for scheduler in [&mut cron_d as &mut dyn Scheduler, &mut crontab] {
        let mut agent = agent_after(&host, scheduler.name());
        assert!(agent.reconcile(scheduler, &AFTER).is_empty());
    }
}

/// An agent whose inventory is as after [`BEFORE`].
fn agent_after(host: &Host, name: &str) -> Agent {
    let mut agent = Agent::new();
    let elsewhere = Host::new();
    let mut scheduler: Box<dyn Scheduler> = match name {
        "cron.d" => Box::new(elsewhere.cron_d()),
        _ => Box::new(elsewhere.crontab()),
    };
    agent.reconcile(scheduler.as_mut(), &BEFORE);
    // The same entries at this host's paths.
    let own: Box<dyn Scheduler> =
        if name == "cron.d" { Box::new(host.cron_d()) } else { Box::new(host.crontab()) };
    for job in crate::support::desired(own.as_ref(), &BEFORE) {
        let crontopus_plan::Form::Wanted { entry, .. } = job.form else { continue };
        agent.inventory.jobs.get_mut(&job.job).unwrap().entry = entry;
    }
    agent
}

const FOREIGN: &[u8] = b"MAILTO=me\n5 5 * * * mine \xff\r\n# no end";

fn prepared() -> Host {
    let host = Host::new();
    host.set_tab(FOREIGN);
    fs::write(host.dir.join("cron.d/foreign"), FOREIGN).unwrap();
    Agent::new().reconcile(&mut host.cron_d(), &BEFORE);
    Agent::new().reconcile(&mut host.crontab(), &BEFORE);
    host
}

fn run_victim(host: &Host, point: usize) -> std::process::Output {
    let mut victim = this_test("kills::victim");
    victim.env("VICTIM_DIR", &host.dir).env("VICTIM_POINT", point.to_string());
    victim.output().unwrap()
}

fn check_host(host: &Host, point: usize) {
    let dir = host.dir.join("cron.d");
    assert_eq!(fs::read(dir.join("foreign")).unwrap(), FOREIGN);
    let tab = host.tab().unwrap();
    assert!(tab.ends_with(FOREIGN), "point {point}: {}", String::from_utf8_lossy(&tab));
    for scheduler in [&mut host.cron_d() as &mut dyn Scheduler, &mut host.crontab()] {
        for entry in scheduler.observe().unwrap() {
            assert!(entry.marker.unwrap().is_intact(&entry.text), "point {point}: whole entries only");
        }
        let mut agent = agent_after(host, scheduler.name());
        // What the inventory lost in the crash comes back with the marker.
        assert!(agent.reconcile(scheduler, &AFTER).is_empty(), "point {point}");
        assert!(agent.plan(scheduler, &AFTER).is_settled(), "point {point}");
        assert_eq!(scheduler.observe().unwrap().len(), AFTER.len(), "point {point}");
    }
    let names = ["crontopus-prod_change", "crontopus-prod_new", "crontopus-prod_stay", "foreign"];
    assert_eq!(file_names(&dir), names, "point {point}: no temporary stays");
    assert!(host.tab().unwrap().ends_with(FOREIGN));
}

#[test]
fn killed_at_every_point() {
    let mut killed = 0;
    for point in 0.. {
        let host = prepared();
        let output = run_victim(&host, point);
        check_host(&host, point);
        match output.status.signal() {
            Some(9) => killed += 1,
            _ => {
                assert!(output.status.success(), "{output:?}");
                break;
            }
        }
    }
    assert!(killed >= 25, "{killed} points");
}

#[test]
fn killed_while_crontab_reads() {
    let host = prepared();
    host.mode("kill-parent");
    let output = run_victim(&host, usize::MAX);
    assert_eq!(output.status.signal(), Some(9));
    host.mode("");
    // The orphaned program goes on by itself, with a complete tab before it.
    let complete = |tab: &[u8]| tab.ends_with(FOREIGN) && String::from_utf8_lossy(tab).contains("9 9 * * *");
    for _ in 0..1_000 {
        if host.tab().is_some_and(|tab| complete(&tab)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(complete(&host.tab().unwrap()));
    check_host(&host, usize::MAX);
}
