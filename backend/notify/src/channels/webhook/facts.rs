//! What a webhook is told: names and shapes that receivers rely on. Fields are added, never changed.

use serde_json::{Value, json};

use crate::message::{Message, Occasion, Subject};

pub(super) fn json(message: &Message) -> Value {
    let (lead, mut detail) = (message.lead(), json!({}));
    match &message.occasion {
        Occasion::Escalated { step } => detail = json!({"step": step}),
        Occasion::Flapping { changes } => detail = json!({"changes": changes}),
        Occasion::Test { by } => detail = json!({"by": by}),
        Occasion::Notice(notice) => {
            detail = json!({"channel": notice.channel, "answer": notice.answer, "disabled": notice.disabled});
        }
        _ => {}
    }
    json!({
        "id": message.id,
        "event": message.word(),
        "at": message.at.to_string(),
        "tenant": message.tenant,
        "severity": message.severity(),
        "title": message.headline(),
        "text": lead,
        "detail": detail,
        "link": message.links.main,
        "incidents": message.subjects.iter().map(|one| incident(message, one)).collect::<Vec<_>>(),
    })
}

fn incident(message: &Message, one: &Subject) -> Value {
    let run = one.run.as_ref().map(|run| {
        json!({
            "id": run.id,
            "expected_at": run.expected_at.map(|at| at.to_string()),
            "started_at": run.started_at.map(|at| at.to_string()),
            "duration_ms": run.duration_ms,
            "exit_status": run.exit_status,
            "signal": run.signal,
            "reason": run.reason,
            "output": run.output.as_ref().map(|output| &output.text),
            "link": one.run_link,
        })
    });
    json!({
        "id": one.incident,
        "title": one.title,
        "kind": one.kind,
        "state": one.state,
        "severity": one.severity,
        "job": one.job,
        "description": one.description,
        "host": one.host,
        "opened_at": one.opened_at.to_string(),
        "opened_at_local": message.moment(one.opened_at),
        "bad_runs": one.bad_runs,
        "acknowledged_by": one.acknowledged.as_ref().map(|(by, _)| by),
        "acknowledged_at": one.acknowledged.as_ref().map(|(_, at)| at.to_string()),
        "resolved_at": one.resolved.map(|(at, _)| at.to_string()),
        "resolution": one.resolved.map(|(_, why)| why),
        "usual_duration_ms": one.usual_ms,
        "missed_after": one.closes_at.map(|at| at.to_string()),
        "last_success_at": one.last_success_at.map(|at| at.to_string()),
        "owner": one.owner,
        "runbook": one.runbook,
        "run": run,
        "links": {
            "incident": one.incident.map(|_| &one.link),
            "job": one.incident.is_none().then_some(&one.link),
            "acknowledge": one.acknowledge_link,
            "snooze": one.snooze_link,
        },
    })
}
