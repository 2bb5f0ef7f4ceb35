//! `channels`, `routes`, `deliveries`, `snooze`, `maintenance`, `incidents snooze`.

use crontopus_api::{
    Channel, ChannelKind, ChannelName, ChannelTest, Delivery, DeliveryQueue, DeliveryState, IncidentKind,
    IncidentState, Occasion, RouteTest, RouteTestStep, RuleDocument, Snooze,
};
use crontopus_ids::{ChannelId, OutboxId, SnoozeId};
use serde_json::{Value, json};

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

fn channel(name: &str, kind: ChannelKind) -> Channel {
    Channel {
        id: ChannelId::from_bits(11),
        name: name.into(),
        kind,
        settings: json!({"webhook_url": "https://hooks.slack.com/•••"}),
        default: true,
        enabled: true,
        disabled_why: None,
        not_before: None,
        last_at: Some(canned::minutes(-120)),
        last_sent: Some(true),
        last_answer: Some("200 ok\x1b[2J".into()),
        created_by: "ops@acme.example".into(),
        created_at: canned::minutes(-6_000),
        updated_at: canned::minutes(-6_000),
    }
}

#[test]
fn channels_are_listed_by_what_they_do() {
    let broken = Channel {
        enabled: false,
        disabled_why: Some("404 no_service".into()),
        ..channel("old", ChannelKind::Teams)
    };
    let server = Fake::new().on_list("GET /api/v1/channels", &[channel("chat", ChannelKind::Slack), broken]);
    let shown = Cli::with(&server).run(&["channels", "list"]).ok();
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["NAME", "KIND", "STATE", "DEFAULT", "LAST", "USED", "NOTE"]);
    assert_eq!(lines[1][..6], ["chat", "slack", "ok", "yes", "2h", "ago"]);
    assert_eq!(lines[2][..3], ["old", "teams", "disabled"]);
    assert!(lines[2].join(" ").ends_with("404 no_service") && !shown.contains('\x1b'));
}

#[test]
fn a_channel_is_made_of_settings_and_files() {
    let server = Fake::new().on("POST /api/v1/channels", &channel("chat", ChannelKind::Email));
    let cli = Cli::with(&server);
    cli.write("password", "hunter2\n");
    let arguments = [
        "channels",
        "create",
        "post",
        "email",
        "--setting",
        "to=a@acme.example, b@acme.example",
        "--setting",
        "port=2525",
        "--secret-file",
        "password=password",
        "--default",
    ];
    let said = cli.run(&arguments).stderr;
    assert!(said.contains("crontopus channels test chat"), "{said}");
    let sent: Value = serde_json::from_str(&server.seen()[0].body).unwrap();
    assert_eq!(
        sent,
        json!({"name": "post", "kind": "email", "default": true, "settings":
            {"to": ["a@acme.example", "b@acme.example"], "port": 2525, "password": "hunter2"}})
    );
    cli.write("settings.json", "{\"topic\": \"12\"}");
    cli.run(&["channels", "create", "push", "ntfy", "--settings-file", "settings.json"]).ok();
    let sent: Value = serde_json::from_str(&server.seen()[1].body).unwrap();
    assert_eq!(sent["settings"], json!({"topic": "12"}));
    assert!(cli.run(&["channels", "create", "x", "pigeon"]).failed(2).contains("webhook, slack, email"));
    assert!(
        cli.run(&["channels", "create", "x", "ntfy", "--settings-file", "none"]).failed(1).contains("none")
    );
}

#[test]
fn a_test_says_what_the_provider_answers() {
    let chat = channel("chat", ChannelKind::Slack);
    let path = format!("POST /api/v1/channels/{}/test", chat.id);
    let answer = |sent| ChannelTest { sent, answer: "404 no_service".into(), duration_ms: 12 };
    let server = Fake::new()
        .on_list("GET /api/v1/channels", &[chat])
        .on(&path, &answer(false))
        .on(&path, &answer(true));
    let cli = Cli::with(&server);
    assert!(
        cli.run(&["channels", "test", "chat"]).failed(1).contains("chat did not take it: 404 no_service")
    );
    let ended = cli.run(&["channels", "test", "chat"]);
    assert!(ended.stderr.contains("chat took it"), "{ended:?}");
    assert!(cli.run(&["channels", "test", "nobody"]).failed(4).contains("crontopus channels list"));
}

