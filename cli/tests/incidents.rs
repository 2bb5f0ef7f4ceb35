use crontopus_api::{IncidentEvent, IncidentState};
use crontopus_ids::RunId;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn list_leaves_out_what_is_over() {
    let incidents = [canned::incident(IncidentState::Open), canned::incident(IncidentState::Resolved)];
    let server = Fake::new().on_list("GET /api/v1/incidents", &incidents);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["incidents", "list"]).ok(), @"
    ID                              STATE  SEVERITY  KIND    TITLE                              BAD RUNS  OPENED
    inc_00000000000000000000000007  open   critical  failed  production/backup failed on db-01  2         2h ago
    ");
    assert_eq!(cli.run(&["incidents", "list", "--state", "all"]).ok().lines().count(), 3);
    cli.run(&["incidents", "list", "--state", "open", "--job", "production/backup"]).ok();
    assert_eq!(server.lines()[2], "GET /api/v1/incidents?state=open&job=production%2Fbackup&limit=200");
}

#[test]
fn show() {
    let mut incident = canned::incident(IncidentState::Acknowledged);
    incident.acknowledged_at = Some(canned::minutes(-30));
    incident.acknowledged_by = Some("ops@acme.example".into());
    incident.events = vec![IncidentEvent {
        at: canned::minutes(-120),
        kind: "opened".into(),
        by: None,
        run_id: Some(RunId::from_bits(8)),
        note: Some("exit 3\x1b[2J".into()),
    }];
    let server = Fake::new().on(&format!("GET /api/v1/incidents/{}", incident.id), &incident);
    let shown = Cli::with(&server).run(&["incidents", "show", &incident.id.to_string()]).ok();
    assert!(!shown.contains('\x1b'));
    assert_snapshot!(shown, @"
    Incident:      inc_00000000000000000000000007
    Title:         production/backup failed on db-01
    State:         acknowledged
    Kind:          failed
    Severity:      critical
    Job:           production/backup
    Host:          db-01
    Bad runs:      2
    First run:     run_00000000000000000000000008
    Last run:      run_00000000000000000000000009
    Opened:        2h ago
    Acknowledged:  30m ago by ops@acme.example

    WHEN    WHAT    BY  RUN                             NOTE
    2h ago  opened  -   run_00000000000000000000000008  exit 3�[2J
    ");
}

#[test]
fn ack_and_resolve() {
    let incident = canned::incident(IncidentState::Open);
    let id = incident.id.to_string();
    let server = Fake::new()
        .on(&format!("POST /api/v1/incidents/{id}/acknowledge"), &incident)
        .on(&format!("POST /api/v1/incidents/{id}/resolve"), &incident);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["incidents", "ack", &id]).stderr, @"Acknowledged inc_00000000000000000000000007: production/backup failed on db-01");
    assert_snapshot!(cli.run(&["incidents", "resolve", &id]).stderr, @"Resolved inc_00000000000000000000000007: production/backup failed on db-01");
    let json = cli.run(&["incidents", "ack", &id, "-o", "json"]).ok();
    assert_eq!(serde_json::from_str::<Vec<crontopus_api::Incident>>(&json).unwrap(), [incident]);
    assert!(cli.run(&["incidents", "ack", "run_x"]).failed(2).contains("inc_"));
}

#[test]
fn note() {
    let incident = canned::incident(IncidentState::Resolved);
    let id = incident.id.to_string();
    let server = Fake::new().on(&format!("POST /api/v1/incidents/{id}/notes"), &incident);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["incidents", "note", &id, "the disk was full"]).stderr, @"Noted at inc_00000000000000000000000007: production/backup failed on db-01");
    let json = cli.run(&["incidents", "note", &id, "again", "-o", "json"]).ok();
    assert_eq!(serde_json::from_str::<crontopus_api::Incident>(&json).unwrap(), incident);
    assert_eq!(server.seen()[0].body, r#"{"text":"the disk was full"}"#);
    cli.run(&["incidents", "note", &id]).failed(2);
}
