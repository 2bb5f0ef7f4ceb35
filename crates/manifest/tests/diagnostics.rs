//! What is said about wrong manifests: place, field, words and help, all problems at once.

use crontopus_manifest::parse_file;

/// The problems of a file, one a line: `line:column+length field [code] message (help)`.
fn problems(text: &str) -> String {
    let parsed = parse_file("production/a.yaml", text.as_bytes());
    let lines: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|d| {
            let help = d.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}:{}+{} {} [{}] {}{help}", d.line, d.column, d.length, d.path, d.code, d.message)
        })
        .collect();
    assert_eq!(parsed.documents.len(), 0, "{text}");
    assert!(!parsed.rejected.is_empty(), "{text}");
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected.join("\n"), "{text}");
}

/// A good job with a command, from line 7 on with `fields`.
#[track_caller]
fn check_job(fields: &str, expected: &[&str]) {
    let good = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  schedule: '0 2 * * *'\n  command: /bin/a\n";
    check(&format!("{good}{}", indent(fields)), expected);
}

/// A document of `kind` whose `spec` from line 5 on is this.
#[track_caller]
fn check_spec(kind: &str, fields: &str, expected: &[&str]) {
    check(
        &format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n{}", indent(fields)),
        expected,
    );
}

fn indent(fields: &str) -> String {
    fields.lines().map(|line| format!("  {line}\n")).collect()
}

#[test]
fn execution() {
    check_job(
        "shell: yes",
        &["7:10+3 spec.shell [wrong_type] expected true or false, found `yes` (write true, without quotes)"],
    );
    check_job(
        "shell: bash",
        &[
            "7:10+4 spec.shell [wrong_type] expected true, false or the path of an interpreter (true means `sh -c`; for another give its path, such as /bin/bash)",
        ],
    );
    check_job("shell: ../sh", &["7:10+5 spec.shell [bad_host_path] `../sh` is not an absolute path"]);
    check_job(
        "user: 'a b'",
        &["7:9+5 spec.user [bad_name] `a b` is not a user name: letters, digits and `_-.`, at most 32"],
    );
    check_job("user: 1000", &["7:9+4 spec.user [bad_name] `1000` is a number; give the user's name"]);
    check_job("workingDir: opt", &["7:15+3 spec.workingDir [bad_host_path] `opt` is not an absolute path"]);
    check_job(
        "env: {A-B: 1, X: , Y: \"\\0\"}",
        &[
            "7:9+3 spec.env.A-B [bad_name] `A-B` is not the name of an environment variable: letters, digits and `_`, no digit first",
            "7:18+1 spec.env.X [empty_value] expected a text, found nothing (give a value or remove the field)",
            "7:25+4 spec.env.Y [bad_character] a NUL character cannot be passed on",
        ],
    );
    check_job(
        "env: {CRONTOPUS_RUN_ID: x}",
        &[
            "7:9+16 spec.env.CRONTOPUS_RUN_ID [bad_name] `CRONTOPUS_RUN_ID` is set by Crontopus itself; choose another name",
        ],
    );
    check_job("envFiles: [/a/../b]", &["7:14+7 spec.envFiles[0] [bad_host_path] `/a/../b` contains `..`"]);
    check_job("args: x", &["7:9+1 spec.args [wrong_type] expected a list, found a single value"]);
    check_job("args: [[1]]", &["7:10+1 spec.args[0] [wrong_type] expected a text, found a list"]);
    check_job(
        "scheduler: crn",
        &[
            "7:14+3 spec.scheduler [unknown_choice] `crn` is not known here (did you mean `cron`? Possible: `auto`, `cron`, `systemd`, `launchd` or `windows`)",
        ],
    );
    check_job(
        "kill: true",
        &[
            "7:9+4 spec.kill [missing_field] there is no time after which the run is ended (set `maxRuntime`, or `kill: {after: …}`)",
        ],
    );
    check_job(
        "kill: {signal: SIGTREM}",
        &[
            "7:9+1 spec.kill.after [missing_field] there is no time after which the run is ended (set `maxRuntime`, or `kill: {after: …}`)",
            "7:18+7 spec.kill.signal [unknown_choice] `TREM` is not known here (did you mean `TERM`? Possible: `TERM`, `INT`, `HUP`, `QUIT`, `USR1`, `USR2` or `KILL`)",
        ],
    );
    check_job(
        "concurrency: deny",
        &[
            "7:16+4 spec.concurrency [unknown_choice] `deny` is not known here (write `allow`, `forbid` or `replace`)",
        ],
    );
    check_job(
        "retry: {delay: 3s}",
        &["7:10+1 spec.retry [missing_field] `attempts` is missing (add `attempts:`)"],
    );
    check_job(
        "retry: {attempts: 0}",
        &["7:21+1 spec.retry.attempts [out_of_range] 0 is not between 1 and 20"],
    );
    check_job(
        "retry: {attempts: 3, maxDelay: 3s}",
        &[
            "7:24+8 spec.retry.maxDelay [contradiction] `maxDelay` has no effect: the delay never grows (add `backoff: exponential` or remove it)",
        ],
    );
    check_job(
        "retry: {attempts: 3, delay: 1h, maxDelay: 3s, backoff: exponential}",
        &[
            "7:35+8 spec.retry.maxDelay [contradiction] `maxDelay` is shorter than `delay` (make it at least as long as `delay`)",
        ],
    );
    check_job(
        "retry: {attempts: 4294967297}",
        &["7:21+10 spec.retry.attempts [out_of_range] 4294967297 is not between 1 and 20"],
    );
    check_job("jitter: 2d", &["7:11+2 spec.jitter [out_of_range] 2d is not between 1s and 1d"]);
    check_job(
        "catchUp: 'true'",
        &[
            "7:12+6 spec.catchUp [wrong_type] expected true or false, found `true` (write true, without quotes)",
        ],
    );
    check_job(
        "enabled: True",
        &[
            "7:12+4 spec.enabled [wrong_type] expected true or false, found `True` (write true, without quotes)",
        ],
    );
}

