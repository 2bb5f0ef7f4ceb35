use crontopus_api::{JobDiff, JobRevision, JobStatus, NextRun, NextRuns};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn list() {
    let mut ping = canned::job_summary("external", JobStatus::Late);
    ping.ping = true;
    ping.next_run_at = None;
    let jobs = [canned::job_summary("backup", JobStatus::Failing), ping];
    let server = Fake::new().on_list("GET /api/v1/jobs", &jobs);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "list"]).ok(), @"");
    assert_snapshot!(cli.run(&["jobs", "list", "--utc"]).ok(), @"");
    cli.run(&["jobs", "ls", "-N", "production", "-l", "team=platform", "--status", "failing", "-q", "x"])
        .ok();
    assert_eq!(
        server.lines()[2],
        "GET /api/v1/jobs?namespace=production&label=team%3Dplatform&status=failing&q=x&limit=200"
    );
}

#[test]
fn show() {
    let server = Fake::new().on("GET /api/v1/jobs/production/backup", &canned::job());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "show", "production/backup"]).ok(), @"");
    cli.run(&["jobs", "show", "production/backup", "--commit", "abc"]).ok();
    assert_eq!(server.lines()[1], "GET /api/v1/jobs/production/backup?commit=abc");
    let manifest = cli.run(&["jobs", "show", "production/backup", "--manifest"]).ok();
    assert_eq!(manifest, "apiVersion: crontopus/v1\nkind: Job\n");
    assert_snapshot!(cli.run(&["jobs", "show", "backup"]).failed(4), @"");
    assert_snapshot!(cli.run(&["jobs", "show", "a/b/c"]).failed(2), @"");
}

#[test]
fn next() {
    let next = NextRuns {
        items: vec![NextRun {
            at: canned::minutes(780),
            local: "2026-11-24T02:00:00+01:00".into(),
            timezone: "Europe/Berlin".into(),
            host: Some("db-01".into()),
            profile: "debian-cron".into(),
        }],
    };
    let server = Fake::new().on("GET /api/v1/jobs/production/backup/next-runs", &next);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "next", "production/backup", "-n", "1"]).ok(), @"");
    assert_eq!(server.lines()[0], "GET /api/v1/jobs/production/backup/next-runs?count=1");
}

#[test]
fn history_and_diff() {
    let revision = |digest: Option<&str>, summary: &str| JobRevision {
        commit: "c0ffee".repeat(6) + "beef",
        summary: summary.into(),
        author: "Olga Ops <ops@acme.example>".into(),
        authored_at: canned::minutes(-600),
        digest: digest.map(str::to_owned),
    };
    let history = [revision(Some(&"ab".repeat(32)), "Back up later"), revision(None, "Remove it")];
    let diff =
        JobDiff { from: "a".into(), to: "b".into(), diff: "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n".into() };
    let server = Fake::new()
        .on_list("GET /api/v1/jobs/production/backup/history", &history)
        .on("GET /api/v1/jobs/production/backup/diff", &diff);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "history", "production/backup"]).ok(), @"");
    assert_eq!(cli.run(&["jobs", "diff", "production/backup", "--from", "a"]).ok(), diff.diff);
    assert_eq!(server.lines()[1], "GET /api/v1/jobs/production/backup/diff?from=a");
}

fn clone() -> Cli {
    let cli = Cli::new();
    cli.write(
        "production/backup.yaml",
        "apiVersion: v1\nkind: Job\nmetadata: {name: backup, labels: {team: db}}\nspec:\n  schedule: \"0 2 * * *\"\n  \
         timezone: Europe/Berlin\n  command: /bin/backup\n  host: {selector: {role: db}}\n",
    );
    cli.write("ping.yaml", "apiVersion: v1\nkind: Job\nmetadata: {name: ping}\nspec: {every: 15m}\n");
    cli.write(".hidden/x.yaml", "nonsense: [");
    cli.write("README.md", "not a manifest");
    cli
}

#[test]
fn a_clone_needs_no_server() {
    let cli = clone();
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", "."]).ok(), @"");
    let found = cli.run(&["jobs", "list", "--dir", ".", "-l", "team=db", "-o", "json"]).ok();
    assert_eq!(found.matches("\"name\"").count(), 1);
    assert_snapshot!(cli.run(&["jobs", "show", "production/backup", "--dir", "."]).ok(), @"");
    assert_snapshot!(cli.run(&["jobs", "next", "production/backup", "--dir", ".", "-n", "2"]).ok(), @"");
    assert_snapshot!(cli.run(&["jobs", "next", "ping", "--dir", ".", "-n", "2", "--utc"]).ok(), @"");
    assert_snapshot!(cli.run(&["jobs", "show", "nothing", "--dir", "."]).failed(4), @"");
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", ".", "--status", "ok"]).failed(2), @"");
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", "nowhere"]).failed(1), @"");
}

#[test]
fn errors_of_a_clone_are_not_passed_over() {
    let cli = clone();
    cli.write("staging/bad.yaml", "apiVersion: v1\nkind: Job\nmetadata: {name: bad}\nspec: {evry: 15m}\n");
    let ended = cli.run(&["jobs", "list", "--dir", "."]);
    assert!(ended.stderr.contains("manifest validate --dir ."), "{}", ended.stderr);
    assert!(ended.ok().contains("production/backup"));
    assert_snapshot!(cli.run(&["jobs", "show", "staging/bad", "--dir", "."]).failed(1), @"");
}
