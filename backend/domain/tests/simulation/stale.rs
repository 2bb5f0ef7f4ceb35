//! Whether a success that is missing for too long is told, and nothing else is called missing.

use crontopus_domain::{IncidentChange, IncidentKind, RunStatus};

use crate::oracle::{Oracle, time};
use crate::plan::{DAY, END, HOUR, MINUTE};
use crate::server::Watched;
use crate::truth::Fate;

impl Oracle<'_> {
    /// Ends of the runs that ended well, as rows have it, ascending, and when each was written first.
    fn successes(watched: &Watched<'_>) -> Vec<(i64, i64)> {
        let good = watched.rows.values().filter(|run| run.status == RunStatus::Succeeded);
        let mut ends: Vec<(i64, i64)> = good
            .filter_map(|run| {
                let same = |(_, old): &&(i64, crontopus_domain::Run)| {
                    old.id == run.id && old.status == RunStatus::Succeeded
                };
                Some((run.finished_at?, watched.written.iter().find(same)?.0))
            })
            .collect();
        ends.sort_unstable();
        ends
    }

    /// Whether a success was missing for too long at some time between these.
    pub(crate) fn was_stale(&self, watched: &Watched<'_>, from: i64, to: i64) -> bool {
        self.job.expectation.spec.max_since_success_ms.is_some()
            && watched.incidents.iter().any(|(at, change)| {
                *at >= from - 30 * DAY
                    && *at <= to
                    && matches!(change, IncidentChange::Opened(incident) if incident.kind == IncidentKind::Stale)
            })
    }

    pub(crate) fn stale(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let Some(longest) = self.job.expectation.spec.max_since_success_ms else { return };
        let known = Self::successes(watched);
        let mut opened = Vec::new();
        for (now, change) in &watched.incidents {
            let IncidentChange::Opened(incident) = change else { continue };
            opened.push(*now);
            if incident.kind != IncidentKind::Stale || self.was_paused(now - longest - DAY, now + HOUR) {
                continue;
            }
            // Not even a success that is only known later took place within the time.
            let recent = self.owed.iter().zip(self.told).find(|(owed, told)| {
                let Fate::Ran(ran) = owed.fate else { return false };
                let shift = if self.job.has_clock() { self.job.skew } else { 0 };
                // What a slow clock dates back had not taken place yet.
                let ended = ran.ended.filter(|ended| *ended < now - MINUTE).map(|ended| ended + shift);
                let is_good =
                    self.seen(ran) == [RunStatus::Succeeded] && !self.is_blurred(ran) && !told.is_lost;
                let within = ended.is_some_and(|ended| {
                    let clock = self.plan.clock.is_wrong(ended - HOUR, ended + HOUR)
                        || self.plan.clock.is_wrong(*now - HOUR, *now);
                    ended > now - longest + MINUTE && ended < now - MINUTE && !clock
                });
                is_good && within && !self.came_after_all(owed, told)
            });
            if let Some((owed, told)) = recent {
                wrong.push(format!("at {} nothing was stale: {owed:?}, {told:?}", time(*now)));
            }
        }
        let begin = std::iter::once((self.job.life.from, self.job.life.from));
        let ends: Vec<_> = begin.chain(known).collect();
        for (place, (ended, _)) in ends.iter().enumerate() {
            let due = ended + longest;
            // An outage, a lost host or a pause may put it off, and a success that comes in late may end it.
            let slack = self.job.expectation.spec.late_ms + 15 * MINUTE;
            let next = ends.get(place + 1).map_or(END, |(_, written)| *written);
            let is_disturbed = self.was_paused(*ended - 2 * DAY, due + slack + 2 * DAY)
                || self.was_away(due - slack, due + slack)
                || self.was_lost(due - slack, due + slack)
                || self.plan.clock.is_wrong(*ended - HOUR, *ended + HOUR)
                || self.plan.clock.is_wrong(due - slack, due + slack);
            if due + slack >= next.min(END - DAY) || is_disturbed {
                continue;
            }
            let mut open = false;
            for (_, change) in watched.incidents.iter().take_while(|(at, _)| *at <= due + slack) {
                open = match change {
                    IncidentChange::Opened(_) => true,
                    IncidentChange::Resolved { .. } => false,
                    IncidentChange::BadRun { .. } => open,
                };
            }
            if !open && !opened.iter().any(|at| (due..=due + slack).contains(at)) {
                wrong.push(format!("nobody was told that nothing ended well since {}", time(*ended)));
            }
        }
    }
}
