//! Names that say what a command does.

use std::collections::HashSet;

/// Words in front of the program that does the work.
const WRAPPERS: [&str; 17] = [
    "nice",
    "ionice",
    "chronic",
    "timeout",
    "flock",
    "sudo",
    "env",
    "exec",
    "nohup",
    "setsid",
    "time",
    "command",
    "cronic",
    "run-one",
    "systemd-cat",
    "run-parts",
    "eatmydata",
];
/// Programs whose first plain argument names the work.
const INTERPRETERS: [&str; 14] = [
    "sh", "bash", "dash", "zsh", "ksh", "python", "python3", "perl", "ruby", "php", "node", "java",
    "Rscript", "lua",
];
/// Shell words and checks that come before the work.
const PRELUDE: [&str; 9] = ["test", "[", "[[", "cd", "if", "then", "!", ".", "source"];

/// Gives each command a name that was not given before.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    pub(crate) fn give(&mut self, command: &str) -> String {
        let base = label(&guess(command));
        let mut name = base.clone();
        let mut n = 2;
        while !self.taken.insert(name.clone()) {
            let suffix = format!("-{n}");
            let kept: String = base.chars().take(63 - suffix.len()).collect();
            name = kept.trim_end_matches('-').to_owned() + &suffix;
            n += 1;
        }
        name
    }
}

/// The word that tells most: the program after wrappers, checks and interpreters, without folder and ending.
fn guess(command: &str) -> String {
    let parts = command.split(['|', ';', '&', '\n', '(', ')', '{', '}']).map(str::trim);
    parts.filter(|part| !part.is_empty()).find_map(of_part).unwrap_or_else(|| "job".into())
}

fn of_part(part: &str) -> Option<String> {
    let mut words = part.split_ascii_whitespace().map(|w| w.trim_matches(['"', '\'']));
    let mut after_wrapper = false;
    while let Some(word) = words.next() {
        let name = word.rsplit('/').next().unwrap_or(word);
        if PRELUDE.contains(&name) {
            return None;
        }
        let option_of_wrapper = after_wrapper
            && (word.starts_with('-')
                || word.starts_with(|c: char| c.is_ascii_digit())
                || name.contains(".lock")
                || word.starts_with("/var/lock/")
                || word.starts_with("/run/"));
        let assignment = word
            .split_once('=')
            .is_some_and(|(n, _)| n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        if option_of_wrapper || assignment || word.starts_with(['>', '<']) {
            continue;
        }
        if WRAPPERS.contains(&name) {
            after_wrapper = true;
            continue;
        }
        if INTERPRETERS.contains(&name) {
            let script = words.by_ref().find(|w| !w.starts_with('-') && !w.starts_with(['>', '<']));
            return Some(script.map_or_else(|| name.to_owned(), stem));
        }
        return Some(stem(word)).filter(|s| s.chars().any(|c| c.is_ascii_alphanumeric()));
    }
    None
}

fn stem(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 4 => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// The nearest DNS label.
fn label(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(200) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let cut: String = out.chars().take(63).collect();
    let cut = cut.trim_end_matches('-');
    if cut.is_empty() { "job".into() } else { cut.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_it_does() {
        for (command, name) in [
            ("/opt/scripts/backup.sh --full", "backup"),
            ("nice -n 10 /usr/bin/python3 -u /srv/Report_Daily.py > /dev/null", "report-daily"),
            ("cd /srv/app && bin/rails runner Clean", "rails"),
            ("[ -x /usr/sbin/logrotate ] && /usr/sbin/logrotate /etc/logrotate.conf", "logrotate"),
            ("test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )", "cron-daily"),
            ("FOO=1 flock -n /var/lock/x.lock timeout 5m /bin/sync-mail", "sync-mail"),
            ("echo hello | mail ops", "echo"),
            ("{\ncat\n} <<'END'\nx\nEND\n", "cat"),
            ("*", "job"),
            ("", "job"),
        ] {
            assert_eq!(label(&guess(command)), name, "{command}");
        }
    }

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        assert_eq!(names.give("/a/backup.sh"), "backup");
        assert_eq!(names.give("/b/backup.py"), "backup-2");
        assert_eq!(names.give("backup"), "backup-3");
        let long = "x".repeat(100);
        assert_eq!(names.give(&long).len(), 63);
        assert_eq!(names.give(&long), "x".repeat(61) + "-2");
    }
}
