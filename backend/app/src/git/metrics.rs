use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// What is counted of syncs.
#[derive(Debug, Clone)]
pub(crate) struct SyncMetrics {
    syncs: Family<SyncLabels, Counter>,
    seconds: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SyncLabels {
    outcome: &'static str,
}

impl SyncMetrics {
    /// Counts a sync that took so long.
    pub(crate) fn synced(&self, is_good: bool, took: Duration) {
        self.syncs.get_or_create(&SyncLabels { outcome: if is_good { "ok" } else { "failed" } }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "repository_syncs",
            "Syncs of repositories, after a push or by the clock, and how they went",
            self.syncs.clone(),
        );
        registry.register(
            "repository_sync_seconds",
            "Time from the fetch to the commit of a sync",
            self.seconds.clone(),
        );
    }
}

impl Default for SyncMetrics {
    fn default() -> Self {
        let syncs = Family::default();
        for outcome in ["ok", "failed"] {
            drop(syncs.get_or_create(&SyncLabels { outcome }));
        }
        let seconds = Histogram::new([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0]);
        Self { syncs, seconds }
    }
}
