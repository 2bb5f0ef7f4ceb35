//! What a push means, in words for a terminal.

use std::fmt::Write as _;
use std::time::Duration;

use crontopus_domain::alerts::{JobFacts, Overdue, lateness_routes};
use crontopus_domain::{MonitorSpec, Place};
use crontopus_manifest::{Body, HostFacts, Job, format_duration, scheduling_notes};
use crontopus_schedule::{Profile, Schedule};
use crontopus_store::{Agent, FiledDiagnostic, JobForm};
use jiff::{Timestamp, tz::TimeZone};

use super::projection::{InForce, job_of};
use super::sync::Moved;
use crate::Result;

/// Jobs that are listed with their details.
const MOST_JOBS: usize = 30;
/// Hosts that are named for one job.
const MOST_HOSTS: usize = 4;

/// Problems as compilers print them, at most `most`.
pub(super) fn problems(problems: &[FiledDiagnostic], most: usize) -> String {
    let mut text = String::new();
    let mut shown: Vec<&FiledDiagnostic> = problems.iter().collect();
    shown.sort_by_key(|p| p.severity != "error");
    for problem in shown.iter().take(most) {
        let FiledDiagnostic { file, line, column, severity, path, message, .. } = problem;
        let place = if *line > 0 { format!("{file}:{line}:{column}") } else { file.clone() };
        let field = if path.is_empty() { String::new() } else { format!("{path}: ") };
        line_of(&mut text, &format!("{place}: {severity}: {field}{message}"));
        if let Some(help) = &problem.help {
            line_of(&mut text, &format!("    help: {help}"));
        }
    }
    if let Some(rest) = problems.len().checked_sub(most).filter(|rest| *rest > 0) {
        line_of(&mut text, &format!("… and {rest} more"));
    }
    text
}

/// Which jobs are created, changed and removed, where, and when they start next.
pub(super) fn changes(moved: &Moved, agents: &[Agent], now: Timestamp) -> Result<String> {
    let (before, after) = (&moved.before.forms, &moved.after.forms);
    let changed = |form: &&JobForm| {
        before.get(&form.id).is_none_or(|b| b.digest != form.digest || b.key() != form.key())
    };
    let mut lines: Vec<(String, char, Option<&JobForm>)> = after
        .values()
        .filter(changed)
        .map(|form| (form.key(), if before.contains_key(&form.id) { '~' } else { '+' }, Some(form)))
        .collect();
    let gone = before.values().filter(|form| !after.contains_key(&form.id));
    lines.extend(gone.map(|form| (form.key(), '-', None)));
    lines.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    if lines.is_empty() {
        return Ok("Accepted. No job changes.\n".to_owned());
    }
    let count = |sign| lines.iter().filter(|(_, s, _)| *s == sign).count();
    let mut text =
        format!("Accepted: {} created, {} changed, {} removed.\n", count('+'), count('~'), count('-'));
    for (key, sign, form) in lines.iter().take(MOST_JOBS) {
        match form {
            Some(form) => {
                let job = job_of(&form.manifest)?;
                let (place, zone) = place(&job, agents);
                line_of(&mut text, &format!("  {sign} {key}  {}  {place}", form.schedule));
                if let Some(next) = next(&job, &zone, now) {
                    line_of(&mut text, &format!("      next: {next}"));
                }
                for note in scheduling_notes(&job) {
                    line_of(&mut text, &format!("      note: {note}"));
                }
                if let Some(late) = late(&job, &moved.after.documents) {
                    line_of(&mut text, &format!("      late: {late}"));
                }
            }
            None => line_of(&mut text, &format!("  {sign} {key}")),
        }
    }
    if lines.len() > MOST_JOBS {
        line_of(&mut text, &format!("  … and {} more", lines.len() - MOST_JOBS));
    }
    Ok(text)
}

/// Where a job goes, and the zone its schedule is read in there.
fn place(job: &Job, agents: &[Agent]) -> (String, String) {
    let own = job.timezone.clone();
    let matching: Vec<&Agent> =
        agents.iter().filter(|a| job.selects(&HostFacts { name: &a.name, labels: &a.labels })).collect();
    let host_zone = matching.first().map(|a| a.timezone.clone()).filter(|zone| !zone.is_empty());
    let zone = own.or(host_zone).unwrap_or_else(|| "UTC".to_owned());
    if job.host.is_none() {
        let text = if job.is_ping() { "monitored only" } else { "no host" };
        return (text.to_owned(), zone);
    }
    let mut names: Vec<&str> = matching.iter().map(|a| a.name.as_str()).take(MOST_HOSTS).collect();
    let rest = format!("and {} more", matching.len().saturating_sub(MOST_HOSTS));
    if matching.len() > MOST_HOSTS {
        names.push(&rest);
    }
    let text = if names.is_empty() {
        "no enrolled host matches yet".to_owned()
    } else {
        format!("on {}", names.join(", "))
    };
    (text, zone)
}

/// When and by which channels a start that is late is told, if by any.
fn late(job: &Job, documents: &[InForce]) -> Option<String> {
    let routes = documents.iter().filter_map(|own| match &own.document.body {
        Body::Route(route) => Some(route),
        _ => None,
    });
    let facts = JobFacts {
        namespace: job.key().namespace().to_owned(),
        name: job.key().name().to_owned(),
        labels: job.metadata.labels.clone(),
        routes: job.alerts.routes.clone(),
    };
    let spec = MonitorSpec::of(job, &Place::Elsewhere);
    let steps = lateness_routes(routes, &facts, spec.severity).flat_map(|route| &route.steps);
    let channels = steps.filter(|step| step.after.is_zero()).flat_map(|step| &step.channels);
    let mut names: Vec<&str> = channels.map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() || matches!(job.schedule, Schedule::Reboot | Schedule::OnDemand) {
        return None;
    }
    let after = Overdue::of(&spec, 0).told_at;
    let after = Duration::from_millis(u64::try_from(after).unwrap_or(0));
    Some(format!("told {} after the expected start, to {}", format_duration(after), names.join(", ")))
}

/// The next three starts by the wall clock of the zone.
fn next(job: &Job, zone: &str, now: Timestamp) -> Option<String> {
    if !job.enabled || job.paused {
        return None;
    }
    let zone = TimeZone::get(zone).ok()?;
    let profile = if job.is_ping() { Profile::Guarded } else { Profile::DebianCron };
    let starts = job.schedule.upcoming(now, &zone, profile).take(3);
    let texts: Vec<String> =
        starts.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()).collect();
    let zone_name = zone.iana_name().unwrap_or("UTC");
    (!texts.is_empty()).then(|| format!("{} ({zone_name})", texts.join(", ")))
}

/// Adds a line; what could move a terminal's cursor is shown instead of sent.
fn line_of(text: &mut String, line: &str) {
    for c in line.chars() {
        if c.is_control() {
            write!(text, "{}", c.escape_default()).ok();
        } else {
            text.push(c);
        }
    }
    text.push('\n');
}
