use super::decide::{advance, farewell, open};
use super::{Concern, Decision, Flap, Occasion, Rules, UNTOLD, Watch};

/// Goes on with an incident that is open and that nobody took, at the moment a [`Watch`] asked for.
pub fn follow_up(rules: &Rules, concern: &Concern, mut watch: Watch, now: i64) -> Decision {
    if watch.route == UNTOLD {
        return open(rules, concern, now);
    }
    if let Some(silence) = rules.silence(concern, now) {
        watch.next_at = Some(silence.until.max(now + 1));
        let note = Some(format!("nobody is told for now: {}", silence.why));
        return Decision { watches: vec![watch], note, ..Decision::default() };
    }
    let Some(plan) = rules.plan_of(&watch.route, concern) else {
        // The route is no more. Those it told know; the routes there are say who else is to.
        watch.next_at = None;
        let mut decision = open(rules, concern, now);
        decision.tellings.retain(|telling| !watch.told.contains(&telling.target));
        decision.watches.push(watch);
        return decision;
    };
    let tellings = advance(&plan, &mut watch, now);
    Decision { tellings, watches: vec![watch], ..Decision::default() }
}

/// What is told of something that flapped and has been stable for an hour: that it is open still, or over.
pub fn settle(rules: &Rules, concern: &Concern, flap: &Flap, is_open: bool, now: i64) -> Decision {
    if is_open {
        return open(rules, concern, now);
    }
    let mut decision = Decision::default();
    for (route, target) in &flap.told {
        decision.tellings.extend(farewell(rules, concern, route, &[*target], Occasion::Resolved));
    }
    super::decide::dedup(&mut decision.tellings);
    decision
}
