use super::{MAX_FILE_BYTES, Span};
use crate::Code;

/// The text of a file, or why it is not one; with where and what to do.
pub(crate) enum Text<'b> {
    Good(&'b str),
    Bad { code: Code, message: String, help: &'static str, span: Option<Span> },
}

/// One document's lines, its `---` included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk<'t> {
    pub(crate) text: &'t str,
    /// How many lines of the file stand above it.
    pub(crate) lines_above: usize,
}

/// Checks size, encoding and characters. A UTF-8 byte order mark at the very start is dropped.
pub(crate) fn text_of(bytes: &[u8]) -> Text<'_> {
    if bytes.len() > MAX_FILE_BYTES {
        return Text::Bad {
            code: Code::FileTooLarge,
            message: format!("the file has {} bytes; at most {MAX_FILE_BYTES} are read", bytes.len()),
            help: "split it into several files",
            span: None,
        };
    }
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return Text::Bad {
            code: Code::NotUtf8,
            message: "the file is UTF-16".to_owned(),
            help: "save it as UTF-8",
            span: None,
        };
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (good, bad) = bytes.split_at(error.valid_up_to());
            return Text::Bad {
                code: Code::NotUtf8,
                message: format!("byte 0x{:02X} is not UTF-8", bad.first().copied().unwrap_or_default()),
                help: "save the file as UTF-8",
                span: Some(end_of(&String::from_utf8_lossy(good))),
            };
        }
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match forbidden_character(text) {
        None => Text::Good(text),
        Some((at, found)) => Text::Bad {
            code: Code::ControlCharacter,
            message: format!("the file holds the invisible character U+{:04X}", u32::from(found)),
            help: "remove it, or write it as an escape in a double-quoted string",
            span: Some(end_of(&text[..at])),
        },
    }
}

/// The first character that would make a file read differently from how it looks: controls (a carriage
/// return counts unless a line feed follows), byte order marks, and those that reverse the direction of
/// writing.
fn forbidden_character(text: &str) -> Option<(usize, char)> {
    let lone_return = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    text.char_indices().find(|(at, c)| match c {
        '\n' | '\t' => false,
        '\r' => lone_return(*at),
        '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    })
}

fn end_of(text: &str) -> Span {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Span { line: line as u32, column: column as u32, length: 1, verbatim: None }
}

/// Divides a file at its `---` and `...` lines. YAML allows neither inside a value, so that one document
/// with an error never takes its neighbours with it.
pub(crate) fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let mut found = Vec::new();
    let (mut start, mut first_line, mut at) = (0, 0, 0);
    for (line, content) in text.split_inclusive('\n').enumerate() {
        let after = at + content.len();
        if is_marker(content, "---") {
            found.push(Chunk { text: &text[start..at], lines_above: first_line });
            (start, first_line) = (at, line);
        } else if is_marker(content, "...") {
            found.push(Chunk { text: &text[start..at], lines_above: first_line });
            (start, first_line) = (after, line + 1);
        }
        at = after;
    }
    found.push(Chunk { text: &text[start..], lines_above: first_line });
    found.retain(|chunk| !is_blank(chunk.text));
    found
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether the lines hold nothing but space, comments and the marker.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let content = if is_marker(line, "---") { line[3..].trim_start() } else { line.trim_start() };
        content.is_empty() || content.starts_with('#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(&str, usize)> {
        chunks(text).into_iter().map(|chunk| (chunk.text, chunk.lines_above)).collect()
    }

    #[test]
    fn divides_at_markers_only() {
        assert_eq!(split("a: 1\n"), [("a: 1\n", 0)]);
        assert_eq!(split("# note\n---\na: 1\n---\nb: 2"), [("---\na: 1\n", 1), ("---\nb: 2", 3)]);
        assert_eq!(split("a: 1\n...\nb: 2\n"), [("a: 1\n", 0), ("b: 2\n", 2)]);
        assert_eq!(split("---\n---\n# x\n--- # y\n"), []);
        assert_eq!(split("a: ---x\n---x: 1\n ---\n").len(), 1);
        assert_eq!(split(""), []);
    }

    #[test]
    fn says_what_is_no_text_and_where() {
        let check = |bytes: &[u8], code: Code, place: Option<(u32, u32)>| match text_of(bytes) {
            Text::Good(text) => panic!("accepted {text:?}"),
            Text::Bad { code: found, span, .. } => {
                assert_eq!(found, code);
                assert_eq!(span.map(|span| (span.line, span.column)), place);
            }
        };
        check(&vec![b' '; MAX_FILE_BYTES + 1], Code::FileTooLarge, None);
        check(b"\xFF\xFEa\0", Code::NotUtf8, None);
        check(b"a: 1\nb: \xC3\xA4\xFF\n", Code::NotUtf8, Some((2, 5)));
        check(b"a: \x00", Code::ControlCharacter, Some((1, 4)));
        check(b"a: 1\n\x1b[2J", Code::ControlCharacter, Some((2, 1)));
        check(b"a: 1\rb: 2", Code::ControlCharacter, Some((1, 5)));
        check("a: \u{202E}x".as_bytes(), Code::ControlCharacter, Some((1, 4)));
        check("a: \u{FEFF}x".as_bytes(), Code::ControlCharacter, Some((1, 4)));
        assert!(matches!(text_of("\u{FEFF}a: ä\r\n\tb".as_bytes()), Text::Good("a: ä\r\n\tb")));
    }
}
