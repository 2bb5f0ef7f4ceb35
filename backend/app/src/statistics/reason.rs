//! Why a job is not well, in words.

use crontopus_domain::{IncidentKind, MonitorSpec, MonitorStatus};
use crontopus_store::{JobForm, Monitor, RecentRun};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Why something is not well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// In words, for people.
    pub(super) text: String,
    /// Since when, UTC milliseconds, where that is known.
    pub(super) since: Option<i64>,
}

/// Why a job is not well at `now`; `None` when it is, or when nothing is expected on purpose.
pub(super) fn of_job(form: &JobForm, monitors: &[Monitor], runs: &[RecentRun], now: i64) -> Option<Reason> {
    if form.invalid {
        return Some(plain("its newest manifest has errors; the last valid one is in force"));
    }
    if !form.enabled {
        return None;
    }
    if monitors.is_empty() {
        return Some(plain(if form.ping { "nothing is expected yet" } else { "no host holds it" }));
    }
    let rank = |monitor: &&Monitor| match monitor.state.status_at(now) {
        MonitorStatus::Failing => 3,
        MonitorStatus::Unknown => 2,
        MonitorStatus::Late => 1,
        MonitorStatus::Ok | MonitorStatus::Pending | MonitorStatus::Paused => 0,
    };
    of_monitor(monitors.iter().max_by_key(rank)?, runs, now)
}

/// Why a monitor is not well at `now`; `None` when it is.
pub(super) fn of_monitor(monitor: &Monitor, runs: &[RecentRun], now: i64) -> Option<Reason> {
    let spec = monitor.spec().ok();
    match monitor.state.status_at(now) {
        MonitorStatus::Failing => Some(failing(monitor, spec.as_ref(), runs)),
        MonitorStatus::Unknown => Some(Reason {
            text: match (&monitor.host, monitor.state.host_lost) {
                (Some(host), true) => format!("{host} is silent"),
                (None, true) => "its host is silent".to_owned(),
                (_, false) => "nobody saw whether it ran: the server was away".to_owned(),
            },
            since: monitor.state.last_unknown_at.or(monitor.host_seen_at),
        }),
        MonitorStatus::Late => {
            let expected = monitor.state.expected_at?;
            let spec = spec?;
            let missed = expected + spec.late_ms + spec.jitter_ms;
            let (due, end) = (clock(expected, &spec.timezone), clock(missed, &spec.timezone));
            let text = format!("expected at {due}{}, missed after {end}", on(monitor.host.as_deref()));
            Some(Reason { text, since: Some(expected) })
        }
        MonitorStatus::Ok | MonitorStatus::Pending | MonitorStatus::Paused => None,
    }
}

fn failing(monitor: &Monitor, spec: Option<&MonitorSpec>, runs: &[RecentRun]) -> Reason {
    let state = &monitor.state;
    let verdict = state.verdicts.last().filter(|v| v.bad.is_some());
    let run = verdict.and_then(|v| runs.iter().find(|r| r.id == v.run));
    let zone = spec.map_or("UTC", |s| s.timezone.as_str());
    let mut text = match verdict.and_then(|v| v.bad) {
        Some(IncidentKind::Failed) => match run.map(|r| (r.exit_status, r.signal)) {
            Some((_, Some(signal))) => format!("killed by signal {signal}"),
            Some((Some(status), None)) => format!("exit status {status}"),
            _ => "failed".to_owned(),
        },
        Some(IncidentKind::TimedOut) => match spec.and_then(|s| s.max_runtime_ms) {
            Some(limit) => format!("took longer than {}", length(limit)),
            None => "took too long".to_owned(),
        },
        Some(IncidentKind::Missed) => match run {
            Some(run) => format!("did not start at {}", clock(run.at, zone)),
            None => "did not start".to_owned(),
        },
        Some(IncidentKind::TooShort) => match run.and_then(|r| r.duration_ms) {
            Some(took) => format!("ended well after only {}", length(took)),
            None => "ended too soon".to_owned(),
        },
        Some(IncidentKind::Late | IncidentKind::Stale | IncidentKind::HostSilent) | None => {
            match state.stale_since {
                Some(since) => format!("no success since {}", clock(since, zone)),
                None => "failing".to_owned(),
            }
        }
    };
    text += &on(run.and_then(|r| r.host.as_deref()).or(monitor.host.as_deref()));
    let bad = state.consecutive_bad();
    if bad > 1 {
        text += &format!(", {bad} times in a row");
    }
    let first = state.verdicts.iter().rev().take_while(|v| v.bad.is_some()).last().map(|v| v.at);
    Reason { text, since: state.incident.as_ref().map(|i| i.opened_at).or(first).or(state.stale_since) }
}

fn plain(text: &str) -> Reason {
    Reason { text: text.to_owned(), since: None }
}

fn on(host: Option<&str>) -> String {
    host.map(|host| format!(" on {host}")).unwrap_or_default()
}

/// By the wall clock of a zone.
fn clock(at: i64, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone);
    at.strftime("%H:%M").to_string()
}

/// As people say it: the two largest units, none of them nothing.
pub(super) fn length(ms: i64) -> String {
    let (d, h, m, s) = (ms / 86_400_000, ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1_000 % 60);
    let parts = [(d, "d"), (h, "h"), (m, "m"), (s, "s")];
    let from = parts.iter().position(|(n, _)| *n > 0);
    match from {
        None => format!("{}ms", ms.max(0)),
        Some(3) => format!("{}.{}s", s, ms % 1_000 / 100),
        Some(n) => {
            let shown = parts[n..].iter().take(2).filter(|(n, _)| *n > 0);
            shown.map(|(n, unit)| format!("{n}{unit}")).collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units() {
        for (ms, text) in [
            (0, "0ms"),
            (412, "412ms"),
            (4_200, "4.2s"),
            (412_000, "6m 52s"),
            (1_800_000, "30m"),
            (5_400_000, "1h 30m"),
            (90_000_000, "1d 1h"),
            (86_400_000, "1d"),
        ] {
            assert_eq!(length(ms), text);
        }
    }
}
