//! Policies, routes and maintenances.

use super::check_spec;

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
