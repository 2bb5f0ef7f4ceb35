use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_api as api;
use crontopus_app::rows;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::at;

/// The same word on the other side: both sets are closed and equal, which a test holds.
pub(crate) fn same<B: DeserializeOwned>(own: impl Serialize) -> Option<B> {
    serde_json::to_value(own).and_then(serde_json::from_value).ok()
}

/// A run.
pub(crate) fn run(row: rows::RecordedRun) -> api::Run {
    let rows::RecordedRun { run, monitor_id, agent_id, namespace, name, created_at, .. } = row;
    api::Run {
        id: run.id,
        monitor_id,
        namespace,
        name,
        agent_id,
        host: run.host,
        external_id: run.external_id,
        status: same(run.status).unwrap_or(api::RunStatus::Unknown),
        reason: run.reason,
        expected_at: run.expected_at.map(at),
        started_at: run.started_at.map(at),
        finished_at: run.finished_at.map(at),
        duration_ms: run.duration_ms,
        exit_status: run.exit_status,
        signal: run.signal,
        attempts: run
            .attempts
            .into_iter()
            .map(|attempt| api::RunAttempt {
                started_at: at(attempt.started_at),
                duration_ms: attempt.duration_ms.unsigned_abs(),
                exit_status: attempt.exit_status,
                signal: attempt.signal,
            })
            .collect(),
        output_bytes: run.output_bytes,
        user_ms: run.usage.user_ms,
        system_ms: run.usage.system_ms,
        max_rss_kib: run.usage.max_rss_kib,
        environment: run.environment,
        metrics: run.metrics,
        created_at: at(created_at),
    }
}

/// A run's output as JSON.
pub(crate) fn run_output(output: &rows::RunOutput) -> api::RunOutput {
    api::RunOutput {
        head: STANDARD.encode(&output.head),
        tail: STANDARD.encode(&output.tail),
        total_bytes: output.total_bytes,
        dropped_bytes: output.dropped_bytes,
    }
}

/// A run's output as its bytes, with one line where something was dropped.
pub(crate) fn run_output_bytes(output: rows::RunOutput) -> Vec<u8> {
    let mut bytes = output.head;
    if output.dropped_bytes > 0 {
        bytes.extend_from_slice(format!("\n[... {} bytes dropped ...]\n", output.dropped_bytes).as_bytes());
    }
    bytes.extend_from_slice(&output.tail);
    bytes
}

/// A monitor as it is at `now`, UTC milliseconds.
pub(crate) fn monitor(row: rows::Monitor, now: i64) -> api::Monitor {
    let spec = row.spec().ok();
    let state = &row.state;
    api::Monitor {
        status: same(state.status_at(now)).unwrap_or(api::MonitorStatus::Unknown),
        profile: spec.as_ref().map(|spec| spec.profile.to_string()).unwrap_or_default(),
        timezone: spec.map(|spec| spec.timezone).unwrap_or_default(),
        expected_at: state.expected_at.map(at),
        deadline_at: state.deadline_at.map(at),
        open_runs: state.open_runs(),
        consecutive_bad: state.consecutive_bad(),
        last_success_at: state.last_success_at.map(at),
        last_run_at: state.last_run_at.map(at),
        paused_by_operator: state.paused_by_operator,
        proposal: None,
        id: row.id,
        job_id: row.job_id,
        namespace: row.namespace,
        name: row.name,
        agent_id: row.agent_id,
        host: row.host,
    }
}

/// An incident; lists leave the timeline empty.
pub(crate) fn incident((row, events): (rows::Incident, Vec<rows::IncidentEvent>)) -> api::Incident {
    api::Incident {
        id: row.id,
        kind: same(row.kind).unwrap_or(api::IncidentKind::Failed),
        state: same(row.state).unwrap_or(api::IncidentState::Open),
        severity: row.severity.to_string(),
        monitor_id: row.monitor_id,
        namespace: row.namespace,
        name: row.name,
        agent_id: row.agent_id,
        host: row.host,
        title: row.title,
        bad_runs: row.bad_runs.try_into().unwrap_or(u32::MAX),
        first_run_id: row.first_run_id,
        last_run_id: row.last_run_id,
        opened_at: at(row.opened_at),
        acknowledged_at: row.acknowledged_at.map(at),
        acknowledged_by: row.acknowledged_by,
        resolved_at: row.resolved_at.map(at),
        events: events
            .into_iter()
            .map(|event| api::IncidentEvent {
                at: at(event.at),
                kind: event.kind,
                by: event.actor,
                run_id: event.run_id,
                note: event.note,
            })
            .collect(),
        deliveries: Vec::new(),
    }
}

/// A check-in that was not taken.
pub(crate) fn rejected(row: rows::RejectedCheckIn) -> api::RejectedCheckIn {
    api::RejectedCheckIn { at: at(row.at), dialect: row.dialect, target: row.target, reason: row.reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_twin() {
        for status in crontopus_app::monitors::RunState::ALL {
            assert!(same::<api::RunStatus>(status).is_some(), "{status}");
        }
        for status in crontopus_app::monitors::MonitorState::ALL {
            assert!(same::<api::MonitorStatus>(status).is_some(), "{status}");
        }
    }

    #[test]
    fn what_was_dropped_is_said_where_it_was() {
        let output = rows::RunOutput {
            head: b"a\0".to_vec(),
            tail: b"\xffz".to_vec(),
            total_bytes: 104,
            dropped_bytes: 100,
        };
        assert_eq!(run_output_bytes(output), b"a\0\n[... 100 bytes dropped ...]\n\xffz");
    }
}
