use crontopus_domain::{IncidentKind, IncidentState, Resolution, Severity};
use crontopus_ids::{IncidentId, RunId};
use crontopus_notify::{
    Channel, ChannelKind, Earlier, Endpoints, Links, Mail, Message, Method, Notice, Occasion, Parcel,
    RunFacts, Subject, last_lines,
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// Settings that are valid for each kind, by name.
pub(crate) fn settings() -> Vec<(&'static str, ChannelKind, Value)> {
    vec![
        (
            "webhook",
            ChannelKind::Webhook,
            json!({"url": "https://hooks.example/cron", "headers": {"Authorization": "Bearer k"},
                "signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        ),
        (
            "webhook_template",
            ChannelKind::Webhook,
            json!({"url": "https://hooks.example/cron", "method": "PUT", "content_type": "text/plain",
                "body": "{{ event }}: {{ title }}{% for i in incidents %}\n{{ i.job or i.host }} {{ i.severity }}{% endfor %}"}),
        ),
        (
            "slack_webhook",
            ChannelKind::Slack,
            json!({"webhook_url": "https://hooks.slack.com/services/T0/B0/x"}),
        ),
        ("slack_bot", ChannelKind::Slack, json!({"bot_token": "xoxb-1234567890-abc", "channel": "C0123"})),
        ("email", ChannelKind::Email, json!({"to": ["ops@acme.example"]})),
        ("pagerduty", ChannelKind::PagerDuty, json!({"routing_key": "0123456789abcdef0123456789abcdef"})),
        ("teams", ChannelKind::Teams, json!({"url": "https://prod-1.logic.azure.com/workflows/1?sig=x"})),
        (
            "discord",
            ChannelKind::Discord,
            json!({"url": "https://discord.com/api/webhooks/1/x", "mention": "<@&42>"}),
        ),
        (
            "telegram",
            ChannelKind::Telegram,
            json!({"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat": "-1001234"}),
        ),
        ("ntfy", ChannelKind::Ntfy, json!({"topic": "acme-cron", "token": "tk_abcdefgh"})),
        (
            "opsgenie",
            ChannelKind::Opsgenie,
            json!({"api_key": "eb243592-faa2-4ba2-a551q-1afdf565c889", "teams": ["ops"]}),
        ),
    ]
}

pub(crate) fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn base(n: u128, job: Option<&str>, kind: IncidentKind) -> Subject {
    let host = "db-01";
    let id = IncidentId::from_bits(n);
    let link = format!("https://cron.example/incidents/{id}");
    Subject {
        incident: Some(id),
        title: kind.title(job.unwrap_or(host), Some(host)),
        kind,
        state: IncidentState::Open,
        severity: Severity::Critical,
        job: job.map(str::to_owned),
        description: job.map(|_| "Nightly PostgreSQL dump".to_owned()),
        host: Some(host.to_owned()),
        opened_at: at("2026-11-24T01:00:07Z"),
        bad_runs: 1,
        acknowledged: None,
        resolved: None,
        run: None,
        usual_ms: None,
        last_success_at: None,
        closes_at: None,
        owner: job.map(|_| "ops@acme.example".to_owned()),
        runbook: job.map(|_| "https://wiki.acme.example/backup".to_owned()),
        acknowledge_link: Some(format!("https://cron.example/act/ack-{n}")),
        snooze_link: Some(format!("https://cron.example/act/snooze-{n}")),
        link,
        run_link: None,
    }
}

/// A backup that failed with an output that tries things.
pub(crate) fn failed() -> Subject {
    let run = RunId::from_bits(9);
    let output = b"dumping <main> & more\n\x1b[31merror:\x1b[0m disk `full` ``` *bold* _x_ @everyone <!channel>\npassword=hunter2\n";
    Subject {
        run: Some(RunFacts {
            id: run,
            expected_at: Some(at("2026-11-24T01:00:00Z")),
            started_at: Some(at("2026-11-24T01:00:02Z")),
            duration_ms: Some(4_700),
            exit_status: Some(3),
            signal: None,
            reason: None,
            output: last_lines(output, true, |text| text.replace("hunter2", "•••")),
        }),
        run_link: Some(format!("https://cron.example/runs/{run}")),
        usual_ms: Some(187_000),
        last_success_at: Some(at("2026-11-23T01:03:11Z")),
        ..base(1, Some("production/daily-backup"), IncidentKind::Failed)
    }
}

pub(crate) fn message(id: &str, now: &str, occasion: Occasion, subjects: Vec<Subject>) -> Message {
    Message {
        id: id.to_owned(),
        at: at(now),
        occasion,
        tenant: "Acme".to_owned(),
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        subjects,
        links: Links {
            main: "https://cron.example/incidents".to_owned(),
            channels: "https://cron.example/alerts".to_owned(),
        },
    }
}

/// One message for each occasion.
pub(crate) fn messages() -> Vec<(&'static str, Message)> {
    let long = Subject { bad_runs: 3, ..failed() };
    let taken = Subject {
        state: IncidentState::Acknowledged,
        acknowledged: Some(("ann@acme.example".to_owned(), at("2026-11-24T01:20:00Z"))),
        ..failed()
    };
    let over = Subject {
        state: IncidentState::Resolved,
        resolved: Some((at("2026-11-24T04:12:07Z"), Resolution::Recovered)),
        bad_runs: 3,
        run: Some(RunFacts {
            id: RunId::from_bits(10),
            expected_at: Some(at("2026-11-24T04:09:00Z")),
            started_at: Some(at("2026-11-24T04:09:01Z")),
            duration_ms: Some(186_000),
            exit_status: Some(0),
            signal: None,
            reason: None,
            output: last_lines(b"dumped 41 tables\n", false, str::to_owned),
        }),
        run_link: Some(format!("https://cron.example/runs/{}", RunId::from_bits(10))),
        ..failed()
    };
    let back = Subject {
        state: IncidentState::Resolved,
        resolved: Some((at("2026-11-24T01:09:07Z"), Resolution::HostBack)),
        bad_runs: 0,
        ..base(23, None, IncidentKind::HostSilent)
    };
    let late = |n: u128| Subject {
        incident: None,
        bad_runs: 0,
        opened_at: at("2026-11-24T01:00:00Z"),
        closes_at: Some(at("2026-11-24T01:10:00Z")),
        usual_ms: Some(187_000),
        last_success_at: Some(at("2026-11-23T01:03:11Z")),
        acknowledge_link: None,
        snooze_link: None,
        link: format!("https://cron.example/jobs/production/report-{n}"),
        ..base(n, Some(&format!("production/report-{n}")), IncidentKind::Late)
    };
    let missed = base(2, Some("production/report"), IncidentKind::Missed);
    let group: Vec<Subject> = std::iter::once(base(3, None, IncidentKind::HostSilent))
        .chain((4..22).map(|n| base(n, Some(&format!("production/job-{n}")), IncidentKind::TimedOut)))
        .collect();
    let notice = |disabled| {
        let (channel, answer) = ("slack-platform".to_owned(), "404 no_service".to_owned());
        Occasion::Notice(Notice { channel, answer, disabled })
    };
    let of = |id, now, occasion, one: &Subject| message(id, now, occasion, vec![one.clone()]);
    vec![
        ("opened", of("out_1", "2026-11-24T01:00:07Z", Occasion::Opened, &failed())),
        ("opened_missed", of("out_2", "2026-11-24T01:10:00Z", Occasion::Opened, &missed)),
        ("repeated", of("out_3", "2026-11-24T05:00:07Z", Occasion::Repeated, &long)),
        ("escalated", of("out_4", "2026-11-24T01:15:07Z", Occasion::Escalated { step: 2 }, &failed())),
        ("acknowledged", of("out_5", "2026-11-24T01:20:00Z", Occasion::Acknowledged, &taken)),
        ("resolved", of("out_6", "2026-11-24T04:12:07Z", Occasion::Resolved, &over)),
        ("resolved_host", of("out_12", "2026-11-24T01:09:07Z", Occasion::Resolved, &back)),
        (
            "resolved_grouped",
            message("out_13", "2026-11-24T04:12:07Z", Occasion::Resolved, vec![over.clone(), back.clone()]),
        ),
        ("late", of("out_14", "2026-11-24T01:05:00Z", Occasion::Late, &late(24))),
        ("late_grouped", message("out_15", "2026-11-24T01:05:00Z", Occasion::Late, vec![late(24), late(25)])),
        ("flapping", of("out_7", "2026-11-24T01:50:00Z", Occasion::Flapping { changes: 7 }, &failed())),
        ("grouped", message("out_8", "2026-11-24T01:00:10Z", Occasion::Opened, group)),
        (
            "test",
            message(
                "out_9",
                "2026-11-24T01:00:00Z",
                Occasion::Test { by: "ann@acme.example".to_owned() },
                Vec::new(),
            ),
        ),
        ("notice", message("out_10", "2026-11-24T01:00:00Z", notice(true), Vec::new())),
        ("given_up", of("out_11", "2026-11-25T01:00:00Z", notice(false), &failed())),
        ("given_up_end", of("out_16", "2026-11-25T04:12:07Z", notice(false), &over)),
        (
            "disabled_grouped",
            message("out_17", "2026-11-24T01:00:10Z", notice(true), vec![failed(), missed.clone()]),
        ),
    ]
}

/// What a provider calls the first message.
fn reference(name: &str) -> Option<&'static str> {
    match name {
        "slack_bot" => Some("C0123/1732410007.000100"),
        "discord" => Some("1310000000000000000"),
        "telegram" => Some("77"),
        _ => None,
    }
}

pub(crate) fn parcel(
    name: &str,
    kind: ChannelKind,
    settings: &Value,
    occasion: &str,
    message: &Message,
) -> Parcel {
    let channel = Channel::new(kind, settings).unwrap();
    channel.parcel(message, earlier(name, occasion), &Endpoints::default())
}

/// The first message about the incident, where there was one before.
pub(crate) fn earlier(name: &str, occasion: &str) -> Option<Earlier<'static>> {
    let follows = !occasion.starts_with("opened")
        && !matches!(occasion, "grouped" | "test" | "notice" | "late" | "late_grouped");
    reference(name).filter(|_| follows).map(|reference| Earlier { reference, same: true })
}

/// A parcel as text.
pub(crate) fn show(parcel: &Parcel) -> String {
    match parcel {
        Parcel::Nothing => "nothing".to_owned(),
        Parcel::Mail(mail) => show_mail(mail),
        Parcel::Http(calls) => {
            let call = |call: &crontopus_notify::Call| {
                let method = match call.method {
                    Method::Post => "POST",
                    Method::Put => "PUT",
                    Method::Patch => "PATCH",
                };
                let headers: String = call.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
                let body = serde_json::from_str::<Value>(&call.body)
                    .map_or_else(|_| call.body.clone(), |body| serde_json::to_string_pretty(&body).unwrap());
                format!("{method} {}\n{headers}\n{body}\n", call.url)
            };
            calls.iter().map(call).collect::<Vec<_>>().join("\n")
        }
    }
}

fn show_mail(mail: &Mail) -> String {
    let headers: String = mail.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
    format!(
        "To: {}\nSubject: {}\nMessage-ID: {}\nThread: {:?}\n{headers}\n{}\n----\n{}",
        mail.to.join(", "),
        mail.subject,
        mail.id,
        mail.thread,
        mail.text,
        mail.html
    )
}
