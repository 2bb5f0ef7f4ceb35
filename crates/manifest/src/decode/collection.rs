use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use super::{Context, expected};
use crate::Code;
use crate::quote::clip;
use crate::yaml::{Node, Value};

/// A list of at most `most` items. A bad item is noted and left out.
pub(crate) fn list<T>(
    most: usize,
    read: impl Fn(&Node, &mut Context) -> Option<T>,
) -> impl Fn(&Node, &mut Context) -> Option<Vec<T>> {
    move |node, cx| {
        let Value::Sequence(items) = &node.value else {
            return expected(node, cx, "a list");
        };
        if items.len() > most {
            return cx.refuse(
                node.span,
                Code::TooLong,
                format!("{} items; at most {most} are allowed", items.len()),
            );
        }
        Some(items.iter().enumerate().filter_map(|(i, item)| cx.at_index(i, |cx| read(item, cx))).collect())
    }
}

/// The same list, refused when it is empty.
pub(crate) fn non_empty<T>(
    read: impl Fn(&Node, &mut Context) -> Option<Vec<T>>,
) -> impl Fn(&Node, &mut Context) -> Option<Vec<T>> {
    move |node, cx| match &node.value {
        Value::Sequence(items) if items.is_empty() => cx.refuse_with(
            node.span,
            Code::EmptyValue,
            "the list is empty",
            "add an item or remove the field",
        ),
        _ => read(node, cx),
    }
}

/// The same list, refused when an item comes twice.
pub(crate) fn unique<T: Eq + Hash>(
    read: impl Fn(&Node, &mut Context) -> Option<Vec<T>>,
) -> impl Fn(&Node, &mut Context) -> Option<Vec<T>> {
    move |node, cx| {
        let items = read(node, cx)?;
        let mut seen = HashSet::new();
        if items.iter().all(|item| seen.insert(item)) {
            return Some(items);
        }
        cx.refuse_with(node.span, Code::DuplicateValue, "the same item comes twice", "keep one of them")
    }
}

/// A mapping with keys of the writer's choice, at most 256 of them.
pub(crate) fn table<T>(
    key: impl Fn(&str) -> Result<(), String>,
    read: impl Fn(&Node, &mut Context) -> Option<T>,
) -> impl Fn(&Node, &mut Context) -> Option<BTreeMap<String, T>> {
    const MOST: usize = 256;
    move |node, cx| {
        let Value::Mapping(entries) = &node.value else {
            return expected(node, cx, "a mapping");
        };
        if entries.len() > MOST {
            return cx.refuse(
                node.span,
                Code::TooLong,
                format!("{} entries; at most {MOST} are allowed", entries.len()),
            );
        }
        let mut found = BTreeMap::new();
        for entry in entries {
            cx.within(&clip(&entry.key), |cx| match key(&entry.key) {
                Ok(()) => found.extend(read(&entry.node, cx).map(|value| (entry.key.clone(), value))),
                Err(why) => {
                    let message = format!("`{}` {why}", clip(&entry.key));
                    cx.refuse::<()>(entry.key_span, Code::BadName, message);
                }
            });
        }
        Some(found)
    }
}
