use super::{Context, expected};
use crate::Code;
use crate::quote::{alternatives, clip, nearest};
use crate::yaml::{Entry, Node, Span, Value};

/// The fields of one mapping. What is never asked for is reported by [`Fields::finish`].
pub(crate) struct Fields<'n> {
    entries: &'n [Entry],
    span: Span,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The fields of `node`; an error when it is no mapping.
    pub(crate) fn of(node: &'n Node, cx: &mut Context) -> Option<Self> {
        match &node.value {
            Value::Mapping(entries) => Some(Self { entries, span: node.span, asked: Vec::new() }),
            _ => expected(node, cx, "a mapping"),
        }
    }

    /// The value of `name` when it is there and good.
    pub(crate) fn optional<T>(
        &mut self,
        cx: &mut Context,
        name: &'static str,
        read: impl FnOnce(&Node, &mut Context) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(name);
        let entry = self.find(name)?;
        cx.within(name, |cx| {
            cx.mark(if entry.node.is_null() { entry.key_span } else { entry.node.span });
            read(&entry.node, cx)
        })
    }

    /// The value of `name`; an error when it is not there.
    pub(crate) fn required<T>(
        &mut self,
        cx: &mut Context,
        name: &'static str,
        read: impl FnOnce(&Node, &mut Context) -> Option<T>,
    ) -> Option<T> {
        if self.find(name).is_none() {
            self.asked.push(name);
            let meant = nearest(name, self.unasked_keys());
            let help = match meant {
                Some(written) => format!("`{}` is there; did you mean `{name}`?", clip(written)),
                None => format!("add `{name}:`"),
            };
            return cx.refuse_with(self.span, Code::MissingField, format!("`{name}` is missing"), help);
        }
        self.optional(cx, name, read)
    }

    /// Whether `name` is written, good or bad.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Notes an error at the field `name`, or at the mapping when that is not written.
    pub(crate) fn refuse_at(
        &self,
        cx: &mut Context,
        name: &'static str,
        problem: (Code, String),
        help: impl Into<String>,
    ) {
        let span = self.find(name).map_or(self.span, |entry| entry.key_span);
        let (code, message) = problem;
        cx.within(name, |cx| cx.refuse_with::<()>(span, code, message, help));
    }

    /// Reports every key nobody asked for.
    pub(crate) fn finish(self, cx: &mut Context) {
        for entry in self.entries.iter().filter(|entry| !self.asked.contains(&entry.key.as_str())) {
            if cx.is_full() {
                return;
            }
            let key = clip(&entry.key);
            let unwritten = self.asked.iter().filter(|name| !self.has(name)).copied();
            let help = match nearest(&entry.key, unwritten) {
                Some(known) => format!("did you mean `{known}`?"),
                None => match self.asked.iter().find(|name| name.eq_ignore_ascii_case(&entry.key)) {
                    Some(written) => format!("`{written}` is there already; remove this"),
                    None => format!("known here: {}", alternatives(&self.asked)),
                },
            };
            cx.within(&key, |cx| {
                cx.refuse_with::<()>(
                    entry.key_span,
                    Code::UnknownField,
                    format!("unknown field `{key}`"),
                    help,
                )
            });
        }
    }

    fn find(&self, name: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == name)
    }

    fn unasked_keys(&self) -> impl Iterator<Item = &'n str> {
        self.entries.iter().map(|entry| entry.key.as_str()).filter(|key| !self.asked.contains(key))
    }
}
