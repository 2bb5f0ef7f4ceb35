//! Maintenance: when nobody is to be told.

use std::collections::BTreeMap;
use std::time::Duration;

use crontopus_schedule::{Cron, Profile, Schedule};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Code;
use crate::choice::choices;
use crate::decode::{Context, Fields, choice, duration, list, non_empty, word};
use crate::job::cron;
use crate::key::DocKey;
use crate::metadata::Metadata;
use crate::quote::clip;
use crate::selector::{Selector, covers, namespaces, selector};
use crate::yaml::Node;
use crate::zone::timezone;

/// One maintenance. Serialised, it is its whole canonical document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(
    rename = "MaintenanceSpec",
    description = "What the maintenance is: for whom, when, and what it does."
)]
pub struct Maintenance {
    /// Name, labels, annotations.
    #[serde(skip)]
    pub metadata: Metadata,
    /// Labels of the jobs and agents it is for. Default: all of them.
    #[serde(default, skip_serializing_if = "Selector::is_empty")]
    pub selector: Selector,
    /// Namespaces of the jobs it is for. Default: every namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// When it is.
    #[schemars(length(min = 1))]
    pub windows: Vec<Window>,
    /// `silence`: runs are judged and nobody is told. `pause`: runs are not judged.
    #[serde(default, skip_serializing_if = "is_silence")]
    #[schemars(extend("default" = "silence"))]
    pub effect: Effect,
}

/// One stretch of time, or one that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Window {
    /// Once.
    Once(OnceWindow),
    /// At every time an expression names.
    Recurring(RecurringWindow),
}

/// One stretch of time by the local clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnceWindow {
    /// Its beginning, such as `2026-12-05T22:00`.
    #[serde(serialize_with = "serialize_local")]
    #[schemars(schema_with = "local_schema")]
    pub start: DateTime,
    /// Its end by the local clock.
    #[serde(serialize_with = "serialize_local")]
    #[schemars(schema_with = "local_schema")]
    pub end: DateTime,
    /// IANA name of the time zone.
    #[serde(default = "utc", skip_serializing_if = "is_utc")]
    #[schemars(extend("default" = "UTC"))]
    pub timezone: String,
}

/// Stretches of time that begin at every time an expression names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecurringWindow {
    /// When each begins.
    #[schemars(with = "String")]
    pub cron: Cron,
    /// How long each takes.
    #[serde(serialize_with = "crate::duration::serialize")]
    #[schemars(schema_with = "crate::duration::schema")]
    pub duration: Duration,
    /// IANA name of the time zone.
    #[serde(default = "utc", skip_serializing_if = "is_utc")]
    #[schemars(extend("default" = "UTC"))]
    pub timezone: String,
}

choices! {
    /// What a maintenance does.
    #[derive(Default)]
    pub enum Effect {
        /// Runs are judged, nobody is told.
        #[default]
        Silence = "silence",
        /// Runs are not judged.
        Pause = "pause",
    }
}

const UTC: &str = "UTC";
const MINUTE: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(31 * 86_400);

fn is_silence(effect: &Effect) -> bool {
    *effect == Effect::Silence
}

fn utc() -> String {
    UTC.to_owned()
}

fn is_utc(zone: &str) -> bool {
    zone == UTC
}

fn serialize_local<S: serde::Serializer>(time: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.strftime(if time.second() == 0 {
        "%Y-%m-%dT%H:%M"
    } else {
        "%Y-%m-%dT%H:%M:%S"
    }))
}

fn local_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?$",
        "examples": ["2026-12-05T22:00"],
    })
}

impl Maintenance {
    /// `namespace/name`.
    pub fn key(&self) -> &DocKey {
        &self.metadata.key
    }

    /// Whether it is for a job of this namespace with these labels.
    pub fn matches(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        covers(&self.namespaces, &self.selector, (namespace, labels))
    }

    /// The end of the stretch of time that holds `now`, the latest when several do; `None` outside all.
    pub fn active_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.windows.iter().filter_map(|window| window.active_until(now)).max()
    }
}

