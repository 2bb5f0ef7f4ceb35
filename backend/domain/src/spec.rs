use crontopus_manifest::spec::Capture;
use crontopus_schedule::{Cron, Every, Profile, Schedule};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::incident::Severity;

/// What is expected of a job in one place, as it is stored. Durations are milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonitorSpec {
    /// When it starts, by the clock; any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crons: Vec<Cron>,
    /// When it starts, by elapsed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
    /// IANA zone.
    pub timezone: String,
    /// Whose firing rules hold.
    pub profile: Profile,
    /// Who starts it.
    pub starter: Starter,
    /// How long before the expected time a start counts.
    pub early_ms: i64,
    /// How long after it.
    pub late_ms: i64,
    /// Longest random delay; widens the window.
    #[serde(default)]
    pub jitter_ms: i64,
    /// A run that takes longer is timed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_runtime_ms: Option<i64>,
    /// A success that takes less has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_runtime_ms: Option<i64>,
    /// Consecutive bad runs before an incident opens; at least 1.
    pub alert_after: u32,
    /// Consecutive good runs before it is over; at least 1.
    pub recover_after: u32,
    /// How bad that is.
    pub severity: Severity,
    /// Longest time without a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_since_success_ms: Option<i64>,
    /// The manifest says it is paused.
    #[serde(default)]
    pub paused: bool,
    /// What is kept of the output of its runs.
    #[serde(default, skip_serializing_if = "OutputRule::is_default")]
    pub output: OutputRule,
}

/// What is kept of the output of a run that no wrapper has cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRule {
    /// Bytes in all.
    pub limit: u32,
    /// Which part of an output that is longer.
    pub capture: Capture,
    /// Whether the output of a good run is kept too.
    pub of_success: bool,
}

impl Default for OutputRule {
    fn default() -> Self {
        Self { limit: 64 << 10, capture: Capture::Tail, of_success: true }
    }
}

impl OutputRule {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

words! {
    /// Who starts a job.
    Starter {
        /// Something we do not know: ping mode.
        Elsewhere = "elsewhere",
        /// A scheduler on a host, through our agent.
        Agent = "agent",
    }
}

/// A spec whose schedule and zone are ready for use. Making one costs microseconds; keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// What it was made of.
    pub spec: MonitorSpec,
    pub(crate) beat: Beat,
}

/// How expected starts follow each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Beat {
    /// At moments that can be computed.
    Calendar(Schedule, TimeZone, Profile),
    /// So long after the last start at the latest, milliseconds.
    Interval(i64),
    /// At none.
    None,
}

/// A zone that this machine does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone this server knows")]
pub struct UnknownZone(pub String);

impl Expectation {
    /// Makes a spec ready.
    ///
    /// # Errors
    /// The zone is unknown.
    pub fn compile(spec: MonitorSpec) -> Result<Self, UnknownZone> {
        let beat = match (&spec.crons, spec.every) {
            (crons, _) if !crons.is_empty() => {
                let zone = zone(&spec.timezone)?;
                Beat::Calendar(Schedule::Cron(crons.clone()), zone, spec.profile)
            }
            (_, Some(every)) if spec.starter == Starter::Elsewhere => {
                Beat::Interval(i64::from(every.seconds()) * 1_000)
            }
            (_, Some(every)) => Beat::Calendar(Schedule::Every(every), TimeZone::UTC, spec.profile),
            _ => Beat::None,
        };
        Ok(Self { spec, beat })
    }

    /// How long after its expected time a start still counts, with the jitter.
    pub(crate) fn late(&self) -> i64 {
        self.spec.late_ms.saturating_add(self.spec.jitter_ms)
    }
}

fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))
}
