use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::destination::{Destination, Wanted};
use super::place;

/// The environment variable that holds the key, so that no list of processes shows it.
pub(crate) const KEY: &str = "CRONTOPUS_KEY";

pub(crate) const HELP: &str = "
Without an agent:
       crontopus-run [--key <key> | --url <url>] [options] -- <command> [args…]

Runs the command and reports it to the server itself: its start when it lasts, its end with exit status,
duration and output. What cannot be delivered is kept, and the next run delivers it.

  --key <key>            A job's key, or the tenant's with --job [env: CRONTOPUS_KEY]
  --server <url>         The server the key belongs to [env: CRONTOPUS_URL]
  --job <namespace/name> The job, when the key is the tenant's
  --url <url>            Instead of these: the whole address, to which /start and /<exit status> are added
  --env <name>           The environment to report
  --ca <file>            Trust these certificates (PEM) instead of the public ones [env: CRONTOPUS_CA_FILE]
  --allow-plain-http     Speak http to other hosts than this one
  --quiet                Pass nothing of the output on
  --output-limit <bytes> How much of the output is reported; 0 for none [default: 65536]
  --redact <regex>       Replace what matches in the reported output (may be repeated)
  --kill-after <time>    End the command by TERM, and KILL 10 s later (90, 90s, 15m, 2h)
  --delivery-time <time> How long the end waits for the report to be delivered [default: 10s]
  --spool <dir>          Where reports wait [env: CRONTOPUS_SPOOL_DIR; default: /var/spool/crontopus for
                         root, else ~/.local/state/crontopus/spool]
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    /// Where it is reported; the reason when that is not known. The command runs all the same.
    pub(crate) destination: Result<Destination, String>,
    /// Where reports wait, if anywhere.
    pub(crate) spool: Option<PathBuf>,
    pub(crate) patience: Duration,
    pub(crate) quiet: bool,
    pub(crate) output_limit: u64,
    pub(crate) redact: Vec<String>,
    pub(crate) kill_after_ms: Option<u64>,
    /// At least the program.
    pub(crate) command: Vec<OsString>,
}

impl Options {
    /// Reads the command line; `env` is the environment.
    ///
    /// # Errors
    /// What is wrong with its form. A destination that makes no sense is no such error.
    pub(crate) fn read(args: Vec<OsString>, env: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let mut wanted = Wanted {
            key: env(KEY).and_then(|key| key.into_string().ok()),
            server: env("CRONTOPUS_URL").and_then(|url| url.into_string().ok()),
            ca: env("CRONTOPUS_CA_FILE").map(PathBuf::from),
            ..Wanted::default()
        };
        let mut spool = env("CRONTOPUS_SPOOL_DIR").map(PathBuf::from);
        let (mut patience, mut quiet, mut output_limit) = (Duration::from_secs(10), false, 64 << 10);
        let (mut redact, mut kill_after_ms) = (Vec::new(), None);
        let mut args = args.into_iter();
        loop {
            let Some(arg) = args.next() else { return Err("expected `-- <command>`".into()) };
            let arg = arg.into_string().map_err(|arg| format!("unknown option {}", arg.display()))?;
            if arg == "--" {
                break;
            }
            let (name, inline) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (arg.as_str(), None),
            };
            if inline.is_none() && set_flag(name, &mut wanted, &mut quiet) {
                continue;
            }
            let mut value =
                || inline.clone().or_else(|| args.next()).ok_or_else(|| format!("{name} needs a value"));
            let mut text =
                || value()?.into_string().map_err(|value| format!("{name} cannot be {}", value.display()));
            match name {
                "--key" => wanted.key = Some(text()?),
                "--server" => wanted.server = Some(text()?),
                "--job" => wanted.job = Some(text()?),
                "--url" => wanted.url = Some(text()?),
                "--env" => wanted.environment = Some(text()?),
                "--ca" => wanted.ca = Some(value()?.into()),
                "--output-limit" => {
                    output_limit = text()?.parse().map_err(|_| "--output-limit is a number of bytes")?;
                }
                "--redact" => redact.push(text()?),
                "--kill-after" => kill_after_ms = Some(time(name, &text()?)?),
                "--delivery-time" => patience = Duration::from_millis(time(name, &text()?)?),
                "--spool" => spool = Some(value()?.into()),
                _ => return Err(format!("unknown option {name}")),
            }
        }
        let command: Vec<OsString> = args.collect();
        if command.is_empty() {
            return Err("expected a command behind `--`".into());
        }
        let spool = spool.filter(|dir| !dir.as_os_str().is_empty()).or_else(|| place::usual(env));
        let destination = wanted.into_destination();
        Ok(Self { destination, spool, patience, quiet, output_limit, redact, kill_after_ms, command })
    }
}

