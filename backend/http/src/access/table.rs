use crontopus_api::Role::{self, Admin, Member, Owner, Viewer};
use crontopus_api::Scope;

use super::{Row, Tokens};

/// Every operation and who may call it. An operation that has no row here cannot be registered, and what
/// this says is what is enforced; the tests compare it with the documents and call every row.
pub const TABLE: &[Row] = &[
    // Sign-up, sign-in, who am I.
    anyone("sign_up"),
    anyone("sign_in"),
    people("sign_out", Viewer),
    any_token("get_me", Viewer),
    anyone("request_password_reset"),
    anyone("reset_password"),
    people("change_password", Viewer),
    anyone("begin_passkey_sign_in"),
    anyone("sign_in_with_passkey"),
    people("list_passkeys", Viewer),
    people("begin_passkey", Viewer),
    people("create_passkey", Viewer),
    people("update_passkey", Viewer),
    people("delete_passkey", Viewer),
    people("get_second_factor", Viewer),
    people("begin_second_factor", Viewer),
    people("confirm_second_factor", Viewer),
    people("disable_second_factor", Viewer),
    people("renew_recovery_codes", Viewer),
    // The tenant and its people.
    any_token("get_tenant", Viewer),
    member("update_tenant", Owner, Scope::TenantWrite),
    people("create_tenant", Viewer).creating(),
    member("rotate_tenant_key", Admin, Scope::TokensWrite),
    member("get_public_page", Viewer, Scope::JobsRead),
    member("put_status_page", Owner, Scope::TenantWrite),
    member("delete_status_page", Owner, Scope::TenantWrite),
    member("create_badge_key", Owner, Scope::TenantWrite),
    member("delete_badge_key", Owner, Scope::TenantWrite),
    anyone("show_status_page").with_any_origin(),
    anyone("show_badge").with_any_origin(),
    anyone("show_job_badge").with_any_origin(),
    member("list_members", Viewer, Scope::MembersWrite),
    member("update_member", Admin, Scope::MembersWrite),
    member("delete_member", Admin, Scope::MembersWrite),
    member("list_invitations", Admin, Scope::MembersWrite),
    member("create_invitation", Admin, Scope::MembersWrite).creating(),
    member("delete_invitation", Admin, Scope::MembersWrite),
    anyone("accept_invitation"),
    member("list_tokens", Admin, Scope::TokensWrite),
    member("create_token", Admin, Scope::TokensWrite).creating(),
    member("delete_token", Admin, Scope::TokensWrite),
    member("list_audit", Admin, Scope::AuditRead),
    // Hosts.
    member("list_enroll_tokens", Admin, Scope::AgentsWrite),
    member("create_enroll_token", Admin, Scope::AgentsWrite).creating(),
    member("delete_enroll_token", Admin, Scope::AgentsWrite),
    member("list_agents", Viewer, Scope::AgentsRead),
    member("get_agent", Viewer, Scope::AgentsRead),
    member("get_agent_plan", Viewer, Scope::AgentsRead),
    member("update_agent", Admin, Scope::AgentsWrite),
    member("revoke_agent", Admin, Scope::AgentsWrite),
    member("approve_agent", Admin, Scope::AgentsWrite),
    member("confirm_agent", Admin, Scope::AgentsWrite),
    member("sync_agent", Admin, Scope::AgentsWrite),
    // Repositories and jobs.
    member("list_repositories", Viewer, Scope::JobsRead),
    member("create_repository", Admin, Scope::JobsWrite).creating(),
    member("get_repository", Viewer, Scope::JobsRead),
    member("update_repository", Admin, Scope::JobsWrite),
    member("delete_repository", Admin, Scope::JobsWrite),
    member("sync_repository", Member, Scope::JobsWrite),
    member("list_repository_commits", Viewer, Scope::JobsRead),
    member("list_repository_diagnostics", Viewer, Scope::JobsRead),
    member("get_repository_webhook", Viewer, Scope::JobsRead),
    member("rotate_repository_webhook", Admin, Scope::JobsWrite),
    member("delete_repository_webhook", Admin, Scope::JobsWrite),
    // The largest body that GitHub sends.
    anyone("receive_repository_webhook").body(25 << 20),
    member("list_namespaces", Viewer, Scope::JobsRead),
    member("list_jobs", Viewer, Scope::JobsRead),
    member("get_job", Viewer, Scope::JobsRead),
    member("list_job_history", Viewer, Scope::JobsRead),
    member("get_job_diff", Viewer, Scope::JobsRead),
    member("get_job_blame", Viewer, Scope::JobsRead),
    member("list_next_runs", Viewer, Scope::JobsRead),
    member("get_schedule_preview", Viewer, Scope::JobsRead),
    member("preview_schedule", Viewer, Scope::JobsRead),
    member("validate_manifests", Viewer, Scope::JobsRead).body(8 << 20),
    // A crontab of 256 KiB, and what JSON makes of it.
    member("convert_crontab", Viewer, Scope::JobsRead).body(1 << 20),
    anyone("get_manifest_schema"),
    // What people look at.
    member("get_overview", Viewer, Scope::JobsRead),
    member("get_usage", Viewer, Scope::JobsRead),
    member("get_job_statistics", Viewer, Scope::RunsRead),
    member("get_monitor_statistics", Viewer, Scope::RunsRead),
    member("get_job_calendar", Viewer, Scope::RunsRead),
    member("get_job_durations", Viewer, Scope::RunsRead),
    member("get_job_metrics", Viewer, Scope::RunsRead),
    member("get_job_timeline", Viewer, Scope::RunsRead),
    member("get_timeline", Viewer, Scope::RunsRead),
    member("get_agenda", Viewer, Scope::JobsRead),
    member("get_schedule_load", Viewer, Scope::JobsRead),
    // Monitors, runs, incidents.
    member("list_monitors", Viewer, Scope::JobsRead),
    member("get_monitor", Viewer, Scope::JobsRead),
    member("pause_monitor", Member, Scope::JobsWrite),
    member("resume_monitor", Member, Scope::JobsWrite),
    member("rotate_monitor_key", Admin, Scope::JobsWrite),
    member("list_runs", Viewer, Scope::RunsRead),
    member("get_run", Viewer, Scope::RunsRead),
    member("get_run_output", Viewer, Scope::RunsRead),
    member("list_incidents", Viewer, Scope::IncidentsRead),
    member("get_incident", Viewer, Scope::IncidentsRead),
    member("acknowledge_incident", Member, Scope::IncidentsWrite),
    member("resolve_incident", Member, Scope::IncidentsWrite),
    member("snooze_incident", Member, Scope::IncidentsWrite),
    member("create_incident_note", Member, Scope::IncidentsWrite).creating(),
    people("get_alert_link", Member),
    people("follow_alert_link", Member),
    // Who is told.
    member("list_channels", Viewer, Scope::ChannelsRead),
    member("create_channel", Admin, Scope::ChannelsWrite).creating(),
    member("get_channel", Viewer, Scope::ChannelsRead),
    member("update_channel", Admin, Scope::ChannelsWrite),
    member("delete_channel", Admin, Scope::ChannelsWrite),
    member("test_channel", Admin, Scope::ChannelsWrite),
    member("list_deliveries", Viewer, Scope::ChannelsRead),
    member("get_delivery_queue", Viewer, Scope::ChannelsRead),
    member("list_routes", Viewer, Scope::JobsRead),
    member("test_routes", Viewer, Scope::ChannelsRead),
    member("list_policies", Viewer, Scope::JobsRead),
    member("list_maintenance", Viewer, Scope::JobsRead),
    member("list_snoozes", Viewer, Scope::IncidentsRead),
    member("create_snooze", Member, Scope::IncidentsWrite).creating(),
    member("delete_snooze", Member, Scope::IncidentsWrite),
    // Check-ins.
    member("create_check_ins", Member, Scope::CheckinsWrite).body(16 << 20),
    anyone("get_key_check_in").with_any_origin(),
    anyone("post_key_check_in").with_any_origin(),
    anyone("get_key_signal").with_any_origin(),
    anyone("post_key_signal").with_any_origin(),
    anyone("get_job_check_in").with_any_origin(),
    anyone("post_job_check_in").with_any_origin(),
    anyone("get_job_signal").with_any_origin(),
    anyone("post_job_signal").with_any_origin(),
    member("list_rejected_check_ins", Viewer, Scope::RunsRead),
    member("list_integrations", Viewer, Scope::JobsRead),
    member("rotate_integration_key", Admin, Scope::TokensWrite),
    member("revoke_integration_key", Admin, Scope::TokensWrite),
    member("list_discovered", Viewer, Scope::JobsRead),
    member("get_discovered", Viewer, Scope::JobsRead),
    member("ignore_discovered", Member, Scope::JobsWrite),
    member("restore_discovered", Member, Scope::JobsWrite),
    // What happens now.
    member("stream_events", Viewer, Scope::RunsRead),
    member("get_metrics", Viewer, Scope::RunsRead),
    // Health and documents.
    anyone("get_liveness"),
    anyone("get_readiness"),
    anyone("get_openapi"),
    // The agent API.
    anyone("create_enroll_challenge"),
    anyone("enroll_agent"),
    agent("get_agent_config"),
    agent("send_heartbeat"),
    agent("send_report").body(16 << 20),
    agent("send_check_ins").body(24 << 20),
    agent("rotate_agent_key"),
    agent("leave_tenant"),
    agent("stream_agent_events"),
];

