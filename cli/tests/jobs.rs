use crontopus_api::{
    BlameCommit, BlameLine, DurationSide, JobBlame, JobDiff, JobRevision, JobStatus, NextRun, NextRuns,
    RevisionDurations,
};
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
    assert_snapshot!(cli.run(&["jobs", "list"]).ok(), @"
    JOB                  STATUS   SCHEDULE                   NEXT    LAST     PLACES
    production/backup    failing  0 2 * * * (Europe/Berlin)  in 13h  11h ago  2
    production/external  late     0 2 * * * (Europe/Berlin)  -       11h ago  ping
    ");
    assert_snapshot!(cli.run(&["jobs", "list", "--utc"]).ok(), @"
    JOB                  STATUS   SCHEDULE                   NEXT                  LAST                  PLACES
    production/backup    failing  0 2 * * * (Europe/Berlin)  2026-11-24 01:00:00Z  2026-11-23 01:00:00Z  2
    production/external  late     0 2 * * * (Europe/Berlin)  -                     2026-11-23 01:00:00Z  ping
    ");
    cli.run(&["jobs", "ls", "-N", "production", "-l", "team=platform", "--status", "failing", "-q", "x"])
        .ok();
    assert_eq!(
        server.lines()[2],
        "GET /api/v1/jobs?namespace=production&label=team%3Dplatform&status=failing&q=x&limit=200"
    );
    cli.run(&["jobs", "list", "--sort", "last"]).ok();
    assert_eq!(server.lines()[3], "GET /api/v1/jobs?sort=last&limit=200");
    assert!(cli.run(&["jobs", "list", "--sort", "size"]).failed(2).contains("next"));
}

#[test]
fn show() {
    let server = Fake::new().on("GET /api/v1/jobs/production/backup", &canned::job());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "show", "production/backup"]).ok(), @"
    Job:          production/backup
    Description:  Nightly dump
    Status:       failing
    Schedule:     0 2 * * * (at 02:00 every day)
    Time zone:    Europe/Berlin
    Labels:       team=platform
    Next:         in 13h
    Last:         11h ago
    File:         production/backup.yaml:1 at c0ffeec0ff
    Id:           job_00000000000000000000000003

    error: production/backup.yaml:7:3 unknown field `maxRuntim`
      help: did you mean `maxRuntime`?

    PLACE  STATUS   NEXT    MONITOR
    db-01  failing  in 13h  mon_00000000000000000000000005

    apiVersion: crontopus/v1
    kind: Job
    ");
    cli.run(&["jobs", "show", "production/backup", "--commit", "abc"]).ok();
    assert_eq!(server.lines()[1], "GET /api/v1/jobs/production/backup?ref=abc");
    let manifest = cli.run(&["jobs", "show", "production/backup", "--manifest"]).ok();
    assert_eq!(manifest, "apiVersion: crontopus/v1\nkind: Job\n");
    assert_snapshot!(cli.run(&["jobs", "show", "backup"]).failed(4), @"error: nothing at GET /api/v1/jobs/default/backup");
    assert_snapshot!(cli.run(&["jobs", "show", "a/b/c"]).failed(2), @"
    error: invalid value 'a/b/c' for '<JOB>': write it as namespace/name, in a-z, 0-9 and `-`

    For more information, try '--help'.
    ");
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
    assert_snapshot!(cli.run(&["jobs", "next", "production/backup", "-n", "1"]).ok(), @"
    START   LOCAL TIME                 TIME ZONE      PLACE  RULES OF
    in 13h  2026-11-24T02:00:00+01:00  Europe/Berlin  db-01  debian-cron
    ");
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
        durations: None,
    };
    let mut history = [revision(Some(&"ab".repeat(32)), "Back up later"), revision(None, "Remove it")];
    let side = |p50_ms: i64| Some(DurationSide { runs: 9, p50_ms });
    let (before, after) = (side(242_000), side(508_200));
    history[0].durations = Some(RevisionDurations { before, after, factor: Some(2.1), warning: None });
    let diff =
        JobDiff { from: "a".into(), to: "b".into(), diff: "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n".into() };
    let server = Fake::new()
        .on_list("GET /api/v1/jobs/production/backup/history", &history)
        .on("GET /api/v1/jobs/production/backup/diff", &diff);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "history", "production/backup"]).ok(), @"
    COMMIT      WHEN     AUTHOR                       MANIFEST           RUNS TAKE             MESSAGE
    c0ffeec0ff  10h ago  Olga Ops <ops@acme.example>  abababababab       4m02s → 8m28s (2.1×)  Back up later
    c0ffeec0ff  10h ago  Olga Ops <ops@acme.example>  removed or broken  -                     Remove it
    ");
    assert_eq!(cli.run(&["jobs", "diff", "production/backup", "--from", "a"]).ok(), diff.diff);
    assert_eq!(server.lines()[1], "GET /api/v1/jobs/production/backup/diff?from=a");
}