#[test]
fn hosts() {
    check_job(
        "host: {}",
        &[
            "7:9+1 spec.host.selector [missing_field] no host is named (add `names`, or `selector`; `selector: {}` means every host)",
        ],
    );
    check_job(
        "host: {names: []}",
        &["7:17+1 spec.host.names [empty_value] the list is empty (add an item or remove the field)"],
    );
    check_job(
        "host: {names: [a, a]}",
        &["7:17+1 spec.host.names [duplicate_value] the same item comes twice (keep one of them)"],
    );
    check_job(
        "host: {names: ['[']}",
        &[
            "7:18+3 spec.host.names[0] [bad_pattern] `[` is not a pattern: unclosed character class; missing ']' (`*` stands for anything within one path component, `**` for any components)",
        ],
    );
    check_job(
        "host: {selector: {matchLabels: {a: b}}}",
        &[
            "7:21+11 spec.host.selector.matchLabels [wrong_type] a label has one value, not a mapping (list the labels directly: `{role: db}`; `matchExpressions` stands beside them)",
        ],
    );
    check_job(
        "host: {selector: {-a: b, c: 'x y'}}",
        &[
            "7:21+2 spec.host.selector.-a [bad_name] `-a` is not a label key: letters, digits and `-_.` inside, at most 63, optionally after a DNS name and `/`",
            "7:31+5 spec.host.selector.c [bad_name] `x y` is not a label value (use letters, digits and `-_.` inside, at most 63; annotations take any text)",
        ],
    );
    check_job(
        "host: {selector: {matchExpressions: [{key: a, operator: Inn, values: [x]}, {key: a, operator: Exists, values: [x]}, {key: a, operator: In}]}}",
        &[
            "7:59+3 spec.host.selector.matchExpressions[0].operator [unknown_choice] `Inn` is not known here (did you mean `In`? Possible: `In`, `NotIn`, `Exists` or `DoesNotExist`)",
            "7:105+6 spec.host.selector.matchExpressions[1].values [contradiction] `Exists` takes no values (remove them, or use In or NotIn)",
            "7:119+1 spec.host.selector.matchExpressions[2] [missing_field] `values` is missing (add `values:`)",
        ],
    );
    check_job(
        "host: {selector: {}, placement: any}",
        &["7:35+3 spec.host.placement [unknown_choice] `any` is not known here (write `each` or `one`)"],
    );
}

