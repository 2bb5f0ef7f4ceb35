use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Cli;

/// Feeds the questions of a file of vectors and compares the answers, line by line.
fn check_vectors(text: &str, lines: usize) {
    let vectors: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), lines);
    let question = |v: &Value| {
        serde_json::json!({"cron": v["cron"], "timezone": v["timezone"], "after": v["after"]}).to_string()
            + "\n"
    };
    let questions: String = vectors.iter().map(question).collect();
    let written = Cli::new().run_with(&["schedule", "next", "--stdin"], &questions, &[]).ok();
    let answers: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers, vectors);
}

#[test]
fn debian_vectors() {
    check_vectors(include_str!("../../crates/schedule/tests/vectors/cron-debian.jsonl"), 236);
}

#[test]
fn extended_vectors() {
    check_vectors(include_str!("../../crates/schedule/tests/vectors/cron-extended.jsonl"), 64);
}

#[test]
fn next() {
    let cli = Cli::new();
    let arguments = ["schedule", "next", "30 2 * * 1-5", "--timezone", "Europe/Berlin", "-n", "2"];
    assert_snapshot!(cli.run(&arguments).ok(), @"");
    let after =
        ["schedule", "next", "@daily", "--after", "2027-01-01T00:00:00Z", "--count", "2", "-o", "yaml"];
    assert_snapshot!(cli.run(&after).ok(), @"");
    assert_snapshot!(cli.run(&["schedule", "next", "every 90m", "-n", "2"]).ok(), @"");
    assert_snapshot!(cli.run(&["schedule", "next", "@reboot"]).ok(), @"");
    // In a gap busybox loses what Debian's cron makes up for.
    let gap = |profile| {
        let rest =
            ["--timezone", "America/New_York", "--after", "2026-03-08T00:00:00Z", "-n", "1", "-o", "json"];
        let json =
            cli.run(&[&["schedule", "next", "30 2 8 3 *", "--profile", profile][..], &rest].concat()).ok();
        serde_json::from_str::<Value>(&json).unwrap()["next"][0].clone()
    };
    assert_eq!(gap("debian-cron"), "2026-03-08T07:00:00Z");
    assert_eq!(gap("busybox"), "2027-03-08T07:30:00Z");
}

#[test]
fn mistakes_are_pointed_at() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["schedule", "next", "0 22-2 * * *"]).failed(1), @"");
    assert_snapshot!(cli.run(&["schedule", "next", "every fortnight"]).failed(1), @"");
    assert_snapshot!(cli.run(&["schedule", "next", "@daily", "--timezone", "Mars/Olympus"]).failed(1), @"");
    assert!(cli.run(&["schedule", "next", "@daily", "--profile", "vixie"]).failed(2).contains("debian-cron"));
    assert!(cli.run(&["schedule", "next"]).failed(2).contains("<SCHEDULE>"));
}

#[test]
fn bad_lines_do_not_stop_good_ones() {
    let lines = "{\"cron\":\"0 25 * * *\"}\nnonsense\n\n{\"cron\":\"@daily\",\"timezone\":\"X/Y\"}\n\
                 {\"cron\":\"@hourly\",\"after\":\"2026-01-01T00:00:00Z\",\"count\":1,\"profile\":\"systemd\"}\n";
    let ended = Cli::new().run_with(&["schedule", "next", "--stdin"], lines, &[]);
    assert_eq!(ended.status, 1);
    assert_snapshot!(ended.stdout, @"");
    assert_snapshot!(ended.stderr, @"");
}

#[test]
fn explain() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["schedule", "explain", "30 6 * * MON-FRI", "--utc"]).ok(), @"");
    let guarded = [
        "schedule",
        "explain",
        "0 9 * * *",
        "--timezone",
        "America/New_York",
        "--host-timezone",
        "UTC",
        "--utc",
    ];
    assert_snapshot!(cli.run(&guarded).ok(), @"");
}

#[test]
fn render() {
    let cli = Cli::new();
    let berlin = ["--timezone", "Europe/Berlin"];
    let systemd = [&["schedule", "render", "30 2 * * 1-5", "--profile", "systemd"][..], &berlin].concat();
    assert_snapshot!(cli.run(&systemd).ok(), @"");
    assert_snapshot!(cli.run(&[&["schedule", "render", "30 2 * * 1-5"][..], &berlin].concat()).ok(), @"");
    let elsewhere =
        ["schedule", "render", "0 9 * * *", "--timezone", "America/New_York", "--host-timezone", "UTC"];
    assert_snapshot!(cli.run(&elsewhere).ok(), @"");
    assert_snapshot!(cli.run(&["schedule", "render", "*/10 * * * * *"]).failed(1), @"");
    assert_snapshot!(cli.run(&["schedule", "render", "@daily", "--profile", "launchd"]).failed(1), @"");
}
