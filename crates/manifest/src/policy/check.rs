use std::time::Duration;

use crontopus_schedule::Schedule;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Enforcement, Policy, Rule, Rules, window};
use crate::Severity;
use crate::duration::format_duration;
use crate::job::Job;
use crate::key::DocKey;
use crate::quote::alternatives;
use crate::spec::Shell;

/// What the rules need to know beyond the job.
///
/// The default is a check away from any host, where nothing more is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The zone of the host, on a host; elsewhere a job without `timezone` is judged in UTC where a
    /// rule needs its starts, and not at all where a rule needs its zone.
    pub host_zone: Option<&'a str>,
    /// Whom a job without `user` runs as, where that is known.
    pub job_user: Option<&'a str>,
}

/// A rule that a job breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyFinding {
    /// The policy whose rule it is.
    pub policy: DocKey,
    /// The rule.
    pub rule: Rule,
    /// An error refuses the job; a warning does not.
    pub severity: Severity,
    /// The job's field that breaks it, such as `spec.user`.
    pub path: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// Everything about `job` that breaks one of `policies`; policies that do not apply to it are passed
/// over.
pub fn check(job: &Job, policies: &[Policy], ctx: &Context<'_>) -> Vec<PolicyFinding> {
    policies
        .iter()
        .filter(|policy| policy.applies_to(job))
        .flat_map(|policy| check_one(job, policy, ctx))
        .collect()
}

/// The jobs that are too many on one host, each with the limit it breaks. `jobs` are in the order in which
/// they keep their place: the last ones are too many.
pub fn check_host<'j>(
    jobs: impl IntoIterator<Item = &'j Job>,
    policies: &[Policy],
) -> Vec<(&'j Job, PolicyFinding)> {
    let jobs: Vec<&Job> = jobs.into_iter().collect();
    let mut found = Vec::new();
    for policy in policies {
        let Some(most) = policy.rules.max_jobs_per_host else { continue };
        let held: Vec<&Job> = jobs.iter().copied().filter(|job| policy.applies_to(job)).collect();
        for job in held.iter().skip(most as usize) {
            let finding = PolicyFinding {
                policy: policy.key().clone(),
                rule: Rule::MaxJobsPerHost,
                severity: severity(policy.enforcement),
                path: "spec.host",
                message: format!("{} jobs on one host; at most {most} are allowed", held.len()),
                help: "move jobs to other hosts".to_owned(),
            };
            found.push((*job, finding));
        }
    }
    found
}

/// Whether a policy that holds for the job wants its commit signed by a key the host trusts. Verifying
/// the signature is the host's.
pub fn requires_signed_commits(job: &Job, policies: &[Policy]) -> bool {
    policies.iter().any(|policy| policy.rules.require_signed_commits == Some(true) && policy.applies_to(job))
}

fn severity(enforcement: Enforcement) -> Severity {
    match enforcement {
        Enforcement::Deny => Severity::Error,
        Enforcement::Warn => Severity::Warning,
    }
}

