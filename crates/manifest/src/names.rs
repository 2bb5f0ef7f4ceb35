//! What may stand in names: labels, environment variables, users, paths. Each check answers what is wrong
//! as the end of a sentence that begins with the name.

/// Checks a label's or annotation's key: an optional DNS-like prefix and `/`, then up to 63 characters.
/// The rule is that of Kubernetes, so that labels can be shared.
pub(crate) fn check_label_key(key: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let prefix_is_good =
        prefix.is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(crate::key::is_dns_label));
    if prefix_is_good && !name.is_empty() && is_label_word(name) {
        return Ok(());
    }
    Err("is not a label key: letters, digits and `-_.` inside, at most 63, optionally after a DNS name and `/`".to_owned())
}

/// Whether `value` may be a label's value: empty, or up to 63 letters, digits and `-_.`, beginning and
/// ending with a letter or digit.
pub(crate) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_word(value)
}

fn is_label_word(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    text.len() <= 63 && text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().last())
}

/// Checks the name of an environment variable. `CRONTOPUS_…` belongs to the wrapper.
pub(crate) fn check_env_name(name: &str) -> Result<(), String> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if name.is_empty() || name.len() > 255 || !name.bytes().all(word) || name.as_bytes()[0].is_ascii_digit() {
        return Err(
            "is not the name of an environment variable: letters, digits and `_`, no digit first".to_owned()
        );
    }
    if name.starts_with("CRONTOPUS_") {
        return Err("is set by Crontopus itself; choose another name".to_owned());
    }
    Ok(())
}

/// What is wrong with the name of a user.
pub(crate) fn user_problem(name: &str) -> Option<&'static str> {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let first = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    // A trailing `$` marks machine accounts.
    let body = name.strip_suffix('$').unwrap_or(name);
    if !first || name.len() > 32 || !body.bytes().all(inner) {
        return Some("is not a user name: letters, digits and `_-.`, at most 32");
    }
    name.bytes().all(|b| b.is_ascii_digit()).then_some("is a number; give the user's name")
}

/// What is wrong with a path on a host: `/…` or `C:\…`, no `..`, no control characters.
pub(crate) fn host_path_problem(path: &str) -> Option<&'static str> {
    let windows = matches!(path.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    if !windows && !path.starts_with('/') {
        return Some("is not an absolute path");
    }
    let separators: &[char] = if windows { &['/', '\\'] } else { &['/'] };
    if path.split(separators).any(|part| part == "..") {
        return Some("contains `..`");
    }
    if path.len() > 4_095 {
        return Some("is longer than a path can be");
    }
    path.chars().any(char::is_control).then_some("contains a control character")
}

/// `text` turned into a DNS label, when something of it is left.
pub(crate) fn as_dns_label(text: &str) -> Option<String> {
    let mapped: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(crate::key::MAX_LABEL)
        .collect();
    let trimmed = mapped.trim_matches('-');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_keys_and_values() {
        for good in ["env", "app.kubernetes.io/name", "a_b.C-1", "x"] {
            assert_eq!(check_label_key(good), Ok(()), "{good}");
        }
        let long = "x".repeat(64);
        for bad in ["", "/x", "a/", "-a", "a-", "a b", "Ä", "A.io/x", "a/b/c", &long] {
            assert!(check_label_key(bad).is_err(), "{bad}");
        }
        assert!(
            is_label_value("") && is_label_value("1.10") && !is_label_value("a b") && !is_label_value("-")
        );
    }

    #[test]
    fn variables_users_and_paths() {
        assert!(check_env_name("PATH").is_ok() && check_env_name("_x9").is_ok());
        for bad in ["", "9A", "A-B", "A=B", "CRONTOPUS_RUN", "Ä"] {
            assert!(check_env_name(bad).is_err(), "{bad}");
        }
        for good in ["root", "www-data", "_apt", "host$", "first.last"] {
            assert_eq!(user_problem(good), None, "{good}");
        }
        for bad in ["", "-x", "a b", "a:b", "a;b", "0", "1000", "a/b", "$", "ro\not"] {
            assert!(user_problem(bad).is_some(), "{bad}");
        }
        for good in ["/", "/opt/a..b", "C:\\jobs", "/with space"] {
            assert_eq!(host_path_problem(good), None, "{good}");
        }
        for bad in ["", "opt", "~/x", "/a/../b", "/..", "C:\\a\\..\\b", "/a\nb", "\\\\host\\share"] {
            assert!(host_path_problem(bad).is_some(), "{bad}");
        }
        assert_eq!(as_dns_label("Daily Backup_2").as_deref(), Some("daily-backup-2"));
    }
}
