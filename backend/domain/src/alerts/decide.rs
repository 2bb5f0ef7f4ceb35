use super::flapping::{Flap, Pace, pace};
use super::{Concern, Occasion, Plan, Routed, Rules, Target, Telling, UNTOLD, Watch};
use crate::incident::Resolution;

/// Something that happened to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// It opened.
    Opened,
    /// Somebody took it.
    Acknowledged,
    /// It is over.
    Resolved(Resolution),
}

/// What happened, and what is remembered from before.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The incident.
    pub concern: &'a Concern,
    /// What happened.
    pub what: Happening,
    /// What is remembered of it and each route.
    pub watches: Vec<Watch>,
    /// How often its monitor, or host, changed within the last hour, with this change.
    pub changes: u32,
    /// Whether that flaps.
    pub flap: Option<Flap>,
}

/// What follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a decision is only described; somebody must carry it out"]
pub struct Decision {
    /// Who is told what, in this order.
    pub tellings: Vec<Telling>,
    /// What is to be remembered, in place of everything that was of the same routes.
    pub watches: Vec<Watch>,
    /// What is to be remembered of its monitor's flapping; `None` leaves it as it is.
    pub flap: Option<Flap>,
    /// For the incident's timeline: why nobody is told.
    pub note: Option<String>,
}

/// Decides who is told about what happened.
pub fn decide(rules: &Rules, change: Change<'_>, now: i64) -> Decision {
    let pace = match change.what {
        Happening::Acknowledged => Pace::Calm,
        Happening::Opened | Happening::Resolved(_) => pace(change.changes, change.flap.as_ref(), now),
    };
    match (change.what, pace) {
        (Happening::Opened, Pace::Calm) => open(rules, change.concern, now),
        (Happening::Acknowledged, _) => close(rules, &change, Occasion::Acknowledged),
        (Happening::Resolved(_), Pace::Calm) => close(rules, &change, Occasion::Resolved),
        (_, Pace::Begins) => begin_flapping(rules, change, now),
        (_, Pace::GoesOn) => go_on_flapping(change, now),
    }
}

/// Tells of an incident nobody was told of yet, or waits for the end of a silence.
pub(super) fn open(rules: &Rules, concern: &Concern, now: i64) -> Decision {
    if let Some(silence) = rules.silence(concern, now) {
        let watch = untold(Some(silence.until), now);
        let note = Some(format!("nobody is told for now: {}", silence.why));
        return Decision { watches: vec![watch], note, ..Decision::default() };
    }
    let plans = match rules.route(concern) {
        Routed::Told(plans) => plans,
        Routed::NotSevere(routes) => {
            let note = format!("nobody is told: not severe enough for {}", routes.join(", "));
            return Decision { watches: vec![untold(None, now)], note: Some(note), ..Decision::default() };
        }
    };
    let mut decision = Decision { watches: vec![untold(None, now)], ..Decision::default() };
    for plan in &plans {
        let mut watch = Watch {
            route: plan.route.clone(),
            told: Vec::new(),
            step: 0,
            base_at: now,
            last_at: now,
            next_at: Some(now),
        };
        decision.tellings.extend(advance(plan, &mut watch, now));
        decision.watches.push(watch);
    }
    dedup(&mut decision.tellings);
    decision
}

/// Does what of a plan is due, and says when it goes on.
pub(super) fn advance(plan: &Plan, watch: &mut Watch, now: i64) -> Vec<Telling> {
    let due = |step: &super::PlanStep| watch.base_at.saturating_add(step.after_ms) <= now;
    let reached = plan.steps.iter().take_while(|step| due(step)).count();
    let done = watch.step as usize;
    let mut tellings = Vec::new();
    let tell = |occasion, target: Target, number: usize| Telling {
        occasion,
        target,
        route: plan.route.clone(),
        group: plan.group.clone(),
        number: u32::try_from(number).unwrap_or(u32::MAX),
    };
    if reached > done {
        let occasion = if watch.told.is_empty() { Occasion::Opened } else { Occasion::Escalated };
        let mut told_now = Vec::new();
        for (at, step) in plan.steps.iter().enumerate().take(reached).skip(done) {
            for target in step.targets.iter().filter(|t| !told_now.contains(*t)).copied().collect::<Vec<_>>()
            {
                told_now.push(target);
                tellings.push(tell(occasion, target, at + 1));
            }
        }
        watch.step = u32::try_from(reached).unwrap_or(u32::MAX);
        watch.last_at = now;
    } else if plan.repeat_ms.is_some_and(|every| watch.last_at.saturating_add(every) <= now) && done > 0 {
        let mut all: Vec<Target> =
            plan.steps.iter().take(done).flat_map(|step| step.targets.clone()).collect();
        all.sort();
        all.dedup();
        tellings.extend(all.into_iter().map(|target| tell(Occasion::Repeated, target, done)));
        watch.last_at = now;
    }
    for telling in &tellings {
        if !watch.told.contains(&telling.target) {
            watch.told.push(telling.target);
        }
    }
    let step = plan.steps.get(watch.step as usize).map(|step| watch.base_at.saturating_add(step.after_ms));
    let repeat = plan.repeat_ms.filter(|_| watch.step > 0).map(|every| watch.last_at.saturating_add(every));
    watch.next_at = step.into_iter().chain(repeat).min();
    tellings
}

