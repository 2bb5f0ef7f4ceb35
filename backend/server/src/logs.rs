use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::{Config, LogFormat};
use crate::traces::Traces;

/// Starts logging to standard error (lines for people, or one JSON object a line) and tracing to a
/// collector.
pub(crate) fn start(config: &Config) -> anyhow::Result<Option<Traces>> {
    let filter = EnvFilter::try_new(&config.log).with_context(|| {
        format!("`{}` is no log filter; one looks like `info` or `info,crontopus_http=debug`", config.log)
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(true);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let traces = Traces::start(config)?;
    // What is logged does not decide what is traced: our own spans are, and nobody else's. Lines of the log are not:
    // they hold what others said, and names; each has the id of its trace.
    let spans = traces.as_ref().map(|traces| {
        tracing_opentelemetry::layer()
            .with_tracer(traces.tracer())
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(
                filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("crontopus"))
                    .with_max_level_hint(LevelFilter::INFO),
            )
    });
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans).init();
    Ok(traces)
}
