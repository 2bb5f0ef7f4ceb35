//! Days of jobs from a seed, through queue, database and sweep, and beside them the same rules in memory: both say the
//! same of every run, incident and monitor. That the rules are right is shown where they are
//! (`docs/simulation.md`); here, that what surrounds them changes nothing: rows that are loaded, batches, restarts.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_app::ingest::{CheckIn, Expectations, Signal};
use crontopus_app::monitors;
use crontopus_clock::{Entropy as _, SeededEntropy};
use crontopus_domain::monitor::{self, Around, Effects, MonitorState, Past, Subject};
use crontopus_domain::{CheckInKind, Expectation, IncidentChange, MonitorSpec, Outage, Run, RunKey};
use crontopus_ids::{IncidentId, MonitorId, RunId};
use crontopus_store::testing::each;
use crontopus_store::{Store, SystemScope, TenantScope};
use jiff::Timestamp;

use crate::counting::all_runs;
use crate::world::{World, ms, nightly, tenant};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const BEGIN: &str = "2026-10-24T00:00:30Z";
const JOBS: usize = 12;
/// The clocks of Berlin are set back in the second night.
const ZONES: [&str; 2] = ["UTC", "Europe/Berlin"];
const CRONS: [&str; 5] = ["0 * * * *", "*/20 * * * *", "30 2 * * *", "15 */6 * * *", "45 2,3,4 * * *"];

/// Numbers from a seed.
struct Dice(SeededEntropy);

impl Dice {
    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (u64::from_le_bytes(self.0.bytes::<8>()) % (most - least + 1) as u64) as i64
    }

    fn once_in(&mut self, n: i64) -> bool {
        self.between(1, n) == 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.between(0, of.len() as i64 - 1) as usize]
    }
}

/// Something that happens; the first of several at the same moment first.
#[derive(Debug, Clone)]
enum Event {
    CheckIn(usize, Box<CheckIn>),
    Pause(usize),
    Resume(usize),
    /// Whoever is called at night closes whatever is open of a job.
    Close(usize),
    /// The service was away since that moment.
    Restart,
}

/// When an incident began, how many bad runs it had, and when it was over.
type Told = (i64, u32, Option<i64>);

/// A monitor and its rows in memory.
struct Model {
    id: MonitorId,
    expectation: Expectation,
    state: MonitorState,
    rows: BTreeMap<RunId, Run>,
    incidents: BTreeMap<IncidentId, Told>,
}

impl Model {
    fn subject(&self) -> Subject<'_> {
        Subject { id: self.id, expectation: &self.expectation }
    }

    fn apply(&mut self, change: impl FnOnce(&mut MonitorState, Subject<'_>) -> Effects) {
        let mut state = self.state.clone();
        let effects = change(&mut state, self.subject());
        self.state = state;
        for replaced in &effects.replaced {
            self.rows.remove(&replaced.old);
        }
        self.rows.extend(effects.runs.into_iter().map(|run| (run.id, run)));
        for change in effects.incidents {
            match change {
                IncidentChange::Opened(incident) => {
                    self.incidents.insert(incident.id, (incident.opened_at, incident.bad_runs, None));
                }
                IncidentChange::BadRun { incident, .. } => {
                    self.incidents.get_mut(&incident.id).unwrap().1 = incident.bad_runs;
                }
                IncidentChange::Resolved { id, at, .. } => {
                    self.incidents.get_mut(&id).unwrap().2 = Some(at);
                }
            }
        }
    }

    fn receive(&mut self, check_in: &CheckIn, now: i64, outages: &[Outage]) {
        let wanted = monitor::wanted(&self.state, self.subject(), check_in, now);
        let is_wanted = |run: &&Run| {
            wanted.run == Some(run.id)
                || wanted.unfilled.is_some_and(|(a, b)| run.is_unfilled() && (a..=b).contains(&run.at))
        };
        let runs = self.rows.values().filter(is_wanted).cloned().collect();
        let past = Past { runs, outages: if wanted.outages { outages.to_vec() } else { Vec::new() } };
        self.apply(|state, subject| monitor::check_in(state, subject, &past, check_in, now));
    }
}

