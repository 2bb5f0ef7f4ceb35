use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle, ScanError, options};

use super::{Chunk, Entry, MAX_DEPTH, MAX_NODES, Node, Span, Style, Value};
use crate::Code;

/// What could be read of one document.
pub(crate) struct Tree {
    /// With problems, what stood before the reading ended: good enough to tell the document's name.
    pub(crate) root: Option<Node>,
    pub(crate) problems: Vec<Problem>,
}

pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
}

/// Reads one document. Duplicate keys, tags and the like are noted and passed over; a syntax error or a
/// broken bound ends the reading.
pub(crate) fn build(chunk: &Chunk<'_>) -> Tree {
    let mut builder = Builder { lines_above: chunk.lines_above, ..Builder::default() };
    for step in Parser::new_from_str_with_options(chunk.text, parser_options()) {
        let outcome = match step {
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => Err(builder.syntax_problem(&error)),
        };
        if let Err(problem) = outcome {
            builder.problems.push(problem);
            break;
        }
    }
    while let Some(frame) = builder.open.pop() {
        let node = frame.close();
        builder.attach(node);
    }
    Tree { root: builder.root, problems: builder.problems }
}

fn parser_options() -> Options {
    options! {
        disallow_directives: true,
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    }
}

#[derive(Default)]
struct Builder {
    lines_above: usize,
    root: Option<Node>,
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    problems: Vec<Problem>,
}

enum Frame {
    Sequence { span: Span, anchor: usize, items: Vec<Node> },
    Mapping { span: Span, anchor: usize, entries: Vec<Entry>, key: Option<Key>, seen: HashMap<String, u32> },
}

enum Key {
    Good(String, Span),
    /// Noted already; its value is passed over.
    Bad,
}

/// Below this many entries a scan of them finds a duplicate faster than a map.
const SCANNED_ENTRIES: usize = 16;

impl Frame {
    fn close(self) -> Node {
        match self {
            Self::Sequence { span, items, .. } => Node { span, value: Value::Sequence(items) },
            Self::Mapping { span, entries, .. } => Node { span, value: Value::Mapping(entries) },
        }
    }

    fn anchor(&self) -> usize {
        match self {
            Self::Sequence { anchor, .. } | Self::Mapping { anchor, .. } => *anchor,
        }
    }
}

