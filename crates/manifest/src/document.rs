//! Files and the documents in them.

use std::collections::BTreeMap;

use crate::decode::{Context, Fields, MOST_PROBLEMS, choice, expected, word};
use crate::job::{self, Job};
use crate::key::DocKey;
use crate::maintenance::{self, Maintenance};
use crate::metadata::{self, Home, Metadata};
use crate::path::{PathProblem, namespace_of};
use crate::policy::{self, Policy};
use crate::quote::clip;
use crate::route::{self, Route};
use crate::yaml::{Chunk, MAX_DOCUMENTS, Node, Span, Text, Tree, build, chunks, text_of};
use crate::{Code, Diagnostic, Kind};

/// What `apiVersion` says in a canonical form.
pub(crate) const API_VERSION: &str = "crontopus/v1";

/// One valid document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Which kind it is.
    pub kind: Kind,
    /// `namespace/name`.
    pub key: DocKey,
    /// What it says.
    pub body: Body,
    /// Path of its file, relative to the repository.
    pub file: String,
    /// The line of its first field, from 1.
    pub line: usize,
    /// SHA-256 of its canonical form, in hex.
    pub digest: String,
    /// Where its fields stand, by path such as `spec.user`, two levels below `metadata` and `spec`.
    pub places: BTreeMap<String, Place>,
}

/// Where something stands in a file: line and column from 1, length in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters.
    pub length: usize,
}

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A job.
    Job(Job),
    /// A policy.
    Policy(Policy),
    /// A route.
    Route(Route),
    /// A maintenance.
    Maintenance(Maintenance),
}

/// What a file holds. One bad document does not lose the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFile {
    /// The valid documents.
    pub documents: Vec<Document>,
    /// The documents with errors; their last valid versions stay in force.
    pub rejected: Vec<Rejected>,
    /// Every problem, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A document that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its kind, if that could be read.
    pub kind: Option<Kind>,
    /// Its name, if that could be read; without it any document of the file may be meant.
    pub key: Option<DocKey>,
    /// Path of its file.
    pub file: String,
    /// Its first line, from 1; 0 when the whole file could not be read.
    pub line: usize,
}

impl Document {
    /// Where the field `path` stands; the nearest field above it that is written, or the document's
    /// first line.
    pub fn locate(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            match (self.places.get(path), path.rfind(['.', '['])) {
                (Some(place), _) => return *place,
                (None, Some(at)) => path = &path[..at],
                (None, None) => return Place { line: self.line, column: 1, length: 1 },
            }
        }
    }
}

/// Reads one file of a repository; `path` is relative to it and gives the namespace. Total: whatever
/// the bytes are, the answer is documents and diagnostics.
pub fn parse_file(path: &str, text: &[u8]) -> ParsedFile {
    match namespace_of(path) {
        Ok(namespace) => parse_with_home(path, text, Home::Directory(namespace)),
        Err(problem) => {
            let help = match &problem {
                PathProblem::Namespace { suggestion: Some(name), .. } => format!("rename it to `{name}`"),
                PathProblem::Namespace { .. } => "rename it".to_owned(),
                PathProblem::Unsafe(_) => "use a relative path of ordinary names".to_owned(),
            };
            unreadable(Diagnostic::of_file(clip(path), Code::BadPath, problem.to_string()).with_help(help))
        }
    }
}

/// Reads one document that stands in no directory, such as a canonical form: `metadata.namespace` is
/// believed, and `default` without it.
///
/// # Errors
/// Every problem, when there is an error or not exactly one document.
pub fn parse_document(text: &str) -> Result<Document, Vec<Diagnostic>> {
    const NAME: &str = "document";
    let mut parsed = parse_with_home(NAME, text.as_bytes(), Home::Declared);
    match parsed.documents.pop() {
        Some(document) if parsed.documents.is_empty() && parsed.rejected.is_empty() => Ok(document),
        _ => {
            if parsed.diagnostics.is_empty() {
                let problem =
                    Diagnostic::of_file(NAME, Code::TooManyDocuments, "expected exactly one document");
                parsed.diagnostics.push(problem);
            }
            Err(parsed.diagnostics)
        }
    }
}

/// The lines of the document that holds `line` (from 1), comments included, its `---` left out; empty when the
/// file cannot be read or has no such line.
pub fn document_text(file: &[u8], line: usize) -> &str {
    let Text::Good(text) = text_of(file) else { return "" };
    let holds = |chunk: &&Chunk<'_>| chunk.lines_above < line;
    let Some(chunk) = chunks(text).into_iter().rev().find(|chunk| holds(&chunk)) else { return "" };
    match chunk.text.split_once('\n') {
        Some((first, rest)) if first.trim_end() == "---" => rest,
        _ => chunk.text,
    }
}