impl Window {
    /// The end of its stretch of time that holds `now`. Local times that a clock change skips or repeats
    /// are read as the later (skipped) or earlier (repeated) instant.
    pub fn active_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Once(OnceWindow { start, end, timezone }) => {
                let zone = zone(timezone);
                let [start, end] =
                    [start, end].map(|time| zone.to_ambiguous_timestamp(*time).compatible().ok());
                (start? <= now && now < end?).then_some(end?)
            }
            Self::Recurring(RecurringWindow { cron, duration, timezone }) => {
                let length = SignedDuration::try_from(*duration).ok()?;
                let begins =
                    Schedule::Cron(vec![cron.clone()]).prev(now, &zone(timezone), Profile::Guarded)?;
                begins.checked_add(length).ok().filter(|end| now < *end)
            }
        }
    }
}

/// The zone was found when the manifest was read; should a host lack it, UTC is the rule of last resort.
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

pub(crate) fn decode(node: &Node, cx: &mut Context, metadata: Metadata) -> Option<Maintenance> {
    let mut fields = Fields::of(node, cx)?;
    let selector = fields.optional(cx, "selector", selector).unwrap_or_default();
    let namespaces = fields.optional(cx, "namespaces", namespaces).unwrap_or_default();
    let windows = fields.required(cx, "windows", non_empty(list(64, window)));
    let effect = fields.optional(cx, "effect", choice).unwrap_or_default();
    fields.finish(cx);
    Some(Maintenance { metadata, selector, namespaces, windows: windows?, effect })
}

fn window(node: &Node, cx: &mut Context) -> Option<Window> {
    let mut fields = Fields::of(node, cx)?;
    let f = &mut fields;
    let start = f.optional(cx, "start", local_time);
    let end = f.optional(cx, "end", local_time);
    let cron = f.optional(cx, "cron", cron);
    let duration = f.optional(cx, "duration", duration(MINUTE..=LONGEST));
    let timezone = f.optional(cx, "timezone", timezone).unwrap_or_else(|| UTC.to_owned());
    let once = f.has("start") || f.has("end");
    let recurring = f.has("cron") || f.has("duration");
    let missing = match (once, recurring) {
        (true, true) => {
            let problem = (
                Code::Contradiction,
                "a window is either `start` and `end`, or `cron` and `duration`".to_owned(),
            );
            f.refuse_at(cx, "cron", problem, "make two windows of it");
            None
        }
        (false, false) => Some("start"),
        (true, false) => ["start", "end"].into_iter().find(|name| !f.has(name)),
        (false, true) => ["cron", "duration"].into_iter().find(|name| !f.has(name)),
    };
    if let Some(name) = missing {
        let problem = (Code::MissingField, format!("`{name}` is missing"));
        f.refuse_at(cx, name, problem, "give `start` and `end`, or `cron` and `duration`");
    }
    if start.zip(end).is_some_and(|(start, end)| end <= start) {
        f.refuse_at(
            cx,
            "end",
            (Code::Contradiction, "`end` is not after `start`".to_owned()),
            "exchange them",
        );
    }
    fields.finish(cx);
    match (once, recurring) {
        (true, false) => Some(Window::Once(OnceWindow { start: start?, end: end?, timezone })),
        (false, true) => {
            Some(Window::Recurring(RecurringWindow { cron: cron?, duration: duration?, timezone }))
        }
        _ => None,
    }
}

/// A date and time of the local clock, to the minute or second.
fn local_time(node: &Node, cx: &mut Context) -> Option<DateTime> {
    let text = word(node, cx)?;
    let has_offset = text.ends_with(['Z', 'z']) || text.contains('+');
    let long_enough = (16..=19).contains(&text.len());
    match text.parse::<DateTime>() {
        Ok(time) if long_enough && !has_offset => Some(time),
        _ => cx.refuse_with(
            node.span,
            Code::BadDateTime,
            format!("`{}` is not a date and time", clip(text)),
            if has_offset {
                "write the local time without an offset and the zone as `timezone`"
            } else {
                "write it like 2026-12-05T22:00"
            },
        ),
    }
}
