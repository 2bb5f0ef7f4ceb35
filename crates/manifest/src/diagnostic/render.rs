use super::{Diagnostic, Severity};

/// A line longer than this is shown around its column only.
const WIDEST_SNIPPET: usize = 120;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const BLUE: &str = "\x1b[34m";
const GREEN: &str = "\x1b[32m";
const RESET: &str = "\x1b[0m";

impl Diagnostic {
    /// The problem as several lines for a terminal: what, where, the line of `source` (the file's text)
    /// with a caret below the place, and how to mend it. Control characters of the source are not
    /// passed on.
    pub fn render(&self, source: &str, colour: bool) -> String {
        let paint = |style: &str, text: &str| {
            if colour { format!("{style}{text}{RESET}") } else { text.to_owned() }
        };
        let alarm = match self.severity {
            Severity::Error => RED,
            Severity::Warning => YELLOW,
        };
        let mut out = format!(
            "{}: {}\n",
            paint(alarm, &format!("{}[{}]", self.severity, self.code)),
            paint(BOLD, &self.message)
        );
        let place = match (self.line, self.path.as_str()) {
            (0, _) => self.file.clone(),
            (line, "") => format!("{}:{line}:{}", self.file, self.column),
            (line, path) => format!("{}:{line}:{} ({path})", self.file, self.column),
        };
        out.push_str(&format!("  {} {place}\n", paint(BLUE, "-->")));
        if let Some(text) = self.line.checked_sub(1).and_then(|above| source.lines().nth(above)) {
            let snippet = Snippet::of(text, self.column.max(1) - 1, self.length);
            let gutter = self.line.to_string();
            let blank = " ".repeat(gutter.len());
            out.push_str(&format!("{}\n", paint(BLUE, &format!("{blank} |"))));
            out.push_str(&format!("{} {}\n", paint(BLUE, &format!("{gutter} |")), snippet.text));
            let caret =
                format!("{}{}", " ".repeat(snippet.indent), paint(alarm, &"^".repeat(snippet.carets)));
            out.push_str(&format!("{} {caret}\n", paint(BLUE, &format!("{blank} |"))));
        }
        if let Some(help) = &self.help {
            out.push_str(&format!("  {}: {help}\n", paint(GREEN, "help")));
        }
        out
    }
}

/// One line of the source, cut to what a terminal shows, and where the caret stands in it.
struct Snippet {
    text: String,
    indent: usize,
    carets: usize,
}

impl Snippet {
    fn of(line: &str, column: usize, length: usize) -> Self {
        let first = if column > WIDEST_SNIPPET * 2 / 3 { column - WIDEST_SNIPPET / 3 } else { 0 };
        let mut text: String = line
            .chars()
            .skip(first)
            .take(WIDEST_SNIPPET)
            .map(|c| match c {
                '\t' => ' ',
                c if c.is_control() => '\u{FFFD}',
                c => c,
            })
            .collect();
        let shown = text.chars().count();
        let indent = (column - first).min(shown);
        let carets = length.clamp(1, (shown - indent).max(1));
        if first > 0 {
            text.replace_range(..text.chars().next().map_or(0, char::len_utf8), "…");
        }
        Self { text, indent, carets }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Code, Diagnostic};

    fn sample() -> Diagnostic {
        Diagnostic {
            line: 2,
            column: 11,
            length: 4,
            path: "spec.user".to_owned(),
            ..Diagnostic::of_file("production/a.yaml", Code::BadName, "`ro t` is not a user name")
                .with_help("write it without spaces")
        }
    }

    #[test]
    fn points_at_the_place() {
        let text = sample().render("spec:\n    user: ro t\n", false);
        insta::assert_snapshot!(text, @r"
        error[bad_name]: `ro t` is not a user name
          --> production/a.yaml:2:11 (spec.user)
          |
        2 |     user: ro t
          |           ^^^^
          help: write it without spaces
        ");
    }

    #[test]
    fn colours_only_when_asked() {
        assert!(sample().render("a\nb", true).contains("\x1b["));
        assert!(!sample().render("a\n\x1b[31mred", false).contains('\x1b'));
    }

    #[test]
    fn cuts_very_long_lines_around_the_column() {
        let mut problem = sample();
        problem.line = 1;
        problem.column = 5_001;
        let text = problem.render(&"x".repeat(1 << 20), false);
        assert!(text.len() < 1_000, "{}", text.len());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[3].starts_with("1 | …xxx"));
        assert!(lines[4].contains("^^^^"));
    }

    #[test]
    fn bears_a_source_that_is_another() {
        sample().render("", false);
        sample().render("one\nä", false);
    }
}
