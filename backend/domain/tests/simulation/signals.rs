//! What is told of what happened, and when that comes in.

use crontopus_domain::{CheckIn, CheckInKind, RunKey};
use crontopus_ids::{MonitorId, RunId};

use crate::contact::Contact;
use crate::plan::{END, HOUR, Plan, Reports, SECOND};
use crate::random::Random;
use crate::truth::{Fate, Owed, Ran};

/// A check-in on its way.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) received: i64,
    pub(crate) check_in: CheckIn,
}

/// What was told of one owed start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) sent: Vec<Sent>,
    /// Something was sent that nobody took.
    pub(crate) is_lost: bool,
    /// The last of it came in then.
    pub(crate) all_known: i64,
}

/// The run of the `n`th job's start that was due then, as its signals name it.
pub(crate) fn key(n: usize, due: i64, reports: Reports) -> RunKey {
    match reports {
        Reports::Agent(_) => RunKey::Own(RunId::from_parts(
            due,
            (n as u128 + 1).to_be_bytes()[6..].try_into().expect("10 bytes"),
        )),
        Reports::Patient | Reports::Once(_) => RunKey::External(format!("{n}-{due}")),
        Reports::EndAlone => RunKey::None,
    }
}

pub(crate) fn run_id(n: usize, due: i64, reports: Reports) -> Option<RunId> {
    key(n, due, reports).run(monitor(n))
}

pub(crate) fn monitor(n: usize) -> MonitorId {
    MonitorId::from_bits(n as u128 + 1)
}

/// What is told of `owed`, and when it comes in.
pub(crate) fn of(plan: &Plan, n: usize, owed: &Owed, contacts: &mut [Contact], random: &mut Random) -> Told {
    let job = &plan.jobs[n];
    let made = match owed.fate {
        Fate::None => Vec::new(),
        Fate::Skipped => vec![(owed.due, CheckIn::new(CheckInKind::Skipped, key(n, owed.due, job.reports)))],
        Fate::Ran(ran) => signals(n, owed.due, job.reports, ran),
    };
    let mut told = Told::default();
    for (moment, mut check_in) in made {
        let has_clock = job.reports != Reports::EndAlone;
        check_in.at = has_clock.then_some(moment + job.skew);
        let received = match job.reports {
            Reports::Agent(host) => Some(contacts[host].deliver(moment, random)),
            Reports::Patient => Some(patiently(plan, moment, random)),
            Reports::Once(_) | Reports::EndAlone => {
                let slow = job.has_clock() && random.once_in(30);
                let at = moment + random.between(10, if slow { 20 * SECOND } else { SECOND });
                plan.is_up(at).then_some(at)
            }
        };
        let Some(received) = received.filter(|at| *at < END) else {
            told.is_lost = true;
            continue;
        };
        told.all_known = told.all_known.max(received);
        // Its answer got lost, so it comes again.
        if check_in.key != RunKey::None && job.has_clock() && random.once_in(20) {
            let again = received + random.between(0, 2 * HOUR);
            if plan.is_up(again) && again < END {
                told.sent.push(Sent { received: again, check_in: check_in.clone() });
            }
        }
        told.sent.push(Sent { received, check_in });
    }
    told
}

fn signals(n: usize, due: i64, reports: Reports, ran: Ran) -> Vec<(i64, CheckIn)> {
    let signal = |kind| CheckIn::new(kind, key(n, due, reports));
    let mut made = Vec::new();
    if reports != Reports::EndAlone {
        made.push((ran.started, signal(CheckInKind::Start)));
    }
    if let (Reports::Once(Some(apart)), Some(ended)) = (reports, ran.ended) {
        let beats = (1..).map(|n| ran.started + n * apart).take_while(|at| *at < ended);
        made.extend(beats.map(|at| (at, signal(CheckInKind::Heartbeat))));
    }
    if let Some(ended) = ran.ended {
        let mut end = signal(CheckInKind::End { well: ran.well });
        end.duration_ms = matches!(reports, Reports::Agent(_)).then_some(ended - ran.started);
        end.exit_status = Some(i32::from(!ran.well));
        made.push((ended, end));
    }
    made
}

/// Tried until somebody takes it.
fn patiently(plan: &Plan, moment: i64, random: &mut Random) -> i64 {
    let slow = random.once_in(30);
    let at = moment + random.between(10, if slow { 20 * SECOND } else { SECOND });
    let away = plan.away.iter().find(|away| away.span.holds(at));
    away.map_or(at, |away| away.span.to + random.between(10, 30 * SECOND))
}
