//! How a job is run.

use super::{check_job, check_spec};

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
fn commands() {
    check_spec(
        "Job",
        "every: 1m\ncommand: rm -rf x",
        &[
            "6:12+8 spec.command [wrong_type] `rm -rf x` is a command line, not a program (write `command: rm` with `args: […]`, or add `shell: true`)",
        ],
    );
    for line in ["/bin/echo hello", "/opt/a b/run --now", "/bin/cp /a /b", "date -u"] {
        let program = line.split(' ').next().unwrap();
        check_spec(
            "Job",
            &format!("every: 1m\ncommand: {line}"),
            &[&format!(
                "6:12+{} spec.command [wrong_type] `{line}` is a command line, not a program (write `command: {program}` with `args: […]`, or add `shell: true`)",
                line.len(),
            )],
        );
    }
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
