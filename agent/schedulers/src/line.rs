//! The lines all crons share: a schedule, perhaps a user, and the wrapper with the job's id.

use std::path::Path;

use crate::{EntryRequest, Refused};

/// Debian cron drops a whole file for a command beyond 998 characters.
const LONGEST: usize = 900;

/// What a paused job's lines begin with.
const PAUSED: &str = "# paused: ";

/// What stands for the schedule of a job that only people start: cron skips the line, its reader learns
/// what to type.
const ON_DEMAND: &str = "# on demand: ";

/// The cron lines of a job, each with its newline; `user_field` for system-wide tabs.
pub(crate) fn cron_lines(
    request: &EntryRequest<'_>,
    wrapper: &Path,
    user_field: bool,
) -> Result<String, Refused> {
    let command = format!("{} {}", shell_word(wrapper)?, request.job);
    let user = if user_field { format!("{} ", request.user) } else { String::new() };
    if request.schedules.is_empty() {
        return Ok(format!("{ON_DEMAND}{user}{command}\n"));
    }
    let mut lines = String::new();
    for schedule in request.schedules {
        check_schedule(schedule)?;
        let paused = if request.enabled { "" } else { PAUSED };
        let line = format!("{paused}{schedule} {user}{command}\n");
        if line.len() > LONGEST {
            return Err(Refused::TooLong(line.len()));
        }
        lines.push_str(&line);
    }
    Ok(lines)
}

/// Five fields of digits, `*`, `,`, `-` and `/`, or `@reboot`: all that is canonical, and nothing that
/// could end the schedule and begin something else.
fn check_schedule(schedule: &str) -> Result<(), Refused> {
    let plain = |field: &str| !field.is_empty() && field.bytes().all(|b| b"0123456789*,-/".contains(&b));
    let fields: Vec<&str> = schedule.split(' ').collect();
    if schedule == "@reboot" || (fields.len() == 5 && fields.iter().all(|field| plain(field))) {
        return Ok(());
    }
    Err(Refused::Schedule(schedule.to_owned()))
}

/// The path as one word of `sh`. `%` and backslashes are read by some crons and not by others, so a path
/// with them is refused.
pub(crate) fn shell_word(path: &Path) -> Result<String, Refused> {
    let refused = || Refused::Wrapper(path.to_owned());
    let text = path.to_str().filter(|text| text.starts_with('/')).ok_or_else(refused)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,=".contains(c);
    if text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    let hostile = |c: char| c.is_control() || "'%\\".contains(c);
    if text.chars().any(hostile) { Err(refused()) } else { Ok(format!("'{text}'")) }
}

/// Whether `name` can be written into the user field; whether the account exists is another question.
pub(crate) fn is_user_name(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let inner = |c: char| first(c) || c == '-' || c == '.';
    name.len() <= 255 && name.starts_with(first) && name.strip_suffix('$').unwrap_or(name).chars().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(schedules: &[&str], enabled: bool, wrapper: &str) -> Result<String, Refused> {
        let job = "prod/backup".parse().unwrap();
        let schedules: Vec<String> = schedules.iter().map(|text| (*text).to_owned()).collect();
        let request = EntryRequest { job: &job, user: "app", schedules: &schedules, enabled };
        cron_lines(&request, Path::new(wrapper), true)
    }

    #[test]
    fn a_line_per_schedule() {
        let run = "/var/lib/crontopus/bin/crontopus-run";
        assert_eq!(
            lines(&["0 2 * * *", "@reboot"], true, run).unwrap(),
            format!("0 2 * * * app {run} prod/backup\n@reboot app {run} prod/backup\n")
        );
        assert_eq!(
            lines(&["*/5 0,12 1-7 * *"], false, "/home/a b/run").unwrap(),
            "# paused: */5 0,12 1-7 * * app '/home/a b/run' prod/backup\n"
        );
        assert_eq!(lines(&[], true, run).unwrap(), format!("# on demand: app {run} prod/backup\n"));
    }

    #[test]
    fn what_no_line_may_hold() {
        let run = "/run";
        for schedule in [
            "",
            "* * * *",
            "* * * * * *",
            "0 2 * * mon",
            "@daily",
            "0 2 * * *\n",
            "0 2 * *  ",
            "0 2 * * #",
            "a b c d e",
        ] {
            assert_eq!(lines(&[schedule], true, run), Err(Refused::Schedule(schedule.into())));
        }
        for wrapper in ["run", "/a%b", "/a\\b", "/it's", "/a\nb"] {
            assert_eq!(lines(&["* * * * *"], true, wrapper), Err(Refused::Wrapper(wrapper.into())));
        }
        let long = (0..60).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let longer = format!("{long} {long} {long} {long} {long}{long}");
        assert!(matches!(lines(&[&longer], true, run), Err(Refused::TooLong(_))));
    }

    #[test]
    fn names_of_users() {
        for name in ["root", "www-data", "_apt", "a.b", "host$", "0x"] {
            assert!(is_user_name(name), "{name}");
        }
        for name in ["", "-x", "a b", "a\nb", "a;b", "$", "ü"] {
            assert!(!is_user_name(name), "{name}");
        }
    }
}
