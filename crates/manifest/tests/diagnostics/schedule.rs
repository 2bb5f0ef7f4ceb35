//! When a job starts.

use super::{check_job, check_spec};

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
