use std::collections::BTreeMap;

use crontopus_manifest::{Body, Job, parse_file};
use serde::Serialize;

use crate::command::{Command, Shell, divide};
use crate::environment::Environment;
use crate::limits::{Budget, Limits};
use crate::line::{Entry, Line, read};
use crate::name::Names;

/// How a crontab is read and what is added to each job.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether lines name a user.
    pub system: bool,
    /// Whose crontab it is, for one that names no users.
    pub user: Option<String>,
    /// First directory level of the files.
    pub namespace: String,
    /// Names of hosts that are to hold the jobs.
    pub hosts: Vec<String>,
    /// Labels of hosts that are to hold the jobs.
    pub selector: BTreeMap<String, String>,
    /// For comments, like `crontab -l`.
    pub source: String,
}

/// One line that became a manifest.
#[derive(Debug, Serialize)]
pub struct Made {
    /// Its number, from 1.
    pub line: usize,
    /// Name of the job.
    pub name: String,
    /// Path of the manifest in a repository.
    pub file: String,
    /// The manifest.
    pub manifest: String,
    /// What is not the same as before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One line that could not be carried over.
#[derive(Debug, Serialize)]
pub struct Skipped {
    /// Its number, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// Why it is left out.
    pub reason: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: &'a Spec<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    schedule: serde_saphyr::DoubleQuoted<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'a str>,
    command: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    args: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shell: Option<ShellForm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    working_dir: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    env: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<Host<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jitter: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ShellForm<'a> {
    Yes(bool),
    Path(&'a str),
}

#[derive(Debug, Serialize)]
struct Host<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    selector: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    names: &'a [String],
}

impl Default for Options {
    /// A user's crontab whose jobs no host holds yet.
    fn default() -> Self {
        Self {
            system: false,
            user: None,
            namespace: crontopus_manifest::DEFAULT_NAMESPACE.to_owned(),
            hosts: Vec::new(),
            selector: BTreeMap::new(),
            source: "crontab -l".to_owned(),
        }
    }
}

impl Options {
    fn host(&self) -> Option<Host<'_>> {
        let nowhere = self.hosts.is_empty() && self.selector.is_empty();
        (!nowhere).then_some(Host { selector: &self.selector, names: &self.hosts })
    }
}

/// Turns every entry of a crontab into a manifest, or says why it cannot. What is made is valid: it is read
/// back and compared before it is given.
pub fn convert(crontab: &[u8], options: &Options, limits: &Limits) -> (Vec<Made>, Vec<Skipped>) {
    let mut budget = Budget::of(limits);
    let (mut made, mut skipped) = (Vec::new(), Vec::new());
    let (mut environment, mut names) = (Environment::default(), Names::default());
    let mut comment: Option<String> = None;
    for (index, bytes) in crontab.split(|b| *b == b'\n').enumerate() {
        let line = index + 1;
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            let text = String::from_utf8_lossy(bytes).into_owned();
            skipped.push(Skipped { line, text, reason: "it is not UTF-8 text".into() });
            continue;
        };
        let about = comment.take();
        match read(text, options.system) {
            Line::Blank => {}
            Line::Comment(text) => comment = Some(text),
            Line::Assignment(assignment) => environment.set(assignment),
            Line::Bad(reason) => skipped.push(Skipped { line, text: text.to_owned(), reason }),
            Line::Entry(entry) => {
                let size = 2 * text.len() + environment.size();
                let job = budget.spend(size).and_then(|()| {
                    one(&entry, text, about.as_deref(), line, &environment, &mut names, options)
                });
                match job {
                    Ok(job) => made.push(job),
                    Err(reason) => skipped.push(Skipped { line, text: text.to_owned(), reason }),
                }
            }
        }
    }
    (made, skipped)
}

#[expect(clippy::too_many_arguments, reason = "everything a line depends on")]
fn one(
    entry: &Entry,
    text: &str,
    comment: Option<&str>,
    line: usize,
    environment: &Environment,
    names: &mut Names,
    options: &Options,
) -> Result<Made, String> {
    let mut notes = Vec::new();
    let (command, input) = divide(&entry.command);
    let command =
        Command::of(&command, input.as_deref(), environment.get("SHELL").filter(|s| !s.is_empty()))?;
    let env = environment.for_command();
    let home = env.get("HOME").filter(|home| home.starts_with('/')).cloned();
    // Debian's cron knows no CRON_TZ and cronie does; who writes it means it.
    let timezone = environment.get("CRON_TZ").filter(|zone| !zone.is_empty());
    if environment.get("MAILTO").is_some_and(|to| !to.is_empty()) {
        notes.push("MAILTO is left out: a Route says who is told of failures".to_owned());
    }
    if looks_secret(&entry.command, &env) {
        notes.push(format!(
            "line {line} may hold a password or token: keep it out of Git, in a file named by `envFiles`"
        ));
    }
    let jitter = match environment.get("RANDOM_DELAY").map(|d| d.trim().parse::<u32>()) {
        Some(Ok(minutes @ 1..)) => Some(format!("{minutes}m")),
        Some(Ok(0)) | None => None,
        Some(Err(_)) => return Err("RANDOM_DELAY is no number of minutes".into()),
    };
    let description = comment.map(plain).filter(|c| !c.is_empty() && c.chars().count() <= 200);
    let user = entry.user.as_deref().or(options.user.as_deref());
    // BSD's cron takes a group and a login class after the user.
    if let Some(user) = user.filter(|user| user.contains([':', '/'])) {
        return Err(format!("`{user}` names more than a user"));
    }
    let spec = Spec {
        description: description.as_deref(),
        schedule: serde_saphyr::DoubleQuoted(&entry.schedule),
        timezone,
        command: &command.command,
        args: command.args.iter().map(String::as_str).collect(),
        shell: match &command.shell {
            Shell::No => None,
            Shell::Sh => Some(ShellForm::Yes(true)),
            Shell::Path(path) => Some(ShellForm::Path(path)),
        },
        user,
        working_dir: home.as_deref(),
        env: env.clone(),
        host: options.host(),
        jitter,
    };
    let trial = document("trial", &spec, "")?;
    verify(&trial, &options.namespace, &command, &entry.schedule)?;
    let name = names.give(&command_for_name(entry));
    let head = format!("# From {}, line {line}: {}\n", options.source, plain(text.trim()));
    let manifest = document(&name, &spec, &head)?;
    verify(&manifest, &options.namespace, &command, &entry.schedule)?;
    let file = match options.namespace.as_str() {
        crontopus_manifest::DEFAULT_NAMESPACE => format!("{name}.yaml"),
        namespace => format!("{namespace}/{name}.yaml"),
    };
    Ok(Made { line, name, file, manifest, notes })
}

