//! What a seed makes: jobs, hosts, and what goes wrong with them in a year.

use crontopus_domain::{Expectation, MonitorSpec, Outage, Severity, Starter};
use crontopus_schedule::Profile;

use crate::random::Random;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// 2027-01-01T00:00:00Z.
pub(crate) const BEGIN: i64 = 1_798_761_600_000;
/// A year later.
pub(crate) const END: i64 = BEGIN + 365 * DAY;

/// Time between two heartbeats of an agent.
pub(crate) const HEARTBEAT: i64 = 10 * SECOND;
/// An agent is lost when it was silent for so long.
pub(crate) const SILENT: i64 = 90 * SECOND;

pub(crate) const JOBS: u64 = 100;
const HOSTS: u64 = 100;

/// From the first moment up to but not including the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// How a job reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reports {
    /// Through the agent of this host: records are kept until they are delivered.
    Agent(usize),
    /// By requests; what was not taken is sent again until it is, with its time.
    Patient,
    /// By requests that are sent once. With heartbeats so far apart, if any.
    Once(Option<i64>),
    /// By one request without a name or a time, at the end.
    EndAlone,
}

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) expectation: Expectation,
    pub(crate) reports: Reports,
    /// How long it usually takes.
    pub(crate) usual: i64,
    /// Whether a clock is wrong by so much in what it says of times.
    pub(crate) skew: i64,
    /// When an operator paused it.
    pub(crate) paused: Vec<Span>,
    /// When a maintenance did.
    pub(crate) maintenance: Vec<Span>,
}

#[derive(Debug, Clone)]
pub(crate) struct Host {
    /// The machine was off.
    pub(crate) off: Vec<Span>,
    /// It went on, and nobody could reach us from there.
    pub(crate) cut_off: Vec<Span>,
}

/// A time in which the service took nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Away {
    pub(crate) span: Span,
    /// What the service knows of it afterwards.
    pub(crate) outage: Outage,
    /// Whether it decides what is overdue before it takes the first check-in.
    pub(crate) sweeps_first: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) jobs: Vec<Job>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) away: Vec<Away>,
}

const ZONES: [&str; 10] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Antarctica/Troll",
];

/// Schedules, and what lies between two starts at least.
const SCHEDULES: [(&str, i64); 12] = [
    ("30 2 * * *", 22 * HOUR),
    ("15 1 * * *", 22 * HOUR),
    ("0 0 * * *", 22 * HOUR),
    ("45 3 * * 1-5", 22 * HOUR),
    ("10 2 * * 0", 6 * DAY),
    ("0 3 1 * *", 27 * DAY),
    ("5 4 L * *", 27 * DAY),
    ("20 1,13 * * *", 10 * HOUR),
    ("40 */6 * * *", 4 * HOUR),
    ("0 2,8,14,20 * * *", 4 * HOUR),
    ("30 23 * * *", 22 * HOUR),
    ("7 * * * *", HOUR),
];

impl Span {
    pub(crate) fn holds(self, moment: i64) -> bool {
        (self.from..self.to).contains(&moment)
    }

    pub(crate) fn touches(self, from: i64, to: i64) -> bool {
        self.from <= to && from < self.to
    }
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let hosts = (0..HOSTS).map(|n| host(&mut Random::new(seed, 1_000 + n))).collect();
        let away = away(&mut Random::new(seed, 1));
        let jobs = (0..JOBS).map(|n| job(&mut Random::new(seed, 10_000 + n))).collect();
        let mut plan = Self { seed, jobs, hosts, away };
        // A pause or a maintenance that begins or ends while the service is away does so when it is there again.
        let away = plan.away.clone();
        let up =
            |at: i64| away.iter().find(|away| away.span.holds(at)).map_or(at, |away| away.span.to + SECOND);
        for span in plan.jobs.iter_mut().flat_map(|job| job.paused.iter_mut().chain(&mut job.maintenance)) {
            *span = Span { from: up(span.from), to: up(span.to) };
        }
        plan
    }

    /// Whether the service takes check-ins then.
    pub(crate) fn is_up(&self, moment: i64) -> bool {
        !self.away.iter().any(|away| away.span.holds(moment))
    }
}

/// So many spans of lengths drawn by `length`, in order, and so far apart that each is over for long before the next.
fn spans(random: &mut Random, most: i64, length: impl Fn(&mut Random) -> i64) -> Vec<Span> {
    let count = random.between(0, most);
    let mut spans: Vec<Span> = Vec::new();
    for n in 0..count {
        let room = (END - BEGIN) / count;
        let from = BEGIN + n * room + random.between(DAY, room - 2 * DAY);
        let to = from + length(random).min(DAY);
        spans.push(Span { from, to });
    }
    spans
}

