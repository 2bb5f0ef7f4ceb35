use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crontopus_ids::JobId;
use crontopus_manifest::policy::{Enforcement, requires_signed_commits};
use crontopus_manifest::{
    Body, Code, Declared, Diagnostic, Document, Job, Kind, ParsedFile, Policy, Repository, Severity,
    Surroundings,
};
use crontopus_store::{JobForm, JobRevision};

use super::diagnose::{filed, problem, rejected};
use super::form::{document_row, is_global, job_form};
use super::world::{Ids, InForce, Scope, World};

/// The commit that a step goes to.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub(crate) commit: String,
    pub(crate) summary: String,
    pub(crate) author: String,
    /// UTC milliseconds.
    pub(crate) authored_at: i64,
    pub(crate) signed: SignedBy,
    /// UTC milliseconds.
    pub(crate) now: i64,
}

/// What the server can say about a commit's signature; whether the key is trusted is the host's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignedBy {
    /// Nobody, or the signature is bad.
    Nobody,
    /// Somebody.
    Somebody,
}

impl World {
    /// Goes to the next commit: `changes` are the files that differ there, absent ones as `None`.
    pub(crate) fn step(
        &mut self,
        at: &At,
        changes: impl IntoIterator<Item = (String, Option<Arc<ParsedFile>>)>,
        ids: &mut Ids<'_>,
    ) {
        for (path, parsed) in changes {
            match parsed {
                Some(parsed) => drop(self.files.insert(path, parsed)),
                None => drop(self.files.remove(&path)),
            }
        }
        self.steps += 1;
        let assembled = self.assemble(at);
        self.place(at, &assembled, ids);
        if self.scope == Scope::All {
            self.keep_documents(at, &assembled);
        }
        let own = assembled.diagnostics.iter().filter(|d| self.scope.holds(&d.file));
        self.diagnostics = filed(&own.cloned().collect::<Vec<_>>());
    }

    /// Judges the files together with the documents in force.
    fn assemble(&self, at: &At) -> Repository {
        let mut inputs: Vec<ParsedFile> = self.files.values().map(|parsed| (**parsed).clone()).collect();
        self.refuse_foreign_names(&mut inputs);
        let standing = self.standing(&inputs);
        self.refuse_unsigned(at, &mut inputs, &standing);
        inputs.extend(
            standing
                .into_iter()
                .map(|document| ParsedFile { documents: vec![document], ..ParsedFile::default() }),
        );
        // Documents for other tenants were refused when they were read.
        Repository::of_parsed(inputs, &Surroundings::default())
    }

    /// Names are the tenant's: another repository may hold one already.
    fn refuse_foreign_names(&self, inputs: &mut [ParsedFile]) {
        if self.foreign.is_empty() {
            return;
        }
        refuse(inputs, |document| {
            let holder = self.foreign.get(document.key.as_str()).filter(|_| document.kind == Kind::Job)?;
            let message = format!("the name of this Job is taken by the repository `{holder}`");
            let found = problem(document, "metadata.name", Code::DuplicateName, message);
            Some(found.with_help("choose another name, or remove the other one first"))
        });
    }

    /// Documents in force that the inputs do not say: those of files beyond the scope, and last valid forms
    /// of what has errors now.
    fn standing(&self, inputs: &[ParsedFile]) -> Vec<Document> {
        let said: BTreeSet<(Kind, &str)> =
            inputs.iter().flat_map(|f| &f.documents).map(|d| (d.kind, d.key.as_str())).collect();
        let broken: Vec<_> = inputs.iter().flat_map(|f| &f.rejected).filter(|r| is_global(r.kind)).collect();
        let stands = |own: &&InForce| {
            let document = &own.document;
            if !self.scope.holds(&document.file) {
                return true;
            }
            let kept = broken.iter().any(|rejected| match &rejected.key {
                Some(key) => *key == document.key && rejected.kind.is_none_or(|k| k == document.kind),
                None => rejected.file == document.file,
            });
            kept && !said.contains(&(document.kind, document.key.as_str()))
        };
        self.documents.iter().filter(stands).map(|own| own.document.clone()).collect()
    }

