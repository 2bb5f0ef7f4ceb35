//! Foreign text inside our own sentences.

/// `text` as it may stand in a message: at most 60 characters, none of them a control.
pub(crate) fn clip(text: &str) -> String {
    const WIDEST: usize = 60;
    let mut out: String =
        text.chars().take(WIDEST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(WIDEST).is_some() {
        out.push('…');
    }
    out
}

/// The word of `known` that `word` was probably meant to be.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    const LONGEST: usize = 64;
    if word.chars().count() > LONGEST {
        return None;
    }
    let folded = fold(word);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Case and separators are what people mix up first.
fn fold(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// `a`, `b` or `c`, for sentences.
pub(crate) fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [head @ .., last] => {
            let head: Vec<String> = head.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", head.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["workingDir", "maxRuntime", "minRuntime", "env"];
        for (word, meant) in [
            ("workdir", Some("workingDir")),
            ("working_dir", Some("workingDir")),
            ("WorkingDirr", Some("workingDir")),
            ("maxruntime", Some("maxRuntime")),
            ("enw", Some("env")),
            ("colour", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }

    #[test]
    fn clips_and_cleans() {
        assert_eq!(clip("a\u{1b}b"), "a\u{FFFD}b");
        assert_eq!(clip(&"x".repeat(100)).chars().count(), 61);
        assert_eq!(alternatives(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
