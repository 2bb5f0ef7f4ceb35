use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use crontopus_crontab::{Limits, Made, Options, Skipped, convert};
use crontopus_manifest::{DEFAULT_NAMESPACE, is_dns_label};
use serde::Serialize;

use crate::app::App;
use crate::args::Format;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;
use crate::{labels, process};

/// Turn the lines of a crontab into manifests; needs no server and changes no crontab.
///
/// Each line becomes one manifest that does the same. What cannot be carried over is told with the reason, and
/// the exit status is 1 then.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus import crontab --host db-01 --out .            # this user's crontab
  crontopus import crontab --label role=db --out .         # … for every host with this label
  crontopus import crontab --system /etc/crontab --namespace production --host db-01 --out .
  ssh db-01 crontab -l | crontopus import crontab - --user backup --host db-01")]
pub(crate) struct Crontab {
    /// File to read, `-` for standard input; `crontab -l` when absent, /etc/crontab with --system
    file: Option<PathBuf>,
    /// Lines name a user after the schedule, as in /etc/crontab and /etc/cron.d
    #[arg(long)]
    system: bool,
    /// Whose crontab it is: jobs run as this user
    #[arg(long, conflicts_with = "system")]
    user: Option<String>,
    /// Namespace of the jobs
    #[arg(short = 'N', long, default_value = DEFAULT_NAMESPACE)]
    namespace: String,
    /// Host that is to hold the jobs; several times for several
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Label of the hosts that are to hold the jobs; several times for hosts that have all of them
    #[arg(short, long = "label", value_name = "KEY=VALUE", value_parser = labels::parse)]
    labels: Vec<(String, String)>,
    /// Root of a clone to write files into; written to standard output when absent
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A crontab is never larger than this, in bytes.
const LIMIT: u64 = 16 << 20;

#[derive(Debug, Serialize)]
struct Report {
    jobs: Vec<Made>,
    skipped: Vec<Skipped>,
}

pub(crate) fn run(args: &Crontab, app: &App) -> Outcome {
    if !is_dns_label(&args.namespace) {
        return Err(Failure::of(Kind::Usage, format!("`{}` cannot be a namespace", args.namespace))
            .hint("use a-z, 0-9 and `-` between them, at most 63"));
    }
    let (source, bytes) = read(args)?;
    let options = Options {
        system: args.system,
        user: args.user.clone(),
        namespace: args.namespace.clone(),
        hosts: args.hosts.clone(),
        selector: args.labels.iter().cloned().collect(),
        source,
    };
    let (jobs, skipped) = convert(&bytes, &options, &Limits::NONE);
    let report = Report { jobs, skipped };
    if let Some(dir) = &args.out {
        write(&report.jobs, dir)?;
    }
    if app.screen.format != Format::Table {
        app.screen.show(&report, String::new)?;
    } else if args.out.is_none() {
        let texts: Vec<_> = report.jobs.iter().map(|job| job.manifest.clone()).collect();
        app.screen.write(texts.join("---\n"))?;
    }
    say(&report, args, app);
    if report.skipped.is_empty() { Ok(()) } else { Err(Failure::silent(Kind::Failed)) }
}

fn say(report: &Report, args: &Crontab, app: &App) {
    for job in &report.jobs {
        if args.out.is_some() {
            app.screen.note(&format!("line {}: {}", job.line, job.file));
        }
    }
    let mut notes: Vec<&String> = report.jobs.iter().flat_map(|job| &job.notes).collect();
    notes.sort();
    notes.dedup();
    for note in notes {
        app.screen.note(&format!("note: {note}"));
    }
    for Skipped { line, text, reason } in &report.skipped {
        app.screen.note(&format!("line {line} is left out: {}\n  {}", plain(reason), plain(text.trim())));
    }
    let (made, left) = (report.jobs.len(), report.skipped.len());
    app.screen.note(&format!("{made} imported, {left} left out"));
    if made > 0 && args.hosts.is_empty() && args.labels.is_empty() {
        app.screen.note("No host holds them yet: give --host NAME, or add `host` to the manifests.");
    }
    if made > 0 && args.out.is_some() {
        app.screen.note(
            "Commit them; when an agent holds them, take the lines out of the crontab, or they run twice.",
        );
    }
}

fn read(args: &Crontab) -> Outcome<(String, Vec<u8>)> {
    let system_file = Path::new("/etc/crontab");
    match args.file.as_deref().or(args.system.then_some(system_file)) {
        Some(file) if file == Path::new("-") => {
            let failed = |e| Failure::new("standard input cannot be read").because(&e);
            Ok(("standard input".into(), limited(std::io::stdin().lock()).map_err(failed)?))
        }
        Some(file) => {
            let failed = |e| Failure::new(format!("{} cannot be read", file.display())).because(&e);
            let bytes = File::open(file).and_then(limited).map_err(failed)?;
            Ok((file.display().to_string(), bytes))
        }
        None => listed(args),
    }
}

fn listed(args: &Crontab) -> Outcome<(String, Vec<u8>)> {
    let mut arguments = vec!["-l"];
    if let Some(user) = &args.user {
        arguments = vec!["-u", user, "-l"];
    }
    let source = format!("crontab {}", arguments.join(" "));
    let output = process::read("crontab", &arguments)
        .map_err(|e| Failure::new("`crontab` cannot be started").because(&e).hint("give a file, or `-`"))?;
    if output.status.success() {
        return Ok((source, output.stdout));
    }
    let said = plain(String::from_utf8_lossy(&output.stderr).trim());
    let kind = if said.contains("no crontab") { Kind::NotFound } else { Kind::Failed };
    Err(Failure::of(kind, format!("`{source}` failed: {said}")))
}

fn limited(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(std::io::Error::other(format!("it is larger than {LIMIT} bytes")));
    }
    Ok(bytes)
}

/// Writes every file or, when one is there already, none.
fn write(jobs: &[Made], dir: &Path) -> Outcome {
    let taken: Vec<_> =
        jobs.iter().filter(|job| dir.join(&job.file).exists()).map(|j| j.file.as_str()).collect();
    if !taken.is_empty() {
        return Err(Failure::new(format!("nothing was written: there is already {}", taken.join(", ")))
            .hint("give another --namespace or --out"));
    }
    for job in jobs {
        let path = dir.join(&job.file);
        let failed =
            |e: std::io::Error| Failure::new(format!("{} cannot be written", path.display())).because(&e);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(job.manifest.as_bytes()))
            .map_err(failed)?;
    }
    Ok(())
}
