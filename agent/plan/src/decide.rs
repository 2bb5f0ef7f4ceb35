use std::collections::BTreeSet;

use crate::{
    Action, ContentHash, DesiredJob, DriftMode, Entry, Form, Hold, Inventory, JobKey, Observed,
    ObservedEntry, Owned, Plan, Rules, Sight, Step, Stray,
};

/// What has to be done so that `observed` becomes `desired`.
///
/// An entry is touched only when its marker, its path and the inventory say that it is ours; the one
/// exception is an entry with our marker at a place the desired state names, which is taken back into
/// the inventory. Jobs named twice in `desired` are planned once, as the first says.
pub fn plan(desired: &[DesiredJob], observed: &Observed, inventory: &Inventory, rules: &Rules) -> Plan {
    let sight = match observed {
        Observed::Read(sight) => sight,
        Observed::Unreadable { reason } => {
            return Plan { unreadable: Some(reason.clone()), ..Plan::default() };
        }
    };
    let mut wanted = BTreeSet::new();
    let mut steps = Vec::new();
    let mut moved = Vec::new();
    for job in desired {
        if !wanted.insert(&job.job) {
            continue;
        }
        let view = View::new(&job.job, sight, inventory, rules);
        match &job.form {
            Form::Wanted { entry, spec } => {
                moved.extend(view.leave_old_place(entry));
                steps.extend(view.want(entry, spec, job.drift));
            }
            Form::KeepLast { reason } => steps.push(view.keep_last(reason, job.drift)),
        }
    }
    let removals: Vec<Step> = inventory
        .jobs
        .iter()
        .filter(|(job, _)| !wanted.contains(job))
        .map(|(job, owned)| View::new(job, sight, inventory, rules).remove(owned))
        .collect();
    // What is already gone, or no longer ours, costs nothing to forget.
    let (effective, forgotten): (Vec<_>, Vec<_>) =
        removals.into_iter().partition(|step| step.before.is_some());
    let held = match rules.brakes.reason_to_hold(effective.len(), inventory.jobs.len()) {
        Some(reason) => Some(Hold { reason, removals: effective }),
        None => {
            moved.extend(effective);
            None
        }
    };
    steps.sort_by(|a, b| a.job.cmp(&b.job));
    steps.extend(moved);
    steps.extend(forgotten);
    Plan { steps, held, unreadable: None, strays: strays(sight, inventory, &wanted) }
}

fn strays(sight: &Sight, inventory: &Inventory, wanted: &BTreeSet<&JobKey>) -> Vec<Stray> {
    let marked = sight.entries.iter().filter_map(|entry| Some((entry, entry.marker.as_ref()?)));
    marked
        .filter(|(entry, marker)| entry.is_marked_for(&inventory.installation, &marker.job))
        .filter(|(_, marker)| !wanted.contains(&marker.job) && !inventory.jobs.contains_key(&marker.job))
        .map(|(entry, marker)| Stray { job: marker.job.clone(), path: entry.path.clone() })
        .collect()
}

/// One job seen from all sides.
struct View<'a> {
    job: &'a JobKey,
    sight: &'a Sight,
    inventory: &'a Inventory,
    rules: &'a Rules,
    owned: Option<&'a Owned>,
}