/// Whether a word is there that usually stands beside a secret. Only a remark hangs on it.
fn looks_secret(command: &str, env: &BTreeMap<String, String>) -> bool {
    const WORDS: [&str; 7] = ["password", "passwd", "secret", "token", "api_key", "apikey", "api-key"];
    let telling = |text: &str| WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word));
    let user_and_password = |word: &str| {
        let rest = word.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
        rest.is_some_and(|(user, _)| user.contains(':') && !user.contains('/'))
    };
    env.keys().any(|name| telling(name))
        || command.split_ascii_whitespace().any(|word| {
            word.contains('=') && word.split('=').next().is_some_and(telling) || user_and_password(word)
        })
}

/// Without control characters: a comment is read in terminals too.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn command_for_name(entry: &Entry) -> String {
    divide(&entry.command).0
}

fn document(name: &str, spec: &Spec<'_>, head: &str) -> Result<String, String> {
    let document = Document { api_version: "crontopus/v1", kind: "Job", metadata: Metadata { name }, spec };
    let options = serde_saphyr::ser_options! { folded_wrap_chars: 1_000_000 };
    let yaml = serde_saphyr::to_string_with_options(&document, options).map_err(|e| e.to_string())?;
    Ok(format!("{head}{yaml}"))
}

/// Reads the manifest back: what was meant must stand in it, without any remark.
fn verify(manifest: &str, namespace: &str, meant: &Command, schedule: &str) -> Result<(), String> {
    let path = format!("{namespace}/job.yaml");
    let parsed = parse_file(&path, manifest.as_bytes());
    if let Some(problem) = parsed.diagnostics.first() {
        let help = problem.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
        return Err(format!("{}{help}", problem.message));
    }
    match parsed.documents.first().map(|d| &d.body) {
        Some(Body::Job(job)) if same(job, meant, schedule) => Ok(()),
        _ => Err("it cannot be written as YAML without a change".into()),
    }
}

fn same(job: &Job, meant: &Command, schedule: &str) -> bool {
    let written = crontopus_manifest::format_schedule(&job.schedule);
    job.command.as_deref() == Some(&meant.command)
        && job.args == meant.args
        && (written == schedule || schedule.starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(crontab: &str, limits: &Limits) -> (usize, Vec<(usize, String)>) {
        let (made, skipped) = convert(crontab.as_bytes(), &Options::default(), limits);
        (made.len(), skipped.into_iter().map(|s| (s.line, s.reason)).collect())
    }

    #[test]
    fn hosts_are_named_or_chosen_by_labels() {
        let selector = BTreeMap::from([("role".to_owned(), "db".to_owned())]);
        let options = Options { selector, namespace: "ops".to_owned(), ..Options::default() };
        let (made, _) = convert(b"0 2 * * * /bin/x\n", &options, &Limits::NONE);
        assert!(
            made[0].manifest.ends_with("  host:\n    selector:\n      role: db\n"),
            "{}",
            made[0].manifest
        );
        let selector = BTreeMap::from([("no label".to_owned(), "db".to_owned())]);
        let (made, skipped) =
            convert(b"0 2 * * * /bin/x\n", &Options { selector, ..Options::default() }, &Limits::NONE);
        assert!(made.is_empty() && !skipped[0].reason.contains("path"), "{skipped:?}");
    }

    #[test]
    fn no_more_is_made_than_is_allowed() {
        let line = "* * * * * /bin/x\n";
        let (made, skipped) = names(&line.repeat(5), &Limits { entries: 3, ..Limits::NONE });
        assert_eq!((made, skipped.len(), skipped[0].0), (3, 2, 4));
        assert!(skipped[0].1.contains("after 3 others"), "{skipped:?}");
        // A large environment is in every manifest.
        let crontab = format!("A={}\n{}", "x".repeat(10_000), line.repeat(200));
        let (made, skipped) = names(&crontab, &Limits { bytes: 100_000, ..Limits::NONE });
        assert_eq!((made, made + skipped.len()), (9, 200));
        assert!(skipped[0].1.contains("larger than 100000 bytes"), "{skipped:?}");
    }
}