/// Tells those who were told that somebody took it or that it is over; nothing is repeated any more.
fn close(rules: &Rules, change: &Change<'_>, occasion: Occasion) -> Decision {
    let mut decision = Decision::default();
    for mut watch in change.watches.iter().cloned() {
        watch.next_at = None;
        if watch.route != UNTOLD {
            decision.tellings.extend(farewell(rules, change.concern, &watch.route, &watch.told, occasion));
        }
        decision.watches.push(watch);
    }
    dedup(&mut decision.tellings);
    decision
}

/// What those are told who were told of an incident before.
pub(super) fn farewell(
    rules: &Rules,
    concern: &Concern,
    route: &str,
    told: &[Target],
    occasion: Occasion,
) -> Vec<Telling> {
    let plan = rules.plan_of(route, concern);
    let wanted = occasion != Occasion::Resolved || plan.as_ref().is_none_or(|plan| plan.recovered);
    let group = plan.and_then(|plan| plan.group);
    let telling = |target: &Target| Telling {
        occasion,
        target: *target,
        route: route.to_owned(),
        group: group.clone(),
        number: 0,
    };
    if wanted { told.iter().map(telling).collect() } else { Vec::new() }
}

/// Nobody hears the same twice because two routes lead to them.
pub(super) fn dedup(tellings: &mut Vec<Telling>) {
    let mut seen = Vec::new();
    tellings.retain(|telling| {
        let key = (telling.occasion, telling.target);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
}

fn begin_flapping(rules: &Rules, change: Change<'_>, now: i64) -> Decision {
    let mut decision = go_on_flapping(change.clone(), now);
    let mut told: Vec<(String, Target)> = change
        .watches
        .iter()
        .filter(|watch| watch.route != UNTOLD)
        .flat_map(|watch| watch.told.iter().map(|target| (watch.route.clone(), *target)))
        .collect();
    if let Some(silence) = rules.silence(change.concern, now) {
        decision.note = Some(format!("nobody is told for now: {}", silence.why));
        // Those who know of it hear how it ended, in a silence too.
        if let Some(flap) = &mut decision.flap {
            flap.told = told;
        }
        return decision;
    }
    if let (Happening::Opened, Routed::Told(plans)) = (change.what, rules.route(change.concern)) {
        let first = |plan: &Plan| plan.steps.first().map(|step| (plan.route.clone(), step.targets.clone()));
        let targets = plans.iter().filter_map(first);
        told.extend(targets.flat_map(|(route, all)| all.into_iter().map(move |t| (route.clone(), t))));
    }
    let telling = |(route, target): &(String, Target)| Telling {
        occasion: Occasion::Flapping,
        target: *target,
        route: route.clone(),
        group: None,
        number: change.changes,
    };
    decision.tellings = told.iter().map(telling).collect();
    dedup(&mut decision.tellings);
    if let Some(flap) = &mut decision.flap {
        flap.told = decision.tellings.iter().map(|t| (t.route.clone(), t.target)).collect();
    }
    decision
}

/// Nobody is told; it is looked at again when it was stable for long enough.
fn go_on_flapping(change: Change<'_>, now: i64) -> Decision {
    let told = change.flap.map(|flap| flap.told).unwrap_or_default();
    let flap = Flap { told, incident: change.concern.incident, last_at: now };
    let mut watches = change.watches;
    watches.iter_mut().for_each(|watch| watch.next_at = None);
    if change.what == Happening::Opened {
        watches.push(untold(None, now));
    }
    let note = Some("nobody is told of each change: it flaps".to_owned());
    Decision { tellings: Vec::new(), watches, flap: Some(flap), note }
}

fn untold(next_at: Option<i64>, now: i64) -> Watch {
    Watch { route: UNTOLD.to_owned(), told: Vec::new(), step: 0, base_at: now, last_at: now, next_at }
}
