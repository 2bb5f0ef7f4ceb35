//! Leftovers and stray whitespace.

use super::File;

/// Words that mark unfinished work or forgotten debugging, put together so that this file passes its own check.
const LEFTOVERS: [(&str, &str); 5] = [
    (concat!("TO", "DO"), "finish it, or write an issue"),
    (concat!("FIX", "ME"), "mend it, or write an issue"),
    (concat!("XX", "X:"), "mend it, or write an issue"),
    (concat!("dbg", "!("), "remove it"),
    (concat!("console", ".log("), "remove it"),
];

/// Kinds of files whose lines are looked at.
const TEXT: [&str; 14] =
    ["rs", "toml", "md", "yaml", "yml", "json", "sql", "sh", "ts", "tsx", "js", "css", "html", "py"];

/// Complaints about every line that is not clean.
pub(super) fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_generated() && !file.is_fixture()) {
        let Some(text) = &file.text else { continue };
        let is_source = TEXT.contains(&file.extension());
        let is_script = text.starts_with("#!");
        if is_source || is_script {
            lines(&file.shown(), text, &mut complaints);
            if !text.is_empty() && !text.ends_with('\n') {
                complaints.push(format!("{}: no newline at the end; add it", file.shown()));
            }
        }
    }
    complaints
}

fn lines(path: &str, text: &str, complaints: &mut Vec<String>) {
    // In Rust, rustfmt sees to it; what is left lies inside strings and is meant, like in a snapshot.
    let ends_matter = !path.ends_with(".rs");
    for (index, line) in text.split('\n').enumerate() {
        let mut complain = |what: &str| complaints.push(format!("{path}:{}: {what}", index + 1));
        if line.ends_with('\r') {
            complain("ends with a carriage return; lines end with a line feed alone");
        } else if ends_matter && line.ends_with([' ', '\t']) {
            complain("whitespace at the end; remove it");
        }
        if line.contains('\t') {
            complain("a tab; indent with spaces, and write \\t in strings");
        }
        for (word, remedy) in LEFTOVERS {
            if line.contains(word) {
                complain(&format!("`{word}` is left over; {remedy}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(path: &str, text: &str, expected: &[&str]) {
        let file = File { path: path.into(), text: Some(text.to_owned()) };
        assert_eq!(check(&[file]), expected);
    }

    #[test]
    fn lines_are_clean() {
        check_text("a.rs", "let a = 1;\n", &[]);
        check_text("a.sql", "SELECT 1; \n", &["a.sql:1: whitespace at the end; remove it"]);
        check_text("a.rs", "@r\"\nin a string \n\"\n", &[]);
        check_text("a.rs", "\tx\n", &["a.rs:1: a tab; indent with spaces, and write \\t in strings"]);
        check_text(
            "a.md",
            "a\r\n",
            &["a.md:1: ends with a carriage return; lines end with a line feed alone"],
        );
        check_text("a.md", "a", &["a.md: no newline at the end; add it"]);
        check_text("a/tests/fixtures/tabs.md", "\t \n", &[]);
        check_text("logo.bin", "\t ", &[]);
    }

    #[test]
    fn scripts_without_an_extension_count() {
        check_text(
            "run",
            "#!/bin/sh\nx ",
            &["run:2: whitespace at the end; remove it", "run: no newline at the end; add it"],
        );
    }

    #[test]
    fn leftovers_are_found() {
        let text = format!("// {}: later\n", LEFTOVERS[0].0);
        let expected = format!("a.rs:1: `{}` is left over; finish it, or write an issue", LEFTOVERS[0].0);
        check_text("a.rs", &text, &[&expected]);
    }
}
