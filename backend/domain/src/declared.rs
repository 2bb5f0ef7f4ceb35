//! From a manifest to what is expected.

use std::time::Duration;

use crontopus_manifest::{AlertSeverity, Job};
use crontopus_schedule::{Profile, Schedule};

use crate::incident::Severity;
use crate::spec::{MonitorSpec, OutputRule, Starter};

/// Where a job's starts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Ping mode: cron's rules in the job's zone, UTC without one.
    Elsewhere,
    /// An entry that an agent has applied.
    Agent {
        /// Whose rules decide, as the agent reports: the scheduler's, or the guard's.
        profile: Profile,
        /// Zone in which the entry fires, as the agent reports: the job's, or the host's.
        timezone: String,
    },
}

impl MonitorSpec {
    /// What `job` says is to be expected in `place`.
    pub fn of(job: &Job, place: &Place) -> Self {
        let (starter, profile, timezone) = match place {
            Place::Elsewhere => {
                let zone = job.timezone.clone().unwrap_or_else(|| "UTC".to_owned());
                (Starter::Elsewhere, Profile::Guarded, zone)
            }
            Place::Agent { profile, timezone } => (Starter::Agent, *profile, timezone.clone()),
        };
        let (crons, every) = match job.schedule.clone() {
            Schedule::Cron(crons) => (crons, None),
            Schedule::Every(every) => (Vec::new(), Some(every)),
            Schedule::Reboot | Schedule::OnDemand => (Vec::new(), None),
        };
        Self {
            crons,
            every,
            timezone,
            profile,
            starter,
            early_ms: ms(job.start_window.early),
            late_ms: ms(job.start_window.late),
            jitter_ms: job.jitter.map_or(0, ms),
            max_runtime_ms: job.max_runtime.map(ms),
            min_runtime_ms: job.min_runtime.map(ms),
            alert_after: job.alerts.after,
            recover_after: job.alerts.recover_after,
            severity: match job.alerts.severity {
                AlertSeverity::Info => Severity::Info,
                AlertSeverity::Warning => Severity::Warning,
                AlertSeverity::Critical => Severity::Critical,
            },
            max_since_success_ms: job.alerts.max_since_success.map(ms),
            paused: job.paused,
            output: OutputRule {
                limit: u32::try_from(job.output.limit).unwrap_or(u32::MAX),
                capture: job.output.capture,
                of_success: job.output.success_output,
            },
        }
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
