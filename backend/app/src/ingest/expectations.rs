use std::sync::Arc;

use crontopus_domain::Expectation;
use crontopus_ids::MonitorId;
use crontopus_store::Monitor;
use moka::sync::Cache;

/// Compiled expectations by monitor and revision, so that no check-in parses a schedule that was parsed.
#[derive(Debug, Clone)]
pub struct Expectations(Cache<(MonitorId, i64), Arc<Expectation>>);

/// So many are kept.
const KEPT: u64 = 50_000;

impl Default for Expectations {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Expectations {
    /// What is expected of a monitor at a revision, if that was asked before.
    pub(crate) fn known(&self, id: MonitorId, revision: i64) -> Option<Arc<Expectation>> {
        self.0.get(&(id, revision))
    }

    /// What is expected of `monitor`; `None`, and logged, when its row makes no sense to this server.
    pub fn of(&self, monitor: &Monitor) -> Option<Arc<Expectation>> {
        let key = (monitor.id, monitor.revision);
        if let Some(known) = self.0.get(&key) {
            return Some(known);
        }
        let spec =
            monitor.spec().map_err(|error| tracing::error!(monitor = %monitor.id, %error, "unreadable"));
        let compiled = Expectation::compile(spec.ok()?);
        let compiled = compiled.map_err(|error| tracing::error!(monitor = %monitor.id, %error, "not usable"));
        let compiled = Arc::new(compiled.ok()?);
        self.0.insert(key, compiled.clone());
        Some(compiled)
    }
}
