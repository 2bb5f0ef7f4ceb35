use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

/// The two text formats that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposition {
    /// OpenMetrics 1.0, which Prometheus prefers.
    OpenMetrics,
    /// The older format 0.0.4, which everything reads, also `promtool check metrics`.
    Prometheus,
}

impl Exposition {
    /// What the caller likes best; who names neither gets the older format.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges = lines.flat_map(|line| line.split(','));
        let (mut open, mut plain) = (0.0_f32, 0.0_f32);
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|p| p.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
            let weight = weight.unwrap_or(0.0_f32).clamp(0.0, 1.0);
            match kind.as_str() {
                "application/openmetrics-text" => open = open.max(weight),
                "text/plain" => plain = plain.max(weight),
                _ => {}
            }
        }
        if open > 0.0 && open >= plain { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// Writes what is registered.
    pub(crate) fn write(self, registries: &[&Registry]) -> String {
        let mut out = String::new();
        let written = registries.iter().try_for_each(|registry| text::encode_registry(&mut out, registry));
        if let Err(error) = written.and_then(|()| text::encode_eof(&mut out)) {
            tracing::error!(%error, "the metrics cannot be written");
        }
        match self {
            Self::OpenMetrics => out,
            Self::Prometheus => plain(&out),
        }
    }

    /// The answer with this text.
    pub(crate) fn answer(self, text: String) -> Response {
        let kind = HeaderValue::from_static(match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        });
        let vary =
            (header::VARY, HeaderValue::from_static("Accept, Cookie, Authorization, Crontopus-Tenant"));
        ([(header::CONTENT_TYPE, kind), vary], text).into_response()
    }
}

/// The same in the older format: there a family is named as its samples are, and there are no units, no
/// `info` and no end.
fn plain(open: &str) -> String {
    let mut out = String::with_capacity(open.len());
    let mut help = None;
    for line in open.lines() {
        if let Some(text) = line.strip_prefix("# HELP ") {
            help = text.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|t| t.split_once(' ')) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                "stateset" => ("", "gauge"),
                "unknown" => ("", "untyped"),
                kind => ("", kind),
            };
            if let Some((_, text)) = help.take() {
                writeln!(out, "# HELP {name}{suffix} {text}").ok();
            }
            writeln!(out, "# TYPE {name}{suffix} {kind}").ok();
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::family::Family;
    use prometheus_client::metrics::info::Info;

    use super::*;

    #[test]
    fn the_caller_chooses() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;\
                          version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, wanted) in [
            (prometheus, Exposition::OpenMetrics),
            ("application/openmetrics-text", Exposition::OpenMetrics),
            ("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.2", Exposition::Prometheus),
            ("application/openmetrics-text;q=0", Exposition::Prometheus),
            ("application/openmetrics-text;q=x", Exposition::Prometheus),
            ("*/*", Exposition::Prometheus),
            ("application/json", Exposition::Prometheus),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Exposition::wanted(&headers), wanted, "{accept}");
        }
        assert_eq!(Exposition::wanted(&HeaderMap::new()), Exposition::Prometheus);
    }

    #[test]
    fn both_formats() {
        let mut registry = Registry::default();
        registry.register("build", "What runs", Info::new(vec![("version", "1")]));
        let family = Family::<Vec<(&str, String)>, Counter>::default();
        family.get_or_create(&vec![("name", "a\\b\"c\nd{}".to_owned())]).inc();
        registry.register("runs", "Runs", family);
        insta::assert_snapshot!(Exposition::OpenMetrics.write(&[&registry]), @r##"
        # HELP build What runs.
        # TYPE build info
        build_info{version="1"} 1
        # HELP runs Runs.
        # TYPE runs counter
        runs_total{name="a\\b\"c\nd{}"} 1
        # EOF
        "##);
        insta::assert_snapshot!(Exposition::Prometheus.write(&[&registry]), @r##"
        # HELP build_info What runs.
        # TYPE build_info gauge
        build_info{version="1"} 1
        # HELP runs_total Runs.
        # TYPE runs_total counter
        runs_total{name="a\\b\"c\nd{}"} 1
        "##);
    }
}
