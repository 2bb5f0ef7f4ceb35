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
    assert_snapshot!(said(problem(&Problem::new(Code::Unauthenticated)), 3), @"
    error: Sign in or give a token
    hint: sign in: crontopus login
    ");
    assert_snapshot!(said(problem(&Problem::new(Code::MissingScope).detail("jobs:read is missing")), 3), @"
    error: jobs:read is missing
    hint: make a token that may: crontopus tokens create <NAME> --scope <SCOPE>
    ");
    assert_snapshot!(said(problem(&Problem::new(Code::Forbidden)), 3), @"
    error: The role does not allow this
    hint: ask an admin of the tenant; `crontopus whoami` shows your role
    ");
    assert_snapshot!(said(problem(&Problem::new(Code::NotFound).detail("no such job")), 4), @"error: no such job");
    assert_snapshot!(said(problem(&Problem::new(Code::Unavailable)), 5), @"
    error: The server cannot take this now
    hint: try again in a while
    ");
    let invalid = Problem::new(Code::Invalid).field("/name", "is taken").field("/x", "is odd");
    assert_snapshot!(said(problem(&invalid), 1), @"
    error: The request is not valid
      because: /name: is taken
      because: /x: is odd
    ");
    let internal = Problem { request_id: Some("req_1".into()), ..Problem::new(Code::Internal) };
    assert_snapshot!(said(problem(&internal), 1), @"
    error: Something failed on the server
    hint: the server's log has more, by request id req_1
    ");
}

#[test]
fn what_is_no_server_of_ours() {
    let html = Fake::new().on_bytes("GET /api/v1/jobs", 502, "text/html", b"\n<h1>Bad gateway\x1b[2J</h1>");
    assert_snapshot!(said(html, 5), @"
    error: GET /api/v1/jobs was answered with status 502, not by a Crontopus server
    hint: it says: <h1>Bad gateway�[2J</h1>
    ");
    let odd = Fake::new().on_bytes("GET /api/v1/jobs", 200, "text/html", b"<html>");
    assert_snapshot!(said(odd, 1), @"
    error: the answer of GET /api/v1/jobs cannot be read: is this a Crontopus server of this version?
      because: expected value at line 1 column 1
    ");
    let moved = answer(301, &[("location", "https://other.example/")], b"");
    assert_snapshot!(said(Fake::new().on_raw("GET /api/v1/jobs", moved), 1), @"
    error: the server sends to another address, https://other.example/
    hint: if that is right, sign in there: crontopus login --url <URL>
    ");
}

#[test]
fn nobody_listens() {
    let cli = Cli::new();
    let environment = [("CRONTOPUS_URL", "http://127.0.0.1:1"), ("CRONTOPUS_TOKEN", "x")];
    assert_snapshot!(cli.run_with(&["jobs", "list"], "", &environment).failed(5), @"
    error: http://127.0.0.1:1 cannot be reached
      because: io: Connection refused (os error 111)
    hint: check the address: `crontopus context list` shows the saved ones, --url gives another
    ");
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
