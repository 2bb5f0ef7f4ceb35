use std::time::Duration;

use crontopus_notify::{ChannelKind, Outcome};
use crontopus_store::Verdict;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// What is counted of deliveries.
#[derive(Debug, Clone)]
pub(crate) struct DeliveryMetrics {
    tries: Family<TryLabels, Counter>,
    seconds: Histogram,
    untold: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TryLabels {
    kind: &'static str,
    outcome: &'static str,
}

/// The last resort: a mail to the owners.
pub(super) const OWNERS: &str = "owners";
/// A channel that is no more, or whose row cannot be read.
pub(super) const NO_KIND: &str = "none";

/// The words for what became of a try.
const OUTCOMES: [&str; 5] = ["sent", "later", "refused", "broken", "given_up"];

impl DeliveryMetrics {
    /// Counts a try to hand a message to a channel of this kind.
    pub(super) fn tried(&self, kind: &'static str, outcome: &Outcome, verdict: &Verdict, took: Duration) {
        let outcome = match (outcome, verdict) {
            (Outcome::Sent { .. }, _) => "sent",
            (Outcome::Refused { .. }, _) => "refused",
            (Outcome::Broken { .. }, _) => "broken",
            (Outcome::Later { .. }, Verdict::Failed) => "given_up",
            (Outcome::Later { .. }, _) => "later",
        };
        self.tries.get_or_create(&TryLabels { kind, outcome }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts a message that nobody could be told instead.
    pub(super) fn untold(&self) {
        self.untold.inc();
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "delivery_tries",
            "Tries to hand a notification to a channel of this kind, and what became of them: sent, tried again later, \
             refused for itself, refused for good (the channel is disabled), or given up after a day",
            self.tries.clone(),
        );
        registry.register(
            "delivery_seconds",
            "Time from taking a notification in hand to the provider's answer",
            self.seconds.clone(),
        );
        registry.register(
            "deliveries_untold",
            "Notifications that were lost and that nobody else could be told instead",
            self.untold.clone(),
        );
    }
}

impl Default for DeliveryMetrics {
    fn default() -> Self {
        let tries = Family::default();
        let kinds = ChannelKind::ALL.iter().map(|kind| kind.as_str());
        // All of them begin at nought, so that the first failure is a rise.
        for kind in kinds.chain([OWNERS, NO_KIND]) {
            for outcome in OUTCOMES {
                drop(tries.get_or_create(&TryLabels { kind, outcome }));
            }
        }
        let seconds = Histogram::new([0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0]);
        Self { tries, seconds, untold: Counter::default() }
    }
}
