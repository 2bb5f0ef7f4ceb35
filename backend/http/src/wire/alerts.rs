use crontopus_api::{self as api, Code, Problem};
use crontopus_app::Error;
use crontopus_app::alerts::{self, SnoozeScope, Target};
use crontopus_manifest::{Body, Operator, Requirement, Route, Selector, Step};
use jiff::Timestamp;
use serde_json::Value;

use super::at;
use super::monitoring::same;
use crate::failure::Failure;

/// A channel.
pub(crate) fn channel(row: alerts::Channel) -> Result<api::Channel, Error> {
    let kind = serde_json::from_value(Value::String(row.kind.clone()));
    Ok(api::Channel {
        id: row.id,
        name: row.name,
        kind: kind.map_err(|e| Error::internal("reading a channel", e))?,
        settings: serde_json::from_str(&row.settings).map_err(|e| Error::internal("reading a channel", e))?,
        default: row.is_default,
        enabled: row.enabled,
        disabled_why: row.disabled_why,
        not_before: row.not_before.map(at),
        last_at: row.last_at.map(at),
        last_sent: row.last_sent,
        last_answer: row.last_answer,
        created_by: row.created_by,
        created_at: at(row.created_at),
        updated_at: at(row.updated_at),
    })
}

/// A kind of channel from the wire.
pub(crate) fn own_kind(kind: api::ChannelKind) -> Result<alerts::ChannelKind, Error> {
    let word = serde_json::to_value(kind).map_err(|e| Error::internal("a kind of channel", e))?;
    let word = word.as_str().unwrap_or_default().to_owned();
    word.parse().map_err(|e| Error::internal("a kind of channel the service does not know", e))
}

/// A delivery.
pub(crate) fn delivery(row: alerts::Delivery) -> api::Delivery {
    let channel_id = match row.target {
        Target::Channel(id) => Some(id),
        Target::Owners(_) => None,
    };
    let to = match (row.channel, row.target) {
        (Some(name), _) => name,
        (None, target) => target.to_string(),
    };
    api::Delivery {
        id: row.id,
        message_id: row.message_id.and_then(|id| id.parse().ok()),
        occasion: same(row.occasion).unwrap_or(api::Occasion::Notice),
        to,
        channel_id,
        incident_id: row.incident_id.and_then(|id| id.parse().ok()),
        title: row.title,
        route: Some(row.route).filter(|route| !route.is_empty()),
        state: match row.state {
            alerts::DeliveryState::Waiting => api::DeliveryState::Waiting,
            alerts::DeliveryState::Sent => api::DeliveryState::Sent,
            alerts::DeliveryState::Failed => api::DeliveryState::Failed,
        },
        created_at: at(row.created_at),
        due_at: row.done_at.is_none().then(|| at(row.due_at)),
        attempts: row.attempts.try_into().unwrap_or(u32::MAX),
        done_at: row.done_at.map(at),
        answer: row.answer,
    }
}

/// A filter from the wire.
pub(crate) fn own_delivery_state(state: api::DeliveryState) -> alerts::DeliveryState {
    match state {
        api::DeliveryState::Waiting => alerts::DeliveryState::Waiting,
        api::DeliveryState::Sent => alerts::DeliveryState::Sent,
        api::DeliveryState::Failed => alerts::DeliveryState::Failed,
    }
}

/// What waits, at `now`, UTC milliseconds.
pub(crate) fn queue(backlog: alerts::DeliveryBacklog, now: i64) -> api::DeliveryQueue {
    let age = backlog.oldest_at.map_or(0, |oldest| (now - oldest).max(0) / 1_000);
    api::DeliveryQueue {
        waiting: backlog.waiting.unsigned_abs(),
        oldest_at: backlog.oldest_at.map(at),
        oldest_age_seconds: age.unsigned_abs(),
    }
}

/// A route, policy or maintenance.
pub(crate) fn rule_document(view: alerts::RouteView, now: Timestamp) -> api::RuleDocument {
    let form = view.form;
    api::RuleDocument {
        namespace: form.namespace,
        name: form.name,
        repository: view.repository,
        file: form.file,
        line: form.line.try_into().unwrap_or(1),
        commit: form.commit,
        manifest: form.manifest,
        spec: view.document.body.spec_json(),
        route: match &view.document.body {
            Body::Route(route) => Some(route_rule(route)),
            _ => None,
        },
        active_until: view.document.body.maintenance_until(now),
    }
}