fn set_flag(name: &str, wanted: &mut Wanted, quiet: &mut bool) -> bool {
    match name {
        "--allow-plain-http" => wanted.plain_http = true,
        "--quiet" => *quiet = true,
        _ => return false,
    }
    true
}

/// Milliseconds of `90`, `90s`, `15m`, `2h`; at most a year.
fn time(name: &str, text: &str) -> Result<u64, String> {
    let (number, factor) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1_000),
        Some(b'm') => (&text[..text.len() - 1], 60_000),
        Some(b'h') => (&text[..text.len() - 1], 3_600_000),
        _ => (text, 1_000),
    };
    let ms = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    ms.filter(|ms| *ms <= 366 * 24 * 3_600_000)
        .ok_or_else(|| format!("{name} is a time as 90, 90s, 15m or 2h, not `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str], key: Option<&str>) -> Result<Options, String> {
        let env = |name: &str| match name {
            "CRONTOPUS_KEY" => key.map(OsString::from),
            "CRONTOPUS_URL" => key.map(|_| "https://crontopus.test/".into()),
            "HOME" => Some("/home/me".into()),
            _ => None,
        };
        Options::read(args.iter().map(OsString::from).collect(), env)
    }

    #[test]
    fn options_end_where_the_command_begins() {
        let url = "https://crontopus.test/in/abc";
        let options = read(&["--url", url, "--quiet", "--", "echo", "--quiet", "--", "x"], None).unwrap();
        assert_eq!(options.command, ["echo", "--quiet", "--", "x"]);
        assert!(options.quiet && options.destination.is_ok());
        let options =
            read(&["--output-limit=0", "--kill-after=15m", "--delivery-time", "0", "--", "x"], Some("k"))
                .unwrap();
        assert_eq!((options.output_limit, options.kill_after_ms), (0, Some(900_000)));
        assert_eq!(options.patience, Duration::ZERO);
        assert_eq!(options.destination.unwrap().address(), "https://crontopus.test/in/k");
    }

    #[test]
    fn what_is_no_command_line() {
        for (args, said) in [
            (&["--url", "x"][..], "expected `-- <command>`"),
            (&["--"], "expected a command behind `--`"),
            (&["--url"], "--url needs a value"),
            (&["--shout", "--", "x"], "unknown option --shout"),
            (&["--quiet=yes", "--", "x"], "unknown option --quiet"),
            (&["--kill-after", "5d", "--", "x"], "--kill-after is a time as 90, 90s, 15m or 2h, not `5d`"),
            (&["--kill-after", "99999999999999h", "--", "x"], "--kill-after is a time"),
            (&["--output-limit", "1k", "--", "x"], "--output-limit is a number of bytes"),
        ] {
            let error = read(args, None).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn an_unusable_destination_is_told_later() {
        let reason = |args: &[&str]| read(args, None).unwrap().destination.unwrap_err();
        assert!(reason(&["--", "x"]).contains("--url"));
        assert!(reason(&["--key", "k", "--", "x"]).contains("--server"));
        assert!(reason(&["--url", "", "--", "x"]).contains("no address"));
    }
}
