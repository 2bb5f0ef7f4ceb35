use crontopus_api::{Agenda, AgendaJob, AgendaMoment};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

fn job(name: &str, host: Option<&str>) -> AgendaJob {
    AgendaJob { namespace: "production".into(), name: name.into(), host: host.map(str::to_owned) }
}

#[test]
fn what_starts_when() {
    let moments = vec![
        AgendaMoment { at: canned::minutes(5), total: 1, jobs: vec![job("ping", None)] },
        AgendaMoment {
            at: canned::minutes(60),
            total: 7,
            jobs: (1..=5).map(|n| job("sync", Some(&format!("db-{n:02}")))).collect(),
        },
    ];
    let agenda = Agenda {
        from: canned::minutes(0),
        to: canned::minutes(1_440),
        items: moments,
        total: 9,
        truncated: true,
    };
    let server = Fake::new().on("GET /api/v1/schedule/upcoming", &agenda);
    let cli = Cli::with(&server);
    let shown = cli.run(&["agenda"]);
    assert_snapshot!(shown.stderr, @"1 further starts are not shown.");
    assert_snapshot!(shown.ok(), @"
    START   JOBS  JOB
    in 5m   1     production/ping
    in 60m  7     production/sync@db-01, production/sync@db-02, production/sync@db-03, production/sync@db-04, and 3 more
    ");
    cli.run(&["agenda", "-N", "production", "--until", "2026-11-24T00:00:00Z", "-n", "5"]).ok();
    assert_eq!(
        server.lines()[1],
        "GET /api/v1/schedule/upcoming?to=2026-11-24T00%3A00%3A00Z&namespace=production&limit=5"
    );
}

#[test]
fn nothing_to_come() {
    let agenda = Agenda {
        from: canned::minutes(0),
        to: canned::minutes(60),
        items: Vec::new(),
        total: 0,
        truncated: false,
    };
    let server = Fake::new().on("GET /api/v1/schedule/upcoming", &agenda);
    assert_snapshot!(Cli::with(&server).run(&["agenda"]).ok(), @"Nothing is expected to start.");
}
