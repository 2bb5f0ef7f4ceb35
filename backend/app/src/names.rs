//! What names, addresses and labels may be.

use std::collections::BTreeMap;

use crate::{Error, Result};

/// A name in addresses: `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63 characters.
pub(crate) fn check_slug(pointer: &str, slug: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = slug.as_bytes();
    let fits = (1..=63).contains(&bytes.len())
        && bytes.iter().all(|b| plain(*b) || *b == b'-')
        && bytes.first().is_some_and(|b| plain(*b))
        && bytes.last().is_some_and(|b| plain(*b));
    let rule = "1 to 63 of a-z, 0-9 and -, with a letter or digit at both ends";
    if fits { Ok(()) } else { Err(Error::invalid(pointer, rule)) }
}

/// A name for people: 1 to 100 characters, none of them a control character.
pub(crate) fn check_label(pointer: &str, name: &str) -> Result<()> {
    let fits = (1..=100).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Error::invalid(pointer, "1 to 100 characters on one line")) }
}

/// An e-mail address: one `@` with something on both sides and no blanks. Whether it exists only a message
/// can tell.
pub(crate) fn check_email(pointer: &str, email: &str) -> Result<()> {
    let sides = email.split_once('@');
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@' || c == ',' || c == '<' || c == '>';
    let fits = email.len() <= 254
        && sides.is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !local.contains(odd) && !host.contains(odd)
        });
    if fits { Ok(()) } else { Err(Error::invalid(pointer, "an address like ada@example.org")) }
}

/// Labels as manifests know them: at most 64, keys of letters, digits, `-`, `_`, `.`, `/`, values of at most
/// 63 of the same without `/`, or empty.
pub(crate) fn check_labels(pointer: &str, labels: &BTreeMap<String, String>) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if labels.len() > 64 {
        return Err(Error::invalid(pointer, "at most 64 labels"));
    }
    for (key, value) in labels {
        let key_fits = (1..=100).contains(&key.len()) && key.bytes().all(|b| plain(b) || b == b'/');
        if !key_fits || value.len() > 63 || !value.bytes().all(plain) {
            let at = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            return Err(Error::invalid(at, "keys and values consist of letters, digits, -, _ and ."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_their_rules() {
        for (slug, fits) in [
            ("a", true),
            ("acme-2", true),
            ("", false),
            ("-a", false),
            ("a-", false),
            ("A", false),
            ("a/b", false),
            ("..", false),
            ("a\0", false),
        ] {
            assert_eq!(check_slug("/slug", slug).is_ok(), fits, "{slug:?}");
        }
        assert!(
            check_slug("/slug", &"a".repeat(63)).is_ok() && check_slug("/slug", &"a".repeat(64)).is_err()
        );
        for (email, fits) in [
            ("ada@example.org", true),
            ("a+b@[::1]", true),
            ("ada", false),
            ("@x", false),
            ("a@", false),
            ("a@b@c", false),
            ("a b@c", false),
            ("a@b\r\nBcc: c@d", false),
        ] {
            assert_eq!(check_email("/email", email).is_ok(), fits, "{email:?}");
        }
    }
}
