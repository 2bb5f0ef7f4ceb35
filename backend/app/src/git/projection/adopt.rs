//! A world that was rebuilt takes over the ids under which its jobs are known.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_ids::JobId;
use crontopus_manifest::Kind;
use crontopus_store::JobForm;

use super::world::{Ids, World};

impl World {
    /// Gives every job the id that `standing` knows it by, a new one if it knows none. Ids of this world must
    /// grow in the order the jobs were made.
    pub(crate) fn adopt(&mut self, standing: &World, ids: &mut Ids<'_>) {
        let known: BTreeMap<String, &JobForm> = standing.forms.values().map(|f| (f.key(), f)).collect();
        let mut mapping: BTreeMap<JobId, JobId> = BTreeMap::new();
        let mut taken: BTreeSet<JobId> = BTreeSet::new();
        for form in self.forms.values() {
            if let Some(own) = known.get(&form.key()) {
                mapping.insert(form.id, own.id);
                taken.insert(own.id);
            }
        }
        // What is not in force under that name: the oldest with the oldest.
        let before: Vec<&JobForm> = standing.removed.values().chain(standing.forms.values()).collect();
        for form in self.forms.values().chain(self.removed.values()) {
            if mapping.contains_key(&form.id) {
                continue;
            }
            let same = |other: &&&JobForm| other.key() == form.key() && other.uid == form.uid;
            let free = before.iter().filter(same).map(|f| f.id).filter(|id| !taken.contains(id)).min();
            let id = free.or_else(|| self.forms.contains_key(&form.id).then(&mut *ids));
            if let Some(id) = id {
                mapping.insert(form.id, id);
                taken.insert(id);
            }
        }
        let born: BTreeMap<JobId, &JobForm> = before.into_iter().map(|form| (form.id, form)).collect();
        self.forms = std::mem::take(&mut self.forms)
            .into_values()
            .filter_map(|form| Some((*mapping.get(&form.id)?, form)))
            .map(|(id, form)| {
                let earlier = born.get(&id);
                let unchanged = earlier.filter(|e| e.digest == form.digest && e.removed_at.is_none());
                let created_at = earlier.map_or(form.created_at, |e| e.created_at);
                let updated_at = unchanged.map_or(form.updated_at, |e| e.updated_at);
                (id, JobForm { id, created_at, updated_at, ..form })
            })
            .collect();
        self.removed.clear();
        // Changes of jobs that nobody knows any more have nothing to hang on.
        self.revisions.retain_mut(|revision| match mapping.get(&revision.job_id) {
            Some(id) => {
                revision.job_id = *id;
                true
            }
            None => false,
        });
    }

    /// Keeps the forms of `standing` whose newest form has errors and which the way never saw valid.
    pub(crate) fn keep_broken(&mut self, standing: &World) {
        let broken: Vec<_> = self.files.values().flat_map(|file| &file.rejected).cloned().collect();
        for form in standing.forms.values() {
            let kept = broken.iter().any(|rejected| match &rejected.key {
                Some(key) => key.as_str() == form.key() && rejected.kind.is_none_or(|k| k == Kind::Job),
                None => rejected.file == form.file,
            });
            let taken = self.forms.values().any(|own| own.key() == form.key());
            if kept && !taken && !self.forms.contains_key(&form.id) {
                self.removed.remove(&form.id);
                self.forms.insert(form.id, JobForm { invalid: true, ..form.clone() });
            }
        }
    }
}
