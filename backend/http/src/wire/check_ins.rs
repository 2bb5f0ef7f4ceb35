use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_api::agent_v1::{AgentCheckIn, AgentCheckInKind, RecordedOutput};
use crontopus_api::{CheckInKind as WireKind, CheckInOutcome};
use crontopus_app::check_ins::{Attempt, CheckIn, CheckInKind, RunKey, Said, Usage, ended};
use crontopus_app::ingest::Outcome;
use crontopus_app::rows::RunOutput;

/// Bytes of text that are kept at the beginning when a sender's output is cut.
const HEAD: usize = 2 << 10;
/// Bytes of output that are kept of one check-in.
const KEPT: usize = 64 << 10;
/// Bytes of a sender's own texts.
const LONGEST_TEXT: usize = 1 << 10;

/// A check-in of the public API.
pub(crate) fn said(wire: crontopus_api::CheckIn) -> Said {
    let key = wire.run_id.map_or(RunKey::None, |id| RunKey::External(cut(id, 200)));
    let mut check_in = match (wire.kind, wire.exit_status) {
        (WireKind::Start, _) => CheckIn::new(CheckInKind::Start, key),
        (WireKind::Success, _) => CheckIn::new(CheckInKind::End { well: true }, key),
        (WireKind::Fail, _) => CheckIn::new(CheckInKind::End { well: false }, key),
        (WireKind::End, status) => ended(status.unwrap_or(0), key),
        (WireKind::Log, _) => CheckIn::new(CheckInKind::Log, key),
        (WireKind::Heartbeat, _) => CheckIn::new(CheckInKind::Heartbeat, key),
    };
    check_in.exit_status = check_in.exit_status.or(wire.exit_status);
    check_in.at = wire.at.map(|at| at.as_millisecond());
    check_in.duration_ms = wire.duration_ms;
    check_in.host = wire.host.map(|text| cut(text, 255));
    check_in.environment = wire.environment.map(|text| cut(text, 255));
    check_in.metrics = wire.metrics;
    let output = wire.output.map(|text| kept(text.as_bytes(), text.len()));
    check_in.output_bytes = output.as_ref().map(|output| output.total_bytes);
    Said { monitor: wire.monitor, check_in, output }
}

/// What a wrapper recorded.
pub(crate) fn said_by_host(wire: AgentCheckIn, host: &str) -> Said {
    let key = wire.run().map_or_else(|| RunKey::External(cut(wire.run_id.clone(), 200)), RunKey::Own);
    let kind = match wire.kind {
        AgentCheckInKind::Start => CheckInKind::Start,
        AgentCheckInKind::End => CheckInKind::End { well: wire.exit_status == Some(0) },
        AgentCheckInKind::Skipped => CheckInKind::Skipped,
        AgentCheckInKind::Orphan => CheckInKind::Log,
    };
    let killed = wire.killed.then(|| "killed".to_owned());
    let mut check_in = CheckIn::new(kind, key);
    check_in.at = Some(wire.at.as_millisecond());
    check_in.duration_ms = wire.duration_ms;
    check_in.host = Some(host.to_owned());
    check_in.exit_status = wire.exit_status;
    check_in.signal = wire.signal;
    check_in.reason = killed.or(wire.reason.map(|text| cut(text, LONGEST_TEXT)));
    check_in.attempts = wire
        .attempts
        .into_iter()
        .map(|attempt| Attempt {
            started_at: attempt.started_at.as_millisecond(),
            duration_ms: i64::try_from(attempt.duration_ms).unwrap_or(i64::MAX),
            exit_status: attempt.exit_status,
            signal: attempt.signal,
        })
        .collect();
    check_in.usage =
        Usage { user_ms: wire.user_ms, system_ms: wire.system_ms, max_rss_kib: wire.max_rss_kib };
    check_in.scheduled_for = wire.scheduled_for.map(|at| at.as_millisecond());
    check_in.output_bytes =
        wire.output.as_ref().map(|output| i64::try_from(output.total_bytes).unwrap_or(i64::MAX));
    Said { monitor: wire.job, check_in, output: wire.output.as_ref().and_then(recorded) }
}

/// The bytes of a record; what is no base64 is no output, but the signal counts.
fn recorded(wire: &RecordedOutput) -> Option<RunOutput> {
    Some(RunOutput {
        head: STANDARD.decode(&wire.head).ok()?,
        tail: STANDARD.decode(&wire.tail).ok()?,
        total_bytes: i64::try_from(wire.total_bytes).unwrap_or(i64::MAX),
        dropped_bytes: i64::try_from(wire.dropped_bytes).unwrap_or(i64::MAX),
    })
}

/// Head and tail of a sender's output of `total` bytes.
pub(crate) fn kept(bytes: &[u8], total: usize) -> RunOutput {
    let total_bytes = i64::try_from(total).unwrap_or(i64::MAX);
    if bytes.len() <= KEPT && bytes.len() == total {
        return RunOutput { head: bytes.to_vec(), tail: Vec::new(), total_bytes, dropped_bytes: 0 };
    }
    let tail = &bytes[bytes.len().saturating_sub(KEPT - HEAD).max(HEAD.min(bytes.len()))..];
    let head = &bytes[..HEAD.min(bytes.len())];
    let dropped = total.saturating_sub(head.len() + tail.len());
    RunOutput {
        head: head.to_vec(),
        tail: tail.to_vec(),
        total_bytes,
        dropped_bytes: i64::try_from(dropped).unwrap_or(i64::MAX),
    }
}

/// What became of a check-in.
pub(crate) fn outcome(outcome: Outcome) -> CheckInOutcome {
    match outcome {
        Outcome::Accepted { run_id } => CheckInOutcome { accepted: true, run_id, reason: None },
        Outcome::Rejected(why) => {
            CheckInOutcome { accepted: false, run_id: None, reason: Some(why.as_str().to_owned()) }
        }
    }
}

/// At most `most` bytes, on a character's edge.
pub(crate) fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
    }
    text
}
