use crate::environment::Assignment;

/// What one line of a crontab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Blank,
    /// Without its `#`.
    Comment(String),
    /// In force for the lines below.
    Assignment(Assignment),
    Entry(Entry),
    /// What is wrong with it.
    Bad(String),
}

/// When what runs as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Five fields joined by one space, or a macro.
    pub(crate) schedule: String,
    /// Only in a system crontab.
    pub(crate) user: Option<String>,
    /// As written, with its percent signs.
    pub(crate) command: String,
}

/// Reads one line as cron does (crontab(5)): blanks before it do not matter, blanks after it belong to the
/// command.
pub(crate) fn read(line: &str, system: bool) -> Line {
    let text = line.trim_start_matches([' ', '\t']);
    if text.trim().is_empty() {
        return Line::Blank;
    }
    if let Some(comment) = text.strip_prefix('#') {
        return Line::Comment(comment.trim().to_owned());
    }
    if let Some(assignment) = Assignment::read(text) {
        return Line::Assignment(assignment);
    }
    match entry(text, system) {
        Ok(entry) => Line::Entry(entry),
        Err(problem) => Line::Bad(problem.to_owned()),
    }
}

fn entry(text: &str, system: bool) -> Result<Entry, &'static str> {
    // SUSE's and cronie's way of keeping an entry out of the log.
    let mut rest = text
        .strip_prefix('-')
        .filter(|t| t.starts_with(|c: char| c.is_ascii_digit() || c == '*'))
        .unwrap_or(text);
    let fields = if rest.starts_with('@') { 1 } else { 5 };
    let mut schedule = Vec::new();
    for _ in 0..fields {
        let (field, after) = word(rest).ok_or("it has fewer than five time fields and a command")?;
        schedule.push(field);
        rest = after;
    }
    let user = if system {
        let (user, after) = word(rest).ok_or("it names no user; is it a crontab without the user column?")?;
        rest = after;
        Some(user.to_owned())
    } else {
        None
    };
    if rest.trim().is_empty() {
        return Err("it has no command");
    }
    Ok(Entry { schedule: schedule.join(" "), user, command: rest.to_owned() })
}

/// The first word, and what follows it without the blanks between.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    if end == 0 {
        return None;
    }
    Some((&text[..end], text[end..].trim_start_matches([' ', '\t'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, system: bool, expected: Result<(&str, Option<&str>, &str), &str>) {
        let found = match read(line, system) {
            Line::Entry(Entry { schedule, user, command }) => Ok((schedule, user, command)),
            Line::Bad(problem) => Err(problem),
            other => panic!("{line}: {other:?}"),
        };
        let expected = expected.map(|(s, u, c)| (s.to_owned(), u.map(str::to_owned), c.to_owned()));
        assert_eq!(found, expected.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn entries() {
        check("0 2 * * * /bin/true", false, Ok(("0 2 * * *", None, "/bin/true")));
        check("\t*/5  *\t* * *\t echo  a ", false, Ok(("*/5 * * * *", None, "echo  a ")));
        check("@daily root x", true, Ok(("@daily", Some("root"), "x")));
        check("@reboot x=1 y", false, Ok(("@reboot", None, "x=1 y")));
        check("-*/5 * * * * x", false, Ok(("*/5 * * * *", None, "x")));
        check("0 2 * *", false, Err("it has fewer than five time fields and a command"));
        check("0 2 * * *", false, Err("it has no command"));
        check("0 2 * * * root", true, Err("it has no command"));
        check("nonsense", false, Err("it has fewer than five time fields and a command"));
    }

    #[test]
    fn others() {
        assert_eq!(read("  ", false), Line::Blank);
        assert_eq!(read(" # a b ", false), Line::Comment("a b".into()));
        assert!(matches!(read("A=b", false), Line::Assignment(_)));
        assert!(matches!(read("0 2 * * * A=b cmd", false), Line::Entry(_)));
    }
}
