//! What a seed makes: jobs, hosts, and what goes wrong with them in a year.

use crontopus_domain::{Expectation, MonitorSpec, Outage, Severity, Starter};
use crontopus_schedule::{Every, Profile};

use crate::clock::Clock;
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

pub(crate) const JOBS: u64 = 200;
const HOSTS: u64 = 200;

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
    /// What it says of times is wrong by so much.
    pub(crate) skew: i64,
    /// From when to when it is started and watched; jobs that start often are not there all year.
    pub(crate) life: Span,
    /// Time between two starts of a job that is to start so often at least.
    pub(crate) period: Option<i64>,
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
    pub(crate) clock: Clock,
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
const SCHEDULES: [(&str, i64); 15] = [
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
    ("4,34 * * * *", 30 * MINUTE),
    ("*/15 * * * *", 15 * MINUTE),
    ("*/10 * * * *", 10 * MINUTE),
];

/// What is to start so often at least.
const EVERY: [i64; 4] = [20 * MINUTE, HOUR, 6 * HOUR, DAY];

/// A job that starts more often than every hour is there for so long.
const SHORT_LIFE: i64 = 9 * DAY;

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
        let clock = Clock::of(&mut Random::new(seed, 2), &away);
        let mut plan = Self { seed, jobs: Vec::new(), hosts, away, clock };
        plan.jobs = (0..JOBS).map(|n| job(&mut Random::new(seed, 10_000 + n), &plan)).collect();
        // A pause or a maintenance that begins or ends while the service is away does so when it is there again.
        let away = plan.away.clone();
        let up =
            |at: i64| away.iter().find(|away| away.span.holds(at)).map_or(at, |away| away.span.to + SECOND);
        for span in plan.jobs.iter_mut().flat_map(|job| job.paused.iter_mut().chain(&mut job.maintenance)) {
            *span = Span { from: up(span.from), to: if span.to == i64::MAX { span.to } else { up(span.to) } };
        }
        plan
    }

    /// Every time in which silence says nothing, as the service knows it.
    pub(crate) fn outages(&self) -> impl Iterator<Item = Outage> + '_ {
        let jumps = self.clock.jumps.iter().map(|(_, outage)| *outage);
        self.away.iter().map(|away| away.outage).chain(jumps)
    }

    /// Whether the service takes check-ins then.
    pub(crate) fn is_up(&self, moment: i64) -> bool {
        !self.away.iter().any(|away| away.span.holds(moment))
    }
}

/// So many spans of lengths drawn by `length`, in order, and so far apart that each is over for long before the next.
pub(crate) fn spans(random: &mut Random, most: i64, length: impl Fn(&mut Random) -> i64) -> Vec<Span> {
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

fn job(random: &mut Random, plan: &Plan) -> Job {
    let (cron, mut apart) = random.pick(&SCHEDULES);
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
    let every = (starter == Starter::Elsewhere && random.once_in(4)).then(|| random.pick(&EVERY));
    apart = every.unwrap_or(apart);
    let cron = if profile != Profile::Guarded && cron.contains('L') { "5 4 28 * *" } else { cron };
    // Windows never meet, so that it is plain which start a run was for.
    let late = random.between((5 * MINUTE).min(apart / 8), apart / 4);
    let usual = random.between(SECOND, (late / 2).min(2 * HOUR));
    let jitter = if random.once_in(4) { random.between(SECOND, late / 4) } else { 0 };
    let longest = random.once_in(2).then(|| usual * 2 + random.pick(&[30 * SECOND, 10 * MINUTE]));
    // An agent corrects its times by a clock of the service that may be a minute wrong: a shorter limit is over at once.
    // Heartbeats that may come in further apart than the limit are no signs of life in time.
    let longest = match reports {
        Reports::Agent(_) => longest.map(|most| most.max(2 * MINUTE)),
        Reports::Once(Some(apart)) => longest.map(|most| most.max(apart + 30 * SECOND)),
        _ => longest,
    };
    // Weeks apart at the end of a month, or a weekend.
    let most_apart = if apart >= 20 * HOUR { apart * 4 } else { apart * 3 };
    let stale = random.once_in(3).then(|| most_apart + 2 * (late + jitter) + 2 * HOUR);
    let spec = MonitorSpec {
        crons: if every.is_some() { Vec::new() } else { vec![cron.parse().expect("a schedule")] },
        every: every.map(|ms| Every::from_seconds((ms / SECOND) as u64).expect("an interval")),
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
        max_since_success_ms: stale,
        output: crontopus_domain::OutputRule::default(),
        paused: false,
    };
    let skews = match reports {
        // Agents correct their clock by the server's; a little of it stays.
        Reports::Agent(_) => &[0, 0, -1_500, 1_500][..],
        // Nobody believes a clock that is an hour ahead or that begins with the epoch. One that is a little wrong is
        // believed.
        Reports::Once(_) => &[0, 0, HOUR, -BEGIN, -40 * SECOND, 90 * SECOND, 4 * MINUTE, -4 * MINUTE][..],
        Reports::Patient => &[0, 0, -10 * SECOND, 50 * SECOND][..],
        Reports::EndAlone => &[0][..],
    };
    let skew = random.pick(skews);
    let skew = if Job::believes(skew) && skew.abs() >= apart / 4 { 0 } else { skew };
    let life = if apart < HOUR { short_life(random, plan, reports) } else { Span { from: BEGIN, to: END } };
    // The next start is a little early, so that none is due before it.
    let period = every.map(|every| every - every / 10);
    let expectation = Expectation::compile(spec).expect("a zone");
    let (mut paused, mut maintenance) =
        (spans(random, 2, |r| r.between(HOUR, DAY)), spans(random, 4, |r| r.between(HOUR, DAY)));
    maintenance.retain(|own| !paused.iter().any(|p| p.touches(own.from - DAY, own.to + DAY)));
    if life.to < END {
        // At the end of its life it is paused, for ever.
        paused = vec![Span { from: life.to, to: i64::MAX }];
        maintenance.clear();
    }
    Job { expectation, reports, usual, skew, life, period, paused, maintenance }
}

/// Some days somewhere in the year, that begin while host and service are well.
fn short_life(random: &mut Random, plan: &Plan, reports: Reports) -> Span {
    loop {
        // At a moment at which nothing starts, also by a clock that is a minute wrong.
        let from = BEGIN + random.between(2 * DAY, 330 * DAY) / HOUR * HOUR + 2 * MINUTE;
        let host: Vec<Span> = match reports {
            Reports::Agent(host) => {
                plan.hosts[host].off.iter().chain(&plan.hosts[host].cut_off).copied().collect()
            }
            _ => Vec::new(),
        };
        let mut troubles = plan.away.iter().map(|away| away.span).chain(host);
        if !troubles.any(|span| span.touches(from - 3 * HOUR, from + HOUR)) {
            return Span { from, to: from + SHORT_LIFE };
        }
    }
}

impl Job {
    /// Whether a time that is wrong by so much is believed.
    pub(crate) fn believes(skew: i64) -> bool {
        (-7 * DAY..=5 * MINUTE).contains(&skew)
    }

    /// Whether its times are known by what it says, and not by when that comes in.
    pub(crate) fn has_clock(&self) -> bool {
        self.reports != Reports::EndAlone && Self::believes(self.skew)
    }
}
