use crontopus_api::{RunAttempt, RunOutput, RunStatus};
use crontopus_ids::RunId;
use insta::assert_snapshot;

use crate::support::fake::{Fake, answer};
use crate::support::{Cli, canned};

#[test]
fn list() {
    let runs = [
        canned::run(1, RunStatus::Running),
        canned::run(2, RunStatus::Failed),
        canned::run(3, RunStatus::TimedOut),
    ];
    let server = Fake::new().on_list("GET /api/v1/runs", &runs);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["runs", "list"]).ok(), @"
    JOB                STATUS     STARTED  TOOK   ENDED BY           HOST   ID
    production/backup  running    60m ago  -      -                  db-01  run_00000000000000000000000001
    production/backup  failed     60m ago  2m03s  exit 3             db-01  run_00000000000000000000000002
    production/backup  timed_out  60m ago  2m03s  signal 15, killed  db-01  run_00000000000000000000000003
    ");
    cli.run(&["runs", "list", "production/backup", "--status", "timed_out", "--since", "1d", "-n", "5"]).ok();
    assert_eq!(
        server.lines()[1],
        "GET /api/v1/runs?job=production%2Fbackup&status=timed_out&after=2026-11-22T12%3A00%3A00Z&limit=5"
    );
    assert!(cli.run(&["runs", "list", "--since", "5 parsecs"]).failed(2).contains("--since"));
}

#[test]
fn show() {
    let mut run = canned::run(2, RunStatus::Failed);
    run.attempts = vec![
        RunAttempt { started_at: canned::minutes(-60), duration_ms: 900, exit_status: None, signal: Some(9) },
        RunAttempt {
            started_at: canned::minutes(-59),
            duration_ms: 1_500,
            exit_status: Some(3),
            signal: None,
        },
    ];
    let id = run.id;
    let server = Fake::new()
        .on(&format!("GET /api/v1/runs/{id}"), &run)
        .on_list("GET /api/v1/runs", &[canned::run(9, RunStatus::Succeeded)]);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["runs", "show", &id.to_string()]).ok(), @"
    Run:       run_00000000000000000000000002
    Job:       production/backup
    Host:      db-01
    Status:    failed
    Ended by:  exit 3
    Expected:  60m ago
    Started:   60m ago
    Finished:  58m ago
    Took:      2m03s
    CPU:       1.2s user, 300ms system
    Memory:    20 MiB at most
    Output:    42 bytes; see: crontopus runs output run_00000000000000000000000002

    ATTEMPT  STARTED  TOOK   ENDED BY
    1        60m ago  900ms  signal 9
    2        59m ago  1.5s   exit 3
    ");
    // A job stands for its newest run.
    assert!(cli.run(&["runs", "show", "production/backup"]).ok().contains(&RunId::from_bits(9).to_string()));
    assert!(server.lines()[1].ends_with("limit=1"));
}

#[test]
fn a_job_without_runs() {
    let none: [crontopus_api::Run; 0] = [];
    let server = Fake::new().on_list("GET /api/v1/runs", &none);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["runs", "show", "production/backup"]).failed(4), @"
    error: production/backup has no runs
    hint: see when it is expected: crontopus jobs next production/backup
    ");
    assert_snapshot!(cli.run(&["runs", "list"]).stderr, @"There are no such runs.");
    assert_snapshot!(cli.run(&["runs", "show", "../x"]).failed(2), @"error: `../x` is neither a run nor a job: write it as namespace/name, in a-z, 0-9 and `-`");
}

