//! JSON of senders that are not careful with texts.

use serde_json::Value;

/// What JSON says, also where its texts hold bytes that are no UTF-8 or halves of characters: those become U+FFFD, and
/// no check-in is lost for them. `None` for what is no JSON.
pub(crate) fn lossy_json(bytes: &[u8]) -> Option<Value> {
    let strict = serde_json::from_slice(bytes).ok();
    strict.or_else(|| serde_json::from_str(&without_surrogates(&String::from_utf8_lossy(bytes))).ok())
}

/// The same JSON with U+FFFD instead of each escape of half a character.
fn without_surrogates(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        // An escape is as long as its letter; of `\u` only the digits that tell a half are looked at.
        let half = rest.get(at + 1..at + 6).filter(|escape| {
            let digits = escape.as_bytes();
            escape.starts_with('u') && digits[1].eq_ignore_ascii_case(&b'd') && digits[2] >= b'8'
        });
        let letter = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        let (kept, end) = if half.is_some() { (at, at + 6) } else { (at + 1 + letter, at + 1 + letter) };
        mended.push_str(&rest[..kept]);
        if half.is_some() {
            mended.push_str("\\ufffd");
        }
        rest = &rest[end..];
    }
    mended.push_str(rest);
    mended
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_that_are_none_lose_no_signal() {
        let slug = |payload: &[u8]| lossy_json(payload).map(|value| value["monitor_slug"].clone());
        for broken in [
            &b"{\"monitor_slug\":\"backup\",\"environment\":\"pr\xf6d\"}"[..],
            br#"{"monitor_slug":"backup","environment":"\ud83d"}"#,
            br#"{"monitor_slug":"backup","environment":"a\\\uDE00b"}"#,
            br#"{"monitor_slug":"backup","environment":"\ud83d\ud83d\ude00"}"#,
        ] {
            assert_eq!(slug(broken), Some(json!("backup")), "{}", broken.escape_ascii());
        }
        let whole = lossy_json(br#"{"a":"\ud83d\ude00 \\ud83d"}"#);
        assert_eq!(whole, Some(json!({"a": "\u{1f600} \\ud83d"})), "what is well stays as it is");
        assert_eq!(without_surrogates(r#"\\ud83d \n \uD8"#), r#"\\ud83d \n \uD8"#);
        assert_eq!(without_surrogates("\\"), "\\");
        for broken in [&b"{"[..], b"", b"{\"a\":\"\\u\xe4\xe4\xe4\"}"] {
            assert_eq!(lossy_json(broken), None);
        }
    }
}
