use crontopus_domain::IncidentState;
use crontopus_domain::statistics::{Counts, DAY_MS, Durations, HOUR_MS, SLOT_MS, start_of};
use crontopus_ids::{AgentId, JobId};
use crontopus_store::{
    CommitChange, Incident, IncidentFilter, JobStanding, Monitor, Paging, Read, TenantScope,
};

use super::recent::{JobRecent, by_job};
use super::{Agenda, Window, reason};
use crate::access::Actor;
use crate::{App, Result};

/// Rows of each list on the first page.
const ROWS: usize = 8;
/// Monitors looked at for what needs attention.
const TROUBLED: u32 = 200;
/// Half hours ahead of which is said what is expected.
const SLOTS_AHEAD: i64 = 4;
/// Names at each moment of what comes next.
const NAMED: usize = 3;

/// More runs that are going on than these are not counted.
const MOST_RUNNING: i64 = 10_000;

/// How everything is.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// When this was, UTC milliseconds.
    pub now: i64,
    /// One sentence.
    pub headline: String,
    /// How many jobs are how.
    pub standing: JobStanding,
    /// Incidents that nobody has resolved.
    pub open_incidents: usize,
    /// Jobs that need somebody, the worst first.
    pub attention: Vec<Attention>,
    /// Whether more need somebody than are told.
    pub more_attention: bool,
    /// What starts within the hour.
    pub upcoming: Agenda,
    /// When each half hour of the last day begins, and what was counted in it.
    pub slots: Vec<(i64, Counts)>,
    /// Runs that are going on; 10,000 means at least as many.
    pub running: i64,
    /// How late starts were in the present hour and the 23 before it.
    pub lags: Durations,
    /// When each half hour from the present one on begins, and how many starts are expected in it.
    pub expected: Vec<(i64, u32)>,
    /// The last commits that changed jobs.
    pub changes: Vec<CommitChange>,
    /// Hosts that are silent or differ from Git.
    pub hosts: Vec<SilentHost>,
}

/// A job that needs somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// The job.
    pub job_id: JobId,
    /// The monitor that is worst.
    pub monitor: Monitor,
    /// Why, in words.
    pub reason: String,
    /// Since when, UTC milliseconds.
    pub since: Option<i64>,
    /// Its open incident.
    pub incident: Option<Incident>,
    /// How it did lately.
    pub recent: JobRecent,
}

/// A host that is silent or differs from Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentHost {
    /// Id.
    pub id: AgentId,
    /// Name.
    pub name: String,
    /// As `agents` has it.
    pub state: String,
    /// Jobs it holds.
    pub jobs: i64,
    /// Entries that differ from Git.
    pub drift: i64,
    /// When it was last heard of, UTC milliseconds.
    pub seen_at: Option<i64>,
}

impl App {
    /// How everything is, for the first page.
    pub async fn get_overview(&self, actor: &Actor) -> Result<Overview> {
        let now = self.now_ms();
        let known = self.expected_of(actor.tenant_id).await?;
        let hour = Window { from: now, to: now + HOUR_MS };
        let upcoming = known.agenda(hour, None, ROWS, NAMED);
        let present = start_of(now, SLOT_MS);
        let ahead = Window { from: now, to: present + (SLOTS_AHEAD + 1) * SLOT_MS };
        let expected = known.load(Window { from: present, ..ahead }, SLOT_MS);
        let mut read = self.read(actor.tenant_id).await?;
        let standing = read.count_jobs(now).await?;
        let slots = read.list_slots(present - DAY_MS, present + SLOT_MS).await?;
        let running = read.count_running(MOST_RUNNING).await?;
        let present_hour = start_of(now, HOUR_MS);
        let lags = read.sum_lags(present_hour - 23 * HOUR_MS, present_hour + HOUR_MS).await?;
        let incidents = open_incidents(&mut read).await?;
        let (attention, more_attention) = attention(&mut read, &incidents, now).await?;
        let mut changes = Vec::new();
        for repository in read.list_repositories(&Paging::first(5)).await?.rows {
            changes.extend(read.list_commit_changes(repository.id).await?);
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.authored_at));
        changes.truncate(5);
        let hosts = read.list_troubled_agents(ROWS as u32).await?;
        let hosts = hosts.into_iter().map(|agent| SilentHost {
            id: agent.id,
            name: agent.name,
            state: agent.state,
            jobs: agent.jobs,
            drift: agent.drift,
            seen_at: agent.seen_at,
        });
        Ok(Overview {
            now,
            headline: headline(&standing),
            standing,
            open_incidents: incidents.len(),
            attention,
            more_attention,
            upcoming,
            slots,
            running,
            lags,
            expected: (0..).map(|n| present + n * SLOT_MS).zip(expected.cells).collect(),
            changes,
            hosts: hosts.collect(),
        })
    }
}