#[test]
fn expectations() {
    check_job(
        "startWindow: {late: 5}",
        &[
            "7:23+1 spec.startWindow.late [bad_duration] `5` has a number without a unit (write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M)",
        ],
    );
    check_job(
        "startWindow: {early: 2d}",
        &["7:24+2 spec.startWindow.early [out_of_range] 2d is not between 0s and 1d"],
    );
    check_job(
        "maxRuntime: 1M",
        &[
            "7:15+2 spec.maxRuntime [bad_duration] `1M` is not a length of time (write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M)",
        ],
    );
    check_job(
        "maxRuntime: P1M",
        &[
            "7:15+3 spec.maxRuntime [bad_duration] `P1M` counts in years or months, which have no fixed length (write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M)",
        ],
    );
    check_job("maxRuntime: 0s", &["7:15+2 spec.maxRuntime [out_of_range] 0s is not between 1s and 30d"]);
    check_job(
        "maxRuntime: 5s\nminRuntime: 5s",
        &[
            "8:3+10 spec.minRuntime [contradiction] `minRuntime` is not shorter than `maxRuntime` (every run would be too short or too long)",
        ],
    );
    check_job(
        "output: {limit: 2MiB, redact: ['(', 'a*'], capture: all}",
        &[
            "7:19+4 spec.output.limit [out_of_range] 2MiB is not between 1KiB and 1MiB",
            "7:34+3 spec.output.redact[0] [bad_pattern] `(` is not a regular expression: found open group without closing ')' (look-around, back-references and Unicode classes such as \\p{L} are not available)",
            "7:39+4 spec.output.redact[1] [bad_pattern] `a*` matches the empty text (a pattern that matches nothing at all would be found everywhere; use + instead of *)",
            "7:55+3 spec.output.capture [unknown_choice] `all` is not known here (write `tail`, `head` or `none`)",
        ],
    );
    check_job(
        "output: {limit: lots}",
        &["7:19+4 spec.output.limit [bad_size] `lots` is not a size (write it like 64KiB or 1MB)"],
    );
    check_job(
        "alerts: {after: 0, severity: crit, routes: []}",
        &[
            "7:19+1 spec.alerts.after [out_of_range] 0 is not between 1 and 100",
            "7:32+4 spec.alerts.severity [unknown_choice] `crit` is not known here (write `info`, `warning` or `critical`)",
            "7:46+1 spec.alerts.routes [empty_value] the list is empty (add an item or remove the field)",
        ],
    );
    check_job(
        "alerts: {maxSinceSuccess: 1s, routes: [A]}",
        &[
            "7:29+2 spec.alerts.maxSinceSuccess [out_of_range] 1s is not between 1m and 400d",
            "7:42+1 spec.alerts.routes[0] [bad_name] `A` is not a name (write `a`: a-z, 0-9 and `-` between them, at most 63)",
        ],
    );
}

#[test]
fn unknown_fields() {
    check_job(
        "Command: x",
        &[
            "7:3+7 spec.Command [unknown_field] unknown field `Command` (`command` is there already; remove this)",
        ],
    );
    check_job(
        "workingdir: /x",
        &["7:3+10 spec.workingdir [unknown_field] unknown field `workingdir` (did you mean `workingDir`?)"],
    );
    check_job(
        "colour: red",
        &[
            "7:3+6 spec.colour [unknown_field] unknown field `colour` (known here: `description`, `schedule`, `every`, `on-demand`, `timezone`, `shell`, `command`, `args`, `user`, `workingDir`, `env`, `envFiles`, `host`, `scheduler`, `startWindow`, `maxRuntime`, `minRuntime`, `kill`, `concurrency`, `retry`, `jitter`, `catchUp`, `output`, `alerts`, `enabled` or `paused`)",
        ],
    );
    check_job(
        "alerts: {onFailure: x}",
        &[
            "7:12+9 spec.alerts.onFailure [unknown_field] unknown field `onFailure` (known here: `after`, `recoverAfter`, `severity`, `maxSinceSuccess` or `routes`)",
        ],
    );
    check_job(
        "description: ''\nenv: &e {A: 1}\nenvFiles: *e",
        &[
            "7:16+2 spec.description [empty_value] the text is blank",
            "9:13+2 spec.envFiles [wrong_type] expected a list, found a mapping",
        ],
    );
}

