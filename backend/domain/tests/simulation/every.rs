//! What must be told of a job that is to start so often at least, whoever starts it.

use std::collections::BTreeMap;

use crontopus_domain::{Run, RunStatus};

use crate::oracle::{Oracle, time};
use crate::plan::{END, HOUR, MINUTE, SECOND};
use crate::server::Watched;
use crate::signals;
use crate::truth::{Fate, Ran};

impl Oracle<'_> {
    pub(crate) fn at_least_so_often(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let spec = &self.job.expectation.spec;
        let every = i64::from(spec.every.expect("an interval").seconds()) * SECOND;
        let reach = every + spec.late_ms + spec.jitter_ms;
        self.named(watched, wrong);
        // What began, as the service can know it, and whether that was told.
        let mut began: Vec<(i64, Ran, usize)> = Vec::new();
        for (place, owed) in self.owed.iter().enumerate() {
            if let Fate::Ran(ran) = owed.fate
                && (ran.ended.is_some() || self.job.reports != crate::plan::Reports::EndAlone)
            {
                began.push((self.known(ran), ran, place));
            }
        }
        began.sort_unstable_by_key(|(at, ..)| *at);
        for (now, run) in watched.written.iter().filter(|(_, run)| run.status == RunStatus::Missed) {
            let due = run.expected_at.expect("a miss is of a start");
            let (from, to) = (due - every + 5 * SECOND, due + reach - every - 5 * SECOND);
            let seen = began.iter().find(|(at, ran, place)| {
                (from..=to).contains(at) && ran.started <= to && !self.is_excused(*place, from, to)
            });
            if let Some((_, ran, place)) = seen {
                wrong.push(format!(
                    "at {} a false alarm: {run:?} of {ran:?}, {:?}",
                    time(*now),
                    self.told[*place]
                ));
            }
        }
        // A long time without any start is told, unless somebody may not have heard of one.
        let missed: Vec<i64> = watched.rows.values().filter_map(missed).collect();
        for pair in began.windows(2) {
            let (from, to) = (pair[0].0, pair[1].0);
            let around = [pair[0].2, pair[1].2];
            let slack = 10 * MINUTE;
            let is_disturbed = self.was_paused(from - reach - HOUR, to + reach + HOUR)
                || self.was_away(from - MINUTE, from + reach + slack)
                || self.plan.clock.is_wrong(from - 3 * HOUR, from + reach + slack)
                || around.iter().any(|place| self.told[*place].is_lost)
                || from + reach + slack > END - HOUR;
            let within = from + every - 5 * SECOND..=from + every + 5 * SECOND;
            if to - from > reach + 10 * SECOND
                && !is_disturbed
                && !missed.iter().any(|at| within.contains(at))
            {
                wrong.push(format!(
                    "nothing began between {} and {}, and no miss tells",
                    time(from),
                    time(to)
                ));
            }
        }
    }

    /// Whether somebody may not know of a start in time, or not when it was.
    fn is_excused(&self, place: usize, from: i64, to: i64) -> bool {
        let told = &self.told[place];
        told.is_lost
            || self.came_after_all(&self.owed[place], told)
            || self.was_paused(from - HOUR, to + HOUR)
            || !self.job.has_clock() && self.plan.clock.is_wrong(from - HOUR, to + HOUR)
    }

    /// Each run of which everything was told shows what happened.
    fn named(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let rows: BTreeMap<_, &Run> = watched.rows.iter().map(|(id, run)| (*id, run)).collect();
        for (owed, told) in self.owed.iter().zip(self.told) {
            let Fate::Ran(ran) = owed.fate else { continue };
            let Some(id) = signals::run_id(self.n, owed.due, self.job.reports) else { continue };
            let is_late =
                told.all_known > END - 9 * crate::plan::DAY || owed.due > self.job.life.to - 9 * HOUR;
            let is_excused =
                told.is_lost || is_late || self.is_blurred(ran) || self.came_after_all(owed, told);
            let is_blind =
                !self.job.has_clock() && self.plan.clock.is_wrong(owed.due - HOUR, told.all_known + HOUR);
            if is_excused || is_blind {
                continue;
            }
            let Some(row) = rows.get(&id) else {
                wrong.push(format!("no row of {owed:?}, {told:?}"));
                continue;
            };
            if !self.seen(ran).contains(&row.status) {
                wrong.push(format!(
                    "{} where {:?} is right: {row:?} for {owed:?}",
                    row.status,
                    self.seen(ran)
                ));
            }
        }
    }
}

fn missed(run: &Run) -> Option<i64> {
    run.expected_at.filter(|_| run.status == RunStatus::Missed)
}