pub(crate) fn parse_with_home(path: &str, bytes: &[u8], home: Home<'_>) -> ParsedFile {
    let text = match text_of(bytes) {
        Text::Good(text) => text,
        Text::Bad { code, message, help, span } => {
            let problem = Diagnostic::of_file(path, code, message).with_help(help);
            return unreadable(match span {
                Some(span) => {
                    Diagnostic { line: span.line as usize, column: span.column as usize, ..problem }
                }
                None => problem,
            });
        }
    };
    let mut parsed = ParsedFile::default();
    let found = chunks(text);
    for chunk in found.iter().take(MAX_DOCUMENTS) {
        read_document(chunk, path, home, &mut parsed);
    }
    if let Some(first) = found.get(MAX_DOCUMENTS) {
        let message = format!("{} documents in one file; only {MAX_DOCUMENTS} are read", found.len());
        let problem = Diagnostic::of_file(path, Code::TooManyDocuments, message)
            .with_help("split it into several files");
        parsed.diagnostics.push(Diagnostic { line: first.lines_above + 1, column: 1, ..problem });
        parsed.rejected.push(Rejected {
            kind: None,
            key: None,
            file: path.to_owned(),
            line: first.lines_above + 1,
        });
    }
    limit(path, &mut parsed.diagnostics);
    parsed
}

fn limit(path: &str, diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() > MOST_PROBLEMS {
        let message = format!("more than {MOST_PROBLEMS} problems; the first of them are listed");
        diagnostics.truncate(MOST_PROBLEMS);
        diagnostics
            .push(Diagnostic::of_file(path, Code::TooManyProblems, message).with_help("mend these first"));
    }
}

fn unreadable(problem: Diagnostic) -> ParsedFile {
    let rejected = Rejected { kind: None, key: None, file: problem.file.clone(), line: 0 };
    ParsedFile { documents: Vec::new(), rejected: vec![rejected], diagnostics: vec![problem] }
}

fn read_document(chunk: &Chunk<'_>, file: &str, home: Home<'_>, parsed: &mut ParsedFile) {
    let Tree { root, problems } = build(chunk);
    let mut cx = Context::new(file);
    let well_formed = problems.is_empty();
    for problem in problems {
        match problem.help {
            Some(help) => cx.refuse_with::<()>(problem.span, problem.code, problem.message, help),
            None => cx.refuse::<()>(problem.span, problem.code, problem.message),
        };
    }
    let line = root.as_ref().map_or(chunk.lines_above + 1, |root| root.span.line as usize);
    // After broken YAML the fields that are left would only raise echoes: who it is, is all that is read.
    let (body, kind, key) = match &root {
        Some(root) if well_formed => decode(root, &mut cx, home),
        Some(root) => {
            let (kind, key) = identify(root, home);
            (None, kind, key)
        }
        None => (None, None, None),
    };
    let refused = cx.has_errors();
    let (mut diagnostics, places) = cx.finish();
    diagnostics.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
    for diagnostic in &mut diagnostics {
        diagnostic.subject.clone_from(&key);
    }
    parsed.diagnostics.append(&mut diagnostics);
    match (body, kind, key) {
        (Some(body), Some(kind), Some(key)) if !refused => {
            let places = places.into_iter().map(|(path, span)| (path, Place::from(span))).collect();
            let digest = body.digest();
            parsed.documents.push(Document { kind, key, body, file: file.to_owned(), line, digest, places });
        }
        (_, kind, key) => parsed.rejected.push(Rejected { kind, key, file: file.to_owned(), line }),
    }
}

type Decoded = (Option<Body>, Option<Kind>, Option<DocKey>);

fn decode(root: &Node, cx: &mut Context, home: Home<'_>) -> Decoded {
    let Some(mut fields) = Fields::of(root, cx) else { return (None, None, None) };
    fields.required(cx, "apiVersion", api_version);
    let kind: Option<Kind> = fields.required(cx, "kind", choice_of_kind);
    let metadata = fields
        .required(cx, "metadata", |node, cx| metadata::decode(node, cx, kind.unwrap_or(Kind::Job), home));
    let (found_kind, key) = identify(root, home);
    // A document whose metadata is bad still has its spec read, so that every problem is told at once.
    let metadata = metadata.or_else(|| key.clone().map(Metadata::new)).unwrap_or_else(nameless);
    let body = match kind {
        Some(kind) => fields.required(cx, "spec", |node, cx| decode_body(kind, node, cx, metadata)),
        None => fields.optional(cx, "spec", |_, _| None),
    };
    fields.finish(cx);
    (body, kind.or(found_kind), key)
}