/// Needs no credential.
const fn anyone(operation: &'static str) -> Row {
    Row {
        operation,
        anonymous: true,
        role: None,
        tokens: Tokens::None,
        agent: false,
        body_limit: 64 << 10,
        cross_site: false,
        creates: false,
    }
}

/// Signed-in people alone, from the role on.
const fn people(operation: &'static str, role: Role) -> Row {
    Row { anonymous: false, role: Some(role), ..anyone(operation) }
}

/// People from the role on, and every token of such a maker.
const fn any_token(operation: &'static str, role: Role) -> Row {
    Row { tokens: Tokens::Any, ..people(operation, role) }
}

/// People from the role on, and tokens of such a maker that have the scope.
const fn member(operation: &'static str, role: Role, scope: Scope) -> Row {
    Row { tokens: Tokens::With(scope), ..people(operation, role) }
}

/// Enrolled agents alone.
const fn agent(operation: &'static str) -> Row {
    Row { anonymous: false, agent: true, ..anyone(operation) }
}

impl Row {
    /// Honours `Idempotency-Key`.
    const fn creating(self) -> Self {
        Self { creates: true, ..self }
    }

    /// Pages of other sites may ask for it.
    const fn with_any_origin(self) -> Self {
        Self { cross_site: true, ..self }
    }

    /// Reads bodies up to `limit` bytes.
    const fn body(self, limit: usize) -> Self {
        Self { body_limit: limit, ..self }
    }
}