fn step(after: u64, names: &[&str]) -> RouteTestStep {
    let channel = |name: &&str| ChannelName { id: ChannelId::from_bits(1), name: (*name).to_owned() };
    RouteTestStep {
        route: Some("default/platform".into()),
        after_seconds: after,
        channels: names.iter().map(channel).collect(),
        owners: false,
        missing: Vec::new(),
        repeat_seconds: Some(14_400),
        recovered: true,
    }
}

#[test]
fn routes_test_shows_who_is_told_and_when() {
    let last = RouteTestStep { missing: vec!["pagr".into()], ..step(900, &["pager", "post"]) };
    let test = RouteTest {
        kind: IncidentKind::Missed,
        severity: "critical".into(),
        silent_until: Some(canned::minutes(120)),
        silent_why: Some("maintenance default/upgrade".into()),
        not_severe_for: Vec::new(),
        steps: vec![step(0, &["chat"]), last],
    };
    let server = Fake::new().on("GET /api/v1/routes/test", &test);
    let cli = Cli::with(&server);
    let shown =
        cli.run(&["routes", "test", "production/backup", "--kind", "missed", "--severity", "critical"]).ok();
    assert!(shown.starts_with("Nobody is told until in 2h: maintenance default/upgrade. Then:\n"), "{shown}");
    for part in ["at once", "15m", "pager, post", "every 4h", "default/platform", "pagr"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert_eq!(
        server.lines(),
        ["GET /api/v1/routes/test?job=production%2Fbackup&kind=missed&severity=critical"]
    );
    let nobody = RouteTest {
        steps: Vec::new(),
        not_severe_for: vec!["default/loud".into()],
        silent_until: None,
        ..test
    };
    let server = Fake::new().on("GET /api/v1/routes/test", &nobody);
    let shown = Cli::with(&server).run(&["routes", "test", "production/backup"]).ok();
    assert_eq!(shown, "Nobody is told: critical is not severe enough for default/loud.\n");
}

fn document(name: &str, spec: Value) -> RuleDocument {
    RuleDocument {
        namespace: "default".into(),
        name: name.into(),
        repository: "jobs".into(),
        file: "alerts.yaml".into(),
        line: 3,
        commit: "c0ffee".into(),
        manifest: format!("kind: Route\nmetadata:\n  name: {name}\n"),
        spec,
        route: None,
        active_until: Some(canned::minutes(60)),
    }
}

#[test]
fn routes_and_maintenances_are_listed_and_shown() {
    let route = document(
        "platform",
        json!({"steps": [{"channels": ["chat"]}, {"after": "15m", "channels": ["pager", "post"]}], "repeatEvery": "4h"}),
    );
    let windows = json!({"windows": [{"cron": "0 3 * * 0", "duration": "2h"}, {"start": "2026-12-05T22:00", "end": "2026-12-06T02:00"}],
        "effect": "pause"});
    let server = Fake::new()
        .on_list("GET /api/v1/routes", &[route])
        .on_list("GET /api/v1/maintenance", &[document("upgrade", windows)]);
    let cli = Cli::with(&server);
    let shown = cli.run(&["routes", "list"]).ok();
    assert!(shown.contains("chat, 15m: pager+post") && shown.contains("alerts.yaml:3"), "{shown}");
    assert_eq!(cli.run(&["routes", "show", "platform"]).ok(), "kind: Route\nmetadata:\n  name: platform\n");
    cli.run(&["routes", "show", "none"]).failed(4);
    let shown = cli.run(&["maintenance", "list"]).ok();
    for part in [
        "default/upgrade",
        "until in 60m",
        "pause",
        "0 3 * * 0 for 2h",
        "2026-12-05T22:00 to 2026-12-06T02:00",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

fn delivery(state: DeliveryState) -> Delivery {
    Delivery {
        id: OutboxId::from_bits(1),
        message_id: None,
        occasion: Occasion::Opened,
        to: "chat".into(),
        channel_id: Some(ChannelId::from_bits(11)),
        incident_id: None,
        title: Some("production/backup failed".into()),
        route: None,
        state,
        created_at: canned::minutes(-5),
        due_at: None,
        attempts: 2,
        done_at: None,
        answer: Some("503 busy".into()),
    }
}

#[test]
fn deliveries_are_listed_and_counted() {
    let queue =
        DeliveryQueue { waiting: 3, oldest_at: Some(canned::minutes(-90)), oldest_age_seconds: 5_400 };
    let server = Fake::new()
        .on_list("GET /api/v1/channels", &[channel("chat", ChannelKind::Slack)])
        .on_list("GET /api/v1/deliveries", &[delivery(DeliveryState::Waiting)])
        .on("GET /api/v1/deliveries/queue", &queue);
    let cli = Cli::with(&server);
    let shown = cli.run(&["deliveries", "list", "--channel", "chat", "--state", "waiting"]).ok();
    let row: Vec<&str> = shown.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(
        row,
        ["5m", "ago", "opened", "chat", "-", "waiting", "2", "503", "busy", "production/backup", "failed"]
    );
    let id = ChannelId::from_bits(11);
    assert!(server.lines()[1].starts_with(&format!("GET /api/v1/deliveries?channel_id={id}&state=waiting")));
    assert_eq!(cli.run(&["deliveries", "queue"]).ok(), "3 waiting, the oldest since 1h ago\n");
}

#[test]
fn snoozes_are_made_and_ended() {
    let snooze = Snooze {
        id: SnoozeId::from_bits(4),
        monitor_id: None,
        agent_id: None,
        incident_id: None,
        label: Some("team=platform".into()),
        until: canned::minutes(240),
        reason: Some("release".into()),
        created_by: "ops@acme.example".into(),
        created_at: canned::minutes(0),
    };
    let incident = canned::incident(IncidentState::Open);
    let server = Fake::new()
        .on("POST /api/v1/snoozes", &snooze)
        .on_list("GET /api/v1/snoozes", std::slice::from_ref(&snooze))
        .on_nothing(&format!("DELETE /api/v1/snoozes/{}", snooze.id))
        .on(&format!("POST /api/v1/incidents/{}/snooze", incident.id), &incident);
    let cli = Cli::with(&server);
    let ended = cli.run(&["snooze", "label", "team=platform", "--for", "4h", "--reason", "release"]);
    assert_eq!(ended.stderr, "team=platform is silent until in 4h.\n");
    let sent: Value = serde_json::from_str(&server.seen()[0].body).unwrap();
    assert_eq!(sent, json!({"label": "team=platform", "minutes": 240, "reason": "release"}));
    assert!(cli.run(&["snooze", "list"]).ok().contains("team=platform"));
    cli.run(&["snooze", "end", &snooze.id.to_string()]).ok();
    let said = cli.run(&["incidents", "snooze", &incident.id.to_string(), "--for", "30m"]).stderr;
    assert!(said.starts_with("Snoozed inc_"), "{said}");
    let sent: Value = serde_json::from_str(&server.seen().pop().unwrap().body).unwrap();
    assert_eq!(sent, json!({"minutes": 30}));
    assert!(cli.run(&["snooze", "label", "nothing", "--for", "4h"]).failed(2).contains("key=value"));
    cli.run(&["snooze", "label", "a=b", "--for", "10s"]).failed(2);
}

#[test]
fn an_incident_shows_who_was_told() {
    let mut incident = canned::incident(IncidentState::Open);
    incident.deliveries = vec![delivery(DeliveryState::Sent)];
    let server = Fake::new().on(&format!("GET /api/v1/incidents/{}", incident.id), &incident);
    let shown = Cli::with(&server).run(&["incidents", "show", &incident.id.to_string()]).ok();
    assert!(shown.contains("TO") && shown.contains("503 busy"), "{shown}");
}
