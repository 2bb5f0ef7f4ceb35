use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::signal::{Outcome, Signal};

/// What is counted of check-ins on their way in. Cheap to clone; every clone counts into the same.
#[derive(Debug, Clone)]
pub(super) struct IngestMetrics {
    check_ins: Family<CheckInLabels, Counter>,
    refused: Family<RefusedLabels, Counter>,
    collisions: Counter,
    batch: Histogram,
    commit: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CheckInLabels {
    door: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    reason: &'static str,
}

/// Why check-ins were not even looked at; the sender may send them again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    /// Too many wait.
    Full,
    /// The service is ending.
    Closing,
    /// The database did not take them.
    Database,
}

impl Refusal {
    const ALL: [Self; 3] = [Self::Full, Self::Closing, Self::Database];

    fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Closing => "closing",
            Self::Database => "database",
        }
    }
}

impl IngestMetrics {
    /// Counts a check-in that was answered.
    pub(super) fn decided(&self, signal: &Signal, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Discovered { .. } => "discovered",
            Outcome::Rejected(why) => why.as_str(),
        };
        self.check_ins.get_or_create(&CheckInLabels { door: signal.door.as_str(), outcome }).inc();
    }

    /// Counts check-ins that were put off.
    pub(super) fn refused(&self, reason: Refusal, check_ins: usize) {
        let labels = RefusedLabels { reason: reason.as_str() };
        self.refused.get_or_create(&labels).inc_by(check_ins as u64);
    }

    /// Counts a batch that was tried again because another transaction stood in the way.
    pub(super) fn collided(&self) {
        self.collisions.inc();
    }

    /// Notes a transaction that was committed.
    pub(super) fn committed(&self, check_ins: usize, seconds: f64) {
        self.batch.observe(check_ins as f64);
        self.commit.observe(seconds);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "ingest_check_ins",
            "Check-ins that were answered, by the door they came through and what became of them",
            self.check_ins.clone(),
        );
        registry.register(
            "ingest_refused_check_ins",
            "Check-ins that were put off and may be sent again",
            self.refused.clone(),
        );
        registry.register(
            "ingest_collisions",
            "Batches that were tried again because another transaction stood in the way",
            self.collisions.clone(),
        );
        registry.register("ingest_batch_check_ins", "Check-ins of one transaction", self.batch.clone());
        registry.register(
            "ingest_commit_seconds",
            "Time from the beginning of a batch's transaction to its end on disk",
            self.commit.clone(),
        );
    }
}

impl Default for IngestMetrics {
    fn default() -> Self {
        let refused = Family::default();
        for reason in Refusal::ALL {
            drop(refused.get_or_create(&RefusedLabels { reason: reason.as_str() }));
        }
        Self {
            check_ins: Family::default(),
            refused,
            collisions: Counter::default(),
            batch: Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0]),
            commit: Histogram::new([
                0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
            ]),
        }
    }
}
