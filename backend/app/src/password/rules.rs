use std::collections::HashSet;
use std::sync::LazyLock;

use crate::{Error, Result};

/// Shortest password that is taken, in characters (NIST SP 800-63B wants at least eight; ours is longer).
pub(crate) const MIN_LENGTH: usize = 12;
/// Longest password that is taken, in bytes: hashing must not become a way to waste the server's time.
pub(crate) const MAX_LENGTH: usize = 512;

/// Common passwords of at least [`MIN_LENGTH`] characters, lower case, sorted: those of the public leaks
/// that are long enough, and the most used words with the endings people add to reach a length.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

/// Refuses a password that is short, common, made of very few characters, or the person's own address.
pub(crate) fn check_password(password: &str, email: &str) -> Result<()> {
    let weak = |why: &str| Err(Error::WeakPassword(why.to_owned()));
    if password.chars().count() < MIN_LENGTH {
        return weak("a password has at least 12 characters");
    }
    if password.len() > MAX_LENGTH {
        return weak("a password has at most 512 bytes");
    }
    let folded = password.to_lowercase();
    if folded.chars().collect::<HashSet<_>>().len() < 5 {
        return weak("a password has at least 5 different characters");
    }
    let address = email.to_lowercase();
    let local = address.split('@').next().unwrap_or_default();
    let is_hardly_more_than = |part: &str| folded.replace(part, "").chars().count() < 5;
    if is_hardly_more_than(&address) || (local.len() >= 5 && is_hardly_more_than(local)) {
        return weak("a password is not the e-mail address with an ending");
    }
    if is_common(&folded) {
        return weak("this password is in the lists attackers try first");
    }
    Ok(())
}

fn is_common(folded: &str) -> bool {
    let trimmed = folded.trim_matches(|c: char| !c.is_alphanumeric());
    COMMON.contains(folded)
        || COMMON.contains(trimmed)
        || COMMON.contains(plain(folded).as_str())
        || is_run(folded)
}

/// Letters instead of the signs that stand for them.
fn plain(folded: &str) -> String {
    folded
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            c => c,
        })
        .collect()
}

/// Whether each character is the neighbour of the one before it: `abcdefghijkl`, `987654321098`.
fn is_run(folded: &str) -> bool {
    let codes: Vec<i64> = folded.chars().map(|c| i64::from(u32::from(c))).collect();
    codes.windows(2).all(|w| (w[1] - w[0]).abs() <= 1 || (w[0] - w[1]).abs() == 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_its_reader_expects() {
        let lines: Vec<_> = include_str!("../../data/common-passwords.txt").lines().collect();
        assert!(lines.len() > 2_000, "{}", lines.len());
        assert!(lines.is_sorted());
        for line in lines {
            assert!(line.chars().count() >= MIN_LENGTH && line.to_lowercase() == line, "{line}");
        }
    }

    #[test]
    fn weak_passwords_are_refused() {
        for (password, why) in [
            ("", "12 characters"),
            ("short-1!", "12 characters"),
            ("aaaaaaaaaaaaaaaa", "different"),
            ("abababababababab", "different"),
            ("Password12345", "lists"),
            ("QWERTYUIOPASDFGHJKL", "lists"),
            ("passw0rd1234", "lists"),
            ("abcdefghijklmnop", "lists"),
            ("987654321098765", "lists"),
            ("ada.lovelace@example.org", "address"),
            ("ada.lovelace1", "address"),
        ] {
            let refused = check_password(password, "ada.lovelace@example.org");
            let Err(Error::WeakPassword(text)) = refused else { panic!("`{password}` was taken") };
            assert!(text.contains(why), "`{password}`: {text}");
        }
        assert!(check_password(&"long ".repeat(200), "a@b.org").is_err());
    }

    #[test]
    fn good_passwords_are_taken() {
        for password in
            ["plain-otter-radio-91", "Zwölf Boxkämpfer jagen", "qX7!mm2#kd9P", "いろはにほへとちりぬるを"]
        {
            assert!(check_password(password, "ada@example.org").is_ok(), "{password}");
        }
    }
}
