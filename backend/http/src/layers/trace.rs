use std::fmt;

use crontopus_app::secret;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::serving::Serving;

/// Header of W3C Trace Context, level 1.
pub(super) const HEADER: &str = "traceparent";

/// A place in a trace, as `traceparent` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceParent {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
}

impl TraceParent {
    /// Reads a header of version 00, or of a later version as far as it is like it. What is not well formed
    /// is as good as none.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str, len| {
            text.len() == len && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let fits = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
        if !fits || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let parent = Self {
            trace: TraceId::from_hex(trace).ok()?,
            span: SpanId::from_hex(span).ok()?,
            flags: TraceFlags::new(u8::from_str_radix(flags, 16).ok()? & 1),
        };
        (parent.trace != TraceId::INVALID && parent.span != SpanId::INVALID).then_some(parent)
    }

    /// Makes `span` the continuation of what the caller began, and gives our own place in the trace: that of
    /// the recorded span, or one of our own when nothing is recorded.
    pub(super) fn enter(given: Option<Self>, span: &Span, serving: &Serving) -> Self {
        if let Some(parent) = given {
            let remote =
                SpanContext::new(parent.trace, parent.span, parent.flags, true, TraceState::default());
            // Without a layer that records there is nothing to set.
            span.set_parent(Context::new().with_remote_span_context(remote)).ok();
        }
        let context = span.context();
        let recorded = context.span().span_context().clone();
        if recorded.is_valid() && !recorded.is_remote() {
            let flags = recorded.trace_flags();
            return Self { trace: recorded.trace_id(), span: recorded.span_id(), flags };
        }
        let entropy = serving.app().entropy().as_ref();
        Self {
            trace: given.map_or_else(|| TraceId::from_bytes(secret::bytes(entropy)), |parent| parent.trace),
            span: SpanId::from_bytes(secret::bytes(entropy)),
            flags: TraceFlags::NOT_SAMPLED,
        }
    }

    /// The trace's id, for log lines.
    pub(super) fn trace_id(&self) -> TraceId {
        self.trace
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags.to_u8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let header = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(TraceParent::parse(&header).unwrap().to_string(), header);
        assert!(TraceParent::parse(&format!("cc-{trace}-00f067aa0ba902b7-01-what-comes")).is_some());
        for wrong in [
            "",
            "00-1-2-3",
            &format!("ff-{trace}-00f067aa0ba902b7-01"),
            &format!("00-{trace}"),
            &format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            &format!("00-{trace}-00f067aa0ba902b7-01-more"),
            &format!("00-{trace}-0000000000000000-01"),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceParent::parse(wrong), None, "{wrong}");
        }
    }
}
