//! The agent dies at every point of an apply: journal, spec files, entries, state. Whatever Git says next and
//! however drift is taken, the host holds it in the end, and nothing of what went is left.

use crontopus_plan::{Entry, ObservedEntry};
use crontopus_schedulers::{ApplyError, EntryRequest, ObserveError, Refused};

use super::*;
use crate::fail_points;

/// Writes entry by entry and may die in between.
struct Stepwise<'a>(&'a mut Fake);

impl Scheduler for Stepwise<'_> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn entry(&self, request: &EntryRequest<'_>) -> Result<Entry, Refused> {
        self.0.entry(request)
    }

    fn observe(&mut self) -> Result<Vec<ObservedEntry>, ObserveError> {
        self.0.observe()
    }

    fn apply(&mut self, steps: &[Step]) -> crontopus_schedulers::Applied {
        let mut all = crontopus_schedulers::Applied::default();
        for step in steps {
            fail_points::reach();
            all.results.extend(self.0.apply(std::slice::from_ref(step)).results);
            fail_points::reach();
        }
        all
    }

    fn settle(&mut self) -> Result<(), ApplyError> {
        self.0.settle()
    }
}

fn before() -> String {
    [job("changed", HERE), job("gone", HERE), job("same", HERE), job("moved", HERE)].concat()
}

/// One job differs in its spec file alone, one in its entry.
fn after() -> String {
    let moved = job("moved", HERE).replace("0 1 * * *", "0 5 * * *");
    [job_of("changed", "/bin/false", HERE), job("new", HERE), job("same", HERE), moved].concat()
}

/// Dies at `point` on the way from `before` to `after`; whether it got through. Then a new process, to which
/// Git says `next`, does its pass.
fn dies_at(point: usize, drift: DriftMode, next: &str) -> bool {
    let mut rig = Rig::settled(&before());
    rig.drift = drift;
    let desired = rig.desired(&after());
    let plan = rig.plan(&desired);
    let mut state = rig.state.clone();
    let ended = fail_points::until(point, || {
        let mut scheduler = Stepwise(&mut rig.scheduler);
        let clock = MockClock::at(NOW);
        let applied = apply(&rig.layout, &mut scheduler, &mut state, &desired, &plan, &clock).unwrap();
        assert_eq!(applied.failures, BTreeMap::new());
    });

    rig.state = State::load(&rig.layout).unwrap();
    let desired = rig.desired(next);
    assert!(rig.pass(&desired).held.is_none());
    let at = format!("point {point}, drift {drift:?}");
    let plan = rig.plan(&desired);
    assert!(plan.steps.is_empty() && plan.strays.is_empty(), "{at}: {plan:?}");
    assert_eq!(journal::unfinished(&rig.layout).unwrap(), None, "{at}");
    let wanted: Vec<String> = desired.made.keys().map(ToString::to_string).collect();
    assert_eq!(rig.jobs(), wanted, "{at}");
    for (key, made) in &desired.made {
        let stands = spec_files::read(&rig.layout, key.as_str()).unwrap();
        assert_eq!(stands, made.spec, "{at}");
    }
    assert_eq!(rig.scheduler.entries.len(), wanted.len(), "{at}");
    ended.is_some()
}

#[track_caller]
fn killed_at_every_point(drift: DriftMode, next: &str) {
    let mut killed = 0;
    while !dies_at(killed, drift, next) {
        killed += 1;
    }
    assert!(killed >= 40, "{killed} points");
}

#[test]
fn and_git_says_the_same() {
    for drift in [DriftMode::Enforce, DriftMode::Warn, DriftMode::Off] {
        killed_at_every_point(drift, &after());
    }
}

#[test]
fn and_git_has_gone_back() {
    for drift in [DriftMode::Enforce, DriftMode::Warn, DriftMode::Off] {
        killed_at_every_point(drift, &before());
    }
}

#[test]
fn and_git_wants_none_of_it_any_more() {
    // Three removals are no mass.
    killed_at_every_point(DriftMode::Off, &[job("same", HERE), job("moved", HERE)].concat());
}
