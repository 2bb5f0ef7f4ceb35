use std::time::Duration;

use crontopus_schedule::Schedule;

use super::{Job, Scheduler, alerts, execution, expectation, host, output, timing};
use crate::Code;
use crate::decode::{
    Context, Fields, absolute_path, boolean, choice, duration, list, one_line, table, text, user,
};
use crate::metadata::Metadata;
use crate::names::check_env_name;
use crate::quote::clip;
use crate::spec::Shell;
use crate::yaml::Node;
use crate::zone::timezone;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const MOST_ARGS: usize = 1_000;
const MOST_ENV_FILES: usize = 32;

/// What has a meaning only for a job that is started by an agent.
const NEED_COMMAND: [&str; 13] = [
    "args",
    "shell",
    "user",
    "workingDir",
    "env",
    "envFiles",
    "host",
    "scheduler",
    "drift",
    "kill",
    "concurrency",
    "retry",
    "catchUp",
];

pub(crate) fn decode(node: &Node, cx: &mut Context, metadata: Metadata) -> Option<Job> {
    let mut fields = Fields::of(node, cx)?;
    let f = &mut fields;
    let description = f.optional(cx, "description", one_line(500));
    let schedule = timing::decode(f, cx);
    let timezone = f.optional(cx, "timezone", timezone);
    let shell = f.optional(cx, "shell", execution::shell).unwrap_or_default();
    let command = f.optional(cx, "command", |node, cx| command(node, cx, &shell));
    let args = f.optional(cx, "args", list(MOST_ARGS, text)).unwrap_or_default();
    let user = f.optional(cx, "user", user);
    let working_dir = f.optional(cx, "workingDir", absolute_path);
    let env = f.optional(cx, "env", table(check_env_name, text)).unwrap_or_default();
    let env_files = f.optional(cx, "envFiles", list(MOST_ENV_FILES, absolute_path)).unwrap_or_default();
    let host = f.optional(cx, "host", host::host);
    let scheduler = f.optional(cx, "scheduler", choice).unwrap_or_default();
    let drift = f.optional(cx, "drift", choice);
    let start_window = f.optional(cx, "startWindow", expectation::start_window).unwrap_or_default();
    let max_runtime = f.optional(cx, "maxRuntime", duration(SECOND..=execution::LONGEST_RUN));
    let min_runtime = f.optional(cx, "minRuntime", duration(SECOND..=execution::LONGEST_RUN));
    let kill = f.optional(cx, "kill", |node, cx| execution::kill(node, cx, max_runtime));
    let concurrency = f.optional(cx, "concurrency", choice).unwrap_or_default();
    let retry = f.optional(cx, "retry", execution::retry);
    let jitter = f.optional(cx, "jitter", duration(SECOND..=DAY));
    let catch_up = f.optional(cx, "catchUp", boolean).unwrap_or(false);
    let output = f.optional(cx, "output", output::output).unwrap_or_default();
    let alerts = f.optional(cx, "alerts", alerts::alerts).unwrap_or_default();
    let enabled = f.optional(cx, "enabled", boolean).unwrap_or(true);
    let paused = f.optional(cx, "paused", boolean).unwrap_or(false);
    check_runtimes(f, cx, min_runtime, max_runtime);
    if !f.has("command") {
        check_ping_mode(f, cx);
    }
    if let Some(schedule) = &schedule {
        check_schedule(f, cx, schedule, scheduler);
    }
    fields.finish(cx);
    Some(Job {
        metadata,
        description,
        schedule: schedule?,
        timezone,
        command,
        args,
        shell,
        user,
        working_dir,
        env,
        env_files,
        host,
        scheduler,
        drift,
        start_window,
        max_runtime,
        min_runtime,
        kill,
        concurrency,
        retry,
        jitter,
        catch_up,
        output,
        alerts,
        enabled,
        paused,
    })
}

fn command(node: &Node, cx: &mut Context, shell: &Shell) -> Option<String> {
    let command = text(node, cx)?;
    if command.trim().is_empty() {
        return cx.refuse_with(
            node.span,
            Code::EmptyValue,
            "the command is blank",
            "give a program, or remove the field for a job that something else schedules",
        );
    }
    if *shell == Shell::None && is_command_line(&command) {
        let program = command.split_whitespace().next().unwrap_or_default();
        return cx.refuse_with(
            node.span,
            Code::WrongType,
            format!("`{}` is a command line, not a program", clip(&command)),
            format!("write `command: {}` with `args: […]`, or add `shell: true`", clip(program)),
        );
    }
    Some(command)
}

/// A program with a blank in its name is rare, a whole command line in its place is common: an option or
/// a further path after a blank, or a blank in the last component. `C:\Program Files\x.exe` is none.
fn is_command_line(command: &str) -> bool {
    let file = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let is_windows_program =
        [".exe", ".cmd", ".bat"].iter().any(|end| file.to_ascii_lowercase().ends_with(end));
    let further = [" -", " /", "\t-", "\t/"].iter().any(|start| command.contains(start));
    further || (file.contains(char::is_whitespace) && !is_windows_program)
}

fn check_runtimes(fields: &Fields<'_>, cx: &mut Context, least: Option<Duration>, most: Option<Duration>) {
    if least.zip(most).is_some_and(|(least, most)| least >= most) {
        let problem = (Code::Contradiction, "`minRuntime` is not shorter than `maxRuntime`".to_owned());
        fields.refuse_at(cx, "minRuntime", problem, "every run would be too short or too long");
    }
}

fn check_ping_mode(fields: &Fields<'_>, cx: &mut Context) {
    for name in NEED_COMMAND.into_iter().filter(|name| fields.has(name)) {
        let problem = (Code::NeedsCommand, format!("`{name}` has no meaning without `command`"));
        let help = "add `command`, or remove it: without a command something else schedules the job and it is only monitored";
        fields.refuse_at(cx, name, problem, help);
    }
}

/// What the chosen scheduler, or having none, rules out.
fn check_schedule(fields: &Fields<'_>, cx: &mut Context, schedule: &Schedule, scheduler: Scheduler) {
    let is_ping = !fields.has("command");
    let by_the_second = match schedule {
        Schedule::Cron(crons) => {
            crons.iter().any(|cron| cron.has_seconds()).then_some(("schedule", "six fields (seconds first)"))
        }
        Schedule::Every(every) => (!every.seconds().is_multiple_of(60))
            .then_some(("every", "an interval that is not whole minutes")),
        Schedule::Reboot | Schedule::OnDemand => None,
    };
    match by_the_second {
        Some((field, what)) if !matches!(scheduler, Scheduler::Auto | Scheduler::Systemd) => {
            let problem = (Code::ScheduleUnsupported, format!("`{scheduler}` cannot hold {what}"));
            fields.refuse_at(cx, field, problem, "only systemd can; remove `scheduler` or use whole minutes");
        }
        _ => {}
    }
    if *schedule == Schedule::Reboot && is_ping {
        let problem =
            (Code::ScheduleUnsupported, "`@reboot` names no time that could be expected".to_owned());
        fields.refuse_at(
            cx,
            "schedule",
            problem,
            "a job without `command` needs a time; or use `on-demand: true`",
        );
    }
}
