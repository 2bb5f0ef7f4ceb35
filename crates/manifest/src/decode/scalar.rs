use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Context, expected};
use crate::Code;
use crate::choice::Choice;
use crate::duration::{format_duration, parse_duration};
use crate::names;
use crate::quote::{alternatives, clip, nearest};
use crate::size::{format_size, parse_size};
use crate::yaml::{Node, Style, Value};

/// The longest text of one value: what a kernel takes as one argument.
const LONGEST_TEXT: usize = 128 * 1024 - 1;

/// A text exactly as written, whatever it looks like: `1.10`, `NO` and `08` are texts. Nothing written,
/// or one of YAML's words for it, is an error, and so is a NUL, which no argument or variable can hold.
pub(crate) fn text(node: &Node, cx: &mut Context) -> Option<String> {
    word(node, cx).map(str::to_owned)
}

/// [`text`] without a copy, for readers that make something else of it.
pub(crate) fn word<'n>(node: &'n Node, cx: &mut Context) -> Option<&'n str> {
    match &node.value {
        Value::Scalar { text, .. } if !node.is_null() => {
            if let Some(at) = text.chars().position(|c| c == '\0') {
                return cx.refuse(
                    node.span.within(at, 1),
                    Code::BadCharacter,
                    "a NUL character cannot be passed on",
                );
            }
            if text.len() > LONGEST_TEXT {
                return cx.refuse(
                    node.span,
                    Code::TooLong,
                    format!("{} bytes; at most {LONGEST_TEXT} are allowed", text.len()),
                );
            }
            Some(text)
        }
        _ => expected(node, cx, "a text"),
    }
}

/// A text of one line and at most `most` characters, not blank.
pub(crate) fn one_line(most: usize) -> impl Fn(&Node, &mut Context) -> Option<String> {
    move |node, cx| {
        let text = word(node, cx)?;
        let length = text.chars().count();
        if text.trim().is_empty() {
            return cx.refuse(node.span, Code::EmptyValue, "the text is blank");
        }
        if length > most {
            return cx.refuse(
                node.span,
                Code::TooLong,
                format!("{length} characters; at most {most} are allowed"),
            );
        }
        if text.chars().any(char::is_control) {
            return cx.refuse(node.span, Code::BadCharacter, "only one line of printable text is allowed");
        }
        Some(text.to_owned())
    }
}

/// `true` or `false`, nothing else.
pub(crate) fn boolean(node: &Node, cx: &mut Context) -> Option<bool> {
    let Value::Scalar { text, style } = &node.value else {
        return expected(node, cx, "true or false");
    };
    match (text.as_str(), style) {
        ("true", Style::Plain) => Some(true),
        ("false", Style::Plain) => Some(false),
        _ if node.is_null() => expected(node, cx, "true or false"),
        (other, _) => {
            let meant = match other.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "y" | "1" => "write true, without quotes",
                "false" | "no" | "off" | "n" | "0" => "write false, without quotes",
                _ => "write true or false",
            };
            let message = format!("expected true or false, found `{}`", clip(other));
            cx.refuse_with(node.span, Code::WrongType, message, meant)
        }
    }
}

/// A whole number within bounds.
pub(crate) fn integer(bounds: RangeInclusive<u32>) -> impl Fn(&Node, &mut Context) -> Option<u32> {
    move |node, cx| {
        let Value::Scalar { text, style: Style::Plain } = &node.value else {
            return expected(node, cx, "a whole number");
        };
        if node.is_null() || text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return cx.refuse(
                node.span,
                Code::WrongType,
                format!("expected a whole number, found `{}`", clip(text)),
            );
        }
        match text.parse::<u32>().ok().filter(|number| bounds.contains(number)) {
            Some(number) => Some(number),
            None => cx.refuse(
                node.span,
                Code::OutOfRange,
                format!("{} is not between {} and {}", clip(text), bounds.start(), bounds.end()),
            ),
        }
    }
}

/// A length of time within bounds.
pub(crate) fn duration(bounds: RangeInclusive<Duration>) -> impl Fn(&Node, &mut Context) -> Option<Duration> {
    move |node, cx| {
        let text = word(node, cx)?;
        match parse_duration(text) {
            Ok(duration) if bounds.contains(&duration) => Some(duration),
            Ok(_) => {
                let (low, high) = (format_duration(*bounds.start()), format_duration(*bounds.end()));
                cx.refuse(
                    node.span,
                    Code::OutOfRange,
                    format!("{} is not between {low} and {high}", clip(text)),
                )
            }
            Err(error) => cx.refuse_with(
                node.span,
                Code::BadDuration,
                format!("`{}` {error}", clip(text)),
                "write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M",
            ),
        }
    }
}

/// A number of bytes within bounds.
pub(crate) fn size(bounds: RangeInclusive<u64>) -> impl Fn(&Node, &mut Context) -> Option<u64> {
    move |node, cx| {
        let text = word(node, cx)?;
        match parse_size(text) {
            Some(bytes) if bounds.contains(&bytes) => Some(bytes),
            Some(_) => {
                let (low, high) = (format_size(*bounds.start()), format_size(*bounds.end()));
                cx.refuse(
                    node.span,
                    Code::OutOfRange,
                    format!("{} is not between {low} and {high}", clip(text)),
                )
            }
            None => cx.refuse_with(
                node.span,
                Code::BadSize,
                format!("`{}` is not a size", clip(text)),
                "write it like 64KiB or 1MB",
            ),
        }
    }
}

/// One of the words of `T`.
pub(crate) fn choice<T: Choice>(node: &Node, cx: &mut Context) -> Option<T> {
    let written = word(node, cx)?;
    if let Some(value) = T::of_word(written) {
        return Some(value);
    }
    let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
    let help = match nearest(written, words.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? Possible: {}", alternatives(&words)),
        None => format!("write {}", alternatives(&words)),
    };
    cx.refuse_with(node.span, Code::UnknownChoice, format!("`{}` is not known here", clip(written)), help)
}

/// A DNS label: names of namespaces, documents, channels, tenants.
pub(crate) fn label_text(node: &Node, cx: &mut Context) -> Option<String> {
    let text = word(node, cx)?;
    if crate::key::is_dns_label(text) {
        return Some(text.to_owned());
    }
    let help = match names::as_dns_label(text) {
        Some(fixed) => format!("write `{fixed}`: a-z, 0-9 and `-` between them, at most 63"),
        None => "use a-z, 0-9 and `-` between them, at most 63".to_owned(),
    };
    cx.refuse_with(node.span, Code::BadName, format!("`{}` is not a name", clip(text)), help)
}

/// The name of a user on a host.
pub(crate) fn user(node: &Node, cx: &mut Context) -> Option<String> {
    let text = word(node, cx)?;
    match names::user_problem(text) {
        None => Some(text.to_owned()),
        Some(why) => cx.refuse(node.span, Code::BadName, format!("`{}` {why}", clip(text))),
    }
}

/// An absolute path on a host without `..`.
pub(crate) fn absolute_path(node: &Node, cx: &mut Context) -> Option<String> {
    let text = word(node, cx)?;
    match names::host_path_problem(text) {
        None => Some(text.to_owned()),
        Some(why) => cx.refuse(node.span, Code::BadHostPath, format!("`{}` {why}", clip(text))),
    }
}