/// What stands at a path.
enum Place<'a> {
    Nothing,
    Ours(&'a ObservedEntry),
    Foreign(&'a ObservedEntry),
}

impl<'a> View<'a> {
    fn new(job: &'a JobKey, sight: &'a Sight, inventory: &'a Inventory, rules: &'a Rules) -> Self {
        Self { job, sight, inventory, rules, owned: inventory.jobs.get(job) }
    }

    fn place(&self, path: &str) -> Place<'a> {
        match self.sight.at(path) {
            None => Place::Nothing,
            Some(entry) if entry.is_marked_for(&self.inventory.installation, self.job) => Place::Ours(entry),
            Some(entry) => Place::Foreign(entry),
        }
    }

    fn step(
        &self,
        action: Action,
        reason: impl Into<String>,
        before: Option<String>,
        to: Target<'_>,
    ) -> Step {
        Step {
            action,
            job: self.job.clone(),
            path: to.entry.path.clone(),
            reason: reason.into(),
            before,
            after: Some(to.entry.clone()),
            spec: Some(to.spec.clone()),
        }
    }

    /// The step that brings the entry to what is wanted; `None` when it is there already.
    fn want(&self, entry: &Entry, spec: &ContentHash, drift: DriftMode) -> Option<Step> {
        let to = Target { entry, spec };
        let owned = self.owned.filter(|owned| owned.entry.path == entry.path);
        let (found, before) = match self.place(&entry.path) {
            Place::Foreign(other) => return Some(self.step_aside(other, to)),
            Place::Ours(found) => (Some(found), Some(found.text.clone())),
            Place::Nothing => (None, None),
        };
        let Some(owned) = owned else {
            return Some(match found {
                None => self.step(Action::Create, "new on this host", None, to),
                Some(_) => {
                    self.step(Action::Adopt, "it carries our marker; the inventory had lost it", before, to)
                }
            });
        };
        let stands = found.is_some_and(|found| found.hash == entry.hash());
        let spec_stands = self.sight.specs.get(self.job) == Some(spec);
        let recorded = owned.entry == *entry && owned.spec == *spec;
        if stands && spec_stands && recorded {
            return None;
        }
        if recorded {
            return self.drifted(owned, found, to, drift);
        }
        let (action, reason) = match (owned.entry.enabled, entry.enabled) {
            (true, false) => (Action::Disable, "the job is paused"),
            (false, true) => (Action::Enable, "the job is no longer paused"),
            _ if owned.entry.text == entry.text => (Action::Update, "what the job does has changed"),
            _ => (Action::Update, "its schedule or the way it is started has changed"),
        };
        Some(self.step(action, reason, before, to))
    }

    fn step_aside(&self, other: &ObservedEntry, to: Target<'_>) -> Step {
        let reason = match (&other.marker, self.owned) {
            (Some(marker), _) if marker.installation != self.inventory.installation => {
                "another Crontopus installation has an entry here; it is not touched"
            }
            (_, Some(_)) => "the entry here no longer carries our marker; it is not touched",
            (_, None) => "something that is not ours stands here; it is not touched",
        };
        self.step(Action::Leave, reason, Some(other.text.clone()), to)
    }

    /// Somebody changed what we wrote.
    fn drifted(
        &self,
        owned: &Owned,
        found: Option<&ObservedEntry>,
        to: Target<'_>,
        drift: DriftMode,
    ) -> Option<Step> {
        let what = match found {
            None => "somebody deleted the entry",
            Some(found) if found.hash != to.entry.hash() => "somebody edited the entry",
            Some(_) if self.sight.specs.contains_key(self.job) => "somebody edited the spec file",
            Some(_) => "somebody deleted the spec file",
        };
        let before = found.map(|found| found.text.clone());
        match drift {
            DriftMode::Off => None,
            DriftMode::Warn => {
                Some(self.step(Action::Leave, format!("{what}; drift is only reported"), before, to))
            }
            DriftMode::Enforce => {
                let (now, pace) = (self.rules.now, &self.rules.repairs);
                let next = owned.next_repair(now, pace);
                if now >= next {
                    return Some(self.step(Action::Repair, what, before, to));
                }
                let repairs = owned.repairs_at(now, pace);
                let reason = format!("{what} again after {repairs} repairs; the next one is due at {next}");
                Some(self.step(Action::Leave, reason, before, to))
            }
        }
    }

    /// The manifest is of no use: the last good form stays in force.
    fn keep_last(&self, reason: &str, drift: DriftMode) -> Step {
        let nothing = Step {
            action: Action::Leave,
            job: self.job.clone(),
            path: String::new(),
            reason: reason.to_owned(),
            before: None,
            after: None,
            spec: None,
        };
        let Some(owned) = self.owned else {
            return Step { reason: format!("{reason}; there is no earlier form to keep"), ..nothing };
        };
        let leave = Step {
            path: owned.entry.path.clone(),
            reason: format!("{reason}; the last good form stays"),
            ..nothing
        };
        self.want(&owned.entry, &owned.spec, drift).unwrap_or(leave)
    }

    fn remove(&self, owned: &Owned) -> Step {
        let path = &owned.entry.path;
        let (reason, before) = match self.place(path) {
            Place::Ours(found) => ("no longer wanted on this host", Some(found.text.clone())),
            Place::Nothing => ("no longer wanted; its entry is already gone", None),
            Place::Foreign(_) => ("no longer wanted; what stands here is not ours and stays", None),
        };
        Step {
            action: Action::Remove,
            job: self.job.clone(),
            path: path.clone(),
            reason: reason.to_owned(),
            before,
            after: None,
            spec: None,
        }
    }

    /// The removal of the entry at its former path, when it is to stand somewhere else now.
    fn leave_old_place(&self, entry: &Entry) -> Option<Step> {
        let owned = self.owned.filter(|owned| owned.entry.path != entry.path)?;
        Some(Step { reason: format!("it now stands at {}", entry.path), ..self.remove(owned) })
    }
}

/// What is to stand in the end.
#[derive(Clone, Copy)]
struct Target<'a> {
    entry: &'a Entry,
    spec: &'a ContentHash,
}