#[test]
fn zones() {
    check_job(
        "timezone: Europe/Berln",
        &[
            "7:13+12 spec.timezone [unknown_timezone] there is no time zone `Europe/Berln` (did you mean `Europe/Berlin`?)",
        ],
    );
    check_job(
        "timezone: europe/berlin",
        &[
            "7:13+13 spec.timezone [unknown_timezone] there is no time zone `europe/berlin` (write it as `Europe/Berlin`)",
        ],
    );
    check_job(
        "timezone: Berlin",
        &[
            "7:13+6 spec.timezone [unknown_timezone] there is no time zone `Berlin` (did you mean `Europe/Berlin`?)",
        ],
    );
    check_job(
        "timezone: Mars/Olympus",
        &[
            "7:13+12 spec.timezone [unknown_timezone] there is no time zone `Mars/Olympus` (use a name of the IANA database, such as Europe/Berlin or UTC)",
        ],
    );
    check_job(
        "timezone: ../../etc/passwd",
        &[
            "7:13+16 spec.timezone [unknown_timezone] there is no time zone `../../etc/passwd` (use a name of the IANA database, such as Europe/Berlin or UTC)",
        ],
    );
    check_job(
        "timezone: ''",
        &[
            "7:13+2 spec.timezone [unknown_timezone] there is no time zone `` (use a name of the IANA database, such as Europe/Berlin or UTC)",
        ],
    );
}

#[test]
fn schedules() {
    check_spec(
        "Job",
        "schedule: 61 * * * *",
        &["5:13+2 spec.schedule [bad_schedule] 61 is outside 0-59 for minutes (write a value from 0 to 59)"],
    );
    check_spec(
        "Job",
        "schedule: \"0 0 30 2 *\"",
        &[
            "5:18+4 spec.schedule [bad_schedule] this schedule can never fire: none of its months has such a day (name a month that has the day, or write `L` for the last day of a month)",
        ],
    );
    check_spec(
        "Job",
        "schedule: \"0 0 * * MOM\"",
        &[
            "5:22+3 spec.schedule [bad_schedule] `MOM` is not a value for day of week (write 0-7 or a name from sun to sat)",
        ],
    );
    check_spec(
        "Job",
        "schedule: 0 0 * *",
        &[
            "5:20+1 spec.schedule [bad_schedule] the expression has 4 of the 5 fields (write minute hour day-of-month month day-of-week, such as `30 2 * * 1-5`)",
        ],
    );
    check_spec(
        "Job",
        "schedule: >-\n  0 0 * * MOM",
        &[
            "6:5+1 spec.schedule [bad_schedule] `MOM` is not a value for day of week (write 0-7 or a name from sun to sat)",
        ],
    );
    check_spec(
        "Job",
        "schedule: ['0 1 * * *', '0  1 * * *']",
        &["5:27+12 spec.schedule [duplicate_value] the same expression comes twice (keep one of them)"],
    );
    check_spec(
        "Job",
        "schedule: ['0 1 * * *', '@reboot']",
        &[
            "5:27+9 spec.schedule[1] [bad_schedule] `@reboot` names no time, so it stands alone (make it a job of its own: `schedule: \"@reboot\"`)",
        ],
    );
    check_spec(
        "Job",
        "schedule: []",
        &["5:13+1 spec.schedule [empty_value] the list is empty (add an item or remove the field)"],
    );
    check_spec(
        "Job",
        "schedule:",
        &[
            "5:11+1 spec.schedule [empty_value] expected a text, found nothing (give a value or remove the field)",
        ],
    );
    check_spec(
        "Job",
        "schedule: '@reboot'",
        &[
            "5:3+8 spec.schedule [schedule_unsupported] `@reboot` names no time that could be expected (a job without `command` needs a time; or use `on-demand: true`)",
        ],
    );
    check_spec(
        "Job",
        "every: 0s",
        &[
            "5:10+2 spec.every [out_of_range] an interval of 0 never ends; write at least 1s (60s where cron starts the job)",
        ],
    );
    check_spec(
        "Job",
        "every: 5m\nschedule: '@daily'",
        &[
            "5:3+5 spec.every [schedule_choice] `schedule` and `every` exclude each other (keep exactly one of them)",
        ],
    );
    check_spec(
        "Job",
        "on-demand: false",
        &[
            "5:3+1 spec.schedule [schedule_choice] the job does not say when it starts (add `schedule`, `every` or `on-demand: true`)",
        ],
    );
    check_spec(
        "Job",
        "on-demand: yes",
        &[
            "5:14+3 spec.on-demand [wrong_type] expected true or false, found `yes` (write true, without quotes)",
        ],
    );
    check_spec(
        "Job",
        "onDemand: true",
        &[
            "5:3+1 spec.schedule [schedule_choice] the job does not say when it starts (add `schedule`, `every` or `on-demand: true`)",
            "5:3+8 spec.onDemand [unknown_field] unknown field `onDemand` (did you mean `on-demand`?)",
        ],
    );
    check_spec(
        "Job",
        "command: x",
        &[
            "5:3+1 spec.schedule [schedule_choice] the job does not say when it starts (add `schedule`, `every` or `on-demand: true`)",
        ],
    );
    check_spec(
        "Job",
        "every: 30s\nscheduler: cron\ncommand: x",
        &[
            "5:3+5 spec.every [schedule_unsupported] `cron` cannot hold an interval that is not whole minutes (only systemd can; remove `scheduler` or use whole minutes)",
        ],
    );
    check_spec(
        "Job",
        "schedule: '0 * * * * *'\nscheduler: windows\ncommand: x",
        &[
            "5:3+8 spec.schedule [schedule_unsupported] `windows` cannot hold six fields (seconds first) (only systemd can; remove `scheduler` or use whole minutes)",
        ],
    );
}

