use crontopus_api::{AgentState, CreatedEnrollToken};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn list() {
    let agents = [
        canned::agent_summary("db-01", AgentState::Online),
        canned::agent_summary("web-01", AgentState::Lost),
    ];
    let server = Fake::new().on_list("GET /api/v1/agents", &agents);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["agents", "list"]).ok(), @"
    NAME    STATE   LABELS   SCHEDULER    JOBS  DRIFT  COMMIT      LAST SEEN
    db-01   online  role=db  debian-cron  12    1      c0ffeec0ff  60s ago
    web-01  lost    role=db  debian-cron  12    1      c0ffeec0ff  60s ago
    ");
    assert!(cli.run(&["agents", "list", "-l", "role=web"]).stderr.contains("crontopus agents enroll-token"));
}

#[test]
fn show() {
    let server = Fake::new().on("GET /api/v1/agents/db-01", &canned::agent());
    assert_snapshot!(Cli::with(&server).run(&["agents", "show", "db-01"]).ok(), @"
    Agent:      db-01
    Id:         agt_00000000000000000000000006
    State:      online
    Labels:     role=db
    System:     Debian GNU/Linux 12
    Version:    0.1.0
    Scheduler:  debian-cron
    Time zone:  Europe/Berlin (tzdata 2026b)
    Clock:      2 s behind
    Commit:     c0ffeec0ff
    Jobs:       12
    Drift:      1
    Key:        abababababababababababababababababababababababababababababababab
    Enrolled:   41d ago
    Last seen:  60s ago

    JOB                CONDITION  HOLDS  REASON
    (host)             fetched    yes
    production/backup  rendered   no     L is not known
    ");
}

#[test]
fn plan() {
    let server = Fake::new().on("GET /api/v1/agents/db-01/plan", &canned::plan());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["agents", "plan", "db-01"]).ok(), @"
    Plan for commit c0ffeec0ff, made 2m ago

    create production/backup: because Git says so
      + 0 2 * * * root run 1

    update production/report: because Git says so
      - 0 3 * * * x
      + 0 4 * * * x

    remove production/old: because Git says so
      - 0 5 * * * y

    It waits: it would remove 9 of 12 jobs
    If that is right: crontopus agents confirm db-01
    ");
    assert!(cli.run(&["agents", "plan", "db-01", "--all"]).ok().contains("leave production/same"));
}

#[test]
fn revoking_wants_a_word() {
    let server = Fake::new().on("POST /api/v1/agents/db-01/revoke", &canned::agent());
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["agents", "revoke", "db-01"]).failed(2), @"
    error: revoking an agent wants a confirmation
    hint: crontopus agents revoke db-01 --yes
    ");
    assert!(server.seen().is_empty());
    cli.run(&["agents", "revoke", "db-01", "--yes"]).ok();
    assert_eq!(server.lines(), ["POST /api/v1/agents/db-01/revoke"]);
}

#[test]
fn acts() {
    let server = Fake::new()
        .on("POST /api/v1/agents/db-01/confirm", &canned::agent())
        .on("POST /api/v1/agents/db-01/approve", &canned::agent())
        .on_bytes("POST /api/v1/agents/db-01/sync", 202, "text/plain", b"");
    let cli = Cli::with(&server);
    for act in ["confirm", "approve", "sync"] {
        let ended = cli.run(&["agents", act, "db-01"]);
        assert!(ended.stderr.contains("db-01"), "{ended:?}");
        ended.ok();
    }
}

#[test]
fn labels_are_set_and_removed() {
    let server = Fake::new()
        .on("GET /api/v1/agents/db-01", &canned::agent())
        .on("PATCH /api/v1/agents/db-01", &canned::agent());
    let cli = Cli::with(&server);
    assert_eq!(cli.run(&["agents", "label", "db-01", "env=prod", "role-"]).ok(), "db-01: role=db\n");
    assert_eq!(server.seen()[1].body, r#"{"labels":{"env":"prod"}}"#);
    assert_snapshot!(cli.run(&["agents", "label", "db-01", "env"]).failed(2), @"error: `env` is neither key=value nor key-");
}

#[test]
fn enrolment_tokens() {
    let created = CreatedEnrollToken {
        enroll_token: canned::enroll_token(),
        secret: "cte_x".into(),
        command: "crontopus-agent enroll --token cte_x".into(),
    };
    let id = canned::enroll_token().id;
    let server = Fake::new()
        .on("POST /api/v1/enroll-tokens", &created)
        .on_list("GET /api/v1/enroll-tokens", &[canned::enroll_token()])
        .on_nothing(&format!("DELETE /api/v1/enroll-tokens/{id}"));
    let cli = Cli::with(&server);
    let ended = cli.run(&["agents", "enroll-token", "--label", "role=db", "--uses", "5", "--expires", "1h"]);
    assert_snapshot!(ended.stderr, @"Run this on the host. The token is shown once and ends in 14m.");
    assert_eq!(ended.ok(), "crontopus-agent enroll --token cte_x\n");
    assert_eq!(
        server.seen()[0].body,
        r#"{"labels":{"role":"db"},"uses":5,"expires_in_minutes":60,"approval":false,"repository":null}"#
    );
    assert_snapshot!(cli.run(&["agents", "enroll-token", "list"]).ok(), @"
    ID                              LABELS   USED    APPROVAL  REPOSITORY  MADE BY           EXPIRES
    ent_0000000000000000000000000b  role=db  1 of 5  yes       jobs        ops@acme.example  in 14m
    ");
    cli.run(&["agents", "enroll-token", "revoke", &id.to_string()]).ok();
    assert!(cli.run(&["agents", "enroll-token", "--expires", "30d"]).failed(2).contains("between 1m and 7d"));
}
