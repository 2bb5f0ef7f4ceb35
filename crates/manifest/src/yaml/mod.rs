//! From bytes to a tree whose every value knows its place, within bounds that hostile input cannot
//! stretch. Nothing here knows what a job is.

mod build;
mod emit;
mod node;
mod source;

pub(crate) use self::build::{Tree, build};
pub(crate) use self::emit::emit;
pub(crate) use self::node::{Entry, Node, Span, Style, Value};
pub(crate) use self::source::{Chunk, Text, chunks, text_of};

/// The largest manifest file in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// The most documents of one manifest file.
pub const MAX_DOCUMENTS: usize = 64;

/// How deeply collections may be nested; a manifest needs seven levels.
pub(crate) const MAX_DEPTH: usize = 32;

/// The most values of one document, counting each repetition by an alias.
pub(crate) const MAX_NODES: usize = 20_000;
