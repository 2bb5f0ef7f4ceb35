//! All manifests of a repository together: what only the whole can be wrong about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::document::{Body, Document, ParsedFile, Place, Rejected, parse_file};
use crate::job::Job;
use crate::key::{DocKey, JobKey};
use crate::maintenance::Maintenance;
use crate::metadata::Uid;
use crate::path::is_manifest_path;
use crate::policy::{self, Policy};
use crate::quote::{clip, nearest};
use crate::route::Route;
use crate::{Code, Diagnostic, Kind, Severity};

/// The valid documents of a set of files, and every problem of the files and of their sum.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    /// Jobs by name.
    pub jobs: BTreeMap<JobKey, Declared<Job>>,
    /// Policies by name.
    pub policies: BTreeMap<DocKey, Declared<Policy>>,
    /// Routes by name.
    pub routes: BTreeMap<DocKey, Declared<Route>>,
    /// Maintenances by name.
    pub maintenance: BTreeMap<DocKey, Declared<Maintenance>>,
    /// Documents with errors; their last valid versions stay in force.
    pub rejected: Vec<Rejected>,
    /// Every problem, by file and line.
    pub diagnostics: Vec<Diagnostic>,
}

/// A valid document and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared<T> {
    /// What it says.
    pub body: T,
    /// Path of its file, relative to the repository.
    pub file: String,
    /// Its first line, from 1.
    pub line: usize,
    /// SHA-256 of its canonical form, in hex.
    pub digest: String,
}

/// What the repository itself cannot know. The default is to know nothing and to check nothing of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// The tenant whose repository it is; documents for another are refused.
    pub tenant: Option<&'a str>,
    /// Names of the tenant's channels; routes to others are warned of.
    pub channels: Option<&'a BTreeSet<String>>,
}

impl Repository {
    /// Reads files, given as path and content; what is no manifest is passed over. The repository's
    /// policies are applied as away from any host.
    pub fn assemble(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let manifests = files.into_iter().filter(|(path, _)| is_manifest_path(path));
        Self::of_parsed(manifests.map(|(path, text)| parse_file(&path, &text)), &Surroundings::default())
    }

    /// The same from files read before, so that a change of one file need not read the others again, and
    /// checked against what surrounds the repository.
    pub fn of_parsed(files: impl IntoIterator<Item = ParsedFile>, surroundings: &Surroundings<'_>) -> Self {
        let mut assembly = Assembly::default();
        for file in files {
            assembly.repository.rejected.extend(file.rejected);
            assembly.repository.diagnostics.extend(file.diagnostics);
            assembly.documents.extend(file.documents);
        }
        // Which of two documents with one name is first must not depend on the order of the files.
        assembly.documents.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        assembly.refuse_other_tenants(surroundings);
        assembly.refuse_duplicate_names();
        assembly.refuse_duplicate_uids();
        assembly.warn_of_unknown_routes();
        assembly.warn_of_unknown_channels(surroundings);
        assembly.apply_policies();
        assembly.finish()
    }

    /// Whether no document has an error.
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether a document that was valid before stays in force although it is not among the valid ones
    /// now: it, or something in its file that may be it, has errors.
    pub fn stays_in_force(&self, kind: Kind, key: &DocKey, file: &str) -> bool {
        self.rejected.iter().any(|rejected| match &rejected.key {
            Some(name) => name == key && rejected.kind.is_none_or(|found| found == kind),
            None => rejected.file == file,
        })
    }
}

/// Warnings of channels that a route names and nobody made. They come and go with the channels, not with the files.
pub fn unknown_channels(document: &Document, known: &BTreeSet<String>) -> Vec<Diagnostic> {
    let Body::Route(route) = &document.body else { return Vec::new() };
    let named = route
        .steps
        .iter()
        .enumerate()
        .flat_map(|(at, step)| step.channels.iter().map(move |name| (at, name)));
    let unknown = named.filter(|(_, name)| !known.contains(*name));
    unknown
        .map(|(step, name)| {
            let help = match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "make the channel through the API or the console".to_owned(),
            };
            let path = format!("spec.steps[{step}].channels");
            let message = format!("there is no channel `{name}`");
            let problem = problem_at(document, &path, Code::UnknownChannel, message, help);
            Diagnostic { severity: Severity::Warning, ..problem }
        })
        .collect()
}

#[derive(Default)]
struct Assembly {
    documents: Vec<Document>,
    repository: Repository,
}

impl Assembly {
    /// Takes out the documents at `indices` (ascending), each with its error.
    fn reject(&mut self, problems: Vec<(usize, Diagnostic)>) {
        let mut refused = vec![false; self.documents.len()];
        for (index, problem) in problems {
            refused[index] |= problem.is_error();
            self.repository.diagnostics.push(problem);
        }
        let mut index = 0;
        self.documents.retain(|document| {
            index += 1;
            if refused[index - 1] {
                self.repository.rejected.push(Rejected {
                    kind: Some(document.kind),
                    key: Some(document.key.clone()),
                    file: document.file.clone(),
                    line: document.line,
                });
            }
            !refused[index - 1]
        });
    }

