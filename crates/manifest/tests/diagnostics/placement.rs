//! Where a job is held and what is expected of it.

use super::check_job;

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