#[test]
fn ping_mode() {
    check_spec(
        "Job",
        "every: 1m\nhost: {names: [a]}\nargs: [a]",
        &[
            "6:3+4 spec.host [needs_command] `host` has no meaning without `command` (add `command`, or remove it: without a command something else schedules the job and it is only monitored)",
            "7:3+4 spec.args [needs_command] `args` has no meaning without `command` (add `command`, or remove it: without a command something else schedules the job and it is only monitored)",
        ],
    );
    check_spec(
        "Job",
        "every: 1m\nretry: {attempts: 2}\nkill: true",
        &[
            "6:3+5 spec.retry [needs_command] `retry` has no meaning without `command` (add `command`, or remove it: without a command something else schedules the job and it is only monitored)",
            "7:3+4 spec.kill [needs_command] `kill` has no meaning without `command` (add `command`, or remove it: without a command something else schedules the job and it is only monitored)",
            "7:9+4 spec.kill [missing_field] there is no time after which the run is ended (set `maxRuntime`, or `kill: {after: …}`)",
        ],
    );
}

#[test]
fn commands() {
    check_spec(
        "Job",
        "every: 1m\ncommand: rm -rf x",
        &[
            "6:12+8 spec.command [wrong_type] `rm -rf x` is a command line, not a program (write `command: rm` with `args: […]`, or add `shell: true`)",
        ],
    );
    check_spec(
        "Job",
        "every: 1m\ncommand: '  '",
        &[
            "6:12+4 spec.command [empty_value] the command is blank (give a program, or remove the field for a job that something else schedules)",
        ],
    );
    check_spec(
        "Job",
        "every: 1m\ncommand: ~",
        &[
            "6:12+1 spec.command [empty_value] expected a text, found nothing (give a value or remove the field)",
        ],
    );
    check_spec(
        "Job",
        "every: 1m\ncommand: {a: b}",
        &["6:12+1 spec.command [wrong_type] expected a text, found a mapping"],
    );
}

#[test]
fn policies() {
    check_spec(
        "Policy",
        "rules: {}",
        &["5:10+1 spec.rules [empty_value] the policy has no rule (add one, or remove the document)"],
    );
    check_spec(
        "Policy",
        "rules: {minIntervall: 3m}",
        &[
            "5:11+12 spec.rules.minIntervall [unknown_field] unknown field `minIntervall` (did you mean `minInterval`?)",
        ],
    );
    check_spec(
        "Policy",
        "rules: {allowedWindow: {cron: '* * * * * *'}}",
        &[
            "5:27+4 spec.rules.allowedWindow.cron [schedule_unsupported] a window is made of whole minutes (use five fields)",
        ],
    );
    check_spec(
        "Policy",
        "rules: {allowedCommands: [], maxJobsPerHost: 0}",
        &[
            "5:28+1 spec.rules.allowedCommands [empty_value] the list is empty (add an item or remove the field)",
            "5:48+1 spec.rules.maxJobsPerHost [out_of_range] 0 is not between 1 and 100000",
        ],
    );
    check_spec(
        "Policy",
        "selector: []\nrules: {requireLabels: ['a b']}",
        &[
            "5:13+1 spec.selector [wrong_type] expected a mapping of labels, found a list",
            "6:27+5 spec.rules.requireLabels[0] [bad_name] `a b` is not a label key: letters, digits and `-_.` inside, at most 63, optionally after a DNS name and `/`",
        ],
    );
    check_spec(
        "Policy",
        "enforcement: block\nrules: {allowShell: false}",
        &["5:16+5 spec.enforcement [unknown_choice] `block` is not known here (write `deny` or `warn`)"],
    );
    check_spec("Policy", "{}", &["5:3+1 spec [missing_field] `rules` is missing (add `rules:`)"]);
}