fn spec(dice: &mut Dice) -> MonitorSpec {
    let limit = dice.pick(&[None, Some(8 * MINUTE), Some(HOUR)]);
    MonitorSpec {
        crons: vec![dice.pick(&CRONS).parse().unwrap()],
        timezone: dice.pick(&ZONES).to_owned(),
        early_ms: dice.pick(&[0, 30 * SECOND]),
        late_ms: dice.pick(&[2 * MINUTE, 9 * MINUTE, 40 * MINUTE]),
        max_runtime_ms: limit,
        min_runtime_ms: dice.once_in(4).then_some(20 * SECOND),
        alert_after: dice.pick(&[1, 1, 2]),
        recover_after: dice.pick(&[1, 1, 2]),
        max_since_success_ms: dice.once_in(3).then_some(7 * HOUR),
        ..nightly()
    }
}

/// What one start of a job says, and when that comes in.
fn signals(dice: &mut Dice, due: i64, spec: &MonitorSpec) -> Vec<(i64, CheckIn)> {
    let began = due + dice.between(-20 * SECOND, spec.late_ms + spec.late_ms / 4);
    let took = dice.between(5 * SECOND, 12 * MINUTE);
    let key = if dice.once_in(3) { RunKey::None } else { RunKey::External(format!("{due}")) };
    let mut said = Vec::new();
    if !dice.once_in(4) {
        said.push((began, CheckInKind::Start));
    }
    if dice.once_in(5) {
        said.push((began + took / 2, CheckInKind::Heartbeat));
    }
    if !dice.once_in(12) {
        let well = !dice.once_in(6);
        said.push((began + took, CheckInKind::End { well }));
    }
    if dice.once_in(30) {
        said = vec![(began, CheckInKind::Skipped)];
    }
    // Some are kept for hours and delivered together, in any order, with their times; some come twice.
    let kept_until = dice.once_in(8).then(|| began + took + dice.between(MINUTE, 30 * HOUR));
    let mut all = Vec::new();
    for (at, kind) in said {
        let mut check_in = CheckIn::new(kind, key.clone());
        let has_clock = kept_until.is_some() || dice.once_in(2);
        check_in.at = has_clock.then_some(at);
        check_in.duration_ms = (kind != CheckInKind::Start && dice.once_in(4)).then_some(took);
        let received = kept_until.map_or(at, |until| until + dice.between(0, 3) * SECOND);
        all.push((received, check_in.clone()));
        if key != RunKey::None && dice.once_in(8) {
            all.push((received + dice.between(0, HOUR), check_in));
        }
    }
    all
}

/// What happens in so many days, by the moment at which it does.
fn plan(dice: &mut Dice, models: &[Model], days: i64) -> BTreeMap<i64, Vec<Event>> {
    let begin = ms(BEGIN);
    let end = begin + days * DAY;
    let mut away: Vec<(i64, i64)> = Vec::new();
    for day in 0..days {
        let from = begin + day * DAY + dice.between(HOUR, 15 * HOUR);
        away.push((from, from + dice.pick(&[2 * SECOND, 40 * SECOND, 20 * MINUTE, 5 * HOUR])));
    }
    let up = |at: i64| away.iter().find(|(from, to)| (*from..*to).contains(&at)).map_or(at, |(_, to)| *to);
    let mut events: BTreeMap<i64, Vec<Event>> =
        away.iter().map(|(_, to)| (*to, vec![Event::Restart])).collect();
    for (n, model) in models.iter().enumerate() {
        let mut due = begin;
        // A monitor that is armed then expects the next start.
        let next = |at| monitor::arm(model.id, &model.expectation, at).expected_at;
        while let Some(after) = next(due).filter(|after| *after < end) {
            due = after;
            if dice.once_in(15) {
                continue;
            }
            for (received, check_in) in signals(dice, due, &model.expectation.spec) {
                let is_lost = up(received) != received && dice.once_in(2);
                // Those of a minute may come in together.
                let at = up(if n % 2 == 0 { received } else { received / MINUTE * MINUTE + MINUTE });
                if !is_lost {
                    events.entry(at).or_default().push(Event::CheckIn(n, Box::new(check_in)));
                }
            }
        }
        if dice.once_in(4) {
            let from = up(begin + dice.between(0, days * DAY));
            events.entry(from).or_default().push(Event::Pause(n));
            events.entry(up(from + dice.between(MINUTE, 10 * HOUR))).or_default().push(Event::Resume(n));
        }
        for _ in 0..days {
            events.entry(up(begin + dice.between(0, days * DAY))).or_default().push(Event::Close(n));
        }
    }
    events
}