#[test]
fn blame() {
    let by = |commit: &str, author: &str, minutes: i64| BlameCommit {
        commit: commit.repeat(5),
        summary: "Back up later".into(),
        author: author.into(),
        authored_at: canned::minutes(minutes),
    };
    let line = |text: &str, commit: u64| BlameLine { text: text.into(), commit };
    let blame = JobBlame {
        commit: "c0ffee00".repeat(5),
        file: "production/backup.yaml".into(),
        line: 1,
        commits: vec![
            by("c0ffee00", "Olga Ops <ops@acme.example>", -600),
            by("beef0000", "\u{1b}[2JEve", -9000),
        ],
        lines: vec![line("kind: Job", 1), line("spec: # \u{1b}[31m", 0), line("  x", 7)],
        is_cut: false,
    };
    let server = Fake::new().on("GET /api/v1/jobs/production/backup/blame", &blame);
    let cli = Cli::with(&server);
    let shown = cli.run(&["jobs", "blame", "production/backup", "--commit", "c0ffee0"]).ok();
    assert!(!shown.contains('\u{1b}'));
    assert_snapshot!(shown, @"
    COMMIT      AUTHOR    WHEN     LINE  TEXT
    beef0000be  �[2JEve   6d ago   1     kind: Job
    c0ffee00c0  Olga Ops  10h ago  2     spec: # �[31m
    -           -         -        3       x
    ");
    assert_eq!(server.lines()[0], "GET /api/v1/jobs/production/backup/blame?ref=c0ffee0");
    let json = cli.run(&["jobs", "blame", "production/backup", "-o", "json"]).ok();
    assert_eq!(serde_json::from_str::<JobBlame>(&json).unwrap(), blame);
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
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", "."]).ok(), @"
    JOB                SCHEDULE                   HOST     COMMAND      FILE
    default/ping       every 15m                  none     - (ping)     ping.yaml:1
    production/backup  0 2 * * * (Europe/Berlin)  role=db  /bin/backup  production/backup.yaml:1
    ");
    let found = cli.run(&["jobs", "list", "--dir", ".", "-l", "team=db", "-o", "json"]).ok();
    assert_eq!(found.matches("\"name\"").count(), 1);
    assert_snapshot!(cli.run(&["jobs", "show", "production/backup", "--dir", "."]).ok(), @r#"
    Job:        production/backup
    Schedule:   0 2 * * * (at 02:00 every day)
    Time zone:  Europe/Berlin
    Labels:     team=db
    Host:       role=db
    File:       production/backup.yaml:1
    Digest:     8c738c26fe676d57dc6b5fa3176762a7ba2fbf68cc72708590f520616bcc5f5d

    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: backup
      namespace: production
      labels:
        team: db
    spec:
      schedule: "0 2 * * *"
      timezone: Europe/Berlin
      command: /bin/backup
      host:
        selector:
          role: db
    "#);
    assert_snapshot!(cli.run(&["jobs", "next", "production/backup", "--dir", ".", "-n", "2"]).ok(), @"
    START   LOCAL TIME                 TIME ZONE      PLACE  RULES OF
    in 13h  2026-11-24T02:00:00+01:00  Europe/Berlin  -      debian-cron
    in 1d   2026-11-25T02:00:00+01:00  Europe/Berlin  -      debian-cron
    ");
    assert_snapshot!(cli.run(&["jobs", "next", "ping", "--dir", ".", "-n", "2", "--utc"]).ok(), @"
    START                 LOCAL TIME                 TIME ZONE  PLACE  RULES OF
    2026-11-23 12:15:00Z  2026-11-23T12:15:00+00:00  UTC        -      debian-cron
    2026-11-23 12:30:00Z  2026-11-23T12:30:00+00:00  UTC        -      debian-cron
    ");
    assert_snapshot!(cli.run(&["jobs", "show", "nothing", "--dir", "."]).failed(4), @"
    error: there is no job default/nothing in .
    hint: crontopus jobs list --dir .
    ");
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", ".", "--status", "ok"]).failed(2), @"
    error: a clone does not know how jobs are
    hint: leave out --dir to ask the server
    ");
    assert_snapshot!(cli.run(&["jobs", "list", "--dir", "nowhere"]).failed(1), @"
    error: nowhere/ cannot be read
      because: No such file or directory (os error 2)
    ");
}

#[test]
fn errors_of_a_clone_are_not_passed_over() {
    let cli = clone();
    cli.write("staging/bad.yaml", "apiVersion: v1\nkind: Job\nmetadata: {name: bad}\nspec: {evry: 15m}\n");
    let ended = cli.run(&["jobs", "list", "--dir", "."]);
    assert!(ended.stderr.contains("manifest validate --dir ."), "{}", ended.stderr);
    assert!(ended.ok().contains("production/backup"));
    assert_snapshot!(cli.run(&["jobs", "show", "staging/bad", "--dir", "."]).failed(1), @"
    warning: manifests with errors are left out (2); see: crontopus manifest validate --dir .
    error: the manifest of staging/bad has errors
    hint: crontopus manifest validate --dir .
    ");
}

/// Runs git in the folder the program runs in.
fn git(cli: &Cli, arguments: &[&str]) {
    #[expect(clippy::disallowed_methods, reason = "a clone is made by git")]
    let mut command = std::process::Command::new("git");
    let who =
        ["-c", "user.name=Olga Ops", "-c", "user.email=ops@acme.example", "-c", "init.defaultBranch=main"];
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", cli.path()).current_dir(cli.path());
    command.env("GIT_AUTHOR_DATE", "2026-11-20T12:00:00Z").env("GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z");
    let output = command.args(who).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn history_and_diff_of_a_clone() {
    let cli = clone();
    let commit = |message: &str| {
        git(&cli, &["add", "."]);
        git(&cli, &["commit", "-q", "-m", message]);
    };
    git(&cli, &["init", "-q"]);
    commit("Add the backup");
    let file = "production/backup.yaml";
    let text = std::fs::read_to_string(cli.path().join(file)).unwrap();
    let later = text.replace("0 2 * * *", "0 4 * * *");
    cli.write(file, &later);
    commit("Back up later");
    cli.write(file, &format!("# a remark changes nothing\n{later}"));
    commit("Remark");
    assert_snapshot!(cli.run(&["jobs", "history", "production/backup", "--dir", ".", "--utc"]).ok(), @"
    COMMIT      WHEN                  AUTHOR                       MANIFEST      RUNS TAKE  MESSAGE
    9a32ba56c4  2026-11-20 12:00:00Z  Olga Ops <ops@acme.example>  141bfbb76182  -          Back up later
    19f5f88041  2026-11-20 12:00:00Z  Olga Ops <ops@acme.example>  8c738c26fe67  -          Add the backup
    ");
    assert_snapshot!(cli.run(&["jobs", "diff", "production/backup", "--dir", "."]).ok(), @r#"
    --- production/backup at 19f5f88041923a615ff3160aad3e14d39462bde4
    +++ production/backup at 5b1da5c1a9b559282d9225db81d9de5f944b7993
    @@ -6,7 +6,7 @@
       labels:
         team: db
     spec:
    -  schedule: "0 2 * * *"
    +  schedule: "0 4 * * *"
       timezone: Europe/Berlin
       command: /bin/backup
       host:
    "#);
    assert_eq!(cli.run(&["jobs", "diff", "default/ping", "--dir", "."]).ok().matches("\n+").count(), 8);
    let none = ["jobs", "diff", "production/backup", "--dir", ".", "--from", "0000000"];
    assert_snapshot!(cli.run(&none).failed(4), @"
    error: there is no commit `0000000` in this clone
    hint: list them: crontopus jobs history production/backup --dir …
    ");
    let no_clone = clone().run(&["jobs", "history", "default/ping", "--dir", "."]).failed(1);
    assert!(no_clone.contains(". is not the root of a Git repository"), "{no_clone}");
}

#[test]
fn stats() {
    let server = Fake::new().on("GET /api/v1/jobs/production/backup/stats", &canned::statistics());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["jobs", "stats", "production/backup"]).ok(), @"
    Job:              production/backup
    Days:             30, of UTC
    Runs:             60
    Success rate:     95 % (-5.0 points)
    Uptime:           98.7 %
    Not good:         2 failed, 1 missed
    Median duration:  1m02s (2.0 × as long as before)
    95 % within:      3m10s

    PLACE  RUNS  SUCCESS  UPTIME  MEDIAN  95 %   NOT GOOD
    db-01  60    95 %     98.7 %  1m02s   3m10s  2 failed, 1 missed
    db-02  60    95 %     98.7 %  1m02s   3m10s  2 failed, 1 missed

    DAY         RUNS  SUCCESS  MEDIAN  95 %   NOT GOOD
    2026-11-22  60    95 %     1m02s   3m10s  2 failed, 1 missed
    ");
    cli.run(&["jobs", "stats", "production/backup", "--days", "7"]).ok();
    assert_eq!(server.lines()[1], "GET /api/v1/jobs/production/backup/stats?days=7");
    cli.run(&["jobs", "stats", "production/backup", "--days", "0"]).failed(2);
}
