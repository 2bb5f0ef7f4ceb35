//! Jobs: which hosts hold them, what the wrapper gets, what a plan says of them.

use std::collections::BTreeMap;

use crontopus_manifest::spec::{Backoff, Capture, Concurrency, Shell, slug_of_job};
use crontopus_manifest::{Body, HostFacts, Job, parse_file, scheduling_notes};

fn job(spec: &str) -> Job {
    let text = format!("apiVersion: v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{{spec}}}\n");
    let mut parsed = parse_file("production/a.yaml", text.as_bytes());
    assert_eq!(parsed.diagnostics, [], "{text}");
    match parsed.documents.remove(0).body {
        Body::Job(job) => job,
        other => panic!("expected a job, found {other:?}"),
    }
}

#[test]
fn hosts_are_selected_by_labels_and_names() {
    let labels: BTreeMap<String, String> = [("role".to_owned(), "db".to_owned())].into();
    let facts = HostFacts { name: "db-01", labels: &labels };
    for (host, selected) in [
        ("{selector: {}}", true),
        ("{selector: {role: db}}", true),
        ("{selector: {role: web}}", false),
        ("{names: ['*']}", true),
        ("{names: [db-02, 'db-*']}", true),
        ("{names: [db-02]}", false),
        ("{selector: {role: db}, names: ['web-*']}", false),
        ("{selector: {role: web}, names: ['db-*']}", false),
    ] {
        assert_eq!(job(&format!("every: 5m, command: a, host: {host}")).selects(&facts), selected, "{host}");
    }
    assert!(!job("every: 5m, command: a").selects(&facts));
    assert!(!job("every: 5m").selects(&facts));
    assert!(!job("every: 5m, command: a, host: {selector: {}}, enabled: false").selects(&facts));
    assert!(job("every: 5m, command: a, host: {selector: {}}, paused: true").selects(&facts));
}

#[test]
fn the_wrapper_gets_everything_it_honours() {
    let text = include_bytes!("../../../examples/repository/production/db/backup.yaml");
    let Body::Job(job) = parse_file("production/db/backup.yaml", text).documents.remove(0).body else {
        panic!("expected a job");
    };
    let spec = job.to_spec("agent-7", None);
    assert_eq!(slug_of_job(&spec.job), "production_daily-backup");
    assert_eq!((spec.command.as_str(), spec.args.len()), ("/opt/scripts/backup.sh", 2));
    assert_eq!(spec.shell, Shell::None);
    assert_eq!(spec.user.as_deref(), Some("backup"));
    assert_eq!(spec.working_dir.as_deref(), Some("/opt/backups"));
    assert_eq!(spec.env["BACKUP_PARALLEL"], "4");
    assert_eq!(spec.env_files, ["/etc/acme/backup.env"]);
    assert_eq!(spec.max_runtime_ms, Some(3_600_000));
    let kill = spec.kill.clone().unwrap();
    assert_eq!((kill.after_ms, kill.signal.as_str(), kill.grace_ms), (5_400_000, "TERM", 30_000));
    assert_eq!(spec.concurrency, Concurrency::Forbid);
    let retry = spec.retry.clone().unwrap();
    assert_eq!((retry.attempts, retry.delay_ms, retry.max_delay_ms), (3, 30_000, Some(600_000)));
    assert_eq!(retry.backoff, Backoff::Exponential);
    assert_eq!(spec.jitter_ms, Some(300_000));
    assert_eq!(
        (spec.output.capture, spec.output.limit, spec.output.redact.len()),
        (Capture::Tail, 65_536, 2)
    );
    assert_eq!((spec.host.as_str(), spec.digest.as_str()), ("agent-7", job.digest().as_str()));
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<crontopus_manifest::spec::SpecFile>(&json).unwrap(), spec);
}

#[test]
fn arguments_are_exact() {
    let job = job(
        r#"every: 5m, command: a, args: ["100 %", "a\nb", "$HOME", "'\"", "", 007, NO, "é\t"], env: {X: 1.10}"#,
    );
    assert_eq!(job.args, ["100 %", "a\nb", "$HOME", "'\"", "", "007", "NO", "é\t"]);
    assert_eq!(job.env["X"], "1.10");
}

#[test]
fn what_is_not_acted_on_yet_is_said() {
    let first = |spec: &str| {
        scheduling_notes(&job(spec))
            .into_iter()
            .map(|note| note.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let hosted = "command: a, host: {selector: {}}";
    assert_eq!(first(&format!("every: 5m, {hosted}")), Vec::<String>::new());
    assert_eq!(first("every: 5m"), ["no command"]);
    assert_eq!(first("every: 5m, command: a"), ["no host"]);
    assert_eq!(first(&format!("every: 5m, {hosted}, scheduler: systemd")), ["scheduler"]);
    assert_eq!(first(&format!("every: 90s, {hosted}")), ["the schedule counts seconds"]);
    assert_eq!(first(&format!("every: 5m, {hosted}, catchUp: true, enabled: false")), ["enabled", "catchUp"]);
    assert_eq!(
        first("every: 5m, command: a, host: {selector: {}, placement: one}, paused: true"),
        ["paused", "placement"]
    );
    assert_eq!(first(&format!("on-demand: true, {hosted}, alerts: {{routes: [r]}}")), ["on-demand"]);
    assert_eq!(first(&format!("schedule: '@reboot', {hosted}")), ["@reboot"]);
}

#[test]
fn programs_may_have_blanks_in_their_path() {
    for program in ["/opt/my scripts/run.sh", r"C:\Program Files\Acme\my tool.exe", "backup"] {
        assert_eq!(job(&format!("every: 5m, command: '{program}'")).command.as_deref(), Some(program));
    }
    let script = job("every: 5m, shell: true, command: 'echo a -b /c'");
    assert_eq!(script.command.as_deref(), Some("echo a -b /c"));
}

#[test]
fn other_kinds_are_acted_on_wholly() {
    let notes = |path: &str, text: &[u8]| parse_file(path, text).documents[0].body.notes().len();
    assert_eq!(notes("routes.yaml", include_bytes!("../../../examples/repository/routes.yaml")), 0);
    assert_eq!(notes("maintenance.yaml", include_bytes!("../../../examples/repository/maintenance.yaml")), 0);
    assert_eq!(notes("policies.yaml", include_bytes!("../../../examples/repository/policies.yaml")), 0);
}
