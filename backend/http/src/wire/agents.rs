use crontopus_api as api;
use crontopus_api::agent_v1::{self, AgentEvent, AgentEventKind, EnrollSecret};
use crontopus_app::agents as app;
use crontopus_app::rows;

use super::at;
use crate::serving::Serving;

/// An agent as lists show it.
pub(crate) fn agent_summary(row: rows::Agent) -> api::AgentSummary {
    api::AgentSummary {
        id: row.id,
        name: row.name,
        state: state(&row.state),
        labels: row.labels,
        os: row.os,
        version: row.version,
        scheduler: row.scheduler,
        timezone: row.timezone,
        last_seen_at: row.seen_at.map(at),
        applied_commit: row.applied_commit,
        jobs: row.jobs.unsigned_abs(),
        drift: row.drift.unsigned_abs(),
    }
}

/// An agent.
pub(crate) fn agent(details: app::AgentDetails) -> api::Agent {
    let app::AgentDetails { agent: row, key_fingerprint, report } = details;
    api::Agent {
        key_fingerprint,
        tzdata_version: row.tzdata_version.clone(),
        clock_offset_ms: row.clock_offset_ms,
        scheduler_running: row.scheduler_running,
        conditions: serde_json::from_str(&report.conditions).unwrap_or_default(),
        plan: plan(&report),
        enrolled_at: at(row.enrolled_at),
        summary: agent_summary(row),
    }
}

/// The last plan of an agent, if it has told one.
pub(crate) fn plan(report: &rows::AgentReport) -> Option<api::PlanView> {
    report.plan.as_deref().and_then(|p| serde_json::from_str(p).ok())
}

fn state(text: &str) -> api::AgentState {
    match text {
        "pending" => api::AgentState::Pending,
        "online" => api::AgentState::Online,
        "lost" => api::AgentState::Lost,
        "quarantined" => api::AgentState::Quarantined,
        "left" => api::AgentState::Left,
        _ => api::AgentState::Revoked,
    }
}

/// An enrolment token.
pub(crate) fn enroll_token(row: rows::EnrollToken) -> api::EnrollToken {
    api::EnrollToken {
        id: row.id,
        labels: row.labels,
        uses: u32::try_from(row.uses).unwrap_or(u32::MAX),
        used: u32::try_from(row.used).unwrap_or(u32::MAX),
        approval: row.approval,
        repository: row.repository,
        created_by: row.created_by,
        created_at: at(row.created_at),
        expires_at: at(row.expires_at),
    }
}

/// An enrolment token to make.
pub(crate) fn new_enroll_token(new: api::CreateEnrollToken) -> app::NewEnrollToken {
    app::NewEnrollToken {
        labels: new.labels,
        uses: new.uses,
        minutes: new.expires_in_minutes,
        approval: new.approval,
        repository: new.repository,
    }
}

/// A fresh enrolment token, with the text that carries this server's address and key.
pub(crate) fn created_enroll_token(
    serving: &Serving,
    made: app::CreatedEnrollToken,
) -> api::CreatedEnrollToken {
    let server = serving.app().settings().public_url.clone();
    let key_fingerprint = serving.app().key().fingerprint();
    let secret = EnrollSecret { server, key_fingerprint, secret: made.secret }.to_string();
    let command = format!("crontopus-agent enroll --token {secret}");
    api::CreatedEnrollToken { enroll_token: enroll_token(made.token), secret, command }
}

/// What an agent follows.
pub(crate) fn agent_config(serving: &Serving, config: app::AgentConfig) -> agent_v1::AgentConfig {
    let settings = serving.app().settings();
    agent_v1::AgentConfig {
        git_path: config.repository.map(|name| format!("/git/{}/{name}.git", config.tenant)),
        name: config.name,
        tenant: config.tenant,
        labels: config.labels,
        branch: config.branch,
        commit: config.commit,
        placements: config.placements,
        heartbeat_seconds: settings.heartbeat_seconds,
        poll_seconds: settings.poll_seconds,
        confirmed_commit: config.confirmed_commit,
        last_valid: config.last_valid,
        rotate_before: config.rotate_before,
    }
}

/// What a host says of itself.
pub(crate) fn report(report: agent_v1::Report) -> app::Report {
    let text = |value: serde_json::Result<String>| value.unwrap_or_default();
    app::Report {
        commit: report.commit,
        rolling: report.rolling,
        scheduler: report.scheduler,
        scheduler_running: report.scheduler_running,
        timezone: report.timezone,
        tzdata_version: report.tzdata_version,
        version: report.version,
        jobs: report.jobs.into_iter().map(job_on_host).collect(),
        conditions: text(serde_json::to_string(&report.conditions)),
        plan: report.plan.map(|p| text(serde_json::to_string(&p))),
        drift: report.drift,
    }
}

fn job_on_host(job: agent_v1::JobReport) -> app::JobOnHost {
    let agent_v1::JobReport { job, digest, applied, profile } = job;
    app::JobOnHost { job, digest, applied, profile }
}

/// A message of an agent's stream, signed.
pub(crate) fn agent_event(serving: &Serving, agent_id: &str, message: app::AgentMessage) -> AgentEvent {
    let (kind, commit) = match message {
        app::AgentMessage::Refresh { commit } => (AgentEventKind::Refresh, commit),
        app::AgentMessage::Report => (AgentEventKind::Report, None),
        app::AgentMessage::Rotate => (AgentEventKind::Rotate, None),
    };
    let at_ms = serving.app().clock().now_ms();
    let signed = AgentEvent::signed(agent_id, kind, commit.as_deref(), at_ms);
    AgentEvent { kind, commit, at_ms, signature: serving.signer().sign(&signed) }
}

/// A state as it is stored.
pub(crate) fn agent_state_text(state: api::AgentState) -> String {
    match state {
        api::AgentState::Pending => "pending",
        api::AgentState::Online => "online",
        api::AgentState::Lost => "lost",
        api::AgentState::Revoked => "revoked",
        api::AgentState::Quarantined => "quarantined",
        api::AgentState::Left => "left",
    }
    .to_owned()
}
