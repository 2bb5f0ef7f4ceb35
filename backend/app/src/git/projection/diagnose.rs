use crontopus_gitrepo::{SkipReason, Skipped};
use crontopus_manifest::{Code, Diagnostic, DocKey, ParsedFile, Rejected, Severity, parse_file};
use crontopus_store::FiledDiagnostic;

/// Reads one file of the repository of a tenant.
pub(crate) fn parse(path: &str, text: &[u8], tenant: &str) -> ParsedFile {
    let mut parsed = parse_file(path, text);
    let foreign = |named: Option<&String>| named.filter(|named| named.as_str() != tenant).cloned();
    let mut kept = Vec::with_capacity(parsed.documents.len());
    for document in parsed.documents {
        let named = match &document.body {
            crontopus_manifest::Body::Job(job) => foreign(job.metadata.tenant.as_ref()),
            crontopus_manifest::Body::Policy(policy) => foreign(policy.metadata.tenant.as_ref()),
            crontopus_manifest::Body::Route(route) => foreign(route.metadata.tenant.as_ref()),
            crontopus_manifest::Body::Maintenance(m) => foreign(m.metadata.tenant.as_ref()),
        };
        let Some(named) = named else {
            kept.push(document);
            continue;
        };
        let message = format!("the document is meant for the tenant `{named}`, this is `{tenant}`");
        let help = "remove the field, or move the document to that tenant's repository";
        let problem = problem(&document, "metadata.tenant", Code::TenantMismatch, message).with_help(help);
        parsed.diagnostics.push(problem);
        parsed.rejected.push(rejected(&document));
    }
    parsed.documents = kept;
    parsed
}

/// A file that is there but cannot be read: whatever it held stays in force.
pub(crate) fn skipped(skipped: &Skipped) -> ParsedFile {
    let (code, help) = match skipped.reason {
        SkipReason::TooLarge { .. } => (Code::FileTooLarge, "split it into several files"),
        SkipReason::Path(_) => (Code::BadPath, "rename it"),
    };
    let problem = Diagnostic::of_file(&skipped.path, code, skipped.reason.to_string()).with_help(help);
    let rejected = Rejected { kind: None, key: None, file: skipped.path.clone(), line: 0 };
    ParsedFile { documents: Vec::new(), rejected: vec![rejected], diagnostics: vec![problem] }
}

/// A problem of a field of a document.
pub(super) fn problem(
    document: &crontopus_manifest::Document,
    path: &str,
    code: Code,
    message: String,
) -> Diagnostic {
    let place = document.locate(path);
    Diagnostic {
        line: place.line,
        column: place.column,
        length: place.length,
        path: path.to_owned(),
        subject: Some(document.key.clone()),
        ..Diagnostic::of_file(document.file.clone(), code, message)
    }
}

/// The note that a valid document is refused for what surrounds it.
pub(super) fn rejected(document: &crontopus_manifest::Document) -> Rejected {
    let (kind, key) = (Some(document.kind), Some(document.key.clone()));
    Rejected { kind, key, file: document.file.clone(), line: document.line }
}

/// Problems as they are stored: by file, and in each file in their order.
pub(crate) fn filed(problems: &[Diagnostic]) -> Vec<FiledDiagnostic> {
    let mut filed: Vec<FiledDiagnostic> = Vec::with_capacity(problems.len());
    let mut sorted: Vec<&Diagnostic> = problems.iter().collect();
    sorted.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    for problem in sorted {
        let position = match filed.last() {
            Some(last) if last.file == problem.file => last.position + 1,
            _ => 0,
        };
        filed.push(FiledDiagnostic {
            file: problem.file.clone(),
            position,
            severity: match problem.severity {
                Severity::Error => "error".to_owned(),
                Severity::Warning => "warning".to_owned(),
            },
            line: i64::try_from(problem.line).unwrap_or(i64::MAX),
            column: i64::try_from(problem.column).unwrap_or(i64::MAX),
            path: problem.path.clone(),
            code: problem.code.to_string(),
            message: problem.message.clone(),
            help: problem.help.clone(),
            subject: problem.subject.as_ref().map(DocKey::to_string),
        });
    }
    filed
}