    /// Applies the rule that commits must be signed.
    fn refuse_unsigned(&self, at: &At, inputs: &mut [ParsedFile], standing: &[Document]) {
        if at.signed == SignedBy::Somebody {
            return;
        }
        let of_files = inputs.iter().flat_map(|f| &f.documents);
        let wanting = |document: &Document| match &document.body {
            Body::Policy(policy) if policy.rules.require_signed_commits == Some(true) => Some(policy.clone()),
            _ => None,
        };
        let policies: Vec<Policy> = of_files.chain(standing).filter_map(wanting).collect();
        if policies.is_empty() {
            return;
        }
        let denying: Vec<Policy> =
            policies.iter().filter(|p| p.enforcement == Enforcement::Deny).cloned().collect();
        refuse(inputs, |document| {
            let Body::Job(job) = &document.body else { return None };
            if !requires_signed_commits(job, &policies) {
                return None;
            }
            let severity =
                if requires_signed_commits(job, &denying) { Severity::Error } else { Severity::Warning };
            let message = "a policy wants the commit signed, and it is not".to_owned();
            let found = problem(document, "metadata.name", Code::Policy, message);
            let help = "sign it: `git commit -S` with `gpg.format=ssh`";
            Some(Diagnostic { severity, ..found.with_help(help) })
        });
    }

    /// Brings jobs to what was assembled.
    fn place(&mut self, at: &At, assembled: &Repository, ids: &mut Ids<'_>) {
        let matched = self.matched(assembled, ids);
        let keys: BTreeSet<JobId> = matched.values().copied().collect();
        let rest: Vec<JobId> = self.forms.keys().copied().filter(|id| !keys.contains(id)).collect();
        for id in rest {
            self.lapse(at, id, assembled);
        }
        for (key, declared) in &assembled.jobs {
            if let Some(id) = matched.get(key.as_str()) {
                self.put(at, *id, declared);
            }
        }
    }

    /// Which job each declared one is: that of its uid, else that of its name, else a new one.
    fn matched(&self, assembled: &Repository, ids: &mut Ids<'_>) -> BTreeMap<String, JobId> {
        let by_uid = |forms: &BTreeMap<JobId, JobForm>| -> BTreeMap<String, JobId> {
            forms.values().filter_map(|f| Some((f.uid.clone()?, f.id))).collect()
        };
        let by_key = |forms: &BTreeMap<JobId, JobForm>| -> BTreeMap<String, JobId> {
            forms.values().map(|f| (f.key(), f.id)).collect()
        };
        let (uids, keys) = (by_uid(&self.forms), by_key(&self.forms));
        let (removed_uids, removed_keys) = (by_uid(&self.removed), by_key(&self.removed));
        let mut matched = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for round in 0..2 {
            for (key, declared) in &assembled.jobs {
                // Forms in force of files beyond the scope are not in this world; such names are refused
                // before it is made.
                if !self.scope.holds(&declared.file) || matched.contains_key(key.as_str()) {
                    continue;
                }
                let uid = declared.body.metadata.uid.as_ref().map(|u| u.as_str());
                let fits = |id: &JobId| {
                    let form = self.forms.get(id).or_else(|| self.removed.get(id));
                    let own = form.and_then(|f| f.uid.as_deref());
                    own.is_none() || uid.is_none() || own == uid
                };
                let found = if round == 0 {
                    uid.and_then(|uid| uids.get(uid))
                } else {
                    let named = keys.get(key.as_str()).filter(|id| fits(id));
                    let returned = || uid.and_then(|uid| removed_uids.get(uid));
                    let renamed = || removed_keys.get(key.as_str()).filter(|id| fits(id));
                    named.or_else(returned).or_else(renamed)
                };
                if let Some(id) = found.copied().filter(|id| taken.insert(*id)) {
                    matched.insert(key.to_string(), id);
                } else if round == 1 {
                    matched.insert(key.to_string(), ids());
                }
            }
        }
        matched
    }

