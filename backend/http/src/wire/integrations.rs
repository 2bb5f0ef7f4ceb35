use crontopus_api as api;
use crontopus_app::ingest::Integration;
use crontopus_app::integrations::{IntegrationState, sentry_project};
use crontopus_ids::TenantId;

use super::at;

/// A kind of clients, with the address to give to them.
pub(crate) fn integration(public_url: &str, tenant: TenantId, state: IntegrationState) -> api::Integration {
    let kind = wire(state.kind);
    let key = state.key;
    api::Integration {
        kind,
        active: key.is_some(),
        hint: key.as_ref().map(|key| key.hint.clone()),
        created_at: key.as_ref().map(|key| at(key.created_at)),
        created_by: key.map(|key| key.created_by),
        address: address(public_url, tenant, kind, "<key>"),
    }
}

/// The address to give to clients of `kind` with `key`.
pub(crate) fn address(public_url: &str, tenant: TenantId, kind: api::IntegrationKind, key: &str) -> String {
    match kind {
        api::IntegrationKind::Healthchecks => format!("{public_url}/ping/{key}"),
        api::IntegrationKind::Cronitor => format!("{public_url}/p/{key}"),
        api::IntegrationKind::Sentry => {
            let (scheme, host) = public_url.split_once("://").unwrap_or(("https", public_url));
            format!("{scheme}://{key}@{host}/{}", sentry_project(tenant))
        }
    }
}

/// The addresses of other protocols at which a monitor's own key reports.
pub(crate) fn monitor_addresses(public_url: &str, key: &str) -> Vec<api::MonitorAddress> {
    let paths = [
        ("uptime-kuma", format!("/api/push/{key}")),
        ("better-stack", format!("/api/v1/heartbeat/{key}")),
        ("dead-mans-snitch", format!("/dms/{key}")),
    ];
    let address = |(dialect, path): (&str, String)| api::MonitorAddress {
        dialect: dialect.to_owned(),
        url: format!("{public_url}{path}"),
    };
    paths.into_iter().map(address).collect()
}

/// The kind as the rules know it.
pub(crate) fn own(kind: api::IntegrationKind) -> Integration {
    match kind {
        api::IntegrationKind::Healthchecks => Integration::Healthchecks,
        api::IntegrationKind::Sentry => Integration::Sentry,
        api::IntegrationKind::Cronitor => Integration::Cronitor,
    }
}

fn wire(kind: Integration) -> api::IntegrationKind {
    match kind {
        Integration::Healthchecks => api::IntegrationKind::Healthchecks,
        Integration::Sentry => api::IntegrationKind::Sentry,
        Integration::Cronitor => api::IntegrationKind::Cronitor,
    }
}
