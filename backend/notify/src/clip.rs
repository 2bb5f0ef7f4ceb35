//! Texts within the limits of providers.

/// The first `most` characters, with an ellipsis as the last of them when some were cut.
pub(crate) fn chars(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
            format!("{}…", &text[..kept])
        }
    }
}

/// The last lines of `text` that fit into `most` characters.
pub(crate) fn tail(text: &str, most: usize) -> &str {
    let surplus = text.chars().count().saturating_sub(most);
    if surplus == 0 {
        return text;
    }
    let cut = text.char_indices().nth(surplus).map_or(text.len(), |(at, _)| at);
    let rest = &text[cut..];
    rest.split_once('\n').map_or(rest, |(_, lines)| lines)
}

/// The longest beginning of at most `most` bytes, with an ellipsis when something was cut.
pub(crate) fn bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so_and_fits() {
        assert_eq!(chars("äöü", 3), "äöü");
        assert_eq!(chars("äöüß", 3), "äö…");
        assert_eq!(tail("one\ntwo\nthree", 9), "three");
        assert_eq!(tail("one\ntwo", 7), "one\ntwo");
        assert_eq!(bytes("äöü", 6), "äöü");
        assert_eq!(bytes("äöüß", 7), "äö…");
        assert!(bytes(&"ü".repeat(5000), 4096).len() <= 4096);
    }
}
