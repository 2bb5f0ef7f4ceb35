//! One file for each resource; a handler extracts, calls a use case, converts.

mod agenda;
mod agent_api;
mod agents;
mod alert_links;
mod audit;
mod auth;
mod channels;
mod check_ins;
mod deliveries;
mod discovered;
mod documents;
mod enroll_tokens;
mod events;
pub(crate) mod health;
mod incidents;
mod integrations;
mod invitations;
mod jobs;
mod key_check_ins;
mod manifests;
mod members;
mod metrics;
mod monitors;
mod overview;
mod passkeys;
mod passwords;
mod public_page;
mod rejected_check_ins;
mod repositories;
mod rules;
mod runs;
mod schedules;
mod second_factor;
mod snoozes;
mod statistics;
mod tenants;
mod timeline;
mod tokens;
mod usage;
mod webhooks;

use axum::routing::options;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dialects::preflight;
use crate::operations::Operations as _;
use crate::serving::Serving;

/// Registers the public API.
pub(crate) fn console(router: OpenApiRouter<Serving>) -> OpenApiRouter<Serving> {
    router
        .operation(routes!(auth::sign_up))
        .operation(routes!(auth::sign_in))
        .operation(routes!(auth::sign_out))
        .operation(routes!(auth::get_me))
        .operation(routes!(passwords::request_password_reset))
        .operation(routes!(passwords::reset_password))
        .operation(routes!(passwords::change_password))
        .operation(routes!(passkeys::begin_passkey_sign_in))
        .operation(routes!(passkeys::sign_in_with_passkey))
        .operation(routes!(passkeys::list_passkeys))
        .operation(routes!(passkeys::begin_passkey))
        .operation(routes!(passkeys::create_passkey))
        .operation(routes!(passkeys::update_passkey))
        .operation(routes!(passkeys::delete_passkey))
        .operation(routes!(second_factor::get_second_factor))
        .operation(routes!(second_factor::begin_second_factor))
        .operation(routes!(second_factor::confirm_second_factor))
        .operation(routes!(second_factor::disable_second_factor))
        .operation(routes!(second_factor::renew_recovery_codes))
        .operation(routes!(tenants::get_tenant))
        .operation(routes!(tenants::update_tenant))
        .operation(routes!(tenants::create_tenant))
        .operation(routes!(tenants::rotate_tenant_key))
        .operation(routes!(public_page::get_public_page))
        .operation(routes!(public_page::put_status_page))
        .operation(routes!(public_page::delete_status_page))
        .operation(routes!(public_page::create_badge_key))
        .operation(routes!(public_page::delete_badge_key))
        .operation(routes!(public_page::show_status_page))
        .operation(routes!(public_page::show_badge))
        .operation(routes!(public_page::show_job_badge))
        .operation(routes!(members::list_members))
        .operation(routes!(members::update_member))
        .operation(routes!(members::delete_member))
        .operation(routes!(invitations::list_invitations))
        .operation(routes!(invitations::create_invitation))
        .operation(routes!(invitations::delete_invitation))
        .operation(routes!(invitations::accept_invitation))
        .operation(routes!(tokens::list_tokens))
        .operation(routes!(tokens::create_token))
        .operation(routes!(tokens::delete_token))
        .operation(routes!(audit::list_audit))
        .operation(routes!(enroll_tokens::list_enroll_tokens))
        .operation(routes!(enroll_tokens::create_enroll_token))
        .operation(routes!(enroll_tokens::delete_enroll_token))
        .operation(routes!(agents::list_agents))
        .operation(routes!(agents::get_agent))
        .operation(routes!(agents::get_agent_plan))
        .operation(routes!(agents::update_agent))
        .operation(routes!(agents::revoke_agent))
        .operation(routes!(agents::approve_agent))
        .operation(routes!(agents::confirm_agent))
        .operation(routes!(agents::sync_agent))
        .operation(routes!(repositories::list_repositories))
        .operation(routes!(repositories::create_repository))
        .operation(routes!(repositories::get_repository))
        .operation(routes!(repositories::update_repository))
        .operation(routes!(repositories::delete_repository))
        .operation(routes!(repositories::sync_repository))
        .operation(routes!(repositories::list_repository_commits))
        .operation(routes!(repositories::list_repository_diagnostics))
        .operation(routes!(webhooks::get_repository_webhook))
        .operation(routes!(webhooks::rotate_repository_webhook))
        .operation(routes!(webhooks::delete_repository_webhook))
        .operation(routes!(webhooks::receive_repository_webhook))
        .operation(routes!(jobs::list_namespaces))
        .operation(routes!(jobs::list_jobs))
        .operation(routes!(jobs::get_job))
        .operation(routes!(jobs::list_job_history))
        .operation(routes!(jobs::get_job_blame))
        .operation(routes!(jobs::get_job_diff))
        .operation(routes!(jobs::list_next_runs))
        .operation(routes!(overview::get_overview))
        .operation(routes!(usage::get_usage))
        .operation(routes!(statistics::get_job_statistics))
        .operation(routes!(statistics::get_monitor_statistics))
        .operation(routes!(statistics::get_job_calendar))
        .operation(routes!(statistics::get_job_durations))
        .operation(routes!(statistics::get_job_metrics))
        .operation(routes!(timeline::get_job_timeline))
        .operation(routes!(timeline::get_timeline))
        .operation(routes!(agenda::get_agenda))
        .operation(routes!(agenda::get_schedule_load))
        .operation(routes!(schedules::get_schedule_preview))
        .operation(routes!(schedules::preview_schedule))
        .operation(routes!(manifests::validate_manifests))
        .operation(routes!(manifests::convert_crontab))
        .operation(routes!(manifests::get_manifest_schema))
        .operation(routes!(monitors::list_monitors))
        .operation(routes!(monitors::get_monitor))
        .operation(routes!(monitors::pause_monitor))
        .operation(routes!(monitors::resume_monitor))
        .operation(routes!(monitors::rotate_monitor_key))
        .operation(routes!(runs::list_runs))
        .operation(routes!(runs::get_run))
        .operation(routes!(runs::get_run_output))
        .operation(routes!(incidents::list_incidents))
        .operation(routes!(incidents::get_incident))
        .operation(routes!(incidents::acknowledge_incident))
        .operation(routes!(incidents::resolve_incident))
        .operation(routes!(snoozes::snooze_incident))
        .operation(routes!(incidents::create_incident_note))
        .operation(routes!(alert_links::get_alert_link))
        .operation(routes!(alert_links::follow_alert_link))
        .operation(routes!(channels::list_channels))
        .operation(routes!(channels::create_channel))
        .operation(routes!(channels::get_channel))
        .operation(routes!(channels::update_channel))
        .operation(routes!(channels::delete_channel))
        .operation(routes!(channels::test_channel))
        .operation(routes!(deliveries::list_deliveries))
        .operation(routes!(deliveries::get_delivery_queue))
        .operation(routes!(rules::list_routes))
        .operation(routes!(rules::test_routes))
        .operation(routes!(rules::list_policies))
        .operation(routes!(rules::list_maintenance))
        .operation(routes!(snoozes::list_snoozes))
        .operation(routes!(snoozes::create_snooze))
        .operation(routes!(snoozes::delete_snooze))
        .operation(routes!(rejected_check_ins::list_rejected_check_ins))
        .operation(routes!(integrations::list_integrations))
        .operation(routes!(integrations::rotate_integration_key))
        .operation(routes!(integrations::revoke_integration_key))
        .operation(routes!(discovered::list_discovered))
        .operation(routes!(discovered::get_discovered))
        .operation(routes!(discovered::ignore_discovered))
        .operation(routes!(discovered::restore_discovered))
        .operation(routes!(check_ins::create_check_ins))
        .operation(routes!(key_check_ins::get_key_check_in))
        .operation(routes!(key_check_ins::post_key_check_in))
        .operation(routes!(key_check_ins::get_key_signal))
        .operation(routes!(key_check_ins::post_key_signal))
        .operation(routes!(key_check_ins::get_job_check_in))
        .operation(routes!(key_check_ins::post_job_check_in))
        .operation(routes!(key_check_ins::get_job_signal))
        .operation(routes!(key_check_ins::post_job_signal))
        .route("/in/{key}", options(preflight))
        .route("/in/{key}/{signal}", options(preflight))
        .route("/in/{key}/{namespace}/{job}", options(preflight))
        .route("/in/{key}/{namespace}/{job}/{signal}", options(preflight))
        .operation(routes!(events::stream_events))
        .operation(routes!(metrics::get_metrics))
        .operation(routes!(health::get_liveness))
        .operation(routes!(health::get_readiness))
        .operation(routes!(documents::get_openapi))
}

/// Registers the agent API.
pub(crate) fn agent(router: OpenApiRouter<Serving>) -> OpenApiRouter<Serving> {
    router
        .operation(routes!(agent_api::enroll::create_enroll_challenge))
        .operation(routes!(agent_api::enroll::enroll_agent))
        .operation(routes!(agent_api::config::get_agent_config))
        .operation(routes!(agent_api::heartbeat::send_heartbeat))
        .operation(routes!(agent_api::report::send_report))
        .operation(routes!(agent_api::check_ins::send_check_ins))
        .operation(routes!(agent_api::rotate_key::rotate_agent_key))
        .operation(routes!(agent_api::leave::leave_tenant))
        .operation(routes!(agent_api::events::stream_agent_events))
}