fn host(random: &mut Random) -> Host {
    let off = spans(random, 12, |random| match random.between(0, 2) {
        0 => random.between(20 * SECOND, 80 * SECOND),
        1 => random.between(2 * MINUTE, HOUR),
        _ => random.between(HOUR, DAY),
    });
    let mut cut_off = spans(random, 20, |random| match random.between(0, 2) {
        0 => random.between(SECOND, 85 * SECOND),
        1 => random.between(2 * MINUTE, HOUR),
        _ => random.between(HOUR, DAY),
    });
    cut_off.retain(|own| !off.iter().any(|o| o.touches(own.from - HOUR, own.to + HOUR)));
    Host { off, cut_off }
}

fn away(random: &mut Random) -> Vec<Away> {
    let spans = spans(random, 40, |random| match random.between(0, 2) {
        0 => random.between(SECOND, 20 * SECOND),
        1 => random.between(20 * SECOND, 10 * MINUTE),
        _ => random.between(10 * MINUTE, 6 * HOUR),
    });
    let away = |span: Span| {
        // The last heartbeat was up to five seconds before.
        let last = span.from - random.between(0, 4_999);
        let outage = if random.once_in(2) {
            Outage::before_start(last, span.to)
        } else {
            Outage::between(last, span.to, 5_000)
        };
        // A pause that short loses nothing: requests wait.
        let outage = outage.or_else(|| Outage::before_start(last, span.to)).expect("time has passed");
        Away { span, outage, sweeps_first: random.once_in(2) }
    };
    spans.into_iter().map(away).collect()
}

fn job(random: &mut Random) -> Job {
    let (cron, apart) = random.pick(&SCHEDULES);
    let reports = match random.between(0, 9) {
        0..=4 => Reports::Agent(random.between(0, HOSTS as i64 - 1) as usize),
        5 | 6 => Reports::Patient,
        7 => Reports::Once(None),
        8 => Reports::Once(Some(random.between(2, 8) * MINUTE)),
        _ => Reports::EndAlone,
    };
    let (starter, profile) = match reports {
        Reports::Agent(_) => (Starter::Agent, random.pick(&Profile::ALL)),
        _ => (Starter::Elsewhere, Profile::Guarded),
    };
    let cron = if profile != Profile::Guarded && cron.contains('L') { "5 4 28 * *" } else { cron };
    // Windows never meet, so that it is plain which start a run was for.
    let late = random.between(5 * MINUTE, apart / 4);
    let usual = random.between(SECOND, (late / 2).min(2 * HOUR));
    let jitter = if random.once_in(4) { random.between(SECOND, late / 4) } else { 0 };
    let longest = random.once_in(2).then(|| usual * 2 + 10 * MINUTE);
    let spec = MonitorSpec {
        crons: vec![cron.parse().expect("a schedule")],
        every: None,
        timezone: random.pick(&ZONES).to_owned(),
        profile,
        starter,
        early_ms: random.between(5 * SECOND, MINUTE),
        late_ms: late,
        jitter_ms: jitter,
        max_runtime_ms: longest,
        min_runtime_ms: (random.once_in(4) && reports != Reports::EndAlone).then_some(usual / 4),
        alert_after: random.pick(&[1, 1, 1, 2, 3]),
        recover_after: random.pick(&[1, 1, 1, 2]),
        severity: Severity::Warning,
        max_since_success_ms: None,
        output: crontopus_domain::OutputRule::default(),
        paused: false,
    };
    let skews = match reports {
        // Agents correct their clock by the server's; a little of it stays.
        Reports::Agent(_) => &[0, 0, -1_500, 1_500][..],
        // Nobody believes a clock that is an hour ahead or that begins with the epoch.
        Reports::Once(_) => &[0, 0, 0, HOUR, -BEGIN][..],
        Reports::Patient | Reports::EndAlone => &[0][..],
    };
    let skew = random.pick(skews);
    let expectation = Expectation::compile(spec).expect("a zone");
    let (paused, mut maintenance) =
        (spans(random, 2, |r| r.between(HOUR, DAY)), spans(random, 4, |r| r.between(HOUR, DAY)));
    maintenance.retain(|own| !paused.iter().any(|p| p.touches(own.from - DAY, own.to + DAY)));
    Job { expectation, reports, usual, skew, paused, maintenance }
}
