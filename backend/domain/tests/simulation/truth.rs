//! What really happened to a job in that year. Nothing of the rules is used here.

use crontopus_schedule::Schedule;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::plan::{BEGIN, DAY, END, HOUR, Job, MINUTE, Plan, Reports, SECOND, Span};
use crate::random::Random;

/// One start that the job's scheduler owes, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    /// When it was to start.
    pub(crate) due: i64,
    pub(crate) fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It did not start.
    None,
    /// It did not start because the previous one still went on, and says so.
    Skipped,
    Ran(Ran),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) started: i64,
    /// `None` when it never reached its end: its machine went off, or somebody killed it.
    pub(crate) ended: Option<i64>,
    pub(crate) well: bool,
}

impl Job {
    /// Until when a start counts.
    pub(crate) fn closes(&self, due: i64) -> i64 {
        due + self.expectation.spec.late_ms + self.expectation.spec.jitter_ms
    }

    pub(crate) fn opens(&self, due: i64) -> i64 {
        due - self.expectation.spec.early_ms
    }
}

/// What happened to `job`, the `n`th of the plan.
pub(crate) fn of(plan: &Plan, n: usize) -> Vec<Owed> {
    let job = &plan.jobs[n];
    let spec = &job.expectation.spec;
    let mut random = Random::new(plan.seed, 100_000 + n as u64);
    let zone = TimeZone::get(&spec.timezone).expect("a zone");
    let schedule = Schedule::Cron(spec.crons.clone());
    let begin = Timestamp::from_millisecond(job.life.from).expect("a time");
    let off: &[Span] = match job.reports {
        Reports::Agent(host) => &plan.hosts[host].off,
        _ => &[],
    };
    let dues: Box<dyn Iterator<Item = i64>> = match job.period {
        Some(period) => Box::new((1..).map(move |n| job.life.from + n * period)),
        None => Box::new(schedule.upcoming(begin, &zone, spec.profile).map(Timestamp::as_millisecond)),
    };
    let mut owed = Vec::new();
    let (mut busy_until, mut bad_left) = (BEGIN, 0);
    for due in dues {
        if due > (END - 2 * DAY).min(job.life.to) {
            break;
        }
        let is_off = |from: i64, to: i64| off.iter().any(|off| off.touches(from, to));
        let mut started = due + random.between(0, spec.jitter_ms) + random.between(0, 3 * SECOND);
        if job.period.is_none() && random.once_in(200) && job.reports != Reports::EndAlone {
            // Far too late: for nothing that is expected.
            started = job.closes(due) + random.between(10 * SECOND, spec.late_ms / 2);
        }
        let fate = if is_off(due, started) || random.once_in(150) {
            Fate::None
        } else if busy_until > started && matches!(job.reports, Reports::Agent(_)) {
            Fate::Skipped
        } else {
            let took = duration(job, &mut random);
            if bad_left == 0 && random.once_in(60) {
                bad_left = random.between(1, 4);
            }
            let well = bad_left == 0;
            bad_left = (bad_left - 1).max(0);
            let killed = random.once_in(250);
            let ended = started + took;
            let ended = (!killed && !is_off(started, ended)).then_some(ended);
            busy_until = ended.unwrap_or(started + 5 * MINUTE);
            Fate::Ran(Ran { started, ended, well })
        };
        owed.push(Owed { due, fate });
    }
    owed
}

fn duration(job: &Job, random: &mut Random) -> i64 {
    let spec = &job.expectation.spec;
    let ordinary = random.between(job.usual / 2, job.usual * 3 / 2);
    match (random.between(0, 149), spec.min_runtime_ms, spec.max_runtime_ms) {
        (0, Some(least), _) => random.between(0, least / 2),
        (1, _, Some(most)) if job.reports != Reports::EndAlone => most + random.between(10 * SECOND, HOUR),
        _ => ordinary,
    }
}
