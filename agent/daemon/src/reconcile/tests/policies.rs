//! What only the host can judge: who a job runs as, in which zone, beside how many others, and whether its
//! commit is signed.

use super::*;

#[track_caller]
fn check(rig: &Rig, rules: &str, expected: &[&str]) {
    let job = job("mine", HERE);
    assert_eq!(refusals(&rig.desired(&(policy(rules) + &job)), "ops/mine"), expected, "{rules}");
    // The same in the host's own file.
    let own = Rig { local: policy(rules), ..Rig::new() };
    let own = Rig { job_user: rig.job_user.clone(), zone: rig.zone, signed: rig.signed, ..own };
    let expected: Vec<String> = expected
        .iter()
        .map(|text| text.replace("a policy ", "the host's own policy "))
        .map(|text| text.replace("the policy ops/rules", "the host's own policy default/rules"))
        .collect();
    assert_eq!(refusals(&own.desired(&job), "ops/mine"), expected, "{rules}");
}

#[test]
fn a_job_that_names_no_user_runs_as_one_nevertheless() {
    let rig = Rig { job_user: "root".into(), ..Rig::new() };
    check(&rig, "deniedUsers: [root]", &["PolicyPassed: the policy ops/rules: the user `root` is denied"]);
    check(&rig, "deniedUsers: [jobs]", &[]);
}

#[test]
fn a_job_that_names_no_zone_starts_in_the_hosts() {
    let rig = Rig { zone: "Europe/Berlin", ..Rig::new() };
    let window = "allowedWindow: {cron: \"* 1 * * *\", timezone: UTC}";
    let found = refusals(&rig.desired(&(policy(window) + &job("mine", HERE))), "ops/mine");
    assert!(found.len() == 1 && found[0].contains("outside the allowed window"), "{found:?}");
    check(&Rig::new(), window, &[]);
}

#[test]
fn a_limit_refuses_what_is_new_and_leaves_what_stands() {
    let mut rig = Rig::settled(&[job("stays", HERE), job("too", HERE)].concat());
    let manifests =
        [policy("maxJobsPerHost: 2"), job("first", HERE), job("stays", HERE), job("too", HERE)].concat();
    let desired = rig.desired(&manifests);
    assert_eq!(rig.pass(&desired).changes().count(), 0);
    assert_eq!(rig.jobs(), ["ops/stays", "ops/too"]);
    assert_eq!(
        refusals(&desired, "ops/first"),
        ["PolicyPassed: the policy ops/rules: 3 jobs on one host; at most 2 are allowed"]
    );
}

#[test]
fn a_commit_that_is_not_signed_is_refused_where_a_policy_wants_it() {
    let unsigned = Rig::new();
    check(
        &unsigned,
        "requireSignedCommits: true",
        &["PolicyPassed: a policy wants the commit signed, and it is not"],
    );
    check(&Rig { signed: true, ..Rig::new() }, "requireSignedCommits: true", &[]);
}

#[test]
fn what_is_only_warned_of_is_said() {
    let rig = Rig::new();
    let warns = policy("requireSignedCommits: true, maxJobsPerHost: 1")
        .replace("spec: {", "spec: {enforcement: warn, ");
    let desired = rig.desired(&[warns, job("one", HERE), job("two", HERE)].concat());
    assert_eq!(desired.made.len(), 2);
    let said: Vec<_> = desired.conditions.iter().filter(|c| c.ok).map(|c| c.reason.as_str()).collect();
    assert_eq!(
        said,
        [
            "a policy wants the commit signed, and it is not",
            "a policy wants the commit signed, and it is not",
            "the policy ops/rules: 2 jobs on one host; at most 1 are allowed",
        ]
    );
}