    /// A job that is not declared any more: kept in its last form when the newer one has errors, else removed.
    fn lapse(&mut self, at: &At, id: JobId, assembled: &Repository) {
        let Some(form) = self.forms.get_mut(&id) else { return };
        // A job of the same name that is valid, though another one by its uid, takes the place.
        let keeps =
            |key| !assembled.jobs.contains_key(&key) && assembled.stays_in_force(Kind::Job, &key, &form.file);
        let kept = form.key().parse().is_ok_and(keeps);
        if kept && form.invalid {
            return;
        }
        let revision = revision(at, self.steps, form, None);
        if kept {
            form.invalid = true;
        } else if let Some(mut form) = self.forms.remove(&id) {
            form.removed_at = Some(at.now);
            form.invalid = false;
            self.removed.insert(id, form);
        }
        self.revisions.push(revision);
    }

    /// A declared job: new, returned, changed, mended, moved or the same.
    fn put(&mut self, at: &At, id: JobId, declared: &Declared<Job>) {
        let mut form = job_form(self.repository_id, id, declared, &at.commit, at.now);
        let before = self.forms.get(&id);
        if let Some(before) = before {
            form.created_at = before.created_at;
            if before.digest == form.digest {
                form.commit.clone_from(&before.commit);
                form.updated_at = before.updated_at;
            }
        } else if let Some(before) = self.removed.remove(&id) {
            form.created_at = before.created_at;
        }
        if self.forms.get(&id).is_none_or(|before| before.digest != form.digest || before.invalid) {
            self.revisions.push(revision(at, self.steps, &form, Some(form.digest.clone())));
        }
        self.forms.insert(id, form);
    }

    /// Brings policies, routes and maintenances to what was assembled, last valid forms included.
    fn keep_documents(&mut self, at: &At, assembled: &Repository) {
        let mut standing: BTreeMap<(Kind, String), InForce> = std::mem::take(&mut self.documents)
            .into_iter()
            .map(|own| ((own.document.kind, own.document.key.to_string()), own))
            .collect();
        let keys = assembled.policies.keys().map(|k| (Kind::Policy, k));
        let keys = keys.chain(assembled.routes.keys().map(|k| (Kind::Route, k)));
        let keys = keys.chain(assembled.maintenance.keys().map(|k| (Kind::Maintenance, k)));
        let mut of_files: BTreeMap<(Kind, String), &Document> = BTreeMap::new();
        for document in self.files.values().flat_map(|f| &f.documents) {
            of_files.entry((document.kind, document.key.to_string())).or_insert(document);
        }
        for (kind, key) in keys {
            let name = (kind, key.to_string());
            let before = standing.remove(&name);
            let now = of_files.get(&name).and_then(|document| {
                let mut form = document_row(document, &at.commit)?;
                if let Some(before) = before.as_ref().filter(|b| b.form.digest == form.digest) {
                    form.commit.clone_from(&before.form.commit);
                }
                Some(InForce { form, document: (*document).clone() })
            });
            self.documents.extend(now.or(before));
        }
    }
}

fn revision(at: &At, seq: i64, form: &JobForm, digest: Option<String>) -> JobRevision {
    JobRevision {
        job_id: form.id,
        seq,
        commit: at.commit.clone(),
        file: form.file.clone(),
        digest,
        summary: at.summary.clone(),
        author: at.author.clone(),
        authored_at: at.authored_at,
    }
}

/// Takes out every document that `judge` finds an error with; warnings only stay with it.
fn refuse(inputs: &mut [ParsedFile], mut judge: impl FnMut(&Document) -> Option<Diagnostic>) {
    for file in inputs {
        let mut kept = Vec::with_capacity(file.documents.len());
        for document in std::mem::take(&mut file.documents) {
            let found = judge(&document);
            let refused = found.as_ref().is_some_and(Diagnostic::is_error);
            file.diagnostics.extend(found);
            if refused {
                file.rejected.push(rejected(&document));
            } else {
                kept.push(document);
            }
        }
        file.documents = kept;
    }
}
