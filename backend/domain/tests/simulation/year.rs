//! One seed, from the truth over what is told of it to what the service makes of that.

use crate::contact::Contact;
use crate::oracle::{Oracle, time};
use crate::plan::{END, JOBS, Plan, Reports};
use crate::random::Random;
use crate::server::{Event, Watched};
use crate::{signals, truth};

/// How much a year held.
#[derive(Debug, Default)]
pub(crate) struct Volume {
    pub(crate) owed: usize,
    pub(crate) signals: usize,
    pub(crate) rows: usize,
    pub(crate) incidents: usize,
}

/// Lives through the year of `seed`; what the service got wrong, in words, and how much there was.
pub(crate) fn live(seed: u64, only: Option<usize>) -> (Vec<String>, Volume) {
    let plan = Plan::of(seed);
    let mut contacts: Vec<Contact> = (0..plan.hosts.len()).map(|host| Contact::of(&plan, host)).collect();
    let mut jobs = Vec::new();
    for n in 0..JOBS as usize {
        let mut random = Random::new(seed, 300_000 + n as u64);
        let owed = truth::of(&plan, n);
        let told: Vec<_> =
            owed.iter().map(|owed| signals::of(&plan, n, owed, &mut contacts, &mut random)).collect();
        jobs.push((owed, told));
    }
    let lost: Vec<_> = contacts.iter().map(|contact| contact.lost(&plan)).collect();
    let (mut wrong, mut volume) = (Vec::new(), Volume::default());
    for (n, (owed, told)) in jobs.iter().enumerate().filter(|(n, _)| only.is_none_or(|only| only == *n)) {
        let job = &plan.jobs[n];
        let lost = match job.reports {
            Reports::Agent(host) => lost[host].as_slice(),
            _ => &[],
        };
        let mut events: Vec<(i64, u8, Event)> = Vec::new();
        events.extend(plan.away.iter().map(|away| (away.span.to, 0, Event::Up(away.outage))));
        events.extend(plan.clock.jumps.iter().map(|(at, outage)| (*at, 0, Event::Up(*outage))));
        let lives = plan.clock.backs.iter().filter(|at| **at > job.life.from);
        events.extend(lives.map(|at| (*at, 4, Event::SetBack)));
        let alive = lost.iter().filter(|lost| lost.from > job.life.from);
        events
            .extend(alive.flat_map(|lost| [(lost.from, 2, Event::HostLost), (lost.to, 2, Event::HostBack)]));
        for (spans, begin, end) in [
            (&job.paused, Event::Pause, Event::Resume),
            (&job.maintenance, Event::MaintenanceBegins, Event::MaintenanceEnds),
        ] {
            for span in spans {
                events.push((span.from, 3, begin.clone()));
                events.push((span.to, 3, end.clone()));
            }
        }
        let sent = told.iter().flat_map(|told| &told.sent);
        events.extend(sent.map(|sent| (sent.received, 1, Event::CheckIn(Box::new(sent.check_in.clone())))));
        events.retain(|(at, ..)| *at < END);
        events.sort_by_key(|(at, rank, _)| (*at, *rank));
        let mut watched = Watched::armed(&plan, n, &contacts);
        for (at, _, event) in &events {
            // What came in at the very moment of a deadline is applied before it is decided.
            if *at > job.life.from {
                watched.pass(*at - 1);
            }
            watched.take(event, *at);
        }
        watched.pass(END);
        volume.owed += owed.len();
        volume.signals += told.iter().map(|told| told.sent.len()).sum::<usize>();
        volume.rows += watched.rows.len();
        volume.incidents += watched.incidents.len();
        let oracle = Oracle { n, plan: &plan, job, lost, owed, told };
        let own = oracle.judge(&watched);
        if only.is_some() {
            story(&watched, &events);
        }
        wrong.extend(own.into_iter().map(|wrong| format!("job {n} ({:?}): {wrong}", job.reports)));
    }
    (wrong, volume)
}

/// Prints what happened to one monitor, for whoever looks for the reason of a failure.
fn story(watched: &Watched<'_>, events: &[(i64, u8, Event)]) {
    let clock = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), time);
    let row = |(at, run): &(i64, crontopus_domain::Run)| {
        let times = [run.expected_at, run.started_at, run.finished_at].map(clock).join(" ");
        (*at, format!("{} {times} {}", run.status, run.reason.as_deref().unwrap_or_default()))
    };
    let mut lines: Vec<_> = watched.written.iter().map(row).collect();
    lines.extend(watched.incidents.iter().map(|(at, change)| (*at, format!("{change:?}"))));
    let others = events.iter().filter(|(_, _, event)| !matches!(event, Event::CheckIn(_)));
    lines.extend(others.map(|(at, _, event)| (*at, format!("{event:?}"))));
    lines.sort();
    for (at, line) in lines {
        println!("{} {line}", time(at));
    }
}
