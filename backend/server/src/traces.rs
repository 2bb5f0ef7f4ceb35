//! Traces over OTLP, when a collector is configured.

use std::collections::HashMap;

use anyhow::Context as _;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Tracer};

use crate::config::Config;
use crate::outbound::Collector;

/// What records spans and sends them.
#[derive(Debug)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Sends to the configured collector; `None` when there is none.
    pub(crate) fn start(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(address(endpoint))
            .with_headers(headers(config.otlp_headers.as_deref().unwrap_or_default())?)
            .build()
            .context("cannot prepare traces")?;
        let resource = Resource::builder()
            .with_service_name("crontopus-server")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.otlp_ratio)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        Ok(Some(Self { provider }))
    }

    /// What turns spans of the log into spans of traces.
    pub(crate) fn tracer(&self) -> Tracer {
        self.provider.tracer("crontopus")
    }

    /// Sends what is not sent yet, and ends. It blocks.
    pub(crate) fn finish(self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last traces may be lost");
        }
    }
}

/// A collector's base address or its whole address of traces; both are in use.
fn address(endpoint: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    if endpoint.ends_with("/v1/traces") { endpoint.to_owned() } else { format!("{endpoint}/v1/traces") }
}

/// `name=value,name=value`, as the variable `OTEL_EXPORTER_OTLP_HEADERS` has it.
pub(crate) fn headers(text: &str) -> anyhow::Result<HashMap<String, String>> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').context("otlp_headers is `name=value,name=value`")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    pairs.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_addresses_are_understood() {
        for endpoint in ["http://otel:4318", "http://otel:4318/", "http://otel:4318/v1/traces"] {
            assert_eq!(address(endpoint), "http://otel:4318/v1/traces");
        }
    }

    #[test]
    fn headers_are_pairs() {
        let read = headers("authorization=Bearer a=b, x-scope = 1").unwrap();
        assert_eq!(read["authorization"], "Bearer a=b");
        assert_eq!(read["x-scope"], "1");
        assert!(headers("").unwrap().is_empty());
        let error = headers("secret").unwrap_err().to_string();
        assert!(!error.contains("secret") && error.contains("name=value"), "{error}");
    }
}