#[test]
fn routes() {
    check_spec(
        "Route",
        "steps: []",
        &["5:10+1 spec.steps [empty_value] the list is empty (add an item or remove the field)"],
    );
    check_spec(
        "Route",
        "steps: [{channels: [a]}, {channels: [b]}]",
        &[
            "5:10+1 spec.steps [contradiction] step 2 does not come after step 1 (give each step a longer `after` than the one before)",
        ],
    );
    check_spec(
        "Route",
        "steps: [{after: 1h, channels: [a]}, {after: 5m, channels: [b]}]",
        &[
            "5:10+1 spec.steps [contradiction] step 2 does not come after step 1 (give each step a longer `after` than the one before)",
        ],
    );
    check_spec(
        "Route",
        "on: [boom]\nsteps: [{channels: [A]}]",
        &[
            "5:8+4 spec.on[0] [unknown_choice] `boom` is not known here (write `failed`, `missed`, `timed_out`, `late`, `too_short`, `stale`, `host_silent` or `recovered`)",
            "6:23+1 spec.steps[0].channels[0] [bad_name] `A` is not a name (write `a`: a-z, 0-9 and `-` between them, at most 63)",
        ],
    );
    check_spec(
        "Route",
        "on: [failed, failed]\nsteps: [{}]",
        &[
            "5:7+1 spec.on [duplicate_value] the same item comes twice (keep one of them)",
            "6:11+1 spec.steps[0] [missing_field] `channels` is missing (add `channels:`)",
        ],
    );
    check_spec(
        "Route",
        "repeatEvery: 1s\ngroupBy: [host]\nsteps: [{channels: [a]}]",
        &[
            "5:16+2 spec.repeatEvery [out_of_range] 1s is not between 1m and 7d",
            "6:13+4 spec.groupBy[0] [unknown_choice] `host` is not known here (write `agent`, `namespace` or `job`)",
        ],
    );
}

#[test]
fn maintenances() {
    check_spec(
        "Maintenance",
        "windows: []",
        &["5:12+1 spec.windows [empty_value] the list is empty (add an item or remove the field)"],
    );
    check_spec(
        "Maintenance",
        "windows: [{start: 2026-12-05T22:00}]",
        &[
            "5:13+1 spec.windows[0].end [missing_field] `end` is missing (give `start` and `end`, or `cron` and `duration`)",
        ],
    );
    check_spec(
        "Maintenance",
        "windows: [{start: 2026-12-05T22:00, end: 2026-12-05T21:00}, {cron: '0 3 * * 0'}]",
        &[
            "5:39+3 spec.windows[0].end [contradiction] `end` is not after `start` (exchange them)",
            "5:63+1 spec.windows[1].duration [missing_field] `duration` is missing (give `start` and `end`, or `cron` and `duration`)",
        ],
    );
    check_spec(
        "Maintenance",
        "windows: [{cron: '0 3 * * 0', duration: 2h, start: x}, {}]",
        &[
            "5:14+4 spec.windows[0].cron [contradiction] a window is either `start` and `end`, or `cron` and `duration` (make two windows of it)",
            "5:54+1 spec.windows[0].start [bad_date_time] `x` is not a date and time (write it like 2026-12-05T22:00)",
            "5:58+1 spec.windows[1].start [missing_field] `start` is missing (give `start` and `end`, or `cron` and `duration`)",
        ],
    );
    check_spec(
        "Maintenance",
        "windows: [{start: '2026-12-05T22:00Z', end: 2026-13-05T21:00}]",
        &[
            "5:21+19 spec.windows[0].start [bad_date_time] `2026-12-05T22:00Z` is not a date and time (write the local time without an offset and the zone as `timezone`)",
            "5:47+16 spec.windows[0].end [bad_date_time] `2026-13-05T21:00` is not a date and time (write it like 2026-12-05T22:00)",
        ],
    );
    check_spec(
        "Maintenance",
        "effect: mute\nwindows: [{cron: '0 3 * * 0', duration: 2h}]",
        &["5:11+4 spec.effect [unknown_choice] `mute` is not known here (write `silence` or `pause`)"],
    );
}