    fn refuse_other_tenants(&mut self, surroundings: &Surroundings<'_>) {
        let Some(tenant) = surroundings.tenant else { return };
        let mut problems = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            if let Some(named) = document.body.metadata().tenant.as_deref().filter(|named| *named != tenant) {
                let message =
                    format!("the document is meant for the tenant `{named}`, and this is `{tenant}`");
                let help = "remove the field, or push it to that tenant's repository";
                problems.push((
                    index,
                    problem_at(document, "metadata.tenant", Code::TenantMismatch, message, help),
                ));
            }
        }
        self.reject(problems);
    }

    /// Jobs, policies and maintenances have their name to themselves in their namespace; routes, which
    /// jobs name without one, in the repository. The first by file and line keeps it.
    fn refuse_duplicate_names(&mut self) {
        let mut first: HashMap<(Kind, &str), usize> = HashMap::new();
        let mut problems = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            let name = if document.kind == Kind::Route { document.key.name() } else { document.key.as_str() };
            let earlier = *first.entry((document.kind, name)).or_insert(index);
            if earlier != index {
                let other = &self.documents[earlier];
                let message =
                    format!("the name of this {} is taken by {}:{}", document.kind, other.file, other.line);
                problems.push((
                    index,
                    problem_at(
                        document,
                        "metadata.name",
                        Code::DuplicateName,
                        message,
                        "choose another name",
                    ),
                ));
            }
        }
        self.reject(problems);
    }

    fn refuse_duplicate_uids(&mut self) {
        let mut first: HashMap<&Uid, usize> = HashMap::new();
        let mut problems = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            let Body::Job(Job { metadata, .. }) = &document.body else { continue };
            let Some(uid) = &metadata.uid else { continue };
            let earlier = *first.entry(uid).or_insert(index);
            if earlier != index {
                let other = &self.documents[earlier];
                let message = format!("the uid is that of {} in {}:{}", other.key, other.file, other.line);
                let help = "give the copy a uid of its own, or none";
                problems
                    .push((index, problem_at(document, "metadata.uid", Code::DuplicateUid, message, help)));
            }
        }
        self.reject(problems);
    }

    fn warn_of_unknown_routes(&mut self) {
        let known: Vec<&str> = self.names_of(Kind::Route).collect();
        let mut problems = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            let Body::Job(job) = &document.body else { continue };
            for (at, name) in
                job.alerts.routes.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str()))
            {
                let help = match nearest(name, known.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "add a document of kind Route with that name".to_owned(),
                };
                let path = format!("spec.alerts.routes[{at}]");
                let message = format!("there is no route `{}`", clip(name));
                let problem = problem_at(document, &path, Code::UnknownRoute, message, help);
                problems.push((index, Diagnostic { severity: Severity::Warning, ..problem }));
            }
        }
        self.reject(problems);
    }

    fn warn_of_unknown_channels(&mut self, surroundings: &Surroundings<'_>) {
        let Some(known) = surroundings.channels else { return };
        let of = |(index, document)| {
            unknown_channels(document, known).into_iter().map(move |found| (index, found))
        };
        let problems = self.documents.iter().enumerate().flat_map(of).collect();
        self.reject(problems);
    }

    fn names_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.documents
            .iter()
            .filter(move |document| document.kind == kind)
            .map(|document| document.key.name())
    }

    fn apply_policies(&mut self) {
        let policies: Vec<Policy> = self
            .documents
            .iter()
            .filter_map(|document| match &document.body {
                Body::Policy(policy) => Some(policy.clone()),
                _ => None,
            })
            .collect();
        let mut problems = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            let Body::Job(job) = &document.body else { continue };
            for finding in policy::check(job, &policies, &policy::Context::default()) {
                let message = format!("{} (policy {}, {})", finding.message, finding.policy, finding.rule);
                let problem = problem_at(document, finding.path, Code::Policy, message, finding.help);
                problems.push((index, Diagnostic { severity: finding.severity, ..problem }));
            }
        }
        self.reject(problems);
    }

    fn finish(mut self) -> Repository {
        let repository = &mut self.repository;
        for Document { key, body, file, line, digest, .. } in self.documents {
            match body {
                Body::Job(body) => drop(repository.jobs.insert(key, Declared { body, file, line, digest })),
                Body::Policy(body) => {
                    drop(repository.policies.insert(key, Declared { body, file, line, digest }))
                }
                Body::Route(body) => {
                    drop(repository.routes.insert(key, Declared { body, file, line, digest }))
                }
                Body::Maintenance(body) => {
                    drop(repository.maintenance.insert(key, Declared { body, file, line, digest }));
                }
            }
        }
        repository.diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self.repository
    }
}

fn problem_at(
    document: &Document,
    path: &str,
    code: Code,
    message: String,
    help: impl Into<String>,
) -> Diagnostic {
    let Place { line, column, length } = document.locate(path);
    Diagnostic {
        line,
        column,
        length,
        path: path.to_owned(),
        subject: Some(document.key.clone()),
        ..Diagnostic::of_file(document.file.clone(), code, message).with_help(help)
    }
}
