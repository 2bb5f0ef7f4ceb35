//! A clone on this machine: its manifests read without a server.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crontopus_api::{NextRun, NextRuns};
use crontopus_manifest::{
    Declared, Diagnostic, Host, Job, MAX_FILE_BYTES, Repository, format_schedule, is_manifest_path,
};
use crontopus_schedule::{Profile, Schedule, render};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;

/// More files than this are no repository of manifests.
const MOST_FILES: usize = 200_000;

/// Every manifest below a folder.
#[derive(Debug)]
pub(crate) struct Clone {
    pub(crate) repository: Repository,
    dir: PathBuf,
    files: usize,
}

/// A job as a clone defines it.
#[derive(Debug, Serialize)]
pub(crate) struct LocalJob {
    pub(crate) namespace: String,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) schedule: String,
    pub(crate) schedule_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timezone: Option<String>,
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
    /// Which hosts, in words.
    pub(crate) host: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) digest: String,
    pub(crate) manifest: String,
}

impl Clone {
    /// Reads every manifest below `dir`. Folders beginning with a dot and symbolic links are passed over, as
    /// the server does.
    pub(crate) fn read(dir: &Path) -> Outcome<Self> {
        let mut paths = Vec::new();
        walk(dir, "", &mut paths)?;
        paths.sort();
        let files = paths.len();
        let texts = paths.into_iter().map(|path| Ok((path.clone(), read_file(&dir.join(&path))?)));
        let texts = texts.collect::<Outcome<Vec<_>>>()?;
        Ok(Self { repository: Repository::assemble(texts), dir: dir.to_owned(), files })
    }

    /// How many files were read.
    pub(crate) fn files(&self) -> usize {
        self.files
    }

    /// Text of a file for diagnostics; empty when it went away meanwhile.
    pub(crate) fn source(&self, file: &str) -> String {
        let bytes = read_file(&self.dir.join(file)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Says that there is more than what is shown.
    pub(crate) fn warn_of_errors(&self, app: &App) {
        let errors = self.repository.diagnostics.iter().filter(|d| d.is_error()).count();
        if errors > 0 {
            let dir = self.dir.display();
            app.screen.note(&format!(
                "warning: manifests with errors are left out ({errors}); see: crontopus manifest validate --dir {dir}"
            ));
        }
    }

    pub(crate) fn jobs(&self) -> Vec<LocalJob> {
        self.repository.jobs.values().map(describe).collect()
    }

    pub(crate) fn job(&self, name: &JobName) -> Outcome<LocalJob> {
        self.declared(name).map(describe)
    }

    fn declared(&self, name: &JobName) -> Outcome<&Declared<Job>> {
        self.repository.jobs.get(name.key()).ok_or_else(|| {
            let dir = self.dir.display();
            let rejected = self.repository.rejected.iter().any(|r| r.key.as_ref() == Some(name.key()));
            if rejected {
                Failure::new(format!("the manifest of {name} has errors"))
                    .hint(format!("crontopus manifest validate --dir {dir}"))
            } else {
                Failure::of(Kind::NotFound, format!("there is no job {name} in {dir}"))
                    .hint(format!("crontopus jobs list --dir {dir}"))
            }
        })
    }

    /// When a job would start on a host in `host_zone`, this machine's when absent.
    pub(crate) fn next_runs(
        &self,
        name: &JobName,
        after: Timestamp,
        count: u32,
        host_zone: Option<&str>,
    ) -> Outcome<NextRuns> {
        let job = &self.declared(name)?.body;
        let system = TimeZone::system();
        let fallback = match host_zone {
            _ if job.is_ping() => "UTC",
            Some(zone) => zone,
            None => system.iana_name().unwrap_or("UTC"),
        };
        let zone_name = job.timezone.as_deref().unwrap_or(fallback);
        let zone = TimeZone::get(zone_name)
            .map_err(|_| Failure::of(Kind::Usage, format!("`{zone_name}` is no known time zone")))?;
        let profile = natural_profile(&job.schedule, zone_name, after);
        let items = job.schedule.upcoming(after, &zone, profile).take(count as usize).map(|at| NextRun {
            at,
            local: at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            timezone: zone_name.to_owned(),
            host: None,
            profile: profile.to_string(),
        });
        Ok(NextRuns { items: items.collect() })
    }
}

/// Debian cron's rules where it can hold the schedule, else the guard's.
pub(crate) fn natural_profile(schedule: &Schedule, zone: &str, now: Timestamp) -> Profile {
    match render(schedule, zone, zone, Profile::DebianCron, now) {
        Ok(rendering) if rendering.guard.is_none() => Profile::DebianCron,
        _ => Profile::Guarded,
    }
}

fn describe(declared: &Declared<Job>) -> LocalJob {
    let job = &declared.body;
    LocalJob {
        namespace: job.key().namespace().to_owned(),
        name: job.key().name().to_owned(),
        description: job.description.clone(),
        schedule: format_schedule(&job.schedule),
        schedule_text: job.schedule.describe(),
        timezone: job.timezone.clone(),
        labels: job.labels().clone(),
        command: job.command.clone(),
        host: job.host.as_ref().map_or_else(|| "none".to_owned(), host),
        file: declared.file.clone(),
        line: declared.line,
        digest: declared.digest.clone(),
        manifest: job.canonical_yaml(),
    }
}

fn host(host: &Host) -> String {
    let mut parts: Vec<String> = host.names.iter().map(ToString::to_string).collect();
    if let Some(selector) = &host.selector {
        let labels = selector.match_labels.iter().map(|(k, v)| format!("{k}={v}"));
        let more = selector.match_expressions.iter().map(|requirement| {
            let values = requirement.values.join("|");
            format!("{} {} {values}", requirement.key, requirement.operator).trim_end().to_owned()
        });
        let all: Vec<_> = labels.chain(more).collect();
        parts.push(if all.is_empty() { "all".into() } else { all.join(",") });
    }
    parts.join(" ")
}

fn walk(root: &Path, below: &str, found: &mut Vec<String>) -> Outcome {
    let dir = root.join(below);
    let unreadable =
        |e: &std::io::Error| Failure::new(format!("{} cannot be read", dir.display())).because(e);
    for entry in fs::read_dir(&dir).map_err(|e| unreadable(&e))? {
        let entry = entry.map_err(|e| unreadable(&e))?;
        let kind = entry.file_type().map_err(|e| unreadable(&e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if kind.is_dir() {
            walk(root, &path, found)?;
        } else if kind.is_file() && is_manifest_path(&path) {
            found.push(path);
        }
        if found.len() > MOST_FILES {
            return Err(Failure::new(format!("{} holds more than {MOST_FILES} manifests", root.display())));
        }
    }
    Ok(())
}

/// One byte more than a manifest may have is enough to refuse it.
fn read_file(path: &Path) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|e| Failure::new(format!("{} cannot be read", path.display())).because(&e))?;
    Ok(bytes)
}

/// Diagnostics as the API writes them.
pub(crate) fn to_api(diagnostic: &Diagnostic) -> crontopus_api::Diagnostic {
    crontopus_api::Diagnostic {
        severity: if diagnostic.is_error() {
            crontopus_api::DiagnosticSeverity::Error
        } else {
            crontopus_api::DiagnosticSeverity::Warning
        },
        file: diagnostic.file.clone(),
        line: diagnostic.line,
        column: diagnostic.column,
        path: diagnostic.path.clone(),
        code: crate::output::word(diagnostic.code),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}
