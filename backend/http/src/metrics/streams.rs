use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Open event streams of this process.
#[derive(Debug, Clone)]
pub(super) struct Streams(Family<StreamLabels, Gauge>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StreamLabels {
    kind: &'static str,
}

/// Who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamKind {
    /// People and programs, on `/api/v1/events`.
    Tenants,
    /// Hosts, on `/agent/v1/events`.
    Agents,
}

/// One open stream; dropped with it.
#[derive(Debug)]
pub(crate) struct StreamGuard(Gauge);

impl Streams {
    pub(super) fn open(&self, kind: StreamKind) -> StreamGuard {
        let gauge = self.0.get_or_create_owned(&StreamLabels { kind: kind.as_str() });
        gauge.inc();
        StreamGuard(gauge)
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Open event streams of this process, by who listens";
        registry.register("event_streams", help, self.0.clone());
    }
}

impl StreamKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Tenants => "tenants",
            Self::Agents => "agents",
        }
    }
}

impl Default for Streams {
    fn default() -> Self {
        let family = Family::default();
        for kind in [StreamKind::Tenants, StreamKind::Agents] {
            drop(family.get_or_create(&StreamLabels { kind: kind.as_str() }));
        }
        Self(family)
    }
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}
