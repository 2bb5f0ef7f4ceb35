/// One value of a document and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// The text after escapes are resolved; never interpreted here, so that `1.10` stays `1.10`.
    Scalar {
        text: String,
        style: Style,
    },
    Sequence(Vec<Node>),
    /// In the order written; keys are unique.
    Mapping(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

/// How a scalar is written: decides whether `true` is a word or a truth, and whether columns inside
/// the text can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    /// Quoted or a block.
    Marked,
}

/// A place in the file; lines and columns count from 1, columns and lengths in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) length: u32,
    /// Characters between `column` and the first character of a scalar's text, when the text stands
    /// in the source exactly as it is (one line, no escapes).
    pub(crate) verbatim: Option<u8>,
}

impl Node {
    /// How many values the tree below has, itself included.
    pub(crate) fn weight(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::Sequence(items) => items.iter().map(Node::weight).sum(),
            Value::Mapping(entries) => entries.iter().map(|entry| entry.node.weight()).sum(),
        }
    }

    /// What the value is, for sentences such as "expected a list, found a mapping".
    pub(crate) fn noun(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } if self.is_null() => "nothing",
            Value::Scalar { .. } => "a single value",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// Whether nothing is written, or one of YAML's words for it.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, style: Style::Plain }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The value of `key`, when this is a mapping that has it.
    pub(crate) fn find(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }
}

impl Span {
    /// The place of `length` characters that begin `skip` characters into the scalar's text; the whole
    /// scalar when its text does not stand in the source as it is.
    pub(crate) fn within(self, skip: usize, length: usize) -> Self {
        let Some(lead) = self.verbatim else { return self };
        let skip = u32::try_from(skip).unwrap_or(u32::MAX).min(self.length);
        Self {
            column: self.column + u32::from(lead) + skip,
            length: u32::try_from(length).unwrap_or(u32::MAX).clamp(1, self.length.max(1)),
            ..self
        }
    }
}
