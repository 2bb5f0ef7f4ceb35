use crontopus_schedule::Schedule;

use super::{Job, Placement, Scheduler};

/// What of a job this release accepts and does not act on yet, or what may surprise, as sentences for a
/// plan. Nothing that is accepted is passed over in silence.
pub fn scheduling_notes(job: &Job) -> Vec<String> {
    let mut notes = Vec::new();
    if !job.enabled {
        notes.push("enabled: false: the job is on no host and not monitored".to_owned());
    } else if job.paused {
        notes.push(
            "paused: true: the entry stays on its hosts but is disabled, and the monitor is paused"
                .to_owned(),
        );
    }
    if job.is_ping() {
        notes.push(
            "no command: something else must start the job and report its runs; it is only monitored"
                .to_owned(),
        );
    } else if job.host.is_none() {
        notes.push("no host: no agent holds the job until `host` names or selects one".to_owned());
    }
    match job.scheduler {
        Scheduler::Auto | Scheduler::Cron => {}
        other => notes.push(format!(
            "scheduler: {other}: this release installs cron entries only; agents will refuse the job until they support {other}"
        )),
    }
    if needs_seconds(&job.schedule) && !job.is_ping() {
        notes.push("the schedule counts seconds: only systemd timers can hold it, and this release installs cron entries only".to_owned());
    }
    if job.catch_up {
        notes.push("catchUp: cron cannot make up for a missed start; it is reported as missed".to_owned());
    }
    if job.host.as_ref().is_some_and(|host| host.placement == Placement::One) {
        notes.push("placement: one: one of the matching hosts holds the job, the one the server chooses; until it has chosen, none does".to_owned());
    }
    match job.schedule {
        Schedule::OnDemand if !job.is_ping() => {
            notes.push(
                "on-demand: no scheduler entry is made; start it with crontopus-run on its host".to_owned(),
            );
        }
        Schedule::Reboot => {
            notes.push("@reboot: no time is expected; only runs that take place are judged".to_owned())
        }
        _ => {}
    }
    notes
}

fn needs_seconds(schedule: &Schedule) -> bool {
    match schedule {
        Schedule::Cron(crons) => crons.iter().any(|cron| cron.has_seconds()),
        Schedule::Every(every) => !every.seconds().is_multiple_of(60),
        Schedule::Reboot | Schedule::OnDemand => false,
    }
}
