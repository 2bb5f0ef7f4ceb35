use crontopus_api::{JobStatus, JobSummary};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

fn server() -> Fake {
    let mut long = canned::job_summary("a-job-with-quite-a-long-name", JobStatus::Ok);
    long.schedule = "30 6 * * MON-FRI; 0 12 LW * *".into();
    Fake::new().on_list("GET /api/v1/jobs", &[long])
}

#[test]
fn programs_get_what_the_api_gives() {
    let server = server();
    let cli = Cli::with(&server);
    let json = cli.run(&["jobs", "list", "-o", "json"]).ok();
    let jobs: Vec<JobSummary> = serde_json::from_str(&json).unwrap();
    assert_eq!(jobs[0].name, "a-job-with-quite-a-long-name");
    assert_snapshot!(cli.run(&["--output", "yaml", "jobs", "list"]).ok(), @r#"
    - id: job_00000000000000000000000003
      namespace: production
      name: a-job-with-quite-a-long-name
      description: Nightly dump
      schedule: 30 6 * * MON-FRI; 0 12 LW * *
      schedule_text: at 02:00 every day
      timezone: Europe/Berlin
      labels:
        team: platform
      ping: false
      status: ok
      monitors: 2
      next_run_at: "2026-11-24T01:00:00Z"
      last_run_at: "2026-11-23T01:00:00Z"
    "#);
}

#[test]
fn an_empty_list_is_a_list() {
    let none: [JobSummary; 0] = [];
    let server = Fake::new().on_list("GET /api/v1/jobs", &none);
    let cli = Cli::with(&server);
    assert_eq!(cli.run(&["jobs", "list", "-o", "json"]).ok(), "[]\n");
    let ended = cli.run(&["jobs", "list"]);
    assert_eq!((ended.stdout.as_str(), ended.stderr.contains("repo list")), ("", true));
}

#[test]
fn tables_fit_the_columns_they_are_given() {
    let server = server();
    let cli = Cli::with(&server);
    let narrow = cli.run_with(&["jobs", "list"], "", &[("COLUMNS", "80")]).ok();
    assert!(narrow.lines().all(|line| line.chars().count() <= 80), "{narrow}");
    assert_snapshot!(narrow, @"
    JOB                     STATUS  SCHEDULE               NEXT    LAST     PLACES
    production/a-job-with-  ok      30 6 * * MON-FRI; 0    in 13h  11h ago  2
    quite-a-long-name               12 LW * *
                                    (Europe/Berlin)
    ");
    let plain = cli.run_with(&["jobs", "list"], "", &[("COLUMNS", "nonsense")]).ok();
    assert_eq!(plain.lines().count(), 2);
}

#[test]
fn no_colours_away_from_a_terminal() {
    let server = server();
    assert!(!Cli::with(&server).run(&["jobs", "list"]).ok().contains('\x1b'));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_trouble() {
    let cli = Cli::new();
    let mut child = cli.command(&["manifest", "schema"], &[]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
