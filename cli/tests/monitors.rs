use crontopus_api::{MonitorKey, MonitorStatus};
use crontopus_ids::MonitorId;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

fn two() -> [crontopus_api::Monitor; 2] {
    [
        canned::monitor(5, Some("db-01"), MonitorStatus::Failing),
        canned::monitor(6, Some("db-02"), MonitorStatus::Ok),
    ]
}

#[test]
fn list() {
    let server = Fake::new().on_list("GET /api/v1/monitors", &two());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["monitors", "list"]).ok(), @"
    MONITOR                  STATUS   EXPECTED  LAST RUN  LAST SUCCESS  ID
    production/backup@db-01  failing  in 13h    11h ago   2d ago        mon_00000000000000000000000005
    production/backup@db-02  ok       in 13h    11h ago   2d ago        mon_00000000000000000000000006
    ");
    cli.run(&["monitors", "list", "production/backup", "--agent", "db-01", "--status", "late"]).ok();
    assert_eq!(
        server.lines()[1],
        "GET /api/v1/monitors?job=production%2Fbackup&agent=db-01&status=late&limit=200"
    );
}

#[test]
fn show() {
    let id = MonitorId::from_bits(5);
    let paused = canned::monitor(5, None, MonitorStatus::Paused);
    let server = Fake::new()
        .on(&format!("GET /api/v1/monitors/{id}"), &paused)
        .on(&format!("GET /api/v1/monitors/{id}/stats"), &canned::statistics())
        .on(&format!("GET /api/v1/monitors/{}/stats", two()[1].id), &canned::statistics())
        .on_list("GET /api/v1/monitors", &two());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["monitors", "show", &id.to_string()]).ok(), @"
    Monitor:        mon_00000000000000000000000005
    Job:            production/backup
    Host:           none (ping mode)
    Status:         paused (by an operator)
    Rules of:       debian-cron
    Time zone:      Europe/Berlin
    Expected:       in 13h
    Overdue:        in 13h
    Runs going on:  0
    Bad in a row:   2
    Last run:       11h ago
    Last success:   2d ago

    The last 30 days:
    Runs:             60
    Success rate:     95 % (-5.0 points)
    Uptime:           98.7 %
    Not good:         2 failed, 1 missed
    Median duration:  1m02s (2.0 × as long as before)
    95 % within:      3m10s
    ");
    let both = cli.run(&["monitors", "show", "production/backup"]).ok();
    assert!(both.contains("db-01") && both.contains("db-02"));
}

#[test]
fn a_job_or_one_place_is_paused() {
    let server = Fake::new()
        .on_list("GET /api/v1/monitors", &two())
        .on(&format!("POST /api/v1/monitors/{}/pause", two()[0].id), &two()[0])
        .on(&format!("POST /api/v1/monitors/{}/pause", two()[1].id), &two()[1])
        .on(&format!("POST /api/v1/monitors/{}/resume", two()[1].id), &two()[1]);
    let cli = Cli::with(&server);
    let both = cli.run(&["monitors", "pause", "production/backup"]);
    assert_snapshot!(both.stderr, @"
    Paused production/backup@db-01.
    Paused production/backup@db-02.
    ");
    let one = cli.run(&["monitors", "resume", "production/backup@db-02"]);
    assert_snapshot!(one.stderr, @"Resumed production/backup@db-02.");
    assert_snapshot!(cli.run(&["monitors", "pause", "production/backup@db-03"]).failed(4), @"
    error: there is no monitor `production/backup@db-03`
    hint: list them: crontopus monitors list
    ");
}

#[test]
fn keys_are_shown_once() {
    let key = MonitorKey { key: "k".into(), url: "https://cron.example/in/k".into(), others: Vec::new() };
    let server = Fake::new()
        .on_list("GET /api/v1/monitors", &two())
        .on(&format!("POST /api/v1/monitors/{}/key", two()[0].id), &key);
    let cli = Cli::with(&server);
    assert_eq!(cli.run(&["monitors", "key", "production/backup@db-01"]).ok(), "https://cron.example/in/k\n");
    assert_snapshot!(cli.run(&["monitors", "key", "production/backup"]).failed(2), @"
    error: production/backup has 2 monitors
    hint: name one place: namespace/name@host
    ");
}
