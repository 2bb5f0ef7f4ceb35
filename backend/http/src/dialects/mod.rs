//! Check-ins in the words of other monitors, one file for each protocol. Each turns a request into the one
//! event there is, and answers as its clients expect.
//!
//! These addresses are no operations of ours: they are in no document, need no credential but what they carry,
//! and are listed in [`ROUTES`], which is all that is registered.

mod arrival;
mod bare;
mod better_stack;
mod cronitor;
mod dead_mans_snitch;
mod healthchecks;
pub mod management;
mod query;
mod sentry;
mod text;
mod uptime_kuma;

pub(crate) use arrival::{ANY_ORIGIN, Arrival, Taken, preflight};
pub(crate) use bare::divert;
pub(crate) use query::{milliseconds, pairs, run_key, seconds};

use axum::Router;
use axum::routing::{MethodRouter, any};

use crate::serving::Serving;

/// Every address of other protocols, and whose it is.
pub const ROUTES: &[(&str, &str)] = &[
    ("/ping/{*path}", "healthchecks, cronitor"),
    ("/p/{*path}", "cronitor"),
    ("/api/{project}/envelope/", "sentry"),
    ("/api/{project}/envelope", "sentry"),
    ("/api/{project}/cron/{slug}", "sentry"),
    ("/api/{project}/cron/{slug}/", "sentry"),
    ("/api/{project}/cron/{slug}/{key}", "sentry"),
    ("/api/{project}/cron/{slug}/{key}/", "sentry"),
    ("/api/push/{token}", "uptime-kuma"),
    ("/api/push/{token}/", "uptime-kuma"),
    ("/dms/{token}", "dead-mans-snitch"),
    ("/dms/{token}/", "dead-mans-snitch"),
    ("/api/v1/heartbeat/{token}", "better-stack"),
    ("/api/v1/heartbeat/{token}/", "better-stack"),
    ("/api/v1/heartbeat/{token}/{signal}", "better-stack"),
    ("/api/v1/heartbeat/{token}/{signal}/", "better-stack"),
];

/// The routes of [`ROUTES`]. Every method reports but `OPTIONS`, which is a browser's question.
pub(crate) fn router() -> Router<Serving> {
    ROUTES
        .iter()
        .fold(management::router(), |router, (path, _)| router.route(path, door(path).options(preflight)))
}

fn door(path: &str) -> MethodRouter<Serving> {
    match path {
        "/ping/{*path}" => any(healthchecks::or_cronitor),
        "/p/{*path}" => any(cronitor::telemetry),
        path if path.starts_with("/api/{project}/envelope") => sentry::envelopes(),
        path if path.starts_with("/api/{project}/cron/") => any(sentry::plain),
        path if path.starts_with("/api/push/") => any(uptime_kuma::push),
        path if path.starts_with("/dms/") => any(dead_mans_snitch::snitch),
        path if path.starts_with("/api/v1/heartbeat/") => any(better_stack::heartbeat),
        other => panic!("nothing answers {other}"),
    }
}