/// Rule, the job's field, what is wrong, how to mend it.
type Broken = (Rule, &'static str, String, String);

fn check_one(job: &Job, policy: &Policy, ctx: &Context<'_>) -> Vec<PolicyFinding> {
    let rules = &policy.rules;
    let mut broken: Vec<Broken> = Vec::new();
    broken.extend(words(job, rules));
    broken.extend(users(job, rules, ctx));
    broken.extend(commands(job, rules));
    broken.extend(runtime(job, rules));
    broken.extend(timing(job, rules, ctx));
    broken
        .into_iter()
        .map(|(rule, path, message, help)| PolicyFinding {
            policy: policy.key().clone(),
            rule,
            severity: severity(policy.enforcement),
            path,
            message,
            help,
        })
        .collect()
}

fn words(job: &Job, rules: &Rules) -> Vec<Broken> {
    let labels =
        rules.require_labels.iter().filter(|key| !job.metadata.labels.contains_key(*key)).map(|key| {
            (
                Rule::RequireLabels,
                "metadata.labels",
                format!("the label `{key}` is required"),
                format!("add `{key}:` to metadata.labels"),
            )
        });
    let annotations =
        rules.require_annotations.iter().filter(|key| !job.metadata.annotations.contains_key(*key)).map(
            |key| {
                (
                    Rule::RequireAnnotations,
                    "metadata.annotations",
                    format!("the annotation `{key}` is required"),
                    format!("add `{key}:` to metadata.annotations"),
                )
            },
        );
    labels.chain(annotations).collect()
}

fn users(job: &Job, rules: &Rules, ctx: &Context<'_>) -> Vec<Broken> {
    const PATH: &str = "spec.user";
    let mut broken = Vec::new();
    if job.is_ping() {
        return broken;
    }
    let user = job.user.as_deref().or(ctx.job_user);
    if let Some(allowed) = &rules.allowed_users {
        let words: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let help = format!("set `user` to {}", alternatives(&words));
        match user {
            Some(user) if allowed.iter().any(|known| known == user) => {}
            Some(user) => {
                broken.push((Rule::AllowedUsers, PATH, format!("the user `{user}` is not allowed"), help))
            }
            // Which user the agent would choose is known on the host only, so that it must be said.
            None => broken.push((
                Rule::AllowedUsers,
                PATH,
                "the job does not say whom it runs as".to_owned(),
                help,
            )),
        }
    }
    if let Some(user) = user.filter(|user| rules.denied_users.iter().any(|denied| denied == user)) {
        broken.push((
            Rule::DeniedUsers,
            PATH,
            format!("the user `{user}` is denied"),
            "run it as another user".to_owned(),
        ));
    }
    broken
}

fn commands(job: &Job, rules: &Rules) -> Vec<Broken> {
    const PATH: &str = "spec.command";
    let Some(command) = &job.command else { return Vec::new() };
    let mut broken = Vec::new();
    // With a shell the program is the interpreter, and what the script starts cannot be known.
    let program = match &job.shell {
        Shell::None => command.as_str(),
        Shell::Sh => "/bin/sh",
        Shell::Interpreter(path) => path.as_str(),
    };
    let plain = plain_path(program);
    let program = plain.as_str();
    if let Some(allowed) = &rules.allowed_commands
        && !allowed.iter().any(|glob| glob.matches(program))
    {
        let words: Vec<&str> = allowed.iter().map(|glob| glob.as_str()).collect();
        let help = format!("only {} are allowed", alternatives(&words));
        broken.push((Rule::AllowedCommands, PATH, format!("the program `{program}` is not allowed"), help));
    }
    if let Some(denied) = rules.denied_commands.iter().find(|glob| glob.matches(program)) {
        let message = format!("the program `{program}` is denied");
        broken.push((
            Rule::DeniedCommands,
            PATH,
            message,
            format!("`{denied}` must not be started by a job"),
        ));
    }
    if rules.allow_shell == Some(false) && job.shell != Shell::None {
        let help = "put the script into a file on the host and give its path as `command`";
        broken.push((Rule::AllowShell, "spec.shell", "`shell` is not allowed".to_owned(), help.to_owned()));
    }
    broken
}

/// A path without `.`, `..` and doubled slashes, so that `/opt/scripts/../../bin/rm` is judged as
/// `/bin/rm`. Symbolic links are the host's business.
fn plain_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}

fn runtime(job: &Job, rules: &Rules) -> Option<Broken> {
    let most = rules.require_max_runtime?;
    let help = format!("set `maxRuntime` to at most {}", format_duration(most));
    let message = match job.max_runtime {
        Some(runtime) if runtime <= most => return None,
        Some(runtime) => format!("`maxRuntime` {} is too long", format_duration(runtime)),
        None => "`maxRuntime` is required".to_owned(),
    };
    Some((Rule::RequireMaxRuntime, "spec.maxRuntime", message, help))
}

fn timing(job: &Job, rules: &Rules, ctx: &Context<'_>) -> Vec<Broken> {
    let mut broken = Vec::new();
    let zone_name = job.timezone.as_deref().or(if job.is_ping() { Some("UTC") } else { ctx.host_zone });
    let zone = zone_name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let path = match job.schedule {
        Schedule::Every(_) => "spec.every",
        Schedule::OnDemand => "spec.on-demand",
        Schedule::Cron(_) | Schedule::Reboot => "spec.schedule",
    };
    if let (Some(least), Some(interval)) = (rules.min_interval, job.schedule.min_interval(&zone)) {
        let interval = Duration::try_from(interval).unwrap_or(Duration::ZERO);
        if interval < least {
            let message = format!("starts are as close as {}", format_duration(interval));
            broken.push((
                Rule::MinInterval,
                path,
                message,
                format!("leave at least {} between two starts", format_duration(least)),
            ));
        }
    }
    if let Some(allowed) = &rules.allowed_timezones {
        let words: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let help = format!("set `timezone` to {}", alternatives(&words));
        let message = match zone_name {
            Some(name) if allowed.iter().any(|known| known == name) => None,
            Some(name) => Some(format!("the time zone `{name}` is not allowed")),
            None => Some("the job does not say its time zone".to_owned()),
        };
        broken.extend(message.map(|message| (Rule::AllowedTimezones, "spec.timezone", message, help)));
    }
    if let Some(allowed) = &rules.allowed_window {
        let help = format!("let it start only within `{}` {}", allowed.cron, allowed.timezone);
        if let Some(start) = window::first_start_outside(&job.schedule, &zone, allowed) {
            broken.push((
                Rule::AllowedWindow,
                path,
                format!("starts such as {start} are outside the allowed window"),
                help,
            ));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::plain_path;

    #[test]
    fn paths_are_judged_without_detours() {
        for (path, plain) in [
            ("/opt/scripts/a.sh", "/opt/scripts/a.sh"),
            ("/opt/scripts/../../bin/rm", "/bin/rm"),
            ("/opt//scripts/./a", "/opt/scripts/a"),
            ("/../../bin/rm", "/bin/rm"),
            ("rm", "rm"),
            ("../bin/rm", "../bin/rm"),
            ("a/../../rm", "../rm"),
        ] {
            assert_eq!(plain_path(path), plain);
        }
    }
}