#[test]
fn output_is_exact() {
    let run = canned::run(2, RunStatus::Failed);
    let id = run.id;
    let bytes = b"\x1b[31mred\x1b[0m\ttab\0\xff end";
    let server = Fake::new().on(&format!("GET /api/v1/runs/{id}"), &run).on_bytes(
        &format!("GET /api/v1/runs/{id}/output"),
        200,
        "application/octet-stream",
        bytes,
    );
    let cli = Cli::with(&server);
    let written = cli.command(&["runs", "output", &id.to_string()], &[]).output().unwrap();
    assert_eq!(written.stdout, bytes);
    assert_eq!(server.seen()[1].header("accept"), Some("application/octet-stream"));

    let output = RunOutput { head: "aGVhZA==".into(), tail: String::new(), total_bytes: 4, dropped_bytes: 0 };
    let server = Fake::new()
        .on(&format!("GET /api/v1/runs/{id}"), &run)
        .on(&format!("GET /api/v1/runs/{id}/output"), &output);
    let json = Cli::with(&server).run(&["runs", "output", &id.to_string(), "-o", "json"]).ok();
    assert_eq!(serde_json::from_str::<RunOutput>(&json).unwrap(), output);
}

/// A stream of events for `run`, closed at its end.
fn stream(seqs: &[i64], id: RunId) -> Vec<u8> {
    let event = |seq| {
        format!(
            "id: {seq}\ndata: {{\"seq\":{seq},\"kind\":\"run.changed\",\"at\":\"2026-11-23T12:00:00Z\",\
             \"id\":\"{id}\",\"job\":\"production/backup\"}}\n\n"
        )
    };
    let body: String = seqs.iter().copied().map(event).collect();
    answer(200, &[("content-type", "text/event-stream")], body.as_bytes())
}

#[test]
fn watch_waits_for_the_end_of_a_run() {
    let id = canned::run(2, RunStatus::Running).id;
    let path = format!("GET /api/v1/runs/{id}");
    for (end, status) in [(RunStatus::Succeeded, 0), (RunStatus::Failed, 1)] {
        let server = Fake::new()
            .on_raw("GET /api/v1/events", stream(&[7], id))
            .on(&path, &canned::run(2, RunStatus::Running))
            .on(&path, &canned::run(2, end));
        let ended = Cli::with(&server).run(&["runs", "watch", &id.to_string()]);
        assert_eq!(ended.status, status, "{ended:#?}");
        assert!(ended.stdout.contains("Took:"), "{}", ended.stdout);
        assert_eq!(server.lines()[0], "GET /api/v1/events?kind=run.changed");
    }
}

#[test]
fn watch_looks_again_after_a_gap() {
    let id = canned::run(2, RunStatus::Running).id;
    let path = format!("GET /api/v1/runs/{id}");
    let reset = "data: {\"seq\":9,\"kind\":\"reset\",\"at\":\"2026-11-23T12:00:00Z\",\"id\":\"\"}\n\n";
    let server = Fake::new()
        .on_raw("GET /api/v1/events", answer(200, &[], reset.as_bytes()))
        .on(&path, &canned::run(2, RunStatus::Running))
        .on(&path, &canned::run(2, RunStatus::Succeeded));
    Cli::with(&server).run(&["runs", "watch", &id.to_string()]).ok();
    assert_eq!(server.seen().len(), 3, "the stream was opened once: {:?}", server.lines());
}

#[test]
fn watch_resumes_where_a_stream_broke() {
    let id = canned::run(2, RunStatus::Running).id;
    let path = format!("GET /api/v1/runs/{id}");
    let server = Fake::new()
        .on_raw("GET /api/v1/events", stream(&[7], id))
        .on_raw("GET /api/v1/events", stream(&[8], id))
        .on_problem("GET /api/v1/events", &crontopus_api::Problem::new(crontopus_api::Code::Unauthenticated))
        .on(&path, &canned::run(2, RunStatus::Running))
        .on(&path, &canned::run(2, RunStatus::Failed));
    let ended = Cli::with(&server).run(&["runs", "watch", "production/backup"]);
    assert_eq!(ended.status, 3, "the stream ends with the credential: {ended:#?}");
    assert_snapshot!(ended.stdout, @"
    12:00:00Z  running  production/backup on db-01  run_00000000000000000000000002
    12:00:00Z  failed  production/backup on db-01  exit 3 after 2m03s  run_00000000000000000000000002
    ");
    let resumed: Vec<_> =
        server.seen().iter().filter_map(|s| s.header("last-event-id").map(str::to_owned)).collect();
    assert_eq!(resumed, ["7", "8"]);
}
