//! From a tree to typed values. Nothing stops at the first problem: each reader notes what is wrong,
//! with place and field path, and answers `None`; a document is good when no error was noted.
//!
//! A kind reads its fields by name from [`Fields`]; what it never asked for is an unknown field, so that
//! the list of fields is written once.

mod collection;
mod fields;
mod scalar;

use std::collections::BTreeMap;

pub(crate) use self::collection::{list, non_empty, table, unique};
pub(crate) use self::fields::Fields;
pub(crate) use self::scalar::{
    absolute_path, boolean, choice, duration, integer, label_text, one_line, size, text, user, word,
};
use crate::yaml::{Node, Span};
use crate::{Code, Diagnostic, Severity};

/// More problems of a file than this are not listed: they help nobody, and a hostile file has millions.
pub(crate) const MOST_PROBLEMS: usize = 200;

/// What the readers of one document share.
#[derive(Debug, Default)]
pub(crate) struct Context {
    file: String,
    path: String,
    diagnostics: Vec<Diagnostic>,
    places: BTreeMap<String, Span>,
}

impl Context {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// Notes an error at the current field; answers `None` so that a reader can end with it.
    pub(crate) fn refuse<T>(&mut self, span: Span, code: Code, message: impl Into<String>) -> Option<T> {
        let found = self.diagnostic(span, code, message.into(), None);
        self.diagnostics.push(found);
        None
    }

    /// Notes an error at the current field, and how to mend it.
    pub(crate) fn refuse_with<T>(
        &mut self,
        span: Span,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        let found = self.diagnostic(span, code, message.into(), Some(help.into()));
        self.diagnostics.push(found);
        None
    }

    fn diagnostic(&self, span: Span, code: Code, message: String, help: Option<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            file: self.file.clone(),
            line: span.line as usize,
            column: span.column as usize,
            length: span.length.max(1) as usize,
            path: self.path.clone(),
            code,
            message,
            help,
            subject: None,
        }
    }

    /// Runs `read` one field deeper.
    pub(crate) fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(field);
        let value = read(self);
        self.path.truncate(outer);
        value
    }

    /// Runs `read` inside the item of a list.
    pub(crate) fn at_index<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        let value = read(self);
        self.path.truncate(outer);
        value
    }

    /// Remembers where the current field stands, for problems found later.
    fn mark(&mut self, span: Span) {
        const DEEPEST: usize = 3;
        if self.path.split('.').count() <= DEEPEST {
            self.places.insert(self.path.clone(), span);
        }
    }

    /// Whether so much has been noted that more would help nobody.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() > MOST_PROBLEMS
    }

    /// How much has been noted.
    pub(crate) fn errors(&self) -> usize {
        self.diagnostics.len()
    }

    /// Gives what was noted since `before` another code.
    pub(crate) fn recode(&mut self, before: usize, code: Code) {
        self.diagnostics[before..].iter_mut().for_each(|found| found.code = code);
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Everything noted, and where each field stands.
    pub(crate) fn finish(self) -> (Vec<Diagnostic>, BTreeMap<String, Span>) {
        (self.diagnostics, self.places)
    }
}

/// Notes that `node` is of the wrong type.
pub(crate) fn expected<T>(node: &Node, cx: &mut Context, what: &str) -> Option<T> {
    if node.is_null() {
        return cx.refuse_with(
            node.span,
            Code::EmptyValue,
            format!("expected {what}, found nothing"),
            "give a value or remove the field",
        );
    }
    cx.refuse(node.span, Code::WrongType, format!("expected {what}, found {}", node.noun()))
}
