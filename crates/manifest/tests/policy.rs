//! Every rule of a policy, kept and broken.

use crontopus_manifest::policy::{Context, check, check_host, parse_local, requires_signed_commits};
use crontopus_manifest::{Body, Code, Job, Policy, Severity, parse_file};

fn documents(text: &str) -> Vec<Body> {
    let parsed = parse_file("production/a.yaml", text.as_bytes());
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.documents.into_iter().map(|document| document.body).collect()
}

fn job(spec: &str) -> Job {
    job_with("labels: {env: production}", spec)
}

fn job_with(metadata: &str, spec: &str) -> Job {
    let text = format!("{{apiVersion: v1, kind: Job, metadata: {{name: a, {metadata}}}, spec: {{{spec}}}}}");
    match documents(&text).remove(0) {
        Body::Job(job) => job,
        other => panic!("expected a job, found {other:?}"),
    }
}

fn policy(spec: &str) -> Policy {
    let text = format!("{{apiVersion: v1, kind: Policy, metadata: {{name: p}}, spec: {{{spec}}}}}");
    match documents(&text).remove(0) {
        Body::Policy(policy) => policy,
        other => panic!("expected a policy, found {other:?}"),
    }
}

/// What breaks `rules`, as `rule path: message`.
#[track_caller]
fn check_rules(rules: &str, job: &Job, ctx: &Context<'_>, expected: &[&str]) {
    let found: Vec<String> = check(job, &[policy(&format!("rules: {{{rules}}}"))], ctx)
        .iter()
        .map(|finding| format!("{} {}: {}", finding.rule, finding.path, finding.message))
        .collect();
    assert_eq!(found, expected, "{rules}");
}

#[track_caller]
fn check_spec(rules: &str, spec: &str, expected: &[&str]) {
    check_rules(rules, &job(spec), &Context::default(), expected);
}

#[test]
fn intervals() {
    check_spec("minInterval: 5m", "every: 5m", &[]);
    check_spec("minInterval: 5m", "every: 1m", &["minInterval spec.every: starts are as close as 1m"]);
    check_spec("minInterval: 5m", "schedule: '*/5 * * * *'", &[]);
    check_spec(
        "minInterval: 5m",
        "schedule: '0,3 2 * * *'",
        &["minInterval spec.schedule: starts are as close as 3m"],
    );
    check_spec(
        "minInterval: 1h",
        "schedule: ['0 2 * * *', '30 2 * * 1']",
        &["minInterval spec.schedule: starts are as close as 30m"],
    );
    check_spec("minInterval: 1d", "on-demand: true", &[]);
}

#[test]
fn words() {
    let named = job_with("labels: {team: x}, annotations: {owner: y}", "every: 5m");
    check_rules("requireLabels: [team], requireAnnotations: [owner]", &named, &Context::default(), &[]);
    check_spec(
        "requireLabels: [env, team], requireAnnotations: [owner]",
        "every: 5m",
        &[
            "requireLabels metadata.labels: the label `team` is required",
            "requireAnnotations metadata.annotations: the annotation `owner` is required",
        ],
    );
}

#[test]
fn users() {
    let rules = "allowedUsers: [backup, app], deniedUsers: [root]";
    check_spec(rules, "every: 5m, command: /bin/a, user: app", &[]);
    check_spec(
        rules,
        "every: 5m, command: /bin/a, user: root",
        &[
            "allowedUsers spec.user: the user `root` is not allowed",
            "deniedUsers spec.user: the user `root` is denied",
        ],
    );
    check_spec(
        rules,
        "every: 5m, command: /bin/a",
        &["allowedUsers spec.user: the job does not say whom it runs as"],
    );
    check_spec(rules, "every: 5m", &[]);
    let on_host = |user| Context { job_user: Some(user), ..Context::default() };
    check_rules(rules, &job("every: 5m, command: /bin/a"), &on_host("app"), &[]);
    check_rules(
        "deniedUsers: [root]",
        &job("every: 5m, command: /bin/a"),
        &on_host("root"),
        &["deniedUsers spec.user: the user `root` is denied"],
    );
}

#[test]
fn commands() {
    let rules = "allowedCommands: ['/opt/scripts/**'], deniedCommands: ['**/rm']";
    check_spec(rules, "every: 5m, command: /opt/scripts/db/backup.sh", &[]);
    check_spec(
        rules,
        "every: 5m, command: /opt/scripts/rm",
        &["deniedCommands spec.command: the program `/opt/scripts/rm` is denied"],
    );
    check_spec(
        rules,
        "every: 5m, command: /opt/scripts/../../bin/rm",
        &[
            "allowedCommands spec.command: the program `/bin/rm` is not allowed",
            "deniedCommands spec.command: the program `/bin/rm` is denied",
        ],
    );
    check_spec(
        "deniedCommands: ['**/rm']",
        "every: 5m, command: rm",
        &["deniedCommands spec.command: the program `rm` is denied"],
    );
    check_spec(
        rules,
        "every: 5m, command: /opt/scripts/x, shell: true",
        &["allowedCommands spec.command: the program `/bin/sh` is not allowed"],
    );
    check_spec(
        "allowShell: false",
        "every: 5m, command: echo a, shell: /bin/bash",
        &["allowShell spec.shell: `shell` is not allowed"],
    );
    check_spec("allowShell: false, allowedCommands: [x]", "every: 5m", &[]);
}

