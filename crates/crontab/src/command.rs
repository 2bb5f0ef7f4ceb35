//! A crontab's command as a manifest runs it.

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
    pub(crate) shell: Shell,
}

/// Who reads the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shell {
    /// Nobody: it is started as it is.
    No,
    /// `sh`.
    Sh,
    /// This program.
    Path(String),
}

/// A crontab's command part and what it feeds the command: up to the first unescaped `%`, and after it with
/// every further one a line end (crontab(5)). `\%` is a percent sign.
pub(crate) fn divide(text: &str) -> (String, Option<String>) {
    let (mut command, mut input) = (String::new(), None);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let next = match c {
            '\\' if characters.peek() == Some(&'%') => {
                characters.next();
                '%'
            }
            '%' if input.is_none() => {
                input = Some(String::new());
                continue;
            }
            '%' => '\n',
            other => other,
        };
        input.as_mut().unwrap_or(&mut command).push(next);
    }
    (command, input)
}

impl Command {
    /// The manifest's form of `text`, which cron gives to `shell` (`/bin/sh` when absent). What is one plain
    /// program with plain words is started without a shell; that is the same and easier to read.
    pub(crate) fn of(text: &str, input: Option<&str>, shell: Option<&str>) -> Result<Self, String> {
        let shell_name = shell.map_or("sh", |path| path.rsplit('/').next().unwrap_or(path));
        let like_sh = matches!(shell_name, "sh" | "bash" | "dash" | "ksh" | "zsh" | "ash" | "mksh");
        if let Some(path) = shell
            && !path.starts_with('/')
        {
            return Err(format!("SHELL is `{path}`, which is no absolute path"));
        }
        let reader = match shell {
            None | Some("/bin/sh" | "/usr/bin/sh") => Shell::Sh,
            Some(path) => Shell::Path(path.to_owned()),
        };
        let text = text.trim();
        if let Some(input) = input {
            if !like_sh {
                return Err(format!(
                    "what it feeds the command by `%` cannot be written for the shell {shell_name}"
                ));
            }
            let command = fed(text, input);
            return Ok(Self { command, args: Vec::new(), shell: reader });
        }
        if like_sh && let Some((program, args)) = plain_words(text) {
            return Ok(Self { command: program, args, shell: Shell::No });
        }
        Ok(Self { command: text.to_owned(), args: Vec::new(), shell: reader })
    }
}

/// An absolute program and words in which a shell sees nothing special.
fn plain_words(text: &str) -> Option<(String, Vec<String>)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \t_./:=@,+-".contains(c);
    if !text.starts_with('/') || !text.chars().all(plain) {
        return None;
    }
    let mut words = text.split_ascii_whitespace().map(str::to_owned);
    let program = words.next()?;
    Some((program, words.collect()))
}

/// The whole command in a group that reads the input, as cron's shell does; cron ends the input's last line.
fn fed(text: &str, input: &str) -> String {
    let mut mark = "END".to_owned();
    while input.lines().any(|line| line == mark) {
        mark.push('_');
    }
    let end = if input.is_empty() || input.ends_with('\n') { "" } else { "\n" };
    format!("{{\n{text}\n}} <<'{mark}'\n{input}{end}{mark}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs() {
        for (text, command, input) in [
            ("date +\\%F", "date +%F", None),
            ("cat%a%b", "cat", Some("a\nb")),
            ("cat%a\\%b%", "cat", Some("a%b\n")),
            ("cat%", "cat", Some("")),
            ("echo \\\\ a", "echo \\\\ a", None),
        ] {
            assert_eq!(divide(text), (command.to_owned(), input.map(str::to_owned)), "{text}");
        }
    }

    fn check(text: &str, input: Option<&str>, shell: Option<&str>, expected: &str) {
        let found = match Command::of(text, input, shell) {
            Ok(Command { command, args, shell }) => format!("{shell:?} {command:?} {args:?}"),
            Err(problem) => format!("no: {problem}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn plain_programs_need_no_shell() {
        check("/bin/backup --all a=b ", None, None, r#"No "/bin/backup" ["--all", "a=b"]"#);
        check("/bin/x y", None, Some("/bin/bash"), r#"No "/bin/x" ["y"]"#);
        check("backup", None, None, r#"Sh "backup" []"#);
        check("/bin/x > /dev/null", None, None, r#"Sh "/bin/x > /dev/null" []"#);
        check("/bin/x ~/y", None, None, r#"Sh "/bin/x ~/y" []"#);
        check("/bin/x a*", None, Some("/bin/bash"), r#"Path("/bin/bash") "/bin/x a*" []"#);
        check("/bin/x", None, Some("/usr/bin/fish"), r#"Path("/usr/bin/fish") "/bin/x" []"#);
        check("/bin/x", None, Some("bash"), "no: SHELL is `bash`, which is no absolute path");
    }

    #[test]
    fn input_is_fed() {
        check("cat | wc", Some("a\nEND"), None, "Sh \"{\\ncat | wc\\n} <<'END_'\\na\\nEND\\nEND_\\n\" []");
        check("cat", Some(""), None, "Sh \"{\\ncat\\n} <<'END'\\nEND\\n\" []");
        check(
            "cat",
            Some("a"),
            Some("/bin/tcsh"),
            "no: what it feeds the command by `%` cannot be written for the shell tcsh",
        );
    }
}