/// The service and the rules in memory.
struct Both {
    world: World,
    models: Vec<Model>,
    outages: Vec<Outage>,
    now: i64,
}

impl Both {
    async fn armed(store: Store, dice: &mut Dice) -> Self {
        let world = World::at(store, BEGIN);
        world.heartbeat.start().await.unwrap();
        let now = world.now();
        let mut models = Vec::new();
        for n in 0..JOBS {
            let spec = spec(dice);
            let id = world.monitor(n as u128 + 1, &format!("job-{n}"), &spec).await;
            let expectation = Expectation::compile(spec).unwrap();
            let state = monitor::arm(id, &expectation, now);
            let (rows, incidents) = (BTreeMap::new(), BTreeMap::new());
            models.push(Model { id, expectation, state, rows, incidents });
        }
        Self { world, models, outages: Vec::new(), now }
    }

    /// Moves to a moment up to which the service lived.
    async fn live_until(&mut self, now: i64) {
        self.now = self.now.max(now);
        let mut tx = self.world.store.begin(SystemScope::for_task("test")).await.unwrap();
        tx.save_beat("test", self.now - 1).await.unwrap();
        tx.commit().await.unwrap();
        self.world.clock.set(Timestamp::from_millisecond(self.now).unwrap());
    }

    /// Decides whatever is overdue until `now`, when it is.
    async fn pass(&mut self, now: i64) {
        while let Some(due) =
            self.models.iter().filter_map(|m| m.state.deadline_at).min().filter(|d| *d <= now)
        {
            self.live_until(due).await;
            let expected =
                self.models.iter().filter(|m| m.state.deadline_at.is_some_and(|at| at <= self.now));
            let expected = expected.count();
            assert_eq!(self.world.sweep.round().await.unwrap(), expected, "at {}", self.now);
            let around = Around { outages: &self.outages, ..Around::default() };
            let now = self.now;
            for model in &mut self.models {
                if model.state.deadline_at.is_some_and(|at| at <= now) {
                    model.apply(|state, subject| monitor::tick(state, subject, around, now));
                }
            }
        }
    }

    async fn happen(&mut self, at: i64, events: &[Event]) {
        let (is_restart, events) = match events {
            [Event::Restart, rest @ ..] => (true, rest),
            all => (false, all),
        };
        if is_restart {
            self.restart(at).await;
        }
        self.pass(at).await;
        self.live_until(at).await;
        let check_ins = events.iter().filter_map(|event| match event {
            Event::CheckIn(n, check_in) => Some((*n, check_in.as_ref())),
            _ => None,
        });
        let signal = |(n, check_in): (usize, &CheckIn)| Signal {
            check_in: check_in.clone(),
            ..self.world.signal(&format!("job-{n}"), check_in.kind, RunKey::None)
        };
        let batch: Vec<Signal> = check_ins.clone().map(signal).collect();
        self.world.ingest.submit_all(batch).await.unwrap();
        for (n, check_in) in check_ins {
            self.models[n].receive(check_in, at, &self.outages);
        }
        for event in events {
            self.operate(at, event).await;
        }
    }