#[test]
fn documents() {
    check("a: [", &["1:4+1  [syntax] unclosed bracket '['"]);
    check("a: b: c", &["1:5+1  [syntax] mapping values are not allowed in this context"]);
    check(
        "\tx: 1",
        &[
            "1:2+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "1:2+1  [missing_field] `kind` is missing (add `kind:`)",
            "1:2+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "1:2+1 x [unknown_field] unknown field `x` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check("a:\n\t- b", &["2:2+1  [syntax] a tab is used for indentation (indent with spaces)"]);
    check(
        "kind: Jbo",
        &[
            "1:1+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "1:1+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "1:7+3 kind [unknown_kind] `Jbo` is not known here (did you mean `Job`? Possible: `Job`, `Policy`, `Route` or `Maintenance`)",
        ],
    );
    check("- a", &["1:1+1  [wrong_type] expected a mapping, found a list"]);
    check("42", &["1:1+2  [wrong_type] expected a mapping, found a single value"]);
    check(
        "apiVersion: v2\nkind: Job\nmetadata: {name: A_b, namespace: staging, uid: 1, labels: {a b: c, x: y z}, tenant: T}\nspec: {every: 5m}",
        &[
            "1:13+2 apiVersion [api_version] `v2` is not a version this release reads (write `apiVersion: crontopus/v1`)",
            "3:18+3 metadata.name [bad_name] `A_b` is not a name (write `a-b`: a-z, 0-9 and `-` between them, at most 63)",
            "3:34+7 metadata.namespace [namespace_mismatch] the file belongs to the namespace `production`, not `staging` (remove the field, or move the file to the directory staging/)",
            "3:48+1 metadata.uid [bad_uid] `1` is not a UUID such as 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11",
            "3:60+3 metadata.labels.a b [bad_name] `a b` is not a label key: letters, digits and `-_.` inside, at most 63, optionally after a DNS name and `/`",
            "3:71+3 metadata.labels.x [bad_name] `y z` is not a label value (use letters, digits and `-_.` inside, at most 63; annotations take any text)",
            "3:85+1 metadata.tenant [bad_name] `T` is not a name (write `t`: a-z, 0-9 and `-` between them, at most 63)",
        ],
    );
    check(
        "%YAML 1.2\n---\na: 1",
        &[
            "1:1+1  [unsupported_yaml] YAML directives are not used in manifests (remove the line that begins with `%`)",
            "3:1+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "3:1+1  [missing_field] `kind` is missing (add `kind:`)",
            "3:1+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "3:1+1 a [unknown_field] unknown field `a` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check(
        "a: !!str x\n<<: x\n? [a]\n: b\na: 2",
        &[
            "1:10+1  [unsupported_yaml] the tag `!!str` is not used in manifests (remove it; each field has one type)",
            "2:1+2  [unsupported_yaml] merge keys (`<<`) are not used in manifests (an alias for a whole value works: `env: *common`)",
            "3:3+1  [unsupported_yaml] a key must be a single word",
            "5:1+1  [duplicate_key] `a` is given twice; first in line 1 (keep one of them)",
        ],
    );
    check("a: *x", &["1:4+2  [syntax] no `&x` stands before the alias `*x` (write the value out)"]);
    check("a: &a [*a]", &["1:8+2  [syntax] an alias inside the value it names (write the value out)"]);
    check(
        "apiVersion: v1\nkind: Job\nmetadata:\n  name: x\nspec:",
        &["5:5+1 spec [empty_value] expected a mapping, found nothing (give a value or remove the field)"],
    );
    check(
        "apiVersion: v1\nkind: Job\nmetadata:\n  name: x\nspec: {every: 5m}\nspecs: 1",
        &[
            "6:1+5 specs [unknown_field] unknown field `specs` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check(
        "apiVersion: v1\nkind: Policy\nmetadata: {name: x, uid: 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11}\nspec: {rules: {allowShell: true}}",
        &[
            "3:21+3 metadata.uid [unknown_field] unknown field `uid` (known here: `name`, `namespace`, `tenant`, `labels` or `annotations`)",
        ],
    );
    check(
        "apiVersion: v1\nkind: Job\nmetadata: {}\nspec: {every: 5 m}",
        &[
            "3:11+1 metadata [missing_field] `name` is missing (add `name:`)",
            "4:15+3 spec.every [bad_duration] `5 m` is not a length of time (write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M)",
        ],
    );
}