/// What a route says.
fn route_rule(route: &Route) -> api::RouteRule {
    let words = |words: &[String]| words.to_vec();
    let step = |step: &Step| api::RouteRuleStep {
        after_seconds: step.after.as_secs(),
        channels: words(&step.channels),
    };
    api::RouteRule {
        selector: conditions(&route.selector),
        namespaces: words(&route.namespaces),
        on: route.on.iter().map(ToString::to_string).collect(),
        min_severity: route.min_severity.to_string(),
        steps: route.steps.iter().map(step).collect(),
        repeat_seconds: route.repeat_every.map(|every| every.as_secs()),
        group_by: route.group_by.iter().map(ToString::to_string).collect(),
    }
}

/// Each condition of a selector in few words.
fn conditions(selector: &Selector) -> Vec<String> {
    let labels = selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    let further =
        selector.match_expressions.iter().map(|Requirement { key, operator, values }| match operator {
            Operator::In => format!("{key} in ({})", values.join(", ")),
            Operator::NotIn => format!("{key} not in ({})", values.join(", ")),
            Operator::Exists => key.clone(),
            Operator::DoesNotExist => format!("!{key}"),
        });
    labels.chain(further).collect()
}

/// Who would be told.
pub(crate) fn route_test(preview: alerts::Preview) -> api::RouteTest {
    let seconds = |ms: i64| (ms / 1_000).unsigned_abs();
    let step = |step: alerts::PreviewStep| api::RouteTestStep {
        route: Some(step.route).filter(|route| !route.is_empty()),
        after_seconds: seconds(step.after_ms),
        channels: step.channels.into_iter().map(|(id, name)| api::ChannelName { id, name }).collect(),
        owners: step.owners,
        missing: step.missing,
        repeat_seconds: step.repeat_ms.map(seconds),
        recovered: step.recovered,
    };
    let (silent_until, silent_why) = preview.silence.map(|s| (at(s.until), s.why)).unzip();
    api::RouteTest {
        kind: same(preview.kind).unwrap_or(api::IncidentKind::Failed),
        severity: preview.severity.to_string(),
        silent_until,
        silent_why,
        not_severe_for: preview.not_severe,
        steps: preview.steps.into_iter().map(step).collect(),
    }
}

/// A silence.
pub(crate) fn snooze(row: alerts::Snooze) -> api::Snooze {
    let mut snooze = api::Snooze {
        id: row.id,
        monitor_id: None,
        agent_id: None,
        incident_id: None,
        label: None,
        until: at(row.until),
        reason: row.reason.clone(),
        created_by: row.created_by.clone(),
        created_at: at(row.created_at),
    };
    match row.scope() {
        Some(SnoozeScope::Monitor(id)) => snooze.monitor_id = Some(id),
        Some(SnoozeScope::Agent(id)) => snooze.agent_id = Some(id),
        Some(SnoozeScope::Incident(id)) => snooze.incident_id = Some(id),
        Some(SnoozeScope::Label(key, value)) => snooze.label = Some(format!("{key}={value}")),
        None => {}
    }
    snooze
}

/// What is to be silenced, from the wire.
pub(crate) fn own_scope(body: &api::CreateSnooze) -> Result<SnoozeScope, Failure> {
    let label = match &body.label {
        Some(text) => {
            let pair = text.split_once('=').ok_or_else(|| invalid("/label", "a label is key=value"))?;
            Some(SnoozeScope::Label(pair.0.to_owned(), pair.1.to_owned()))
        }
        None => None,
    };
    let scopes = [
        body.monitor_id.map(SnoozeScope::Monitor),
        body.agent_id.map(SnoozeScope::Agent),
        body.incident_id.map(SnoozeScope::Incident),
        label,
    ];
    let mut given = scopes.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(scope), None) => Ok(scope),
        _ => Err(invalid("", "exactly one of monitor_id, agent_id, incident_id and label")),
    }
}

/// The end of a silence, UTC milliseconds.
pub(crate) fn end(until: Option<Timestamp>, minutes: Option<u32>, now: i64) -> Result<i64, Failure> {
    match (until, minutes) {
        (Some(until), None) => Ok(until.as_millisecond()),
        (None, Some(minutes)) => Ok(now + i64::from(minutes) * 60_000),
        _ => Err(invalid("/until", "one of until and minutes")),
    }
}

fn invalid(pointer: &str, detail: &str) -> Failure {
    Failure::of(Problem::new(Code::Invalid).detail(detail).field(pointer, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_twin() {
        for kind in alerts::ChannelKind::ALL {
            let word = serde_json::from_value::<api::ChannelKind>(Value::String(kind.to_string())).unwrap();
            assert_eq!(own_kind(word).unwrap(), *kind);
        }
        let words: Vec<_> = alerts::ChannelKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(words, api::ChannelKind::WORDS);
        for occasion in alerts::Occasion::ALL {
            assert!(same::<api::Occasion>(occasion).is_some(), "{occasion}");
        }
    }
}