fn decode_body(kind: Kind, node: &Node, cx: &mut Context, metadata: Metadata) -> Option<Body> {
    match kind {
        Kind::Job => job::decode(node, cx, metadata).map(Body::Job),
        Kind::Policy => policy::decode(node, cx, metadata).map(Body::Policy),
        Kind::Route => route::decode(node, cx, metadata).map(Body::Route),
        Kind::Maintenance => maintenance::decode(node, cx, metadata).map(Body::Maintenance),
    }
}

/// Stands for a name that could not be read while the rest is looked at; the document is refused.
fn nameless() -> Metadata {
    Metadata::new(DocKey::new(crate::key::DEFAULT_NAMESPACE, "nameless").expect("both are DNS labels"))
}

fn api_version(node: &Node, cx: &mut Context) -> Option<()> {
    match word(node, cx)? {
        API_VERSION | "v1" => Some(()),
        other => cx.refuse_with(
            node.span,
            Code::ApiVersion,
            format!("`{}` is not a version this release reads", clip(other)),
            format!("write `apiVersion: {API_VERSION}`"),
        ),
    }
}

fn choice_of_kind(node: &Node, cx: &mut Context) -> Option<Kind> {
    if node.is_null() {
        return expected(node, cx, "a kind");
    }
    let before = cx.errors();
    let kind = choice(node, cx);
    cx.recode(before, Code::UnknownKind);
    kind
}

/// Who a document is, as far as that can be read without complaint.
fn identify(root: &Node, home: Home<'_>) -> (Option<Kind>, Option<DocKey>) {
    let mut silent = Context::default();
    let kind = root.find("kind").and_then(|entry| choice(&entry.node, &mut silent));
    let read = |key: &str, silent: &mut Context| {
        root.find("metadata")
            .and_then(|entry| entry.node.find(key))
            .and_then(|entry| word(&entry.node, silent).map(str::to_owned))
    };
    let namespace = match home {
        Home::Directory(directory) => Some(directory.to_owned()),
        Home::Declared => {
            read("namespace", &mut silent).or_else(|| Some(crate::key::DEFAULT_NAMESPACE.to_owned()))
        }
    };
    let key = namespace
        .zip(read("name", &mut silent))
        .and_then(|(namespace, name)| DocKey::new(&namespace, &name).ok());
    (kind, key)
}

impl Body {
    /// What of the document this release accepts and does not act on yet, as sentences for a plan.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Self::Job(job) => job::scheduling_notes(job),
            Self::Policy(_) | Self::Route(_) | Self::Maintenance(_) => Vec::new(),
        }
    }

    /// Name, labels, annotations.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::Job(job) => &job.metadata,
            Self::Policy(policy) => &policy.metadata,
            Self::Route(route) => &route.metadata,
            Self::Maintenance(maintenance) => &maintenance.metadata,
        }
    }

    /// SHA-256 of the canonical form, in hex.
    pub fn digest(&self) -> String {
        match self {
            Self::Job(job) => job.digest(),
            Self::Policy(policy) => policy.digest(),
            Self::Route(route) => route.digest(),
            Self::Maintenance(maintenance) => maintenance.digest(),
        }
    }

    /// The `spec` of the canonical form as JSON, with the manifest's own names.
    pub fn spec_json(&self) -> serde_json::Value {
        let document = match self {
            Self::Job(job) => serde_json::to_value(job),
            Self::Policy(policy) => serde_json::to_value(policy),
            Self::Route(route) => serde_json::to_value(route),
            Self::Maintenance(maintenance) => serde_json::to_value(maintenance),
        };
        let mut document = document.expect("a document is plain values");
        document.get_mut("spec").map(serde_json::Value::take).unwrap_or_default()
    }

    /// Of a maintenance that is going on at `now`: its end.
    pub fn maintenance_until(&self, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
        match self {
            Self::Maintenance(maintenance) => maintenance.active_until(now),
            Self::Job(_) | Self::Policy(_) | Self::Route(_) => None,
        }
    }

    /// The canonical form as YAML.
    pub fn canonical_yaml(&self) -> String {
        match self {
            Self::Job(job) => job.canonical_yaml(),
            Self::Policy(policy) => policy.canonical_yaml(),
            Self::Route(route) => route.canonical_yaml(),
            Self::Maintenance(maintenance) => maintenance.canonical_yaml(),
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { line: span.line as usize, column: span.column as usize, length: span.length.max(1) as usize }
    }
}
