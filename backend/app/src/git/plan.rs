//! What a push means, in words for a terminal.

use std::fmt::Write as _;
use std::time::Duration;

use crontopus_domain::alerts::{JobFacts, Overdue, lateness_routes};
use crontopus_domain::{MonitorSpec, Place};
use crontopus_manifest::{Body, HostFacts, Job, format_duration, scheduling_notes};
use crontopus_schedule::{Profile, Schedule, firing_profile, render};
use crontopus_store::{Agent, FiledDiagnostic, JobForm};
use jiff::{Timestamp, tz::TimeZone};

use super::projection::{InForce, job_of};
use super::sync::Moved;

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
pub(super) fn changes(moved: &Moved, agents: &[Agent], now: Timestamp) -> crate::Result<String> {
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
                let hosts: Vec<&Agent> = hosts(&job, agents).collect();
                line_of(&mut text, &format!("  {sign} {key}  {}  {}", form.schedule, place(&job, &hosts)));
                match next(&job, hosts.first().copied(), now) {
                    Ok(Some(next)) => line_of(&mut text, &format!("      next: {next}")),
                    Ok(None) => {}
                    Err(why) => line_of(&mut text, &format!("      note: {why}")),
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

/// The enrolled hosts that a job selects.
fn hosts<'a>(job: &'a Job, agents: &'a [Agent]) -> impl Iterator<Item = &'a Agent> {
    agents.iter().filter(|a| job.selects(&HostFacts { name: &a.name, labels: &a.labels }))
}

/// Where a job goes.
fn place(job: &Job, hosts: &[&Agent]) -> String {
    if job.host.is_none() {
        let text = if job.is_ping() { "monitored only" } else { "no host" };
        return text.to_owned();
    }
    let mut names: Vec<&str> = hosts.iter().map(|a| a.name.as_str()).take(MOST_HOSTS).collect();
    let rest = format!("and {} more", hosts.len().saturating_sub(MOST_HOSTS));
    if hosts.len() > MOST_HOSTS {
        names.push(&rest);
    }
    if names.is_empty() {
        "no enrolled host matches yet".to_owned()
    } else {
        format!("on {}", names.join(", "))
    }
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

/// The next three starts by the wall clock of the zone, by the rules of the scheduler of the first host that holds the
/// job; or why it cannot hold it.
fn next(job: &Job, host: Option<&Agent>, now: Timestamp) -> Result<Option<String>, String> {
    if !job.enabled || job.paused {
        return Ok(None);
    }
    let host_zone = host.map(|host| host.timezone.as_str()).filter(|zone| !zone.is_empty()).unwrap_or("UTC");
    let zone_name = job.timezone.as_deref().unwrap_or(host_zone);
    let Ok(zone) = TimeZone::get(zone_name) else { return Ok(None) };
    let profile = match host {
        _ if job.is_ping() => Profile::Guarded,
        // A host says what it has when it is enrolled; until then the most usual one is as good a guess as any.
        None => Profile::DebianCron,
        Some(host) => {
            let native: Profile = host.scheduler.parse().unwrap_or(Profile::DebianCron);
            let rendered = render(&job.schedule, zone_name, host_zone, native, now)
                .map_err(|why| format!("{} cannot hold it: {why}", host.name))?;
            firing_profile(native, rendered.guard.is_some())
        }
    };
    let starts = job.schedule.upcoming(now, &zone, profile).take(3);
    let texts: Vec<String> =
        starts.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()).collect();
    let zone_name = zone.iana_name().unwrap_or("UTC");
    Ok((!texts.is_empty()).then(|| format!("{} ({zone_name})", texts.join(", "))))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crontopus_ids::{AgentId, TenantId};
    use crontopus_manifest::Repository;

    use super::*;

    fn host(scheduler: &str, timezone: &str) -> Agent {
        Agent {
            tenant_id: TenantId::from_bits(1),
            id: AgentId::from_bits(1),
            name: "db-01".into(),
            state: "online".into(),
            labels: BTreeMap::from([("role".to_owned(), "db".to_owned())]),
            repository: String::new(),
            machine: "m".into(),
            hostname: "db-01".into(),
            os: "linux".into(),
            arch: "x86_64".into(),
            version: "0.1.0".into(),
            scheduler: scheduler.into(),
            scheduler_running: true,
            timezone: timezone.into(),
            tzdata_version: None,
            clock_offset_ms: None,
            seen_at: None,
            spooled: 0,
            applied_commit: None,
            confirmed_commit: None,
            jobs: 0,
            drift: 0,
            rolling: None,
            rolling_before: None,
            enrolled_at: 0,
        }
    }

    /// A job at half past two, for hosts of databases.
    fn job(rest: &str) -> Job {
        let text = format!(
            "apiVersion: v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  schedule: \"30 2 * * *\"\n  \
             command: /bin/true\n  host: {{selector: {{role: db}}}}\n{rest}"
        );
        let repository = Repository::assemble([("ops/a.yaml".to_owned(), text.into_bytes())]);
        assert!(repository.is_valid(), "{:?}", repository.diagnostics);
        repository.jobs.into_values().next().unwrap().body
    }

    /// Said on the day before the clocks of Berlin go from 02:00 to 03:00.
    fn said(rest: &str, agents: &[Agent]) -> (String, Result<Option<String>, String>) {
        let (job, now) = (job(rest), "2026-03-28T12:00:00Z".parse().unwrap());
        let hosts: Vec<&Agent> = hosts(&job, agents).collect();
        (place(&job, &hosts), next(&job, hosts.first().copied(), now))
    }

    #[test]
    fn starts_are_told_by_the_rules_of_the_hosts_scheduler() {
        let check = |agents: &[Agent], rest: &str, expected: &str| {
            assert_eq!(said(rest, agents).1, Ok(Some(expected.to_owned())), "{agents:?} {rest}");
        };
        let berlin = "Europe/Berlin";
        let moved = "2026-03-29 03:00, 2026-03-30 02:30, 2026-03-31 02:30 (Europe/Berlin)";
        let lost = "2026-03-30 02:30, 2026-03-31 02:30, 2026-04-01 02:30 (Europe/Berlin)";
        check(&[host("debian-cron", berlin)], "", moved);
        check(&[host("cronie", berlin)], "", moved);
        check(&[host("busybox", berlin)], "", lost);
        // In another zone than the host's the guard keeps the rules, whatever wakes it.
        check(&[host("busybox", "UTC")], "  timezone: Europe/Berlin\n", moved);
        check(&[host("busybox", "UTC")], "", "2026-03-29 02:30, 2026-03-30 02:30, 2026-03-31 02:30 (UTC)");
        // Nobody is there yet.
        check(&[], "  timezone: Europe/Berlin\n", moved);
    }

    #[test]
    fn a_host_that_cannot_hold_a_job_is_named() {
        let (place, next) = said("", &[host("launchd", "UTC")]);
        assert_eq!(place, "on db-01");
        assert!(next.unwrap_err().starts_with("db-01 cannot hold it: "));
        assert_eq!(said("  paused: true\n", &[host("launchd", "UTC")]).1, Ok(None));
    }
}
