//! The core of the server without store and clock: the rules, driven as the service drives them.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::monitor::{self, Around, Effects, MonitorState, Past, Subject};
use crontopus_domain::{CheckIn, IncidentChange, Outage, Run};
use crontopus_ids::RunId;

use crate::contact::Contact;
use crate::plan::{Job, Plan, Reports};
use crate::signals;

/// Something that reaches the service.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// It is there again, and knows how long it was away.
    Up(Outage),
    /// Its clock was set back, and it notices.
    SetBack,
    CheckIn(Box<CheckIn>),
    HostLost,
    HostBack,
    Pause,
    Resume,
    MaintenanceBegins,
    MaintenanceEnds,
}

/// One monitor and its rows.
pub(crate) struct Watched<'p> {
    n: usize,
    job: &'p Job,
    plan: &'p Plan,
    contact: Option<&'p Contact>,
    pub(crate) state: MonitorState,
    pub(crate) rows: BTreeMap<RunId, Run>,
    unfilled: BTreeSet<(i64, RunId)>,
    outages: Vec<Outage>,
    /// What happened to its incidents, and when that was written.
    pub(crate) incidents: Vec<(i64, IncidentChange)>,
    /// Every row that was written, and when.
    pub(crate) written: Vec<(i64, Run)>,
    /// The last moment at which something happened, in true time as all of the above.
    now: i64,
}

impl<'p> Watched<'p> {
    pub(crate) fn armed(plan: &'p Plan, n: usize, contacts: &'p [Contact]) -> Self {
        let job = &plan.jobs[n];
        let contact = match job.reports {
            Reports::Agent(host) => Some(&contacts[host]),
            _ => None,
        };
        let now = job.life.from;
        let state = monitor::arm(signals::monitor(n), &job.expectation, plan.clock.shows(now));
        let (rows, unfilled, outages) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        let (incidents, written) = (Vec::new(), Vec::new());
        Self { n, job, plan, contact, state, rows, unfilled, outages, incidents, written, now }
    }

    fn subject(&self) -> Subject<'p> {
        Subject { id: signals::monitor(self.n), expectation: &self.job.expectation }
    }

    /// Lets time pass until `now`: whatever is overdue is decided when it is, or when the service is there again.
    pub(crate) fn pass(&mut self, now: i64) {
        while let Some(due) = self.state.deadline_at {
            let reached = self.plan.clock.reaches(due, self.now);
            let away = self.plan.away.iter().find(|away| away.span.holds(reached));
            let at = match away {
                Some(away) if away.sweeps_first => away.span.to,
                Some(away) => away.span.to + 1_000,
                None => reached,
            };
            // Nobody sweeps while the service is away, and an outage is known before anything is judged.
            if at > now || away.is_some_and(|away| !self.outages.contains(&away.outage)) {
                return;
            }
            self.now = at;
            self.tick(at);
            let shown = self.plan.clock.shows(at);
            assert!(self.state.deadline_at.is_none_or(|due| due > shown), "a tick leaves something due");
        }
    }

    fn tick(&mut self, now: i64) {
        let subject = self.subject();
        let outages = std::mem::take(&mut self.outages);
        let around = self.around(&outages, now);
        let effects = monitor::tick(&mut self.state, subject, around, self.plan.clock.shows(now));
        self.outages = outages;
        self.carry_out(effects, now);
    }

    fn around<'o>(&self, outages: &'o [Outage], now: i64) -> Around<'o> {
        let word = self.contact.map(|contact| contact.word(now));
        Around {
            outages,
            host_seen_at: word.map(|(seen, _)| self.plan.clock.shows(seen)),
            host_keeps_records: word.is_some_and(|w| w.1),
        }
    }

    pub(crate) fn take(&mut self, event: &Event, now: i64) {
        self.now = self.now.max(now);
        let subject = self.subject();
        let shown = self.plan.clock.shows(now);
        let effects = match event {
            Event::Up(outage) => {
                self.outages.retain(|old| old.to > shown - 8 * 86_400_000);
                self.outages.push(*outage);
                return;
            }
            // The store lets whatever is to be looked at soon be looked at now.
            Event::SetBack => return self.tick(now),
            Event::CheckIn(check_in) => {
                let past = self.past(check_in, shown);
                monitor::check_in(&mut self.state, subject, &past, check_in, shown)
            }
            Event::HostLost => monitor::lose_host(&mut self.state, subject),
            Event::HostBack => monitor::regain_host(&mut self.state, subject, shown),
            Event::Pause => monitor::pause(&mut self.state, subject),
            Event::Resume => monitor::resume(&mut self.state, subject, shown),
            Event::MaintenanceBegins => {
                let outages = self.outages.clone();
                let around = self.around(&outages, now);
                monitor::begin_maintenance(&mut self.state, subject, around, shown)
            }
            Event::MaintenanceEnds => monitor::end_maintenance(&mut self.state, subject, shown),
        };
        self.carry_out(effects, now);
    }

    /// The rows that the rules ask for, and no others.
    fn past(&self, check_in: &CheckIn, now: i64) -> Past {
        let wanted = monitor::wanted(&self.state, self.subject(), check_in, now);
        let named = wanted.run.and_then(|id| self.rows.get(&id));
        let range =
            wanted.unfilled.map(|(from, to)| (from, RunId::from_bits(0))..=(to, RunId::from_bits(u128::MAX)));
        let unfilled =
            range.into_iter().flat_map(|range| self.unfilled.range(range)).map(|(_, id)| &self.rows[id]);
        let outages = if wanted.outages { self.outages.clone() } else { Vec::new() };
        Past { runs: named.into_iter().chain(unfilled).cloned().collect(), outages }
    }

    fn carry_out(&mut self, effects: Effects, now: i64) {
        for replaced in &effects.replaced {
            let old = self.rows.remove(&replaced.old).expect("what is replaced is there");
            assert!(self.unfilled.remove(&(old.at, old.id)), "only what nobody filled gives way");
        }
        for run in effects.runs {
            if run.is_unfilled() {
                self.unfilled.insert((run.at, run.id));
            } else {
                self.unfilled.remove(&(run.at, run.id));
            }
            if let Some(old) = self.rows.insert(run.id, run.clone()) {
                assert_eq!(old.at, run.at, "a row keeps its place");
            }
            self.written.push((now, run));
        }
        self.incidents.extend(effects.incidents.into_iter().map(|change| (now, change)));
    }
}