impl Builder {
    fn take(&mut self, event: Event<'_>, raw: &granit_parser::Span) -> Result<(), Problem> {
        let span = self.span(raw);
        if let Some(tag) = event.tag() {
            let message = format!("the tag `{}` is not used in manifests", tag.original());
            self.note(Code::UnsupportedYaml, span, message, Some("remove it; each field has one type"));
        }
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Marked };
                let span = scalar_span(span, &text, style, raw);
                self.count(1, span)?;
                self.complete(Node { span, value: Value::Scalar { text: text.into_owned(), style } }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(Frame::Sequence { span, anchor, items: Vec::new() }, span)
            }
            Event::MappingStart(_, anchor, _) => {
                let frame =
                    Frame::Mapping { span, anchor, entries: Vec::new(), key: None, seen: HashMap::new() };
                self.open(frame, span)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(frame) => {
                    let anchor = frame.anchor();
                    self.complete(frame.close(), anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => {
                    self.count(node.weight(), span)?;
                    // A value of the wrong kind is wrong where it is repeated; what is wrong inside it,
                    // where it is written.
                    self.attach(Node { span, ..node });
                    Ok(())
                }
                None => Err(unknown_alias(span, "an alias inside the value it names")),
            },
            Event::UnresolvedAlias(name) => {
                Err(unknown_alias(span, &format!("no `&{name}` stands before the alias `*{name}`")))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, frame: Frame, span: Span) -> Result<(), Problem> {
        self.count(1, span)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(frame);
        Ok(())
    }

    /// Attaches a finished value and keeps it for the aliases to its anchor.
    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.count(node.weight(), node.span)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.attach(node);
        Ok(())
    }

    fn attach(&mut self, node: Node) {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match frame {
            Frame::Sequence { items, .. } => items.push(node),
            Frame::Mapping { entries, key, seen, .. } => match key.take() {
                Some(Key::Good(text, key_span)) => entries.push(Entry { key: text, key_span, node }),
                Some(Key::Bad) => {}
                None => match key_of(node, entries, seen) {
                    Ok(good) => *key = Some(good),
                    Err(problem) => {
                        *key = Some(Key::Bad);
                        self.problems.push(problem);
                    }
                },
            },
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(Problem {
            code: Code::TooLarge,
            span,
            message: format!("the document has more than {MAX_NODES} values"),
            help: Some("split it into several documents; what an alias repeats counts each time"),
        })
    }

    fn note(&mut self, code: Code, span: Span, message: String, help: Option<&'static str>) {
        self.problems.push(Problem { code, span, message, help });
    }

    fn syntax_problem(&self, error: &ScanError) -> Problem {
        let span = self.place(error.marker());
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => too_deep(span),
            ErrorKind::DirectiveDisallowed => Problem {
                code: Code::UnsupportedYaml,
                span,
                message: "YAML directives are not used in manifests".to_owned(),
                help: Some("remove the line that begins with `%`"),
            },
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart => Problem {
                code: Code::Syntax,
                span,
                message: "a tab is used for indentation".to_owned(),
                help: Some("indent with spaces"),
            },
            _ => Problem { code: Code::Syntax, span, message: error.info(), help: None },
        }
    }

    fn place(&self, marker: &Marker) -> Span {
        Span {
            line: (marker.line() + self.lines_above) as u32,
            column: marker.col() as u32 + 1,
            length: 1,
            verbatim: None,
        }
    }

    /// Where an event stands; as long as its text when that is on one line.
    fn span(&self, raw: &granit_parser::Span) -> Span {
        let length = match raw.start.line() == raw.end.line() {
            true => raw.end.index().saturating_sub(raw.start.index()).max(1) as u32,
            false => 1,
        };
        Span { length, ..self.place(&raw.start) }
    }
}

/// A single-line scalar whose length in the source is that of its text (plus two quotes) has no escapes,
/// so that columns inside the text can be told.
fn scalar_span(span: Span, text: &str, style: Style, raw: &granit_parser::Span) -> Span {
    if raw.start.line() != raw.end.line() {
        return span;
    }
    let (written, length) = (raw.end.index().saturating_sub(raw.start.index()), text.chars().count());
    let verbatim = match style {
        Style::Plain if written == length => Some(0),
        Style::Marked if written == length + 2 => Some(1),
        _ => None,
    };
    Span { verbatim, ..span }
}

fn key_of(node: Node, entries: &[Entry], seen: &mut HashMap<String, u32>) -> Result<Key, Problem> {
    let span = node.span;
    let Value::Scalar { text, style } = node.value else {
        return Err(Problem {
            code: Code::UnsupportedYaml,
            span,
            message: "a key must be a single word".to_owned(),
            help: None,
        });
    };
    if text == "<<" && style == Style::Plain {
        return Err(Problem {
            code: Code::UnsupportedYaml,
            span,
            message: "merge keys (`<<`) are not used in manifests".to_owned(),
            help: Some("an alias for a whole value works: `env: *common`"),
        });
    }
    let first = if entries.len() < SCANNED_ENTRIES {
        entries.iter().find(|entry| entry.key == text).map(|entry| entry.key_span.line)
    } else {
        if seen.is_empty() {
            seen.extend(entries.iter().map(|entry| (entry.key.clone(), entry.key_span.line)));
        }
        seen.insert(text.clone(), span.line)
    };
    match first {
        None => Ok(Key::Good(text, span)),
        Some(line) => Err(Problem {
            code: Code::DuplicateKey,
            span,
            message: format!("`{}` is given twice; first in line {line}", crate::quote::clip(&text)),
            help: Some("keep one of them"),
        }),
    }
}

fn too_deep(span: Span) -> Problem {
    Problem {
        code: Code::TooDeep,
        span,
        message: format!("more than {MAX_DEPTH} levels of nesting"),
        help: Some("no manifest needs more than seven"),
    }
}

fn unknown_alias(span: Span, message: &str) -> Problem {
    Problem { code: Code::Syntax, span, message: message.to_owned(), help: Some("write the value out") }
}
