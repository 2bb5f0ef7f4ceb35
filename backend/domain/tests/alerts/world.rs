use std::collections::BTreeMap;

use crontopus_domain::alerts::{
    Change, ChannelRef, Concern, Decision, Flap, Happening, JobFacts, Rules, Target, Telling, UNTOLD, Watch,
    decide, follow_up, settle,
};
use crontopus_domain::{IncidentKind, Resolution, Severity};
use crontopus_ids::{AgentId, ChannelId, IncidentId, MonitorId};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const T0: i64 = 1_800_000_000_000;

/// A tenant with the channels `slack`, `pager` and `mail`, and one incident after the other.
pub(crate) struct World {
    pub(crate) rules: Rules,
    pub(crate) concern: Concern,
    pub(crate) watches: Vec<Watch>,
    pub(crate) flap: Option<Flap>,
    pub(crate) changes: Vec<i64>,
    pub(crate) now: i64,
    pub(crate) notes: Vec<String>,
}

pub(crate) fn channel(n: u128, name: &str) -> ChannelRef {
    ChannelRef { id: ChannelId::from_bits(n), name: name.to_owned(), usable: true, is_default: false }
}

pub(crate) fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// `production/backup` of the team platform on a database host.
pub(crate) fn concern() -> Concern {
    Concern {
        incident: IncidentId::from_bits(1),
        kind: IncidentKind::Failed,
        severity: Severity::Warning,
        monitor: Some(MonitorId::from_bits(2)),
        agent: Some(AgentId::from_bits(3)),
        agent_labels: labels(&[("role", "db")]),
        jobs: vec![JobFacts {
            namespace: "production".to_owned(),
            name: "backup".to_owned(),
            labels: labels(&[("team", "platform")]),
            routes: Vec::new(),
        }],
    }
}

impl World {
    /// With these documents: `kind name spec`.
    pub(crate) fn new(documents: &[(&str, &str, &str)]) -> Self {
        let mut rules = Rules {
            channels: vec![channel(1, "slack"), channel(2, "pager"), channel(3, "mail")],
            ..Rules::default()
        };
        for (kind, name, spec) in documents {
            let text =
                format!("apiVersion: crontopus/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n");
            rules.add_document(&text).expect(&text);
        }
        Self {
            rules,
            concern: concern(),
            watches: Vec::new(),
            flap: None,
            changes: Vec::new(),
            now: T0,
            notes: Vec::new(),
        }
    }

    fn apply(&mut self, decision: Decision) -> Vec<String> {
        let Decision { tellings, watches, flap, note } = decision;
        for watch in watches {
            match self.watches.iter_mut().find(|own| own.route == watch.route) {
                Some(own) => *own = watch,
                None => self.watches.push(watch),
            }
        }
        if flap.is_some() {
            self.flap = flap;
        }
        self.notes.extend(note);
        tellings.iter().map(|telling| self.show(telling)).collect()
    }

    fn show(&self, telling: &Telling) -> String {
        let target = match telling.target {
            Target::Channel(id) => self.rules.channels.iter().find(|c| c.id == id).map_or("?", |c| &c.name),
            Target::Owners(_) => "owners",
        };
        format!("{} {target}", telling.occasion)
    }

    pub(crate) fn happen(&mut self, what: Happening) -> Vec<String> {
        if what != Happening::Acknowledged {
            self.changes.push(self.now);
        }
        let changes = self.changes.iter().filter(|at| **at > self.now - 60 * MINUTE).count() as u32;
        let (watches, flap) = (self.watches.clone(), self.flap.clone());
        let change = Change { concern: &self.concern, what, watches, changes, flap };
        let decision = decide(&self.rules, change, self.now);
        self.apply(decision)
    }

    /// A new incident of the same monitor.
    pub(crate) fn open(&mut self) -> Vec<String> {
        self.watches.clear();
        self.happen(Happening::Opened)
    }

    pub(crate) fn resolve(&mut self) -> Vec<String> {
        self.happen(Happening::Resolved(Resolution::Recovered))
    }

    pub(crate) fn acknowledge(&mut self) -> Vec<String> {
        self.happen(Happening::Acknowledged)
    }

    /// Lives for so many minutes; what is told, each with its minute.
    pub(crate) fn live(&mut self, minutes: i64, is_open: bool) -> Vec<String> {
        let (start, end) = (self.now, self.now + minutes * MINUTE);
        let mut told = Vec::new();
        loop {
            let watch = self
                .watches
                .iter()
                .filter(|w| is_open && w.next_at.is_some())
                .min_by_key(|w| w.next_at)
                .cloned();
            let timer = watch.as_ref().and_then(|watch| watch.next_at);
            let check = self.flap.as_ref().map(Flap::check_at);
            let Some(next) = timer.into_iter().chain(check).min().filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            let decision = match (check, watch) {
                (Some(check), _) if check <= next => {
                    let flap = self.flap.take().expect("it flaps");
                    settle(&self.rules, &self.concern, &flap, is_open, self.now)
                }
                (_, Some(watch)) => follow_up(&self.rules, &self.concern, watch, self.now),
                _ => break,
            };
            let minute = (self.now - start) / MINUTE;
            told.extend(self.apply(decision).into_iter().map(|line| format!("{minute}: {line}")));
        }
        self.now = end;
        told
    }

    /// Whether somebody waits for the end of a silence.
    pub(crate) fn waits(&self) -> bool {
        self.watches.iter().any(|watch| watch.route == UNTOLD && watch.next_at.is_some())
    }
}
