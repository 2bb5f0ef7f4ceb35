//! What the server hears of a pass.

use super::*;

fn steps(plan: &Plan) -> Vec<(String, String)> {
    let view = report::view(plan, None, &BTreeMap::new(), NOW);
    view.steps.into_iter().map(|step| (step.action, step.reason)).collect()
}

#[test]
fn drift_that_is_only_warned_of_is_told() {
    let mut rig = Rig { drift: DriftMode::Warn, ..Rig::settled(&job("mine", HERE)) };
    let desired = rig.desired(&job("mine", HERE));
    let settled = rig.pass(&desired);
    assert_eq!((steps(&settled), rig.report(&desired, &settled).drift), (vec![], 0));

    rig.scheduler.entries.clear();
    let drifted = rig.pass(&desired);
    let told = ("leave".to_owned(), "somebody deleted the entry; drift is only reported".to_owned());
    assert_eq!(steps(&drifted), [told]);
    assert_eq!(rig.report(&desired, &drifted).drift, 1);
    let view = |plan: &Plan| report::view(plan, None, &BTreeMap::new(), NOW);
    assert!(report::left(&view(&drifted)).ne(report::left(&view(&settled))), "worth a report");
    let again = rig.pass(&desired);
    assert!(report::left(&view(&drifted)).eq(report::left(&view(&again))), "once");

    rig.drift = DriftMode::Off;
    let desired = rig.desired(&job("mine", HERE));
    let off = rig.pass(&desired);
    assert_eq!((steps(&off), rig.report(&desired, &off).drift), (vec![], 0));
}

#[test]
fn a_job_may_say_itself_how_drift_is_taken() {
    let manifests = [job("mine", HERE), job("free", "host: {selector: {}}\n  drift: off")].concat();
    let mut rig = Rig::settled(&manifests);
    rig.scheduler.entries.clear();
    let desired = rig.desired(&manifests);
    let repaired: Vec<String> = rig.pass(&desired).changes().map(|step| step.job.to_string()).collect();
    assert_eq!(repaired, ["ops/mine"]);
}

#[test]
fn what_is_not_ours_is_told_and_counted() {
    let mut rig = Rig::new();
    rig.scheduler.entries.insert("fake:ops/mine".into(), "0 0 * * * root theirs\n".into());
    let desired = rig.desired(&job("mine", HERE));
    let plan = rig.pass(&desired);
    let told = ("leave".to_owned(), "something that is not ours stands here; it is not touched".to_owned());
    assert_eq!(steps(&plan), [told]);
    let report = rig.report(&desired, &plan);
    assert_eq!((report.drift, report.jobs[0].applied), (1, false));
}

#[test]
fn a_job_whose_newest_form_is_refused_is_told_by_the_form_that_stands() {
    let mut rig = Rig::settled(&job("mine", HERE));
    let before = rig.desired(&job("mine", HERE));
    let plan = rig.plan(&before);
    let standing = rig.report(&before, &plan).jobs;
    assert!(standing[0].applied);

    rig.local = policy("deniedCommands: [\"/bin/rm\"]");
    let refused = rig.desired(&job_of("mine", "/bin/rm", HERE));
    let plan = rig.pass(&refused);
    assert_eq!(steps(&plan)[0].0, "leave");
    let report = rig.report(&refused, &plan);
    assert_eq!((report.jobs, report.drift), (standing, 0), "what is kept on purpose is no drift");
}

#[test]
fn each_stage_of_what_stands_is_told() {
    let manifests = [job("mine", HERE), job("still", "host: {selector: {}}\n  paused: true")].concat();
    let rig = &mut Rig::settled(&manifests);
    let desired = rig.desired(&manifests);
    let plan = rig.plan(&desired);
    let conditions = rig.report(&desired, &plan).conditions;
    assert!(conditions.iter().all(|c| c.ok), "{conditions:?}");
    let told = |c: &crontopus_api::Condition| {
        let whose = c.job.as_deref().unwrap_or("host");
        format!("{whose} {:?}: {}", c.kind, c.reason)
    };
    let told: Vec<String> = conditions.iter().map(told).collect();
    assert_eq!(told[..2], ["host Fetched: commit c0ffee", "host Verified: this host asks for no signature"]);
    assert_eq!(
        told[told.len() - 5..],
        [
            "host Healthy: it runs",
            "ops/mine Applied: fake:ops/mine",
            "ops/mine Loaded: next start tomorrow",
            "ops/still Applied: fake:ops/still",
            "ops/still Loaded: it is paused",
        ]
    );
}

#[test]
fn an_update_that_failed_is_not_told_as_done() {
    let mut rig = Rig::settled(&job("mine", HERE));
    let changed = rig.desired(&job("mine", HERE).replace("0 1 * * *", "0 5 * * *"));
    rig.scheduler.read_only.push("fake:ops/mine".into());
    let plan = rig.plan(&changed);
    let clock = MockClock::at(NOW);
    let applied = apply(&rig.layout, &mut rig.scheduler, &mut rig.state, &changed, &plan, &clock).unwrap();
    assert_eq!(applied.failures.len(), 1);
    let jobs = rig.report(&changed, &plan).jobs;
    assert_eq!((jobs.len(), jobs[0].applied), (1, false));
}
