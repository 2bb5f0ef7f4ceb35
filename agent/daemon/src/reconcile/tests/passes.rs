use super::*;

#[test]
fn only_what_is_meant_for_this_host_and_allowed() {
    let mut rig = Rig::new();
    rig.local = policy("deniedCommands: [\"/bin/rm\"]");
    let manifests = [
        job("mine", "host: {selector: {role: db}}"),
        job("other", "host: {selector: {role: web}}"),
        job("here", "host: {selector: {}, placement: one}"),
        job("elsewhere", "host: {selector: {}, placement: one}"),
        job_of("refused", "/bin/rm", HERE),
        job("off", "host: {selector: {}}\n  enabled: false"),
        job("timer", "host: {selector: {}}\n  scheduler: systemd"),
    ]
    .concat();
    let desired = rig.desired(&manifests);
    assert!(rig.pass(&desired).unreadable.is_none());
    assert_eq!(rig.jobs(), ["ops/here", "ops/mine"]);
    assert_eq!(
        refusals(&desired, "ops/refused"),
        ["PolicyPassed: the host's own policy default/rules: the program `/bin/rm` is denied"]
    );
    assert_eq!(
        refusals(&desired, "ops/timer"),
        ["Rendered: this agent installs cron entries only, and the job wants systemd"]
    );
}

#[test]
fn a_second_pass_has_nothing_to_do_and_a_removal_takes_everything_along() {
    let mut rig = Rig::new();
    let desired = rig.desired(&job("mine", HERE));
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
    let desired = rig.desired(&job("mine", HERE));
    assert!(rig.pass(&desired).unreadable.is_none());
    let path = rig.layout.spec("ops/mine");
    let good = std::fs::read(&path).unwrap();
    std::fs::write(&path, "{}").unwrap();
    assert_eq!(rig.pass(&desired).changes().next().map(|step| step.action), Some(Action::Repair));
    assert_eq!(std::fs::read(&path).unwrap(), good);
}

#[test]
fn a_job_without_a_form_to_believe_keeps_what_stands_and_makes_nothing_new() {
    let mut rig = Rig::settled(&job("mine", HERE));
    let lacking = |name: &str| (format!("ops/{name}"), "the older form is not signed".to_owned());
    let desired =
        rig.desire(&Snapshot { lacking: vec![lacking("mine"), lacking("new")], ..Snapshot::default() });
    assert_eq!(rig.pass(&desired).changes().count(), 0);
    assert_eq!(rig.jobs(), ["ops/mine"]);
    assert_eq!(refusals(&desired, "ops/mine"), ["Verified: the older form is not signed"]);
    assert_eq!(refusals(&desired, "ops/new"), [""; 0], "it may be meant for another host");
}
