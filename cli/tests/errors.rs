use crontopus_api::{Code, Problem};
use insta::assert_snapshot;

use crate::support::Cli;
use crate::support::fake::{Fake, answer};

fn said(fake: Fake, status: i32) -> String {
    let server = fake;
    Cli::with(&server).run(&["jobs", "list"]).failed(status).replace(&server.url(), "<url>")
}

fn problem(problem: &Problem) -> Fake {
    Fake::new().on_problem("GET /api/v1/jobs", problem)
}

#[test]
fn problems_have_their_status_and_a_hint() {
    assert_snapshot!(said(problem(&Problem::new(Code::Unauthenticated)), 3), @"");
    assert_snapshot!(said(problem(&Problem::new(Code::MissingScope).detail("jobs:read is missing")), 3), @"");
    assert_snapshot!(said(problem(&Problem::new(Code::Forbidden)), 3), @"");
    assert_snapshot!(said(problem(&Problem::new(Code::NotFound).detail("no such job")), 4), @"");
    assert_snapshot!(said(problem(&Problem::new(Code::Unavailable)), 5), @"");
    let invalid = Problem::new(Code::Invalid).field("/name", "is taken").field("/x", "is odd");
    assert_snapshot!(said(problem(&invalid), 1), @"");
    let internal = Problem { request_id: Some("req_1".into()), ..Problem::new(Code::Internal) };
    assert_snapshot!(said(problem(&internal), 1), @"");
}

#[test]
fn what_is_no_server_of_ours() {
    let html = Fake::new().on_bytes("GET /api/v1/jobs", 502, "text/html", b"\n<h1>Bad gateway\x1b[2J</h1>");
    assert_snapshot!(said(html, 5), @"");
    let odd = Fake::new().on_bytes("GET /api/v1/jobs", 200, "text/html", b"<html>");
    assert_snapshot!(said(odd, 1), @"");
    let moved = answer(301, &[("location", "https://other.example/")], b"");
    assert_snapshot!(said(Fake::new().on_raw("GET /api/v1/jobs", moved), 1), @"");
}

#[test]
fn nobody_listens() {
    let cli = Cli::new();
    let environment = [("CRONTOPUS_URL", "http://127.0.0.1:1"), ("CRONTOPUS_TOKEN", "x")];
    assert_snapshot!(cli.run_with(&["jobs", "list"], "", &environment).failed(5), @"");
}

#[test]
fn settings_that_are_wrong() {
    let bad = Cli::new().run_with(&["jobs", "list"], "", &[("CRONTOPUS_URL", "cron.example")]);
    assert!(bad.failed(2).contains("write it as https://cron.example"));
    let environment = [
        ("CRONTOPUS_URL", "http://127.0.0.1:1"),
        ("CRONTOPUS_TOKEN", "x"),
        ("CRONTOPUS_CA_FILE", "/nowhere"),
    ];
    assert!(
        Cli::new()
            .run_with(&["jobs", "list"], "", &environment)
            .failed(1)
            .contains("/nowhere cannot be read")
    );
    let cli = Cli::new();
    cli.write("ca.pem", "no certificate");
    let environment =
        [("CRONTOPUS_URL", "http://127.0.0.1:1"), ("CRONTOPUS_TOKEN", "x"), ("CRONTOPUS_CA_FILE", "ca.pem")];
    assert!(cli.run_with(&["jobs", "list"], "", &environment).failed(1).contains("extra root certificates"));
    assert!(Cli::new().run(&["frobnicate"]).failed(2).contains("unrecognized subcommand"));
    assert!(Cli::new().run(&[]).failed(2).contains("Usage:"));
}
