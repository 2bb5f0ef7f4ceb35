use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_api::agent_v1::{AgentCheckIn, AgentCheckInKind, RecordedOutput};
use crontopus_api::{self as api, CheckInKind as Kind};
use crontopus_app::agents::AgentIdentity;
use crontopus_app::ingest::{
    Attempt, CheckIn, CheckInKind, Door, Outcome, RunKey, RunOutput, Signal, Target, Terms, Usage,
    kept_output,
};
use crontopus_ids::{MonitorId, RunId, TenantId};

/// A check-in that can be submitted, or why it cannot be read.
pub(crate) type Read = Result<Signal, &'static str>;

/// A native check-in of a caller in `tenant_id`.
pub(crate) fn native(tenant_id: TenantId, received_at: i64, check_in: api::CheckIn) -> Read {
    let target = target(tenant_id, &check_in.monitor).ok_or("invalid_monitor")?;
    let kind = match (check_in.kind, check_in.exit_status) {
        (Kind::Start, _) => CheckInKind::Start,
        (Kind::Success, _) => CheckInKind::End { well: true },
        (Kind::Fail, _) => CheckInKind::End { well: false },
        (Kind::End, Some(status)) => CheckInKind::End { well: status == 0 },
        (Kind::End, None) => return Err("missing_exit_status"),
        (Kind::Skipped, _) => CheckInKind::Skipped,
        (Kind::Log, _) => CheckInKind::Log,
        (Kind::Heartbeat, _) => CheckInKind::Heartbeat,
    };
    let key = check_in.run_id.map_or(RunKey::None, RunKey::External);
    if matches!(&key, RunKey::External(id) if id.is_empty() || id.len() > 200) {
        return Err("invalid_run_id");
    }
    let output = check_in.output.and_then(|text| kept_output(text.as_bytes()));
    let check_in = CheckIn {
        at: check_in.at.map(|at| at.as_millisecond()),
        duration_ms: check_in.duration_ms,
        host: check_in.host.map(short),
        environment: check_in.environment.map(short),
        exit_status: check_in.exit_status,
        reason: check_in.reason.map(short),
        attempts: check_in.attempts.into_iter().take(100).map(attempt).collect(),
        output_bytes: output.as_ref().map(|o| o.total_bytes),
        metrics: check_in.metrics.into_iter().filter(|(name, _)| name.len() <= 100).take(50).collect(),
        ..CheckIn::new(kind, key)
    };
    Ok(Signal { target, check_in, output, received_at, door: Door::Native, terms: Terms::default() })
}

/// What a wrapper said of one run on an agent's host.
pub(crate) fn of_agent(host: &AgentIdentity, received_at: i64, said: AgentCheckIn) -> Read {
    let (namespace, name) = said.job.split_once('/').ok_or("invalid_job")?;
    let (namespace, name) = (namespace.to_owned(), name.to_owned());
    let (tenant_id, agent_id) = (host.tenant_id, host.agent_id);
    let target = Target::AgentJob { tenant_id, agent_id, namespace, name };
    let well = said.exit_status == Some(0) && said.signal.is_none() && !said.killed;
    let kind = match said.kind {
        AgentCheckInKind::Start => CheckInKind::Start,
        AgentCheckInKind::End => CheckInKind::End { well },
        AgentCheckInKind::Skipped => CheckInKind::Skipped,
        AgentCheckInKind::Orphan => return Err("orphan"),
    };
    let key = match said.run() {
        Some(run) => RunKey::Own(run),
        None if said.run_id.is_empty() || said.run_id.len() > 200 => return Err("invalid_run_id"),
        None => RunKey::External(said.run_id),
    };
    let output = said.output.and_then(recorded);
    let killed = said.killed.then(|| "killed".to_owned());
    let check_in = CheckIn {
        at: Some(said.at.as_millisecond()),
        duration_ms: said.duration_ms,
        host: Some(host.name.clone()),
        exit_status: said.exit_status,
        signal: said.signal,
        reason: said.reason.map(short).or(killed),
        attempts: said.attempts.into_iter().take(100).map(attempt).collect(),
        usage: Usage { user_ms: said.user_ms, system_ms: said.system_ms, max_rss_kib: said.max_rss_kib },
        output_bytes: output.as_ref().map(|o| o.total_bytes),
        scheduled_for: said.scheduled_for.map(|at| at.as_millisecond()),
        ..CheckIn::new(kind, key)
    };
    Ok(Signal { target, check_in, output, received_at, door: Door::Agent, terms: Terms::default() })
}

/// What became of it.
pub(crate) fn outcome(outcome: Outcome) -> api::CheckInOutcome {
    match outcome {
        Outcome::Accepted { run_id } => taken(run_id, None),
        Outcome::Discovered { .. } => taken(None, Some("discovered".to_owned())),
        Outcome::Rejected(why) => not_taken(why.as_str()),
    }
}

fn taken(run_id: Option<RunId>, reason: Option<String>) -> api::CheckInOutcome {
    api::CheckInOutcome { accepted: true, run_id, reason, ignored: Vec::new() }
}

/// It could not be read.
pub(crate) fn not_taken(reason: &str) -> api::CheckInOutcome {
    api::CheckInOutcome { accepted: false, ..taken(None, Some(reason.to_owned())) }
}

fn target(tenant_id: TenantId, monitor: &str) -> Option<Target> {
    if let Ok(monitor_id) = monitor.parse::<MonitorId>() {
        return Some(Target::Monitor { tenant_id, monitor_id });
    }
    let (namespace, name) = monitor.split_once('/')?;
    let plain = |text: &str| (1..=255).contains(&text.len()) && !text.contains(['/', '\0']);
    (plain(namespace) && plain(name)).then(|| Target::Job {
        tenant_id,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

/// What the wrapper kept. Bytes that are no base64 are not kept; the signal counts all the same.
fn recorded(output: RecordedOutput) -> Option<RunOutput> {
    let bytes = |text: &str| STANDARD.decode(text).unwrap_or_default();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (head, tail) = (bytes(&output.head), bytes(&output.tail));
    let (total_bytes, dropped_bytes) = (count(output.total_bytes), count(output.dropped_bytes));
    (total_bytes > 0).then_some(RunOutput { head, tail, total_bytes, dropped_bytes })
}

fn attempt(attempt: api::RunAttempt) -> Attempt {
    Attempt {
        started_at: attempt.started_at.as_millisecond(),
        duration_ms: i64::try_from(attempt.duration_ms).unwrap_or(i64::MAX),
        exit_status: attempt.exit_status,
        signal: attempt.signal,
    }
}

/// At most 255 bytes, on a character's edge.
pub(crate) fn short(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(255));
    text
}