/// Up to 400 incidents that are not over.
async fn open_incidents(read: &mut Read<TenantScope>) -> Result<Vec<Incident>> {
    let mut found = Vec::new();
    for state in [IncidentState::Open, IncidentState::Acknowledged] {
        let filter = IncidentFilter { state: Some(state), ..IncidentFilter::default() };
        found.extend(read.list_incidents(&filter, &Paging::first(200)).await?.rows);
    }
    Ok(found)
}

/// Each job once, by the worst of its monitors.
async fn attention(
    read: &mut Read<TenantScope>,
    incidents: &[Incident],
    now: i64,
) -> Result<(Vec<Attention>, bool)> {
    let mut worst: Vec<Monitor> = Vec::new();
    let mut more = false;
    for monitor in read.list_troubled_monitors(now, TROUBLED).await? {
        if worst.iter().any(|known| known.job_id == monitor.job_id) {
            continue;
        }
        if worst.len() == ROWS {
            more = true;
            break;
        }
        worst.push(monitor);
    }
    let jobs: Vec<JobId> = worst.iter().map(|monitor| monitor.job_id).collect();
    let mut runs = by_job(read.list_recent_runs(&jobs).await?);
    let attention = worst.into_iter().map(|monitor| {
        let recent = JobRecent::of(runs.remove(&monitor.job_id).unwrap_or_default());
        let why = reason::of_monitor(&monitor, &recent.runs, now);
        let (reason, since) = why.map_or((String::new(), None), |why| (why.text, why.since));
        let incident = incidents.iter().find(|i| i.monitor_id == Some(monitor.id)).cloned();
        Attention { job_id: monitor.job_id, reason, since, incident, recent, monitor }
    });
    Ok((attention.collect(), more))
}

/// The first sentence of the first page.
fn headline(standing: &JobStanding) -> String {
    let JobStanding { all, failing, late, unknown, invalid, .. } = *standing;
    if all == 0 {
        return "There are no jobs yet.".to_owned();
    }
    let parts = [
        (failing, "is failing", "are failing"),
        (late, "is late", "are late"),
        (unknown, "is unknown", "are unknown"),
        (invalid, "has an invalid manifest", "have an invalid manifest"),
    ];
    let mut told = Vec::new();
    for (count, one, many) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        let what = match (told.is_empty(), count) {
            (true, 1) => "job ",
            (true, _) => "jobs ",
            (false, _) => "",
        };
        told.push(format!("{count} {what}{}", if count == 1 { one } else { many }));
    }
    match (told.as_slice(), all) {
        ([], 1) => "The only job is well.".to_owned(),
        ([], _) => format!("All {all} jobs are well."),
        ([one], _) => format!("{one}."),
        ([first @ .., last], _) => format!("{} and {last}.", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_says_how_everything_is() {
        let of = |all, failing, late, unknown| {
            headline(&JobStanding { all, failing, late, unknown, ..JobStanding::default() })
        };
        assert_eq!(of(0, 0, 0, 0), "There are no jobs yet.");
        assert_eq!(of(1, 0, 0, 0), "The only job is well.");
        assert_eq!(of(1204, 0, 0, 0), "All 1204 jobs are well.");
        assert_eq!(of(9, 1, 0, 0), "1 job is failing.");
        assert_eq!(of(9, 2, 1, 0), "2 jobs are failing and 1 is late.");
        assert_eq!(of(9, 2, 1, 3), "2 jobs are failing, 1 is late and 3 are unknown.");
    }
}