    async fn operate(&mut self, now: i64, event: &Event) {
        let expectations = Expectations::default();
        let mut tx = self.world.store.begin(TenantScope::of(tenant())).await.unwrap();
        match event {
            Event::Pause(n) => {
                let model = &mut self.models[*n];
                monitors::pause(&mut tx, &expectations, model.id, now).await.unwrap().unwrap();
                model.apply(monitor::pause);
            }
            Event::Resume(n) => {
                let model = &mut self.models[*n];
                monitors::resume(&mut tx, &expectations, model.id, now).await.unwrap().unwrap();
                model.apply(|state, subject| monitor::resume(state, subject, now));
            }
            Event::Close(n) => {
                let model = &mut self.models[*n];
                if let Some(open) = &model.state.incident {
                    let by = "night@acme.example";
                    let is_closed = monitors::close_incident(&mut tx, &expectations, open.id, by, now).await;
                    assert!(is_closed.unwrap());
                    model.apply(|state, _| monitor::close_incident(state, now));
                }
            }
            Event::CheckIn(..) | Event::Restart => return,
        }
        tx.commit().await.unwrap();
    }

    /// The service ends, and another process begins after a while.
    async fn restart(&mut self, at: i64) {
        self.compare().await;
        self.world.end().await;
        self.now = at;
        let now = Timestamp::from_millisecond(at).unwrap().to_string();
        self.world = World::at(self.world.store.clone(), &now);
        self.world.heartbeat.start().await.unwrap();
        let mut read = self.world.store.read(SystemScope::for_task("test")).await.unwrap();
        self.outages = read.list_outages(0).await.unwrap();
    }

    async fn compare(&self) {
        let mut rows: BTreeMap<MonitorId, BTreeMap<RunId, Run>> = BTreeMap::new();
        for row in all_runs(&self.world.store).await {
            rows.entry(row.monitor_id).or_default().insert(row.run.id, row.run);
        }
        let mut incidents: BTreeMap<MonitorId, BTreeMap<IncidentId, Told>> = BTreeMap::new();
        for own in self.all_incidents().await {
            let told = (own.opened_at, own.bad_runs as u32, own.resolved_at);
            incidents.entry(own.monitor_id.unwrap()).or_default().insert(own.id, told);
        }
        for model in &self.models {
            let name = format!("{} at {}", model.id, Timestamp::from_millisecond(self.now).unwrap());
            let rows = rows.remove(&model.id).unwrap_or_default();
            let ids: BTreeSet<RunId> = rows.keys().chain(model.rows.keys()).copied().collect();
            for id in ids {
                assert_eq!(rows.get(&id), model.rows.get(&id), "{name}");
            }
            assert_eq!(incidents.remove(&model.id).unwrap_or_default(), model.incidents, "{name}");
            assert_eq!(self.world.find(model.id).await.state, model.state, "{name}");
        }
    }

    async fn all_incidents(&self) -> Vec<crontopus_store::Incident> {
        let mut read = self.world.store.read(TenantScope::of(tenant())).await.unwrap();
        let ids: Vec<MonitorId> = self.models.iter().map(|model| model.id).collect();
        read.list_incidents_of(&ids, 0, i64::MAX).await.unwrap()
    }
}

/// A number from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is a program of its own, and this is how its seed is chosen"
)]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test]
async fn database_queue_and_sweep_say_what_the_rules_say() {
    let first = number("CRONTOPUS_SIMULATION_FIRST").unwrap_or(1);
    let seeds = number("CRONTOPUS_SIMULATION_SEEDS").unwrap_or(1);
    let days = number("CRONTOPUS_SIMULATION_DAYS").unwrap_or(2) as i64;
    // As many databases as seeds: each begins with an empty one.
    for seed in first..first + seeds {
        println!("seed {seed}: CRONTOPUS_SIMULATION_FIRST={seed} runs it alone");
        each(|store| async move {
            let mut dice = Dice(SeededEntropy::new(seed));
            let mut both = Both::armed(store, &mut dice).await;
            for (at, events) in plan(&mut dice, &both.models, days) {
                both.happen(at, &events).await;
            }
            both.compare().await;
            let runs: usize = both.models.iter().map(|model| model.rows.len()).sum();
            let incidents: usize = both.models.iter().map(|model| model.incidents.len()).sum();
            assert!(runs > 200 && incidents > 10, "too little happened: {runs} runs, {incidents} incidents");
            both.world.end().await;
        })
        .await;
    }
}
