use super::Output;

/// Most lines of an output in a message.
const LINES: usize = 20;
/// Most characters of one line.
const LINE: usize = 500;

/// The last lines of `bytes`, for people: invalid UTF-8 is replaced, terminal sequences and control characters
/// are taken out, and `redact` hides what nobody may see. `cut` says that the beginning is missing already.
pub fn last_lines(bytes: &[u8], cut: bool, redact: impl Fn(&str) -> String) -> Option<Output> {
    let text = redact(&plain(&String::from_utf8_lossy(bytes)));
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = lines.iter().rposition(|line| !line.is_empty())? + 1;
    let first = end.saturating_sub(LINES);
    let kept: Vec<String> = lines[first..end].iter().map(|line| crate::clip::chars(line, LINE)).collect();
    Some(Output { text: kept.join("\n"), more: cut || first > 0 })
}

/// Without escape sequences (ECMA-48) and control characters; a carriage return begins its line anew, as it
/// does on a terminal.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut chars),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.truncate(out.rfind('\n').map_or(0, |at| at + 1)),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            // Characters that turn the direction of writing could hide what a line says.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => out.push(c),
        }
    }
    out
}

fn skip_sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        Some('[') => drop(chars.find(|c| ('\u{40}'..='\u{7e}').contains(c))),
        // Operating system commands end with BEL or ESC \.
        Some(']') => {
            while let Some(c) = chars.next() {
                if c == '\u{7}' || c == '\u{1b}' && chars.next_if_eq(&'\\').is_some() {
                    break;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Option<Output> {
        last_lines(bytes, false, |text| text.replace("hunter2", "•••"))
    }

    #[test]
    fn what_terminals_obey_is_gone() {
        let kept =
            lines(b"\x1b[31mred\x1b[0m\x1b]0;title\x07 \0\xff\n10%\r50%\r100%\r\nkey=hunter2\n\n").unwrap();
        assert_eq!(kept.text, "red \u{fffd}\n100%\nkey=•••");
        assert!(!kept.more);
        assert_eq!(lines(b"\n \n\x1b[0m"), None);
        assert_eq!(lines("a\u{202e}b".as_bytes()).unwrap().text, "ab");
    }

    #[test]
    fn only_the_end_is_kept() {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let kept = lines(text.as_bytes()).unwrap();
        assert!(kept.text.starts_with("line 80\n") && kept.text.ends_with("line 99") && kept.more);
        let long = lines("x".repeat(2000).as_bytes()).unwrap();
        assert_eq!(long.text.chars().count(), LINE);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_become_lines_of_plain_text(bytes: Vec<u8>) {
            if let Some(kept) = lines(&bytes) {
                assert!(kept.text.lines().count() <= LINES);
                assert!(!kept.text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            }
        }
    }
}
