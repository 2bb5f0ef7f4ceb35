//! What every adapter keeps: one plan is enough, and drift is found and put right.

use crontopus_plan::Action;
use crontopus_schedulers::{Fake, Scheduler};

use crate::support::{Agent, Host};

const ROUNDS: [&[(&str, &str)]; 6] = [
    &[("a", "0 2 * * *"), ("b", "*/5 * * * *")],
    &[("a", "0 3 * * *"), ("c", "@reboot")],
    &[],
    &[("c", "1 1 1 1 *"), ("b", "0 0 * * 1-5"), ("a", "0 2 * * *")],
    &[("c", "1 1 1 1 *"), ("b", "0 0 * * 1-5"), ("a", "0 2 * * *")],
    &[],
];

fn conforms(scheduler: &mut dyn Scheduler) {
    let mut agent = Agent::new();
    for jobs in ROUNDS {
        assert!(agent.reconcile(scheduler, jobs).is_empty());
        assert!(agent.plan(scheduler, jobs).is_settled(), "{}: nothing is left to do", scheduler.name());
        let observed = scheduler.observe().unwrap();
        assert_eq!(observed.len(), jobs.len());
        assert!(observed.iter().all(|entry| entry.marker.as_ref().unwrap().is_intact(&entry.text)));
    }
}

#[test]
fn cron_d_conforms() {
    let host = Host::new();
    conforms(&mut host.cron_d());
    assert_eq!(std::fs::read_dir(host.dir.join("cron.d")).unwrap().count(), 0);
}

#[test]
fn the_user_crontab_conforms() {
    let host = Host::new();
    conforms(&mut host.crontab());
    assert_eq!(host.tab(), None, "an empty tab is none");
}

#[test]
fn the_fake_conforms() {
    let mut fake = Fake::new(crate::support::INSTALLATION);
    conforms(&mut fake);
    assert!(fake.entries.is_empty() && fake.writes == 13);
}

#[test]
fn drift_is_found_and_put_right() {
    let jobs = [("a", "0 2 * * *"), ("b", "0 3 * * *")];
    let check = |scheduler: &mut dyn Scheduler, meddle: &dyn Fn()| {
        let mut agent = Agent::new();
        agent.reconcile(scheduler, &jobs);
        let before = scheduler.observe().unwrap();
        meddle();
        let plan = agent.plan(scheduler, &jobs);
        let actions: Vec<_> =
            plan.steps.iter().map(|step| (step.action, step.job.name().to_owned())).collect();
        assert_eq!(actions, [(Action::Repair, "a".to_owned())]);
        assert!(agent.reconcile(scheduler, &jobs).is_empty());
        assert_eq!(scheduler.observe().unwrap(), before);
    };
    let host = Host::new();
    let file = host.dir.join("cron.d/crontopus-prod_a");
    check(&mut host.cron_d(), &|| {
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("0 2", "9 9")).unwrap();
    });
    let host = Host::new();
    let file = host.dir.join("cron.d/crontopus-prod_a");
    check(&mut host.cron_d(), &|| std::fs::remove_file(&file).unwrap());

    let host = Host::new();
    let edit = |from: &str, to: &str| {
        let tab = String::from_utf8(host.tab().unwrap()).unwrap();
        assert!(tab.contains(from));
        host.set_tab(tab.replacen(from, to, 1).as_bytes());
    };
    check(&mut host.crontab(), &|| edit("\n0 2 *", "\n9 9 *"));
    check(&mut host.crontab(), &|| edit("\n0 2 *", "\n#0 2 *"));
    check(&mut host.crontab(), &|| edit("0 2 * * * /opt/crontopus/bin/crontopus-run prod/a\n", ""));
}