#[test]
fn run_times_and_zones() {
    check_spec("requireMaxRuntime: 6h", "every: 5m, maxRuntime: 6h", &[]);
    check_spec(
        "requireMaxRuntime: 6h",
        "every: 5m, maxRuntime: 7h",
        &["requireMaxRuntime spec.maxRuntime: `maxRuntime` 7h is too long"],
    );
    check_spec(
        "requireMaxRuntime: 6h",
        "every: 5m",
        &["requireMaxRuntime spec.maxRuntime: `maxRuntime` is required"],
    );
    let zones = "allowedTimezones: [UTC, Europe/Berlin]";
    check_spec(zones, "every: 5m", &[]);
    check_spec(zones, "every: 5m, timezone: Europe/Berlin", &[]);
    check_spec(
        zones,
        "every: 5m, timezone: Asia/Tokyo",
        &["allowedTimezones spec.timezone: the time zone `Asia/Tokyo` is not allowed"],
    );
    let on_host = job("every: 5m, command: /bin/a");
    check_rules(
        zones,
        &on_host,
        &Context::default(),
        &["allowedTimezones spec.timezone: the job does not say its time zone"],
    );
    check_rules(zones, &on_host, &Context { host_zone: Some("Europe/Berlin"), ..Context::default() }, &[]);
}

#[test]
fn windows() {
    let night = "allowedWindow: {cron: '* 0-6 * * *', timezone: Europe/Berlin}";
    check_spec(night, "schedule: '30 2 * * *', timezone: Europe/Berlin", &[]);
    check_spec(night, "schedule: '59 6 * * *', timezone: Europe/Berlin", &[]);
    check_spec(
        night,
        "schedule: '0 7 * * *', timezone: Europe/Berlin",
        &["allowedWindow spec.schedule: starts such as 2027-01-01T06:00:00Z are outside the allowed window"],
    );
    // 05:30 UTC is 06:30 in winter and 07:30 in summer: outside from the last Sunday of March on.
    check_spec(
        night,
        "schedule: '30 5 * * *', timezone: UTC",
        &["allowedWindow spec.schedule: starts such as 2027-03-28T05:30:00Z are outside the allowed window"],
    );
    check_spec(
        night,
        "schedule: '0 12 29 2 *', timezone: UTC",
        &["allowedWindow spec.schedule: starts such as 2028-02-29T12:00:00Z are outside the allowed window"],
    );
    check_spec(night, "on-demand: true", &[]);
    check_spec("allowedWindow: {cron: '* * * * *'}", "every: 1m", &[]);
}

#[test]
fn only_the_named_jobs_are_held_to_it() {
    let wants = |limits: &str, job: &Job| {
        !check(job, &[policy(&format!("{limits}, rules: {{requireLabels: [team]}}"))], &Context::default())
            .is_empty()
    };
    let job = job("every: 5m");
    assert!(wants("selector: {env: production}", &job));
    assert!(!wants("selector: {env: staging}", &job));
    assert!(wants("namespaces: [production]", &job));
    assert!(!wants("namespaces: [staging]", &job));
    assert!(!wants("selector: {env: production}, namespaces: [staging]", &job));
}

#[test]
fn enforcement_decides_the_severity() {
    let severity = |limits: &str| {
        check(
            &job("every: 5m"),
            &[policy(&format!("{limits}rules: {{requireLabels: [team]}}"))],
            &Context::default(),
        )[0]
        .severity
    };
    assert_eq!(severity(""), Severity::Error);
    assert_eq!(severity("enforcement: warn, "), Severity::Warning);
}

#[test]
fn hosts_and_signatures() {
    let jobs = [job("every: 5m"), job("every: 5m"), job_with("labels: {env: staging}", "every: 5m")];
    let policies =
        [policy("selector: {env: production}, rules: {maxJobsPerHost: 1, requireSignedCommits: true}")];
    let found = check_host(&jobs, &policies);
    assert_eq!(found.len(), 1);
    assert!(std::ptr::eq(found[0].0, &jobs[1]), "the first keeps its place");
    assert_eq!(found[0].1.message, "2 jobs on one host; at most 1 are allowed");
    assert_eq!(check_host(&jobs[1..], &policies), []);
    assert!(requires_signed_commits(&jobs[0], &policies));
    assert!(!requires_signed_commits(&jobs[2], &policies));
    assert!(check(&jobs[0], &policies, &Context::default()).is_empty(), "both are the host's to judge");
}

#[test]
fn a_hosts_own_file_holds_policies_only() {
    let text = b"{apiVersion: v1, kind: Policy, metadata: {name: host}, spec: {rules: {allowShell: false}}}\n---\n{apiVersion: v1, kind: Job, metadata: {name: a}, spec: {every: 5m}}\n";
    let (policies, diagnostics) = parse_local("/etc/crontopus/policy.yaml", text);
    assert_eq!(policies.len(), 1);
    assert_eq!(diagnostics.iter().map(|d| (d.code, d.line)).collect::<Vec<_>>(), [(Code::UnknownKind, 3)]);
    assert_eq!(check(&job("every: 5m, command: a, shell: true"), &policies, &Context::default()).len(), 1);
}
