//! What Prometheus is told, of the service and of a tenant.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod dashboards;
mod reference;
mod service;
mod tenant;
mod world;
