use crontopus_api::{CheckInOutcome, CheckInResult, Code, Problem, RejectedCheckIn};
use crontopus_ids::RunId;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, NOW};

fn accepting() -> Fake {
    let outcome = CheckInOutcome {
        accepted: true,
        run_id: Some(RunId::from_bits(1)),
        reason: None,
        ignored: Vec::new(),
    };
    Fake::new().on("POST /api/v1/check-ins", &CheckInResult { items: vec![outcome] })
}

#[test]
fn a_job_is_reported_by_token() {
    let check = |arguments: &[&str], stdin: &str, body: &str| {
        let server = accepting();
        let said = Cli::with(&server).run_with(arguments, stdin, &[]).ok();
        assert_eq!(said, format!("{}\n", RunId::from_bits(1)));
        assert_eq!(server.seen()[0].body, body);
    };
    check(&["checkin", "production/backup"], "", r#"[{"monitor":"production/backup","kind":"success"}]"#);
    check(
        &["checkin", "backup", "--exit", "3", "--run-id", "42", "-m", "disk full", "--duration", "1m30s"],
        "",
        r#"[{"monitor":"default/backup","kind":"end","run_id":"42","exit_status":3,"duration_ms":90000,"output":"disk full"}]"#,
    );
    check(
        &["checkin", "backup", "--start", "--host", "db-01"],
        "",
        r#"[{"monitor":"default/backup","kind":"start","host":"db-01"}]"#,
    );
    check(
        &["checkin", "backup", "--fail", "--output-stdin"],
        "a\nb",
        r#"[{"monitor":"default/backup","kind":"fail","output":"a\nb"}]"#,
    );
    check(
        &["checkin", "backup", "--metric", "rows=1200", "--metric", "lag=-0.5"],
        "",
        r#"[{"monitor":"default/backup","kind":"success","metrics":{"lag":-0.5,"rows":1200.0}}]"#,
    );
}

#[test]
fn a_key_needs_no_sign_in() {
    let key = "Zx9-abcdefghijklmnopqrst_1";
    let outcome = CheckInOutcome {
        accepted: true,
        run_id: Some(RunId::from_bits(1)),
        reason: None,
        ignored: Vec::new(),
    };
    let server = Fake::new()
        .on(&format!("POST /in/{key}/3"), &outcome)
        .on(&format!("POST /in/{key}/success"), &outcome)
        .on("POST /in/plainkey/start", &outcome);
    let cli = Cli::with(&server);
    cli.run(&["checkin", key, "--exit", "3", "--run-id", "a b", "--duration", "2s", "-m", "x"]).ok();
    let seen = &server.seen()[0];
    assert_eq!(seen.line, format!("POST /in/{key}/3?rid=a%20b&duration=2.000"));
    assert_eq!((seen.header("authorization"), seen.body.as_str()), (None, "x"));
    cli.run(&["checkin", key, "--metric", "rows read=1200", "--metric", "lag=0.5"]).ok();
    assert_eq!(server.seen()[1].line, format!("POST /in/{key}/success?m.lag=0.5&m.rows%20read=1200"));
    let nobody = Cli::new();
    nobody.run(&["checkin", &format!("{}/in/{key}", server.url())]).ok();
    let said = cli.run(&["checkin", "plainkey", "--key", "--start"]).ok();
    assert_eq!(said, format!("{}\n", RunId::from_bits(1)));
    let unknown = nobody.run(&["checkin", &format!("{}/in/Unknown", server.url())]).failed(4);
    assert!(!unknown.contains("hint"), "{unknown}");
    assert_snapshot!(nobody.run(&["checkin", key]).failed(2), @"
    error: which server?
    hint: give the key's whole address, or --url
    ");
}

#[test]
fn what_is_not_taken_is_a_failure() {
    let outcome = CheckInOutcome {
        accepted: false,
        run_id: None,
        reason: Some("unknown_monitor".into()),
        ignored: Vec::new(),
    };
    let server = Fake::new().on("POST /api/v1/check-ins", &CheckInResult { items: vec![outcome] });
    assert_snapshot!(Cli::with(&server).run(&["checkin", "production/x"]).failed(4), @"
    error: the check-in of production/x was not taken: unknown_monitor
    hint: see which there are: crontopus monitors list
    ");
    let busy = Problem::new(Code::Unavailable);
    let server = Fake::new().on_problem("POST /api/v1/check-ins", &busy);
    assert_snapshot!(Cli::with(&server).run(&["checkin", "production/x"]).failed(5), @"
    error: The server cannot take this now
    hint: try again in a while
    ");
    assert_eq!(server.seen().len(), 1, "a second signal could be a second run");
    let both = Cli::new().run(&["checkin", "x", "--start", "--fail"]);
    assert!(both.failed(2).contains("cannot be used with"));
    assert!(Cli::new().run(&["checkin", "x", "--exit", "256"]).failed(2).contains("256"));
    for (metric, why) in
        [("rows", "NAME=NUMBER"), ("=1", "has a name"), ("a=b", "no number"), ("a=nan", "finite")]
    {
        assert!(Cli::new().run(&["checkin", "x", "--metric", metric]).failed(2).contains(why), "{metric}");
    }
}

#[test]
fn what_was_rejected_is_listed() {
    let rejected = RejectedCheckIn {
        at: NOW.parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_hours(1),
        dialect: "cronitor".into(),
        target: "nightly\u{1b}[31m".into(),
        reason: "unknown_monitor".into(),
    };
    let server = Fake::new().on_list("GET /api/v1/rejected-check-ins", &[rejected]);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["checkins", "rejected"]).ok(), @r"
    WHEN     DIALECT   TARGET        REASON
    60m ago  cronitor  nightly�[31m  unknown_monitor
    ");
    let json: Vec<RejectedCheckIn> =
        serde_json::from_str(&cli.run(&["checkins", "rejected", "--output", "json"]).ok()).unwrap();
    assert_eq!(json[0].target, "nightly\u{1b}[31m");
    let nothing: [RejectedCheckIn; 0] = [];
    let server = Fake::new().on_list("GET /api/v1/rejected-check-ins", &nothing);
    let ended = Cli::with(&server).run(&["checkins", "rejected"]);
    assert_eq!(
        (ended.status, ended.stdout.as_str(), ended.stderr.as_str()),
        (0, "", "Nothing was rejected.\n")
    );
}
