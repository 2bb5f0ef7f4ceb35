//! What the service counts and measures, and how it is written for Prometheus.

mod answers;
mod exposition;
mod process;
mod service;
mod streams;
mod tenant;

use std::fmt;
use std::time::Duration;

use crontopus_app::{App, ServiceFigures};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use self::answers::Answers;
use self::process::Process;
use self::service::Service;
use self::streams::Streams;

pub(crate) use self::exposition::Exposition;
pub(crate) use self::streams::{StreamGuard, StreamKind};
pub(crate) use self::tenant::exposed as tenant_exposed;

/// What the service counts of itself. Labels are closed sets: routes, methods, statuses, states; never a
/// tenant's or a job's name.
pub(crate) struct Metrics {
    registry: Registry,
    answers: Answers,
    streams: Streams,
}

impl Metrics {
    /// The counters of the HTTP side and of `app`.
    pub(crate) fn new(app: &App, version: &'static str) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Process));
        let (answers, streams) = (Answers::default(), Streams::default());
        let own = registry.sub_registry_with_prefix("crontopus");
        own.register("build", "What runs", Info::new(vec![("version", version)]));
        answers.register(own);
        streams.register(own);
        app.register_metrics(own);
        Self { registry, answers, streams }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.answers.count(method, route, status, took);
    }

    /// Counts an open stream for as long as the guard lives.
    pub(crate) fn stream(&self, kind: StreamKind) -> StreamGuard {
        self.streams.open(kind)
    }

    /// Everything that was counted, and what was just measured.
    pub(crate) fn exposed(&self, figures: ServiceFigures, form: Exposition) -> String {
        let mut measured = Registry::default();
        measured.register_collector(Box::new(Service(figures)));
        form.write(&[&self.registry, &measured])
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
